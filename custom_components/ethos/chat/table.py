"""Rigs as a table for a chat: monospaced, and narrow enough for a phone.

It has no words but the rigs' names, so it needs no translation; nor has it separators
of thousands, which one language reads as another's decimal point.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from unicodedata import combining, east_asian_width

from ..panel import Panel, Rig

# What a phone shows of monospaced text without breaking lines.
WIDTH: Final = 40
# Telegram takes 4,096 characters, and what goes around the table needs some.
SIZE: Final = 3_800
# Of a sign and the space after it.
_SIGN: Final = 3
# Less of a name is not enough to know a rig by.
_NAME: Final = 12
_SPARE: Final = "-"
# From here on, tenths are noise; below, a GPU of a slow algorithm needs them.
_LARGE: Final = 10_000
_SMALL: Final = 10

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
    is_current: bool = True
    """Whether the panel can be read and is not stale."""


def age(duration: timedelta) -> str:
    """Return a duration in its largest unit: minutes, hours or days."""
    if duration < _HOUR:
        return f"{max(duration // _MINUTE, 0)}m"
    return f"{duration // _HOUR}h" if duration < 2 * _DAY else f"{duration // _DAY}d"


def mark(row: Row) -> str:
    """Return a sign that tells at a glance how a rig is."""
    rig = row.rig
    if not row.is_current:
        return "⚪"
    if rig.maintenance:
        return "🔧"
    if not rig.online or rig.mining is False:
        return "🔴"
    return "🟠" if rig.problems else "🟢"


def _since(sign: str, moment: datetime | None, now: datetime) -> str | None:
    """Return how long ago a moment is, after a sign that tells which."""
    return None if moment is None else sign + age(now - moment)


def _degrees(value: float | None) -> str | None:
    """Return a temperature."""
    return None if value is None else f"{value:.0f}°"


def _watts(value: float | None) -> str | None:
    """Return a power, as exact as one reads it."""
    if value is None:
        return None
    return f"{value / 1000:.1f} kW" if value >= _LARGE else f"{value:.0f} W"


def _hash_rate(rig: Rig) -> str | None:
    """Return the hash rate with its unit."""
    return (
        rig.hash_rate if rig.hash_rate is None else rate(rig.hash_rate, rig.hash_unit)
    )


def rate(value: float, unit: str) -> str:
    """Return a hash rate, as exact as one reads it."""
    return f"{value:.{0 if value >= _LARGE else 1}f} {unit}".rstrip()


def _each(values: Sequence[float | None], unit: str = "") -> str | None:
    """Return a value for each GPU, if there is any."""
    if all(value is None for value in values):
        return None
    texts = (
        _SPARE if it is None else f"{it:.{1 if 0 < it < _SMALL else 0}f}"
        for it in values
    )
    return f"{' '.join(texts)}{unit}"


COLUMNS: Final[Mapping[Column, Callable[[Rig, datetime], str | None]]] = {
    Column.HASH_RATE: lambda rig, _: _hash_rate(rig),
    Column.GPUS: lambda rig, _: (
        f"{_SPARE if rig.alive_gpus is None else rig.alive_gpus}/{rig.total_gpus}"
    ),
    Column.GPU_HASH_RATES: lambda rig, _: _each([gpu.hash_rate for gpu in rig.gpus]),
    Column.TEMPERATURE: lambda rig, _: _degrees(rig.hottest),
    Column.GPU_TEMPERATURES: lambda rig, _: _each(
        [gpu.temperature for gpu in rig.gpus], "°"
    ),
    Column.POWER: lambda rig, _: _watts(rig.power),
    Column.UPTIME: lambda rig, now: _since("🔌", rig.booted_at, now),
    Column.MINER_UPTIME: lambda rig, now: _since("🔨", rig.miner_started_at, now),
    Column.REPORT_AGE: lambda rig, now: _since("📡", rig.reported_at, now),
}


def tables(rows: Sequence[Row], columns: Sequence[Column]) -> list[str]:
    """Return the rigs as tables, each short enough for one message.

    Rigs have a line each, or a line with the name above some with the values, where
    one is too narrow.
    """
    cells = [
        [COLUMNS[column](row.rig, row.now) or _SPARE for column in columns]
        for row in rows
    ]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    longest = max((_width(row.name) for row in rows), default=0)
    room = WIDTH - _SIGN - sum(1 + width for width in widths)
    is_narrow = room >= min(longest, _NAME)
    lines = [
        _line(row, values, widths, min(longest, room))
        if is_narrow
        else _block(row, values)
        for row, values in zip(rows, cells, strict=True)
    ]
    return list(joined(lines, SIZE))


def summary(panel: Panel, old: timedelta | None = None) -> str:
    """Return a panel in one line, and how old that is if it is not current."""
    rates = (rate(value, unit) for unit, value in panel.hash_rates.items())
    parts = [
        f"🖥 {panel.rigs_online}/{panel.total_rigs}",
        f"🎛 {panel.alive_gpus}/{panel.total_gpus}",
        f"⛏ {' + '.join(rates) or _SPARE}",
    ]
    if old is not None:
        parts.insert(0, f"🕒 {age(old)}")
    if (power := _watts(panel.power)) is not None:
        parts.append(f"⚡ {power}")
    if panel.hottest is not None:
        parts.append(f"🌡 {panel.hottest:.0f}°")
    if panel.rigs_with_problems:
        parts.append(f"⚠️ {panel.rigs_with_problems}")
    return "  ".join(parts)


def joined(lines: Iterable[str], size: int) -> Iterable[str]:
    """Join lines to texts of a size at most, as Telegram counts."""
    text: list[str] = []
    used = 0
    for line in lines:
        # Telegram counts signs such as 🔴 as two characters.
        length = 1 + len(line) + sum(char > "\uffff" for char in line)
        if text and used + length > size + 1:
            yield "\n".join(text)
            text, used = [], 0
        text.append(line)
        used += length
    if text:
        yield "\n".join(text)


def shortened(name: str, width: int) -> str:
    """Return a name that fits; names of rigs are told apart by both their ends."""
    if _width(name) <= width:
        return name
    return next(
        short
        for kept in range(width - 1, -1, -1)
        if _width(
            short := f"{name[: kept - kept // 2]}…{name[len(name) - kept // 2 :]}"
        )
        <= width
    )


def _width(text: str) -> int:
    """Return how many columns a text takes; Chinese characters and signs take two."""
    return sum(
        2 if east_asian_width(char) in "WF" else not combining(char) for char in text
    )


def _line(row: Row, values: Sequence[str], widths: Sequence[int], room: int) -> str:
    """Return a rig in one line."""
    name = shortened(row.name, room)
    cells = (
        " " * (1 + width - _width(value)) + value
        for value, width in zip(values, widths, strict=True)
    )
    return f"{mark(row)} {name}{' ' * (room - _width(name))}{''.join(cells)}"


def _block(row: Row, values: Sequence[str]) -> str:
    """Return a rig in a line with its name and some with what is known of it."""
    room = WIDTH - _SIGN
    lines = [""]
    for value in [it for it in values if it != _SPARE] or [_SPARE]:
        space = "  "
        # Only what is too long for a line is broken.
        for part in [value] if _width(value) <= room else value.split():
            if lines[-1] and _width(f"{lines[-1]}{space}{part}") > room:
                lines.append("")
            lines[-1] += f"{space}{part}" if lines[-1] else part
            space = " "
    head = f"{mark(row)} {shortened(row.name, room)}"
    return "\n".join((head, *(" " * _SIGN + line for line in lines)))
