"""One power cycle, step by step: what is seen goes in, what to do comes out.

It has no clock and switches nothing, so that it can be stored at any step, taken up
again, and run in accelerated time.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from ..panel import Problem

# A plug that answers does so within seconds; its meter may be read every half minute.
CONFIRMATION: Final = timedelta(seconds=30)
# What a power supply draws that is not fed is the meter's own error.
_NOTHING: Final = 5.0
_TRIES: Final = 3
_BETWEEN_TRIES: Final = timedelta(seconds=10)
# A plug that was away may come back by itself; after this somebody is told.
PATIENCE: Final = timedelta(minutes=5)
# From the plug over boot and driver to the first report and some work.
RECOVERY: Final = timedelta(minutes=15)


class PlugState(StrEnum):
    """What a plug says of itself."""

    ON = "on"
    OFF = "off"
    UNKNOWN = "unknown"
    """It would hear, but has not said anything yet."""
    UNAVAILABLE = "unavailable"


class Step(StrEnum):
    """How far a cycle has come."""

    OFF = "off"
    """It is being turned off."""
    STAY = "stay"
    """It is off, for a while."""
    ON = "on"
    """It is being turned on."""
    DARK = "dark"
    """It does not turn on, which somebody was told."""
    BOOT = "boot"
    """It is on, and the rig is waited for."""
    DONE = "done"


class Action(StrEnum):
    """What to do with the plug."""

    TURN_OFF = "turn_off"
    TURN_ON = "turn_on"


class Outcome(StrEnum):
    """What came of a cycle."""

    RECOVERED = "recovered"
    NOT_RECOVERED = "not_recovered"
    PLUG_STAYED_ON = "plug_stayed_on"
    PLUG_STAYED_OFF = "plug_stayed_off"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, kw_only=True, slots=True)
class Plug:
    """A smart plug that feeds a rig."""

    switch: str
    """What turns it on and off."""
    meter: str | None = None
    """What tells the power drawn."""
    off_time: timedelta = timedelta(seconds=15)
    """How long it stays off, so that the power supply runs empty."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sight:
    """What is seen of a plug and its rig."""

    plug: PlugState
    watts: float | None = None
    """As its meter tells, if there is one and it does."""
    metered_at: datetime | None = None
    """When it told that."""
    is_missing: bool = False
    """Whether the plug is not only away but was removed."""
    is_back: bool = False
    """Whether the rig has booted since it has power again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cycle:
    """A power cycle under way."""

    plug: Plug
    started_at: datetime
    since: datetime
    """When the step began."""
    problem: Problem | None = None
    """What it is to heal."""
    step: Step = Step.OFF
    tries: int = 0
    """How often it was turned on."""
    tried_at: datetime | None = None
    """When last."""
    powered_at: datetime | None = None
    """When the plug was seen to be on again."""
    failure: Outcome | None = None
    """What has gone wrong already; power is given back before it is told."""
    outcome: Outcome | None = None
    """What came of it, as soon as it can be told."""

    @property
    def is_busy(self) -> bool:
        """Whether other rigs have to wait for it."""
        return self.outcome is None

    @property
    def wakes_at(self) -> datetime:
        """When it has to be looked at again, if nothing is seen before."""
        match self.step:
            case Step.OFF:
                return self.since + CONFIRMATION
            case Step.STAY:
                return self.since + self.plug.off_time
            case Step.BOOT:
                return self.since + RECOVERY
            case Step.DARK:
                return (self.tried_at or self.since) + PATIENCE
            case _:
                return (self.tried_at or self.since) + _BETWEEN_TRIES


def begin(plug: Plug, problem: Problem | None, now: datetime) -> Cycle:
    """Return a new cycle, of which the plug is to be turned off first."""
    return Cycle(plug=plug, problem=problem, started_at=now, since=now)


def advance(cycle: Cycle, sight: Sight, now: datetime) -> tuple[Cycle, Action | None]:
    """Return the cycle after a look, and what to do once it has been written down."""
    if now < cycle.since:
        # The clock was put back: to wait for it could leave a rig dark for hours.
        cycle = replace(cycle, since=now, tried_at=cycle.tried_at and now)
    match cycle.step:
        case Step.OFF:
            return _off(cycle, sight, now)
        case Step.STAY:
            is_over = now - cycle.since >= cycle.plug.off_time
            if is_over or sight.plug is PlugState.ON:
                return _on(_back_on(cycle, now), sight, now)
        case Step.ON:
            return _on(cycle, sight, now)
        case Step.DARK:
            return _dark(cycle, sight, now)
        case Step.BOOT:
            return _boot(cycle, sight, now), None
    return cycle, None


def interrupt(cycle: Cycle, now: datetime) -> Cycle:
    """Return the cycle when it must not go on: power comes back at once."""
    if cycle.step not in {Step.OFF, Step.STAY}:
        return cycle
    return _back_on(replace(cycle, failure=Outcome.INTERRUPTED), now)


def resume(cycle: Cycle, now: datetime) -> Cycle:
    """Return a cycle of which nobody knows how it went on: power comes first."""
    if cycle.step is Step.DARK:
        return replace(cycle, tried_at=None)
    return _back_on(cycle, now)


def _back_on(cycle: Cycle, now: datetime) -> Cycle:
    """Return the cycle when the plug is to be turned on."""
    return replace(cycle, step=Step.ON, since=now, tries=0, tried_at=None)


def _off(cycle: Cycle, sight: Sight, now: datetime) -> tuple[Cycle, Action | None]:
    """Wait until nothing flows; a plug that does not obey is not asked again."""
    is_over = now - cycle.since >= CONFIRMATION
    # A meter that is read so seldom proves nothing.
    is_mute = is_over and sight.metered_at and sight.metered_at < cycle.since
    is_empty = sight.watts is None or sight.watts < _NOTHING or is_mute
    if sight.plug is PlugState.OFF and is_empty:
        return replace(cycle, step=Step.STAY, since=now), None
    if not is_over:
        return cycle, None
    failed = replace(cycle, failure=Outcome.PLUG_STAYED_ON)
    return _on(_back_on(failed, now), sight, now)


def _on(cycle: Cycle, sight: Sight, now: datetime) -> tuple[Cycle, Action | None]:
    """Turn on, whatever the plug says, and wait until it is."""
    if sight.plug is PlugState.UNAVAILABLE:
        return (_lost(cycle, now) if now - cycle.since >= PATIENCE else cycle), None
    if cycle.tried_at is None:
        return _tried(cycle, now)
    if sight.plug is PlugState.ON:
        return _powered(cycle, now), None
    if now - cycle.tried_at < _BETWEEN_TRIES:
        return cycle, None
    return _tried(cycle, now) if cycle.tries < _TRIES else (_lost(cycle, now), None)


def _tried(cycle: Cycle, now: datetime) -> tuple[Cycle, Action]:
    """Try to turn on."""
    return replace(cycle, tries=cycle.tries + 1, tried_at=now), Action.TURN_ON


def _powered(cycle: Cycle, now: datetime) -> Cycle:
    """Go on with a plug that is on."""
    powered_at = cycle.powered_at or now
    if cycle.failure is None:
        return replace(cycle, step=Step.BOOT, since=now, powered_at=powered_at)
    # What had turned it off may still be on its way, and come before what turns it on.
    if now - cycle.since < CONFIRMATION:
        return cycle
    told = replace(cycle, powered_at=powered_at, outcome=cycle.failure)
    # One that did not obey may still do so, long after that was told.
    is_late = cycle.failure is Outcome.PLUG_STAYED_ON
    if is_late and now - cycle.since < PATIENCE:
        return told
    return replace(told, step=Step.DONE)


def _lost(cycle: Cycle, now: datetime) -> Cycle:
    """Tell that the plug does not turn on, and go on trying now and then."""
    return replace(
        cycle,
        step=Step.DARK,
        since=now,
        tried_at=cycle.tried_at and now,
        outcome=Outcome.PLUG_STAYED_OFF,
    )


def _dark(cycle: Cycle, sight: Sight, now: datetime) -> tuple[Cycle, Action | None]:
    """Turn on as soon as the plug is back, and every five minutes otherwise."""
    if sight.plug is PlugState.ON:
        return replace(cycle, step=Step.DONE, powered_at=now), None
    if sight.plug is PlugState.UNAVAILABLE:
        return replace(cycle, tried_at=None), None
    if cycle.tried_at is not None and now - cycle.tried_at < PATIENCE:
        return cycle, None
    return replace(cycle, tried_at=now), Action.TURN_ON


def _boot(cycle: Cycle, sight: Sight, now: datetime) -> Cycle:
    """Wait for the rig."""
    if sight.is_back:
        return replace(cycle, step=Step.DONE, outcome=Outcome.RECOVERED)
    if now - cycle.since >= RECOVERY:
        return replace(cycle, step=Step.DONE, outcome=Outcome.NOT_RECOVERED)
    return cycle
