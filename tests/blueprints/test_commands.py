"""Test commands are answered."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant, ServiceCall
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
)

from tests.blueprints.conftest import ask
from tests.conftest import CHAT, Automate, Poll, texts
from tests.farm import FakePanel


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
