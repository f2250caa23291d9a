"""What can be wrong with a rig or one of its GPUs."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Problem(StrEnum):
    """Something wrong, as this integration judges it."""

    OFFLINE = "offline"
    NOT_MINING = "not_mining"
    GPU_DOWN = "gpu_down"
    LOW_HASH_RATE = "low_hash_rate"
    OVERHEATING = "overheating"
    UNDERHEATING = "underheating"
    THROTTLED = "throttled"
    FAN_STOPPED = "fan_stopped"
    SENSOR_FAULT = "sensor_fault"
    UNKNOWN_CONDITION = "unknown_condition"


class Ailment(NamedTuple):
    """A problem of a rig, or of one of its GPUs."""

    problem: Problem
    gpu: str | None = None
    """Key of the GPU, if it is one's alone."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """An ailment that has been confirmed."""

    ailment: Ailment
    since: datetime
    """When it was first seen, by the clock of who asked."""
    value: float | str | None = None
    """What was read when it was confirmed."""
    limit: float | None = None
    """What the value should have kept to; of a hash rate, the usual."""
    unit: str | None = None
    """Of both."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What a user accepts as healthy."""

    temperature_high: float
    """°C."""
    temperature_low: float
    """°C, of a GPU that works."""
    hash_rate_drop: float
    """% of the usual."""
