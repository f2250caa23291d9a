"""What is so or not so with the panel and its rigs."""

from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

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
from .panel import Finding, Gpu, GpuKey, Panel, Problem, Rig
from .power.driver import EthosPower
from .power.entity import (
    EthosPlugEntity,
    EthosPlugEntityDescription,
    async_add_plugs,
)
from .stats import problems

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class EthosBinarySensorEntityDescription[SubjectT](
    BinarySensorEntityDescription, EthosEntityDescription[SubjectT, bool | None]
):
    """Describe a binary sensor."""


@dataclass(frozen=True, kw_only=True)
class EthosProblemEntityDescription[SubjectT](
    BinarySensorEntityDescription,
    EthosEntityDescription[SubjectT, tuple[Finding, ...]],
):
    """Describe a binary sensor that tells what is wrong."""


type _Attributes = dict[str, str | None]


@dataclass(frozen=True, kw_only=True)
class EthosPlugBinarySensorEntityDescription(
    BinarySensorEntityDescription, EthosPlugEntityDescription[tuple[bool, _Attributes]]
):
    """Describe a binary sensor of a rig with a plug, and what else it tells."""


def _due(power: EthosPower, rig_id: str) -> tuple[bool, _Attributes]:
    """Return whether a rig ought to be cycled, why not, and by what."""
    refusal = power.control.refusals.get(rig_id)
    switch, meter = power.entities_of(rig_id)
    attributes = {
        "reason": refusal and refusal.value,
        "switch": switch,
        "meter": meter,
    }
    return power.control.is_due(rig_id), attributes


def _has(rig: Rig, problem: Problem) -> bool:
    """Return whether a rig has a problem."""
    return any(finding.ailment.problem is problem for finding in rig.problems)


PANEL_CONNECTIVITY: Final = EthosBinarySensorEntityDescription[Panel](
    key="connectivity",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    value_fn=lambda _: True,
)

PANEL_BINARY_SENSORS: Final = (
    EthosBinarySensorEntityDescription[Panel](
        key="stale_data",
        translation_key="stale_data",
        device_class=BinarySensorDeviceClass.PROBLEM,
        value_fn=lambda panel: panel.stale,
    ),
    EthosBinarySensorEntityDescription[Panel](
        key="problem",
        translation_key="problem",
        device_class=BinarySensorDeviceClass.PROBLEM,
        value_fn=lambda panel: panel.rigs_with_problems > 0,
    ),
)

RIG_BINARY_SENSORS: Final = (
    EthosBinarySensorEntityDescription[Rig](
        key="connectivity",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        is_essential=True,
        value_fn=lambda rig: rig.online,
    ),
    EthosBinarySensorEntityDescription[Rig](
        key="mining",
        translation_key="mining",
        device_class=BinarySensorDeviceClass.RUNNING,
        is_essential=True,
        value_fn=lambda rig: rig.mining,
    ),
    EthosBinarySensorEntityDescription[Rig](
        key="overheating",
        translation_key="overheating",
        device_class=BinarySensorDeviceClass.PROBLEM,
        value_fn=lambda rig: _has(rig, Problem.OVERHEATING),
    ),
    EthosBinarySensorEntityDescription[Rig](
        key="throttled",
        translation_key="throttled",
        device_class=BinarySensorDeviceClass.PROBLEM,
        entity_registry_enabled_default=False,
        value_fn=lambda rig: _has(rig, Problem.THROTTLED),
    ),
)

RIG_PROBLEMS: Final = (
    EthosProblemEntityDescription[Rig](
        key="problem",
        translation_key="problem",
        device_class=BinarySensorDeviceClass.PROBLEM,
        is_essential=True,
        value_fn=lambda rig: rig.problems,
    ),
)
GPU_PROBLEMS: Final = (
    EthosProblemEntityDescription[Gpu](
        key="problem",
        translation_key="problem",
        device_class=BinarySensorDeviceClass.PROBLEM,
        is_essential=True,
        value_fn=lambda gpu: gpu.problems,
    ),
)

PLUG_BINARY_SENSORS: Final = (
    EthosPlugBinarySensorEntityDescription(
        key="power_cycle_due",
        translation_key="power_cycle_due",
        value_fn=_due,
    ),
)

TABLES: Final[tuple[Table, ...]] = (
    (PANEL, PANEL_BINARY_SENSORS),
    (RIG, RIG_BINARY_SENSORS),
)
PROBLEM_TABLES: Final[tuple[Table, ...]] = (
    (RIG, RIG_PROBLEMS),
    (GPU, GPU_PROBLEMS),
)


class EthosBinarySensor[KeyT: str | GpuKey | None, SubjectT](
    EthosEntity[KeyT, SubjectT, bool | None], BinarySensorEntity
):
    """What is so or not so with the panel or a rig."""

    entity_description: EthosBinarySensorEntityDescription[SubjectT]

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether it is so."""
        return self._value


class EthosProblem[KeyT: str | GpuKey, SubjectT](
    EthosEntity[KeyT, SubjectT, tuple[Finding, ...]], BinarySensorEntity
):
    """Whether something is wrong with a rig or a GPU, and what."""

    _unrecorded_attributes = frozenset({"problems"})
    entity_description: EthosProblemEntityDescription[SubjectT]

    @property
    @override
    def is_on(self) -> bool:
        """Return whether something is wrong."""
        return bool(self._value)

    @property
    @override
    def extra_state_attributes(self) -> dict[str, Any]:
        """Return what is wrong, and since when."""
        rig_id = self._key if isinstance(self._key, str) else self._key.rig_id
        return {
            "problems": problems(self.coordinator.roster, rig_id, self._value or ())
        }


class EthosPanelConnectivity(EthosBinarySensor[None, Panel]):
    """Whether the panel can be read: what stays known when it cannot."""

    @property
    @override
    def available(self) -> bool:
        """Return that this is always known."""
        return True

    @property
    @override
    def is_on(self) -> bool:
        """Return whether the panel can be read."""
        return self.coordinator.last_update_success


class EthosPlugBinarySensor(
    EthosPlugEntity[tuple[bool, _Attributes]], BinarySensorEntity
):
    """What is so or not so with the power of a rig."""

    _unrecorded_attributes = frozenset({"reason", "switch", "meter"})
    entity_description: EthosPlugBinarySensorEntityDescription

    @property
    @override
    def is_on(self) -> bool:
        """Return whether it is so."""
        return self._value[0]

    @property
    @override
    def extra_state_attributes(self) -> _Attributes:
        """Return what speaks against it, and the switch and the meter of the plug."""
        return self._value[1]


async def async_setup_entry(
    hass: HomeAssistant,
    entry: EthosConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the binary sensors of a panel."""
    async_add_entities(
        [EthosPanelConnectivity(entry.runtime_data, PANEL, None, PANEL_CONNECTIVITY)]
    )
    await async_add_tables(hass, entry, async_add_entities, EthosBinarySensor, TABLES)
    await async_add_tables(
        hass, entry, async_add_entities, EthosProblem, PROBLEM_TABLES
    )
    await async_add_plugs(
        hass, entry, async_add_entities, EthosPlugBinarySensor, PLUG_BINARY_SENSORS
    )
