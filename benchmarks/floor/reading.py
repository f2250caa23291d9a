"""From the panel's JSON to typed values, trusting that nothing is odd."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import chain
from typing import Any, Final

type Raw = Mapping[str, Any]

_JITTER: Final = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True, slots=True)
class Gpu:
    """A GPU, with a field for each entity."""

    model: str
    vbios: str
    memory: str
    vram: float
    hash_rate_megahashes: float
    temperature: float
    fan_duty: float
    power: float
    fan_speed: float
    core_clock: float
    memory_clock: float
    voltage: float
    powertune: int
    problem: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Rig:
    """A rig, with a field for each entity."""

    gpus: Mapping[str, Gpu]
    temperatures: list[float]
    connectivity: bool
    mining: bool
    version: str
    hash_rate_megahashes: float
    condition: str
    hottest: float
    alive_gpus: int
    total_gpus: int
    power: float
    booted_at: datetime
    miner_started_at: datetime
    reported_at: datetime
    coolest: float
    average_temperature: float
    efficiency_megahashes: float
    cpu_temperature: float
    load: float
    free_space: float
    memory: float
    received: float
    sent: float
    miner: str
    pool: str
    driver: str
    ip_address: str
    rack_location: str
    throttled: bool
    problem: bool
    overheating: bool = False
    maintenance: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """A panel, with a field for each entity."""

    by_id: Mapping[str, Rig]
    connectivity: bool
    stale_data: bool
    hash_rate_megahashes: float
    alive_gpus: int
    total_gpus: int
    rigs_online: int
    rigs: int
    power: float
    hottest: float
    average_temperature: float
    capacity: float
    efficiency_megahashes: float
    latest_version: str
    rigs_with_problems: int
    problem: bool
    happened: list[tuple[str, str]]
    """What happened, each with the rig that it happened to."""


class Reader:
    """Reads of each answer what the one before did not say."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._raw: Mapping[str, Raw] = {}
        self._rigs: Mapping[str, Rig] = {}

    def read(self, said: Raw) -> Panel:
        """Return the panel of an answer."""
        listed: Mapping[str, Raw] = said["rigs"]
        before = self._rigs
        self._rigs = {
            rig_id: (before[rig_id] if raw == self._raw.get(rig_id) else _rig(raw))
            for rig_id, raw in listed.items()
        }
        happened = [
            (rig_id, what)
            for rig_id, rig in self._rigs.items()
            if (old := before.get(rig_id)) is not rig and old
            for what in _happened(old, rig)
        ]
        self._raw = listed
        return _panel(said, self._rigs, happened)


def _happened(before: Rig, now: Rig) -> Iterator[str]:
    """Yield what happened to a rig, of what can happen in a benchmark."""
    if before.throttled and not now.throttled:
        yield "throttling_ended"
    if now.booted_at - before.booted_at > _JITTER:
        yield "rig_rebooted"
    if now.throttled and not before.throttled:
        yield "throttled"


def _panel(
    said: Raw, rigs: Mapping[str, Rig], happened: list[tuple[str, str]]
) -> Panel:
    """Return the panel."""
    all_rigs = rigs.values()
    problems = sum([rig.problem for rig in all_rigs])
    hash_rate = sum([rig.hash_rate_megahashes for rig in all_rigs])
    power = sum([rig.power for rig in all_rigs])
    alive = sum([rig.alive_gpus for rig in all_rigs])
    total = sum([rig.total_gpus for rig in all_rigs])
    temperatures = list(chain.from_iterable([rig.temperatures for rig in all_rigs]))
    return Panel(
        by_id=rigs,
        connectivity=True,
        stale_data=False,
        hash_rate_megahashes=hash_rate,
        alive_gpus=alive,
        total_gpus=total,
        rigs_online=sum([rig.connectivity for rig in all_rigs]),
        rigs=len(rigs),
        power=power,
        hottest=max(temperatures),
        average_temperature=sum(temperatures) / len(temperatures),
        capacity=100 * alive / total,
        efficiency_megahashes=hash_rate / power,
        latest_version=said["current_version"],
        rigs_with_problems=problems,
        problem=problems > 0,
        happened=happened,
    )


def _rig(raw: Raw) -> Rig:
    """Return a rig."""
    temperatures = list(map(float, raw["temp"].split()))
    reported_at = datetime.fromtimestamp(raw["server_time"], UTC)
    return Rig(
        gpus=dict(_gpus(raw, temperatures)),
        temperatures=temperatures,
        connectivity=raw["condition"] != "unreachable",
        mining=raw["hash"] > 0,
        version=raw["version"],
        hash_rate_megahashes=raw["hash"],
        condition=raw["condition"],
        hottest=max(temperatures),
        alive_gpus=int(raw["miner_instance"]),
        total_gpus=int(raw["gpus"]),
        power=raw["rig_watts"],
        booted_at=reported_at - timedelta(seconds=int(raw["uptime"])),
        miner_started_at=reported_at - timedelta(seconds=raw["miner_secs"]),
        reported_at=reported_at,
        coolest=min(temperatures),
        average_temperature=sum(temperatures) / len(temperatures),
        efficiency_megahashes=raw["hash"] / raw["rig_watts"],
        cpu_temperature=float(raw["cpu_temp"]),
        load=float(raw["load"]),
        free_space=raw["freespace"],
        memory=float(raw["ram"]),
        received=float(raw["rx_kbps"]),
        sent=float(raw["tx_kbps"]),
        miner=raw["miner"],
        pool=raw["pool"],
        driver=raw["driver"],
        ip_address=raw["ip"],
        rack_location=raw["rack_loc"],
        throttled=raw["condition"] == "throttle",
        problem=raw["condition"] != "mining",
    )


def _gpus(raw: Raw, temperatures: list[float]) -> Iterator[tuple[str, Gpu]]:
    """Yield the GPUs of a rig with their slots."""
    for (
        (slot, model, vbios, memory),
        vram,
        hash_rate,
        temperature,
        fan_duty,
        power,
        fan_speed,
        core_clock,
        memory_clock,
        voltage,
        powertune,
    ) in zip(
        _inventory(raw["meminfo"]),
        _unchanging(raw["vramsize"]),
        map(float, raw["miner_hashes"].split()),
        temperatures,
        map(float, raw["fanpercent"].split()),
        map(float, raw["watts"].split()),
        map(float, raw["fanrpm"].split()),
        _unchanging(raw["core"]),
        _unchanging(raw["mem"]),
        _unchanging(raw["voltage"]),
        _unchanging(raw["powertune"]),
        strict=True,
    ):
        yield (
            slot,
            Gpu(
                model=model,
                vbios=vbios,
                memory=memory,
                vram=vram,
                hash_rate_megahashes=hash_rate,
                temperature=temperature,
                fan_duty=fan_duty,
                power=power,
                fan_speed=fan_speed,
                core_clock=core_clock,
                memory_clock=memory_clock,
                voltage=voltage,
                powertune=int(powertune),
            ),
        )


@cache
def _inventory(meminfo: str) -> list[tuple[str, str, str, str]]:
    """Return slot, model, BIOS and memory of each GPU."""
    result = []
    for line in meminfo.splitlines():
        _, bus, model, vbios, memory, *_ = line.split(":")
        result.append((bus.replace(".", ":", 1), model, vbios, memory))
    return result


@cache
def _unchanging(values: str) -> list[float]:
    """Return what hardly any report changes."""
    return list(map(float, values.split()))
