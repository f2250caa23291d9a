"""Test what a rig usually mines."""

from datetime import timedelta
from statistics import median

import pytest

from custom_components.ethos.panel import ChangeType, HashUnit
from custom_components.ethos.panel.usual import Usual
from tests.farm import rig
from tests.panel.looks import DAY, USUAL_AFTER, Watch, problems, types
from tests.panel.reading import NOW, read_rig

HOUR = 60
"""Looks."""


def watch_of_60() -> Watch:
    """Watch a rig until it is usual that it mines 60 MH/s."""
    watch = Watch({"a": rig(hash=60)})
    assert watch.looks(USUAL_AFTER) == []
    assert watch.known.usual.rate == 60
    return watch


def test_a_habit_takes_ten_minutes() -> None:
    """Test what was read once or twice is none, and is no base of a drop."""
    watch = Watch({"a": rig(hash=60)})
    watch.looks(3)
    assert watch.known.usual.rate is None
    watch.a["hash"] = 30
    assert watch.looks(20) == []
    assert watch.known.usual.rate == 30


def test_the_usual_is_the_median_of_the_last_hour() -> None:
    """Test older readings do not count, and neither does one that is far off."""
    watch = watch_of_60()
    watch.a["hash"] = 62
    watch.looks(HOUR + 1, 120)
    assert watch.known.usual.rate == 62
    rates = [rate for _, rate in watch.known.usual.hour]
    assert rates == [62] * 30


def test_readings_that_come_more_often_do_not_count_more() -> None:
    """Test rigs report every two minutes at most: what comes between is the same."""
    watch = Watch()
    watch.looks(200, 30)
    assert 26 <= len(watch.known.usual.hour) <= 34
    watch = Watch()
    watch.looks(200, 110)
    assert 26 <= len(watch.known.usual.hour) <= 34


@pytest.mark.parametrize("seconds", [30, 60, 180, 900])
def test_a_drop_is_found_however_often_one_looks(seconds: int) -> None:
    """Test four readings an hour are habit enough after some hours."""
    watch = Watch({"a": rig(hash=60)})
    assert watch.looks(3 * 3600 // seconds, seconds) == []
    watch.a["hash"] = 53
    assert types(watch.looks(3, seconds)) == [ChangeType.HASH_RATE_DROPPED]


def test_a_drop_stays_one_for_days() -> None:
    """Test nobody gets used to what is wrong."""
    watch = watch_of_60()
    watch.a["hash"] = 50
    (change,) = watch.looks(3)
    assert (change.value, change.limit) == (50, 60)
    assert watch.looks(4 * DAY // 180, 180) == []
    assert problems(watch.seen) == [("low_hash_rate", None)]
    assert watch.known.usual.rate == 60
    watch.a["hash"] = 60
    (change,) = watch.looks(2)
    assert change.type is ChangeType.HASH_RATE_RECOVERED
    assert change.duration
    assert change.duration > timedelta(days=4)


def test_what_is_only_just_made_good_does_not_become_usual() -> None:
    """Test a drop that goes on is not called a recovery because it is old."""
    watch = watch_of_60()
    watch.a["hash"] = 50
    assert types(watch.looks(2)) == [ChangeType.HASH_RATE_DROPPED]
    watch.a["hash"] = 55
    assert watch.looks(2 * DAY // 180, 180) == []
    assert watch.known.usual.rate == 60
    watch.a["hash"] = 65
    assert types(watch.looks(2)) == [ChangeType.HASH_RATE_RECOVERED]


def test_a_slow_decline_is_found() -> None:
    """Test one percent an hour is told within a day, though the hour never shows it."""
    watch = Watch({"a": rig(hash=60)})
    watch.looks(DAY // 180, 180)
    told = []
    for hour in range(24):
        watch.a["hash"] = round(60 * (1 - hour / 100), 2)
        told += watch.looks(20, 180)
    assert types(told) == [ChangeType.HASH_RATE_DROPPED]
    (change,) = told
    assert change.value == pytest.approx(60 * 0.89, abs=1.5)
    assert problems(watch.seen) == [("low_hash_rate", None)]


def test_ups_and_downs_of_a_tenth_are_usual() -> None:
    """Test luck is no news."""
    watch = Watch({"a": rig(hash=60)})
    for hour in range(48):
        for rate in (60, 57, 62, 58.5, 61):
            watch.a["hash"] = rate + hour % 2
            assert watch.looks(4, 180) == []


def test_what_rises_is_told_once_and_becomes_the_usual() -> None:
    """Test more by as much as a drop is news of another level."""
    watch = watch_of_60()
    watch.a["hash"] = 66.1
    assert watch.look() == []
    (change,) = watch.look()
    assert change.type is ChangeType.HASH_RATE_RISEN
    assert (change.value, change.limit, change.unit) == (66.1, 60, "MH/s")
    assert change.problem is None
    assert change.duration is None
    assert watch.looks(HOUR) == []
    assert watch.known.usual.rate == 66.1
    watch.a["hash"] = 59
    (change,) = watch.looks(3)
    assert (change.type, change.limit) == (ChangeType.HASH_RATE_DROPPED, 66.1)


def test_what_rises_from_a_drop_is_told_once() -> None:
    """Test it has not recovered besides."""
    watch = watch_of_60()
    watch.a["hash"] = 50
    assert types(watch.looks(2)) == [ChangeType.HASH_RATE_DROPPED]
    watch.a["hash"] = 80
    assert types(watch.looks(HOUR)) == [ChangeType.HASH_RATE_RISEN]
    assert problems(watch.seen) == []


def test_one_odd_reading_is_neither_a_rise_nor_a_drop_nor_other_work() -> None:
    """Test the habit of a day is not lost to a glitch."""
    watch = watch_of_60()
    watch.looks(12 * HOUR)
    medians = watch.known.usual.day.medians
    assert len(medians) == 12
    for odd in (
        {"hash": 600},
        {"hash": 6},
        {"miner_hashes": "30.00 00.00"},
        {"miner": "claymore"},
        {"meminfo": ""},
    ):
        watch.a.update(odd)
        assert watch.look() == []
        watch.rigs["a"] = rig(hash=60)
        assert watch.look() == []
    assert watch.known.usual.rate == 60
    assert watch.known.usual.day.medians[:12] == medians
    assert not watch.known.usual.is_in_doubt


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(rig(1, hash=30), id="fewer gpus"),
        pytest.param(rig(hash=30, miner="claymore"), id="another miner"),
        pytest.param(rig(hash=1500, miner="claymore-xmr"), id="another unit"),
        pytest.param(
            rig(hash=30, meminfo=rig()["meminfo"].replace(":02", ":07")),
            id="other gpus",
        ),
    ],
)
def test_other_work_makes_another_habit(other: dict[str, object]) -> None:
    """Test it is compared with itself alone."""
    watch = watch_of_60()
    watch.rigs["a"] = other
    told = set(types(watch.looks(HOUR)))
    assert told <= {ChangeType.GPU_LOST}
    assert watch.known.usual.rate == other["hash"]
    assert watch.known.usual.day.medians == ()


def test_other_work_ends_a_drop_without_a_word_of_recovery() -> None:
    """Test what is forgotten did not recover."""
    watch = watch_of_60()
    watch.a["hash"] = 50
    assert types(watch.looks(2)) == [ChangeType.HASH_RATE_DROPPED]
    watch.a["miner"] = "claymore"
    assert watch.looks(HOUR) == []
    assert problems(watch.seen) == []
    watch.a["hash"] = 40
    assert types(watch.looks(2)) == [ChangeType.HASH_RATE_DROPPED]


def test_another_unit_of_the_same_miner_makes_another_habit() -> None:
    """Test a user may have told that it was wrong."""
    usual = Usual()
    for unit in (HashUnit.MEGAHASHES, HashUnit.HASHES):
        one = read_rig(rig(hash=60), {"ethminer": unit})
        assert not usual.is_judge_of(one)
        for minute in range(20):
            at = NOW + timedelta(minutes=minute)
            usual = usual.observe(one, at, rise=10, drop=10)
        assert usual.is_judge_of(one)


def test_a_gpu_that_dies_is_lost_and_no_drop_besides() -> None:
    """Test one fact is told once."""
    watch = watch_of_60()
    watch.a.update(miner_hashes="30.00 00.00", hash=30)
    assert types(watch.looks(HOUR)) == [ChangeType.GPU_LOST]
    watch.rigs["a"] = rig(hash=60)
    assert types(watch.looks(HOUR)) == [ChangeType.GPU_FOUND]


def test_a_rig_that_boots_or_starts_its_miner_has_no_new_habit() -> None:
    """Test what it mines when half of its GPUs have started is not usual."""
    watch = watch_of_60()
    usual = watch.known.usual
    watch.boot()
    watch.a.update(miner_hashes="30.00 00.00", hash=30)
    watch.looks(14)
    assert watch.known.usual == usual
    watch.rigs["a"] = rig(hash=60)
    watch.looks(5)
    watch.start_miner()
    watch.a.update(miner_hashes="30.00 00.00", hash=30)
    watch.looks(4)
    assert watch.known.usual.work == usual.work
    assert watch.known.usual.rate == 60


def test_a_rig_that_comes_back_worse_is_found() -> None:
    """Test a boot is no excuse for a lower hash rate than before it."""
    watch = watch_of_60()
    watch.boot()
    watch.a["hash"] = 50
    assert types(watch.looks(15)) == [ChangeType.RIG_REBOOTED]
    (change,) = watch.looks(3)
    assert (change.type, change.limit) == (ChangeType.HASH_RATE_DROPPED, 60)


def test_one_lucky_reading_after_a_gap_is_no_usual() -> None:
    """Test the day before counts until there is an hour again."""
    watch = watch_of_60()
    watch.looks(6 * HOUR)
    watch.a["hash"] = 65.9
    assert watch.look(3 * 3600) == []
    assert watch.known.usual.rate == 60
    watch.a["hash"] = 57
    assert watch.looks(HOUR) == []


def test_a_doubt_does_not_outlive_what_interrupts_it() -> None:
    """Test polls in a row are in a row."""
    watch = watch_of_60()
    watch.a["hash"] = 600
    assert watch.look() == []
    assert watch.known.usual.above == 1
    watch.a.update(hash=0, miner_hashes="00.00 00.00")
    assert watch.look() == []
    watch.rigs["a"] = rig(hash=600)
    assert watch.look() == []
    watch.a["hash"] = 60
    assert watch.looks(10) == []


def test_a_clock_that_is_put_back_stops_no_habit() -> None:
    """Test a panel may have been an hour, or a year, ahead."""
    watch = watch_of_60()
    watch.looks(3 * HOUR)
    one, year = read_rig(rig(hash=63)), timedelta(days=365)
    usual = watch.known.usual
    for ahead in (year, timedelta(0)):
        for minute in range(90):
            usual = usual.observe(
                one, watch.now + ahead + timedelta(minutes=minute), rise=10, drop=10
            )
        assert 26 <= len(usual.hour) <= 34
        assert {rate for _, rate in usual.hour} == {63}
    assert usual.rate == 63


def test_a_day_is_twenty_four_medians() -> None:
    """Test what was usual the day before yesterday is not usual any more."""
    usual = Usual()
    at = NOW
    rates = [60 + hour / 10 for hour in range(50)]
    for rate in rates:
        for _ in range(20):
            at += timedelta(seconds=180)
            usual = usual.observe(read_rig(rig(hash=rate)), at, rise=10, drop=10)
    assert len(usual.day.medians) == 24
    assert usual.rate == max(
        median(usual.day.medians), median(rate for _, rate in usual.hour)
    )
    assert min(usual.day.medians) >= rates[-26]
