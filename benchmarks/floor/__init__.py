"""The same entities again, of which those are written that are said to have changed."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant

from .sensor import FloorSensor

type FloorConfigEntry = ConfigEntry[dict[str, FloorSensor]]


async def async_setup_entry(hass: HomeAssistant, entry: FloorConfigEntry) -> bool:
    """Set up a panel."""
    entry.runtime_data = {}
    await hass.config_entries.async_forward_entry_setups(entry, [Platform.SENSOR])
    return True
