"""Test what is wrong with a rig, when that is sure, and when it is over."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from custom_components.ethos.panel import BEGINS, ENDS, Ailment, ChangeType, Problem
from tests.farm import Json, rig, rig_2021
from tests.panel.looks import (
    DEAD,
    FIRST,
    NO_HASHES,
    SECOND,
    USUAL_AFTER,
    Watch,
    finding,
    problems,
    types,
)


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


@pytest.mark.parametrize(("temperature", "told"), [(60, 0), (60.1, 1)])
def test_a_fan_may_stand_still_up_to_60_degrees(temperature: float, told: int) -> None:
    """Test many cards stop theirs on purpose while they are cool."""
    watch = Watch()
    watch.a.update(fanrpm="0 1510", temp=f"{temperature} 64")
    assert types(watch.looks(2)) == [ChangeType.FAN_STOPPED] * told


def test_a_rig_that_stops_has_not_recovered_from_a_drop() -> None:
    """Test no hash rate at all is no better one."""
    watch = Watch()
    watch.looks(USUAL_AFTER)
    watch.a["hash"] = 50
    assert types(watch.looks(2)) == [ChangeType.HASH_RATE_DROPPED]
    watch.a["hash"] = 0
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


def test_a_rig_is_back_even_if_the_panel_has_no_word_for_its_condition() -> None:
    """Test a report is enough to know that it reports."""
    watch = Watch({"a": rig(condition=None)})
    watch.rigs["a"] = rig(condition="unreachable")
    assert types(watch.look()) == [ChangeType.RIG_DOWN]
    watch.rigs["a"] = rig(condition=None)
    assert types(watch.look()) == [ChangeType.RIG_UP]


def test_a_rig_that_never_told_when_it_reported_is_down_since_that_was_seen() -> None:
    """Test there is no other moment to count from."""
    watch = Watch({"a": rig(server_time=None)})
    watch.a.update(DEAD)
    assert types(watch.look()) == [ChangeType.RIG_DOWN]
    assert finding(watch.seen).since == watch.now


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
