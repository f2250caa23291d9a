"""Whether there is a newer ethOS for a rig; it is installed on the rig itself."""

from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.update import UpdateEntity, UpdateEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import EthosConfigEntry
from .entity import RIG, EthosEntity, EthosEntityDescription, Table, async_add_tables
from .panel import Rig

PARALLEL_UPDATES = 0

type Versions = tuple[str | None, str | None]


@dataclass(frozen=True, kw_only=True)
class EthosUpdateEntityDescription(
    UpdateEntityDescription, EthosEntityDescription[Rig, Versions]
):
    """Describe what is installed and what could be."""


RIG_UPDATES: Final = (
    EthosUpdateEntityDescription(
        key="version",
        translation_key="version",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda rig: (rig.version, rig.latest_version),
    ),
)

TABLES: Final[tuple[Table, ...]] = ((RIG, RIG_UPDATES),)


class EthosUpdate(EthosEntity[str, Rig, Versions], UpdateEntity):
    """The ethOS of a rig."""

    entity_description: EthosUpdateEntityDescription
    _attr_title = "ethOS"

    @property
    @override
    def installed_version(self) -> str | None:
        """Return what runs."""
        return self._value and self._value[0]

    @property
    @override
    def latest_version(self) -> str | None:
        """Return what could run."""
        return self._value and self._value[1]


async def async_setup_entry(
    hass: HomeAssistant,
    entry: EthosConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the update entities of the rigs."""
    await async_add_tables(hass, entry, async_add_entities, EthosUpdate, TABLES)
