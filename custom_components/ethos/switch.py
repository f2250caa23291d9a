"""Maintenance: what lets a rig be worked on in peace."""

from dataclasses import dataclass
from typing import Any, Final, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import EthosConfigEntry
from .entity import RIG, EthosEntity, EthosEntityDescription, Table, async_add_tables
from .panel import Rig

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class EthosSwitchEntityDescription(
    SwitchEntityDescription, EthosEntityDescription[Rig, bool]
):
    """Describe a switch of a rig."""


TABLES: Final[tuple[Table, ...]] = (
    (
        RIG,
        (
            EthosSwitchEntityDescription(
                key="maintenance",
                translation_key="maintenance",
                entity_category=EntityCategory.CONFIG,
                is_essential=True,
                value_fn=lambda rig: rig.maintenance,
            ),
        ),
    ),
)


class EthosMaintenance(EthosEntity[str, Rig, bool], SwitchEntity):
    """Whether somebody works on a rig, so that nothing is told of it."""

    entity_description: EthosSwitchEntityDescription

    @property
    @override
    def is_on(self) -> bool | None:
        """Return whether somebody does."""
        return self._value

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Begin, until it is turned off."""
        self.coordinator.async_set_maintenance(self._key, on=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """End: what is wrong now is told."""
        self.coordinator.async_set_maintenance(self._key, on=False)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: EthosConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the switches of a panel."""
    await async_add_tables(hass, entry, async_add_entities, EthosMaintenance, TABLES)
