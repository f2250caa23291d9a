"""Readings of the panel, its rigs and their GPUs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    PERCENTAGE,
    REVOLUTIONS_PER_MINUTE,
    EntityCategory,
    UnitOfDataRate,
    UnitOfElectricPotential,
    UnitOfFrequency,
    UnitOfInformation,
    UnitOfPower,
    UnitOfTemperature,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType
from homeassistant.util import dt as dt_util

from .coordinator import EthosConfigEntry
from .entity import (
    GPU,
    PANEL,
    RIG,
    EthosEntity,
    EthosEntityDescription,
    Table,
    async_add_tables,
)
from .panel import (
    FAN_DUTY,
    FAN_SPEED,
    HASH_RATE,
    POWER,
    Feature,
    Gpu,
    GpuKey,
    HashUnit,
    Panel,
    Rig,
)
from .power.driver import EthosPower
from .power.entity import (
    EthosPlugEntity,
    EthosPlugEntityDescription,
    async_add_plugs,
)
from .power.history import DAY

PARALLEL_UPDATES = 0

type Value = StateType | datetime


@dataclass(frozen=True, kw_only=True)
class EthosSensorEntityDescription[SubjectT](
    SensorEntityDescription, EthosEntityDescription[SubjectT, Value]
):
    """Describe a sensor."""


def _of_unit[SubjectT](
    value_fn: Callable[[SubjectT, HashUnit], float | None], unit: HashUnit
) -> Callable[[SubjectT], Value]:
    """Return what reads a value in one unit."""
    return lambda subject: value_fn(subject, unit)


def _hash_rates[SubjectT](
    value_fn: Callable[[SubjectT, HashUnit], float | None],
) -> tuple[EthosSensorEntityDescription[SubjectT], ...]:
    """Return a row for each unit, since statistics want one unit for ever."""
    return tuple(
        EthosSensorEntityDescription(
            key=f"hash_rate_{unit.name.lower()}",
            translation_key=(
                "hash_rate"
                if unit is HashUnit.MEGAHASHES
                else f"hash_rate_{unit.name.lower()}"
            ),
            native_unit_of_measurement=unit.value or None,
            state_class=SensorStateClass.MEASUREMENT,
            suggested_display_precision=2,
            capability=unit,
            is_essential=True,
            band=HASH_RATE,
            value_fn=_of_unit(value_fn, unit),
        )
        for unit in HashUnit
    )


def _efficiencies[SubjectT](
    value_fn: Callable[[SubjectT, HashUnit], float | None],
) -> tuple[EthosSensorEntityDescription[SubjectT], ...]:
    """Return a row for each unit that is known."""
    return tuple(
        EthosSensorEntityDescription(
            key=f"efficiency_{unit.name.lower()}",
            translation_key="efficiency",
            native_unit_of_measurement=f"{unit.value}/W",
            entity_registry_enabled_default=False,
            suggested_display_precision=3,
            capability=unit,
            band=HASH_RATE,
            value_fn=_of_unit(value_fn, unit),
        )
        for unit in HashUnit
        if unit is not HashUnit.UNKNOWN
    )


# A number without a unit has a state class, or pages would take it for a text.
PANEL_SENSORS: Final[tuple[EthosSensorEntityDescription[Panel], ...]] = (
    *_hash_rates(lambda panel, unit: panel.hash_rates.get(unit)),
    EthosSensorEntityDescription[Panel](
        key="alive_gpus",
        translation_key="alive_gpus",
        value_fn=lambda panel: panel.alive_gpus,
    ),
    EthosSensorEntityDescription[Panel](
        key="total_gpus",
        translation_key="total_gpus",
        value_fn=lambda panel: panel.total_gpus,
    ),
    EthosSensorEntityDescription[Panel](
        key="rigs_online",
        translation_key="rigs_online",
        value_fn=lambda panel: panel.rigs_online,
    ),
    EthosSensorEntityDescription[Panel](
        key="rigs",
        translation_key="rigs",
        value_fn=lambda panel: panel.total_rigs,
    ),
    EthosSensorEntityDescription[Panel](
        key="rigs_with_problems",
        translation_key="rigs_with_problems",
        value_fn=lambda panel: panel.rigs_with_problems,
    ),
    EthosSensorEntityDescription[Panel](
        key="power",
        device_class=SensorDeviceClass.POWER,
        native_unit_of_measurement=UnitOfPower.WATT,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        capability=Feature.POWER,
        band=POWER,
        value_fn=lambda panel: panel.power,
    ),
    EthosSensorEntityDescription[Panel](
        key="hottest",
        translation_key="hottest",
        device_class=SensorDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        value_fn=lambda panel: panel.hottest,
    ),
    EthosSensorEntityDescription[Panel](
        key="average_temperature",
        translation_key="average_temperature",
        device_class=SensorDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        value_fn=lambda panel: panel.average_temperature,
    ),
    EthosSensorEntityDescription[Panel](
        key="capacity",
        translation_key="capacity",
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=1,
        band=HASH_RATE,
        value_fn=lambda panel: panel.capacity,
    ),
    *_efficiencies(lambda panel, unit: panel.efficiencies.get(unit)),
    EthosSensorEntityDescription[Panel](
        key="latest_version",
        translation_key="latest_version",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda panel: panel.latest_version,
    ),
)

RIG_SENSORS: Final[tuple[EthosSensorEntityDescription[Rig], ...]] = (
    *_hash_rates(lambda rig, unit: rig.hash_rate if rig.hash_unit is unit else None),
    EthosSensorEntityDescription[Rig](
        key="condition",
        translation_key="condition",
        value_fn=lambda rig: rig.condition,
    ),
    EthosSensorEntityDescription[Rig](
        key="hottest",
        translation_key="hottest",
        device_class=SensorDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        is_essential=True,
        value_fn=lambda rig: rig.hottest,
    ),
    EthosSensorEntityDescription[Rig](
        key="alive_gpus",
        translation_key="alive_gpus",
        is_essential=True,
        value_fn=lambda rig: rig.alive_gpus,
    ),
    EthosSensorEntityDescription[Rig](
        key="total_gpus",
        translation_key="total_gpus",
        value_fn=lambda rig: rig.total_gpus,
    ),
    EthosSensorEntityDescription[Rig](
        key="power",
        device_class=SensorDeviceClass.POWER,
        native_unit_of_measurement=UnitOfPower.WATT,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        capability=Feature.POWER,
        is_essential=True,
        band=POWER,
        value_fn=lambda rig: rig.power,
    ),
    EthosSensorEntityDescription[Rig](
        key="booted_at",
        translation_key="booted_at",
        device_class=SensorDeviceClass.UPTIME,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda rig: rig.booted_at,
    ),
    EthosSensorEntityDescription[Rig](
        key="miner_started_at",
        translation_key="miner_started_at",
        device_class=SensorDeviceClass.UPTIME,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda rig: rig.miner_started_at,
    ),
    EthosSensorEntityDescription[Rig](
        key="reported_at",
        translation_key="reported_at",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        # It changes with every report, and would be most of a rig's activity.
        entity_registry_enabled_default=False,
        value_fn=lambda rig: rig.reported_at,
    ),
    EthosSensorEntityDescription[Rig](
        key="coolest",
        translation_key="coolest",
        device_class=SensorDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        entity_registry_enabled_default=False,
        suggested_display_precision=0,
        value_fn=lambda rig: rig.coolest,
    ),
    EthosSensorEntityDescription[Rig](
        key="average_temperature",
        translation_key="average_temperature",
        device_class=SensorDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        entity_registry_enabled_default=False,
        suggested_display_precision=0,
        value_fn=lambda rig: rig.average_temperature,
    ),
    *_efficiencies(lambda rig, unit: rig.efficiency if rig.hash_unit is unit else None),
    EthosSensorEntityDescription[Rig](
        key="second_hash_rate",
        translation_key="second_hash_rate",
        state_class=SensorStateClass.MEASUREMENT,
        entity_registry_enabled_default=False,
        suggested_display_precision=2,
        capability=Feature.SECOND_HASH_RATE,
        band=HASH_RATE,
        value_fn=lambda rig: rig.second_hash_rate,
    ),
    EthosSensorEntityDescription[Rig](
        key="cpu_temperature",
        translation_key="cpu_temperature",
        device_class=SensorDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        suggested_display_precision=0,
        value_fn=lambda rig: rig.cpu_temperature,
    ),
    EthosSensorEntityDescription[Rig](
        key="load",
        translation_key="load",
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        suggested_display_precision=2,
        value_fn=lambda rig: rig.load,
    ),
    EthosSensorEntityDescription[Rig](
        key="free_space",
        translation_key="free_space",
        device_class=SensorDeviceClass.DATA_SIZE,
        native_unit_of_measurement=UnitOfInformation.GIGABYTES,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        suggested_display_precision=1,
        value_fn=lambda rig: rig.free_space,
    ),
    EthosSensorEntityDescription[Rig](
        key="memory",
        translation_key="memory",
        device_class=SensorDeviceClass.DATA_SIZE,
        native_unit_of_measurement=UnitOfInformation.GIGABYTES,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        suggested_display_precision=0,
        value_fn=lambda rig: rig.memory,
    ),
    EthosSensorEntityDescription[Rig](
        key="received",
        translation_key="received",
        device_class=SensorDeviceClass.DATA_RATE,
        native_unit_of_measurement=UnitOfDataRate.KILOBITS_PER_SECOND,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        suggested_display_precision=2,
        value_fn=lambda rig: rig.received,
    ),
    EthosSensorEntityDescription[Rig](
        key="sent",
        translation_key="sent",
        device_class=SensorDeviceClass.DATA_RATE,
        native_unit_of_measurement=UnitOfDataRate.KILOBITS_PER_SECOND,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        suggested_display_precision=2,
        value_fn=lambda rig: rig.sent,
    ),
    EthosSensorEntityDescription[Rig](
        key="miner",
        translation_key="miner",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda rig: rig.miner,
    ),
    EthosSensorEntityDescription[Rig](
        key="pool",
        translation_key="pool",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda rig: rig.pool,
    ),
    EthosSensorEntityDescription[Rig](
        key="driver",
        translation_key="driver",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda rig: rig.driver,
    ),
    EthosSensorEntityDescription[Rig](
        key="ip_address",
        translation_key="ip_address",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda rig: rig.ip_address,
    ),
    EthosSensorEntityDescription[Rig](
        key="rack_location",
        translation_key="rack_location",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda rig: rig.rack_location,
    ),
)

GPU_SENSORS: Final[tuple[EthosSensorEntityDescription[Gpu], ...]] = (
    *_hash_rates(lambda gpu, unit: gpu.hash_rate if gpu.hash_unit is unit else None),
    EthosSensorEntityDescription[Gpu](
        key="temperature",
        device_class=SensorDeviceClass.TEMPERATURE,
        native_unit_of_measurement=UnitOfTemperature.CELSIUS,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        is_essential=True,
        value_fn=lambda gpu: gpu.temperature,
    ),
    EthosSensorEntityDescription[Gpu](
        key="fan_duty",
        translation_key="fan_duty",
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=0,
        capability=Feature.FAN_DUTY,
        band=FAN_DUTY,
        value_fn=lambda gpu: gpu.fan_duty,
    ),
    EthosSensorEntityDescription[Gpu](
        key="power",
        device_class=SensorDeviceClass.POWER,
        native_unit_of_measurement=UnitOfPower.WATT,
        state_class=SensorStateClass.MEASUREMENT,
        suggested_display_precision=0,
        capability=Feature.GPU_POWER,
        band=POWER,
        value_fn=lambda gpu: gpu.power,
    ),
    EthosSensorEntityDescription[Gpu](
        key="second_hash_rate",
        translation_key="second_hash_rate",
        state_class=SensorStateClass.MEASUREMENT,
        entity_registry_enabled_default=False,
        suggested_display_precision=2,
        capability=Feature.SECOND_HASH_RATE,
        band=HASH_RATE,
        value_fn=lambda gpu: gpu.second_hash_rate,
    ),
    EthosSensorEntityDescription[Gpu](
        key="fan_speed",
        translation_key="fan_speed",
        native_unit_of_measurement=REVOLUTIONS_PER_MINUTE,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        suggested_display_precision=0,
        band=FAN_SPEED,
        value_fn=lambda gpu: gpu.fan_speed,
    ),
    EthosSensorEntityDescription[Gpu](
        key="core_clock",
        translation_key="core_clock",
        device_class=SensorDeviceClass.FREQUENCY,
        native_unit_of_measurement=UnitOfFrequency.MEGAHERTZ,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        suggested_display_precision=0,
        value_fn=lambda gpu: gpu.core_clock,
    ),
    EthosSensorEntityDescription[Gpu](
        key="memory_clock",
        translation_key="memory_clock",
        device_class=SensorDeviceClass.FREQUENCY,
        native_unit_of_measurement=UnitOfFrequency.MEGAHERTZ,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        suggested_display_precision=0,
        value_fn=lambda gpu: gpu.memory_clock,
    ),
    EthosSensorEntityDescription[Gpu](
        key="voltage",
        device_class=SensorDeviceClass.VOLTAGE,
        native_unit_of_measurement=UnitOfElectricPotential.VOLT,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        suggested_display_precision=3,
        value_fn=lambda gpu: gpu.voltage,
    ),
    EthosSensorEntityDescription[Gpu](
        key="powertune",
        translation_key="powertune",
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda gpu: gpu.powertune,
    ),
    EthosSensorEntityDescription[Gpu](
        key="model",
        translation_key="model",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda gpu: gpu.model,
    ),
    EthosSensorEntityDescription[Gpu](
        key="vbios",
        translation_key="vbios",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda gpu: gpu.vbios,
    ),
    EthosSensorEntityDescription[Gpu](
        key="vram",
        translation_key="vram",
        device_class=SensorDeviceClass.DATA_SIZE,
        native_unit_of_measurement=UnitOfInformation.GIGABYTES,
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        suggested_display_precision=0,
        value_fn=lambda gpu: gpu.vram,
    ),
    EthosSensorEntityDescription[Gpu](
        key="memory",
        translation_key="memory_chips",
        entity_category=EntityCategory.DIAGNOSTIC,
        entity_registry_enabled_default=False,
        value_fn=lambda gpu: gpu.memory,
    ),
)


@dataclass(frozen=True, kw_only=True)
class EthosPlugSensorEntityDescription(
    SensorEntityDescription, EthosPlugEntityDescription[Value]
):
    """Describe a sensor of a rig with a plug."""


def _power_cycles(power: EthosPower, rig_id: str) -> int:
    """Return how often a rig was cycled in the last day."""
    return power.control.history(rig_id).attempts_in(DAY, dt_util.utcnow())


def _last_power_cycle(power: EthosPower, rig_id: str) -> datetime | None:
    """Return when a rig was last cycled."""
    last = power.control.history(rig_id).last
    return None if last is None else last.at


PLUG_SENSORS: Final = (
    EthosPlugSensorEntityDescription(
        key="power_cycles",
        translation_key="power_cycles",
        value_fn=_power_cycles,
    ),
    EthosPlugSensorEntityDescription(
        key="last_power_cycle",
        translation_key="last_power_cycle",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=_last_power_cycle,
    ),
)

TABLES: Final[tuple[Table, ...]] = (
    (PANEL, PANEL_SENSORS),
    (RIG, RIG_SENSORS),
    (GPU, GPU_SENSORS),
)


class EthosSensor[KeyT: str | GpuKey | None, SubjectT](
    EthosEntity[KeyT, SubjectT, Value], SensorEntity
):
    """A reading of the panel, a rig or a GPU."""

    entity_description: EthosSensorEntityDescription[SubjectT]

    @property
    @override
    def native_value(self) -> Value:
        """Return the reading."""
        return self._value


class EthosPlugSensor(EthosPlugEntity[Value], SensorEntity):
    """A reading of what was done to the power of a rig."""

    entity_description: EthosPlugSensorEntityDescription

    @property
    @override
    def native_value(self) -> Value:
        """Return the reading."""
        return self._value


async def async_setup_entry(
    hass: HomeAssistant,
    entry: EthosConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the sensors of a panel."""
    await async_add_tables(hass, entry, async_add_entities, EthosSensor, TABLES)
    await async_add_plugs(
        hass, entry, async_add_entities, EthosPlugSensor, PLUG_SENSORS
    )
