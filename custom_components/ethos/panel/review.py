"""Judging a panel: from one look and what is remembered to what is wrong and new."""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import is_
from typing import Final

from .changes import Change, changes
from .health import Background, Symptom, can_tell, is_starting, least_drop, symptoms
from .memory import Doubt, Memory, RigMemory
from .models import Panel, Rig
from .pauses import without_pauses
from .problems import Ailment, Finding, Limits, Problem
from .usual import Usual

# One short answer proves nothing.
_GONE_AFTER: Final = 3
# As long as its device stays: it may come back with all it had.
_FORGOTTEN_AFTER: Final = timedelta(hours=1)
# As many as ethOS takes, and as many in other slots.
_MAX_GPUS: Final = 32
_SURE: Final = 2
_AT_ONCE: Final = frozenset(
    {Problem.OFFLINE, Problem.THROTTLED, Problem.UNKNOWN_CONDITION}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Review:
    """What a look at a panel says."""

    panel: Panel
    """The panel, with what is wrong."""
    memory: Memory
    """What to remember until the next look."""
    changes: tuple[Change, ...] = ()
    """What happened since the last one, in order."""


def reviewing(
    memory: Memory | None, panel: Panel, limits: Limits
) -> Generator[None, None, Review]:
    """Judge a panel, given what is remembered of it, with a pause after each rig.

    The first look is a starting point, of which nothing is told. Nor is anything told
    of a rig in maintenance; what is wrong with it afterwards, is told then. Old data
    and an empty panel say nothing.
    """
    if not memory:
        memory = {rig_id: RigMemory(rig_id=rig_id) for rig_id in panel.rigs}
    if panel.stale or not panel.rigs:
        return Review(panel=show(panel, memory), memory=memory)
    after: dict[str, RigMemory] = {}
    told: list[Change] = []
    for rig_id, rig in panel.rigs.items():
        before = memory.get(rig_id) or RigMemory(
            rig_id=rig_id, is_judged=True, is_gone=True
        )
        after[rig_id] = now = _judge(before, rig, panel, limits, told)
        if now is not before:
            yield
    for rig_id in [it for it in memory if it not in panel.rigs]:
        before = memory[rig_id]
        if rig_id in panel.unreadable:
            # It is listed all the same.
            after[rig_id] = before
        elif (missed := _miss(before, panel.read_at)) is not None:
            after[rig_id] = _tell(before, missed, panel.read_at, told)
    return Review(panel=show(panel, after), memory=after, changes=tuple(told))


def review(memory: Memory | None, panel: Panel, limits: Limits) -> Review:
    """Judge a panel as ``reviewing`` does, without a pause."""
    return without_pauses(reviewing(memory, panel, limits))


def _judge(
    before: RigMemory, rig: Rig, panel: Panel, limits: Limits, told: list[Change]
) -> RigMemory:
    """Look at a rig, and tell what is new."""
    until = before.maintenance_until
    if until is not None and panel.read_at >= until:
        before = replace(before, seen=rig).after_maintenance()
    if before.seen is rig and before.shown is not None and not before.is_in_doubt:
        return before
    now = _look(before, rig, panel, limits)
    return _tell(before, now, panel.read_at, told)


def _look(before: RigMemory, rig: Rig, panel: Panel, limits: Limits) -> RigMemory:
    """Remember what a look at a rig shows."""
    memory = before
    usual = before.usual
    if rig.mining and not is_starting(rig):
        usual = usual.observe(
            rig,
            panel.time,
            rise=limits.hash_rate_drop,
            drop=least_drop(limits, before.findings),
        )
    else:
        usual = usual.settled()
    if usual.began_anew_since(before.usual):
        memory = before.with_usual(usual)
    if makeshift := _makeshift(memory, rig):
        memory = memory.without_gpus(makeshift)
    found = symptoms(
        _with_new_miner(before, rig),
        Background(
            limits=limits,
            usual=usual,
            gpus=memory.gpus,
            declared=memory.findings,
        ),
    )
    if before.is_judged:
        findings, doubts = _confirm(memory, usual, found, rig, panel)
    else:
        findings = {key: _finding(key, found[key], rig, panel) for key in found}
        doubts = {}
    shown = before.shown if before.seen is rig else None
    if shown is None or findings != before.findings:
        shown = _with_findings(rig, findings, maintenance=before.maintenance)
    after = RigMemory(
        rig_id=rig.rig_id,
        is_judged=True,
        reported_at=rig.reported_at or before.reported_at,
        booted_at=rig.booted_at or before.booted_at,
        miner_started_at=rig.miner_started_at or before.miner_started_at,
        gpus=_gpus(before.gpus, rig),
        findings=findings,
        told=memory.told if before.is_judged else findings,
        usual=usual,
        maintenance=before.maintenance,
        maintenance_until=before.maintenance_until,
        doubts=doubts,
        seen=rig,
        shown=shown,
    )
    if rig.miner_started_at is None and after.has_rebooted_since(before):
        # It reports before its miner runs: that start will be part of the boot.
        return replace(after, miner_started_at=None)
    return after


def _with_new_miner(before: RigMemory, rig: Rig) -> Rig:
    """Return the rig with a miner that has just started, where it is not told yet.

    The age of a miner is told in whole seconds, and not at all while it is zero.
    """
    is_new = rig.mining and rig.miner_started_at is None and before.miner_started_at
    return replace(rig, miner_started_at=rig.reported_at) if is_new else rig


def _confirm(
    memory: RigMemory,
    usual: Usual,
    found: Mapping[Ailment, Symptom],
    rig: Rig,
    panel: Panel,
) -> tuple[dict[Ailment, Finding], dict[Ailment, Doubt]]:
    """Return what is wrong for sure, and what is not sure yet."""
    findings: dict[Ailment, Finding] = {}
    doubts: dict[Ailment, Doubt] = {}
    for ailment, finding in memory.findings.items():
        if ailment not in found and can_tell(ailment, rig, usual):
            doubt = _doubt(memory, ailment, panel.read_at)
            if ailment.problem in _AT_ONCE or doubt.polls >= _SURE:
                continue
            doubts[ailment] = doubt
        findings[ailment] = finding
    for ailment, symptom in found.items():
        if ailment not in memory.findings:
            doubt = _doubt(memory, ailment, panel.read_at)
            if doubt.polls >= symptom.polls and _has_held(doubt, symptom, rig, panel):
                since = doubt.since
                findings[ailment] = _finding(ailment, symptom, rig, panel, since)
            else:
                doubts[ailment] = doubt
    if not rig.online:
        # What it told last stays in doubt, and is sure no sooner when it is back.
        doubts |= dict.fromkeys(memory.doubts, Doubt(panel.read_at, 0))
    return findings, doubts


def _has_held(doubt: Doubt, symptom: Symptom, rig: Rig, panel: Panel) -> bool:
    """Return whether a report that is late enough shows it still, if that counts."""
    if not symptom.hold:
        return True
    since = doubt.since + (panel.time - panel.read_at)
    return (rig.heard_at or panel.time) - since >= symptom.hold


def _doubt(memory: RigMemory, ailment: Ailment, at: datetime) -> Doubt:
    """Return a doubt, one poll older."""
    since, polls = memory.doubts.get(ailment, Doubt(at, 0))
    return Doubt(since if polls else at, polls + 1)


def _finding(
    ailment: Ailment,
    symptom: Symptom,
    rig: Rig,
    panel: Panel,
    since: datetime | None = None,
) -> Finding:
    """Return what a symptom has shown."""
    if ailment.problem is Problem.OFFLINE and rig.heard_at is not None:
        # What counts is the silence, not when it was noticed.
        since = panel.read_at - max(panel.time - rig.heard_at, timedelta(0))
    return Finding(
        ailment=ailment,
        since=since or panel.read_at,
        value=symptom.value,
        limit=symptom.limit,
        unit=symptom.unit or None,
    )


def _makeshift(memory: RigMemory, rig: Rig) -> set[str]:
    """Return the numbers by which GPUs were known before the rig told their slots."""
    keys = {key for _, key in (*memory.findings, *memory.told) if key is not None}
    if not keys or not any(gpu.slot for gpu in rig.gpus):
        return set()
    return {key for key in keys - rig.gpus_by_key.keys() if key.isdecimal()}


def _gpus(known: tuple[str, ...], rig: Rig) -> tuple[str, ...]:
    """Return the GPUs that a rig is known to have."""
    slots = tuple([gpu.slot for gpu in rig.gpus if gpu.slot])
    if slots:
        if slots == known:
            return known
        # Numbers were only a makeshift.
        merged = dict.fromkeys(key for key in known if not key.isdecimal())
        return tuple(merged | dict.fromkeys(slots))[:_MAX_GPUS]
    if all(key.isdecimal() for key in known):
        return tuple(dict.fromkeys((*known, *(gpu.key for gpu in rig.gpus))))
    return known


def _miss(before: RigMemory, at: datetime) -> RigMemory | None:
    """Remember a rig that is not listed, until it can be forgotten."""
    since = before.missed_since or at
    if before.is_gone and at - since >= _FORGOTTEN_AFTER:
        return None
    missed = before.missed + 1
    return replace(
        before,
        missed=missed,
        missed_since=since,
        is_gone=before.is_gone or missed >= _GONE_AFTER,
    )


def _tell(
    before: RigMemory, now: RigMemory, at: datetime, told: list[Change]
) -> RigMemory:
    """Tell what is new of a rig, unless somebody works on it."""
    if now.maintenance:
        return now
    told.extend(changes(before, now, at))
    return now if now.told == now.findings else replace(now, told=now.findings)


def _with_findings(
    rig: Rig, findings: Mapping[Ailment, Finding], *, maintenance: bool
) -> Rig:
    """Return the rig with what is wrong with it; if it is down, that is all."""
    problems = tuple(
        finding
        for ailment, finding in findings.items()
        if rig.online or ailment.problem is Problem.OFFLINE
    )
    if not problems:
        return replace(rig, maintenance=True) if maintenance else rig
    return replace(
        rig,
        problems=problems,
        maintenance=maintenance,
        gpus=tuple(
            gpu._replace(problems=own)
            if (own := tuple(it for it in problems if it.ailment.gpu == gpu.key))
            else gpu
            for gpu in rig.gpus
        ),
    )


def show(panel: Panel, memory: Memory) -> Panel:
    """Return the panel with what is wrong with its rigs."""
    rigs: dict[str, Rig] = {}
    for rig_id, rig in panel.rigs.items():
        known = memory.get(rig_id)
        if known is None:
            rigs[rig_id] = rig
        elif known.seen is rig and known.shown is not None:
            rigs[rig_id] = known.shown
        else:
            rigs[rig_id] = _with_findings(
                rig, known.findings, maintenance=known.maintenance
            )
    if all(map(is_, rigs.values(), panel.rigs.values(), strict=True)):
        return panel
    return replace(panel, rigs=rigs)
