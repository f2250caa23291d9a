"""Taking the entities of a panel away without holding the event loop for long.

Home Assistant takes all at once. Of a large farm these are more changes than a frontend
may be behind, so that it would be disconnected.
"""

import asyncio
from itertools import batched
from typing import Final

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity_platform import async_get_platforms

from .const import DOMAIN

# To take so many away holds the event loop for some milliseconds.
_SLICE: Final = 32


@callback
def async_is_leaving(entry: ConfigEntry) -> bool:
    """Return whether an entity that is added now would outlive its platform.

    It would stand still, and keep its ID from the one that comes after it.
    """
    return entry.state is ConfigEntryState.UNLOAD_IN_PROGRESS


async def async_unload_entities(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Unload the entities of an entry."""
    entities = [
        entity
        for platform in async_get_platforms(hass, DOMAIN)
        if platform.config_entry is entry
        for entity in platform.entities.values()
    ]
    for some in batched(entities, _SLICE, strict=False):
        for entity in some:
            await entity.async_remove()
        await asyncio.sleep(0)


async def async_unregister_entities(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Take the entities of an entry that goes for good off the registry."""
    registry = er.async_get(hass)
    # Looked up each time, since others have their turn in between.
    while registered := er.async_entries_for_config_entry(registry, entry.entry_id):
        for entity in registered[:_SLICE]:
            registry.async_remove(entity.entity_id)
        await asyncio.sleep(0)
