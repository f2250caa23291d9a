"""What one answer owes to the one before it.

Clocks that move or stand still, moments that jitter, and lists that a booting rig has
not filled yet only show between two answers.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final, NamedTuple, Self

from .models import Answer, Gpu, Panel, Rig

# The moment of a boot is reckoned from two clocks, in whole seconds and read some time
# apart.
JITTER: Final = timedelta(seconds=60)
# Longer than from one report of a rig to the next: three minutes, as it is seen by
# asking every minute.
_TURN: Final = timedelta(minutes=4)

_NONE: Final[Mapping[str, Rig]] = MappingProxyType({})
_UNKNOWN: Final = Rig(rig_id="")


class Patience(NamedTuple):
    """How long silence proves nothing yet."""

    rig: timedelta
    """Of a rig, while others report; after that it is down."""
    farm: timedelta
    """Of all rigs; what lasts longer is no rig's own doing."""

    @classmethod
    def of(cls, offline_after: timedelta, asked_every: timedelta) -> Self:
        """Return the patience with rigs, of a panel that is asked so often."""
        return cls(offline_after, max(_TURN, 2 * asked_every))


def follow(
    before: Panel | None,
    answer: Answer,
    patience: Patience,
    remembered: Mapping[str, Rig] = _NONE,
) -> Panel:
    """Return the panel of an answer, with what only the one before it can tell.

    A rig is down when the panel says so, or when its report is older than it may be
    although the panel's clock moves and another rig reports; then it stays so until it
    reports. When nothing moves, the panel itself is old, and its rigs stay what they
    were. Time in which none was heard counts as nobody's silence: be it that their
    network was gone or that the panel could not be read, they come back in turn.

    The first answer follows what is ``remembered`` of the rigs.
    """
    known = before.rigs if before else remembered
    parsed = before.parsed if before else {}
    is_clock_right = any(
        rig.reported_at is not None and answer.time - rig.reported_at <= patience.rig
        for rig in answer.rigs.values()
    )
    rigs = {
        rig_id: known[rig_id]
        if parsed.get(rig_id) is rig
        else _continue(known.get(rig_id, _UNKNOWN), rig, trust=is_clock_right)
        for rig_id, rig in answer.rigs.items()
    }
    asleep = {
        rig_id
        for rig_id, rig in known.items()
        if not rig.online and _says_nothing_new(rigs.get(rig_id), rig)
    }
    heard = {
        rig.rig_id: rig.heard_at
        for rig in rigs.values()
        if rig.heard_at is not None and rig.online and rig.rig_id not in asleep
    }
    excused = _excused(known, heard, patience.farm)
    heard |= excused
    quiet = _quiet(heard, answer.time, patience.rig)
    moved_at = _moved_at(before, answer)
    # One rig alone cannot tell its own silence from the panel's.
    all_quiet = len(heard) > 1 and len(quiet) == len(heard)
    stale = all_quiet or answer.read_at - moved_at > patience.rig
    # They report in turn: when none has for so long, the first that is late is only the
    # first of all.
    newest = max(heard.values(), default=None)
    is_hushed = newest is not None and answer.time - newest > patience.rig / 2
    down = asleep if stale or (is_hushed and len(heard) > 1) else asleep | quiet
    settled = {
        rig_id: rig
        if rig is known.get(rig_id) and rig_id not in down
        else _settle(
            known.get(rig_id),
            rig.without_readings() if rig_id in down and rig.online else rig,
        )
        for rig_id, rig in rigs.items()
    }
    for rig_id, heard_at in excused.items():
        settled[rig_id] = replace(settled[rig_id], heard_at=heard_at)
    return Panel(
        rigs=settled,
        unreadable=answer.unreadable,
        latest_version=answer.latest_version,
        licenses=answer.licenses,
        parsed=answer.rigs,
        stale=stale,
        time=answer.time,
        own_clock=answer.own_clock,
        read_at=answer.read_at,
        moved_at=moved_at,
    )


def _says_nothing_new(rig: Rig | None, before: Rig) -> bool:
    """Return whether a rig that was down has not reported since."""
    return (
        rig is not None
        and rig.reported_at is not None
        and rig.reported_at == before.reported_at
    )


def _excused(
    known: Mapping[str, Rig], heard: Mapping[str, datetime], limit: timedelta
) -> dict[str, datetime]:
    """Return when rigs were as good as heard of, without the time when none was."""
    earlier = [
        at
        for rig in known.values()
        if rig.online and (at := rig.heard_at or rig.reported_at) is not None
    ]
    if not earlier or not heard:
        return {}
    since = max(earlier)
    deaf = max(heard.values()) - since
    if deaf <= limit:
        return {}
    return {rig_id: at + deaf for rig_id, at in heard.items() if at <= since}


def _quiet(
    heard: Mapping[str, datetime], now: datetime, offline_after: timedelta
) -> set[str]:
    """Return the rigs that have not been heard of for too long; seldom any."""
    if not heard or now - min(heard.values()) <= offline_after:
        return set()
    return {rig_id for rig_id, at in heard.items() if now - at > offline_after}


def _moved_at(before: Panel | None, answer: Answer) -> datetime:
    """Return when the panel's own clock, if it has one, last moved."""
    if before is None or not answer.own_clock or answer.time != before.time:
        return answer.read_at
    return before.moved_at


def _continue(before: Rig, rig: Rig, *, trust: bool) -> Rig:
    """Return the rig with the moments and slots it had.

    By a clock that is wrong every report looks old; then the first counts from now.
    """
    heard_at = rig.heard_at
    if before.heard_at is None:
        heard_at = rig.reported_at if trust else heard_at
    elif rig.reported_at == before.reported_at:
        heard_at = before.heard_at
    booted_at = _steady(before.booted_at, rig.booted_at)
    miner_started_at = _steady(before.miner_started_at, rig.miner_started_at)
    gpus = _with_slots(before.gpus, rig.gpus)
    if (
        heard_at is rig.heard_at
        and booted_at is rig.booted_at
        and miner_started_at is rig.miner_started_at
        and gpus is rig.gpus
    ):
        return rig
    return replace(
        rig,
        heard_at=heard_at,
        booted_at=booted_at,
        miner_started_at=miner_started_at,
        gpus=gpus,
    )


def _settle(before: Rig | None, rig: Rig) -> Rig:
    """Return the very rig from before where nothing has changed."""
    if before is None or before.reported_at != rig.reported_at:
        return rig
    return before if before == rig else rig


def _steady(before: datetime | None, now: datetime | None) -> datetime | None:
    """Return the moment from before where the new one is the same but for jitter."""
    if before is None or now is None or abs(now - before) >= JITTER:
        return now
    # What is equal anyway makes no other rig.
    return now if now == before else before


def _with_slots(before: tuple[Gpu, ...], gpus: tuple[Gpu, ...]) -> tuple[Gpu, ...]:
    """Return the GPUs in the slots they had, where a booting rig does not tell them."""
    if any(gpu.slot for gpu in gpus) or len(before) != len(gpus):
        return gpus
    return tuple(
        gpu._replace(slot=old.slot, model=old.model)
        for old, gpu in zip(before, gpus, strict=True)
    )
