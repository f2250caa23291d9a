"""Rigs as a table for a chat: monospaced, and narrow enough for a phone.

It has no words but the rigs' names, so it needs no translation.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from textwrap import wrap
from typing import Final

from ..panel import Panel, Rig

# What a phone shows of monospaced text without breaking lines.
WIDTH: Final = 40
# Telegram takes 4,096 characters, and what goes around the table needs some.
SIZE: Final = 3_800
_NAME_WIDTH: Final = 12
_SPARE: Final = "-"
# From here on, tenths are noise.
_LARGE: Final = 10_000

_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)


class Column(StrEnum):
    """What a table can show of a rig."""

    HASH_RATE = "hash_rate"
    GPUS = "gpus"
    GPU_HASH_RATES = "gpu_hash_rates"
    TEMPERATURE = "temperature"
    GPU_TEMPERATURES = "gpu_temperatures"
    POWER = "power"
    UPTIME = "uptime"
    MINER_UPTIME = "miner_uptime"
    REPORT_AGE = "report_age"


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A rig in a table."""

    name: str
    rig: Rig
    now: datetime
    """By its panel's clock."""


def age(duration: timedelta) -> str:
    """Return a duration in its largest unit: minutes, hours or days."""
    if duration < _HOUR:
        return f"{max(duration // _MINUTE, 0)}m"
    return f"{duration // _HOUR}h" if duration < 2 * _DAY else f"{duration // _DAY}d"


def mark(rig: Rig) -> str:
    """Return a sign that tells at a glance how a rig is."""
    if rig.maintenance:
        return "🔧"
    if not rig.online or rig.mining is False:
        return "🔴"
    return "🟠" if rig.problems else "🟢"


def _since(moment: datetime | None, now: datetime) -> str | None:
    """Return how long ago a moment is."""
    return None if moment is None else age(now - moment)


def _number(value: float | None, unit: str) -> str | None:
    """Return a rounded number with its unit."""
    return None if value is None else f"{value:.0f}{unit}"


def _hash_rate(rig: Rig) -> str | None:
    """Return the hash rate with its unit."""
    return (
        rig.hash_rate if rig.hash_rate is None else rate(rig.hash_rate, rig.hash_unit)
    )


def rate(value: float, unit: str) -> str:
    """Return a hash rate, as exact as one reads it."""
    return f"{value:,.{0 if value >= _LARGE else 1}f} {unit}".rstrip()


def _each(values: Iterable[float | None]) -> str | None:
    """Return a value for each GPU."""
    return " ".join(_SPARE if it is None else f"{it:.0f}" for it in values) or None


COLUMNS: Final[Mapping[Column, Callable[[Rig, datetime], str | None]]] = {
    Column.HASH_RATE: lambda rig, _: _hash_rate(rig),
    Column.GPUS: lambda rig, _: (
        f"{_SPARE if rig.alive_gpus is None else rig.alive_gpus}/{rig.total_gpus}"
    ),
    Column.GPU_HASH_RATES: lambda rig, _: _each(gpu.hash_rate for gpu in rig.gpus),
    Column.TEMPERATURE: lambda rig, _: _number(rig.hottest, "°"),
    Column.GPU_TEMPERATURES: lambda rig, _: _each(gpu.temperature for gpu in rig.gpus),
    Column.POWER: lambda rig, _: _number(rig.power, " W"),
    Column.UPTIME: lambda rig, now: _since(rig.booted_at, now),
    Column.MINER_UPTIME: lambda rig, now: _since(rig.miner_started_at, now),
    Column.REPORT_AGE: lambda rig, now: _since(rig.reported_at, now),
}


def tables(rows: Sequence[Row], columns: Sequence[Column]) -> list[str]:
    """Return the rigs as tables, each short enough for one message."""
    cells = [
        (
            f"{mark(row.rig)} {_shortened(row.name)}",
            [COLUMNS[column](row.rig, row.now) or _SPARE for column in columns],
        )
        for row in rows
    ]
    widths = [
        max(map(len, column)) for column in zip(*(it for _, it in cells), strict=True)
    ]
    name_width = max((len(name) for name, _ in cells), default=0)
    # A sign is two characters wide.
    is_narrow = 1 + name_width + sum(1 + width for width in widths) <= WIDTH
    lines = [
        _line(name.ljust(name_width), values, widths)
        if is_narrow
        else _block(name, values)
        for name, values in cells
    ]
    return list(joined(lines, SIZE))


def summary(panel: Panel) -> str:
    """Return a panel in one line."""
    rates = (rate(value, unit) for unit, value in panel.hash_rates.items())
    parts = [
        f"🖥 {panel.rigs_online}/{panel.total_rigs}",
        f"🎛 {panel.alive_gpus}/{panel.total_gpus}",
        f"⛏ {' + '.join(rates) or _SPARE}",
    ]
    if panel.power is not None:
        parts.append(f"⚡ {panel.power:,.0f} W")
    if panel.hottest is not None:
        parts.append(f"🌡 {panel.hottest:.0f}°")
    if panel.rigs_with_problems:
        parts.append(f"⚠️ {panel.rigs_with_problems}")
    return "  ".join(parts)


def joined(lines: Iterable[str], size: int) -> Iterable[str]:
    """Join lines to texts of a size at most."""
    text = ""
    for line in lines:
        if text and len(text) + 1 + len(line) > size:
            yield text
            text = ""
        text = f"{text}\n{line}" if text else line
    if text:
        yield text


def _shortened(name: str) -> str:
    """Return a name that fits."""
    return name if len(name) <= _NAME_WIDTH else f"{name[: _NAME_WIDTH - 1]}…"


def _line(name: str, values: Sequence[str], widths: Sequence[int]) -> str:
    """Return a rig in one line."""
    cells = (value.rjust(width) for value, width in zip(values, widths, strict=True))
    return " ".join((name, *cells))


def _block(name: str, values: Sequence[str]) -> str:
    """Return a rig in a line with its name and some with its values."""
    lines = wrap("  ".join(values), WIDTH - 3, break_on_hyphens=False)
    return "\n".join((name, *(f"   {line}" for line in lines)))
