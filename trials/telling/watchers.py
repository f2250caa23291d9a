"""Who watches the panel: this integration's judgement, and ethogram's."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple, Protocol

from tests.ethogram import POLL, Ethogram
from trials.judge import Judge

from .kinds import RETURNING, Kind

# A poll that comes a little early is not skipped for the next one.
_EARLY: Final = timedelta(seconds=30)
# What it says of readings.
_SHOWN: Final = frozenset(
    {
        "hash_rate_dropped",
        "hash_rate_increased",
        "high_temperature",
        "low_temperature",
        "miner_restarted",
        "offline",
        "rebooted",
    }
)


class Word(NamedTuple):
    """Something that a watcher says."""

    rig_id: str
    type: str
    gpu: str | None = None
    detail: str = ""


class Vocabulary(NamedTuple):
    """What a watcher may say of a kind of fault."""

    tells: frozenset[str]
    """Any of it tells the fault."""
    may_tell: frozenset[str]
    """What it may say besides."""
    ends: frozenset[str]
    """Any of it tells the end."""
    may_end: frozenset[str]
    """What it may say then besides."""
    ignored: frozenset[str] = frozenset()
    """What is held neither for nor against it."""


class Watcher(Protocol):
    """Somebody who looks at each answer and says what is new."""

    def look(
        self, answer: Mapping[str, object], read_at: datetime, date: datetime
    ) -> Iterable[Word]:
        """Look at an answer that was read at a moment; both clocks may differ."""

    def start(self) -> None:
        """Begin, or begin anew with what was kept."""

    def stop(self) -> None:
        """Write down what to keep; not called if it is killed."""

    def vocabulary(self, kind: Kind) -> Vocabulary:
        """Return what it may say of a kind of fault."""


class Integration:
    """The integration, without what Home Assistant adds to it."""

    def __init__(self) -> None:
        """Know nothing."""
        self._judge = Judge()
        self.start = self._judge.start
        self.stop = self._judge.stop

    def look(
        self, answer: Mapping[str, object], read_at: datetime, date: datetime
    ) -> Iterable[Word]:
        """Say what is new."""
        return [
            Word(
                change.rig_id,
                change.type,
                change.gpu,
                f"{change.value} of {change.limit}",
            )
            for change in self._judge.look(answer, read_at, date).changes
        ]

    def vocabulary(self, kind: Kind) -> Vocabulary:
        """Return what a kind of fault makes it say."""
        return Vocabulary(kind.tells, kind.may_tell, kind.ends, kind.may_end)


class Baseline:
    """Ethogram, which keeps nothing and looks less often."""

    def __init__(self) -> None:
        """Know nothing."""
        self.start()

    def start(self) -> None:
        """Begin anew."""
        self._ethogram = Ethogram()
        self._looks_at: datetime | None = None

    def stop(self) -> None:
        """Keep nothing."""

    def look(
        self, answer: Mapping[str, object], read_at: datetime, date: datetime
    ) -> Iterable[Word]:
        """Look at an answer, if it is time, by a clock that is right.

        By one that is slow, it would take every report for a day old.
        """
        read_at = max(read_at, date)
        if self._looks_at is not None and read_at < self._looks_at:
            return []
        self._looks_at = read_at + POLL - _EARLY
        return [Word(*said) for said in self._ethogram.look(answer, read_at)]

    def vocabulary(self, kind: Kind) -> Vocabulary:
        """Return what it may say: whatever a rig with a fault may show."""
        return Vocabulary(
            tells=kind.ethogram,
            may_tell=frozenset(),
            ends=frozenset({"added"}) if kind is RETURNING else frozenset(),
            may_end=frozenset(),
            ignored=_SHOWN - kind.ethogram,
        )
