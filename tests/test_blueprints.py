"""Test the blueprints: the real files, run by real automations."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
import re
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.automation.config import AUTOMATION_BLUEPRINT_SCHEMA
from homeassistant.components.blueprint.models import Blueprint
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import CoreState, HomeAssistant, ServiceCall
from homeassistant.util.yaml import load_yaml_dict
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_mock_service,
)

from tests.conftest import CHAT, ROOT, Automate, Poll, state_of, texts, with_blueprints
from tests.farm import START, FakePanel, rig

BLUEPRINTS: Final = sorted((ROOT / "blueprints").rglob("*.yaml"))
REPOSITORY: Final = "https://github.com/ethos-home-assistant/ethos/blob/main/"


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Put the blueprints where Home Assistant looks for them."""
    return with_blueprints(hass_tmp_config_dir)


@pytest.mark.parametrize("path", BLUEPRINTS, ids=lambda path: path.stem)
def test_a_blueprint_is_valid_and_says_where_it_comes_from(path: Path) -> None:
    """Test what is imported can be imported again, and every input is explained."""
    blueprint = Blueprint(
        load_yaml_dict(str(path)),
        expected_domain="automation",
        path=str(path),
        schema=AUTOMATION_BLUEPRINT_SCHEMA,
    )
    assert blueprint.validate() is None
    metadata = blueprint.metadata
    assert metadata["source_url"] == REPOSITORY + path.relative_to(ROOT).as_posix()
    assert metadata["homeassistant"] == {"min_version": "2026.10.0"}
    for name, field in blueprint.inputs.items():
        assert field["name"], name
        assert field["description"], name
        assert len(field["selector"]) == 1, name
    assert set(re.findall(r"!input (\w+)", path.read_text("utf-8"))) == set(
        blueprint.inputs
    )
    # What may wait for a power cycle must not keep others waiting.
    waits = path.stem in {"tell_activity", "chat_commands"}
    assert blueprint.data["mode"] == ("parallel" if waits else "queued")


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


async def test_quiet_hours_lose_nothing(
    hass: HomeAssistant,
    panel: FakePanel,
    panel_device: str,
    chat: str,
    automate: Automate,
    poll: Poll,
    freezer: FrozenDateTimeFactory,
    messages: list[ServiceCall],
) -> None:
    """Test what has piled up is told when they end, with the times."""
    await hass.config.async_set_time_zone("UTC")
    # It is 12:00.
    await automate(
        "tell_activity",
        panels=[panel_device],
        telegram_chats=[chat],
        quiet_start="11:00:00",
        quiet_end="12:30:00",
    )
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll()
    panel.rigs["a1b2c3"].update(condition="mining", server_time=panel.time)
    await poll(2)
    assert messages == []
    await poll(28)
    (message,) = texts(messages)
    assert message.splitlines() == [
        "12:01 🔴 <b>Shelf 1</b>: Rig down",
        "12:02 🟢 <b>Shelf 1</b>: Rig is back after 3 min",
    ]
    panel.rigs["880577"]["condition"] = "unreachable"
    await poll()
    assert texts(messages)[1:] == ["🔴 <b>880577</b>: Rig down"]


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


@pytest.mark.parametrize(
    "eve",
    [
        datetime(2027, 3, 27, 20, 30, tzinfo=UTC),
        datetime(2027, 10, 30, 19, 30, tzinfo=UTC),
    ],
    ids=["forward", "back"],
)
async def test_quiet_hours_in_which_clocks_are_put(
    hass: HomeAssistant,
    panel: FakePanel,
    panel_device: str,
    automate: Automate,
    poll: Poll,
    notified: list[ServiceCall],
    eve: datetime,
) -> None:
    """Test what has piled up is told, and what was told before is not again."""
    await hass.config.async_set_time_zone("Europe/Berlin")
    panel.rigs["c0ffee"] = rig(1)
    await automate(
        "tell_activity",
        panels=[panel_device],
        notifiers=["notify.phone"],
        quiet_start="22:00:00",
        quiet_end="07:00:00",
    )
    # It is half past nine.
    await poll(seconds=(eve - datetime.now(UTC)).total_seconds())
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll()
    assert texts(notified) == ["🔴 Shelf 1: Rig down"]
    await poll(seconds=3600)
    panel.rigs["880577"]["condition"] = "unreachable"
    await poll()
    assert len(notified) == 1
    await poll(10, seconds=3600)
    assert texts(notified)[1:] == ["🔴 880577: Rig down"]


async def test_quiet_hours_that_end_unseen_lose_nothing(
    hass: HomeAssistant,
    panel: FakePanel,
    panel_device: str,
    chat: str,
    automate: Automate,
    poll: Poll,
    messages: list[ServiceCall],
) -> None:
    """Test their summary comes with the next start of Home Assistant, once."""
    await hass.config.async_set_time_zone("UTC")
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll()
    hass.set_state(CoreState.not_running)
    await automate(
        "tell_activity",
        panels=[panel_device],
        telegram_chats=[chat],
        mute_hours=0,
        quiet_start="22:00:00",
        quiet_end="12:02:00",
    )
    await poll(2)
    await hass.async_start()
    await hass.async_block_till_done()
    assert texts(messages) == ["🔴 <b>Shelf 1</b>: Rig down"]


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


async def test_commands_are_answered_where_they_are_asked(
    hass: HomeAssistant,
    panel: FakePanel,
    loaded: MockConfigEntry,
    chat: str,
    automate: Automate,
    poll: Poll,
    freezer: FrozenDateTimeFactory,
    messages: list[ServiceCall],
) -> None:
    """Test each command, for all rigs and for one, and that strangers get nothing."""
    panel.rigs["a1b2c3"]["rack_loc"] = "a_b*<x>&"
    await poll()
    await automate("chat_commands", telegram_chats=[chat])
    await ask(hass, freezer, "/rigs@my_bot")
    assert texts(messages) == [
        "<b>Farm</b>\n🖥 2/2  🎛 5/5  ⛏ 150.4 MH/s  ⚡ 410 W  🌡 66°",
        (
            "<pre>🟢 a_b*&lt;x&gt;&amp; 60.1 MH/s 2/2 65°\n"
            "🟢 880577   90.3 MH/s 3/3 66°</pre>"
        ),
    ]
    assert messages[0].data["chat_id"] == CHAT
    assert messages[0].data["config_entry_id"] == "bot"
    messages.clear()
    await ask(hass, freezer, "/gpu_temps", "880577")
    assert texts(messages) == ["<pre>🟢 880577 64 65 66°</pre>"]
    messages.clear()
    await ask(hass, freezer, "/HashRates@my_bot", "A_B*<X>&")
    assert texts(messages) == ["<pre>🟢 a_b*&lt;x&gt;&amp; 60.1 MH/s 30 30</pre>"]
    messages.clear()
    for command in ("/timestamp", "/all_stats"):
        await ask(hass, freezer, command)
    assert len(messages) == 3
    messages.clear()
    await ask(hass, freezer, "/rigs", "nobody")
    assert texts(messages) == ["There is no rig nobody."]
    messages.clear()
    await ask(hass, freezer, "/help")
    assert "\n/gpu_temps of each GPU\n" in messages[0].data["message"]
    messages.clear()
    await ask(hass, freezer, "/rigs", chat=-5)
    await ask(hass, freezer, "/other")
    # A bot that may read all of a group hears this too.
    await ask(hass, freezer, "/hashrates@another_bot")
    assert messages == []


async def test_the_day_is_reported(
    hass: HomeAssistant,
    panel: FakePanel,
    panel_device: str,
    chat: str,
    automate: Automate,
    poll: Poll,
    freezer: FrozenDateTimeFactory,
    messages: list[ServiceCall],
    notified: list[ServiceCall],
) -> None:
    """Test numbers, working time and what happened."""
    await hass.config.async_set_time_zone("UTC")
    await automate(
        "daily_report",
        panels=[panel_device],
        telegram_chats=["notify.renamed", chat],
        notifiers=["notify.phone"],
        time="13:00:00",
    )
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll(30)
    panel.rigs["a1b2c3"].update(condition="mining", server_time=panel.time)
    await poll(30)
    (message,) = texts(notified)
    title, farm, *rest = message.splitlines()
    assert title == "Daily report"
    assert farm.startswith("Farm:  🖥 2/2  🎛 5/5  ⛏ 150.4 MH/s")
    assert farm.endswith("⏱ 98.9 %")
    assert rest == ["🔴 Rig down: 1", "🟢 Rig is back: 1"]
    assert texts(messages) == [message.replace(title, f"<b>{title}</b>")]
    assert messages[0].data["entity_id"] == [chat]
    assert datetime.now(UTC) == datetime.fromtimestamp(START, UTC) + timedelta(hours=1)
