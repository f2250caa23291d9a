"""Test a rig that boots, and a miner that starts, are given time."""

import pytest

from custom_components.ethos.panel import Change, ChangeType
from tests.farm import START, Json, rig
from tests.panel.looks import NO_HASHES, USUAL_AFTER, Watch, types

SLOW_TO_START = [
    pytest.param(
        {**NO_HASHES, "condition": "just_booted"},
        [ChangeType.MINING_STOPPED],
        id="hashes nothing",
    ),
    pytest.param(
        {"miner_hashes": "30.00 00.00", "hash": 30},
        [ChangeType.GPU_LOST],
        id="one gpu hashes",
    ),
    pytest.param(rig(1), [ChangeType.GPU_LOST], id="one gpu is there"),
    pytest.param({"hash": 40}, [ChangeType.HASH_RATE_DROPPED], id="less than usual"),
    pytest.param({"temp": "20 20"}, [ChangeType.UNDERHEATED] * 2, id="cold"),
]


@pytest.mark.parametrize(("ill", "told"), SLOW_TO_START)
def test_a_rig_that_boots_is_given_a_quarter_of_an_hour(
    ill: Json, told: list[ChangeType]
) -> None:
    """Test what is not in order after that is told, as soon as it is confirmed."""
    watch = Watch()
    watch.looks(USUAL_AFTER)
    watch.boot()
    watch.a.update(ill)
    assert types(watch.looks(14)) == [ChangeType.RIG_REBOOTED]
    assert watch.look() == []
    assert types(watch.look()) == told


@pytest.mark.parametrize(("ill", "told"), SLOW_TO_START)
def test_a_miner_that_starts_is_given_five_minutes(
    ill: Json, told: list[ChangeType]
) -> None:
    """Test it has to make its tables first, on one GPU after the other."""
    watch = Watch()
    watch.looks(USUAL_AFTER)
    watch.start_miner()
    watch.a.update(ill)
    assert types(watch.looks(4)) == [ChangeType.MINER_RESTARTED]
    assert types(watch.looks(10)) == told


@pytest.mark.parametrize("ahead", [-5000, 0, 5000])
def test_a_wrong_clock_gives_a_miner_neither_more_time_nor_less(ahead: int) -> None:
    """Test what counts is when reports are heard, however they are stamped."""
    watch = Watch()

    def look() -> list[Change]:
        return watch.look(60, time=START + watch.seconds + 60 + ahead)

    for _ in range(USUAL_AFTER):
        look()
    watch.a.update(NO_HASHES)
    told = []
    for minute in range(8):
        if minute % 3 == 0:
            watch.start_miner()
        told += [(change.type, minute) for change in look()]
    assert told == [
        (ChangeType.MINER_RESTARTED, 0),
        (ChangeType.MINER_RESTARTED, 3),
        (ChangeType.MINING_STOPPED, 5),
        (ChangeType.MINER_RESTARTED, 6),
    ]


def test_a_miner_that_starts_in_time_tells_nothing_else() -> None:
    """Test nothing is lost and found, dropped and recovered, with each start."""
    watch = Watch()
    watch.looks(USUAL_AFTER)
    for _ in range(3):
        watch.start_miner()
        watch.a.update(NO_HASHES, temp="30 30")
        assert types(watch.looks(2)) == [ChangeType.MINER_RESTARTED]
        watch.a.update(miner_hashes="30.00 00.00", hash=30)
        assert watch.looks(2) == []
        watch.rigs["a"] = rig()
        assert watch.looks(5) == []


def test_a_miner_that_starts_again_and_again_gets_no_more_time() -> None:
    """Test one that never gets to mine is told, however young it is."""
    watch = Watch()
    watch.looks(USUAL_AFTER)
    watch.a.update(NO_HASHES)
    told = []
    for _ in range(4):
        watch.start_miner()
        told += watch.looks(2)
    assert types(told).count(ChangeType.MINING_STOPPED) == 1
    assert types(told).count(ChangeType.MINER_RESTARTED) == 4


def test_what_was_wrong_before_a_boot_is_not_over_by_it() -> None:
    """Test the grace of a boot is for what begins."""
    watch = Watch()
    watch.a.update(NO_HASHES)
    assert types(watch.looks(2)) == [ChangeType.MINING_STOPPED]
    watch.boot()
    assert types(watch.looks(3)) == [ChangeType.RIG_REBOOTED]
    watch.rigs["a"] = rig(condition="just_booted")
    assert types(watch.looks(2)) == [ChangeType.MINING_RESUMED]


@pytest.mark.parametrize(
    ("ill", "told"),
    [
        pytest.param({"temp": "64 91"}, ChangeType.OVERHEATED, id="hot"),
        pytest.param({"fanrpm": "0 9"}, ChangeType.FAN_STOPPED, id="fan"),
        pytest.param({"temp": "511 64"}, ChangeType.SENSOR_FAILED, id="sensor"),
        pytest.param({"condition": "rofs"}, ChangeType.CONDITION_UNKNOWN, id="odd"),
    ],
)
def test_a_rig_that_starts_may_not_burn(ill: Json, told: ChangeType) -> None:
    """Test what has nothing to do with starting gets no grace."""
    watch = Watch()
    watch.boot()
    watch.a.update(ill)
    assert types(watch.looks(2)) == [ChangeType.RIG_REBOOTED, told]
    watch = Watch()
    watch.start_miner()
    watch.a.update(ill)
    assert types(watch.looks(2)) == [ChangeType.MINER_RESTARTED, told]


def test_a_rig_that_does_not_tell_its_uptime_boots_as_long_as_it_says_so() -> None:
    """Test the panel's word has to do then."""
    watch = Watch({"a": rig(uptime=None, miner_secs=None)})
    watch.a.update(NO_HASHES, condition="just_booted")
    assert watch.looks(10) == []
    watch.a["condition"] = "mining"
    assert types(watch.looks(2)) == [ChangeType.MINING_STOPPED]
