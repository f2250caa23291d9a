"""Watch ethOS mining rigs through their panel."""

from typing import Final

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import AnyDeviceEntry

from .coordinator import EthosConfigEntry, EthosCoordinator
from .repairs import async_forget_moved

PLATFORMS: Final = [Platform.BINARY_SENSOR, Platform.SENSOR, Platform.UPDATE]


async def async_setup_entry(hass: HomeAssistant, entry: EthosConfigEntry) -> bool:
    """Set up a panel."""
    coordinator = entry.runtime_data = EthosCoordinator(hass, entry)
    await coordinator.async_config_entry_first_refresh()
    await coordinator.roster.async_start(coordinator.data)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: EthosConfigEntry) -> bool:
    """Unload a panel."""
    return await hass.config_entries.async_unload_platforms(entry, PLATFORMS)


async def async_remove_entry(hass: HomeAssistant, entry: EthosConfigEntry) -> None:
    """Take with a panel what it left for the user to repair."""
    async_forget_moved(hass, entry)


async def async_remove_config_entry_device(
    hass: HomeAssistant,  # noqa: ARG001 the signature is Home Assistant's
    entry: EthosConfigEntry,
    device: AnyDeviceEntry,
) -> bool:
    """Let the user delete a rig or a GPU that the panel no longer shows."""
    return entry.runtime_data.roster.async_forget(device.id)
