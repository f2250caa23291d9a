"""The same entities made the ordinary way, each written at every poll."""

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant

from .coordinator import OrdinaryConfigEntry, OrdinaryCoordinator


async def async_setup_entry(hass: HomeAssistant, entry: OrdinaryConfigEntry) -> bool:
    """Set up a panel."""
    entry.runtime_data = OrdinaryCoordinator(hass, entry)
    await entry.runtime_data.async_config_entry_first_refresh()
    await hass.config_entries.async_forward_entry_setups(entry, [Platform.SENSOR])
    return True
