"""Test a power cycle that a person asks for in a chat, by the real blueprints."""

import time

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_mock_service,
)

from tests.conftest import CHAT, Automate, Poll, texts
from tests.farm import FakePanel
from tests.power.blueprints.conftest import rest, revive, until
from tests.power.conftest import OTHER, RIG, Hang, Plugs


class Dialogue:
    """What is said in a chat, and what the bot answers."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Listen to the bot."""
        self._hass = hass
        self.sent = async_mock_service(hass, "telegram_bot", "send_message")
        self.edited = async_mock_service(hass, "telegram_bot", "edit_message")
        self.rested = async_mock_service(hass, "telegram_bot", "answer_callback_query")

    async def say(self, command: str, *args: str) -> None:
        """Say a command."""
        await self._fire("telegram_command", CHAT, command, *args)

    async def press(self, data: str, chat: int = CHAT, *, age: float = 30) -> None:
        """Press a button below a message that was sent some seconds ago."""
        command, *args = data.split()
        message = {"message_id": 12, "date": int(time.time() - age)}
        await self._fire("telegram_callback", chat, command, *args, message=message)

    async def _fire(self, kind: str, chat: int, *said: str, **more: object) -> None:
        command, *args = said
        data = {"command": command, "args": args, "chat_id": chat, "id": "4711"}
        bot = {"bot": {"config_entry_id": "bot", "username": "my_bot"}}
        self._hass.bus.async_fire(kind, {**data, "data": " ".join(said), **bot, **more})
        for _ in range(8):
            await rest()


@pytest.fixture
def dialogue(hass: HomeAssistant) -> Dialogue:
    """Return what is said in a chat."""
    return Dialogue(hass)


async def test_a_button_cycles_a_rig_after_a_question(
    hass: HomeAssistant,
    panel: FakePanel,
    plugs: Plugs,
    panel_device: str,
    chat: str,
    automate: Automate,
    poll: Poll,
    hang: Hang,
    boot: Hang,
    dialogue: Dialogue,
) -> None:
    """Test it is for rigs with a plug, in chats that are chosen, and asks once."""
    panel.rigs[RIG]["rack_loc"] = "a_b*<x>&"
    panel.rigs["c0ffee"]["condition"] = "unreachable"
    await poll(2)
    await automate("tell_activity", panels=[panel_device], telegram_chats=[chat])
    hang(RIG)
    for _ in range(10):
        if not dialogue.sent:
            await poll()
    told = dialogue.sent.pop()
    assert told.data["message"] == "🔴 <b>a_b*&lt;x&gt;&amp;</b>: Rig down"
    ((mute, cycle),) = told.data["inline_keyboard"]
    assert mute[0] == "🔧 a_b*<x>&: mute for 8 h"
    assert cycle[0] == "⚡ Power cycle"

    await dialogue.press(cycle[1], chat=-5)
    assert dialogue.sent == []
    await dialogue.press(cycle[1])
    question = dialogue.sent.pop()
    assert question.data["message"] == (
        "Cut the power of a_b*&lt;x&gt;&amp; for some seconds?"
    )
    assert question.data["chat_id"] == CHAT
    assert dialogue.rested[-1].data["callback_query_id"] == 4711
    (((yes, do), (no, leave)),) = question.data["inline_keyboard"]
    assert (yes, no) == ("Yes, cut it", "No")
    await dialogue.press(do, chat=-5)
    await dialogue.press(leave)
    await dialogue.press(do, age=700)
    assert texts(dialogue.edited) == ["a_b*&lt;x&gt;&amp; is left alone."] * 2
    assert plugs.one.calls == []
    dialogue.edited.clear()

    await dialogue.press(do)
    await until(lambda: plugs.one.calls == ["off"])
    assert texts(dialogue.edited) == ["⚡ a_b*&lt;x&gt;&amp; is being power-cycled …"]
    assert dialogue.edited[0].data["message_id"] == 12
    plugs.meter.read(0)
    # What happens to others meanwhile is told at once.
    panel.rigs[OTHER]["condition"] = "unreachable"
    await poll()
    assert texts(dialogue.sent) == [f"🔴 <b>{OTHER}</b>: Rig down"]
    await dialogue.press(do)
    assert texts(dialogue.edited)[2:] == [
        "🟠 a_b*&lt;x&gt;&amp; is being power-cycled already."
    ]
    await revive(plugs, poll, boot, RIG)
    assert texts(dialogue.edited)[3:] == [
        "🟢 a_b*&lt;x&gt;&amp; was power-cycled and is back."
    ]
    assert plugs.one.calls == ["off", "on"]


@pytest.mark.parametrize("blueprint", ["tell_activity", "chat_commands"])
async def test_a_name_that_looks_like_a_number_stays_as_it_is(
    panel: FakePanel,
    farm: MockConfigEntry,
    plugs: Plugs,
    panel_device: str,
    chat: str,
    automate: Automate,
    poll: Poll,
    dialogue: Dialogue,
    blueprint: str,
) -> None:
    """Test the tenth rig of a rack is not taken for the first."""
    panel.rigs[RIG]["rack_loc"] = "1.10"
    await poll(2)
    await automate(blueprint, panels=[panel_device], telegram_chats=[chat])
    if blueprint == "tell_activity":
        await dialogue.press(f"/ethos_cycle {farm.runtime_data.roster.rigs[RIG]}")
    else:
        await dialogue.say("/power_cycle", "1.10")
    assert texts(dialogue.sent) == ["Cut the power of 1.10 for some seconds?"]
    ((_, (_, leave)),) = dialogue.sent[0].data["inline_keyboard"]
    await dialogue.press(leave)
    assert texts(dialogue.edited) == ["1.10 is left alone."]


@pytest.mark.parametrize(
    ("rig_id", "inputs"),
    [("c0ffee", {}), (RIG, {"cycle_label": ""})],
    ids=["no plug", "no label"],
)
async def test_not_every_rig_has_a_button_to_cycle_it(
    panel: FakePanel,
    panel_device: str,
    chat: str,
    automate: Automate,
    poll: Poll,
    dialogue: Dialogue,
    rig_id: str,
    inputs: dict[str, str],
) -> None:
    """Test one without a plug has none, and nobody who does not want it."""
    await automate(
        "tell_activity",
        panels=[panel_device],
        telegram_chats=[chat],
        mute_hours=0,
        **inputs,
    )
    panel.rigs[rig_id]["condition"] = "unreachable"
    await poll(2)
    assert "inline_keyboard" not in dialogue.sent[0].data


async def test_a_command_cycles_a_rig_after_a_question(
    panel: FakePanel,
    plugs: Plugs,
    panel_device: str,
    chat: str,
    automate: Automate,
    poll: Poll,
    boot: Hang,
    dialogue: Dialogue,
) -> None:
    """Test it is answered in the chat that asked, with what came of it."""
    panel.rigs[RIG]["rack_loc"] = "a_b*<x>&"
    panel.rigs["c0ffee"]["rack_loc"] = OTHER
    await poll(2)
    await automate("chat_commands", panels=[panel_device], telegram_chats=[chat])
    for args in ([], ["nobody"], [OTHER], ["c0ffee"]):
        await dialogue.say("/power_cycle@my_bot", *args)
    assert texts(dialogue.sent) == [
        "Which one? Say /power_cycle and the name of a rig.",
        "There is no rig nobody.",
        f"Several rigs are called {OTHER}: say the ID of one.",
        f"{OTHER} has no plug, so it cannot be power-cycled.",
    ]
    dialogue.sent.clear()

    await dialogue.say("/power_cycle", "A_B*<X>&")
    question = dialogue.sent.pop()
    assert question.data["message"] == (
        "Cut the power of a_b*&lt;x&gt;&amp; for some seconds?"
    )
    assert question.data["chat_id"] == CHAT
    (((yes, do), (no, leave)),) = question.data["inline_keyboard"]
    assert (yes, no) == ("Yes, cut it", "No")
    await dialogue.press(do, chat=-5)
    assert dialogue.edited == []
    await dialogue.press(leave)
    await dialogue.press(do, age=700)
    assert texts(dialogue.edited) == ["a_b*&lt;x&gt;&amp; is left alone."] * 2
    assert plugs.one.calls == []
    # Nobody types what a button says.
    await dialogue.say(*do.split())
    assert plugs.one.calls == []

    await dialogue.press(do)
    await until(lambda: plugs.one.calls == ["off"])
    assert texts(dialogue.edited)[2:] == [
        "⚡ a_b*&lt;x&gt;&amp; is being power-cycled …"
    ]
    await dialogue.say("/rigs", "c0ffee")
    assert len(dialogue.sent) == 1
    await revive(plugs, poll, boot, RIG)
    assert dialogue.sent[1].data["message"] == (
        "🟢 a_b*&lt;x&gt;&amp; was power-cycled and is back."
    )
    assert dialogue.sent[1].data["chat_id"] == CHAT
    await dialogue.press(do)
    assert texts(dialogue.sent)[2:] == [
        "🟠 a_b*&lt;x&gt;&amp; is not power-cycled: its last power cycle is too recent."
    ]
