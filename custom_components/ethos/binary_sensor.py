"""What is so or not so with the panel and its rigs."""

from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import EthosConfigEntry
from .entity import (
    PANEL,
    RIG,
    EthosEntity,
    EthosEntityDescription,
    Table,
    async_add_tables,
)
from .panel import GpuKey, Panel, Rig

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class EthosBinarySensorEntityDescription[SubjectT](
    BinarySensorEntityDescription, EthosEntityDescription[SubjectT, bool | None]
):
    """Describe a binary sensor."""


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
)

RIG_BINARY_SENSORS: Final = (
    EthosBinarySensorEntityDescription[Rig](
        key="connectivity",
        device_class=BinarySensorDeviceClass.CONNECTIVITY,
        value_fn=lambda rig: rig.online,
    ),
    EthosBinarySensorEntityDescription[Rig](
        key="mining",
        translation_key="mining",
        device_class=BinarySensorDeviceClass.RUNNING,
        value_fn=lambda rig: rig.mining,
    ),
)

TABLES: Final[tuple[Table, ...]] = (
    (PANEL, PANEL_BINARY_SENSORS),
    (RIG, RIG_BINARY_SENSORS),
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
