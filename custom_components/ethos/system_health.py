"""What the system's information page tells of the integration."""

from typing import Any

from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.core import HomeAssistant, callback

from .const import DOMAIN
from .coordinator import EthosConfigEntry


@callback
def async_register(_hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Offer the information."""
    register.async_register_info(_info)


async def _info(hass: HomeAssistant) -> dict[str, Any]:
    """Return counts alone, since people post this page where others read it."""
    entries: list[EthosConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    coordinators = [entry.runtime_data for entry in entries]
    return {
        "panels": len(hass.config_entries.async_entries(DOMAIN)),
        "panels_read": sum(item.last_update_success for item in coordinators),
        "rigs": sum(len(item.data.rigs) for item in coordinators),
        "gpus": sum(item.data.total_gpus for item in coordinators),
    }
