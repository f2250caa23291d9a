"""What came of a run, as tables."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
import platform
from statistics import median
from typing import Final

from homeassistant.const import __version__

from .court import SHOWN, Case, Court
from .kinds import Kind
from .plan import GPUS
from .run import Run

LATEST: Final = 3
"""Polls after which a fault should have been told."""


@dataclass(kw_only=True, slots=True)
class Tally:
    """What a watcher made of some faults."""

    shown: int = 0
    """For long enough; the others count neither way."""
    told: int = 0
    twice: int = 0
    """Of which it said something twice, the end included."""
    delays: list[int] = field(default_factory=list)
    """Polls between showing and telling."""
    ends_shown: int = 0
    """Of those that were told."""
    ends_told: int = 0
    end_delays: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, court: Court, cases: Iterable[Case]) -> Tally:
        """Count."""
        tally = cls()
        for case in cases:
            verdict = court.verdicts[id(case)]
            may = court.watcher.vocabulary(case.fault.kind)
            told_at = _first(verdict.told_at, may.tells)
            ended_at = _first(verdict.ended_at, may.ends)
            tally.twice += bool(verdict.twice)
            if case.begun.polls < SHOWN:
                continue
            tally.shown += 1
            if told_at is None:
                continue
            tally.told += 1
            tally.delays.append(_delay(case.begun.at, told_at))
            if not case.fault.kind.ends or case.over.polls < SHOWN:
                continue
            tally.ends_shown += 1
            if ended_at is not None:
                tally.ends_told += 1
                tally.end_delays.append(_delay(case.over.at, ended_at))
        return tally


def report(run: Run) -> str:
    """Return everything, from the most to the least important."""
    return "\n".join(
        (
            *_setting(run),
            "",
            *_table(" | goal | this integration | ethogram", _summary(run)),
            "",
            *_table(
                "fault | done | shown | told | twice | delay, polls: median | longest"
                " | ends shown | told | longest delay | ethogram: told | twice",
                _kinds(run),
            ),
            "",
            *_table("what must not alarm | times", _disturbances(run)),
            "",
            *_false("this integration", run.integration),
            *_false("ethogram", run.ethogram),
            "",
            *_table(
                "fault | must be told | may be told besides"
                " | must be told of its end | may be told besides",
                _explained(run),
            ),
        )
    )


def complaints(run: Run) -> Iterator[str]:
    """Yield each miss, repetition, delay and false alarm of this integration."""
    court = run.integration
    for case in run.cases:
        verdict = court.verdicts[id(case)]
        tally = Tally.of(court, [case])
        wrong = {
            "missed": tally.shown > tally.told,
            "end missed": tally.ends_shown > tally.ends_told,
            "twice": tally.twice,
            "late": max((*tally.delays, *tally.end_delays), default=0) > LATEST,
        }
        fault = case.fault
        for name, holds in wrong.items():
            if holds:
                yield (
                    f"{name}: {fault.kind.name} of {fault.rig_id} {fault.slot}"
                    f" at {_moment(fault.at)}; shown {case.begun}, over {case.over},"
                    f" told {verdict.told_at}, {verdict.ended_at},"
                    f" twice {[word.type for word in verdict.twice]}"
                )
    for at, word in court.false:
        yield (
            f"false: {word.type} of {word.rig_id} {word.gpu or ''}"
            f" at {_moment(at)}; {word.detail}"
        )


def _setting(run: Run) -> Iterator[str]:
    """Say what was run, where and when."""
    setting = run.setting
    yield (
        f"{datetime.now(UTC):%Y-%m-%d}, Home Assistant {__version__},"
        f" Python {platform.python_version()}. Seed {setting.seed},"
        f" {setting.rigs} rigs of {GPUS} GPUs, {setting.days:g} days,"
        f" a panel of {setting.shape} versions of ethOS."
        f" {run.polls:,} polls, of which {run.failed:,} failed."
    )


def _summary(run: Run) -> Iterator[str]:
    """Compare with the goals."""
    ours = Tally.of(run.integration, run.cases)
    theirs = Tally.of(run.ethogram, run.cases)
    courts = (run.integration, run.ethogram)
    both = (ours, theirs)
    told = [_share(tally.told, tally.shown) for tally in both]
    late = [sum(delay > LATEST for delay in tally.delays) for tally in both]
    yield _row("faults done", "", f"{len(run.cases):,}", "the same")
    yield _row("faults shown by the panel", "", f"{ours.shown:,}", "the same")
    yield _row("told", "all", *told)
    yield _row("something told twice", "none", *(f"{tally.twice:,}" for tally in both))
    yield _row("false alarms", "none", *(f"{len(court.false):,}" for court in courts))
    yield _row(f"told after more than {LATEST} polls", "none", *late)
    longest = [max(tally.delays, default=0) for tally in both]
    yield _row("longest delay, polls", f"≤ {LATEST}", *longest)
    ended = _share(ours.ends_told, ours.ends_shown)
    yield _row("ends told", "all", ended, "")
    longest_end = max(ours.end_delays, default=0)
    yield _row("longest delay of an end, polls", f"≤ {LATEST}", longest_end, "")


def _kinds(run: Run) -> Iterator[str]:
    """Tell what became of each kind of fault."""
    for kind in _done(run):
        cases = [case for case in run.cases if case.fault.kind is kind]
        ours = Tally.of(run.integration, cases)
        theirs = Tally.of(run.ethogram, cases)
        ends = (ours.ends_shown, ours.ends_told, max(ours.end_delays, default=0))
        yield _row(
            kind.name,
            len(cases),
            ours.shown,
            ours.told,
            ours.twice,
            f"{median(ours.delays or [0]):g}",
            max(ours.delays, default=0),
            *(ends if kind.ends else [""] * len(ends)),
            *((theirs.told, theirs.twice) if kind.ethogram else ("", "")),
        )


def _explained(run: Run) -> Iterator[str]:
    """Tell what each kind of fault explains."""
    for kind in _done(run):
        sets = (kind.tells, kind.may_tell, kind.ends, kind.may_end)
        yield _row(kind.name, *(", ".join(sorted(types)) for types in sets))


def _done(run: Run) -> Iterable[Kind]:
    """Return the kinds of faults that were done, by name."""
    kinds = {case.fault.kind.name: case.fault.kind for case in run.cases}
    return [kinds[name] for name in sorted(kinds, key=str.lower)]


def _disturbances(run: Run) -> Iterator[str]:
    """Tell how often what is no fault was done."""
    for name, times in sorted(run.done.items()):
        yield _row(name, times)


def _false(name: str, court: Court) -> Iterator[str]:
    """Tell what somebody said without a reason."""
    types = Counter(str(word.type) for _, word in court.false)
    what = ", ".join(f"{times:,} times {kind}" for kind, times in types.most_common())
    yield f"- False alarms of {name}: {what or 'none'}."


def _first(said: Mapping[str, int], types: Iterable[str]) -> int | None:
    """Return the first poll in which anything of some types was said."""
    return min((said[kind] for kind in types if kind in said), default=None)


def _delay(shown_at: int | None, told_at: int) -> int:
    """Return how many polls somebody took; what was told before had no delay."""
    return 0 if shown_at is None else max(0, told_at - shown_at)


def _share(some: int, of_all: int) -> str:
    """Return a number, and what share it is."""
    return f"{some:,} ({some / max(1, of_all):.1%})"


def _row(*cells: object) -> str:
    """Return a row of a table."""
    return " | ".join(map(str, cells))


def _moment(timestamp: float) -> str:
    """Return a moment for people."""
    return f"{datetime.fromtimestamp(timestamp, UTC):%d %H:%M:%S}"


def _table(head: str, rows: Iterable[str]) -> Sequence[str]:
    """Return a table."""
    return [
        f"| {head} |",
        "|---" * (head.count("|") + 1) + "|",
        *(f"| {row} |" for row in rows),
    ]
