"""What helps somebody else to find a fault, without what is nobody else's business."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Final

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.const import CONF_PASSWORD, CONF_URL, CONF_USERNAME
from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import AnyDeviceEntry

from .coordinator import EthosConfigEntry
from .panel import Ailment, Gpu

# Miner flags and pools name wallets; a panel ID opens the panel to everybody.
REDACT: Final = {
    CONF_PASSWORD,
    CONF_URL,
    CONF_USERNAME,
    "drive",
    "flags",
    "ip_address",
    "pdu_ip",
    "pool",
    "second_pool",
    "title",
}


async def async_get_config_entry_diagnostics(
    _hass: HomeAssistant, entry: EthosConfigEntry
) -> dict[str, Any]:
    """Return what is known of a panel."""
    coordinator = entry.runtime_data
    return async_redact_data(
        {
            "entry": {
                "title": entry.title,
                "data": dict(entry.data),
                "options": dict(entry.options),
            },
            "last_update_success": coordinator.last_update_success,
            # The kind alone, since the words of a failure may name the host.
            "last_exception": (
                None
                if coordinator.last_exception is None
                else type(coordinator.last_exception).__name__
            ),
            "devices": {
                "rigs": len(coordinator.roster.rigs),
                "gpus": len(coordinator.roster.gpus),
            },
            "detail": coordinator.roster.budget.detail.option,
            "panel": _plain(coordinator.data),
        },
        REDACT,
    )


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: EthosConfigEntry, device: AnyDeviceEntry
) -> dict[str, Any]:
    """Return what is known of a rig, of a GPU with its rig, or of the panel."""
    coordinator = entry.runtime_data
    roster = coordinator.roster
    ids = {
        **{device_id: rig_id for rig_id, device_id in roster.rigs.items()},
        **{device_id: key.rig_id for key, device_id in roster.gpus.items()},
    }
    if device.id not in ids:
        return await async_get_config_entry_diagnostics(hass, entry)
    return async_redact_data(
        {"rig": _plain(coordinator.data.rigs.get(ids[device.id]))}, REDACT
    )


def _plain(value: object) -> object:
    """Return a model as what JSON can hold."""
    if is_dataclass(value) and not isinstance(value, type):
        return {
            item.name: _plain(getattr(value, item.name))
            for item in fields(value)
            if item.name not in {"gpus_by_key", "parsed"}
        }
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Ailment | Gpu):
        return _plain(value._asdict())
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
