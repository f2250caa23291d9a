"""Watch ethOS mining rigs through their panel."""

from typing import Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.device_registry import AnyDeviceEntry
from homeassistant.helpers.start import async_at_started
from homeassistant.helpers.typing import ConfigType

from .budget import Budget
from .const import DOMAIN
from .coordinator import EthosConfigEntry, EthosCoordinator
from .dashboard import async_register_dashboard
from .issues import async_forget_moved
from .leaving import async_unload_entities, async_unregister_entities
from .power.driver import async_get_power, async_remove_power, async_start_power
from .power.services import async_setup_power_services
from .services import async_setup_services
from .store import EthosStore
from .tables import PLUG_TABLES, TABLES

PLATFORMS: Final = [
    Platform.BINARY_SENSOR,
    Platform.BUTTON,
    Platform.EVENT,
    Platform.SENSOR,
    Platform.SWITCH,
    Platform.UPDATE,
]


CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, _config: ConfigType) -> bool:
    """Set up what all panels share."""
    # First of all, since a rig may have lost its power when Home Assistant went.
    await async_start_power(hass)
    async_setup_services(hass)
    async_setup_power_services(hass)
    await async_register_dashboard(hass)
    return True


async def async_setup_entry(hass: HomeAssistant, entry: EthosConfigEntry) -> bool:
    """Set up a panel."""
    coordinator = entry.runtime_data = EthosCoordinator(hass, entry)
    await coordinator.async_config_entry_first_refresh()
    budget = Budget(hass, entry, coordinator.options.detail, TABLES, PLUG_TABLES)
    await coordinator.async_start(budget)
    entry.async_on_unload(budget.async_forget)
    power = await async_get_power(hass, entry)
    entry.async_on_unload(power.async_detach)
    power.async_attach(coordinator)
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)

    @callback
    def open_activity(_: HomeAssistant) -> None:
        coordinator.async_open()

    # Automations listen only once Home Assistant has started.
    entry.async_on_unload(async_at_started(hass, open_activity))
    return True


async def async_unload_entry(hass: HomeAssistant, entry: EthosConfigEntry) -> bool:
    """Unload a panel."""
    entry.runtime_data.activity.async_close()
    await async_unload_entities(hass, entry)
    unloaded = await hass.config_entries.async_unload_platforms(entry, PLATFORMS)
    await entry.runtime_data.async_close()
    return unloaded


async def async_remove_entry(hass: HomeAssistant, entry: EthosConfigEntry) -> None:
    """Take with a panel what it left for the user to repair."""
    async_forget_moved(hass, entry)
    await async_remove_power(hass, entry)
    await EthosStore(hass, entry).async_remove()
    await async_unregister_entities(hass, entry)


async def async_remove_config_entry_device(
    _hass: HomeAssistant, entry: EthosConfigEntry, device: AnyDeviceEntry
) -> bool:
    """Let the user delete a rig or a GPU that the panel no longer shows."""
    # What it shows is not known before it is read.
    is_read = entry.state is ConfigEntryState.LOADED
    return is_read and entry.runtime_data.async_forget(device.id)
