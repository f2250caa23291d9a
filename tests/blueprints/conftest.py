"""Blueprints where Home Assistant looks for them, and how to ask in a chat."""

import asyncio

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import (
    async_fire_time_changed,
)

from tests.conftest import CHAT, with_blueprints


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Put the blueprints where Home Assistant looks for them."""
    return with_blueprints(hass_tmp_config_dir)


async def ask(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    command: str,
    *args: str,
    chat: int = CHAT,
) -> None:
    """Say a command in a chat."""
    hass.bus.async_fire(
        "telegram_command",
        {
            "command": command,
            "args": list(args),
            "chat_id": chat,
            "user_id": 5,
            "bot": {"config_entry_id": "bot", "username": "My_Bot"},
        },
    )
    # Between the parts of an answer lie three seconds.
    for _ in range(6):
        freezer.tick(4)
        async_fire_time_changed(hass)
        for _ in range(20):
            await asyncio.sleep(0)
    await hass.async_block_till_done()
