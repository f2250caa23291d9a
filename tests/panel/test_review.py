"""Test what a look at a panel makes of what is remembered of it."""

import pytest

from custom_components.ethos.panel import ChangeType, Problem, review
from tests.farm import START, Json, rig
from tests.panel.looks import (
    DEAD,
    FIRST,
    ILL,
    LIMITS,
    SECOND,
    WELL_AFTER,
    Watch,
    finding,
    problems,
    types,
)

# The first look.


def test_the_first_look_is_a_starting_point() -> None:
    """Test what is wrong is shown and not told, not even later."""
    watch = Watch({"a": rig() | ILL, "b": rig() | DEAD})
    assert problems(watch.seen) == [("throttled", None), ("overheating", SECOND)]
    assert watch.looks(WELL_AFTER) == []
    watch.rigs = {"a": rig(), "b": rig()}
    assert types(watch.looks(WELL_AFTER)) == [
        ChangeType.THROTTLING_ENDED,
        ChangeType.RIG_UP,
        ChangeType.COOLED_DOWN,
    ]


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"rigs": {}}, id="empty"),
        pytest.param({"rigs": {"a": None, "b": None}}, id="nonsense"),
    ],
)
def test_the_first_look_is_the_first_that_shows_anything(said: Json) -> None:
    """Test a farm is not added rig by rig because its panel had a bad moment."""
    watch = Watch({"a": rig() | ILL, "b": rig()})
    watch.memory = None
    assert watch.looks(5, **said) == []
    assert watch.looks(WELL_AFTER) == []
    assert problems(watch.seen) == [("throttled", None), ("overheating", SECOND)]


def test_the_first_look_is_the_first_at_fresh_data() -> None:
    """Test an old panel says which rigs there are, but not how they are."""
    watch = Watch({"a": rig() | ILL, "b": rig()})
    watch.looks(10, time=START)
    watch.memory = None
    assert watch.looks(3, time=START) == []
    assert problems(watch.seen) == []
    assert watch.looks(WELL_AFTER) == []
    assert problems(watch.seen) == [("throttled", None), ("overheating", SECOND)]


def test_a_rig_that_leaves_before_it_was_ever_judged_is_removed() -> None:
    """Test an old panel's list counts."""
    watch = Watch({"a": rig(), "b": rig()})
    watch.looks(10, time=START)
    watch.memory = None
    watch.look(time=START)
    del watch.rigs["b"]
    assert types(watch.looks(3)) == [ChangeType.RIG_REMOVED]


# What changes nothing.


def test_old_data_changes_no_judgement() -> None:
    """Test a panel that stands still neither begins nor ends anything."""
    watch = Watch({"a": rig(), "b": rig() | ILL})
    watch.looks(10, time=START)
    assert watch.result.panel.stale
    memory = watch.memory
    watch.rigs = {"a": rig() | ILL, "b": rig(), "c": rig()}
    assert watch.looks(WELL_AFTER, time=START) == []
    assert watch.memory is memory
    assert problems(watch.seen) == []
    assert problems(watch.result.panel.rigs["b"]) == [
        ("throttled", None),
        ("overheating", SECOND),
    ]
    assert watch.result.panel.rigs["c"].problems == ()
    assert types(watch.looks(2)) == [
        ChangeType.THROTTLED,
        ChangeType.THROTTLING_ENDED,
        ChangeType.RIG_ADDED,
        ChangeType.OVERHEATED,
        ChangeType.COOLED_DOWN,
    ]


def test_a_rig_that_says_nothing_new_is_the_very_same() -> None:
    """Test nothing is judged, remembered or written again."""
    watch = Watch({"a": rig(), "b": rig() | ILL})
    watch.looks(2)
    before = watch.result
    assert watch.look(reports=False) == []
    after = watch.result
    for rig_id in ("a", "b"):
        assert after.panel.rigs[rig_id] is before.panel.rigs[rig_id]
        assert after.memory[rig_id] is before.memory[rig_id]


def test_a_rig_that_only_causes_doubts_is_the_very_same() -> None:
    """Test entities have nothing to write then."""
    watch = Watch({"a": rig() | ILL})
    watch.a["temp"] = "91 90"
    assert watch.look() == []
    shown = watch.seen
    watch.silent.add("a")
    assert types(watch.look()) == [ChangeType.OVERHEATED]
    assert watch.seen is not shown
    shown = watch.seen
    watch.maintain()
    watch.look()
    assert watch.seen is not shown
    shown = watch.seen
    assert watch.looks(3) == []
    assert watch.seen is shown


def test_a_panel_without_problems_is_the_very_same() -> None:
    """Test a healthy farm is not copied with every poll."""
    watch = Watch({"a": rig(), "b": rig()})
    watch.look()
    assert all(one.problems == () for one in watch.result.panel.rigs.values())
    panel = watch.result.panel
    assert review(watch.memory, panel, LIMITS).panel is panel


def test_a_doubt_is_decided_even_if_a_rig_says_nothing_new() -> None:
    """Test two polls are two polls."""
    watch = Watch()
    watch.a["temp"] = "64 90"
    assert watch.look() == []
    assert types(watch.look(reports=False)) == [ChangeType.OVERHEATED]


@pytest.mark.parametrize("minutes", [1, 20])
def test_a_doubt_outlasts_the_silence_of_a_rig(minutes: int) -> None:
    """Test what cannot be told neither begins nor ends, and has to be seen anew."""
    watch = Watch({"a": rig(), "b": rig()})
    watch.a["temp"] = "64 90"
    watch.look()
    alive = dict(watch.a)
    watch.a.update(DEAD)
    assert types(watch.looks(minutes)) == [ChangeType.RIG_DOWN]
    assert [it.problem for it in watch.known.doubts] == [Problem.OVERHEATING]
    watch.a.update({**alive, "temp": "64 90"})
    assert types(watch.look()) == [ChangeType.RIG_UP]
    seen_again_at = watch.now
    assert types(watch.look()) == [ChangeType.OVERHEATED]
    assert finding(watch.seen).since == seen_again_at


def test_a_doubt_ends_when_a_rig_that_was_silent_shows_the_contrary() -> None:
    """Test it was heard again, and is cool."""
    watch = Watch({"a": rig(), "b": rig()})
    alive = dict(watch.a)
    watch.a["temp"] = "64 90"
    watch.look()
    watch.a.update(DEAD)
    watch.looks(9)
    watch.a.update(alive)
    watch.look()
    assert watch.known.doubts == {}
    assert problems(watch.seen) == []


# What is forgotten.


def test_a_gpu_that_is_forgotten_is_not_missed() -> None:
    """Test a user may delete one by hand, and what it had goes with it."""
    watch = Watch()
    watch.a.update(rig(1))
    assert types(watch.looks(2)) == [ChangeType.GPU_LOST]
    watch.remember(watch.known.without_gpus({SECOND}))
    assert watch.look(reports=False) == []
    assert problems(watch.seen) == []
    assert watch.looks(WELL_AFTER) == []
    assert problems(watch.seen) == []
    assert watch.known.gpus == (FIRST,)


def test_a_gpu_that_is_forgotten_is_not_doubted() -> None:
    """Test what it told last of a rig that is down goes with it."""
    watch = Watch({"a": rig(), "b": rig()})
    watch.a["temp"] = "64 90"
    watch.look()
    watch.a.update(DEAD)
    watch.look()
    assert watch.known.doubts
    watch.remember(watch.known.without_gpus({SECOND}))
    watch.look()
    assert watch.known.doubts == {}


def test_a_rig_that_shows_other_gpus_each_time_is_remembered_in_part() -> None:
    """Test somebody who tries cards in all slots does not fill the memory."""
    watch = Watch()
    for bus in range(1, 60):
        watch.a["meminfo"] = f"GPU0:{bus:02x}.00.0:Radeon RX 580"
        watch.look()
    assert len(watch.known.gpus) == 32
