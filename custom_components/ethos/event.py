"""What happens to the rigs of a panel."""

from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .activity import Happening
from .coordinator import EthosConfigEntry
from .entity import (
    PANEL,
    RIG,
    EthosEntity,
    EthosEntityDescription,
    Table,
    async_add_tables,
)
from .panel import ChangeType, Panel, Rig
from .power.control import PowerChange

PARALLEL_UPDATES = 0

_TYPES: Final = [kind.value for kind in (*ChangeType, *PowerChange)]


@dataclass(frozen=True, kw_only=True)
class EthosEventEntityDescription[SubjectT](
    EventEntityDescription, EthosEntityDescription[SubjectT, None]
):
    """Describe an event entity."""


TABLES: Final[tuple[Table, ...]] = (
    (
        PANEL,
        (
            EthosEventEntityDescription[Panel](
                key="activity",
                translation_key="activity",
                event_types=_TYPES,
                value_fn=lambda _: None,
            ),
        ),
    ),
    (
        RIG,
        (
            EthosEventEntityDescription[Rig](
                key="activity",
                translation_key="activity",
                event_types=_TYPES,
                is_essential=True,
                value_fn=lambda _: None,
            ),
        ),
    ),
)


class EthosEvent[KeyT: str | None, SubjectT](
    EthosEntity[KeyT, SubjectT, None], EventEntity
):
    """What happens to a rig, or to all rigs of a panel."""

    entity_description: EthosEventEntityDescription[SubjectT]

    @override
    async def async_added_to_hass(self) -> None:
        """Listen for what happens."""
        await super().async_added_to_hass()
        self.async_on_remove(
            self.coordinator.activity.async_add_listener(self._key, self._tell)
        )

    # Home Assistant looks for it in each class with an async_added_to_hass of its own.
    @override
    @callback
    def async_entity_id_changed(self, old_entity_id: str) -> None:
        """Go on listening, since that does not depend on the entity ID."""
        super().async_entity_id_changed(old_entity_id)

    @callback
    def _tell(self, happening: Happening) -> None:
        """Tell what happened."""
        attributes = {key: it for key, it in happening.items() if key != "type"}
        self._trigger_event(happening["type"], attributes)
        # One write for each, or an automation sees only the last.
        self.async_write_ha_state()


async def async_setup_entry(
    hass: HomeAssistant,
    entry: EthosConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the events of a panel."""
    await async_add_tables(hass, entry, async_add_entities, EthosEvent, TABLES)
