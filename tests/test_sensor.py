"""Test what the panel says arrives as sensors."""

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from syrupy.assertion import SnapshotAssertion

from custom_components.ethos.panel import Problem
from tests.conftest import ENTRY_ID, Poll, state_of
from tests.farm import FakePanel, rig, rig_2021


@pytest.mark.usefixtures("all_enabled", "loaded")
async def test_all_entities(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
) -> None:
    """Test every entity of two rigs, one of 2018 and one of 2021."""
    entries = er.async_entries_for_config_entry(entity_registry, ENTRY_ID)
    assert len(entries) > 100
    shown = {}
    for entity in sorted(entries, key=lambda entity: entity.unique_id):
        state = state_of(hass, entity.entity_id)
        shown[entity.unique_id] = {
            "category": entity.entity_category,
            "device_class": entity.original_device_class,
            "entity_id": entity.entity_id,
            "state": state.state,
            "state_class": state.attributes.get("state_class"),
            "translation_key": entity.translation_key,
            "unit": entity.unit_of_measurement,
        }
    assert shown == snapshot


@pytest.mark.usefixtures("all_enabled", "loaded")
async def test_every_number_is_known_to_be_one(
    hass: HomeAssistant, panel: FakePanel, poll: Poll
) -> None:
    """Test each has a unit or a state class: pages take anything else for a text."""
    panel.rigs["880577"] |= {"dualminer_hashes": "300.1 300.2 300.3"}
    await poll()
    numbers = {
        state.entity_id: state.attributes.keys()
        for state in hass.states.async_all("sensor")
        if state.state.replace(".", "", 1).isdecimal()
    }
    assert "sensor.880577_hash_rate_of_the_second_coin" in numbers
    telling = {"unit_of_measurement", "state_class"}
    assert [name for name, keys in numbers.items() if telling.isdisjoint(keys)] == []


async def test_a_rig_that_is_down_shows_nothing_old(
    hass: HomeAssistant, panel: FakePanel, loaded: MockConfigEntry, poll: Poll
) -> None:
    """Test readings are unknown, never zero, and the inventory stays."""
    panel.rigs["a1b2c3"] |= {
        "condition": "unreachable",
        "hash": 0,
        "miner_instance": 0,
    }
    await poll()
    for name in ("hash_rate", "hottest_gpu", "working_gpus", "last_boot"):
        assert state_of(hass, f"sensor.shelf_1_{name}").state == STATE_UNKNOWN
    assert state_of(hass, "sensor.shelf_1_gpu_0_temperature").state == STATE_UNKNOWN
    assert state_of(hass, "sensor.shelf_1_condition").state == "unreachable"
    assert state_of(hass, "sensor.shelf_1_gpus").state == "2"
    assert state_of(hass, "sensor.farm_hash_rate").state == "90.3"
    assert state_of(hass, "sensor.farm_rigs_online").state == "1"
    assert state_of(hass, "sensor.farm_working_gpus").state == "3"

    panel.rigs["a1b2c3"] |= {
        "condition": "just_booted",
        "hash": 60.1,
        "miner_instance": "2",
    }
    await poll()
    assert state_of(hass, "sensor.shelf_1_hash_rate").state == "60.1"
    assert state_of(hass, "sensor.farm_hash_rate").state == "150.4"


async def test_a_rig_that_is_not_shown_is_unavailable(
    hass: HomeAssistant, panel: FakePanel, loaded: MockConfigEntry, poll: Poll
) -> None:
    """Test one short answer takes nothing away for good."""
    gone = panel.rigs.pop("880577")
    await poll()
    assert state_of(hass, "sensor.880577_hash_rate").state == STATE_UNAVAILABLE
    assert state_of(hass, "sensor.880577_gpu_0_power").state == STATE_UNAVAILABLE
    assert state_of(hass, "sensor.shelf_1_hash_rate").state == "60.1"
    panel.rigs["880577"] = gone
    await poll()
    assert state_of(hass, "sensor.880577_hash_rate").state == "90.3"


async def test_each_unit_has_an_entity_of_its_own(
    hass: HomeAssistant, panel: FakePanel, loaded: MockConfigEntry, poll: Poll
) -> None:
    """Test a miner of another unit does not spoil the statistics, nor the total."""
    panel.rigs["a1b2c3"] |= {"miner": "dstm-zcash", "hash": 600}
    await poll()
    state = state_of(hass, "sensor.shelf_1_hash_rate_sol_s")
    assert (state.state, state.attributes["unit_of_measurement"]) == ("600.0", "Sol/s")
    assert state_of(hass, "sensor.shelf_1_hash_rate").state == STATE_UNKNOWN
    assert state_of(hass, "sensor.farm_hash_rate").state == "90.3"
    assert state_of(hass, "sensor.farm_hash_rate_sol_s").state == "600.0"

    panel.rigs["a1b2c3"] |= {"miner": "no-such-miner"}
    await poll()
    state = state_of(hass, "sensor.shelf_1_hash_rate_unit_unknown")
    assert (state.state, state.attributes.get("unit_of_measurement")) == ("600.0", None)


async def test_power_appears_when_ethos_is_upgraded(
    hass: HomeAssistant, panel: FakePanel, loaded: MockConfigEntry, poll: Poll
) -> None:
    """Test an entity exists as soon as its rig has something for it."""
    assert hass.states.get("sensor.shelf_1_power") is None
    panel.rigs["a1b2c3"] = rig_2021(2, rack_loc="Shelf 1")
    await poll()
    assert state_of(hass, "sensor.shelf_1_power").state == "290.0"
    assert state_of(hass, "sensor.shelf_1_gpu_1_fan_duty").state == "70.0"


async def test_an_odd_condition_is_shown_as_it_is(
    hass: HomeAssistant, panel: FakePanel, loaded: MockConfigEntry, poll: Poll
) -> None:
    """Test nobody has to know all of the panel's words."""
    panel.rigs["a1b2c3"] = rig(condition="rig on fire", rack_loc="Shelf 1")
    await poll()
    assert state_of(hass, "sensor.shelf_1_condition").state == "rig on fire"


@pytest.mark.usefixtures("loaded")
async def test_a_reading_stays_until_it_has_really_moved(
    hass: HomeAssistant, panel: FakePanel, poll: Poll
) -> None:
    """Test small steps are not shown, nor lost when they add up; zero always is."""
    shown = []
    for duty in (72, 74, 75, 73, 72, 71, 0, 2, 1):
        panel.rigs["880577"]["fanpercent"] = f"{duty} 70 70"
        await poll()
        shown.append(float(state_of(hass, "sensor.880577_gpu_0_fan_duty").state))
    assert shown == [70, 74, 74, 74, 74, 71, 0, 2, 2]


async def test_a_problem_does_not_wait_for_a_reading(
    hass: HomeAssistant, panel: FakePanel, loaded: MockConfigEntry, poll: Poll
) -> None:
    """Test rigs are judged by what they report, not by what is shown of it."""
    await poll(15)
    lower_limit = 60.1 * 0.9
    for hash_rate in (lower_limit + 0.01, lower_limit - 0.01):
        panel.rigs["a1b2c3"] |= {"hash": hash_rate}
        await poll(4)
    assert state_of(hass, "sensor.shelf_1_hash_rate").state == str(lower_limit + 0.01)
    (low,) = loaded.runtime_data.data.rigs["a1b2c3"].problems
    assert low.ailment.problem is Problem.LOW_HASH_RATE


async def test_exact_values(
    hass: HomeAssistant, panel: FakePanel, entry: MockConfigEntry, poll: Poll
) -> None:
    """Test every step is shown to those who want it."""
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, options={"exact_values": True})
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    panel.rigs["880577"]["watts"] = "121 120 120"
    await poll()
    assert state_of(hass, "sensor.880577_gpu_0_power").state == "121.0"
