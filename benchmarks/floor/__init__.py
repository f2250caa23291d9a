"""The same entities at the least cost: what changed is read, compared and written."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant

from .poll import Floor, FloorConfigEntry


async def async_setup_entry(hass: HomeAssistant, entry: FloorConfigEntry) -> bool:
    """Set up a panel."""
    entry.runtime_data = Floor(hass, entry)
    await hass.config_entries.async_forward_entry_setups(entry, [Platform.SENSOR])
    await entry.runtime_data.async_refresh()
    return True
