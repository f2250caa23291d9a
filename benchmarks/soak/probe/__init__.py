"""Tells over the front door what Home Assistant keeps going, and what holds it up."""

from typing import Any, Final

from homeassistant.components import websocket_api
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType
import voluptuous as vol

from .counts import count
from .garbage import Garbage
from .heart import Heart

DOMAIN: Final = "soak_probe"

CONFIG_SCHEMA = cv.empty_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, _config: ConfigType) -> bool:
    """Answer whoever asks."""
    heart = Heart(hass.loop)
    garbage = Garbage()
    garbage.start()

    @websocket_api.websocket_command({vol.Required("type"): f"{DOMAIN}/counts"})
    @callback
    def counts(
        _: HomeAssistant,
        connection: websocket_api.ActiveConnection,
        msg: dict[str, Any],
    ) -> None:
        counts = count(hass)
        connection.send_result(
            msg["id"],
            {
                "tasks": counts.tasks,
                "timers": counts.timers,
                "listeners": counts.listeners,
                "blocks": counts.blocks,
                "collection": garbage.longest,
            },
        )

    @websocket_api.websocket_command({vol.Required("type"): f"{DOMAIN}/heart/start"})
    @callback
    def start(
        _: HomeAssistant,
        connection: websocket_api.ActiveConnection,
        msg: dict[str, Any],
    ) -> None:
        heart.async_start()
        connection.send_result(msg["id"])

    @websocket_api.websocket_command({vol.Required("type"): f"{DOMAIN}/heart/stop"})
    @callback
    def stop(
        _: HomeAssistant,
        connection: websocket_api.ActiveConnection,
        msg: dict[str, Any],
    ) -> None:
        connection.send_result(msg["id"], heart.async_stop())

    websocket_api.async_register_command(hass, counts)
    websocket_api.async_register_command(hass, start)
    websocket_api.async_register_command(hass, stop)
    return True
