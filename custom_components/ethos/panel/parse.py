"""From the panel's JSON to the models: every quirk of it, met once.

The unit of loss is the smallest thing that is broken: an odd field is ``None``, an odd
rig is left out, and only an answer that is no panel's is refused.
"""

from collections.abc import Callable, Generator, Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
import re
from typing import Final, TypedDict

from .exceptions import NotAPanelError
from .models import UNREACHABLE, Capability, Feature, Gpu, Panel, Rig
from .units import UNIT_OF_MINER, HashUnit
from .values import above_zero, between, count, moment, number, text, tokens

type Json = Mapping[str, object]

# ethOS takes at most 16 cards in a rig; a longer list is no list of GPUs.
MAX_GPUS: Final = 32

# What a broken sensor reads is 511 °C; no card survives 150.
_FAULT_TEMPERATURE: Final = 500
_MAX_TEMPERATURE: Final = 150
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

_EXTERNAL_TEMPERATURES: Final = tuple(f"ext_temp{i}" for i in range(1, 11))

# No rig comes near it, and the sum of such is still a number.
_MAX_RATE: Final = 1e15

_vram: Final = above_zero(1_000)
_rate: Final = between(0, _MAX_RATE)
_temperature: Final = above_zero(_MAX_TEMPERATURE)
_gpu_count: Final = count(MAX_GPUS)
_age: Final = between(0, 1_000_000_000)

# One value for each GPU, separated by spaces.
# The same few texts come again and again, from hundreds of GPUs.
_READINGS: Final[Mapping[str, Callable[[str], float | None]]] = {
    key: lru_cache(maxsize=1024)(read)
    for key, read in {
        "miner_hashes": _rate,
        "dualminer_hashes": _rate,
        "temp": _temperature,
        "fanrpm": between(0, 30_000),
        "fanpercent": between(0, 100),
        "watts": between(0, 2_000),
        "core": between(0, 30_000),
        "mem": between(0, 30_000),
        # 0.00 where the driver cannot tell, as NVIDIA's.
        "voltage": above_zero(10),
        "powertune": between(0, 1_000),
    }.items()
}

_KNOWN_FIELDS: Final = frozenset(
    {
        *_READINGS,
        *_EXTERNAL_TEMPERATURES,
        "bioses",
        "biosversion",
        "condition",
        "connected_displays",
        "cpu_temp",
        "driver",
        "drive_name",
        "dualminer_coin",
        "dualminer_pool",
        "dualminer_status",
        "flags",
        "freespace",
        "gpus",
        "hash",
        "ip",
        "lan_chip",
        "load",
        "meminfo",
        "miner",
        "miner_instance",
        "miner_secs",
        "mobo",
        "pdu_ip",
        "pdu_name",
        "pdu_port",
        "pool",
        "possible_intrusion",
        "rack_loc",
        "ram",
        "rig_watts",
        "rx_kbps",
        "server_time",
        "tx_kbps",
        "uptime",
        "version",
        "vramsize",
    }
)


class PanelParser:
    """Reads one answer after another of a panel.

    Rigs report every two or three minutes, so most of them say what they said a minute
    ago; these are not read again but are the very same objects.
    """

    def __init__(self, units: Mapping[str, HashUnit] = UNIT_OF_MINER) -> None:
        """Keep the units of the miners."""
        self._units = units
        self._latest_version: str | None = None
        self._raw: Json = {}
        self._rigs: Mapping[str, Rig] = {}

    def steps(
        self, data: object, *, read_at: datetime, date: datetime | None = None
    ) -> Generator[None, None, Panel]:
        """Return the panel that an answer shows, with a pause after each rig.

        ``read_at`` is the moment of reading and ``date`` the server's (its ``Date``
        header), for panels older than 2018, which do not tell their time. Raises
        NotAPanelError.
        """
        if not isinstance(data, dict) or "rigs" not in data:
            raise NotAPanelError("no rigs in the answer")
        # PHP writes an empty object as an empty list.
        listed = data["rigs"] or {}
        if not isinstance(listed, dict):
            raise NotAPanelError("the rigs are not an object")

        latest_version = text(data.get("current_version"))
        if latest_version != self._latest_version:
            self._latest_version, self._raw = latest_version, {}
        rigs: dict[str, Rig] = {}
        unreadable: list[str] = []
        for name, raw in listed.items():
            rig_id = text(name)
            if rig_id is None or rig_id in rigs or not isinstance(raw, dict):
                unreadable.append((text(name) or repr(name))[:64])
            elif raw == self._raw.get(name):
                rigs[rig_id] = self._rigs[rig_id]
            else:
                rigs[rig_id] = _rig(rig_id, raw, self._units, latest_version)
                yield
        self._raw, self._rigs = listed, rigs

        time = _time(data.get("per_info"))
        return Panel(
            rigs=rigs,
            unreadable=tuple(unreadable),
            latest_version=latest_version,
            licenses=count(1_000_000)(data.get("licenses")),
            time=time or date or read_at,
            own_clock=time is not None,
            read_at=read_at,
            moved_at=read_at,
        )


def parse_panel(
    data: object,
    *,
    read_at: datetime,
    date: datetime | None = None,
    units: Mapping[str, HashUnit] = UNIT_OF_MINER,
) -> Panel:
    """Return the panel that a single answer shows, as PanelParser does."""
    steps = PanelParser(units).steps(data, read_at=read_at, date=date)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            panel: Panel = end.value
            return panel


def _rig(
    rig_id: str, raw: Json, units: Mapping[str, HashUnit], latest_version: str | None
) -> Rig:
    """Return the rig that a panel shows."""
    miner = text(raw.get("miner"))
    unit = units.get(miner.lower(), HashUnit.UNKNOWN) if miner else HashUnit.UNKNOWN
    gpus = _gpus(raw, unit)
    total_gpus = _gpu_count(raw.get("gpus"))
    if total_gpus is None:
        total_gpus = len(gpus) or None
    reported_at = moment(raw.get("server_time"))
    condition = text(raw.get("condition"))
    rig = Rig(
        rig_id=rig_id,
        condition=condition,
        version=text(raw.get("version")),
        latest_version=latest_version,
        driver=text(raw.get("driver")),
        miner=miner,
        hash_unit=unit,
        capabilities=_capabilities(raw, unit),
        total_gpus=total_gpus,
        gpus=gpus,
        rack_location=text(raw.get("rack_loc")),
        ip_address=text(raw.get("ip")),
        motherboard=text(raw.get("mobo")),
        bios_version=text(raw.get("biosversion")),
        lan_chip=text(raw.get("lan_chip")),
        drive=text(raw.get("drive_name")),
        memory=above_zero(100_000)(raw.get("ram")),
        pool=text(raw.get("pool")),
        flags=text(raw.get("flags")),
        connected_displays=text(raw.get("connected_displays")),
        pdu_name=text(raw.get("pdu_name")),
        pdu_port=text(raw.get("pdu_port")),
        pdu_ip=text(raw.get("pdu_ip")),
        possible_intrusion=text(raw.get("possible_intrusion")),
        second_coin=text(raw.get("dualminer_coin")),
        second_pool=text(raw.get("dualminer_pool")),
        reported_at=reported_at,
        hash_rate=_or_sum(_rate(raw.get("hash")), (gpu.hash_rate for gpu in gpus)),
        second_hash_rate=_or_sum(None, (gpu.second_hash_rate for gpu in gpus)),
        alive_gpus=_alive_gpus(raw, gpus),
        power=_power(raw, gpus),
        booted_at=_before(reported_at, _age(raw.get("uptime"))),
        # Zero although it mines, as sgminer-gm-xmr's on 1.1.8, is not known.
        miner_started_at=_before(reported_at, _age(raw.get("miner_secs")) or None),
        cpu_temperature=_temperature(raw.get("cpu_temp")),
        load=between(0, 10_000)(raw.get("load")),
        free_space=between(0, 1_000_000)(raw.get("freespace")),
        received=_rate(raw.get("rx_kbps")),
        sent=_rate(raw.get("tx_kbps")),
        external_temperatures=_external_temperatures(raw),
        unknown_fields=tuple(
            sorted(filter(None, map(text, raw.keys() - _KNOWN_FIELDS)))
        ),
        heard_at=reported_at,
    )
    # What an unreachable rig still shows is its last report.
    return rig.without_readings() if condition == UNREACHABLE else rig


class _Inventory(TypedDict, total=False):
    """What ``meminfo`` says of a GPU."""

    slot: str | None
    model: str | None
    vbios: str | None
    memory: str | None
    memory_type: str | None
    chip: str | None


_NOTHING: Final = _Inventory()


def _gpus(raw: Json, unit: HashUnit) -> tuple[Gpu, ...]:
    """Return the GPUs, as many as the rig counts or any of its lists has.

    The lists are shorter when a GPU dropped out or the miner has not started.
    """
    meminfo = raw.get("meminfo")
    inventory = _inventory(meminfo) if isinstance(meminfo, str) else {}
    lists = {key: tokens(raw.get(key)) for key in _READINGS}
    total = min(
        MAX_GPUS,
        max(
            _gpu_count(raw.get("gpus")) or 0,
            max(inventory, default=-1) + 1,
            *map(len, lists.values()),
        ),
    )
    columns = [
        [read(token) for token in lists[key][:total]]
        + [None] * (total - len(lists[key]))
        for key, read in _READINGS.items()
    ]
    vrams = tokens(raw.get("vramsize"))
    vbioses = tokens(raw.get("bioses"))
    gpus = []
    for index, readings in enumerate(zip(*columns, strict=True)):
        hashes, second, temperature, rpm, duty, watts, core, mem, volts, tune = readings
        known = inventory.get(index, _NOTHING)
        gpus.append(
            Gpu(
                index=index,
                slot=known.get("slot"),
                model=known.get("model"),
                vbios=known.get("vbios") or text(_at(vbioses, index)),
                memory=known.get("memory"),
                memory_type=known.get("memory_type"),
                chip=known.get("chip"),
                vram=_vram(_at(vrams, index)),
                hash_unit=unit,
                hash_rate=hashes,
                second_hash_rate=second,
                temperature=temperature,
                fan_speed=rpm,
                fan_duty=duty,
                power=watts,
                core_clock=core,
                memory_clock=mem,
                voltage=volts,
                powertune=None if tune is None else int(tune),
                # What only a broken sensor or card says is no reading either.
                sensor_fault=(
                    temperature is None
                    and (number(_at(lists["temp"], index)) or 0) >= _FAULT_TEMPERATURE
                )
                or (
                    tune is None
                    and number(_at(lists["powertune"], index)) == _FAULT_POWERTUNE
                ),
            )
        )
    return tuple(gpus)


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


def _capabilities(raw: Json, unit: HashUnit) -> frozenset[Capability]:
    """Return what the rig reports beyond what all do."""
    gpu_power = bool(tokens(raw.get("watts")))
    present: dict[Capability, bool] = {
        unit: True,
        Feature.POWER: gpu_power or number(raw.get("rig_watts")) is not None,
        Feature.GPU_POWER: gpu_power,
        Feature.FAN_DUTY: bool(tokens(raw.get("fanpercent"))),
        Feature.SECOND_HASH_RATE: bool(tokens(raw.get("dualminer_hashes"))),
    }
    return frozenset(capability for capability, is_there in present.items() if is_there)


def _alive_gpus(raw: Json, gpus: tuple[Gpu, ...]) -> int | None:
    """Return how many GPUs work."""
    alive = _gpu_count(raw.get("miner_instance"))
    if alive is not None:
        return alive
    hash_rates = [gpu.hash_rate for gpu in gpus if gpu.hash_rate is not None]
    return sum(rate > 0 for rate in hash_rates) if hash_rates else None


def _power(raw: Json, gpus: tuple[Gpu, ...]) -> float | None:
    """Return the rig's power: its own figure, else that of all its GPUs."""
    power = between(0, 100_000)(raw.get("rig_watts"))
    if power is None and all(gpu.power is not None for gpu in gpus):
        return _or_sum(None, (gpu.power for gpu in gpus))
    return power


def _or_sum(value: float | None, parts: Iterable[float | None]) -> float | None:
    """Return the value, else the sum of what is known of its parts."""
    if value is not None:
        return value
    known = [part for part in parts if part is not None]
    return sum(known) if known else None


def _before(reported_at: datetime | None, age: float | None) -> datetime | None:
    """Return the moment that was so many seconds before a report."""
    if reported_at is None or age is None:
        return None
    return reported_at - timedelta(seconds=age)


def _external_temperatures(raw: Json) -> tuple[float | None, ...]:
    """Return the temperatures of a hosting centre's sensors, if there are any."""
    if raw.keys().isdisjoint(_EXTERNAL_TEMPERATURES):
        return ()
    values = tuple(_temperature(raw.get(key)) for key in _EXTERNAL_TEMPERATURES)
    return values if any(value is not None for value in values) else ()


def _time(per_info: object) -> datetime | None:
    """Return the panel's own time, which it tells for each miner."""
    if not isinstance(per_info, dict):
        return None
    times = (
        moment(info.get("current_time"))
        for info in per_info.values()
        if isinstance(info, dict)
    )
    return max((time for time in times if time is not None), default=None)


def _at(values: list[str], index: int) -> str | None:
    """Return a value of a list that may be too short."""
    return values[index] if index < len(values) else None
