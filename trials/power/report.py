"""What came of the runs, as tables."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
import platform
from statistics import median, quantiles

from homeassistant.const import __version__

from .accidents import GPUS, Need
from .run import Setting
from .tally import Fate, Tally
from .truth import UNHEARD, WRONGS


def report(setting: Setting, tallies: Sequence[Tally]) -> str:
    """Return everything, from the most to the least important."""
    ours, *others = tallies
    names = " | ".join(tally.name for tally in tallies)
    theirs = " | ".join(f"{it.name}: recovered | cycles" for it in others)
    return "\n".join(
        (
            _setting(setting, ours),
            "",
            *_table(f" | goal | {names}", _summary(tallies)),
            "",
            *_table(f"cycles that were wrong, since | {names}", _wrong(tallies)),
            "",
            *_table(
                "accident | times | recovered | median min | given up | cycles"
                f" | most | {theirs}",
                _kinds(tallies),
            ),
            "",
            *_table(f"what else happened | {names}", _rest(tallies)),
        )
    )


def complaints(tally: Tally) -> Iterator[str]:
    """Yield what this integration promised not to do, and each time it did."""
    for cut in tally.cuts:
        if cut.wrong not in {None, UNHEARD}:
            yield f"wrong: {cut.rig_id} at {_moment(cut.at)}: {cut.wrong}"
    for cut in tally.over_limit:
        yield f"over a limit: {cut.rig_id} at {_moment(cut.at)}"
    if tally.darks:
        yield f"left dark: {tally.darks}"


def _setting(setting: Setting, ours: Tally) -> str:
    """Say what was run, where and when."""
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, Home Assistant {__version__},"
        f" Python {platform.python_version()}. Seed {setting.seed},"
        f" {setting.rigs} rigs of {GPUS} GPUs, {setting.days:g} days."
        f" {ours.polls:,} polls, of which {ours.failed:,} failed."
    )


def _summary(tallies: Sequence[Tally]) -> Iterator[str]:
    """Compare with the goals."""
    hung = [it.fates_of(Need.CYCLE, is_silent=True) for it in tallies]
    lame = [it.fates_of(Need.CYCLE, is_silent=False) for it in tallies]
    broken = [it.fates_of(Need.PERSON) for it in tallies]
    left = [[it for it in fates if it.took is None] for fates in broken]
    cycles = [[it.cycles for it in fates] for fates in left]
    yield _row("rigs that hung and could be healed", "", *map(len, hung))
    yield _row("recovered", "all", *map(_recovered, hung))
    yield _row("time to recovery, min: median", "", *(_took(it)[0] for it in hung))
    yield _row("95 % within", "", *(_took(it)[1] for it in hung))
    yield _row(
        "rigs whose miner or GPU needed a boot, recovered",
        "",
        *(f"{_recovered(it)} of {len(it)}" for it in lame),
    )
    yield _row("power cycles", "", *(f"{len(it.cuts):,}" for it in tallies))
    yield _row("wrong cycles", "0", *(f"{it.wrongs:,}" for it in tallies))
    yield _row("wrong cycles that nobody could know to be so", "", *_unheard(tallies))
    yield _row(
        "cycles over a limit", "0", *(f"{len(it.over_limit):,}" for it in tallies)
    )
    yield _row("rigs left dark", "0", *(it.darks for it in tallies))
    yield _row(
        "longest without power, min",
        "",
        *(f"{it.longest_dark / 60:.0f}" for it in tallies),
    )
    yield _row("rigs that only a person could heal", "", *map(len, left))
    yield _row("given up", "", *(sum(it.is_given_up for it in fates) for fates in left))
    yield _row("never cycled", "", *(it.count(0) for it in cycles))
    yield _row(
        "cycles of one of them, at most", "", *(max(it, default=0) for it in cycles)
    )


def _unheard(tallies: Sequence[Tally]) -> Iterable[str]:
    """Return how many cycles hit rigs that mined unheard."""
    return [f"{it.wrong[UNHEARD]:,}" for it in tallies]


def _wrong(tallies: Sequence[Tally]) -> Iterator[str]:
    """Tell what spoke against cycles."""
    for reason in WRONGS:
        yield _row(reason, *(f"{it.wrong[reason]:,}" for it in tallies))


def _kinds(tallies: Sequence[Tally]) -> Iterator[str]:
    """Tell what became of rigs, by what had happened to them."""
    kinds = {fate.kind: fate.need for fate in tallies[0].fates}
    for kind, need in sorted(kinds.items(), key=lambda it: (it[1].value, it[0])):
        ours, *others = [
            [fate for fate in tally.fates if fate.kind == kind] for tally in tallies
        ]
        is_down = need is not Need.NOTHING
        yield _row(
            kind,
            len(ours),
            _recovered(ours) if is_down else "",
            _took(ours)[0] if is_down else "",
            sum(fate.is_given_up for fate in ours),
            sum(fate.cycles for fate in ours),
            max(fate.cycles for fate in ours),
            *(
                cell
                for fates in others
                for cell in (
                    _recovered(fates) if is_down else "",
                    sum(fate.cycles for fate in fates),
                )
            ),
        )


def _rest(tallies: Sequence[Tally]) -> Iterator[str]:
    """Tell what else happened."""
    for name in sorted({name for tally in tallies for name in tally.done}):
        yield _row(name, *(tally.done[name] for tally in tallies))


def _recovered(fates: Iterable[Fate]) -> int:
    """Return how many mined again without a person."""
    return sum(fate.took is not None for fate in fates)


def _took(fates: Iterable[Fate]) -> tuple[str, str]:
    """Return how long it took, in min: the median and the slowest but 5 %."""
    took = [fate.took / 60 for fate in fates if fate.took is not None]
    if not took:
        return "", ""
    slow = quantiles(took, n=20, method="inclusive")[-1] if len(took) > 1 else took[0]
    return f"{median(took):.0f}", f"{slow:.0f}"


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
