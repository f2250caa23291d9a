"""What happened to a rig between two looks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from .memory import RigMemory
from .problems import Finding, Problem


class ChangeType(StrEnum):
    """Something that happened to a rig."""

    RIG_ADDED = "rig_added"
    RIG_REMOVED = "rig_removed"
    RIG_DOWN = "rig_down"
    RIG_UP = "rig_up"
    RIG_REBOOTED = "rig_rebooted"
    MINER_RESTARTED = "miner_restarted"
    MINING_STOPPED = "mining_stopped"
    MINING_RESUMED = "mining_resumed"
    GPU_LOST = "gpu_lost"
    GPU_FOUND = "gpu_found"
    HASH_RATE_DROPPED = "hash_rate_dropped"
    HASH_RATE_RECOVERED = "hash_rate_recovered"
    HASH_RATE_RISEN = "hash_rate_risen"
    OVERHEATED = "overheated"
    COOLED_DOWN = "cooled_down"
    UNDERHEATED = "underheated"
    WARMED_UP = "warmed_up"
    THROTTLED = "throttled"
    THROTTLING_ENDED = "throttling_ended"
    FAN_STOPPED = "fan_stopped"
    FAN_RESTARTED = "fan_restarted"
    SENSOR_FAILED = "sensor_failed"
    SENSOR_RECOVERED = "sensor_recovered"
    CONDITION_UNKNOWN = "condition_unknown"
    CONDITION_KNOWN = "condition_known"


BEGINS: Final[Mapping[Problem, ChangeType]] = {
    Problem.OFFLINE: ChangeType.RIG_DOWN,
    Problem.NOT_MINING: ChangeType.MINING_STOPPED,
    Problem.GPU_DOWN: ChangeType.GPU_LOST,
    Problem.LOW_HASH_RATE: ChangeType.HASH_RATE_DROPPED,
    Problem.OVERHEATING: ChangeType.OVERHEATED,
    Problem.UNDERHEATING: ChangeType.UNDERHEATED,
    Problem.THROTTLED: ChangeType.THROTTLED,
    Problem.FAN_STOPPED: ChangeType.FAN_STOPPED,
    Problem.SENSOR_FAULT: ChangeType.SENSOR_FAILED,
    Problem.UNKNOWN_CONDITION: ChangeType.CONDITION_UNKNOWN,
}
ENDS: Final[Mapping[Problem, ChangeType]] = {
    Problem.OFFLINE: ChangeType.RIG_UP,
    Problem.NOT_MINING: ChangeType.MINING_RESUMED,
    Problem.GPU_DOWN: ChangeType.GPU_FOUND,
    Problem.LOW_HASH_RATE: ChangeType.HASH_RATE_RECOVERED,
    Problem.OVERHEATING: ChangeType.COOLED_DOWN,
    Problem.UNDERHEATING: ChangeType.WARMED_UP,
    Problem.THROTTLED: ChangeType.THROTTLING_ENDED,
    Problem.FAN_STOPPED: ChangeType.FAN_RESTARTED,
    Problem.SENSOR_FAULT: ChangeType.SENSOR_RECOVERED,
    Problem.UNKNOWN_CONDITION: ChangeType.CONDITION_KNOWN,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """Something that happened to a rig, or to one of its GPUs."""

    type: ChangeType
    at: datetime
    """When it was seen, by the clock of who asked."""
    rig_id: str
    gpu: str | None = None
    """Key of the GPU, if it is about one."""
    problem: Problem | None = None
    """What began or ended."""
    value: float | str | None = None
    limit: float | None = None
    """What the value should have kept to; of a hash rate, the usual."""
    unit: str | None = None
    """Of both."""
    duration: timedelta | None = None
    """How long what ended has lasted."""


def changes(before: RigMemory, after: RigMemory, at: datetime) -> Iterator[Change]:
    """Tell what happened between two looks at a rig, in the order of a story.

    What began and ended is measured by what was last told, which may be longer ago.
    """
    rig_id = after.rig_id
    if before.is_gone is not after.is_gone:
        gone = ChangeType.RIG_REMOVED if after.is_gone else ChangeType.RIG_ADDED
        yield Change(type=gone, at=at, rig_id=rig_id)
    for ailment, finding in after.told.items():
        if ailment not in after.findings:
            # Not less than nothing, should the clock be put back.
            duration = max(at - finding.since, timedelta(0))
            yield _change(ENDS, finding, rig_id, at, duration=duration)
    if after.has_rebooted_since(before):
        yield Change(type=ChangeType.RIG_REBOOTED, at=at, rig_id=rig_id)
    elif after.has_new_miner_since(before):
        yield Change(type=ChangeType.MINER_RESTARTED, at=at, rig_id=rig_id)
    if after.usual.risen_at != before.usual.risen_at:
        rig = after.seen
        yield Change(
            type=ChangeType.HASH_RATE_RISEN,
            at=at,
            rig_id=rig_id,
            value=rig.hash_rate if rig else None,
            limit=before.usual.rate,
            unit=rig.hash_unit.value or None if rig else None,
        )
    for ailment, finding in after.findings.items():
        if ailment not in after.told:
            yield _change(BEGINS, finding, rig_id, at)


def _change(
    types: Mapping[Problem, ChangeType],
    finding: Finding,
    rig_id: str,
    at: datetime,
    duration: timedelta | None = None,
) -> Change:
    """Return the change that a problem begins or ends."""
    problem, gpu = finding.ailment
    return Change(
        type=types[problem],
        at=at,
        rig_id=rig_id,
        gpu=gpu,
        problem=problem,
        value=finding.value,
        limit=finding.limit,
        unit=finding.unit,
        duration=duration,
    )
