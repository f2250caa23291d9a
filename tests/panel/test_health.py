"""Test what is wrong with a rig, when that is sure, and when it is over."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from custom_components.ethos.panel import (
    BEGINS,
    ENDS,
    Ailment,
    Change,
    ChangeType,
    Problem,
)
from tests.farm import START, Json, rig, rig_2021
from tests.panel.looks import (
    DEAD,
    FIRST,
    SECOND,
    Watch,
    finding,
    problems,
    types,
)

USUAL_AFTER = 10
"""Looks after which there is a usual hash rate."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A way for a rig to be ill."""

    id: str
    problem: Problem
    ill: Json
    gpu: str | None = None
    value: float | str | None = None
    limit: float | None = None
    unit: str | None = None
    begins_after: int = 2
    """Looks that confirm it."""
    ends_after: int = 2
    """Looks that confirm that it is over."""
    well: Json = field(default_factory=rig)

    @property
    def ailment(self) -> Ailment:
        """What it is called."""
        return Ailment(self.problem, self.gpu)


NO_HASHES: Json = {"hash": 0, "miner_hashes": "00.00 00.00"}

ROWS = [
    Row(
        id="unreachable",
        problem=Problem.OFFLINE,
        ill=DEAD,
        begins_after=1,
        ends_after=1,
    ),
    Row(id="hashes nothing", problem=Problem.NOT_MINING, ill=NO_HASHES),
    Row(id="no_hash", problem=Problem.NOT_MINING, ill={"condition": "no_hash"}),
    Row(
        id="a gpu hashes nothing",
        problem=Problem.GPU_DOWN,
        gpu=SECOND,
        ill={"miner_hashes": "30.00 00.00", "hash": 30},
    ),
    Row(id="a gpu is missing", problem=Problem.GPU_DOWN, gpu=SECOND, ill=rig(1)),
    Row(
        id="a gpu without a slot is missing",
        problem=Problem.GPU_DOWN,
        gpu="1",
        well=rig(meminfo=""),
        ill=rig(1, meminfo=""),
    ),
    Row(
        id="stuck_miners, nobody knows which",
        problem=Problem.GPU_DOWN,
        ill={"condition": "stuck_miners"},
    ),
    Row(
        id="stuck_miners, and it shows which",
        problem=Problem.GPU_DOWN,
        gpu=SECOND,
        ill={"condition": "stuck_miners", "miner_hashes": "30.00 00.00", "hash": 30},
    ),
    Row(
        id="less than usual",
        problem=Problem.LOW_HASH_RATE,
        ill={"hash": 50},
        value=50.0,
        limit=60.1,
        unit="MH/s",
    ),
    Row(
        id="a hot gpu",
        problem=Problem.OVERHEATING,
        gpu=SECOND,
        ill={"temp": "64 81"},
        value=81.0,
        limit=80,
        unit="°C",
    ),
    Row(
        id="overheat, nobody knows which",
        problem=Problem.OVERHEATING,
        ill={"condition": "overheat"},
        value=65.0,
        unit="°C",
        begins_after=1,
    ),
    Row(
        id="overheat, and it shows which",
        problem=Problem.OVERHEATING,
        gpu=FIRST,
        ill={"condition": "overheat", "temp": "91 64"},
        value=91.0,
        limit=80,
        unit="°C",
        begins_after=1,
    ),
    Row(
        id="a cold gpu",
        problem=Problem.UNDERHEATING,
        gpu=FIRST,
        ill={"temp": "34 64"},
        value=34.0,
        limit=35,
        unit="°C",
    ),
    Row(
        id="throttle",
        problem=Problem.THROTTLED,
        ill={"condition": "throttle"},
        value=65.0,
        unit="°C",
        begins_after=1,
        ends_after=1,
    ),
    Row(
        id="a fan does not turn",
        problem=Problem.FAN_STOPPED,
        gpu=FIRST,
        ill={"fanrpm": "0 1510"},
        value=64.0,
        unit="°C",
    ),
    Row(
        id="a fan is not driven",
        problem=Problem.FAN_STOPPED,
        gpu=SECOND,
        well=rig_2021(),
        ill={"fanpercent": "70 0"},
        value=65.0,
        unit="°C",
    ),
    Row(
        id="511 degrees",
        problem=Problem.SENSOR_FAULT,
        gpu=FIRST,
        ill={"temp": "511.00 65"},
    ),
    Row(
        id="powertune -1",
        problem=Problem.SENSOR_FAULT,
        gpu=SECOND,
        ill={"powertune": "5 -1"},
    ),
    Row(
        id="rofs",
        problem=Problem.UNKNOWN_CONDITION,
        ill={"condition": "rofs"},
        value="rofs",
        begins_after=1,
        ends_after=1,
    ),
]
UNSURE = [row for row in ROWS if row.begins_after > 1]
every_row = pytest.mark.parametrize("row", ROWS, ids=[row.id for row in ROWS])
every_unsure_row = pytest.mark.parametrize("row", UNSURE, ids=[it.id for it in UNSURE])


def watch_of(row: Row) -> Watch:
    """Watch a rig long enough to know what is usual."""
    watch = Watch({"a": dict(row.well)})
    assert watch.looks(USUAL_AFTER) == []
    return watch


def fall_ill(watch: Watch, row: Row) -> None:
    """Let the rig be ill."""
    watch.rigs["a"] = {**row.well, **row.ill}


def get_well(watch: Watch, row: Row) -> None:
    """Let the rig be well."""
    watch.rigs["a"] = dict(row.well)


def test_every_problem_has_a_row() -> None:
    """Test the table below is whole."""
    assert {row.problem for row in ROWS} == set(Problem)
    assert BEGINS.keys() == ENDS.keys() == set(Problem)


@every_row
def test_a_problem_is_told_once_when_it_is_sure_and_once_when_it_is_over(
    row: Row,
) -> None:
    """Test it is shown from then till then, with what was read, and never flaps."""
    watch = watch_of(row)
    fall_ill(watch, row)
    assert watch.looks(row.begins_after - 1) == []
    assert problems(watch.seen) == []
    (change,) = watch.look()
    assert change.type is BEGINS[row.problem]
    assert (change.rig_id, change.problem, change.gpu) == ("a", row.problem, row.gpu)
    assert (change.value, change.limit, change.unit) == (row.value, row.limit, row.unit)
    assert change.at == watch.now
    assert change.duration is None

    # Its GPUs show it too, the one that has it and no other.
    assert watch.looks(30) == []
    it = finding(watch.seen)
    assert it.ailment == row.ailment
    assert (it.value, it.limit, it.unit) == (row.value, row.limit, row.unit)
    assert {gpu.key: gpu.problems for gpu in watch.seen.gpus if gpu.problems} == (
        {row.gpu: (it,)} if row.gpu in watch.seen.gpus_by_key else {}
    )

    get_well(watch, row)
    assert watch.looks(row.ends_after - 1) == []
    assert problems(watch.seen) == [(row.problem, row.gpu)]
    (change,) = watch.look()
    assert change.type is ENDS[row.problem]
    assert (change.problem, change.gpu) == (row.problem, row.gpu)
    assert change.duration == watch.now - it.since
    assert watch.looks(30) == []
    assert problems(watch.seen) == []


@every_unsure_row
def test_what_is_seen_once_is_not_believed(row: Row) -> None:
    """Test it must be seen twice in a row: one odd report wakes nobody."""
    watch = watch_of(row)
    for _ in range(5):
        fall_ill(watch, row)
        assert watch.look() == []
        get_well(watch, row)
        assert watch.look() == []
    assert problems(watch.seen) == []


@every_row
def test_what_is_gone_once_is_not_over(row: Row) -> None:
    """Test a problem that flickers is one problem, unless its end is never in doubt."""
    watch = watch_of(row)
    fall_ill(watch, row)
    watch.looks(row.begins_after)
    told = []
    for _ in range(5):
        get_well(watch, row)
        told += watch.look()
        fall_ill(watch, row)
        told += watch.look()
    assert types(told) == (
        [] if row.ends_after > 1 else [ENDS[row.problem], BEGINS[row.problem]] * 5
    )


@every_row
def test_a_rig_that_is_down_shows_nothing_else(row: Row) -> None:
    """Test what was wrong neither begins nor ends while nothing is known of it."""
    watch = watch_of(row)
    fall_ill(watch, row)
    watch.looks(row.begins_after)
    watch.rigs["a"] = {**watch.a, **DEAD}
    down = watch.looks(30)
    assert types(down) == (
        [] if row.problem is Problem.OFFLINE else [ChangeType.RIG_DOWN]
    )
    assert problems(watch.seen) == [("offline", None)]
    fall_ill(watch, row)
    back = watch.looks(30)
    assert types(back) == (
        [] if row.problem is Problem.OFFLINE else [ChangeType.RIG_UP]
    )
    assert problems(watch.seen) == [(row.problem, row.gpu)]
    get_well(watch, row)
    assert types(watch.looks(30)) == [ENDS[row.problem]]


@every_unsure_row
def test_a_doubt_does_not_outlive_an_outage(row: Row) -> None:
    """Test what was seen once before and once after was not seen twice in a row."""
    watch = watch_of(row)
    fall_ill(watch, row)
    assert watch.look() == []
    watch.rigs["a"] = {**watch.a, **DEAD}
    assert types(watch.look()) == [ChangeType.RIG_DOWN]
    fall_ill(watch, row)
    assert types(watch.look()) == [ChangeType.RIG_UP]
    assert types(watch.look()) == [BEGINS[row.problem]]


@pytest.mark.parametrize(
    ("ill", "still", "over"),
    [
        pytest.param({"temp": "64 80.1"}, {"temp": "64 77.1"}, "64 77", id="hot"),
        pytest.param({"temp": "64 34.9"}, {"temp": "64 37.9"}, "64 38", id="cold"),
    ],
)
def test_a_limit_that_is_only_just_kept_does_not_flap(
    ill: Json, still: Json, over: str
) -> None:
    """Test three degrees lie between the beginning and the end."""
    watch = Watch()
    watch.a.update(ill)
    assert len(watch.looks(2)) == 1
    watch.a.update(still)
    assert watch.looks(10) == []
    watch.a["temp"] = over
    assert len(watch.looks(2)) == 1


def test_a_drop_that_is_only_just_made_good_does_not_flap() -> None:
    """Test three quarters of the drop are one still."""
    watch = Watch({"a": rig(hash=60)})
    watch.looks(USUAL_AFTER)
    watch.a["hash"] = 54
    assert watch.looks(5) == []
    watch.a["hash"] = 53.9
    assert types(watch.looks(2)) == [ChangeType.HASH_RATE_DROPPED]
    watch.a["hash"] = 55.4
    assert watch.looks(10) == []
    watch.a["hash"] = 55.5
    assert types(watch.looks(2)) == [ChangeType.HASH_RATE_RECOVERED]


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


def test_to_learn_which_gpu_is_stuck_is_not_to_find_it() -> None:
    """Test a rig tells that one is stuck before it shows which one hashes nothing."""
    watch = Watch()
    watch.a["condition"] = "stuck_miners"
    (change,) = watch.looks(2)
    assert (change.type, change.gpu) == (ChangeType.GPU_LOST, None)
    watch.a.update(miner_hashes="30.00 00.00", hash=30)
    (change,) = watch.looks(5)
    assert (change.type, change.gpu) == (ChangeType.GPU_LOST, SECOND)
    watch.rigs["a"] = rig()
    assert types(watch.looks(5)) == [ChangeType.GPU_FOUND] * 2


def test_a_rig_that_overheated_cools_but_is_not_well() -> None:
    """Test ethOS stops the miner then, and mines no more before somebody looks."""
    watch = Watch()
    watch.a.update(condition="overheat", temp="64 91")
    (change,) = watch.look()
    assert (change.type, change.gpu) == (ChangeType.OVERHEATED, SECOND)
    watch.a.update(NO_HASHES, temp="40 45")
    assert types(watch.looks(20)) == [ChangeType.MINING_STOPPED]
    watch.rigs["a"] = rig()
    assert types(watch.looks(2)) == [
        ChangeType.COOLED_DOWN,
        ChangeType.MINING_RESUMED,
    ]


def test_overheat_is_believed_at_once_even_if_a_hot_gpu_was_in_doubt() -> None:
    """Test one more look is not waited for."""
    watch = Watch()
    watch.a.update(temp="64 90")
    assert watch.look() == []
    watch.a["condition"] = "overheat"
    assert types(watch.look()) == [ChangeType.OVERHEATED]
    assert watch.looks(5) == []


# A rig that boots, and a miner that starts.

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
def test_a_rig_that_boots_may_not_burn(ill: Json, told: ChangeType) -> None:
    """Test what has nothing to do with starting gets no grace."""
    watch = Watch()
    watch.boot()
    watch.a.update(ill)
    assert types(watch.looks(2)) == [ChangeType.RIG_REBOOTED, told]


def test_a_rig_that_does_not_tell_its_uptime_boots_as_long_as_it_says_so() -> None:
    """Test the panel's word has to do then."""
    watch = Watch({"a": rig(uptime=None, miner_secs=None)})
    watch.a.update(NO_HASHES, condition="just_booted")
    assert watch.looks(10) == []
    watch.a["condition"] = "mining"
    assert types(watch.looks(2)) == [ChangeType.MINING_STOPPED]


# A rig whose GPUs have no slots yet.


def test_gpus_without_slots_are_not_the_ones_that_are_missing() -> None:
    """Test a list that is not there yet says nothing of those that it named."""
    watch = Watch({"a": rig(3)})
    watch.rigs["a"] = rig(3, meminfo="")
    assert watch.looks(20) == []
    watch.rigs["a"] = rig(2)
    (change,) = watch.looks(2)
    assert (change.type, change.gpu) == (ChangeType.GPU_LOST, "03:00.0")
    watch.rigs["a"] = rig(3, meminfo="")
    assert watch.looks(20) == []
    watch.rigs["a"] = rig(3)
    assert types(watch.looks(2)) == [ChangeType.GPU_FOUND]


def test_a_gpu_may_be_lost_with_the_list_that_names_them() -> None:
    """Test the count tells that one is missing, until it is known which."""
    watch = Watch({"a": rig(3)})
    watch.rigs["a"] = rig(2, meminfo="", condition="mining")
    (change,) = watch.looks(20)
    assert (change.type, change.gpu) == (ChangeType.GPU_LOST, None)
    watch.rigs["a"] = rig(3)
    (change,) = watch.looks(20)
    assert (change.type, change.gpu) == (ChangeType.GPU_FOUND, None)


def test_a_miner_that_tells_nothing_but_that_no_gpu_works_is_not_mining() -> None:
    """Test a list that is empty is dropped by ethOS 1.3, and what follows from it."""
    watch = Watch({"a": rig()})
    watch.a.update(hash=None, miner_hashes=None, miner_instance="0")
    (change,) = watch.looks(20)
    assert change.type is ChangeType.MINING_STOPPED
    assert watch.seen.mining is False
    watch.rigs["a"] = rig()
    (change,) = watch.looks(20)
    assert change.type is ChangeType.MINING_RESUMED


def test_a_gpu_that_gets_its_slot_is_not_ill_under_two_names() -> None:
    """Test its number was a makeshift, and what it had is not told to be over."""
    watch = Watch({"a": rig(meminfo="")})
    watch.a["temp"] = "64 90"
    (change,) = watch.looks(2)
    assert change.gpu == "1"
    watch.rigs["a"] = rig(temp="64 90")
    (change,) = watch.looks(5)
    assert (change.type, change.gpu) == (ChangeType.OVERHEATED, SECOND)
    assert problems(watch.seen) == [("overheating", SECOND)]
    watch.rigs["a"] = rig()
    (change,) = watch.looks(5)
    assert (change.type, change.gpu) == (ChangeType.COOLED_DOWN, SECOND)


def test_a_gpu_that_never_has_a_slot_is_known_by_its_number() -> None:
    """Test one unreadable line does not make its GPU's problems vanish."""
    odd = rig()["meminfo"].split("\n")[0]
    watch = Watch({"a": rig(meminfo=odd, temp="64 90")})
    assert watch.looks(5) == []
    assert problems(watch.seen) == [("overheating", "1")]
    watch.a["temp"] = "64 64"
    (change,) = watch.looks(5)
    assert (change.type, change.gpu) == (ChangeType.COOLED_DOWN, "1")


def test_several_gpus_are_ill_each_for_itself() -> None:
    """Test a rig's problems are told GPU by GPU."""
    watch = Watch({"a": rig(3)})
    watch.a["temp"] = "90 64 91"
    told = watch.looks(2)
    assert [(change.gpu, change.value) for change in told] == [
        (FIRST, 90.0),
        ("03:00.0", 91.0),
    ]
    watch.a["temp"] = "64 64 91"
    (change,) = watch.looks(2)
    assert (change.type, change.gpu) == (ChangeType.COOLED_DOWN, FIRST)


# A rig that goes quiet.


def test_a_rig_that_goes_quiet_is_down_since_its_last_report() -> None:
    """Test the limit is the confirmation, and the silence is what counts."""
    watch = Watch()
    watch.look()
    heard_at = watch.now
    watch.silent.add("a")
    assert watch.looks(8) == []
    assert types(watch.look()) == [ChangeType.RIG_DOWN]
    assert finding(watch.seen).since == heard_at
    assert watch.looks(60) == []
    watch.silent.clear()
    (change,) = watch.look()
    assert change.type is ChangeType.RIG_UP
    assert change.duration == timedelta(minutes=70)


def test_a_rig_that_never_told_when_it_reported_is_down_since_that_was_seen() -> None:
    """Test there is no other moment to count from."""
    watch = Watch({"a": rig(server_time=None)})
    watch.a.update(DEAD)
    assert types(watch.look()) == [ChangeType.RIG_DOWN]
    assert finding(watch.seen).since == watch.now
