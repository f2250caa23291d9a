"""Test the entities of a plug come with it, follow it, and go with it."""

from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigEntryState, ConfigSubentry
from homeassistant.const import STATE_OFF, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.helpers.storage import Store
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ethos.const import DOMAIN
from tests.conftest import ENTRY_ID, Poll, state_of
from tests.farm import FakePanel, rig_2021
from tests.power.asking import BUTTON, DUE, press
from tests.power.conftest import OTHER, RIG, Plugs


async def test_the_entities_of_a_plug_are_named_whatever_they_are_called(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    poll: Poll,
) -> None:
    """Test the dashboard finds the switch and the meter of a rig."""
    due = state_of(hass, DUE)
    assert due.attributes["switch"] == "switch.plug_1"
    assert due.attributes["meter"] == "sensor.plug_1_power"
    other = state_of(hass, f"binary_sensor.{OTHER}_power_cycle_due")
    assert other.attributes["switch"] == "switch.plug_2"
    assert other.attributes["meter"] is None

    entity_registry.async_update_entity("switch.plug_1", new_entity_id="switch.attic")
    await hass.async_block_till_done()
    await poll()
    assert state_of(hass, DUE).attributes["switch"] == "switch.attic"


async def test_only_rigs_with_a_plug_have_its_entities(
    hass: HomeAssistant, farm: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    """Test four entities each, which go with the plug and come with it."""

    def count() -> dict[str, int]:
        found: dict[str, int] = {}
        for it in er.async_entries_for_config_entry(entity_registry, ENTRY_ID):
            if "power_cycle" in it.entity_id:
                device = it.unique_id.split("_")[1]
                found[device] = found.get(device, 0) + 1
        return found

    assert count() == {RIG: 4, OTHER: 4}
    plug = next(it for it in farm.subentries.values() if it.data["rig"] == RIG)
    hass.config_entries.async_remove_subentry(farm, plug.subentry_id)
    await hass.async_block_till_done()
    assert count() == {OTHER: 4}
    assert hass.states.get(DUE) is None
    hass.config_entries.async_add_subentry(farm, plug)
    await hass.async_block_till_done()
    assert count() == {RIG: 4, OTHER: 4}
    assert state_of(hass, DUE).state == STATE_OFF


async def test_a_switch_that_is_renamed_is_followed(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    poll: Poll,
    entity_registry: er.EntityRegistry,
    issue_registry: ir.IssueRegistry,
) -> None:
    """Test it stays the plug of its rig, and one that is removed is an issue."""
    issue = f"plug_missing_{ENTRY_ID}_{RIG}"
    entity_registry.async_update_entity(
        "switch.plug_1", new_entity_id="switch.other_name"
    )
    await hass.async_block_till_done()
    await poll()
    assert state_of(hass, DUE).attributes["reason"] == "no_problem"
    assert issue_registry.async_get_issue(DOMAIN, issue) is None
    await press(hass)
    assert plugs.one.calls == ["off"]
    plugs.meter.read(0)
    await poll(1, seconds=15)
    assert plugs.one.calls == ["off", "on"]

    entity_registry.async_remove("switch.other_name")
    await hass.async_block_till_done()
    await poll()
    assert issue_registry.async_get_issue(DOMAIN, issue) is not None
    plug = next(it for it in farm.subentries.values() if it.data["rig"] == RIG)
    hass.config_entries.async_update_subentry(
        farm, plug, data={**plug.data, "switch": "switch.plug_2"}
    )
    await hass.async_block_till_done()
    assert issue_registry.async_get_issue(DOMAIN, issue) is None


async def test_the_plugs_go_with_the_entry(
    hass: HomeAssistant, farm: MockConfigEntry
) -> None:
    """Test nothing but unavailable states stays when it is unloaded."""
    assert await hass.config_entries.async_unload(ENTRY_ID)
    assert state_of(hass, DUE).state == STATE_UNAVAILABLE
    assert state_of(hass, BUTTON).state == STATE_UNAVAILABLE


async def test_a_plug_of_a_rig_that_appears_as_the_entry_goes_is_followed(
    hass: HomeAssistant,
    panel: FakePanel,
    farm: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Test a poll that ends while a slow disk is waited for adds nothing."""
    plug = ConfigSubentry(
        data=MappingProxyType({"rig": "b00b00", "switch": "switch.x", "off_time": 15}),
        subentry_type="plug",
        title="b00b00",
        unique_id="b00b00",
    )
    hass.config_entries.async_add_subentry(farm, plug)
    panel.rigs["b00b00"] = rig_2021(2)
    save, poll = Store.async_save, farm.runtime_data.async_refresh

    async def save_slowly(store: Store[Any], data: Any) -> None:
        if farm.state is ConfigEntryState.UNLOAD_IN_PROGRESS:
            await poll()
        await save(store, data)

    monkeypatch.setattr(Store, "async_save", save_slowly)
    await hass.config_entries.async_reload(farm.entry_id)
    await hass.async_block_till_done()
    assert "already exists" not in caplog.text
    assert state_of(hass, "binary_sensor.b00b00_power_cycle_due").state == STATE_OFF
