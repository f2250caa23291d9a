"""How a power cycle is asked for, and what is told of it."""

import asyncio
from typing import Any, Final

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ethos.const import DOMAIN
from tests.conftest import Told
from tests.power.conftest import RIG

DUE: Final = "binary_sensor.shelf_1_power_cycle_due"
BUTTON: Final = "button.shelf_1_power_cycle"
CYCLES: Final = "sensor.shelf_1_power_cycles_24_h"
LAST: Final = "sensor.shelf_1_last_power_cycle"
POWER_TYPES: Final = {
    "power_cycle_due",
    "power_cycled",
    "power_cycle_failed",
    "given_up",
}


def about_power(told: Told) -> list[str]:
    """Return what was told of power since the last call."""
    return [kind for kind in told() if kind in POWER_TYPES]


def ask(
    hass: HomeAssistant, entry: MockConfigEntry, rig_id: str = RIG, **data: Any
) -> asyncio.Task[Any]:
    """Ask for a power cycle, and let that take its time."""
    return asyncio.create_task(
        hass.services.async_call(
            DOMAIN,
            "power_cycle",
            {"device_id": entry.runtime_data.roster.rigs[rig_id], **data},
            blocking=True,
            return_response=True,
        )
    )


async def press(hass: HomeAssistant, entity_id: str = BUTTON) -> None:
    """Press a button."""
    await hass.services.async_call(
        "button", "press", {"entity_id": entity_id}, blocking=True
    )
    await hass.async_block_till_done()
