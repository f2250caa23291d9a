"""The results as tables, beside the goals."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
import os
import platform
from statistics import median
from typing import Final

from homeassistant.const import __version__

from .farm import Size
from .measure import Costs, Parse, Polls, SetUp, Way
from .memory import Memory
from .meter import Cost
from .rehearsal import Script, Writes
from .scenario import Scenario

_LARGEST: Final = Size(rigs=100, gpus=8)
_LEVELS: Final = ("panel", "rig", "GPU")
_CHANGES: Final = tuple(one for one in Scenario if one is not Scenario.NONE)
_MS: Final = 1_000
_KB: Final = 1_000
_US: Final = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """All that was measured of a farm."""

    size: Size
    parse: Parse
    script: Script
    banded: Sequence[Writes]
    """With dead bands."""
    polls: Polls | None = None
    set_up: SetUp | None = None
    memory: Memory | None = None


def report(results: Sequence[Result]) -> str:
    """Return everything, from the most to the least important."""
    measured = [result for result in results if result.polls]
    return "\n".join(
        (
            *_machine(),
            "",
            "### Goals",
            "",
            *_table(
                "goal | farm | measured | goal | met",
                (row for result in measured for row in _goals(result)),
            ),
            "",
            "### One poll, from the bytes of the answer",
            "",
            *_table(
                "farm | what is new | values that changed"
                " | states written: ordinary | this | of these unchanged"
                " | this by default | floor"
                " | ms: ordinary | this | this by default | floor"
                " | ordinary / this | ordinary / this by default"
                " | ordinary / floor | this / floor",
                (row for result in measured for row in _polls(result)),
            ),
            "",
            "### The longest block of one poll",
            "",
            *_table(
                "farm | what is new | ms: ordinary | this | ordinary / this"
                " | states changed in it at most",
                (row for result in measured for row in _blocks(result)),
            ),
            "",
            "### Set-up",
            "",
            *_table(
                "farm | ms: ordinary | this | ordinary / this"
                " | longest block, ms: ordinary | this | ordinary / this"
                " | full garbage collection before and after, ms",
                map(_set_up, measured),
            ),
            "",
            "### Memory",
            "",
            *_table(
                "farm | kB for each entity: ordinary | this | of this its own",
                map(_memory, measured),
            ),
            "",
            "### Answers",
            "",
            *_table(
                "farm | kB | decode, ms/MB | parse, ms/MB | parse, µs for each GPU"
                " | both, ms | both the ordinary way, ms",
                map(_parse, results),
            ),
            "",
            "### Entities",
            "",
            *_table(
                "farm | enabled (of): panel | rigs | GPUs | all | sensors enabled"
                " | of these with statistics | of all numbers",
                map(_entities, results),
            ),
        )
    )


def _machine() -> Iterator[str]:
    """Say where and when this was measured."""
    yield (
        f"{datetime.now(UTC):%Y-%m-%d}, Home Assistant {__version__},"
        f" Python {platform.python_version()}, {os.cpu_count()} cores"
        f" ({platform.machine()}, {platform.system()})."
    )


def _goals(result: Result) -> Iterator[str]:
    """Compare with the goals."""
    set_up = result.set_up
    if result.polls is None or set_up is None:
        return
    polls = result.polls.costs
    size = result.size

    def row(goal: str, value: float, form: str, limit: float, *, least: bool) -> str:
        met = value >= limit if least else value <= limit
        sign = "≥" if least else "≤"
        said = f"{value:{form}} | {sign} {limit:{'.0%' if '%' in form else ',g'}}"
        return f"{goal} | {size} | {said} | {'yes' if met else '**no**'}"

    quiet = _total(polls[Scenario.NONE], Way.ORDINARY, Way.THIS)
    least = 90 if size == _LARGEST else 50
    yield row("quiet poll, ordinary / this", quiet, ".1f", least, least=True)
    floor = max(_total(polls[one], Way.THIS, Way.FLOOR) for one in _CHANGES)
    yield row("any poll with changes, this / floor", floor, ".2f", 1.1, least=False)
    real = _total(polls[Scenario.THIRD], Way.ORDINARY, Way.BANDED)
    name = f"realistic poll ({Scenario.THIRD}), ordinary / this by default"
    yield row(name, real, ".1f", 10, least=True)
    if size == _LARGEST:
        block = min(_longest(costs) for costs in polls.values())
        name = "longest block of any poll, ordinary / this"
        yield row(name, block, ".1f", 25, least=True)
        block = max(_median(costs[Way.THIS], _block) for costs in polls.values()) * _MS
        yield row("longest block of any poll, ms", block, ".1f", 10, least=False)
        block = _median(set_up.costs[Way.THIS], _block) * _MS
        yield row("longest block of the set-up, ms", block, ".0f", 15, least=False)
        most = max(writes.most_in_block for writes in result.script.writes)
        yield row("states changed in one block", most, ",d", 1_000, least=False)
    rows = result.script.rows
    numbers = sum(row.numeric for row in rows)
    kept = sum(row.enabled and row.state_class is not None for row in rows)
    name = "sensors with statistics, of those that show a number"
    yield row(name, kept / numbers, ".0%", 0.4, least=False)
    name = "enabled entities by default"
    yield row(name, result.script.by_default, ",d", 5_000, least=False)
    if result.memory is not None:
        name = "memory for each entity beyond Home Assistant's own, kB"
        yield row(name, result.memory.own / _KB, ".2f", 1.2, least=False)


def _polls(result: Result) -> Iterator[str]:
    """Tell what each scenario cost and wrote."""
    if result.polls is None:
        return
    enabled = sum(row.enabled for row in result.script.rows)
    for scenario, costs in result.polls.costs.items():
        writes = [one for one in result.script.writes if one.scenario is scenario]
        banded = [one for one in result.banded if one.scenario is scenario]
        written = median(one.changed + one.again for one in writes)
        yield _row(
            result.size,
            scenario,
            f"{median(one.values for one in writes):,.0f}",
            f"{enabled:,}",
            f"{written:,.0f}",
            f"{median(one.again for one in writes):,.0f}",
            f"{median(one.changed for one in banded):,.0f}",
            f"{median(result.polls.floor_writes[scenario]):,.0f}",
            *(f"{_median(costs[way], _whole) * _MS:.1f}" for way in Way),
            f"{_total(costs, Way.ORDINARY, Way.THIS):.1f}",
            f"{_total(costs, Way.ORDINARY, Way.BANDED):.1f}",
            f"{_total(costs, Way.ORDINARY, Way.FLOOR):.1f}",
            f"{_total(costs, Way.THIS, Way.FLOOR):.2f}",
        )


def _blocks(result: Result) -> Iterator[str]:
    """Tell for how long each scenario held the event loop."""
    if result.polls is None:
        return
    for scenario, costs in result.polls.costs.items():
        writes = [one for one in result.script.writes if one.scenario is scenario]
        yield _row(
            result.size,
            scenario,
            f"{_median(costs[Way.ORDINARY], _block) * _MS:.1f}",
            f"{_median(costs[Way.THIS], _block) * _MS:.1f}",
            f"{_longest(costs):.1f}",
            f"{max(one.most_in_block for one in writes):,}",
        )


def _set_up(result: Result) -> str:
    """Tell what the set-up cost."""
    if (set_up := result.set_up) is None:
        return ""
    costs = set_up.costs
    return _row(
        result.size,
        f"{_median(costs[Way.ORDINARY], _whole) * _MS:,.0f}",
        f"{_median(costs[Way.THIS], _whole) * _MS:,.0f}",
        f"{_total(costs, Way.ORDINARY, Way.THIS):.1f}",
        f"{_median(costs[Way.ORDINARY], _block) * _MS:,.0f}",
        f"{_median(costs[Way.THIS], _block) * _MS:,.0f}",
        f"{_longest(costs):.0f}",
        f"{set_up.collection_before * _MS:,.0f} and {set_up.collection * _MS:,.0f}",
    )


def _memory(result: Result) -> str:
    """Tell what entities take."""
    if (memory := result.memory) is None:
        return ""
    return _row(
        result.size,
        f"{memory.ordinary / _KB:.1f}",
        f"{memory.this / _KB:.1f}",
        f"{memory.own / _KB:.2f}",
    )


def _parse(result: Result) -> str:
    """Tell what an answer cost."""
    parse = result.parse
    gpus = result.size.rigs * result.size.gpus
    megabytes = parse.size / 1_000_000
    return _row(
        result.size,
        f"{parse.size / 1_000:.1f}",
        f"{parse.decode * _MS / megabytes:.1f}",
        f"{parse.parse * _MS / megabytes:.0f}",
        f"{parse.parse * _US / gpus:.1f}",
        f"{(parse.decode + parse.parse) * _MS:.2f}",
        f"{parse.ordinary * _MS:.2f}",
    )


def _entities(result: Result) -> str:
    """Count entities."""
    rows = result.script.rows
    levels = [
        [row for row in rows if len(row.parts) == level]
        for level in range(len(_LEVELS))
    ]
    sensors = [row for row in rows if row.domain == "sensor" and row.enabled]
    kept = sum(row.state_class is not None for row in sensors)
    numbers = sum(row.numeric for row in rows)
    return _row(
        result.size,
        *(
            f"{sum(row.enabled for row in some):,} ({len(some):,})"
            for some in (*levels, rows)
        ),
        f"{len(sensors):,}",
        f"{kept:,} ({kept / len(sensors):.0%})",
        f"{numbers:,} ({kept / numbers:.0%})",
    )


def _total(costs: Costs, one: Way, other: Way) -> float:
    """Return how many times as much one way costs as the other."""
    return _ratio(costs[one], costs[other], _whole)


def _longest(costs: Costs) -> float:
    """Return how many times as long the ordinary way holds the event loop."""
    return _ratio(costs[Way.ORDINARY], costs[Way.THIS], _block)


def _ratio(
    one: Iterable[Cost], other: Iterable[Cost], value: Callable[[Cost], float]
) -> float:
    """Return the median of the ratios of each round."""
    pairs = zip(one, other, strict=True)
    return median(value(first) / value(second) for first, second in pairs)


def _median(costs: Iterable[Cost], value: Callable[[Cost], float]) -> float:
    """Return the median."""
    return median(map(value, costs))


def _whole(cost: Cost) -> float:
    """Return all of a cost."""
    return cost.total


def _block(cost: Cost) -> float:
    """Return the longest block of a cost."""
    return cost.longest


def _row(*cells: object) -> str:
    """Return a row of a table."""
    return " | ".join(map(str, cells))


def _table(head: str, rows: Iterable[str]) -> Iterator[str]:
    """Return a table."""
    yield f"| {head} |"
    yield "|---" * (head.count("|") + 1) + "|"
    for row in rows:
        yield f"| {row} |"
