"""Test setting a panel up and taking it away."""

import asyncio
from datetime import timedelta

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_URL, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.ethos.const import DOMAIN
from tests.conftest import Poll, state_of
from tests.farm import FakePanel, rig


async def test_a_panel_is_set_up_and_unloaded(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Test nothing but unavailable states stays."""
    assert await hass.config_entries.async_unload(loaded.entry_id)
    assert loaded.state is ConfigEntryState.NOT_LOADED
    assert {state.state for state in hass.states.async_all()} == {STATE_UNAVAILABLE}


@pytest.mark.parametrize(
    ("status", "body"), [(503, None), (200, b"<html>locked</html>"), (401, None)]
)
async def test_a_panel_that_cannot_be_read_is_tried_again(
    hass: HomeAssistant,
    panel: FakePanel,
    entry: MockConfigEntry,
    status: int,
    body: bytes | None,
) -> None:
    """Test set-up waits for the panel, be it that it asks for a password."""
    panel.status, panel.body = status, body
    if status == 401:
        panel.login = "nobody"
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    states = [entry.state]
    assert bool(hass.config_entries.flow.async_progress()) is (status == 401)

    panel.status, panel.body, panel.login = 200, None, None
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=30))
    await hass.async_block_till_done(wait_background_tasks=True)
    states.append(entry.state)
    assert states == [ConfigEntryState.SETUP_RETRY, ConfigEntryState.LOADED]
    assert hass.config_entries.flow.async_progress() == []


async def test_everything_is_the_same_after_a_reload(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    device_registry: dr.DeviceRegistry,
) -> None:
    """Test identities do not depend on the moment."""

    def identities() -> tuple[object, object, object]:
        entry_id = loaded.entry_id
        return (
            er.async_entries_for_config_entry(entity_registry, entry_id),
            dr.async_entries_for_config_entry(device_registry, entry_id),
            dr.async_child_entries_for_config_entry(device_registry, entry_id),
        )

    before = identities()
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    assert identities() == before


async def test_rigs_that_appear_during_a_reload_are_followed(
    hass: HomeAssistant,
    panel: FakePanel,
    loaded: MockConfigEntry,
    poll: Poll,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Test none is added to what goes, where it would stand still for ever."""
    new = {f"{i:06x}": rig(4, rack_loc=f"New {i}") for i in range(9)}
    panel.rigs |= new
    added = asyncio.Event()
    hass.bus.async_listen_once(
        er.EVENT_ENTITY_REGISTRY_UPDATED, callback(lambda _: added.set())
    )
    refresh = hass.async_create_task(loaded.runtime_data.async_refresh())
    await added.wait()
    await hass.config_entries.async_reload(loaded.entry_id)
    await refresh
    assert "already exists" not in caplog.text
    for one in new.values():
        one["hash"] = 90
    await poll()
    states = {state_of(hass, f"sensor.new_{i}_hash_rate").state for i in range(9)}
    assert states == {"90.0"}


async def test_two_panels_may_list_the_same_rig(
    hass: HomeAssistant, panel: FakePanel, loaded: MockConfigEntry, poll: Poll
) -> None:
    """Test a rig that moved is told apart from itself on its old panel."""
    other = MockConfigEntry(
        domain=DOMAIN, title="Other", data={CONF_URL: f"{panel.url}other?json=yes"}
    )
    other.add_to_hass(hass)
    assert await hass.config_entries.async_setup(other.entry_id)
    await hass.async_block_till_done()

    assert state_of(hass, "sensor.shelf_1_hash_rate").state == "60.1"
    assert state_of(hass, "sensor.shelf_1_hash_rate_2").state == "60.1"
    await poll()
    assert other.state is loaded.state is ConfigEntryState.LOADED
