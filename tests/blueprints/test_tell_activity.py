"""Test what happens is told."""

import asyncio
import re
from typing import Any

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, ServiceCall
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_mock_service,
)

from tests.conftest import CHAT, Automate, Poll, state_of, texts
from tests.farm import FakePanel, rig


async def test_what_happens_is_told_to_telegram_and_others(
    hass: HomeAssistant,
    panel: FakePanel,
    panel_device: str,
    chat: str,
    automate: Automate,
    poll: Poll,
    messages: list[ServiceCall],
    notified: list[ServiceCall],
) -> None:
    """Test a rig that goes down, and comes back, is told once each, and escaped."""
    panel.rigs["a1b2c3"]["rack_loc"] = "a_b*<x>&"
    await automate(
        "tell_activity",
        panels=[panel_device],
        telegram_chats=[chat],
        notifiers=["notify.phone"],
    )
    await poll(2)
    assert messages == []
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll()
    assert texts(messages) == ["🔴 <b>a_b*&lt;x&gt;&amp;</b>: Rig down"]
    assert messages[0].data["entity_id"] == [chat]
    assert messages[0].data["parse_mode"] == "html"
    ((label, command),) = messages[0].data["inline_keyboard"][0]
    assert label == "🔧 a_b*<x>&: mute for 8 h"
    assert re.fullmatch(r"/ethos_mute \w{32}", command)
    assert texts(notified) == ["🔴 a_b*<x>&: Rig down"]
    await poll(10)
    panel.rigs["a1b2c3"].update(condition="mining", server_time=panel.time)
    await poll(3)
    assert len(messages) == 2
    assert messages[1].data["message"] == (
        "🟢 <b>a_b*&lt;x&gt;&amp;</b>: Rig is back after 15 min"
    )
    assert "inline_keyboard" not in messages[1].data


async def test_what_happens_at_once_is_one_message(
    hass: HomeAssistant,
    panel: FakePanel,
    panel_device: str,
    chat: str,
    automate: Automate,
    poll: Poll,
    messages: list[ServiceCall],
) -> None:
    """Test a farm that goes down as a whole does not flood the chat."""
    for index in range(30):
        panel.rigs[f"rig{index:02}"] = rig(1)
    await poll()
    await automate(
        "tell_activity", panels=[panel_device], telegram_chats=[chat], mute_hours=0
    )
    for one in panel.rigs.values():
        one["condition"] = "unreachable"
    await poll(2)
    (message,) = texts(messages)
    assert message.startswith("🔴 <b>Rig down (32)</b>: Shelf 1, 880577, rig00, ")


async def test_who_chooses_no_changes_is_told_of_none(
    hass: HomeAssistant,
    panel: FakePanel,
    panel_device: str,
    automate: Automate,
    poll: Poll,
    notified: list[ServiceCall],
) -> None:
    """Test neither at once nor after quiet hours; that of silent panels stays."""
    await hass.config.async_set_time_zone("UTC")
    # It is 12:00.
    await automate(
        "tell_activity",
        panels=[panel_device],
        notifiers=["notify.phone"],
        changes=[],
        quiet_start="12:02:00",
        quiet_end="12:05:00",
    )
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll(2)
    panel.rigs["880577"]["condition"] = "unreachable"
    await poll(4)
    assert notified == []
    panel.status = 503
    await poll(18)
    assert len(notified) == 1


async def test_a_silent_panel_is_told_and_its_recovery(
    hass: HomeAssistant,
    panel: FakePanel,
    panel_device: str,
    automate: Automate,
    poll: Poll,
    notified: list[ServiceCall],
) -> None:
    """Test nobody is left to think that no news is good news."""
    await automate("tell_activity", panels=[panel_device], notifiers=["notify.phone"])
    panel.status = 503
    await poll(10)
    panel.status = 200
    await poll(2)
    assert notified == []
    panel.status = 503
    await poll(17)
    assert texts(notified) == [
        "🟠 Farm: the panel does not answer. What its rigs do is not known."
    ]
    panel.status = 200
    await poll(2)
    assert texts(notified)[1:] == ["🟢 Farm: the panel answers again."]


async def test_a_chat_that_is_gone_silences_no_other(
    hass: HomeAssistant,
    panel: FakePanel,
    panel_device: str,
    chat: str,
    automate: Automate,
    poll: Poll,
    messages: list[ServiceCall],
    notified: list[ServiceCall],
) -> None:
    """Test the bot would write to none if one is deleted, or of a bot not loaded."""
    hass.states.async_set("notify.another_bot", STATE_UNAVAILABLE)
    await automate(
        "tell_activity",
        panels=[panel_device],
        telegram_chats=["notify.deleted", "notify.another_bot", chat],
        notifiers=["notify.phone"],
    )
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll()
    assert texts(notified) == ["🔴 Shelf 1: Rig down"]
    assert texts(messages) == ["🔴 <b>Shelf 1</b>: Rig down"]
    assert messages[0].data["entity_id"] == [chat]


async def test_a_bot_that_is_gone_silences_nobody_else(
    hass: HomeAssistant,
    panel: FakePanel,
    panel_device: str,
    chat: str,
    automate: Automate,
    poll: Poll,
    notified: list[ServiceCall],
) -> None:
    """Test its action is gone with it, which would be the end of the automation."""
    hass.states.async_remove(chat)
    await automate(
        "tell_activity",
        panels=[panel_device],
        telegram_chats=[chat],
        notifiers=["notify.phone"],
    )
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll()
    assert texts(notified) == ["🔴 Shelf 1: Rig down"]


async def test_the_button_mutes_a_rig(
    hass: HomeAssistant,
    panel: FakePanel,
    loaded: MockConfigEntry,
    panel_device: str,
    chat: str,
    automate: Automate,
    poll: Poll,
    messages: list[ServiceCall],
) -> None:
    """Test it does in the chats that are written to, and in no other."""
    answers = async_mock_service(hass, "telegram_bot", "answer_callback_query")
    await automate("tell_activity", panels=[panel_device], telegram_chats=[chat])
    device = loaded.runtime_data.roster.rigs["a1b2c3"]

    async def press(chat_id: int) -> None:
        hass.bus.async_fire(
            "telegram_callback",
            {
                "id": "4711",
                "chat_id": chat_id,
                "data": f"/ethos_mute {device}",
                "command": "/ethos_mute",
                "args": [device],
                "bot": {"config_entry_id": "bot"},
            },
        )
        await hass.async_block_till_done()
        # Entities are told in the next turn of the loop.
        await asyncio.sleep(0)

    await press(-5)
    assert state_of(hass, "switch.shelf_1_maintenance").state == "off"
    assert answers == []
    await press(CHAT)
    assert state_of(hass, "switch.shelf_1_maintenance").state == "on"
    assert answers[0].data["message"].startswith("Muted.")
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll(3)
    assert messages == []
    await poll(seconds=8 * 3600)
    assert state_of(hass, "switch.shelf_1_maintenance").state == "off"
    assert texts(messages) == ["🔴 <b>Shelf 1</b>: Rig down"]


@pytest.mark.parametrize("inputs", [{"mute_hours": 0}, {"mute_label": ""}])
async def test_there_need_be_no_button(
    panel: FakePanel,
    panel_device: str,
    chat: str,
    automate: Automate,
    poll: Poll,
    messages: list[ServiceCall],
    inputs: dict[str, Any],
) -> None:
    """Test Telegram would refuse a message with a button that says nothing."""
    await automate(
        "tell_activity", panels=[panel_device], telegram_chats=[chat], **inputs
    )
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll()
    assert texts(messages) == ["🔴 <b>Shelf 1</b>: Rig down"]
    assert "inline_keyboard" not in messages[0].data
