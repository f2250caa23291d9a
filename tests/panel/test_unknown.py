"""Test what is not known neither begins a problem nor ends one."""

import pytest

from custom_components.ethos.panel import BEGINS, ENDS, ChangeType, Problem
from tests.farm import Json, rig
from tests.panel.looks import NO_HASHES, USUAL_AFTER, Watch, finding, problems, types


@pytest.mark.parametrize(
    "healthy",
    [
        pytest.param({"temp": "80 35"}, id="as hot and as cold as may be"),
        pytest.param({"hash": 54.1}, id="a tenth less"),
        pytest.param({"fanrpm": "0 0", "temp": "60 60"}, id="cool without fans"),
        pytest.param({"fanrpm": "0 0", "temp": ""}, id="no fans, unknown heat"),
        pytest.param({"fanrpm": ""}, id="fans unknown"),
        pytest.param({"temp": ""}, id="temperatures unknown"),
        pytest.param({"hash": None, "miner_hashes": ""}, id="hash rate unknown"),
        pytest.param({"condition": None}, id="condition unknown"),
        pytest.param({"miner_hashes": "60.1"}, id="one gpu's hash rate unknown"),
        pytest.param({"meminfo": ""}, id="slots unknown"),
        pytest.param({"condition": "high_load"}, id="high_load"),
        pytest.param({"condition": "just_booted"}, id="just_booted"),
        pytest.param({"condition": "autorebooted"}, id="autorebooted"),
    ],
)
def test_a_rig_is_well_until_the_contrary_is_known(healthy: Json) -> None:
    """Test limits may be reached, and what is not told is no problem."""
    watch = Watch()
    watch.looks(USUAL_AFTER)
    watch.a.update(healthy)
    assert watch.looks(10) == []
    assert problems(watch.seen) == []


@pytest.mark.parametrize(
    ("problem", "ill", "unknown"),
    [
        pytest.param(
            Problem.NOT_MINING,
            NO_HASHES,
            {"hash": None, "miner_hashes": ""},
            id="no hash rate",
        ),
        pytest.param(
            Problem.LOW_HASH_RATE,
            {"hash": 50},
            {"hash": None, "miner_hashes": ""},
            id="no hash rate to compare",
        ),
        pytest.param(
            Problem.GPU_DOWN,
            {"miner_hashes": "30.00 00.00", "hash": 30},
            {"miner_hashes": "30.00", "hash": 30},
            id="no hash rate of the gpu",
        ),
        pytest.param(
            Problem.GPU_DOWN,
            {"miner_hashes": "30.00 00.00", "hash": 30},
            rig(1, hash=30),
            id="the gpu that was down is missing",
        ),
        pytest.param(
            Problem.GPU_DOWN,
            {"condition": "stuck_miners"},
            {"condition": None},
            id="no condition of stuck_miners",
        ),
        pytest.param(
            Problem.OVERHEATING,
            {"condition": "overheat"},
            {"condition": None},
            id="no condition of overheat",
        ),
        pytest.param(
            Problem.THROTTLED,
            {"condition": "throttle"},
            {"condition": None},
            id="no condition of throttle",
        ),
        pytest.param(
            Problem.UNKNOWN_CONDITION,
            {"condition": "rofs"},
            {"condition": None},
            id="no condition of an unknown one",
        ),
        pytest.param(
            Problem.OVERHEATING, {"temp": "64 90"}, {"temp": "64"}, id="hot, no reading"
        ),
        pytest.param(
            Problem.UNDERHEATING, {"temp": "64 9"}, {"temp": ""}, id="cold, no reading"
        ),
        pytest.param(
            Problem.SENSOR_FAULT,
            {"temp": "64 511"},
            {"temp": "64"},
            id="fault, no reading",
        ),
        pytest.param(
            Problem.FAN_STOPPED, {"fanrpm": "0 9"}, {"fanrpm": ""}, id="fan, no reading"
        ),
        pytest.param(
            Problem.FAN_STOPPED,
            {"fanrpm": "0 9"},
            {"fanrpm": "0 9", "temp": "40 40"},
            id="a fan that stands still beside a card that cooled",
        ),
        pytest.param(
            Problem.FAN_STOPPED,
            {"fanrpm": "0 9", "fanpercent": "70 70"},
            {"fanrpm": "0 9", "fanpercent": "70 70", "temp": "40 40"},
            id="a fan that is driven and stands still",
        ),
    ],
)
def test_what_cannot_be_told_is_not_over(
    problem: Problem, ill: Json, unknown: Json
) -> None:
    """Test only a reading ends what a reading began."""
    watch = Watch()
    watch.looks(USUAL_AFTER)
    watch.a.update(ill)
    assert types(watch.looks(2)) == [BEGINS[problem]]
    watch.a.update(unknown)
    assert watch.looks(20) == []
    assert finding(watch.seen).ailment.problem is problem
    watch.rigs["a"] = rig()
    assert types(watch.looks(2)) == [ENDS[problem]]


def test_a_rig_that_mines_nothing_tells_nothing_of_its_gpus() -> None:
    """Test they all rest: none is down or too cold, and none recovers from that."""
    watch = Watch()
    watch.a.update(NO_HASHES, temp="20 20")
    assert types(watch.looks(5)) == [ChangeType.MINING_STOPPED]
    watch.a.update(miner_hashes="")
    assert watch.looks(5) == []
    watch.rigs["a"] = rig(1, hash=0, miner_hashes="00.00", temp="20")
    assert watch.looks(5) == []
    watch.rigs["a"] = rig(temp="34 64", miner_hashes="30 00.00", hash=30)
    assert set(types(watch.looks(5))) == {
        ChangeType.MINING_RESUMED,
        ChangeType.UNDERHEATED,
        ChangeType.GPU_LOST,
    }
    watch.a.update(NO_HASHES, temp="64 64")
    assert types(watch.looks(5)) == [ChangeType.MINING_STOPPED]
    watch.rigs["a"] = rig()
    assert set(types(watch.looks(5))) == {
        ChangeType.MINING_RESUMED,
        ChangeType.WARMED_UP,
        ChangeType.GPU_FOUND,
    }


def test_a_cold_gpu_that_stops_has_not_warmed_up() -> None:
    """Test a GPU that rests may be cold: that says nothing."""
    watch = Watch()
    watch.a["temp"] = "64 34"
    assert types(watch.looks(2)) == [ChangeType.UNDERHEATED]
    watch.a.update(miner_hashes="30.00 00.00", hash=30)
    assert types(watch.looks(10)) == [ChangeType.GPU_LOST]
    watch.rigs["a"] = rig()
    assert set(types(watch.looks(5))) == {ChangeType.WARMED_UP, ChangeType.GPU_FOUND}
    watch.a.update(miner_hashes="30.00 00.00", hash=30, temp="64 30")
    assert types(watch.looks(10)) == [ChangeType.GPU_LOST]


def test_a_cold_gpu_of_a_rig_that_stops_has_not_warmed_up() -> None:
    """Test it is not, even if the rig lists no hash rates any more."""
    watch = Watch()
    watch.a["temp"] = "64 34"
    assert types(watch.looks(2)) == [ChangeType.UNDERHEATED]
    watch.a.update(hash=0, miner_hashes="", temp="30 30")
    assert types(watch.looks(10)) == [ChangeType.MINING_STOPPED]
