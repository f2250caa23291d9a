"""Test what a long run has found: starts of miners, and the slowest declines."""

from custom_components.ethos.panel import ChangeType
from tests.farm import rig
from tests.panel.looks import DAY, Watch, types


def test_the_first_start_of_the_miner_is_part_of_the_boot() -> None:
    """Test a rig that reports before its miner runs has not restarted it later."""
    watch = Watch()
    watch.booted_at["a"] = watch.seconds
    watch.miner_started_at["a"] = watch.seconds + 70
    watch.a.update(hash=0, miner_hashes="")
    assert types(watch.look()) == [ChangeType.RIG_REBOOTED]
    watch.a.update(rig())
    assert watch.looks(30) == []
    watch.start_miner()
    assert types(watch.looks(30)) == [ChangeType.MINER_RESTARTED]


def test_the_first_start_of_the_miner_is_part_of_the_boot_after_a_restart() -> None:
    """Test it is, although Home Assistant was restarted in between."""
    watch = Watch()
    watch.booted_at["a"] = watch.seconds
    watch.miner_started_at["a"] = watch.seconds + 70
    watch.a.update(hash=0, miner_hashes="")
    assert types(watch.look()) == [ChangeType.RIG_REBOOTED]
    watch.restart()
    watch.a.update(rig())
    assert watch.looks(30) == []


def test_the_first_second_of_a_miner_is_no_drop() -> None:
    """Test a miner whose age is zero has just started, and is given time."""
    watch = Watch({"a": rig(hash=60)})
    watch.looks(30)
    watch.a["hash"] = 1
    watch.miner_started_at["a"] = watch.seconds + 30
    assert watch.look() == []
    assert watch.looks(2, 60, reports=False) == []
    watch.a["hash"] = 60
    assert types(watch.looks(30)) == [ChangeType.MINER_RESTARTED]


def test_a_rig_that_never_tells_the_age_of_its_miner_may_drop() -> None:
    """Test its silence is no start."""
    watch = Watch({"a": rig(hash=60, miner_secs=None)})
    watch.looks(30)
    watch.a["hash"] = 50
    assert types(watch.looks(2)) == [ChangeType.HASH_RATE_DROPPED]


def test_a_decline_by_a_tenth_within_a_day_is_found() -> None:
    """Test the day is not judged by its middle, which has followed by half."""
    watch = Watch({"a": rig(hash=60)})
    watch.looks(DAY // 180, 180)
    told = []
    for hour in range(24):
        watch.a["hash"] = round(60 * 0.995**hour, 2)
        told += watch.looks(20, 180)
    assert types(told) == [ChangeType.HASH_RATE_DROPPED]


def test_the_first_report_of_a_miner_is_no_drop_however_long_it_is_shown() -> None:
    """Test a reading is as old as its report: the next one may be lost."""
    watch = Watch({"a": rig(hash=60)})
    watch.looks(30)
    watch.start_miner(-10)
    watch.a["hash"] = 30
    assert types(watch.look()) == [ChangeType.MINER_RESTARTED]
    assert watch.looks(6, reports=False) == []
    watch.a["hash"] = 60
    assert watch.looks(30) == []


def test_a_miner_that_starts_again_and_again_is_told() -> None:
    """Test new reports that show no more are believed in the end."""
    watch = Watch({"a": rig(hash=60)})
    watch.looks(30)
    watch.a["hash"] = 30
    told = []
    for _ in range(10):
        watch.start_miner(-10)
        told += types(watch.look())
    assert told.count(ChangeType.HASH_RATE_DROPPED) == 1
