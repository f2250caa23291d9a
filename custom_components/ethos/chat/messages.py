"""What happened, as messages for a chat."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from html import escape
from itertools import groupby
from typing import Final

from ..activity import Happening
from ..panel import ENDS, ChangeType, HashUnit
from ..power.control import PowerChange
from .table import joined, rate, shortened

# What Telegram takes in one message.
SIZE: Final = 4_096
# More of a kind are one line, or an outage of a large farm floods the chat.
_MANY: Final = 5
# Names in such a line, and characters of each.
_NAMED: Final = 20
_NAME_SIZE: Final = 40
_DAY: Final = timedelta(days=1)

_GOOD: Final = frozenset(
    {*ENDS.values(), ChangeType.HASH_RATE_RISEN, PowerChange.POWER_CYCLED}
)
_NEUTRAL: Final = frozenset(
    {
        ChangeType.RIG_ADDED,
        ChangeType.RIG_REMOVED,
        ChangeType.RIG_REBOOTED,
        ChangeType.MINER_RESTARTED,
    }
)
_SEVERE: Final = frozenset(
    {
        ChangeType.RIG_DOWN,
        ChangeType.MINING_STOPPED,
        ChangeType.GPU_LOST,
        ChangeType.OVERHEATED,
        PowerChange.POWER_CYCLE_FAILED,
        PowerChange.GIVEN_UP,
    }
)


_ORDER: Final = "🔴🟠🔵🟢"


class Format(StrEnum):
    """How a message is marked up."""

    PLAIN = "plain"
    HTML = "html"
    """As Telegram reads it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """The words of a language."""

    types: Mapping[str, str]
    """By type of change, what it is called."""
    phrases: Mapping[str, str]
    """``limit``, ``usual``, ``after``, ``minutes``, ``hours``, ``days``, and what
    comes of a power cycle."""
    timezone: tzinfo

    def duration(self, seconds: int) -> str:
        """Return a duration in words."""
        minutes = max(round(seconds / 60), 1)
        for phrase, length in (("days", 1440), ("hours", 60)):
            if minutes >= 2 * length:
                return self.phrases[phrase].format(number=round(minutes / length))
        return self.phrases["minutes"].format(number=minutes)


def messages(
    happenings: Sequence[Happening], wording: Wording, form: Format
) -> list[str]:
    """Return what happened as messages, each short enough for Telegram.

    Many changes of one kind are one line. What happened at different times has the time
    before it, and where that takes more than a day, each day has a line before it.
    """
    moments = [_local(happening["at"], wording) for happening in happenings]
    is_long = bool(moments) and moments[-1] - moments[0] >= _DAY
    day = None
    lines: list[str] = []
    for moment, together in groupby(
        happenings, key=lambda it: _local(it["at"], wording)
    ):
        time = f"{moment:%H:%M} " if moments[0] != moments[-1] else ""
        found = [time + line for line in _lines(list(together), wording, form)]
        if is_long and moment.date() != day:
            day = moment.date()
            found[0] = f"{_strong(day.isoformat(), form)}\n{found[0]}"
        lines.extend(found)
    return list(joined(lines, SIZE))


def counts(happenings: Sequence[Happening], wording: Wording) -> list[str]:
    """Return how often each kind of thing happened, the worst first, a line each."""
    numbers = Counter(happening["type"] for happening in happenings)
    marks = {kind: _mark(kind) for kind in numbers}
    order = sorted(
        numbers, key=lambda kind: (_ORDER.index(marks[kind]), -numbers[kind])
    )
    return [f"{marks[kind]} {wording.types[kind]}: {numbers[kind]}" for kind in order]


def _lines(
    happenings: Sequence[Happening], wording: Wording, form: Format
) -> Iterable[str]:
    """Return the lines of what was seen at the same time."""
    by_type: dict[str, list[Happening]] = {}
    for happening in happenings:
        by_type.setdefault(happening["type"], []).append(happening)
    for happening in happenings:
        alike = by_type[happening["type"]]
        if len(alike) <= _MANY:
            yield _line(happening, wording, form)
        elif happening is alike[0]:
            yield _many(alike, wording, form)


def _line(happening: Happening, wording: Wording, form: Format) -> str:
    """Return one change as a line."""
    name = _strong(_name(happening), form)
    gpu = happening["gpu"]
    where = name if gpu is None else f"{name} {_escaped(gpu, form)}"
    what = wording.types[happening["type"]]
    details = _escaped("".join(_details(happening, wording)), form)
    return f"{_mark(happening['type'])} {where}: {_escaped(what, form)}{details}"


def _many(happenings: Sequence[Happening], wording: Wording, form: Format) -> str:
    """Return many changes of one type as a line."""
    names = list(dict.fromkeys(map(_name, happenings)))
    shown = ", ".join(names[:_NAMED]) + (", …" if len(names) > _NAMED else "")
    kind = happenings[0]["type"]
    what = _strong(f"{wording.types[kind]} ({len(happenings)})", form)
    return f"{_mark(kind)} {what}: {_escaped(shown, form)}"


def _name(happening: Happening) -> str:
    """Return the rig's name, which may be anything that the panel says."""
    return shortened(happening["rig_name"], _NAME_SIZE)


def _details(happening: Happening, wording: Wording) -> Iterable[str]:
    """Return value, limit and duration, as far as there are any."""
    value, limit, unit = happening["value"], happening["limit"], happening["unit"]
    if (duration := happening["duration"]) is not None:
        yield f" {wording.phrases['after'].format(duration=wording.duration(duration))}"
        return
    if happening["type"] == PowerChange.POWER_CYCLE_FAILED:
        yield f": {wording.phrases[str(value)]}"
    elif value is not None:
        yield f": {_reading(value, unit)}"
    if limit is not None:
        is_rate = happening["type"] in {
            ChangeType.HASH_RATE_DROPPED,
            ChangeType.HASH_RATE_RISEN,
        }
        phrase = wording.phrases["usual" if is_rate else "limit"]
        yield f" ({phrase.format(value=_reading(limit, unit))})"


def _reading(value: float | str, unit: str | None) -> str:
    """Return a value with its unit."""
    if isinstance(value, str):
        return value
    if unit in HashUnit or unit is None:
        return rate(value, unit or "")
    return f"{value:.1f}".removesuffix(".0") + f" {unit}"


def _mark(kind: str) -> str:
    """Return a sign that tells at a glance how good or bad something is."""
    if kind in _GOOD:
        return "🟢"
    if kind in _NEUTRAL:
        return "🔵"
    return "🔴" if kind in _SEVERE else "🟠"


def _local(at: str, wording: Wording) -> datetime:
    """Return a moment as clocks show it where the panel's owner lives."""
    return datetime.fromisoformat(at).astimezone(wording.timezone)


def _strong(text: str, form: Format) -> str:
    """Return a text that stands out."""
    return f"<b>{_escaped(text, form)}</b>" if form is Format.HTML else text


def _escaped(text: str, form: Format) -> str:
    """Return a text as it is read."""
    return escape(text, quote=False) if form is Format.HTML else text
