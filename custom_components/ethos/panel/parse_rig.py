"""From what the panel says of a rig to the rig."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from .models import UNREACHABLE, Capability, Feature, Gpu, Rig
from .parse_gpus import (
    MAX_RATE,
    MAX_TEMPERATURE,
    READINGS,
    Json,
    Lists,
    gpu_count,
    read_gpus,
    read_lists,
)
from .units import HashUnit
from .values import ABOVE_ZERO, between, moment, number, text

_EXTERNAL_TEMPERATURES: Final = tuple(f"ext_temp{i}" for i in range(1, 11))

_rate: Final = between(0, MAX_RATE)
_temperature: Final = between(ABOVE_ZERO, MAX_TEMPERATURE)
_watts: Final = between(0, 100_000)
_age: Final = between(0, 1_000_000_000)
_load: Final = between(0, 10_000)
_memory: Final = between(ABOVE_ZERO, 100_000)
_free_space: Final = between(0, 1_000_000)

_KNOWN_FIELDS: Final = frozenset(
    {
        *READINGS,
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


def read_rig(
    rig_id: str,
    raw: Json,
    *,
    units: Mapping[str, HashUnit],
    latest_version: str | None,
    now: datetime,
) -> Rig:
    """Return the rig that a panel shows, whose report is heard now."""
    miner = text(raw.get("miner"))
    unit = units.get(miner.lower(), HashUnit.UNKNOWN) if miner else HashUnit.UNKNOWN
    lists = read_lists(raw)
    gpus = read_gpus(raw, lists, unit)
    total_gpus = gpu_count(raw.get("gpus"))
    if total_gpus is None:
        total_gpus = len(gpus) or None
    hash_rate = _rate(raw.get("hash"))
    if hash_rate is None:
        hash_rate = _sum([gpu.hash_rate for gpu in gpus])
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
        capabilities=_capabilities(raw, lists, unit),
        total_gpus=total_gpus,
        gpus=gpus,
        rack_location=text(raw.get("rack_loc")),
        ip_address=text(raw.get("ip")),
        motherboard=text(raw.get("mobo")),
        bios_version=text(raw.get("biosversion")),
        lan_chip=text(raw.get("lan_chip")),
        drive=text(raw.get("drive_name")),
        memory=_memory(raw.get("ram")),
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
        hash_rate=hash_rate,
        second_hash_rate=_sum([gpu.second_hash_rate for gpu in gpus]),
        alive_gpus=_alive_gpus(raw, gpus),
        power=_power(raw, gpus),
        booted_at=_before(reported_at, _age(raw.get("uptime"))),
        # Zero although it mines, as sgminer-gm-xmr's on 1.1.8, is not known.
        miner_started_at=_before(reported_at, _age(raw.get("miner_secs")) or None),
        cpu_temperature=_temperature(raw.get("cpu_temp")),
        load=_load(raw.get("load")),
        free_space=_free_space(raw.get("freespace")),
        received=_rate(raw.get("rx_kbps")),
        sent=_rate(raw.get("tx_kbps")),
        external_temperatures=_external_temperatures(raw),
        unknown_fields=_unknown_fields(raw),
        heard_at=reported_at and now,
    )
    # What an unreachable rig still shows is its last report.
    return rig.without_readings() if condition == UNREACHABLE else rig


def _capabilities(raw: Json, lists: Lists, unit: HashUnit) -> frozenset[Capability]:
    """Return what the rig reports beyond what all do."""
    gpu_power = any(lists["watts"])
    present: dict[Capability, bool] = {
        unit: True,
        Feature.POWER: gpu_power or number(raw.get("rig_watts")) is not None,
        Feature.GPU_POWER: gpu_power,
        Feature.FAN_DUTY: bool(lists["fanpercent"]),
        Feature.SECOND_HASH_RATE: (
            bool(lists["dualminer_hashes"])
            and raw.get("dualminer_status") != "disabled"
        ),
    }
    return frozenset([capability for capability in present if present[capability]])


def _alive_gpus(raw: Json, gpus: tuple[Gpu, ...]) -> int | None:
    """Return how many GPUs work."""
    alive = gpu_count(raw.get("miner_instance"))
    if alive is not None:
        return alive
    hash_rates = [gpu.hash_rate for gpu in gpus if gpu.hash_rate is not None]
    return sum(rate > 0 for rate in hash_rates) if hash_rates else None


def _power(raw: Json, gpus: tuple[Gpu, ...]) -> float | None:
    """Return the rig's power: its own figure, else that of all its GPUs."""
    power = _watts(raw.get("rig_watts"))
    if power is None and all(gpu.power is not None for gpu in gpus):
        return _sum([gpu.power for gpu in gpus])
    return power


def _sum(parts: list[float | None]) -> float | None:
    """Return the sum of what is known."""
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


def _unknown_fields(raw: Json) -> tuple[str, ...]:
    """Return the names of what is not read."""
    if _KNOWN_FIELDS.issuperset(raw):
        return ()
    return tuple(sorted(filter(None, map(text, raw.keys() - _KNOWN_FIELDS))))
