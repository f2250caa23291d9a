"""What a rig usually mines: the base of a drop.

The hour before tells a sudden drop; the day before also a slow decline, which the hour
follows down without noticing, and the first hours of that day the slowest.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import dropwhile
from statistics import median
from typing import Final

from .models import Rig

HOUR: Final = timedelta(hours=1)
HOURS: Final = 24
# The first of these hours: what falls by a tenth in a day is no tenth below the median
# of the whole day, which has followed it half of the way.
_DAY_BEFORE: Final = 5
# Rigs report every two or three minutes, with some jitter.
_SPACING: Final = timedelta(seconds=110)
# Ten minutes of reports: fewer are no habit.
_ENOUGH: Final = 5
# As every other judgement, a new level or other GPUs are believed at the second poll.
_CONFIRMATION: Final = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class Usual:
    """The readings of a rig's hash rate that still count."""

    work: tuple[str, ...] = ()
    """Miner, unit and working GPUs: with other ones, a habit begins anew."""
    hour: tuple[tuple[datetime, float], ...] = ()
    """The readings of the last hour."""
    medians: tuple[float, ...] = ()
    """Of the hours before, a day at most."""
    median_at: datetime | None = None
    """When the last of them was taken."""
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
        rate = _of_day(self.medians)
        if len(self.hour) >= _ENOUGH:
            hour = median([reading for _, reading in self.hour])
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
        since = now - self.hour[-1][0] if self.hour else HOUR
        if abs(since) < _SPACING:
            return self.settled()
        if since < timedelta(0):
            # The panel's clock was put back: what it said before is no hour any more.
            return replace(self, hour=(), median_at=None).reading(rate, now)
        hour = (
            *dropwhile(lambda reading: now - reading[0] >= HOUR, self.hour),
            (now, rate),
        )
        medians, median_at = self.medians, self.median_at or now
        if now - median_at >= HOUR:
            medians = (*medians, median(reading for _, reading in hour))[-HOURS:]
            median_at = now
        return Usual(
            work=self.work,
            hour=hour,
            medians=medians,
            median_at=median_at,
            risen_at=self.risen_at,
        )


@lru_cache(maxsize=2048)
def _of_day(medians: tuple[float, ...]) -> float | None:
    """Return the rate that the hours of a day tell; they change once in an hour."""
    if not medians:
        return None
    return max(median(medians), median(medians[:_DAY_BEFORE]))


def _work(rig: Rig) -> tuple[str, ...]:
    """Return what the hash rate comes from."""
    return (
        rig.miner or "",
        rig.hash_unit,
        *sorted([gpu.key for gpu in rig.gpus if gpu.hash_rate]),
    )
