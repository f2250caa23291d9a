"""Test the blueprints that cut power: the real files, run by real automations."""

import asyncio
from collections.abc import Callable
import time
from typing import Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import STATE_ON
from homeassistant.core import HomeAssistant, ServiceCall
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_mock_service,
)

from tests.conftest import CHAT, Automate, Poll, state_of, texts, with_blueprints
from tests.farm import FakePanel
from tests.power.conftest import OTHER, RIG, FakePlug, Hang, Plugs

MINUTE: Final = 60
DUE: Final = "binary_sensor.shelf_1_power_cycle_due"


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Put the blueprints where Home Assistant looks for them."""
    return with_blueprints(hass_tmp_config_dir)


@pytest.fixture
def panel_device(farm: MockConfigEntry) -> str:
    """Return the device of the panel."""
    device: str = farm.runtime_data.roster.panels[None]
    return device


@pytest.fixture
def poll(
    hass: HomeAssistant,
    panel: FakePanel,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> Poll:
    """Return what lets time pass, but does not wait for who waits for a power cycle."""

    async def poll(times: int = 1, seconds: float = 60) -> None:
        for _ in range(times):
            polled = asyncio.Event()
            stop = entry.runtime_data.async_add_poll_listener(polled.set)
            freezer.tick(seconds)
            panel.tick(seconds)
            async_fire_time_changed(hass)
            if seconds >= MINUTE:
                await until(polled.is_set)
            stop()
            for _ in range(8):
                await rest()

    return poll


async def rest() -> None:
    """Let a few milliseconds pass, for files and sockets."""
    for _ in range(20):
        await asyncio.sleep(0)
    await asyncio.get_running_loop().run_in_executor(None, time.sleep, 0.001)


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so."""
    for _ in range(2_000):
        if condition():
            return
        await rest()
    pytest.fail("It never is so")


async def cut(poll: Poll, plug: FakePlug) -> None:
    """Let time pass until the power of a rig is cut."""
    for _ in range(60):
        if plug.calls[-1:] == ["off"]:
            return
        await poll()
    pytest.fail("It is never cut")


async def revive(plugs: Plugs, poll: Poll, boot: Hang, rig_id: str) -> None:
    """Let a rig whose plug is off get its power back, boot and report."""
    if rig_id == RIG:
        plugs.meter.read(0)
    await poll(1, seconds=15)
    await poll()
    boot(rig_id)
    await poll()


async def test_a_dry_run_is_the_default_and_tells_once(
    hass: HomeAssistant,
    panel: FakePanel,
    plugs: Plugs,
    panel_device: str,
    chat: str,
    automate: Automate,
    poll: Poll,
    hang: Hang,
    messages: list[ServiceCall],
    notified: list[ServiceCall],
) -> None:
    """Test nothing is cut however long it is due, and names are escaped."""
    panel.rigs[RIG]["rack_loc"] = "a_b*<x>&"
    await automate(
        "power_cycle",
        panels=[panel_device],
        telegram_chats=[chat],
        notifiers=["notify.phone"],
    )
    hang(RIG)
    await poll(8)
    assert messages == []
    await poll(40)
    assert state_of(hass, DUE).state == STATE_ON
    end = "would be power-cycled now. This is a dry run: nothing is done."
    assert texts(messages) == [f"🧪 a_b*&lt;x&gt;&amp; {end}"]
    assert messages[0].data["entity_id"] == [chat]
    assert messages[0].data["parse_mode"] == "html"
    assert texts(notified) == [f"🧪 a_b*<x>& {end}"]
    assert plugs.one.calls == []


async def test_a_rig_is_brought_back_and_that_is_told(
    hass: HomeAssistant,
    panel: FakePanel,
    plugs: Plugs,
    panel_device: str,
    chat: str,
    automate: Automate,
    poll: Poll,
    hang: Hang,
    boot: Hang,
    messages: list[ServiceCall],
    notified: list[ServiceCall],
) -> None:
    """Test before and after, to Telegram and others, escaped."""
    panel.rigs[RIG]["rack_loc"] = "a_b*<x>&"
    await automate(
        "power_cycle",
        panels=[panel_device],
        dry_run=False,
        telegram_chats=["notify.renamed", chat],
        notifiers=["notify.phone"],
    )
    hang(RIG)
    await cut(poll, plugs.one)
    assert texts(messages) == ["⚡ a_b*&lt;x&gt;&amp; is being power-cycled …"]
    assert texts(notified) == ["⚡ a_b*<x>& is being power-cycled …"]
    await revive(plugs, poll, boot, RIG)
    assert plugs.one.calls == ["off", "on"]
    end = "was power-cycled and is back."
    assert texts(messages)[1:] == [f"🟢 a_b*&lt;x&gt;&amp; {end}"]
    assert texts(notified)[1:] == [f"🟢 a_b*<x>& {end}"]
    await poll(30)
    assert plugs.one.calls == ["off", "on"]
    assert len(messages) == 2
    assert all(message.data["entity_id"] == [chat] for message in messages)


async def test_what_is_due_already_is_taken_up(
    hass: HomeAssistant,
    plugs: Plugs,
    panel_device: str,
    automate: Automate,
    poll: Poll,
    hang: Hang,
    notified: list[ServiceCall],
) -> None:
    """Test an automation that is turned on late."""
    hang(RIG)
    await poll(14)
    assert state_of(hass, DUE).state == STATE_ON
    await automate("power_cycle", panels=[panel_device], notifiers=["notify.phone"])
    await poll(11)
    assert texts(notified) == [
        "🧪 Shelf 1 would be power-cycled now. This is a dry run: nothing is done."
    ]


async def test_another_panel_is_left_alone(
    hass: HomeAssistant,
    plugs: Plugs,
    panel_device: str,
    automate: Automate,
    poll: Poll,
    hang: Hang,
) -> None:
    """Test only the rigs of the panels that are chosen are cycled."""
    await automate("power_cycle", panels=["another"], dry_run=False)
    hang(RIG)
    await poll(20)
    assert state_of(hass, DUE).state == STATE_ON
    assert plugs.one.calls == []


async def test_one_rig_is_cycled_after_the_other(
    hass: HomeAssistant,
    plugs: Plugs,
    panel_device: str,
    automate: Automate,
    poll: Poll,
    hang: Hang,
    boot: Hang,
    notified: list[ServiceCall],
) -> None:
    """Test a rig that has to wait is not lost, and none is told of twice."""
    hang(RIG)
    hang(OTHER)
    await poll(14)
    await automate(
        "power_cycle",
        panels=[panel_device],
        dry_run=False,
        notifiers=["notify.phone"],
    )
    for _ in range(6):
        if not plugs.one.calls and not plugs.two.calls:
            await poll()
    first, second = (RIG, OTHER) if plugs.one.calls else (OTHER, RIG)
    switches = {RIG: plugs.one, OTHER: plugs.two}
    assert (switches[first].calls, switches[second].calls) == (["off"], [])
    await revive(plugs, poll, boot, first)
    await cut(poll, switches[second])
    await revive(plugs, poll, boot, second)
    await poll(10)
    names = {RIG: "Shelf 1", OTHER: OTHER}
    assert texts(notified) == [
        f"⚡ {names[first]} is being power-cycled …",
        f"🟢 {names[first]} was power-cycled and is back.",
        f"⚡ {names[second]} is being power-cycled …",
        f"🟢 {names[second]} was power-cycled and is back.",
    ]
    assert plugs.one.calls == plugs.two.calls == ["off", "on"]


async def test_a_rig_that_is_well_again_when_it_is_its_turn_is_left(
    hass: HomeAssistant,
    plugs: Plugs,
    panel: FakePanel,
    panel_device: str,
    automate: Automate,
    poll: Poll,
    hang: Hang,
    boot: Hang,
    notified: list[ServiceCall],
) -> None:
    """Test what is due is looked at once more."""
    await automate(
        "power_cycle",
        panels=[panel_device],
        dry_run=False,
        notifiers=["notify.phone"],
    )
    hang(RIG)
    hang(OTHER)
    await cut(poll, plugs.one)
    assert state_of(hass, f"binary_sensor.{OTHER}_power_cycle_due").state == STATE_ON
    panel.rigs[OTHER] |= {"silent": False, "server_time": panel.time}
    await revive(plugs, poll, boot, RIG)
    await poll(10)
    assert plugs.one.calls == ["off", "on"]
    assert plugs.two.calls == []
    assert len(notified) == 2


async def test_a_rig_that_does_not_come_back_is_told(
    hass: HomeAssistant,
    plugs: Plugs,
    panel_device: str,
    automate: Automate,
    poll: Poll,
    hang: Hang,
    notified: list[ServiceCall],
) -> None:
    """Test it is tried three times, with pauses, and then left alone."""
    await automate(
        "power_cycle",
        panels=[panel_device],
        dry_run=False,
        notifiers=["notify.phone"],
    )
    hang(RIG)
    for number in range(1, 4):
        await cut(poll, plugs.one)
        assert plugs.one.calls == ["off", "on"] * (number - 1) + ["off"]
        plugs.meter.read(0)
        await poll(1, seconds=15)
        plugs.meter.read(60)
        await poll(16)
        assert len(notified) == 2 * number
    assert texts(notified)[-1] == (
        "🔴 Shelf 1 was power-cycled, but has not come back within 15 minutes."
    )
    await poll(60)
    assert plugs.one.calls == ["off", "on"] * 3
    assert len(notified) == 6


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
