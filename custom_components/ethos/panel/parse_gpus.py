"""From lists with one entry for each GPU to the GPUs of a rig."""

from collections.abc import Callable, Mapping
from functools import lru_cache
import re
from typing import Final, NamedTuple

from .models import Gpu
from .units import HashUnit
from .values import ABOVE_ZERO, MAX, count, listed, text, tokens

type Json = Mapping[str, object]
type Lists = Mapping[str, tuple[float | None, ...]]

# ethOS takes at most 16 cards in a rig; a longer list is no list of GPUs.
MAX_GPUS: Final = 32

# No rig comes near it, and the sum of such is still a number.
MAX_RATE: Final = 1e15

# What a broken sensor reads is 511 °C; no card survives 150.
_FAULT_TEMPERATURE: Final = 500
MAX_TEMPERATURE: Final = 150
_FAULT_POWERTUNE: Final = -1

# AMD writes the bus as 01.00.0, NVIDIA as 01:00.0, whose colon also separates the
# fields. The last two fields came with ethOS 1.2.7.
_MEMINFO: Final = re.compile(
    r"GPU(?P<index>\d{1,2}):(?:0{4}:)?"
    r"(?P<bus>[0-9a-f]{2})[.:](?P<device>[0-9a-f]{2}\.[0-9a-f])"
    r"(?::(?P<model>[^:]*))?(?::(?P<vbios>[^:]*))?(?::(?P<memory>[^:]*))?"
    r"(?::(?P<type>[^:]*))?(?::(?P<chip>[^:]*))?",
    re.IGNORECASE,
)

gpu_count: Final = count(MAX_GPUS)

READINGS: Final[Mapping[str, Callable[[object], tuple[float | None, ...]]]] = {
    "miner_hashes": listed(0, MAX_RATE),
    "dualminer_hashes": listed(0, MAX_RATE),
    "temp": listed(ABOVE_ZERO, MAX_TEMPERATURE),
    "fanrpm": listed(0, 30_000),
    "fanpercent": listed(0, 100),
    "watts": listed(0, 2_000),
    "core": listed(0, 30_000),
    "mem": listed(0, 30_000),
    # 0.00 where the driver cannot tell, as NVIDIA's.
    "voltage": listed(ABOVE_ZERO, 10),
    "powertune": listed(0, 1_000),
}
_numbers: Final = listed(-MAX, MAX)
_vrams: Final = listed(ABOVE_ZERO, 1_000)


class _Inventory(NamedTuple):
    """What ``meminfo`` says of a GPU."""

    slot: str | None = None
    model: str | None = None
    vbios: str | None = None
    memory: str | None = None
    memory_type: str | None = None
    chip: str | None = None


_NOTHING: Final = _Inventory()


def read_lists(raw: Json) -> Lists:
    """Return the readings of the GPUs, as far as each list goes."""
    return {key: read(raw.get(key)) for key, read in READINGS.items()}


def read_gpus(raw: Json, lists: Lists, unit: HashUnit) -> tuple[Gpu, ...]:
    """Return the GPUs, as many as the rig counts or any of its lists has.

    The lists are shorter when a GPU dropped out or the miner has not started.
    """
    meminfo = raw.get("meminfo")
    inventory = _inventory(meminfo) if isinstance(meminfo, str) else {}
    total = min(
        MAX_GPUS,
        max(
            gpu_count(raw.get("gpus")) or 0,
            max(inventory, default=-1) + 1,
            *map(len, lists.values()),
        ),
    )
    vrams = _vrams(raw.get("vramsize"))
    columns = [_fit(values, total) for values in (vrams, *lists.values())]
    vbioses = tokens(raw.get("bioses"))
    faults = _faults(raw, lists)
    gpus = []
    for index, numbers in enumerate(zip(*columns, strict=True)):
        vram, hashes, second, temp, rpm, duty, watts, core, mem, volts, tune = numbers
        known = inventory.get(index, _NOTHING)
        gpus.append(
            Gpu(
                index=index,
                slot=known.slot,
                model=known.model,
                vbios=known.vbios or text(_at(vbioses, index)),
                memory=known.memory,
                memory_type=known.memory_type,
                chip=known.chip,
                vram=vram,
                hash_unit=unit,
                hash_rate=hashes,
                second_hash_rate=second,
                temperature=temp,
                fan_speed=rpm,
                fan_duty=duty,
                power=watts,
                core_clock=core,
                memory_clock=mem,
                voltage=volts,
                powertune=None if tune is None else int(tune),
                sensor_fault=index in faults,
            )
        )
    return tuple(gpus)


def _fit(values: tuple[float | None, ...], total: int) -> tuple[float | None, ...]:
    """Return as many values as there are GPUs."""
    return values[:total] + (None,) * (total - len(values))


def _at(values: list[str], index: int) -> str | None:
    """Return a value of a list that may be too short."""
    return values[index] if index < len(values) else None


@lru_cache(maxsize=2048)
def _inventory(meminfo: str) -> Mapping[int, _Inventory]:
    """Return what ``meminfo``, a line for each GPU, says by the GPU's number.

    A rig says the same as long as it is not taken apart.
    """
    result: dict[int, _Inventory] = {}
    slots = set()
    for match in map(_MEMINFO.match, map(str.strip, meminfo.splitlines())):
        if match is None or (index := int(match["index"])) >= MAX_GPUS:
            continue
        # A line that came twice would take the slot from its own GPU.
        if index in result:
            continue
        slot = f"{match['bus']}:{match['device']}".lower()
        memory = text(match["memory"])
        result[index] = _Inventory(
            # Two cards in one slot are one too many: then the number has to do.
            slot=None if slot in slots else slot,
            model=text(match["model"]),
            vbios=text(match["vbios"]),
            memory=None if memory == "Unknown" else memory,
            memory_type=text(match["type"]),
            chip=text(match["chip"]),
        )
        slots.add(slot)
    return result


def _faults(raw: Json, lists: Lists) -> set[int]:
    """Return the GPUs of which comes what only a broken sensor or card says."""
    faults: set[int] = set()
    # What is a fault is no reading.
    if None in lists["temp"]:
        faults.update(
            index
            for index, value in enumerate(_numbers(raw.get("temp")))
            if value is not None and value >= _FAULT_TEMPERATURE
        )
    if None in lists["powertune"]:
        faults.update(
            index
            for index, value in enumerate(_numbers(raw.get("powertune")))
            if value == _FAULT_POWERTUNE
        )
    return faults
