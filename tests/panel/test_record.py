"""Test what is remembered survives a restart, and what was written may be odd."""

from datetime import timedelta
import json
from typing import Any

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.ethos.panel import ChangeType, from_record, to_record
from tests.farm import START, Json, rig
from tests.panel.looks import DEAD, SECOND, Watch, problems, types
from tests.panel.reading import ALARM_IS_FALSE, STEADY
from tests.panel.test_properties import mangle

pytestmark = ALARM_IS_FALSE

ILL: Json = {"temp": "64 90", "condition": "throttle", "hash": 50}
WELL_AFTER = 20


def watch_of_an_ill_rig() -> Watch:
    """Watch a rig with a usual hash rate and problems, and a healthy one."""
    watch = Watch({"a": rig(hash=60), "b": rig(hash=60)})
    watch.looks(70)
    watch.rigs["a"] = rig() | ILL
    assert len(watch.looks(WELL_AFTER)) == 3
    return watch


def test_all_that_is_remembered_is_written() -> None:
    """Test what is read is what was written, down to the last field."""
    watch = watch_of_an_ill_rig()
    watch.maintain(watch.now + timedelta(days=1))
    watch.rigs["b"] |= {"hash": 80, "condition": "rofs"}
    watch.looks(WELL_AFTER)
    watch.rigs["c"] = rig(3) | DEAD
    watch.looks(2)
    del watch.rigs["b"], watch.rigs["c"]
    watch.looks(4)
    watch.rigs["d"] = rig(meminfo="", miner="somebody's own", server_time=None)
    watch.looks(2)
    assert watch.memory is not None
    assert set(watch.memory) == {"a", "b", "c", "d"}
    assert watch.memory["b"].usual.risen_at
    assert watch.memory["b"].is_gone
    written = json.dumps(to_record(watch.memory), allow_nan=False)
    assert from_record(json.loads(written)) == watch.memory


def test_a_restart_tells_nothing_twice() -> None:
    """Test what was told is remembered, and is told to be over."""
    watch = watch_of_an_ill_rig()
    for _ in range(3):
        watch.restart()
        assert watch.looks(3) == []
    assert problems(watch.seen) == [
        ("throttled", None),
        ("low_hash_rate", None),
        ("overheating", SECOND),
    ]
    since = [it.since for it in watch.seen.problems]
    watch.restart()
    watch.rigs["a"] = rig(hash=60)
    told = watch.looks(WELL_AFTER)
    assert types(told) == [
        ChangeType.THROTTLING_ENDED,
        ChangeType.HASH_RATE_RECOVERED,
        ChangeType.COOLED_DOWN,
    ]
    assert [change.at - (change.duration or timedelta()) for change in told] == since


def test_what_changed_while_nobody_watched_is_told_once() -> None:
    """Test rigs that came, went, died, booted, fell ill or got well meanwhile."""
    names = "abcdefg"
    watch = Watch(
        {name: rig(hash=60) for name in names} | {"g": rig() | ILL | {"hash": 60}}
    )
    watch.looks(WELL_AFTER)
    watch.restart()
    watch.seconds += 3 * 3600
    watch.boot()
    watch.rigs["b"] |= DEAD
    watch.rigs["c"] |= {"hash": 50}
    watch.rigs["d"] = rig(1, hash=30)
    del watch.rigs["e"]
    watch.miner_started_at["f"] = watch.seconds - 600
    watch.rigs["g"] = rig(hash=60)
    watch.rigs["h"] = rig()
    told = watch.looks(WELL_AFTER)
    watch.restart()
    assert watch.looks(WELL_AFTER) == []
    assert sorted((change.rig_id, change.type) for change in told) == [
        ("a", ChangeType.RIG_REBOOTED),
        ("b", ChangeType.RIG_DOWN),
        ("c", ChangeType.HASH_RATE_DROPPED),
        ("d", ChangeType.GPU_LOST),
        ("e", ChangeType.RIG_REMOVED),
        ("f", ChangeType.MINER_RESTARTED),
        ("g", ChangeType.COOLED_DOWN),
        ("g", ChangeType.THROTTLING_ENDED),
        ("h", ChangeType.RIG_ADDED),
    ]


def test_what_is_usual_survives_a_night_without_electricity() -> None:
    """Test a rig that is worse in the morning is found."""
    watch = Watch({"a": rig(hash=60)})
    watch.looks(5 * 20, 180)
    watch.restart()
    watch.a["hash"] = 53
    watch.look(8 * 3600)
    (change,) = watch.looks(2)
    assert (change.type, change.limit) == (ChangeType.HASH_RATE_DROPPED, 60)


def test_a_restart_in_maintenance_is_still_maintenance() -> None:
    """Test it ends when it was to end, and what stands then is told once."""
    watch = Watch()
    watch.looks(WELL_AFTER)
    watch.maintain(watch.now + timedelta(hours=1))
    watch.a["condition"] = "throttle"
    watch.looks(5)
    watch.restart()
    assert watch.looks(54) == []
    assert watch.shows_maintenance()
    assert types(watch.looks(WELL_AFTER)) == [ChangeType.THROTTLED]


def test_a_restart_after_the_end_of_maintenance_ends_it() -> None:
    """Test the first look afterwards does."""
    watch = Watch()
    watch.maintain(watch.now + timedelta(hours=1))
    watch.a["temp"] = "64 90"
    watch.looks(5)
    watch.restart()
    assert types(watch.look(7200)) == [ChangeType.OVERHEATED]
    assert not watch.shows_maintenance()
    assert watch.looks(WELL_AFTER) == []


def test_what_was_never_judged_is_not_written() -> None:
    """Test a rig that was only seen on an old panel is new after a restart."""
    watch = Watch({"a": rig(), "b": rig() | ILL})
    watch.looks(10, time=START)
    watch.memory = None
    watch.look(time=START)
    assert to_record(watch.result.memory) == {}
    watch.restart()
    assert watch.looks(WELL_AFTER) == []
    assert problems(watch.result.panel.rigs["b"]) != []


def test_maintenance_is_written_even_of_a_rig_that_was_never_judged() -> None:
    """Test a switch stays where it was put."""
    watch = Watch()
    watch.looks(10, time=START)
    watch.memory = None
    watch.look(time=START)
    watch.maintain()
    watch.restart()
    watch.look()
    assert watch.shows_maintenance()


# What was written by somebody else.

GOOD: Json = to_record(watch_of_an_ill_rig().result.memory)


@st.composite
def mangled_records(draw: st.DrawFn) -> Json:
    """Return a record of two rigs, the first one odd."""
    record: Json = mangle(draw, {"a": GOOD["a"]}, 3)
    return {**{key: record[key] for key in record if key == "a"}, "b": GOOD["b"]}


@settings(STEADY, max_examples=400)
@given(mangled_records())
def test_a_mangled_record_costs_no_more_than_its_rig(record: Json) -> None:
    """Test nothing of it ever raises, at no later look either; the other is well."""
    watch = Watch({"a": rig() | ILL, "b": rig(hash=60)})
    watch.memory = from_record(record)
    assert watch.memory["b"] == from_record(GOOD)["b"]
    for said in (rig() | ILL, rig(hash=60), rig(1) | DEAD, rig(hash=70), rig(3)):
        watch.rigs["a"] = said
        told = watch.looks(3, 1800)
        assert {change.rig_id for change in told} <= {"a"}
    assert watch.memory is not None
    json.dumps(to_record(watch.memory), allow_nan=False)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"reported_at": "yesterday"}, id="no moment"),
        pytest.param({"booted_at": "2026-11-01T12:00:00"}, id="no time zone"),
        pytest.param({"missed": 1e999}, id="no number"),
        pytest.param({"gpus": [1]}, id="no text"),
        pytest.param({"gpus": None}, id="no list"),
        pytest.param({"findings": [{"problem": "bad luck"}]}, id="no problem"),
        pytest.param({"usual": []}, id="no usual"),
        pytest.param(
            {"usual": GOOD["a"]["usual"] | {"medians": [float("nan")]}}, id="no reading"
        ),
        pytest.param(
            {"usual": GOOD["a"]["usual"] | {"medians": [10**400]}}, id="no such number"
        ),
        pytest.param({"told": [GOOD["a"]["told"][0] | {"value": [1]}]}, id="no value"),
        pytest.param({"told": [GOOD["a"]["told"][0] | {"gpu": 1}]}, id="no gpu"),
    ],
)
def test_a_rig_that_was_written_wrong_is_looked_at_as_if_for_the_first_time(
    changes: Json,
) -> None:
    """Test nothing is told of it then."""
    watch = Watch({"a": rig(), "b": rig()})
    watch.memory = from_record({"a": GOOD["a"] | changes, "b": GOOD["b"]})
    assert not watch.memory["a"].is_judged
    watch.rigs["a"] = rig() | ILL
    assert watch.looks(WELL_AFTER) == []
    assert problems(watch.seen) == [("throttled", None), ("overheating", SECOND)]


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_a_moment_at_the_end_of_all_time_is_no_trouble(moment: str) -> None:
    """Test nothing is reckoned beyond it."""
    keys = ("reported_at", "booted_at", "miner_started_at", "maintenance_until")
    record: Any = json.loads(json.dumps(GOOD["a"]))
    record |= dict.fromkeys(keys, moment)
    record["usual"] |= {"median_at": moment, "hour": [[moment, 60]]}
    record["told"][0]["since"] = record["findings"][0]["since"] = moment
    watch = Watch({"a": rig(), "b": rig()})
    watch.memory = from_record({"a": record, "b": GOOD["b"]})
    assert watch.memory["a"].is_judged
    watch.looks(WELL_AFTER)
    assert watch.looks(WELL_AFTER) == []
