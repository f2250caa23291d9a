"""What is wrong with a rig at one look, before anything is confirmed."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, NamedTuple

from .models import UNREACHABLE, Gpu, Rig
from .problems import Ailment, Limits, Problem
from .usual import Usual

# The conditions that somebody has seen and described. Of these, autorebooted,
# high_load and just_booted are no problem.
KNOWN_CONDITIONS: Final = frozenset(
    {
        "autorebooted",
        "high_load",
        "just_booted",
        "mining",
        "no_hash",
        "overheat",
        "stuck_miners",
        "throttle",
        UNREACHABLE,
    }
)
# A rig is still called just_booted after 5 minutes, and has its full hash rate later.
BOOT_GRACE: Final = timedelta(minutes=15)
# A miner that starts makes its work tables first, GPU after GPU.
MINER_GRACE: Final = timedelta(minutes=5)
# A limit that is only just kept would raise the problem again and again.
_HYSTERESIS: Final = 3.0
_HYSTERESIS_SHARE: Final = 0.75
# Below it, many cards stop their fans on purpose.
_FAN_NEEDED: Final = 60.0

CELSIUS: Final = "°C"

_STARTING: Final = frozenset(
    {
        Problem.NOT_MINING,
        Problem.GPU_DOWN,
        Problem.LOW_HASH_RATE,
        Problem.UNDERHEATING,
    }
)


class Symptom(NamedTuple):
    """What shows an ailment at one look."""

    value: float | str | None = None
    limit: float | None = None
    unit: str | None = None
    polls: int = 2
    """How many looks confirm it."""
    hold: timedelta = timedelta(0)
    """How long it must hold besides, by the reports: they may be old when seen."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Background:
    """What a look at a rig is compared with."""

    limits: Limits
    usual: Usual
    gpus: Collection[str]
    """Keys of all GPUs it ever had."""
    declared: Collection[Ailment]


def is_starting(rig: Rig) -> bool:
    """Return whether it had not had the time to do its full work.

    What counts is when it reported: its readings are as old as that.
    """
    return _is_booting(rig) or _has_new_miner(rig)


def _is_booting(rig: Rig) -> bool:
    """Return whether it had just been switched on."""
    if rig.booted_at is None or rig.reported_at is None:
        return rig.condition == "just_booted"
    return rig.reported_at - rig.booted_at < BOOT_GRACE


def _has_new_miner(rig: Rig) -> bool:
    """Return whether its miner had just been started."""
    if rig.miner_started_at is None or rig.reported_at is None:
        return False
    return rig.reported_at - rig.miner_started_at < MINER_GRACE


def symptoms(rig: Rig, background: Background) -> dict[Ailment, Symptom]:
    """Return what is wrong with a rig at this look.

    What a declared ailment needs to go on is less than what declares it. A rig that
    boots, or whose miner starts, is given time, but what ends is seen at once.
    """
    if not rig.online:
        return {Ailment(Problem.OFFLINE): Symptom(polls=1)}
    found = dict(_of_rig(rig, background))
    works = _works(rig)
    found.update(_of_gpus(rig, background, works=works))
    if works:
        found.update(_of_missing(rig, background))
    if rig.condition == "stuck_miners" or (works and _is_short(rig, background)):
        stuck = Ailment(Problem.GPU_DOWN)
        # To learn which one it is, is not to find it again.
        if stuck in background.declared or not _those(Problem.GPU_DOWN, found):
            found[stuck] = Symptom()
    if rig.condition == "overheat":
        found = _at_once(rig, background, found)
    if not found:
        return found
    return _with_patience(rig, background, found)


def _of_rig(rig: Rig, background: Background) -> Iterator[tuple[Ailment, Symptom]]:
    """Find what is wrong with a rig as a whole."""
    if rig.mining is False or rig.condition == "no_hash":
        yield Ailment(Problem.NOT_MINING), Symptom()
    elif (low := _low(rig, background)) is not None:
        yield Ailment(Problem.LOW_HASH_RATE), low
    if rig.condition == "throttle":
        yield Ailment(Problem.THROTTLED), Symptom(rig.hottest, unit=CELSIUS, polls=1)
    if rig.condition is not None and rig.condition not in KNOWN_CONDITIONS:
        yield Ailment(Problem.UNKNOWN_CONDITION), Symptom(rig.condition, polls=1)


def least_drop(limits: Limits, declared: Collection[Ailment]) -> float:
    """Return by how many percent a hash rate must be below the usual to be low."""
    is_low = Ailment(Problem.LOW_HASH_RATE) in declared
    return limits.hash_rate_drop * (_HYSTERESIS_SHARE if is_low else 1)


def _low(rig: Rig, background: Background) -> Symptom | None:
    """Return the symptom of a hash rate below the usual."""
    usual = background.usual
    if rig.hash_rate is None or usual.rate is None:
        return None
    drop = least_drop(background.limits, background.declared)
    if rig.hash_rate >= usual.rate * (1 - drop / 100) or not usual.is_judge_of(rig):
        return None
    return Symptom(rig.hash_rate, usual.rate, rig.hash_unit.value)


def _of_gpus(
    rig: Rig, background: Background, *, works: bool
) -> Iterator[tuple[Ailment, Symptom]]:
    """Find what is wrong with the GPUs of a rig that works, or does not."""
    high = background.limits.temperature_high
    low = background.limits.temperature_low
    for gpu in rig.gpus:
        if works and gpu.hash_rate == 0 and not _stands_in(gpu, rig, background):
            yield Ailment(Problem.GPU_DOWN, gpu.key), Symptom()
        if gpu.sensor_fault:
            yield Ailment(Problem.SENSOR_FAULT, gpu.key), Symptom()
        temperature = gpu.temperature
        if temperature is None:
            continue
        # What is declared is asked last, since hardly any GPU comes near a limit.
        if temperature > high - _HYSTERESIS:
            hot = Ailment(Problem.OVERHEATING, gpu.key)
            if temperature > high or hot in background.declared:
                yield hot, Symptom(temperature, high, CELSIUS)
        if temperature < low + _HYSTERESIS and works and gpu.hash_rate != 0:
            cold = Ailment(Problem.UNDERHEATING, gpu.key)
            if temperature < low or cold in background.declared:
                yield cold, Symptom(temperature, low, CELSIUS)
        if temperature > _FAN_NEEDED and 0 in (gpu.fan_speed, gpu.fan_duty):
            fan = Ailment(Problem.FAN_STOPPED, gpu.key)
            yield fan, Symptom(temperature, unit=CELSIUS)


def _of_missing(rig: Rig, background: Background) -> Iterator[tuple[Ailment, Symptom]]:
    """Find the GPUs that a rig had and has no more."""
    missing = [key for key in background.gpus if key not in rig.gpus_by_key]
    if not missing:
        return
    # A rig that boots may not tell the slots yet, by which the others are known.
    if any(gpu.slot for gpu in rig.gpus) or all(map(str.isdecimal, background.gpus)):
        for key in missing:
            yield Ailment(Problem.GPU_DOWN, key), Symptom()


def _stands_in(gpu: Gpu, rig: Rig, background: Background) -> bool:
    """Return whether a GPU without a slot is the one whose slot is missing.

    A card that its driver cannot start is counted still, after all others.
    """
    return (
        gpu.slot is None
        and Ailment(Problem.GPU_DOWN, gpu.key) not in background.declared
        and any(other.slot for other in rig.gpus)
        and any(key not in rig.gpus_by_key for key in background.gpus)
    )


def _is_short(rig: Rig, background: Background) -> bool:
    """Return whether a rig has fewer GPUs than it had, whichever is missing.

    Its own count proves nothing: it may leave out what the lists have.
    """
    return len(rig.gpus) < len(background.gpus)


def _those(problem: Problem, ailments: Collection[Ailment]) -> list[Ailment]:
    """Return the ailments that are one problem."""
    return [ailment for ailment in ailments if ailment.problem is problem]


def _at_once(
    rig: Rig, background: Background, found: dict[Ailment, Symptom]
) -> dict[Ailment, Symptom]:
    """Return the same, believing the rig that says that it overheats.

    It has stopped its miner and cools, but will not mine before somebody has looked.
    """
    rigs_own = Symptom(rig.hottest, unit=CELSIUS, polls=1)
    known = _those(Problem.OVERHEATING, background.declared)
    hot = _those(Problem.OVERHEATING, found)
    if not known and not hot:
        return {**found, Ailment(Problem.OVERHEATING): rigs_own}
    return {
        **found,
        **dict.fromkeys(known, rigs_own),
        **{ailment: found[ailment]._replace(polls=1) for ailment in hot},
    }


def _with_patience(
    rig: Rig, background: Background, found: dict[Ailment, Symptom]
) -> dict[Ailment, Symptom]:
    """Return what is found, less what a rig must be given time for."""
    if _is_booting(rig):
        return {
            ailment: symptom
            for ailment, symptom in found.items()
            if ailment.problem not in _STARTING or ailment in background.declared
        }
    if not _has_new_miner(rig):
        return found
    return {
        ailment: symptom._replace(hold=MINER_GRACE)
        if ailment.problem in _STARTING
        else symptom
        for ailment, symptom in found.items()
    }


def can_tell(ailment: Ailment, rig: Rig, usual: Usual) -> bool:
    """Return whether this look at a rig shows if it has an ailment.

    What cannot be told neither begins nor ends.
    """
    problem, key = ailment
    if problem is Problem.OFFLINE or not rig.online:
        return problem is Problem.OFFLINE
    match problem:
        case Problem.NOT_MINING:
            return rig.mining is not None
        case Problem.LOW_HASH_RATE:
            return bool(rig.hash_rate) and usual.is_judge_of(rig)
        case Problem.GPU_DOWN if key is None:
            return _works(rig) and rig.condition is not None
        case _ if key is None:
            return rig.condition is not None
        case _:
            gpu = rig.gpus_by_key.get(key)
            return gpu is not None and _can_tell_of_gpu(problem, rig, gpu)


def _can_tell_of_gpu(problem: Problem, rig: Rig, gpu: Gpu) -> bool:
    """Return whether this look shows if a GPU has a problem of its own."""
    match problem:
        case Problem.GPU_DOWN:
            return _works(rig) and gpu.hash_rate is not None
        case Problem.UNDERHEATING if not _works(rig) or gpu.hash_rate == 0:
            return False
        case Problem.FAN_STOPPED:
            # One that has cooled may well stand still.
            fans = (gpu.fan_speed, gpu.fan_duty)
            return any(fans) and 0 not in fans
        case _:
            return gpu.temperature is not None


def _works(rig: Rig) -> bool:
    """Return whether any of its GPUs does."""
    return any(gpu.hash_rate for gpu in rig.gpus)
