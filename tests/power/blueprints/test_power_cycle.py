"""Test the blueprint that cycles what is due: the real file, run by automations."""

from homeassistant.const import STATE_ON
from homeassistant.core import HomeAssistant, ServiceCall

from tests.conftest import Automate, Poll, state_of, texts
from tests.farm import FakePanel
from tests.power.asking import DUE
from tests.power.blueprints.conftest import cut, revive
from tests.power.conftest import OTHER, RIG, Hang, Plugs


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
