"""What was done to a rig: what limits what may be done next, and survives a restart."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from ..panel import Problem
from .cycler import Cycle, Outcome, Plug, Step

DAY: Final = timedelta(hours=24)


def is_within(moment: datetime, span: timedelta, now: datetime) -> bool:
    """Return whether a moment is not far from now, be it past or to come.

    A clock that is put back leaves moments that are to come; those that are far were
    written while it was wrong, and count no longer.
    """
    return abs(now - moment) < span


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """A power cycle, be it over or not."""

    at: datetime
    """When it began."""
    powered_at: datetime | None = None
    """When the rig had power again."""
    outcome: Outcome | None = None
    """What came of it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class History:
    """What was done to a rig by its plug."""

    attempts: tuple[Attempt, ...] = ()
    """Those of the last day, and the last one."""
    cycle: Cycle | None = None
    """The one that is under way."""
    given_up_at: datetime | None = None
    """When it was found not to be worth another attempt."""
    armed_at: datetime | None = None
    """When a person last asked to try again: what was before does not count.

    One that is to come was written by a clock that was wrong, and lifts no limit.
    """
    usual: float | None = None
    """W that it draws while it mines, by the meter of its plug."""

    def attempts_in(self, span: timedelta, now: datetime) -> int:
        """Return how many attempts of the last hours there were."""
        return sum(is_within(attempt.at, span, now) for attempt in self.attempts)

    def counted_in(self, span: timedelta, now: datetime) -> int:
        """Return how many of them count against the rig."""
        return sum(
            is_within(attempt.at, span, now)
            and not (self.armed_at and attempt.at <= self.armed_at <= now)
            for attempt in self.attempts
        )

    @property
    def last(self) -> Attempt | None:
        """The last attempt."""
        return self.attempts[-1] if self.attempts else None

    def with_begun(self, cycle: Cycle) -> History:
        """Return it with a cycle that begins: it counts from now on."""
        now = cycle.started_at
        kept = tuple(it for it in self.attempts if is_within(it.at, DAY, now))
        return replace(self, attempts=(*kept, Attempt(at=now)), cycle=cycle)

    def with_cycle(self, cycle: Cycle) -> History:
        """Return it with its cycle one step further."""
        attempt = Attempt(
            at=cycle.started_at, powered_at=cycle.powered_at, outcome=cycle.outcome
        )
        return replace(
            self,
            attempts=(*self.attempts[:-1], attempt),
            cycle=None if cycle.step is Step.DONE else cycle,
        )

    def without_begun(self) -> History:
        """Return it as if the cycle that begins had not been thought of."""
        return replace(self, attempts=self.attempts[:-1], cycle=None)


type Histories = Mapping[str, History]
"""By rig ID."""


def to_record(histories: Histories) -> dict[str, Any]:
    """Return histories as what JSON can hold."""
    return {
        rig_id: {
            "attempts": [
                {
                    "at": attempt.at.isoformat(),
                    "powered_at": _written(attempt.powered_at),
                    "outcome": attempt.outcome and attempt.outcome.value,
                }
                for attempt in history.attempts
            ],
            "cycle": history.cycle and _cycle_record(history.cycle),
            "given_up_at": _written(history.given_up_at),
            "armed_at": _written(history.armed_at),
            "usual": history.usual,
        }
        for rig_id, history in histories.items()
    }


def from_record(record: Mapping[str, Any]) -> dict[str, History]:
    """Return the histories that were written."""
    return {
        rig_id: History(
            attempts=tuple(
                Attempt(
                    at=datetime.fromisoformat(row["at"]),
                    powered_at=_moment(row["powered_at"]),
                    outcome=row["outcome"] and Outcome(row["outcome"]),
                )
                for row in history["attempts"]
            ),
            cycle=history["cycle"] and _cycle(history["cycle"]),
            given_up_at=_moment(history["given_up_at"]),
            armed_at=_moment(history["armed_at"]),
            usual=history["usual"],
        )
        for rig_id, history in record.items()
    }


def _cycle_record(cycle: Cycle) -> dict[str, Any]:
    """Return a cycle as what JSON can hold; its plug may be gone when it is read."""
    return {
        "switch": cycle.plug.switch,
        "meter": cycle.plug.meter,
        "off_time": cycle.plug.off_time.total_seconds(),
        "problem": cycle.problem and cycle.problem.value,
        "started_at": cycle.started_at.isoformat(),
        "since": cycle.since.isoformat(),
        "step": cycle.step.value,
        "tries": cycle.tries,
        "tried_at": _written(cycle.tried_at),
        "powered_at": _written(cycle.powered_at),
        "failure": cycle.failure and cycle.failure.value,
        "outcome": cycle.outcome and cycle.outcome.value,
    }


def _cycle(record: Mapping[str, Any]) -> Cycle:
    """Return the cycle that was written."""
    return Cycle(
        plug=Plug(
            switch=record["switch"],
            meter=record["meter"],
            off_time=timedelta(seconds=record["off_time"]),
        ),
        problem=record["problem"] and Problem(record["problem"]),
        started_at=datetime.fromisoformat(record["started_at"]),
        since=datetime.fromisoformat(record["since"]),
        step=Step(record["step"]),
        tries=record["tries"],
        tried_at=_moment(record["tried_at"]),
        powered_at=_moment(record["powered_at"]),
        failure=record["failure"] and Outcome(record["failure"]),
        outcome=record["outcome"] and Outcome(record["outcome"]),
    )


def _written(moment: datetime | None) -> str | None:
    """Return a moment as text."""
    return None if moment is None else moment.isoformat()


def _moment(text: str | None) -> datetime | None:
    """Return the moment of a text."""
    return None if text is None else datetime.fromisoformat(text)
