"""Test what is told of a rig's life, in which words and in which order."""

from datetime import timedelta

import pytest

from custom_components.ethos.panel import ChangeType, Problem
from tests.farm import START, Json, rig
from tests.panel.looks import DAY, DEAD, NO_HASHES, SECOND, WELL_AFTER, Watch, types

# Rigs that come and go.


def test_a_rig_that_appears_is_added() -> None:
    """Test it is told once, and what is wrong with it after that."""
    watch = Watch()
    watch.rigs["b"] = rig(temp="64 90", condition="rofs")
    added, odd = watch.look()
    assert added.type is ChangeType.RIG_ADDED
    assert added.rig_id == "b"
    assert added.at == watch.now
    assert (added.problem, added.gpu, added.value) == (None, None, None)
    assert odd.type is ChangeType.CONDITION_UNKNOWN
    assert types(watch.looks(WELL_AFTER)) == [ChangeType.OVERHEATED]


def test_a_rig_that_appears_dead_is_added_and_down() -> None:
    """Test in this order."""
    watch = Watch()
    watch.rigs["b"] = rig() | DEAD
    assert types(watch.looks(WELL_AFTER)) == [
        ChangeType.RIG_ADDED,
        ChangeType.RIG_DOWN,
    ]


def test_a_rig_is_removed_after_three_good_answers_without_it() -> None:
    """Test it is told once, and nothing is known of it an hour later."""
    watch = Watch({"a": rig(), "b": rig()})
    gone = watch.rigs.pop("b")
    assert watch.looks(2) == []
    (change,) = watch.look()
    assert (change.type, change.rig_id) == (ChangeType.RIG_REMOVED, "b")
    assert watch.looks(57) == []
    assert "b" in watch.result.memory
    assert watch.looks(3) == []
    assert "b" not in watch.result.memory
    watch.rigs["b"] = gone
    (change,) = watch.look()
    assert (change.type, change.rig_id) == (ChangeType.RIG_ADDED, "b")
    assert watch.looks(WELL_AFTER) == []


def test_one_short_answer_removes_nothing() -> None:
    """Test a rig may be missing now and then."""
    watch = Watch({"a": rig(), "b": rig()})
    for _ in range(5):
        kept = watch.rigs.pop("b")
        assert watch.looks(2) == []
        watch.rigs["b"] = kept
        assert watch.look() == []


def test_a_rig_that_is_back_within_the_hour_has_its_past() -> None:
    """Test what was told of it is not told again, and what is over is told."""
    watch = Watch({"b": rig(), "a": rig(temp="64 90")})
    watch.looks(WELL_AFTER)
    usual = watch.known.usual
    gone = watch.rigs.pop("a")
    assert types(watch.looks(50)) == [ChangeType.RIG_REMOVED]
    watch.rigs["a"] = gone
    assert types(watch.looks(WELL_AFTER)) == [ChangeType.RIG_ADDED]
    assert watch.known.usual.rate == usual.rate
    watch.a["temp"] = "64 64"
    assert types(watch.looks(WELL_AFTER)) == [ChangeType.COOLED_DOWN]


@pytest.mark.parametrize(
    "said",
    [
        pytest.param({"rigs": {}}, id="empty"),
        pytest.param({"time": START}, id="stale"),
    ],
)
def test_a_panel_that_says_nothing_removes_nothing(said: Json) -> None:
    """Test it may say nothing for hours, and nothing is told after it either."""
    watch = Watch({"a": rig(), "b": rig()})
    assert watch.looks(10, **said) == []
    gone = watch.rigs.pop("b")
    assert watch.looks(180, **said) == []
    watch.rigs["b"] = gone
    assert watch.looks(WELL_AFTER) == []


def test_a_rig_that_makes_no_sense_is_not_removed() -> None:
    """Test it is listed all the same."""
    watch = Watch({"b": rig(), "a": rig(temp="64 90")})
    kept, watch.rigs["a"] = watch.a, None
    assert watch.looks(180) == []
    watch.rigs["a"] = kept
    assert watch.looks(WELL_AFTER) == []
    watch.a["temp"] = "64 64"
    assert types(watch.looks(WELL_AFTER)) == [ChangeType.COOLED_DOWN]


# Boots and starts of the miner.


def test_a_boot_is_told_once() -> None:
    """Test the start of the miner is a part of it."""
    watch = Watch()
    watch.looks(WELL_AFTER)
    watch.boot()
    (change,) = watch.looks(30)
    assert change.type is ChangeType.RIG_REBOOTED
    assert change.problem is None
    watch.boot(40)
    assert types(watch.looks(30)) == [ChangeType.RIG_REBOOTED]


@pytest.mark.parametrize("miner_secs", [None, 0])
def test_a_boot_is_told_once_though_the_miner_starts_later(
    miner_secs: int | None,
) -> None:
    """Test a rig reports before its miner runs, and its panel shows no age of that."""
    watch = Watch()
    watch.looks(WELL_AFTER)
    watch.boot()
    watch.a.update(NO_HASHES, miner_secs=None)
    assert types(watch.looks(5)) == [ChangeType.RIG_REBOOTED]
    watch.rigs["a"] = rig(miner_secs=miner_secs)
    watch.start_miner()
    assert watch.looks(30) == []
    watch.start_miner()
    told = [] if miner_secs is None else [ChangeType.MINER_RESTARTED]
    assert types(watch.looks(30)) == told


def test_a_start_of_the_miner_is_told_once() -> None:
    """Test a rig that goes on running has not booted."""
    watch = Watch()
    watch.looks(WELL_AFTER)
    watch.start_miner()
    assert types(watch.looks(30)) == [ChangeType.MINER_RESTARTED]


def test_a_boot_while_a_rig_was_down_is_told_when_it_is_back() -> None:
    """Test first it is up, then why."""
    watch = Watch()
    watch.looks(WELL_AFTER)
    well = dict(watch.a)
    watch.a.update(DEAD)
    assert types(watch.looks(60)) == [ChangeType.RIG_DOWN]
    watch.rigs["a"] = well
    watch.boot()
    up, rebooted = watch.looks(30)
    assert up.type is ChangeType.RIG_UP
    assert rebooted.type is ChangeType.RIG_REBOOTED
    assert up.duration
    assert up.duration > timedelta(hours=1)


def test_a_rig_that_was_only_out_of_reach_has_not_booted() -> None:
    """Test a network that failed is not a rig that did."""
    watch = Watch()
    watch.looks(WELL_AFTER)
    well = dict(watch.a)
    watch.a.update(DEAD)
    assert types(watch.looks(60)) == [ChangeType.RIG_DOWN]
    watch.rigs["a"] = well
    assert types(watch.looks(30)) == [ChangeType.RIG_UP]


@pytest.mark.parametrize("drift", [-0.0005, 0.0005])
def test_clocks_that_drift_for_weeks_are_no_boot(drift: float) -> None:
    """Test a rig's seconds are not quite the panel's: 43 a day here."""
    watch = Watch()
    since = watch.booted_at["a"]
    for _ in range(28 * 24):
        watch.booted_at["a"] = since + watch.seconds * drift
        watch.miner_started_at["a"] = since + 100 + watch.seconds * drift
        assert watch.look(3600) == []


@pytest.mark.parametrize("also", [{}, {"server_time": None}])
def test_clocks_that_drifted_while_a_rig_was_down_are_no_boot(also: Json) -> None:
    """Test after a week it is five minutes, but before the last report it told."""
    watch = Watch()
    watch.looks(WELL_AFTER)
    well = dict(watch.a)
    watch.a.update(DEAD, **also)
    watch.looks(7 * 24, 3600)
    watch.rigs["a"] = well
    watch.booted_at["a"] += 300
    watch.miner_started_at["a"] += 300
    assert types(watch.looks(10)) == [ChangeType.RIG_UP]


def test_a_rig_that_boots_right_after_its_report_has_booted() -> None:
    """Test even if its clock is half a minute off."""
    watch = Watch()
    watch.looks(WELL_AFTER)
    watch.boot(seconds_ago=60)
    assert types(watch.looks(10)) == [ChangeType.RIG_REBOOTED]


def test_a_rig_that_has_just_booted_has_not_booted_twice() -> None:
    """Test the moment of its boot jitters, which its young report does not tell."""
    watch = Watch()
    watch.looks(WELL_AFTER)
    watch.boot(seconds_ago=-20)
    assert types(watch.look()) == [ChangeType.RIG_REBOOTED]
    watch.restart()
    watch.boot(seconds_ago=0)
    assert watch.looks(10) == []


def test_a_rig_that_never_told_when_it_reported_may_boot_all_the_same() -> None:
    """Test there is one guard less then."""
    watch = Watch()
    watch.looks(WELL_AFTER)
    memory = watch.known
    before = memory.reported_at
    assert before is not None
    for reported_at in (None, before):
        old = type(memory)(
            rig_id="a", reported_at=reported_at, booted_at=before - timedelta(hours=2)
        )
        new = type(memory)(rig_id="a", booted_at=before - timedelta(hours=1))
        assert new.has_rebooted_since(old) is (reported_at is None)
        assert not old.has_rebooted_since(new)


def test_moments_that_are_not_told_are_no_boot() -> None:
    """Test they may come and go."""
    watch = Watch()
    watch.looks(WELL_AFTER)
    watch.a.update(uptime=None, miner_secs=None)
    assert watch.looks(10) == []
    watch.a.update(uptime="0", miner_secs=0)
    assert watch.looks(10) == []
    watch.a.update(uptime=None, miner_secs=None)
    assert watch.looks(10) == []
    watch.a.update(uptime="0", miner_secs=0)
    watch.start_miner()
    assert types(watch.looks(10)) == [ChangeType.MINER_RESTARTED]


# The order of a story.


def test_what_ended_is_told_before_what_began() -> None:
    """Test a rig that comes back with other problems than it had."""
    watch = Watch({"a": rig(3), "b": rig()})
    watch.looks(WELL_AFTER)
    watch.a["condition"] = "throttle"
    assert types(watch.look()) == [ChangeType.THROTTLED]
    well = rig(3)
    watch.rigs["a"] = rig(3) | DEAD
    assert types(watch.looks(5)) == [ChangeType.RIG_DOWN]
    watch.rigs["a"] = well | {"condition": "rofs"}
    watch.boot()
    assert (
        types(watch.look())
        == [
            ChangeType.RIG_UP,
            ChangeType.THROTTLING_ENDED,
            ChangeType.RIG_REBOOTED,
            ChangeType.CONDITION_UNKNOWN,
        ]
        or types(watch.look()) == []
    )


def test_nothing_lasts_less_than_no_time() -> None:
    """Test the clock of who asks may be put back meanwhile."""
    watch = Watch()
    watch.a["condition"] = "throttle"
    watch.look(3600)
    watch.rigs["a"] = rig()
    (change,) = watch.look(-1800)
    assert change.type is ChangeType.THROTTLING_ENDED
    assert change.duration == timedelta(0)


def test_each_rig_has_its_own_story() -> None:
    """Test rigs are told in the order of the panel."""
    watch = Watch({"a": rig(), "b": rig(), "c": rig()})
    watch.rigs["c"] |= DEAD
    watch.rigs["b"] |= {"condition": "throttle"}
    told = watch.look()
    assert [(change.rig_id, change.type) for change in told] == [
        ("b", ChangeType.THROTTLED),
        ("c", ChangeType.RIG_DOWN),
    ]


def test_every_change_is_told_in_a_life_and_each_once() -> None:
    """Test no word is left that nobody ever hears."""
    watch = Watch({"a": rig(hash=60), "b": rig()})
    watch.looks(WELL_AFTER)
    life: list[tuple[Json, list[ChangeType]]] = [
        ({"condition": "throttle"}, [ChangeType.THROTTLED]),
        ({"condition": "rofs"}, [
            ChangeType.THROTTLING_ENDED,
            ChangeType.CONDITION_UNKNOWN,
        ]),
        ({}, [ChangeType.CONDITION_KNOWN]),
        ({"temp": "64 90"}, [ChangeType.OVERHEATED]),
        ({"temp": "64 30"}, [ChangeType.COOLED_DOWN, ChangeType.UNDERHEATED]),
        ({"temp": "64 511"}, [ChangeType.SENSOR_FAILED]),
        ({}, [ChangeType.WARMED_UP, ChangeType.SENSOR_RECOVERED]),
        ({"fanrpm": "0 0", "temp": "64 50"}, [ChangeType.FAN_STOPPED]),
        ({}, [ChangeType.FAN_RESTARTED]),
        ({"hash": 50}, [ChangeType.HASH_RATE_DROPPED]),
        ({}, [ChangeType.HASH_RATE_RECOVERED]),
        ({"hash": 70}, [ChangeType.HASH_RATE_RISEN]),
        (NO_HASHES, [ChangeType.MINING_STOPPED]),
        ({"hash": 70}, [ChangeType.MINING_RESUMED]),
        ({"hash": 30, "miner_hashes": "30.00 00.00"}, [ChangeType.GPU_LOST]),
        ({"hash": 70}, [ChangeType.GPU_FOUND]),
        (DEAD, [ChangeType.RIG_DOWN]),
        ({"hash": 70}, [ChangeType.RIG_UP]),
    ]  # fmt: skip
    heard: set[ChangeType] = set()
    for said, expected in life:
        watch.rigs["a"] = rig(hash=60) | said
        told = watch.looks(WELL_AFTER)
        assert types(told) == expected
        heard.update(expected)
    watch.start_miner()
    assert types(watch.looks(WELL_AFTER)) == [ChangeType.MINER_RESTARTED]
    watch.boot()
    assert types(watch.looks(WELL_AFTER)) == [ChangeType.RIG_REBOOTED]
    del watch.rigs["a"]
    assert types(watch.looks(WELL_AFTER)) == [ChangeType.RIG_REMOVED]
    watch.rigs["a"] = rig(hash=60)
    assert types(watch.look()) == [ChangeType.RIG_ADDED]
    heard |= {
        ChangeType.MINER_RESTARTED,
        ChangeType.RIG_REBOOTED,
        ChangeType.RIG_REMOVED,
        ChangeType.RIG_ADDED,
    }
    assert heard == set(ChangeType)


def test_what_lasts_is_not_told_again() -> None:
    """Test a day of the same problems is silent."""
    watch = Watch({"a": rig(temp="64 64"), "b": rig()})
    watch.looks(WELL_AFTER)
    watch.a.update(temp="91 30", condition="throttle", hash=50, fanrpm="0 9")
    assert len(watch.looks(WELL_AFTER)) == 5
    assert watch.looks(DAY // 180, 180) == []
    watch.a.update(temp="91.5 29")
    assert watch.looks(WELL_AFTER) == []
    watch.rigs["a"] = rig()
    told = watch.looks(WELL_AFTER)
    assert len(told) == 5
    assert all(
        change.duration and change.duration > timedelta(days=1) for change in told
    )
    assert {change.problem for change in told} == {
        Problem.FAN_STOPPED,
        Problem.LOW_HASH_RATE,
        Problem.OVERHEATING,
        Problem.THROTTLED,
        Problem.UNDERHEATING,
    }
    assert {change.gpu for change in told} == {None, "01:00.0", SECOND}
