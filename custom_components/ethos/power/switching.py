"""Turning plugs on and off, whatever they make of it."""

import asyncio
from typing import Final

from homeassistant.components.switch import DOMAIN as SWITCH_DOMAIN
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant

from ..const import LOGGER
from .cycler import Action, Plug
from .plugs import async_entity_id

# A plug that takes longer to say that it has heard is not waited for; it is looked at.
_ANSWER: Final = 10
# It may connect first, or try again; others of its kind may have to wait for it.
_CALL: Final = 60


async def async_switch(hass: HomeAssistant, plug: Plug, action: Action) -> None:
    """Turn a plug on or off; whether it obeys is seen afterwards."""
    if (entity_id := async_entity_id(hass, plug.switch)) is None:
        return
    call = hass.async_create_background_task(
        _async_call(hass, entity_id, action), "ethOS switches a plug"
    )
    _, late = await asyncio.wait({call}, timeout=_ANSWER)
    if late:
        LOGGER.warning("%s of %s takes long", action, entity_id)
    # One that turns off late would do so when it has been turned on again.
    if action is Action.TURN_OFF:
        call.cancel()


async def _async_call(hass: HomeAssistant, entity_id: str, action: Action) -> None:
    """Tell a switch what to do, until it has to be told again."""
    try:
        async with asyncio.timeout(_CALL):
            await hass.services.async_call(
                SWITCH_DOMAIN, action, {ATTR_ENTITY_ID: entity_id}, blocking=True
            )
    except Exception:
        # Whatever a plug raises, power must come back.
        LOGGER.exception("%s of %s failed", action, entity_id)
