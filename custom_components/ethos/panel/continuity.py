"""What one answer owes to the one before it.

Clocks that move or stand still, moments that jitter, and lists that a booting rig has
not filled yet only show between two answers.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from .models import UNREACHABLE, Answer, Gpu, Panel, Rig

# The moment of a boot is reckoned from two clocks, in whole seconds and read some time
# apart.
JITTER: Final = timedelta(seconds=60)


def follow(before: Panel | None, answer: Answer, offline_after: timedelta) -> Panel:
    """Return the panel of an answer, with what only the one before it can tell.

    A rig is down when the panel says so, or when its report is older than
    ``offline_after`` although the panel's clock moves and another rig reports. When
    nothing moves, the panel itself is old, and its rigs stay what they were.
    """
    known = before.rigs if before else {}
    parsed = before.parsed if before else {}
    is_clock_right = any(
        rig.reported_at is not None and answer.time - rig.reported_at <= offline_after
        for rig in answer.rigs.values()
    )
    rigs = {
        rig_id: known[rig_id]
        if parsed.get(rig_id) is rig and known[rig_id].online is rig.online
        else _continue(known.get(rig_id), rig, trust=is_clock_right)
        for rig_id, rig in answer.rigs.items()
    }
    heard = {
        rig.rig_id: rig.heard_at
        for rig in rigs.values()
        if rig.heard_at is not None and rig.condition != UNREACHABLE
    }
    quiet = _quiet(heard, answer.time, offline_after)
    moved_at = _moved_at(before, answer)
    # One rig alone cannot tell its own silence from the panel's.
    all_quiet = len(heard) > 1 and len(quiet) == len(heard)
    stale = all_quiet or answer.read_at - moved_at > offline_after
    # They report in turn: when none has for so long, the first that is late is only the
    # first of all.
    newest = max(heard.values(), default=None)
    is_hushed = newest is not None and answer.time - newest > offline_after / 2
    down = _down(before) if stale or (is_hushed and len(heard) > 1) else quiet
    settled = {
        rig_id: rig
        if rig is known.get(rig_id) and rig_id not in down
        else _settle(
            known.get(rig_id),
            rig.without_readings() if rig_id in down and rig.online else rig,
        )
        for rig_id, rig in rigs.items()
    }
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


def _quiet(
    heard: Mapping[str, datetime], now: datetime, offline_after: timedelta
) -> set[str]:
    """Return the rigs that have not been heard of for too long; seldom any."""
    if not heard or now - min(heard.values()) <= offline_after:
        return set()
    return {rig_id for rig_id, at in heard.items() if now - at > offline_after}


def _down(panel: Panel | None) -> set[str]:
    """Return the rigs that were down."""
    if panel is None:
        return set()
    return {rig_id for rig_id, rig in panel.rigs.items() if not rig.online}


def _moved_at(before: Panel | None, answer: Answer) -> datetime:
    """Return when the panel's own clock, if it has one, last moved."""
    if before is None or not answer.own_clock or answer.time != before.time:
        return answer.read_at
    return before.moved_at


def _continue(before: Rig | None, rig: Rig, *, trust: bool) -> Rig:
    """Return the rig with the moments and slots it had.

    By a clock that is wrong every report looks old; then the first counts from now.
    """
    if before is None:
        return replace(rig, heard_at=rig.reported_at) if trust else rig
    heard_at = rig.heard_at
    if rig.reported_at == before.reported_at:
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
