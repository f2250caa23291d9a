"""Test what happens to rigs is told: in time, in order, once, and to all who listen."""

import asyncio
from importlib import import_module
import inspect
import time
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.event import DATA_COMPONENT
from homeassistant.const import (
    EVENT_HOMEASSISTANT_STARTED,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
    Platform,
)
from homeassistant.core import (
    CoreState,
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
)
from homeassistant.helpers import (
    device_registry as dr,
    entity as entity_helper,
    entity_registry as er,
)
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.helpers.update_coordinator import UpdateFailed
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
)

from custom_components.ethos import PLATFORMS
from tests.conftest import Poll, Told, state_of
from tests.farm import START, FakePanel, Json, rig

WHAT = """
{{ trigger.to_state.attributes.rig_name }} {{ trigger.to_state.attributes.event_type }}
"""
KINDS = ("received", "state")
FARM = "event.farm_activity"
SHELF = "event.shelf_1_activity"


@pytest.mark.usefixtures("loaded")
async def test_the_first_look_tells_nothing(
    hass: HomeAssistant, panel: FakePanel, poll: Poll, told: Told
) -> None:
    """Test a farm that is added, or stays as it is, is no news."""
    await poll(3)
    assert told() == []
    assert state_of(hass, FARM).state == STATE_UNKNOWN
    assert state_of(hass, SHELF).state == STATE_UNKNOWN


async def test_what_was_wrong_at_the_first_look_is_not_told(
    panel: FakePanel,
    entry: MockConfigEntry,
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    poll: Poll,
    told: Told,
) -> None:
    """Test it is shown as a problem, and told when it ends."""
    freezer.move_to(dt_util.utc_from_timestamp(START))
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert state_of(hass, "binary_sensor.shelf_1_problem").state == "on"
    await poll(3)
    assert told() == []
    panel.rigs["a1b2c3"]["condition"] = "mining"
    await poll()
    assert told() == ["rig_up"]


@pytest.mark.usefixtures("loaded")
async def test_a_rig_that_dies_is_told_on_its_entity_and_on_the_panels(
    hass: HomeAssistant,
    panel: FakePanel,
    poll: Poll,
    told: Told,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> None:
    """Test both say the same, and the other rigs say nothing."""
    await poll()
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll()
    assert told() == ["rig_down"]
    event = state_of(hass, SHELF)
    entity = entity_registry.async_get(SHELF)
    assert entity is not None
    expected = {
        "event_type": "rig_down",
        "at": dt_util.utcnow().isoformat(timespec="milliseconds"),
        "rig_id": "a1b2c3",
        "rig_name": "Shelf 1",
        "device_id": entity.device_id,
        "gpu": None,
        "problem": "offline",
        "value": None,
        "limit": None,
        "unit": None,
        "duration": None,
        "remaining": 0,
    }
    assert expected.items() <= event.attributes.items()
    assert expected.items() <= told.last[0].items()
    assert state_of(hass, "event.880577_activity").state == STATE_UNKNOWN

    panel.rigs["a1b2c3"]["condition"] = "mining"
    await poll()
    assert told() == ["rig_up"]
    # Its last report, 180 seconds old when it was found dead, and a minute more.
    assert told.last[0]["duration"] == 240


@pytest.mark.usefixtures("loaded")
async def test_a_gpu_is_told_by_its_name(
    hass: HomeAssistant,
    panel: FakePanel,
    poll: Poll,
    told: Told,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> None:
    """Test it is the user's own name, with value, limit and unit."""
    entity = entity_registry.async_get("binary_sensor.880577_gpu_1_problem")
    assert entity is not None
    assert entity.device_id is not None
    device_registry.async_update_child_device(entity.device_id, name_by_user="Lefty")
    panel.rigs["880577"]["temp"] = "64.00 85.40 66.00"
    await poll()
    assert told() == []
    await poll()
    assert told() == ["overheated"]
    expected = {
        "gpu": "Lefty",
        "problem": "overheating",
        "value": 85.4,
        "limit": 80,
        "unit": "°C",
        "duration": None,
    }
    assert expected.items() <= told.last[0].items()
    panel.rigs["880577"]["temp"] = "64.00 65.00 66.00"
    await poll(2)
    assert told() == ["cooled_down"]
    assert told.last[0]["duration"] == 180


async def listen(hass: HomeAssistant, entity_id: str) -> None:
    """Set up two automations, each with a kind of trigger that people use."""
    assert await async_setup_component(
        hass,
        "automation",
        {
            "automation": [
                {
                    "alias": "received",
                    "triggers": {
                        "trigger": "event.received",
                        "target": {"entity_id": entity_id},
                        "options": {"event_type": ["rig_down", "rig_up"]},
                    },
                    "mode": "queued",
                    "max": 100,
                    "actions": {
                        "event": "heard_received",
                        "event_data": {"what": WHAT},
                    },
                },
                {
                    "alias": "state",
                    "triggers": {
                        "trigger": "state",
                        "entity_id": entity_id,
                        "not_from": "unavailable",
                        "not_to": "unavailable",
                    },
                    "mode": "queued",
                    "max": 100,
                    "actions": {
                        "event": "heard_state",
                        "event_data": {"what": WHAT},
                    },
                },
            ]
        },
    )
    await hass.async_block_till_done()


@pytest.mark.parametrize("entity_id", [FARM, SHELF], ids=["panel", "rig"])
@pytest.mark.usefixtures("loaded")
async def test_automations_hear_of_a_rig_that_died_during_an_outage(
    hass: HomeAssistant, panel: FakePanel, poll: Poll, entity_id: str
) -> None:
    """Test the entity becomes available before it tells: triggers skip the outage."""
    await listen(hass, entity_id)
    heard = [async_capture_events(hass, f"heard_{kind}") for kind in KINDS]
    panel.status = 503
    await poll(2)
    assert state_of(hass, entity_id).state == STATE_UNAVAILABLE
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll(2)
    assert heard == [[], []]
    panel.status = 200
    await poll()
    for one in heard:
        assert [event.data["what"] for event in one] == ["Shelf 1 rig_down"]

    # Nor is the last event heard again after the next outage.
    panel.status = 503
    await poll()
    panel.status = 200
    await poll(2)
    assert list(map(len, heard)) == [1, 1]


@pytest.mark.usefixtures("loaded")
async def test_many_changes_of_a_poll_are_told_in_order(
    hass: HomeAssistant, panel: FakePanel, poll: Poll, told: Told
) -> None:
    """Test each is written, or automations would hear of the last alone.

    Each says how many more are to come, so that one message can tell them all.
    """
    panel.rigs = {f"{i:06x}": rig(1) for i in range(50)}
    await poll(4)
    told()
    await listen(hass, FARM)
    heard = {kind: async_capture_events(hass, f"heard_{kind}") for kind in KINDS}
    for one in panel.rigs.values():
        one["condition"] = "unreachable"
    await poll()
    assert told() == ["rig_down"] * 50
    assert [event["rig_id"] for event in told.last] == list(panel.rigs)
    assert [event["remaining"] for event in told.last] == [*reversed(range(50))]
    assert len({event["at"] for event in told.last}) == 1
    for kind in KINDS:
        assert [event.data["what"] for event in heard[kind]] == [
            f"{rig_id} rig_down" for rig_id in panel.rigs
        ]


async def test_an_outage_amid_many_changes_loses_none(
    hass: HomeAssistant,
    panel: FakePanel,
    loaded: MockConfigEntry,
    poll: Poll,
    told: Told,
) -> None:
    """Test what could not be told before the panel went, is told when it is back."""

    @callback
    def fail(_: Event[EventStateChangedData]) -> None:
        loaded.runtime_data.async_set_update_error(UpdateFailed())

    remove = async_track_state_change_event(hass, FARM, fail)
    for one in panel.rigs.values():
        one["condition"] = "unreachable"
    await poll()
    remove()
    assert state_of(hass, FARM).state == STATE_UNAVAILABLE
    assert told() == ["rig_down"]
    await poll()
    assert told() == ["rig_down"]
    assert told.last[0]["rig_id"] == "880577"


async def test_an_unloading_amid_many_changes_loses_none(
    hass: HomeAssistant,
    panel: FakePanel,
    loaded: MockConfigEntry,
    poll: Poll,
    told: Told,
) -> None:
    """Test what could not be told before the entities went, is told later."""
    reloads: list[asyncio.Task[bool]] = []

    @callback
    def reload(_: Event[EventStateChangedData]) -> None:
        # Longer than a slice, so that others get their turn after each event.
        time.sleep(0.005)
        if not reloads:
            reload = hass.config_entries.async_reload(loaded.entry_id)
            reloads.append(hass.async_create_task(reload))

    async def slow_unload(*args: Any) -> bool:
        unloaded = await unload(*args)
        # A large farm takes its time.
        for _ in range(20):
            await asyncio.sleep(0)
        return unloaded

    unload = hass.config_entries.async_unload_platforms
    remove = async_track_state_change_event(hass, FARM, reload)
    for one in panel.rigs.values():
        one["condition"] = "unreachable"
    with patch.object(hass.config_entries, "async_unload_platforms", slow_unload):
        await poll(2)
    remove()
    assert reloads[0].done()
    assert told() == ["rig_down", "rig_down"]


@pytest.mark.usefixtures("loaded")
async def test_a_failed_poll_tells_nothing(
    panel: FakePanel, poll: Poll, told: Told
) -> None:
    """Test an outage of the panel is not one of its rigs."""
    troubles: list[Json] = [{"status": 503}, {"body": b"<html>"}, {"rigs": {}}]
    for trouble in troubles:
        well = {name: getattr(panel, name) for name in trouble}
        vars(panel).update(trouble)
        await poll(5)
        vars(panel).update(well)
        await poll(2)
    assert told() == []


async def test_nothing_is_told_before_home_assistant_has_started(
    hass: HomeAssistant,
    panel: FakePanel,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    poll: Poll,
) -> None:
    """Test automations, which listen only then, miss nothing."""
    freezer.move_to(dt_util.utc_from_timestamp(START))
    hass.set_state(CoreState.not_running)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await listen(hass, FARM)
    heard = async_capture_events(hass, "heard_received")
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll()
    panel.rigs["880577"]["condition"] = "unreachable"
    await poll()
    assert state_of(hass, FARM).state == STATE_UNKNOWN
    await hass.async_start()
    await hass.async_block_till_done()
    assert [event.data["what"] for event in heard] == [
        "Shelf 1 rig_down",
        "880577 rig_down",
    ]


async def test_an_entry_that_goes_before_home_assistant_has_started(
    hass: HomeAssistant, panel: FakePanel, entry: MockConfigEntry, poll: Poll
) -> None:
    """Test what is gone tells nothing when it would be time to."""
    hass.set_state(CoreState.not_running)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll()
    assert await hass.config_entries.async_unload(entry.entry_id)
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await hass.async_block_till_done()
    assert state_of(hass, FARM).state == STATE_UNAVAILABLE
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert state_of(hass, FARM).attributes["event_type"] == "rig_down"


@pytest.mark.usefixtures("loaded")
async def test_a_new_rig_is_told_with_its_name_and_device(
    hass: HomeAssistant,
    panel: FakePanel,
    poll: Poll,
    told: Told,
    entity_registry: er.EntityRegistry,
) -> None:
    """Test it has a device by then."""
    panel.rigs["12e456"] = rig(1, rack_loc="Shelf 2")
    await poll()
    assert told() == ["rig_added"]
    entity = entity_registry.async_get("event.shelf_2_activity")
    assert entity is not None
    expected = {
        "rig_id": "12e456",
        "rig_name": "Shelf 2",
        "device_id": entity.device_id,
    }
    assert expected.items() <= told.last[0].items()
    # Of which its own entity can know from now on.
    panel.rigs["12e456"]["condition"] = "unreachable"
    await poll()
    assert state_of(hass, "event.shelf_2_activity").attributes["event_type"] == (
        "rig_down"
    )


@pytest.mark.usefixtures("loaded")
async def test_a_rig_that_is_taken_off_the_panel_is_told_by_the_panel(
    hass: HomeAssistant, panel: FakePanel, poll: Poll, told: Told
) -> None:
    """Test one short answer proves nothing, and the rig's entity is gone with it."""
    left = panel.rigs.pop("a1b2c3")
    await poll(2)
    assert told() == []
    await poll()
    assert told() == ["rig_removed"]
    assert told.last[0]["rig_name"] == "Shelf 1"
    assert state_of(hass, SHELF).state == STATE_UNAVAILABLE
    panel.rigs["a1b2c3"] = left
    await poll()
    assert told() == ["rig_added"]
    assert state_of(hass, SHELF).attributes["event_type"] == "rig_added"


@pytest.mark.parametrize("disabled", [FARM, SHELF], ids=["panel", "rig"])
async def test_who_is_disabled_does_not_silence_the_other(
    hass: HomeAssistant,
    panel: FakePanel,
    loaded: MockConfigEntry,
    poll: Poll,
    entity_registry: er.EntityRegistry,
    disabled: str,
) -> None:
    """Test a farm may be followed by its panel, or by some rigs alone."""
    entity_registry.async_update_entity(
        disabled, disabled_by=er.RegistryEntryDisabler.USER
    )
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll()
    (other,) = {FARM, SHELF} - {disabled}
    assert hass.states.get(disabled) is None
    assert state_of(hass, other).attributes["event_type"] == "rig_down"


@pytest.mark.usefixtures("loaded")
async def test_states_are_written_before_it_is_told(
    hass: HomeAssistant, panel: FakePanel, poll: Poll
) -> None:
    """Test who hears that a rig is down finds its Problem on."""
    problems: list[str] = []

    def look(event: Event[EventStateChangedData]) -> None:
        problems.append(state_of(hass, "binary_sensor.shelf_1_problem").state)

    async_track_state_change_event(hass, FARM, callback(look))
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll()
    assert problems == ["on"]


@pytest.mark.parametrize("entity_id", [FARM, SHELF], ids=["panel", "rig"])
@pytest.mark.usefixtures("loaded")
async def test_an_entity_with_a_new_entity_id_goes_on_telling(
    hass: HomeAssistant,
    panel: FakePanel,
    poll: Poll,
    entity_registry: er.EntityRegistry,
    entity_id: str,
) -> None:
    """Test it stays the same, but on Home Assistant 2026.10, which adds it anew."""
    entity = hass.data[DATA_COMPONENT].get_entity(entity_id)
    assert entity is not None
    removed: list[str] = []
    entity.async_on_remove(lambda: removed.append(entity_id))
    entity_registry.async_update_entity(entity_id, new_entity_id="event.news")
    await hass.async_block_till_done()
    assert bool(removed) is not hasattr(Entity, "async_entity_id_changed")
    told = Told(hass, "event.news")
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll()
    assert told() == ["rig_down"]
    assert hass.states.get(entity_id) is None


@pytest.mark.parametrize("platform", PLATFORMS)
def test_no_entity_is_added_anew_for_a_new_entity_id(platform: Platform) -> None:
    """Test Home Assistant finds that each kind has said so; 2026.10 does not ask."""
    is_added_anew = getattr(
        entity_helper, "_entity_class_requires_readd", lambda _: False
    )
    module = import_module(f"custom_components.ethos.{platform}")
    kinds = inspect.getmembers(module, inspect.isclass)
    entities = [kind for _, kind in kinds if issubclass(kind, Entity)]
    assert entities
    assert not [kind for kind in entities if is_added_anew(kind)]
