"""Test whether a rig may be cycled: each refusal, and each thing that is none."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
from typing import Any, Final

import pytest

from custom_components.ethos import power
from custom_components.ethos.panel import Ailment, Finding, Problem, Rig
from custom_components.ethos.power.cycler import Outcome, Plug, PlugState, Sight, begin
from custom_components.ethos.power.history import Attempt, History
from custom_components.ethos.power.policy import (
    TURN,
    Case,
    Farm,
    Refusal,
    Settings,
    may_cycle,
)

NOW: Final = datetime(2026, 11, 1, 12, tzinfo=UTC)
ENGLISH: Final = json.loads(
    (Path(power.__file__).parent.parent / "translations" / "en.json").read_text("utf-8")
)


def ago(**span: float) -> datetime:
    """Return a moment that is past."""
    return NOW - timedelta(**span)


def found(problem: Problem, **span: float) -> Finding:
    """Return a problem, found so long ago."""
    return Finding(ailment=Ailment(problem), since=ago(**span))


def sick(problem: Problem, *others: Problem, minutes: float = 20) -> Rig:
    """Return a rig that reports, with problems."""
    every = (problem, *others)
    return Rig(rig_id="a", problems=tuple(found(it, minutes=minutes) for it in every))


def dead(minutes: float = 20) -> Rig:
    """Return a rig that does not report."""
    return Rig(
        rig_id="a", online=False, problems=(found(Problem.OFFLINE, minutes=minutes),)
    )


def done(*hours: float) -> History:
    """Return a history of attempts so many hours ago."""
    return History(attempts=tuple(Attempt(at=ago(hours=it)) for it in hours))


FARM: Final = Farm(rigs=10, failed=[ago(minutes=20)], others_online=9)
CASE: Final = Case(
    now=NOW,
    settings=Settings(),
    fresh_polls=3,
    is_stale=False,
    panel_time=NOW,
    rig=dead(),
    known_problems=(),
    farm=FARM,
    history=History(),
    sight=Sight(plug=PlugState.ON),
)
ALONE: Final = replace(FARM, rigs=1, others_online=0)
CYCLE: Final = begin(Plug(switch="switch.plug"), None, NOW)


def farm(**changes: Any) -> Farm:
    """Return the farm, with some of it changed."""
    return replace(FARM, **changes)


def sight(watts: float | None, plug: PlugState = PlugState.ON) -> Sight:
    """Return what is seen of a plug with a meter."""
    return Sight(plug=plug, watts=watts)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"rig": dead(10)},
        {"rig": sick(Problem.NOT_MINING, minutes=15)},
        {"rig": sick(Problem.GPU_DOWN, minutes=15)},
        {"rig": sick(Problem.LOW_HASH_RATE, Problem.GPU_DOWN)},
        {"rig": replace(sick(Problem.NOT_MINING), booted_at=ago(minutes=15))},
        {"farm": farm(rigs=3, failed=[ago(minutes=20)] * 2)},
        {"farm": farm(failed=[ago(minutes=it) for it in (20, 25, 25.1)])},
        {"farm": farm(failed=[ago(minutes=20)] * 3), "sight": sight(29)},
        {"farm": farm(failed=[ago(minutes=20)] * 3), "rig": sick(Problem.GPU_DOWN)},
        {"farm": farm(failed=[*[ago(days=9)] * 8, ago(minutes=20)])},
        {"farm": ALONE, "sight": sight(29)},
        {"farm": ALONE, "sight": sight(69), "history": History(usual=100)},
        {"farm": ALONE, "rig": sick(Problem.GPU_DOWN)},
        {"known_problems": {Problem.SENSOR_FAULT}},
        {"sight": sight(29), "history": History(usual=30)},
        {"sight": sight(400), "history": History(usual=600)},
        {"rig": sick(Problem.NOT_MINING), "sight": sight(600)},
        {"history": done(0.5)},
        {"history": done(-9000, -9000, -9000)},
        {"history": done(23, 23, 23, 5, 5)},
        {"history": done(6, 5, 4)},
        {"history": done(24, 23, 22, 21, 20, 19)},
        {"history": replace(done(5, 4, 3), armed_at=ago(hours=1))},
        {"farm": farm(cycles=3, last_cycle_at=ago(seconds=60))},
        {"farm": farm(failed_at=ago(minutes=15))},
        {"farm": farm(returned=[ago(minutes=20)])},
        {"worked_on_at": ago(minutes=15)},
        {"plug_off_at": ago(minutes=15)},
        {"dead_at": ago(minutes=14), "sight": sight(29)},
        {
            "dead_at": ago(minutes=15),
            "sight": sight(30),
            "history": History(usual=100),
        },
        {"rig": None, "forced": True},
        {"rig": sick(Problem.OVERHEATING), "forced": True},
        {"rig": replace(dead(), maintenance=True), "forced": True},
        {"rig": Rig(rig_id="a"), "forced": True},
        {"farm": farm(failed=[ago(minutes=20)] * 10), "forced": True},
        {"farm": farm(failed_at=NOW), "plug_off_at": NOW, "forced": True},
        {"worked_on_at": NOW, "forced": True},
        {"sight": sight(400), "forced": True},
    ],
    ids=str,
)
def test_a_rig_may_be_cycled(changes: dict[str, Any]) -> None:
    """Test what a limit allows, and what a person may."""
    assert may_cycle(replace(CASE, **changes)) is None


REFUSED: Final[list[tuple[Refusal, dict[str, Any]]]] = [
    (Refusal.PANEL_UNSTEADY, {"fresh_polls": 2}),
    (Refusal.PANEL_UNSTEADY, {"fresh_polls": 0, "forced": True}),
    (Refusal.PANEL_STALE, {"is_stale": True}),
    (Refusal.PANEL_STALE, {"is_stale": True, "forced": True}),
    (Refusal.RIG_GONE, {"rig": None}),
    (Refusal.FARM_FAILED, {"farm": farm(rigs=3, failed=[ago(minutes=20)] * 3)}),
    (Refusal.FARM_FAILED, {"farm": farm(failed=[ago(minutes=20)] * 4)}),
    (Refusal.FARM_FAILED, {"farm": farm(failed=[ago(minutes=5)] * 4)}),
    (Refusal.FARM_FAILED, {"farm": farm(failed=[ago(hours=23)] * 4)}),
    (
        Refusal.FARM_FAILED,
        {"rig": dead(6000), "farm": farm(failed=[ago(minutes=6000)] * 4)},
    ),
    (Refusal.FARM_FAILED, {"farm": farm(failed_at=ago(minutes=14))}),
    (
        Refusal.FARM_FAILED,
        {"farm": farm(failed=[ago(minutes=it) for it in (15, 20, 25)])},
    ),
    (Refusal.FARM_FAILED, {"farm": farm(returned=[ago(minutes=20)] * 2)}),
    (Refusal.POWER_UNCONFIRMED, {"farm": ALONE}),
    (Refusal.POWER_UNCONFIRMED, {"farm": ALONE, "sight": sight(30)}),
    (Refusal.POWER_UNCONFIRMED, {"farm": ALONE, "rig": sick(Problem.NOT_MINING)}),
    (Refusal.POWER_UNCONFIRMED, {"farm": farm(rigs=2, others_online=0)}),
    (
        Refusal.POWER_UNCONFIRMED,
        {"farm": ALONE, "sight": sight(70), "history": History(usual=100)},
    ),
    (Refusal.MAINTENANCE, {"rig": replace(dead(), maintenance=True)}),
    (
        Refusal.BOOTING,
        {"rig": replace(sick(Problem.NOT_MINING), condition="just_booted")},
    ),
    (
        Refusal.BOOTING,
        {"rig": replace(sick(Problem.NOT_MINING), booted_at=ago(minutes=14))},
    ),
    (Refusal.BOOTING, {"worked_on_at": ago(minutes=14)}),
    (Refusal.BOOTING, {"plug_off_at": ago(minutes=14)}),
    (
        Refusal.BOOTING,
        {
            "dead_at": ago(minutes=14),
            "sight": sight(30),
            "history": History(usual=100),
        },
    ),
    *[
        (Refusal.HOT, {"known_problems": {problem}, "rig": rig})
        for problem in (Problem.OVERHEATING, Problem.THROTTLED, Problem.FAN_STOPPED)
        for rig in (dead(), sick(Problem.NOT_MINING))
    ],
    (
        Refusal.HOT,
        {
            "known_problems": {Problem.SENSOR_FAULT},
            "rig": sick(Problem.GPU_DOWN),
        },
    ),
    (Refusal.NO_PROBLEM, {"rig": Rig(rig_id="a")}),
    (Refusal.NO_PROBLEM, {"rig": sick(Problem.LOW_HASH_RATE)}),
    (Refusal.TOO_EARLY, {"rig": dead(9.9)}),
    (Refusal.TOO_EARLY, {"rig": sick(Problem.NOT_MINING, minutes=14.9)}),
    (Refusal.TOO_EARLY, {"rig": sick(Problem.GPU_DOWN, minutes=14.9)}),
    (
        Refusal.PLUG_MISSING,
        {"sight": Sight(plug=PlugState.UNAVAILABLE, is_missing=True)},
    ),
    (Refusal.PLUG_UNAVAILABLE, {"sight": sight(None, PlugState.UNAVAILABLE)}),
    (Refusal.PLUG_UNAVAILABLE, {"sight": sight(None, PlugState.UNKNOWN)}),
    (Refusal.PLUG_OFF, {"sight": sight(0, PlugState.OFF)}),
    (Refusal.PLUG_OFF, {"sight": sight(0, PlugState.OFF), "forced": True}),
    (Refusal.STILL_WORKING, {"sight": sight(70), "history": History(usual=100)}),
    (
        Refusal.STILL_WORKING,
        {"sight": sight(70), "history": History(usual=100), "forced": True},
    ),
    (Refusal.USUAL_UNKNOWN, {"sight": sight(30)}),
    (Refusal.GIVEN_UP, {"history": History(given_up_at=ago(days=9))}),
    (
        Refusal.GIVEN_UP,
        {"history": History(given_up_at=ago(days=9)), "forced": True},
    ),
    (Refusal.RIG_BUSY, {"history": History(cycle=CYCLE)}),
    (Refusal.LIMIT_REACHED, {"history": done(5.9, 5, 4)}),
    (Refusal.LIMIT_REACHED, {"history": done(5, 4, 0.1), "forced": True}),
    (
        Refusal.LIMIT_REACHED,
        {"history": replace(done(5, 4, 3), armed_at=ago(days=-1))},
    ),
    (Refusal.LIMIT_REACHED, {"history": done(23, 22, 21, 20, 19, 18)}),
    (Refusal.PAUSE, {"history": done(0.49)}),
    (Refusal.PAUSE, {"history": done(-0.49)}),
    (Refusal.PAUSE, {"history": done(0.49), "forced": True}),
    (
        Refusal.PAUSE,
        {
            "history": History(
                attempts=(Attempt(at=ago(hours=1), powered_at=ago(minutes=29)),)
            )
        },
    ),
    (
        Refusal.PAUSE,
        {"history": replace(done(0.4), armed_at=ago(minutes=1))},
    ),
    (Refusal.FARM_LIMIT, {"farm": farm(cycles=4)}),
    (Refusal.OTHER_BUSY, {"farm": farm(is_other_busy=True)}),
    (Refusal.OTHER_BUSY, {"farm": farm(is_other_busy=True), "forced": True}),
    (Refusal.GAP, {"farm": farm(last_cycle_at=ago(seconds=59))}),
]


@pytest.mark.parametrize(("refusal", "changes"), REFUSED, ids=str)
def test_a_rig_may_not_be_cycled(refusal: Refusal, changes: dict[str, Any]) -> None:
    """Test each rule, and which of them hold for a person too."""
    assert may_cycle(replace(CASE, **changes)) is refusal


def test_every_refusal_is_tested_and_told() -> None:
    """Test none is left out, and that people read why."""
    by_others = {Refusal.NO_PLUG, Refusal.NOT_WRITTEN}
    assert {refusal for refusal, _ in REFUSED} | by_others == set(Refusal)
    for key in (*Refusal, *Outcome):
        assert "{rig}" in ENGLISH["exceptions"][key.value]["message"]
    reasons = ENGLISH["entity"]["binary_sensor"]["power_cycle_due"]["state_attributes"]
    # Who has reached a limit is given up.
    shown = set(Refusal) - by_others - {Refusal.LIMIT_REACHED}
    assert reasons["reason"]["state"].keys() == {refusal.value for refusal in shown}


def test_what_speaks_most_against_it_comes_first() -> None:
    """Test a rig is not given up, nor said to wait, while nothing is to be cycled."""
    assert (
        may_cycle(
            replace(
                CASE,
                rig=Rig(rig_id="a"),
                history=done(5, 4, 3),
                farm=farm(is_other_busy=True),
            )
        )
        is Refusal.NO_PROBLEM
    )
    assert may_cycle(replace(CASE, history=done(5, 4, 0.1))) is Refusal.LIMIT_REACHED
    assert {Refusal.OTHER_BUSY, Refusal.GAP} == TURN


@pytest.mark.parametrize(
    ("settings", "refusal"),
    [
        ({"offline_hold": timedelta(minutes=21)}, Refusal.TOO_EARLY),
        ({"farm_share": 5}, None),
        ({"pause": timedelta(minutes=200)}, Refusal.PAUSE),
        ({"per_six_hours": 1}, Refusal.LIMIT_REACHED),
        ({"per_day": 1}, Refusal.LIMIT_REACHED),
        ({"per_hour": 1}, Refusal.FARM_LIMIT),
        ({"gap": timedelta(minutes=9)}, Refusal.GAP),
    ],
    ids=str,
)
def test_limits_are_those_of_the_settings(
    settings: dict[str, Any], refusal: Refusal | None
) -> None:
    """Test each is asked; two rigs may fail in any farm."""
    case = replace(
        CASE,
        settings=replace(Settings(), **settings),
        history=done(3),
        farm=farm(failed=[ago(minutes=20)] * 2, cycles=1, last_cycle_at=ago(minutes=5)),
    )
    assert may_cycle(case) is refusal
