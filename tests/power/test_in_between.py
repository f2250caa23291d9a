"""Test whatever comes in between, power is left on."""

import asyncio
from datetime import datetime
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import STATE_ON
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.ethos.const import DOMAIN
from custom_components.ethos.power.journal import Journal
from tests.conftest import ENTRY_ID, Poll, Told, state_of
from tests.farm import FakePanel
from tests.power.asking import DUE, about_power, ask, press
from tests.power.conftest import OTHER, RIG, Hang, Plugs


@pytest.mark.parametrize("seconds", [0, 5], ids=["turning off", "staying off"])
@pytest.mark.parametrize("how", ["unload", "remove the plug", "remove", "stop", "swap"])
async def test_whatever_comes_in_between_leaves_the_power_on(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    poll: Poll,
    how: str,
    seconds: float,
) -> None:
    """Test the plug is on when it is over, whoever waits for it."""
    call = ask(hass, farm, force=True)
    await asyncio.sleep(0)
    await hass.async_block_till_done()
    if seconds:
        plugs.meter.read(0)
        await hass.async_block_till_done()
    assert plugs.one.calls == ["off"]
    plug = next(it for it in farm.subentries.values() if it.data["rig"] == RIG)
    match how:
        case "unload":
            await hass.config_entries.async_unload(ENTRY_ID)
        case "remove":
            await hass.config_entries.async_remove(ENTRY_ID)
        case "remove the plug":
            hass.config_entries.async_remove_subentry(farm, plug.subentry_id)
        case "swap":
            hass.config_entries.async_update_subentry(
                farm, plug, data={**plug.data, "switch": "switch.plug_2"}
            )
        case _:
            await hass.async_stop(force=True)
    await hass.async_block_till_done()
    assert plugs.one.calls == ["off", "on"]
    if how != "stop":
        await poll(2, seconds=30)
    assert call.result()["outcome"] == "interrupted"
    if how != "stop":
        assert state_of(hass, "switch.plug_1").state == STATE_ON


async def test_a_rig_that_is_deleted_in_between_keeps_its_power(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    poll: Poll,
    panel: FakePanel,
) -> None:
    """Test neither the rig nor its device is needed to turn the plug on."""
    await press(hass)
    plugs.meter.read(0)
    await hass.async_block_till_done()
    del panel.rigs[RIG]
    await poll(1, seconds=10)
    farm.runtime_data.async_forget(farm.runtime_data.roster.rigs[RIG])
    await poll(3, seconds=10)
    assert plugs.one.calls == ["off", "on"]
    await poll(20)
    assert plugs.one.calls == ["off", "on"]


async def test_a_plug_that_does_not_turn_on_is_told_and_watched(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    poll: Poll,
    told: Told,
) -> None:
    """Test the rig has power as soon as its plug is there again."""
    call = ask(hass, farm, force=True)
    await asyncio.sleep(0)
    await hass.async_block_till_done()
    plugs.meter.read(0)
    plugs.one.be_there(there=False)
    await poll(8)
    assert call.result()["outcome"] == "plug_stayed_off"
    assert about_power(told) == ["power_cycle_failed"]
    assert plugs.one.calls == ["off"]
    await poll(60)
    plugs.one.be_there(there=True)
    await hass.async_block_till_done()
    assert plugs.one.calls == ["off", "on"]
    assert about_power(told) == []
    await poll()
    assert state_of(hass, DUE).attributes["reason"] == "no_problem"


async def test_what_happens_while_the_panel_is_not_followed_is_told_later(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    poll: Poll,
    told: Told,
    issue_registry: ir.IssueRegistry,
) -> None:
    """Test a rig without power is an issue at once, and until it has power."""
    await press(hass)
    plugs.meter.read(0)
    plugs.one.obeys = False
    await hass.config_entries.async_unload(ENTRY_ID)
    issue = f"no_power_{ENTRY_ID}_{RIG}"
    assert issue_registry.async_get_issue(DOMAIN, issue) is None
    await poll(3)
    assert issue_registry.async_get_issue(DOMAIN, issue) is not None
    seen = dt_util.utcnow()
    await poll(3)
    await hass.config_entries.async_setup(ENTRY_ID)
    await poll()
    assert about_power(told) == ["power_cycle_failed"]
    assert told.last[-1]["value"] == "plug_stayed_off"
    assert datetime.fromisoformat(told.last[-1]["at"]) <= seen
    assert issue_registry.async_get_issue(DOMAIN, issue) is not None
    plugs.one.set(on=True)
    await poll()
    assert issue_registry.async_get_issue(DOMAIN, issue) is None
    assert about_power(told) == []


@pytest.mark.parametrize("minutes", [1, 20], ids=["at once", "later"])
async def test_a_plug_that_takes_the_place_of_a_dead_one_feeds_the_rig(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    poll: Poll,
    told: Told,
    minutes: int,
) -> None:
    """Test nobody waits any longer for the dead one, which is told once."""
    await press(hass)
    plugs.meter.read(0)
    plugs.one.be_there(there=False)
    await poll(minutes)
    plug = next(it for it in farm.subentries.values() if it.data["rig"] == RIG)
    hass.config_entries.async_update_subentry(
        farm, plug, data={"rig": RIG, "switch": "switch.plug_2", "off_time": 15}
    )
    await poll(8)
    assert about_power(told) == ["power_cycle_failed"]
    assert state_of(hass, DUE).attributes["reason"] != "rig_busy"
    plugs.one.be_there(there=True)
    await poll(10)
    assert plugs.one.calls == ["off"]


async def test_nothing_is_cut_of_an_entry_that_goes(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    poll: Poll,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Test an entry that is unloaded while it is written down keeps its power."""
    save, gate = Journal.async_save, asyncio.Event()

    async def save_slowly(journal: Journal, histories: Any) -> bool:
        await gate.wait()
        return await save(journal, histories)

    monkeypatch.setattr(Journal, "async_save", save_slowly)
    call = ask(hass, farm, force=True)
    await asyncio.sleep(0)
    unload = asyncio.create_task(hass.config_entries.async_unload(ENTRY_ID))
    for _ in range(20):
        await asyncio.sleep(0)
    gate.set()
    assert await unload
    await poll(2, seconds=30)
    assert call.result()["outcome"] == "interrupted"
    assert plugs.one.calls == ["on"]


async def test_a_switch_that_is_removed_in_between_is_told(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    poll: Poll,
    told: Told,
    entity_registry: er.EntityRegistry,
) -> None:
    """Test nothing more can be done than that."""
    call = ask(hass, farm, force=True)
    await asyncio.sleep(0)
    await hass.async_block_till_done()
    plugs.meter.read(0)
    entity_registry.async_remove("switch.plug_1")
    await poll(8)
    assert call.result()["outcome"] == "plug_stayed_off"
    assert about_power(told) == ["power_cycle_failed"]
    assert plugs.one.calls == ["off"]


async def test_a_switch_may_be_removed_as_it_is_turned(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    poll: Poll,
    entity_registry: er.EntityRegistry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Test that is no error, and is seen later."""
    save = Journal.async_save

    async def save_and_remove(journal: Journal, histories: Any) -> bool:
        entity_registry.async_remove("switch.plug_1")
        return await save(journal, histories)

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "async_save", save_and_remove)
        await press(hass)
    assert plugs.one.calls == []
    await poll(8)
    assert plugs.one.calls == []


async def test_nobody_has_to_wait_to_the_end(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    poll: Poll,
    hang: Hang,
    boot: Hang,
) -> None:
    """Test the cycle goes on when who asked for it has gone, in line or not."""
    hang(RIG)
    hang(OTHER)
    await poll(14)
    first, second = ask(hass, farm), ask(hass, farm, OTHER)
    for _ in range(20):
        await asyncio.sleep(0)
    first.cancel()
    second.cancel()
    plugs.meter.read(0)
    await poll(1, seconds=15)
    await poll()
    boot(RIG)
    await poll(2)
    assert plugs.one.calls == ["off", "on"]
    assert plugs.two.calls == []


@pytest.mark.parametrize("when", ["as it is written", "as it is turned off"])
async def test_who_asks_may_go_at_any_time(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    monkeypatch: pytest.MonkeyPatch,
    freezer: FrozenDateTimeFactory,
    when: str,
) -> None:
    """Test an automation that is turned off leaves no rig dark until the next poll."""
    gate = asyncio.Event()
    save, turn_off = Journal.async_save, plugs.one.async_turn_off

    async def save_slowly(journal: Journal, histories: Any) -> bool:
        await gate.wait()
        return await save(journal, histories)

    async def turn_off_slowly() -> None:
        await turn_off()
        await gate.wait()

    if when == "as it is written":
        monkeypatch.setattr(Journal, "async_save", save_slowly)
    else:
        monkeypatch.setattr(plugs.one, "async_turn_off", turn_off_slowly)
    call = ask(hass, farm, force=True)
    for _ in range(100):
        await asyncio.sleep(0)
    call.cancel()
    await asyncio.wait({call})
    gate.set()
    await hass.async_block_till_done()
    assert plugs.one.calls == ["off"]
    plugs.meter.read(0)
    await hass.async_block_till_done()
    freezer.tick(16)
    async_fire_time_changed(hass)
    await hass.async_block_till_done()
    assert plugs.one.calls == ["off", "on"]


async def test_nobody_waits_when_home_assistant_goes(
    hass: HomeAssistant, farm: MockConfigEntry, plugs: Plugs, poll: Poll, hang: Hang
) -> None:
    """Test who stands in line is sent away."""
    hang(RIG)
    hang(OTHER)
    await poll(14)
    first, second = ask(hass, farm), ask(hass, farm, OTHER)
    for _ in range(20):
        await asyncio.sleep(0)
    await hass.async_stop(force=True)
    assert first.result()["outcome"] == "interrupted"
    assert second.result()["reason"] == "panel_unsteady"
    assert (plugs.one.calls, plugs.two.calls) == (["off", "on"], [])
