"""What is done to a farm, its panel and Home Assistant, and when: chance by a seed."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from random import Random
from typing import Final

from simulator import Page
from simulator.dice import dice

from .kinds import (
    ADDED,
    CUT,
    DAY,
    HOUR,
    KINDS,
    LOST_REPORT,
    MINUTE,
    REMOVED,
    Fault,
    Kind,
)

type Span = tuple[float, float]

GPUS: Final = 6
"""Of each rig."""

_CALM: Final = 2 * HOUR
"""s in which all is well at first, so that there is something usual."""
_TAIL: Final = 1.5 * HOUR
"""s in which all ends at last, so that it can be told."""
_CUTS: Final = (0.35, 0.8)
"""When the farm loses the internet, as shares of the run."""
_CUT_LASTS: Final = 40 * MINUTE
_BLINK: Final = 170.0
"""s for which the farm loses the internet without missing much: a report at most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """Something that is wrong with the panel, of which rigs know nothing."""

    name: str
    weight: int
    minutes: tuple[float, float]
    begin: Callable[[Page], None]


TROUBLES: Final[tuple[Trouble, ...]] = (
    Trouble(name="panel down", weight=4, minutes=(1, 90), begin=Page.down),
    Trouble(
        name="status 502",
        weight=4,
        minutes=(1, 30),
        begin=lambda page: page.status(status=502),
    ),
    Trouble(
        name="no answer in time",
        weight=4,
        minutes=(1, 15),
        begin=lambda page: page.slow(seconds=30),
    ),
    Trouble(
        name="slow answers",
        weight=4,
        minutes=(2, 60),
        begin=lambda page: page.slow(seconds=7),
    ),
    Trouble(name="truncated JSON", weight=5, minutes=(1, 15), begin=Page.truncate),
    Trouble(name="page of HTML", weight=4, minutes=(1, 40), begin=Page.lock),
    Trouble(name="nothing in the answer", weight=3, minutes=(1, 15), begin=Page.blank),
    Trouble(name="no rigs in the answer", weight=4, minutes=(1, 30), begin=Page.empty),
    Trouble(name="old data", weight=6, minutes=(2, 100), begin=Page.freeze),
)


class Stop(Enum):
    """How Home Assistant stops."""

    RESTART = auto()
    """It writes down what it knows."""
    KILL = auto()
    """It does not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """All that is done in the course of a run; the moments are Unix times, in s."""

    faults: Sequence[Fault]
    troubles: Sequence[tuple[Span, Trouble]]
    stops: Sequence[tuple[Span, Stop]]
    blinks: Sequence[Span]
    """When no rig of the farm reports, for less than it takes to be missed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Planner:
    """Plans what is done to a farm between two moments (Unix time, s)."""

    seed: int
    start: float
    end: float
    peace: float
    """How long nothing happens, beside how long it is usually so."""

    def plan(self, rigs: Iterable[str]) -> Plan:
        """Plan, for the rigs that are there from the start, and some that are added."""
        rng = dice(self.seed, "plan")
        span = self.end - self.start
        cuts = [self.start + share * span for share in _CUTS] if span > DAY else []
        blinks = [
            (at, at + _BLINK)
            for at in self._moments(rng, 8 * HOUR)
            if all(abs(at - cut) > 2 * HOUR for cut in cuts)
        ]
        faults = [
            Fault(kind=ADDED, rig_id=f"add{number:03x}", at=at, until=None)
            for number, at in enumerate(self._moments(rng, 18 * HOUR))
            if all(not -HOUR < at - cut < 2 * HOUR for cut in cuts)
        ]
        since = {fault.rig_id: fault.at for fault in faults}
        since |= dict.fromkeys(rigs, self.start)
        for rig_id, at in since.items():
            taken = [
                Fault(kind=CUT, rig_id=rig_id, at=cut, until=cut + _CUT_LASTS)
                for cut in cuts
                if cut > at
            ]
            own = list(self._faults(rig_id, at, taken, blinks))
            gone_at = next((each.at for each in own if each.kind is REMOVED), self.end)
            faults += own
            faults += [cut for cut in taken if cut.at < gone_at]
        return Plan(
            faults=faults,
            troubles=list(self._troubles(rng)),
            stops=[
                ((at, at + rng.uniform(40, 600)), rng.choice(list(Stop)))
                for at in self._moments(rng, 7 * HOUR)
            ],
            blinks=blinks,
        )

    def _faults(
        self, rig_id: str, since: float, taken: Sequence[Fault], blinks: Sequence[Span]
    ) -> Iterator[Fault]:
        """Yield what is done to a rig: one thing at a time, and peace between.

        Taken times are left alone.
        """
        rng = dice(self.seed, rig_id, "faults")
        weights = [kind.weight for kind in KINDS]
        free_at = since + _CALM
        while True:
            (kind,) = rng.choices(KINDS, weights)
            wait = rng.expovariate(1 / (5 * HOUR * self.peace))
            fault = _fault(rng, kind, rig_id, free_at - HOUR + kind.quiet + wait)
            over_at = fault.until or fault.at
            if fault.at > self.end - _TAIL:
                return
            clash = [
                till
                for other in taken
                if fault.at < (till := other.until or other.at) + HOUR
                and other.at < over_at + HOUR
            ]
            if kind is LOST_REPORT:
                # With a blink besides, it would truly be silent for too long.
                clash += [till for at, till in blinks if abs(fault.at - at) < HOUR / 2]
            if clash:
                free_at = max(free_at, *clash) + HOUR
            elif over_at > self.end - _TAIL:
                free_at += HOUR
            else:
                yield fault
                if kind.is_last:
                    return
                free_at = over_at + HOUR

    def _troubles(self, rng: Random) -> Iterator[tuple[Span, Trouble]]:
        """Yield what is wrong with the panel, one after the other."""
        at = self.start + _CALM
        weights = [trouble.weight for trouble in TROUBLES]
        while (at := at + rng.expovariate(1 / (HOUR * self.peace))) < self.end - _TAIL:
            (trouble,) = rng.choices(TROUBLES, weights)
            lasts = _lasts(rng, trouble.minutes) * MINUTE
            yield (at, at + lasts), trouble
            at += lasts

    def _moments(self, rng: Random, apart: float) -> list[float]:
        """Return moments that are so many s apart on average, half of it at least."""
        half = apart * self.peace / 2
        at, moments = self.start + _CALM, []
        while (at := at + half + rng.expovariate(1 / half)) < self.end - _TAIL:
            moments.append(at)
        return moments


def _fault(rng: Random, kind: Kind, rig_id: str, at: float) -> Fault:
    """Return a fault of a kind, of any length and size."""
    size = rng.random()
    hours = None if kind.hours is None else _lasts(rng, kind.hours)
    if kind.lasts is not None:
        hours = kind.lasts(size) + rng.uniform(1, 3)
    return Fault(
        kind=kind,
        rig_id=rig_id,
        at=at,
        until=None if hours is None else at + hours * HOUR,
        gpu=rng.randrange(GPUS),
        size=size,
    )


def _lasts(rng: Random, span: Span) -> float:
    """Return a length between two, more often a short one."""
    shortest, longest = span
    length: float = shortest * (longest / shortest) ** rng.random()
    return length
