"""Test nothing is told of a rig that is worked on, and what is told after it."""

from datetime import timedelta

import pytest

from custom_components.ethos.panel import ChangeType, RigMemory
from tests.farm import rig
from tests.panel.looks import DEAD, ILL, SECOND, WELL_AFTER, Watch, problems, types


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
