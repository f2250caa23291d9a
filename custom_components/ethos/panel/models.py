"""What a panel says, as typed and immutable values.

Absent is ``None``, never zero. A rig that does not report has no readings: what its
panel still shows is its last report. Its inventory stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from itertools import chain
from typing import Final, NamedTuple

from .problems import Finding
from .units import HashUnit

# The panel's word for a rig that has not reported for too long.
UNREACHABLE: Final = "unreachable"


class Feature(StrEnum):
    """What only some rigs report, by their driver and version of ethOS."""

    POWER = "power"
    GPU_POWER = "gpu_power"
    FAN_DUTY = "fan_duty"
    SECOND_HASH_RATE = "second_hash_rate"


type Capability = Feature | HashUnit


class GpuKey(NamedTuple):
    """A GPU among those of all rigs."""

    rig_id: str
    slot: str


class Gpu(NamedTuple):
    """A graphics card of a rig; a tuple, since most are made anew at every poll."""

    number: int
    """From 0; it shifts when another one drops out."""
    slot: str | None = None
    """PCI address, ``01:00.0``; what identifies it."""
    model: str | None = None
    vbios: str | None = None
    memory: str | None = None
    """Maker and part of the memory chips."""
    memory_type: str | None = None
    chip: str | None = None
    """The chip's code name, ``Polaris10``."""
    vram: float | None = None
    """GB."""
    hash_unit: HashUnit = HashUnit.UNKNOWN
    hash_rate: float | None = None
    """In ``hash_unit``."""
    second_hash_rate: float | None = None
    """Of the second coin, when two are mined at once; the unit is not known."""
    temperature: float | None = None
    """°C."""
    fan_speed: float | None = None
    """Turns a minute."""
    fan_duty: float | None = None
    """% of the fan's full drive."""
    power: float | None = None
    """W, as the driver estimates it."""
    core_clock: float | None = None
    """MHz."""
    memory_clock: float | None = None
    """MHz."""
    voltage: float | None = None
    """V."""
    powertune: int | None = None
    """Level of the driver's power management, each driver having its own scale."""
    sensor_fault: bool = False
    """Whether a value came that only a broken sensor or card gives."""
    problems: tuple[Finding, ...] = ()
    """What is wrong with it."""

    @property
    def key(self) -> str:
        """What tells it from the others of its rig."""
        return self.slot or str(self.number)

    def without_readings(self) -> Gpu:
        """Return what stays known while its rig is down."""
        return Gpu(
            number=self.number,
            slot=self.slot,
            hash_unit=self.hash_unit,
            model=self.model,
            vbios=self.vbios,
            memory=self.memory,
            memory_type=self.memory_type,
            chip=self.chip,
            vram=self.vram,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Rig:
    """A mining computer."""

    rig_id: str
    online: bool = True
    """Whether it reports."""
    condition: str | None = None
    """The panel's own word."""
    version: str | None = None
    """Of ethOS."""
    latest_version: str | None = None
    """Of ethOS, as the panel knows it."""
    driver: str | None = None
    """``amdgpu``, ``nvidia`` or ``fglrx``."""
    miner: str | None = None
    """The mining program."""
    hash_unit: HashUnit = HashUnit.UNKNOWN
    capabilities: frozenset[Capability] = frozenset()
    total_gpus: int | None = None
    gpus: tuple[Gpu, ...] = ()
    rack_location: str | None = None
    ip_address: str | None = None
    motherboard: str | None = None
    bios_version: str | None = None
    lan_chip: str | None = None
    drive: str | None = None
    memory: float | None = None
    """GB, rounded down."""
    pool: str | None = None
    flags: str | None = None
    """Options the miner was started with."""
    connected_displays: str | None = None
    pdu_name: str | None = None
    """Of the socket strip that feeds it, in hosting centres."""
    pdu_port: str | None = None
    pdu_ip: str | None = None
    possible_intrusion: str | None = None
    second_coin: str | None = None
    second_pool: str | None = None
    reported_at: datetime | None = None
    """Of its last report, by the panel's clock."""

    hash_rate: float | None = None
    """In ``hash_unit``."""
    second_hash_rate: float | None = None
    alive_gpus: int | None = None
    power: float | None = None
    """W."""
    booted_at: datetime | None = None
    miner_started_at: datetime | None = None
    cpu_temperature: float | None = None
    """°C."""
    load: float | None = None
    free_space: float | None = None
    """GB on the boot drive."""
    received: float | None = None
    """kbit/s."""
    sent: float | None = None
    """kbit/s."""
    external_temperatures: tuple[float | None, ...] = ()
    """°C, of up to ten sensors in hosting centres."""

    problems: tuple[Finding, ...] = ()
    """What is wrong with it and its GPUs."""
    maintenance: bool = False
    """Whether somebody works on it."""

    unknown_fields: tuple[str, ...] = field(default=(), compare=False)
    """Names of what the panel says beyond all this."""
    heard_at: datetime | None = field(default=None, compare=False)
    """When its last report was first seen, by the panel's clock."""
    gpus_by_key: Mapping[str, Gpu] = field(init=False, repr=False, compare=False)
    temperatures: tuple[float, ...] = field(init=False, repr=False, compare=False)
    """°C, of the GPUs that tell theirs."""
    hottest: float | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Derive once what every poll asks for."""
        derive = object.__setattr__
        derive(self, "gpus_by_key", {gpu.key: gpu for gpu in self.gpus})
        temperatures = tuple(
            [gpu.temperature for gpu in self.gpus if gpu.temperature is not None]
        )
        derive(self, "temperatures", temperatures)
        derive(self, "hottest", max(temperatures, default=None))

    @property
    def coolest(self) -> float | None:
        """°C."""
        return min(self.temperatures, default=None)

    @property
    def average_temperature(self) -> float | None:
        """°C."""
        return _mean(self.temperatures)

    @property
    def mining(self) -> bool | None:
        """Whether it works; with no hash rate at all, its count of GPUs tells."""
        if self.hash_rate is not None:
            return self.hash_rate > 0
        return False if self.alive_gpus == 0 and self.total_gpus else None

    @property
    def efficiency(self) -> float | None:
        """Hash rate for each watt."""
        if self.hash_rate is None or not self.power:
            return None
        return self.hash_rate / self.power

    def without_readings(self) -> Rig:
        """Return what stays known while it is down."""
        return replace(
            self,
            online=False,
            gpus=tuple(gpu.without_readings() for gpu in self.gpus),
            hash_rate=None,
            second_hash_rate=None,
            alive_gpus=None,
            power=None,
            booted_at=None,
            miner_started_at=None,
            cpu_temperature=None,
            load=None,
            free_space=None,
            received=None,
            sent=None,
            external_temperatures=(),
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A farm, as one answer of its panel alone shows it."""

    rigs: Mapping[str, Rig]
    unreadable: tuple[str, ...] = ()
    """Rigs left out, since what the panel says of them makes no sense."""
    latest_version: str | None = None
    """The newest ethOS."""
    licenses: int | None = None

    time: datetime = field(compare=False)
    """Now, by the panel's clock where it has one."""
    own_clock: bool = field(default=False, compare=False)
    """Whether the time is the panel's own."""
    read_at: datetime = field(compare=False)
    """Now, by the clock of who asked."""


@dataclass(frozen=True, kw_only=True)
class Panel(Answer):
    """A farm, as its panel shows it at one moment.

    The totals are counted here, since the panel's own mix units and take the frozen
    readings of dead rigs for live.
    """

    parsed: Mapping[str, Rig] = field(default_factory=dict, repr=False, compare=False)
    """The rigs as the last answer alone shows them."""
    stale: bool = False
    """Whether the panel answers, but with old data."""

    moved_at: datetime = field(compare=False)
    """When the panel's clock was last seen to move, by the clock of who asked."""

    @cached_property
    def hash_rates(self) -> Mapping[HashUnit, float]:
        """Hash rate in each unit."""
        totals: dict[HashUnit, float] = {}
        for rig in self.rigs.values():
            if rig.hash_rate is not None:
                total = totals.get(rig.hash_unit, 0.0)
                totals[rig.hash_unit] = total + rig.hash_rate
        return totals

    @cached_property
    def capabilities(self) -> frozenset[Capability]:
        """What any rig reports."""
        every = {rig.capabilities for rig in self.rigs.values()}
        return frozenset[Capability]().union(*every)

    @cached_property
    def rigs_online(self) -> int:
        """How many rigs report."""
        return sum([rig.online for rig in self.rigs.values()])

    @cached_property
    def alive_gpus(self) -> int:
        """How many GPUs work."""
        return sum([rig.alive_gpus or 0 for rig in self.rigs.values()])

    @cached_property
    def total_gpus(self) -> int:
        """How many GPUs there are."""
        return sum([rig.total_gpus or 0 for rig in self.rigs.values()])

    @cached_property
    def power(self) -> float | None:
        """W."""
        powers = [rig.power for rig in self.rigs.values() if rig.power is not None]
        return sum(powers) if powers else None

    @cached_property
    def temperatures(self) -> tuple[float, ...]:
        """°C, of the GPUs that tell theirs."""
        return tuple(
            chain.from_iterable([rig.temperatures for rig in self.rigs.values()])
        )

    @property
    def hottest(self) -> float | None:
        """°C."""
        return max(self.temperatures, default=None)

    @property
    def average_temperature(self) -> float | None:
        """°C."""
        return _mean(self.temperatures)

    @property
    def total_rigs(self) -> int:
        """How many rigs it lists."""
        return len(self.rigs)

    @property
    def rigs_with_problems(self) -> int:
        """How many rigs have one, of those on which nobody works."""
        return sum(
            bool(rig.problems) and not rig.maintenance for rig in self.rigs.values()
        )

    @property
    def efficiencies(self) -> Mapping[HashUnit, float]:
        """Hash rate for each watt, where the watts go into one kind of work."""
        if not self.power or len(self.hash_rates) != 1:
            return {}
        return {unit: rate / self.power for unit, rate in self.hash_rates.items()}

    @property
    def capacity(self) -> float | None:
        """% of the GPUs that work."""
        return 100 * self.alive_gpus / self.total_gpus if self.total_gpus else None


def _mean(values: tuple[float, ...]) -> float | None:
    """Return the mean, if there is one."""
    return sum(values) / len(values) if values else None
