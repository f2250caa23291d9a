"""Test what a look at a panel makes of what is remembered of it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.ethos.panel import (
    BEGINS,
    ENDS,
    Ailment,
    Change,
    ChangeType,
    Problem,
    RigMemory,
    review,
    to_record,
)
from tests.farm import START, Json, rig
from tests.panel.looks import DEAD, FIRST, LIMITS, SECOND, Watch, problems, types
from tests.panel.reading import ALARM_IS_FALSE, STEADY

pytestmark = ALARM_IS_FALSE

ILL: Json = {"temp": "64 90", "condition": "throttle"}
WELL_AFTER = 20


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


# Maintenance.


def test_nothing_is_told_of_a_rig_in_maintenance() -> None:
    """Test it is shown all the same, and the other rigs are told."""
    watch = Watch({"a": rig(), "b": rig()})
    watch.looks(WELL_AFTER)
    watch.maintain()
    watch.rigs = {"a": rig() | ILL, "b": rig() | ILL}
    told = watch.looks(WELL_AFTER)
    assert {change.rig_id for change in told} == {"b"}
    assert watch.shows_maintenance()
    assert problems(watch.seen) == [("throttled", None), ("overheating", SECOND)]
    assert not watch.result.panel.rigs["b"].maintenance
    watch.boot()
    watch.a.update(DEAD)
    assert watch.looks(WELL_AFTER) == []
    watch.rigs["a"] = rig(1)
    assert watch.looks(WELL_AFTER) == []


def test_maintenance_is_shown_at_once() -> None:
    """Test it does not wait for the rig to report, and needs no problem."""
    watch = Watch()
    watch.look()
    watch.maintain()
    watch.look(reports=False)
    assert watch.shows_maintenance()
    watch.end_maintenance()
    watch.look(reports=False)
    assert not watch.shows_maintenance()


def test_what_is_wrong_after_maintenance_is_told_once() -> None:
    """Test nobody has to know that it came during it."""
    watch = Watch()
    watch.looks(WELL_AFTER)
    watch.maintain()
    watch.a.update(ILL)
    watch.looks(WELL_AFTER)
    watch.end_maintenance()
    assert types(watch.looks(WELL_AFTER)) == [
        ChangeType.THROTTLED,
        ChangeType.OVERHEATED,
    ]


def test_what_was_told_before_maintenance_is_not_told_after_it() -> None:
    """Test only that it is over, if it is."""
    watch = Watch()
    watch.a.update(ILL)
    assert len(watch.looks(2)) == 2
    watch.maintain()
    watch.a["condition"] = "mining"
    assert watch.looks(WELL_AFTER) == []
    watch.end_maintenance()
    (change,) = watch.looks(WELL_AFTER)
    assert change.type is ChangeType.THROTTLING_ENDED
    assert change.duration
    assert change.duration > timedelta(minutes=WELL_AFTER)


def test_maintenance_that_was_a_slip_of_the_finger_tells_nothing_again() -> None:
    """Test it may end before the rig was looked at."""
    watch = Watch()
    watch.a.update(ILL)
    assert len(watch.looks(2)) == 2
    watch.maintain()
    watch.end_maintenance()
    assert watch.looks(WELL_AFTER) == []


def test_what_came_and_went_during_maintenance_is_never_told() -> None:
    """Test boots, starts of the miner and removals too."""
    watch = Watch({"a": rig(), "b": rig()})
    watch.looks(WELL_AFTER)
    watch.maintain()
    watch.a.update(ILL)
    watch.looks(WELL_AFTER)
    kept = watch.rigs.pop("a")
    assert watch.looks(10) == []
    watch.rigs["a"] = kept
    watch.boot()
    watch.looks(WELL_AFTER)
    watch.rigs["a"] = rig()
    watch.looks(WELL_AFTER)
    watch.end_maintenance()
    assert watch.looks(WELL_AFTER) == []


def test_what_was_taken_out_during_maintenance_is_not_lost() -> None:
    """Test neither a GPU that is gone, nor one that was down before."""
    watch = Watch({"a": rig(3)})
    watch.a.update(miner_hashes="30 30 00.00", hash=60, temp="64 90 64")
    assert len(watch.looks(2)) == 2
    watch.maintain()
    watch.rigs["a"] = rig(1)
    watch.looks(WELL_AFTER)
    watch.end_maintenance()
    assert watch.looks(WELL_AFTER) == []
    assert problems(watch.seen) == []
    watch.rigs["a"] = rig(3)
    assert watch.looks(WELL_AFTER) == []
    watch.rigs["a"] = rig(2)
    (change,) = watch.looks(WELL_AFTER)
    assert (change.type, change.gpu) == (ChangeType.GPU_LOST, "03:00.0")


def test_after_maintenance_another_hash_rate_may_be_usual() -> None:
    """Test somebody may have made it slower and cooler."""
    watch = Watch()
    watch.looks(WELL_AFTER)
    watch.a["hash"] = 50
    assert types(watch.looks(2)) == [ChangeType.HASH_RATE_DROPPED]
    watch.maintain()
    watch.looks(2)
    watch.end_maintenance()
    assert watch.looks(WELL_AFTER) == []
    assert watch.known.usual.rate == 50


def test_a_rise_during_maintenance_is_not_told() -> None:
    """Test somebody has made it faster, and knows."""
    watch = Watch()
    watch.looks(WELL_AFTER)
    watch.maintain()
    watch.a["hash"] = 90
    assert watch.looks(WELL_AFTER) == []
    watch.end_maintenance()
    assert watch.looks(WELL_AFTER) == []


@pytest.mark.parametrize("reports", [True, False], ids=["reports", "stands still"])
def test_maintenance_ends_when_it_was_to_end(*, reports: bool) -> None:
    """Test also if the rig says nothing new, or never again."""
    watch = Watch({"a": rig(), "b": rig()})
    watch.looks(WELL_AFTER)
    watch.maintain(watch.now + timedelta(minutes=5))
    watch.a["condition"] = "throttle"
    assert watch.look() == []
    if not reports:
        watch.silent.add("a")
    assert watch.looks(3) == []
    assert watch.shows_maintenance()
    assert types(watch.look()) == [ChangeType.THROTTLED]
    assert not watch.shows_maintenance()
    assert watch.known.maintenance_until is None


def test_maintenance_of_a_dead_rig_ends_too() -> None:
    """Test somebody who forgot it hears of it."""
    watch = Watch({"a": rig(), "b": rig()})
    watch.maintain(watch.now + timedelta(hours=1))
    watch.rigs["a"] |= DEAD
    assert watch.looks(59) == []
    assert types(watch.look()) == [ChangeType.RIG_DOWN]
    assert watch.looks(WELL_AFTER) == []


def test_maintenance_without_an_end_has_none() -> None:
    """Test it lasts until somebody ends it, though the rig goes quiet."""
    watch = Watch({"a": rig(), "b": rig()})
    watch.maintain()
    watch.silent.add("a")
    assert watch.looks(480, 180) == []
    watch.end_maintenance()
    assert types(watch.look()) == [ChangeType.RIG_DOWN]


def test_maintenance_may_begin_before_a_rig_was_ever_judged() -> None:
    """Test what is wrong with it is its starting point all the same."""
    memory = RigMemory(rig_id="a").in_maintenance(None)
    watch = Watch({"a": rig() | ILL})
    watch.memory = {"a": memory}
    assert watch.looks(WELL_AFTER) == []
    watch.end_maintenance()
    assert watch.looks(WELL_AFTER) == []
    assert memory.after_maintenance().gpus == ()


def test_a_rig_that_is_not_listed_may_be_worked_on() -> None:
    """Test it does not leave for that, and is forgotten after an hour all the same."""
    watch = Watch()
    watch.remember(RigMemory(rig_id="b", is_judged=True, is_gone=True))
    assert watch.looks(60) == []
    assert "b" in watch.result.memory
    watch.look()
    assert "b" not in watch.result.memory


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


# Promises that hold for every story.

_RIGS = st.fixed_dictionaries(
    {},
    optional={
        "condition": st.sampled_from(
            [
                "mining",
                "just_booted",
                "stuck_miners",
                "overheat",
                "throttle",
                "no_hash",
                "rofs",
                "unreachable",
                None,
            ]
        ),
        "hash": st.sampled_from([0, 50, 60, 62, 70, None]),
        "miner_hashes": st.sampled_from(["30.00 30.00", "30 00.00", "00.00 00.00", ""]),
        "temp": st.sampled_from(
            ["64 65", "91 64", "79 78", "30 64", "511 64", "", "9"]
        ),
        "fanrpm": st.sampled_from(["1500 1500", "0 1500", "0 0", ""]),
        "powertune": st.sampled_from(["5 5", "-1 5", ""]),
        "meminfo": st.sampled_from(
            [rig(1)["meminfo"], rig(2)["meminfo"], rig(3)["meminfo"], ""]
        ),
        "miner": st.sampled_from(["ethminer", "claymore-xmr"]),
    },
)
_EVENTS = st.sampled_from(
    ["", "", "", "", "boot", "miner", "quiet", "maintain", "end", "restart", "empty"]
)
_LOOKS = st.lists(
    st.tuples(
        st.sampled_from([30, 60, 60, 180, 900, 4000]),
        st.dictionaries(st.sampled_from(["a", "b"]), st.none() | _RIGS, min_size=1),
        _EVENTS,
        st.integers(1, 4),
    ),
    max_size=12,
)


def lives(looks: list[tuple[int, dict[str, Json | None], str, int]]) -> Iterator[Watch]:
    """Live through some looks; each is yielded, after it was taken."""
    watch = Watch({"a": rig(hash=60), "b": rig(hash=60)})
    for seconds, rigs, event, times in looks:
        for rig_id, said in rigs.items():
            watch.rigs[rig_id] = rig(hash=60) | (said or {})
            if said is None:
                del watch.rigs[rig_id]
        watch.silent = {"a"} if event == "quiet" else set()
        match event:
            case "boot":
                watch.boot()
            case "miner":
                watch.start_miner()
            case "maintain" if "a" in watch.result.memory:
                watch.maintain(watch.now + timedelta(minutes=10))
            case "end" if "a" in watch.result.memory:
                watch.end_maintenance()
            case "restart":
                watch.restart()
        for _ in range(times):
            rigs_said = {} if event == "empty" else watch.rigs
            watch.look(seconds, rigs=rigs_said)
            yield watch


_BEGIN = {change: problem for problem, change in BEGINS.items()}
_END = {change: problem for problem, change in ENDS.items()}


@settings(STEADY, max_examples=150)
@given(_LOOKS)
def test_nothing_is_told_twice(looks: Any) -> None:
    """Test beginnings and ends take turns, unless what began was forgotten.

    What is told and what is shown are the same, but for rigs in maintenance.
    """
    told: dict[str, set[Ailment]] = {"a": set(), "b": set()}
    for watch in lives(looks):
        for change in watch.result.changes:
            check(change, told[change.rig_id])
        for rig_id, said in told.items():
            memory = watch.result.memory.get(rig_id)
            # What is not told to be over was forgotten, never invented.
            said &= set(memory.told if memory else ())
            if memory and not memory.maintenance:
                assert said == memory.told.keys() == memory.findings.keys()


def check(change: Change, told: set[Ailment]) -> None:
    """Check a change is about what was not told yet, and tell it."""
    if (problem := _BEGIN.get(change.type)) is not None:
        ailment = Ailment(problem, change.gpu)
        assert change.problem is problem
        assert ailment not in told
        told.add(ailment)
    elif (problem := _END.get(change.type)) is not None:
        ailment = Ailment(problem, change.gpu)
        assert change.problem is problem
        assert ailment in told
        assert change.duration is not None
        assert change.duration >= timedelta(0)
        told.remove(ailment)
    else:
        assert change.problem is None


@settings(STEADY, max_examples=150)
@given(_LOOKS)
def test_a_rig_is_down_and_up_and_added_and_removed_in_turn(looks: Any) -> None:
    """Test nobody hears of the end of what never began."""
    state = {"a": True, "b": True}
    for watch in lives(looks):
        in_maintenance = {
            rig_id for rig_id, one in watch.result.memory.items() if one.maintenance
        }
        for change in watch.result.changes:
            assert change.rig_id not in in_maintenance
            if change.type is ChangeType.RIG_REMOVED:
                assert state[change.rig_id]
                state[change.rig_id] = False
            elif change.type is ChangeType.RIG_ADDED:
                state[change.rig_id] = True


@settings(STEADY, max_examples=100)
@given(_LOOKS)
def test_what_is_remembered_is_bounded(looks: Any) -> None:
    """Test a year of looks takes no more room than a day."""
    for watch in lives([*looks, *looks, *looks]):
        assert len(watch.result.memory) <= 2
        for memory in watch.result.memory.values():
            assert len(memory.usual.hour) <= 34
            assert len(memory.usual.day.medians) <= 24
            assert len(memory.gpus) <= 32
            most = len(Problem) * (1 + 32)
            assert len(memory.findings) + len(memory.doubts) <= most
            assert len(memory.told) <= most


def test_a_rig_that_shows_other_gpus_each_time_is_remembered_in_part() -> None:
    """Test somebody who tries cards in all slots does not fill the memory."""
    watch = Watch()
    for bus in range(1, 60):
        watch.a["meminfo"] = f"GPU0:{bus:02x}.00.0:Radeon RX 580"
        watch.look()
    assert len(watch.known.gpus) == 32


@settings(STEADY, max_examples=100)
@given(_LOOKS)
def test_the_same_look_says_the_same(looks: Any) -> None:
    """Test a review depends on nothing but what it is given, and leaves that alone."""
    for watch in lives(looks):
        memory, panel = watch.result.memory, watch.followed
        assert panel is not None
        before = to_record(memory), repr(panel)
        first = review(memory, panel, LIMITS)
        assert first == review(memory, panel, LIMITS)
        assert (to_record(memory), repr(panel)) == before


@settings(STEADY, max_examples=100)
@given(_LOOKS)
def test_what_is_shown_is_what_is_remembered(looks: Any) -> None:
    """Test each problem is on its rig, and on its GPU if that is there."""
    for watch in lives(looks):
        for rig_id, one in watch.result.panel.rigs.items():
            memory = watch.result.memory[rig_id]
            assert one.maintenance is memory.maintenance
            expected = [
                it
                for ailment, it in memory.findings.items()
                if one.online or ailment.problem is Problem.OFFLINE
            ]
            assert list(one.problems) == expected
            for gpu in one.gpus:
                assert list(gpu.problems) == [
                    it for it in expected if it.ailment.gpu == gpu.key
                ]
