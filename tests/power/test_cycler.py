"""Test one power cycle, step by step, with nothing but what is seen."""

from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from custom_components.ethos.panel import Problem
from custom_components.ethos.power.cycler import (
    Action,
    Cycle,
    Outcome,
    Plug,
    PlugState,
    Sight,
    Step,
    advance,
    begin,
    interrupt,
    resume,
)

NOW: Final = datetime(2026, 11, 1, 12, tzinfo=UTC)
PLUG: Final = Plug(switch="switch.plug", meter="sensor.plug_power")
ON, OFF, UNKNOWN, AWAY = PlugState


class Run:
    """A cycle, and a plug that does as it is told unless it is made not to."""

    def __init__(self, *, obeys: bool = True) -> None:
        """Begin, with the plug told to turn off."""
        self.now = NOW
        self.cycle = begin(PLUG, Problem.OFFLINE, NOW)
        self.plug = ON
        self.watts: float | None = None
        self.metered_at: datetime | None = None
        self.is_back = False
        self.obeys = obeys
        self.done: list[Action] = []
        self._act(Action.TURN_OFF)

    def _act(self, action: Action) -> None:
        self.done.append(action)
        if self.obeys:
            self.plug = ON if action is Action.TURN_ON else OFF

    def look(self, seconds: float = 0) -> Step:
        """Let time pass, and take the cycle as far as it goes."""
        self.now += timedelta(seconds=seconds)
        while True:
            sight = Sight(
                plug=self.plug,
                watts=self.watts,
                metered_at=self.metered_at,
                is_back=self.is_back,
            )
            after, action = advance(self.cycle, sight, self.now)
            if after == self.cycle:
                return after.step
            self.cycle = after
            if action is not None:
                self._act(action)

    def wait(self, seconds: float) -> Step:
        """Let time pass, with a look every second."""
        for _ in range(int(seconds)):
            self.look(1)
        return self.cycle.step

    @property
    def ons(self) -> int:
        """How often the plug was turned on."""
        return self.done.count(Action.TURN_ON)


def at(step: Step) -> Run:
    """Return a cycle that has come to a step."""
    run = Run()
    if step is Step.OFF:
        run.plug = ON
        return run
    run.look(1)
    if step is Step.STAY:
        return run
    run.obeys = step is Step.BOOT
    run.look(15)
    if step is Step.DARK:
        run.wait(60)
    assert run.cycle.step is step
    return run


def test_a_plug_that_obeys_brings_a_rig_back() -> None:
    """Test each step waits for what confirms it."""
    run = Run()
    assert run.look(1) is Step.STAY
    assert run.look(14) is Step.STAY
    assert run.look(1) is Step.BOOT
    assert run.done == [Action.TURN_OFF, Action.TURN_ON]
    assert run.look(300) is Step.BOOT
    run.is_back = True
    assert run.look(1) is Step.DONE
    assert run.cycle.outcome is Outcome.RECOVERED
    assert run.cycle.powered_at == NOW + timedelta(seconds=16)


def test_what_is_off_draws_nothing() -> None:
    """Test a plug that says that it is off is believed only when its meter agrees."""
    run = Run()
    run.watts = 600
    assert run.look(20) is Step.OFF
    run.watts = 4.9
    assert run.look(1) is Step.STAY


def test_a_meter_that_is_read_too_seldom_is_not_waited_for() -> None:
    """Test what flowed before the plug was turned off is no evidence."""
    run = Run()
    run.watts = 600
    run.metered_at = NOW - timedelta(seconds=1)
    assert run.wait(29) is Step.OFF
    assert run.look(1) is Step.STAY
    assert run.wait(15) is Step.BOOT
    assert run.cycle.failure is None


def test_a_meter_that_still_shows_power_is_believed() -> None:
    """Test the contacts of a plug may be welded."""
    run = Run()
    run.watts = 600
    run.metered_at = NOW
    assert run.wait(30) is Step.ON
    assert run.cycle.failure is Outcome.PLUG_STAYED_ON


@pytest.mark.parametrize("watts", [None, 600.0], ids=["says so", "its meter says so"])
def test_a_plug_that_does_not_turn_off_is_not_asked_again(watts: float | None) -> None:
    """Test it is turned on, lest it turns off late, and told half a minute on."""
    run = Run(obeys=watts is not None)
    run.watts = watts
    assert run.wait(29) is Step.OFF
    assert run.look(1) is Step.ON
    assert run.done == [Action.TURN_OFF, Action.TURN_ON]
    run.plug = ON
    assert (run.wait(29), run.cycle.outcome) == (Step.ON, None)
    assert run.look(1) is Step.ON
    assert run.cycle.outcome is Outcome.PLUG_STAYED_ON
    assert not run.cycle.is_busy
    assert run.wait(269) is Step.ON
    assert run.look(1) is Step.DONE
    assert run.cycle.outcome is Outcome.PLUG_STAYED_ON
    assert run.done == [Action.TURN_OFF, Action.TURN_ON]


@pytest.mark.parametrize("seconds", [35, 90, 320])
def test_a_plug_that_turns_off_late_is_turned_on(seconds: float) -> None:
    """Test no rig is left dark by what was on its way for long, though that is told."""
    run = Run(obeys=False)
    run.wait(30)
    run.plug = ON
    run.wait(seconds - 30)
    run.plug = OFF
    run.obeys = True
    run.wait(300)
    assert run.cycle.step is Step.DONE
    assert run.plug is ON
    assert run.cycle.outcome is Outcome.PLUG_STAYED_ON


def test_a_plug_is_turned_on_three_times_and_then_now_and_then() -> None:
    """Test it is told once, and not hammered."""
    run = at(Step.ON)
    assert run.ons == 1
    assert run.wait(9) is Step.ON
    run.wait(1)
    assert run.ons == 2
    run.wait(19)
    assert (run.ons, run.cycle.outcome) == (3, None)
    assert run.wait(1) is Step.DARK
    assert run.cycle.outcome is Outcome.PLUG_STAYED_OFF
    run.wait(299)
    assert run.ons == 3
    run.wait(1)
    assert run.ons == 4
    run.obeys = True
    assert run.wait(300) is Step.DONE
    assert run.plug is ON
    assert run.cycle.outcome is Outcome.PLUG_STAYED_OFF


def test_a_plug_that_is_away_is_turned_on_as_soon_as_it_is_back() -> None:
    """Test what cannot hear is not spoken to, and not waited for in vain."""
    run = at(Step.STAY)
    run.plug = AWAY
    assert run.wait(20) is Step.ON
    assert run.ons == 0
    assert run.wait(290) is Step.ON
    assert run.wait(20) is Step.DARK
    assert run.cycle.outcome is Outcome.PLUG_STAYED_OFF
    run.wait(1000)
    assert run.ons == 0
    run.plug = OFF
    assert run.look(1) is Step.DONE
    assert run.plug is ON


def test_a_plug_that_says_nothing_is_turned_on() -> None:
    """Test one that has told nothing since the start may hear all the same."""
    run = at(Step.STAY)
    run.cycle = resume(run.cycle, run.now)
    run.plug = UNKNOWN
    assert run.look() is Step.BOOT
    assert run.plug is ON


def test_a_plug_that_is_away_for_a_moment_is_no_failure() -> None:
    """Test the cycle goes on where it was."""
    run = at(Step.STAY)
    run.plug = AWAY
    run.wait(30)
    run.plug = OFF
    assert run.look(1) is Step.BOOT
    assert run.cycle.outcome is None


def test_a_person_may_turn_the_plug_on_sooner() -> None:
    """Test the cycle goes on from there."""
    run = at(Step.STAY)
    run.plug = ON
    assert run.look(1) is Step.BOOT


def test_a_rig_that_does_not_come_back_is_waited_for_no_longer() -> None:
    """Test 15 minutes."""
    run = at(Step.BOOT)
    assert run.look(899) is Step.BOOT
    assert run.look(1) is Step.DONE
    assert run.cycle.outcome is Outcome.NOT_RECOVERED


@pytest.mark.parametrize("step", [Step.OFF, Step.STAY])
def test_what_is_interrupted_has_power_at_once(step: Step) -> None:
    """Test the plug is turned on whatever it says, and is watched for a while."""
    run = at(step)
    run.cycle = interrupt(run.cycle, run.now)
    assert run.look() is Step.ON
    assert run.ons == 1
    assert run.wait(30) is Step.DONE
    assert run.plug is ON
    assert run.cycle.outcome is Outcome.INTERRUPTED


@pytest.mark.parametrize("step", [Step.ON, Step.DARK, Step.BOOT])
def test_what_has_power_or_gets_it_is_not_interrupted(step: Step) -> None:
    """Test it goes on."""
    run = at(step)
    assert interrupt(run.cycle, run.now) is run.cycle


@pytest.mark.parametrize("step", [Step.OFF, Step.STAY, Step.ON, Step.BOOT])
@pytest.mark.parametrize("plug", [ON, OFF])
def test_what_is_taken_up_again_turns_on_first(step: Step, plug: PlugState) -> None:
    """Test nobody knows what happened meanwhile, so power comes before all."""
    run = at(step)
    run.obeys, run.plug, run.done = True, plug, []
    run.cycle = resume(run.cycle, run.now)
    assert run.look(3600) is Step.BOOT
    assert run.done == [Action.TURN_ON]
    assert run.plug is ON


def test_what_is_taken_up_in_the_dark_turns_on_first() -> None:
    """Test it was told already."""
    run = at(Step.DARK)
    run.obeys = True
    run.cycle = resume(run.cycle, run.now)
    assert run.look() is Step.DONE
    assert run.plug is ON


@pytest.mark.parametrize("step", [Step.OFF, Step.STAY, Step.ON, Step.BOOT])
def test_a_clock_that_is_put_back_keeps_no_rig_dark(step: Step) -> None:
    """Test the step begins anew, and takes no hours."""
    run = at(step)
    run.now -= timedelta(hours=5)
    run.obeys = True
    if step is Step.OFF:
        run.plug = OFF
    run.wait(1000)
    assert run.plug is ON
    assert run.cycle.step is Step.DONE


@pytest.mark.parametrize(
    ("step", "seconds"),
    [
        (Step.OFF, 30),
        (Step.STAY, 15),
        (Step.ON, 10),
        (Step.DARK, 300),
        (Step.BOOT, 900),
    ],
)
def test_a_cycle_says_when_to_look_again(step: Step, seconds: float) -> None:
    """Test nothing is missed by who looks only then."""
    cycle: Cycle = at(step).cycle
    since = cycle.tried_at if step in {Step.ON, Step.DARK} else cycle.since
    assert since is not None
    assert cycle.wakes_at == since + timedelta(seconds=seconds)


def test_only_what_is_over_or_in_the_dark_lets_others_act() -> None:
    """Test a dead plug does not keep the others from their turn."""
    assert [step for step in (*Step,)[:5] if not at(step).cycle.is_busy] == [Step.DARK]


def test_a_cycle_that_is_over_does_nothing() -> None:
    """Test there is no way back."""
    run = at(Step.BOOT)
    run.is_back = True
    run.look(1)
    run.plug = OFF
    assert run.look(10_000) is Step.DONE
    assert run.plug is OFF
