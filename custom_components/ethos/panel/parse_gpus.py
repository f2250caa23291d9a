"""From lists with one entry for each GPU to the GPUs of a rig."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import repeat
import re
from typing import Final, NamedTuple

from .models import Gpu
from .units import HashUnit
from .values import ABOVE_ZERO, MAX, count, listed, remembered, text, tokens

type Json = Mapping[str, object]
type Lists = Mapping[str, tuple[float | None, ...]]

# ethOS takes at most 16 cards in a rig; a longer list is no list of GPUs.
MAX_GPUS: Final = 32

# No rig comes near it, and the sum of such is still a number.
MAX_RATE: Final = 1e15

# What a broken sensor reads is 511 °C; no card survives 150.
_FAULT_TEMPERATURE: Final = 500
MAX_TEMPERATURE: Final = 150
# Misread now and then; ethOS's own watchdog looks past these too.
_NO_TEMPERATURES: Final = frozenset({108.0, 115.0, 128.0, 135.0})
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

_numbers: Final = listed(-MAX, MAX)
_vrams: Final = remembered(listed(ABOVE_ZERO, 1_000))
_levels: Final = listed(0, 1_000)
_temperatures_read: Final = listed(ABOVE_ZERO, MAX_TEMPERATURE)


def _whole(value: object) -> tuple[int | None, ...]:
    """Return levels, which are whole numbers."""
    return tuple([None if it is None else int(it) for it in _levels(value)])


def _temperatures(value: object) -> tuple[float | None, ...]:
    """Return temperatures, without those that only look like some."""
    read = _temperatures_read(value)
    if _NO_TEMPERATURES.isdisjoint(read):
        return read
    return tuple([None if it in _NO_TEMPERATURES else it for it in read])


READINGS: Final[Mapping[str, Callable[[object], tuple[float | None, ...]]]] = {
    "miner_hashes": listed(0, MAX_RATE),
    "dualminer_hashes": listed(0, MAX_RATE),
    "temp": _temperatures,
    "fanrpm": listed(0, 30_000),
    "fanpercent": listed(0, 100),
    # As well 0.00; a card that is there draws some.
    "watts": listed(ABOVE_ZERO, 2_000),
    "core": remembered(listed(0, 30_000)),
    "mem": remembered(listed(0, 30_000)),
    # 0.00 where the driver cannot tell, as NVIDIA's.
    "voltage": remembered(listed(ABOVE_ZERO, 10)),
    "powertune": remembered(_whole),
}


class _Card(NamedTuple):
    """What a GPU is, whatever it does; in the order of its fields."""

    slot: str | None = None
    model: str | None = None
    vbios: str | None = None
    memory: str | None = None
    memory_type: str | None = None
    chip: str | None = None
    vram: float | None = None


def read_lists(raw: Json) -> Lists:
    """Return the readings of the GPUs, as far as each list goes."""
    return {key: read(raw.get(key)) for key, read in READINGS.items()}


def read_gpus(raw: Json, lists: Lists, unit: HashUnit) -> tuple[Gpu, ...]:
    """Return the GPUs, as many as the rig counts or any of its lists has.

    The lists are shorter when a GPU dropped out or the miner has not started.
    """
    said = raw.get("meminfo")
    meminfo = said if isinstance(said, str) else ""
    total = min(
        MAX_GPUS,
        max(
            gpu_count(raw.get("gpus")) or 0,
            max(_inventory(meminfo), default=-1) + 1,
            *map(len, lists.values()),
        ),
    )
    columns = (
        range(total),
        *_cards(
            meminfo,
            tuple(tokens(raw.get("bioses"))),
            _vrams(raw.get("vramsize")),
            total,
        ),
        repeat(unit, total),
        *[_fit(values, total) for values in lists.values()],
        _faults(raw, lists, total),
        repeat((), total),
    )
    # In the order of the fields: by their names it takes three times as long.
    return tuple(map(Gpu._make, zip(*columns, strict=True)))


@lru_cache(maxsize=2048)
def _cards(
    meminfo: str,
    vbioses: tuple[str, ...],
    vrams: tuple[float | None, ...],
    total: int,
) -> tuple[tuple[str | float | None, ...], ...]:
    """Return each field of all GPUs' cards, which a rig tells in three places."""
    inventory = _inventory(meminfo)
    cards = []
    for index, vram in enumerate(_fit(vrams, total)):
        card = inventory.get(index, _Card())
        vbios = card.vbios or text(_at(vbioses, index))
        cards.append(card._replace(vbios=vbios, vram=vram))
    return tuple(zip(*cards, strict=True)) or ((),) * len(_Card._fields)


def _fit(values: tuple[float | None, ...], total: int) -> tuple[float | None, ...]:
    """Return as many values as there are GPUs."""
    if len(values) == total:
        return values
    return values[:total] + (None,) * (total - len(values))


def _at(values: tuple[str, ...], index: int) -> str | None:
    """Return a value of a list that may be too short."""
    return values[index] if index < len(values) else None


@lru_cache(maxsize=2048)
def _inventory(meminfo: str) -> Mapping[int, _Card]:
    """Return what ``meminfo``, a line for each GPU, says by the GPU's number.

    A rig says the same as long as it is not taken apart.
    """
    result: dict[int, _Card] = {}
    slots = set()
    for match in map(_MEMINFO.match, map(str.strip, meminfo.splitlines())):
        if match is None or (index := int(match["index"])) >= MAX_GPUS:
            continue
        # A line that came twice would take the slot from its own GPU.
        if index in result:
            continue
        slot = f"{match['bus']}:{match['device']}".lower()
        memory = text(match["memory"])
        result[index] = _Card(
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


def _faults(raw: Json, lists: Lists, total: int) -> list[bool]:
    """Say of each GPU whether what came is what only a broken sensor or card says."""
    # What is a fault is no reading.
    if None not in lists["temp"] and None not in lists["powertune"]:
        return [False] * total
    faults = {
        index
        for index, value in enumerate(_numbers(raw.get("temp")))
        if value is not None and value >= _FAULT_TEMPERATURE
    } | {
        index
        for index, value in enumerate(_numbers(raw.get("powertune")))
        if value == _FAULT_POWERTUNE
    }
    return [index in faults for index in range(total)]
