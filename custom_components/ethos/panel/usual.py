"""What a rig usually mines: the base of a drop.

The hour before tells a sudden drop; the day before also a slow decline, which the hour
follows down without noticing, and the first hours of that day the slowest.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Final, Self

from .models import Rig

HOUR: Final = timedelta(hours=1)
HOURS: Final = 24
# The first of these hours: what falls by a tenth in a day is no tenth below the median
# of the whole day, which has followed it half of the way.
_DAY_BEFORE: Final = 5
# Ten minutes of reports: fewer are no habit.
_ENOUGH: Final = 5
# As every other judgement, a new level or other GPUs are believed at the second poll.
_CONFIRMATION: Final = 2

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TICK: Final = timedelta(microseconds=1)
_TICKS_AN_HOUR: Final = HOUR // _TICK
# Rigs report every two or three minutes, with some jitter.
_SPACING: Final = timedelta(seconds=110) // _TICK


@dataclass(frozen=True, slots=True)
class Hour:
    """The readings of an hour: packed, since each report of each rig looks at all."""

    times: array[int] = field(default_factory=lambda: array("q"))
    """In microseconds since 1970."""
    rates: array[float] = field(default_factory=lambda: array("d"))

    @classmethod
    def of(cls, readings: Iterable[tuple[datetime, float]]) -> Self:
        """Return the hour of readings, which come in order."""
        known = list(readings)
        return cls(
            array("q", [_ticks(at) for at, _ in known]),
            array("d", [rate for _, rate in known]),
        )

    def __len__(self) -> int:
        """Return how many readings there are."""
        return len(self.rates)

    def __iter__(self) -> Iterator[tuple[datetime, float]]:
        """Return the readings with their moments."""
        for at, rate in zip(self.times, self.rates, strict=True):
            yield _EPOCH + at * _TICK, rate

    def then(self, at: int, rate: float) -> Hour:
        """Return it with one more reading, and without those that are too old."""
        first = bisect_right(self.times, at - _TICKS_AN_HOUR)
        return Hour(
            self.times[first:] + array("q", (at,)),
            self.rates[first:] + array("d", (rate,)),
        )


@dataclass(frozen=True, slots=True)
class Day:
    """The medians of the hours before, a day at most."""

    medians: tuple[float, ...] = ()
    rate: float | None = field(init=False, compare=False)
    """The rate that they tell."""

    def __post_init__(self) -> None:
        """Derive the rate once in an hour."""
        rate = None
        if self.medians:
            rate = max(median(self.medians), median(self.medians[:_DAY_BEFORE]))
        object.__setattr__(self, "rate", rate)

    def then(self, rate: float) -> Day:
        """Return it with the median of one more hour."""
        return Day((*self.medians, rate)[-HOURS:])


@dataclass(frozen=True, kw_only=True, slots=True)
class Usual:
    """The readings of a rig's hash rate that still count."""

    work: tuple[str, ...] = ()
    """Miner, unit and working GPUs: with other ones, a habit begins anew."""
    hour: Hour = field(default_factory=Hour)
    """The readings of the last hour."""
    day: Day = field(default_factory=Day)
    median_at: datetime | None = None
    """When the last median was taken."""
    other_work: int = 0
    """Polls in a row that showed other work."""
    above: int = 0
    """Polls in a row that showed much more."""
    risen_at: datetime | None = None
    """When it was last found to have risen."""
    rate: float | None = field(init=False, compare=False)
    """The usual hash rate, once there is one."""

    def __post_init__(self) -> None:
        """Derive the rate once."""
        rate = self.day.rate
        if len(self.hour) >= _ENOUGH:
            hour = median(self.hour.rates)
            rate = hour if rate is None else max(rate, hour)
        object.__setattr__(self, "rate", rate)

    @property
    def is_in_doubt(self) -> bool:
        """Whether the next poll decides, even if it brings nothing new."""
        return bool(self.other_work or self.above)

    def began_anew_since(self, before: Usual) -> bool:
        """Return whether it is the habit of other work, or after a rise."""
        return self.work != before.work or self.risen_at != before.risen_at

    def observe(self, rig: Rig, now: datetime, *, rise: float, drop: float) -> Usual:
        """Return what is usual after another look at a rig that mines.

        A rate that is off by more than ``rise`` or ``drop`` percent is no habit yet.
        """
        rate = rig.hash_rate or 0.0
        if (work := _work(rig)) != self.work:
            if self.work and self.other_work + 1 < _CONFIRMATION:
                return replace(self, other_work=self.other_work + 1)
            return Usual(work=work, risen_at=self.risen_at).reading(rate, now)
        if self.rate is not None and rate > self.rate * (1 + rise / 100):
            if self.above + 1 < _CONFIRMATION:
                return replace(self, above=self.above + 1, other_work=0)
            return Usual(work=work, risen_at=now).reading(rate, now)
        if self.rate is not None and rate < self.rate * (1 - drop / 100):
            return self.settled()
        return self.reading(rate, now)

    def settled(self) -> Usual:
        """Return it without doubt."""
        return replace(self, above=0, other_work=0) if self.is_in_doubt else self

    def is_judge_of(self, rig: Rig) -> bool:
        """Return whether the rig does the work of which this is the usual rate."""
        return self.rate is not None and self.work == _work(rig)

    def reading(self, rate: float, now: datetime) -> Usual:
        """Return it with one more reading."""
        at = _ticks(now)
        age = at - self.hour.times[-1] if self.hour.times else _TICKS_AN_HOUR
        if abs(age) < _SPACING:
            return self.settled()
        if age < 0:
            # The panel's clock was put back: what it said before is no hour any more.
            return replace(self, hour=Hour(), median_at=None).reading(rate, now)
        hour = self.hour.then(at, rate)
        day, median_at = self.day, self.median_at or now
        if now - median_at >= HOUR:
            day, median_at = day.then(median(hour.rates)), now
        return Usual(
            work=self.work,
            hour=hour,
            day=day,
            median_at=median_at,
            risen_at=self.risen_at,
        )


def _ticks(moment: datetime) -> int:
    """Return microseconds since 1970."""
    return (moment - _EPOCH) // _TICK


def _work(rig: Rig) -> tuple[str, ...]:
    """Return what the hash rate comes from."""
    return (
        rig.miner or "",
        rig.hash_unit,
        *sorted([gpu.key for gpu in rig.gpus if gpu.hash_rate]),
    )
