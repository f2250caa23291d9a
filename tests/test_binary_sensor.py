"""Test what is so or not so: what can be read, and what is wrong."""

from typing import Any

from homeassistant.const import (
    STATE_OFF,
    STATE_ON,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.conftest import Poll, state_of
from tests.farm import FakePanel, rig

PANEL = "binary_sensor.farm_connectivity"
STALE = "binary_sensor.farm_stale_data"
RIG = "binary_sensor.shelf_1_connectivity"
MINING = "binary_sensor.shelf_1_mining"


def states(hass: HomeAssistant) -> list[str]:
    """Return the facts."""
    return [state_of(hass, name).state for name in (PANEL, STALE, RIG, MINING)]


async def test_a_panel_that_cannot_be_read_says_nothing_of_its_rigs(
    hass: HomeAssistant, panel: FakePanel, loaded: MockConfigEntry, poll: Poll
) -> None:
    """Test only the panel's own connectivity stays known."""
    assert states(hass) == [STATE_ON, STATE_OFF, STATE_ON, STATE_ON]
    panel.status = 503
    await poll(2)
    gone = STATE_UNAVAILABLE
    assert states(hass) == [STATE_OFF, gone, gone, gone]
    panel.status = 200
    await poll()
    assert states(hass) == [STATE_ON, STATE_OFF, STATE_ON, STATE_ON]


async def test_a_panel_that_stands_still_changes_no_judgement(
    hass: HomeAssistant, panel: FakePanel, loaded: MockConfigEntry, poll: Poll
) -> None:
    """Test old data is told as such."""
    panel.stands_still = True
    await poll(8)
    assert states(hass) == [STATE_ON, STATE_OFF, STATE_ON, STATE_ON]
    await poll()
    assert states(hass) == [STATE_ON, STATE_ON, STATE_ON, STATE_ON]
    panel.stands_still = False
    panel.tick(540)
    await poll()
    assert states(hass) == [STATE_ON, STATE_OFF, STATE_ON, STATE_ON]


async def test_a_rig_that_falls_silent_is_down(
    hass: HomeAssistant, panel: FakePanel, loaded: MockConfigEntry, poll: Poll
) -> None:
    """Test it is told after eight minutes, though the panel still says mining."""
    panel.rigs["a1b2c3"]["silent"] = True
    await poll(7)
    assert states(hass) == [STATE_ON, STATE_OFF, STATE_ON, STATE_ON]
    await poll()
    assert states(hass) == [STATE_ON, STATE_OFF, STATE_OFF, STATE_UNKNOWN]
    del panel.rigs["a1b2c3"]["silent"]
    await poll()
    assert states(hass) == [STATE_ON, STATE_OFF, STATE_ON, STATE_ON]


async def test_a_rig_that_hashes_nothing_is_online_but_does_not_mine(
    hass: HomeAssistant, panel: FakePanel, loaded: MockConfigEntry, poll: Poll
) -> None:
    """Test zero is a reading."""
    panel.rigs["a1b2c3"] |= {"hash": 0, "miner_hashes": "00.00 00.00"}
    await poll()
    assert states(hass) == [STATE_ON, STATE_OFF, STATE_ON, STATE_OFF]


def problems(hass: HomeAssistant, name: str) -> list[dict[str, Any]]:
    """Return what is wrong with a rig or a GPU, which the state has to agree with."""
    state = state_of(hass, f"binary_sensor.{name}_problem")
    found: list[dict[str, Any]] = state.attributes["problems"]
    assert state.state == (STATE_ON if found else STATE_OFF)
    return found


def is_on(hass: HomeAssistant, name: str) -> bool:
    """Return whether a binary sensor is."""
    return state_of(hass, f"binary_sensor.{name}").state == STATE_ON


@pytest.mark.usefixtures("loaded")
async def test_a_gpu_that_is_too_hot_is_a_problem_of_its_own_and_of_its_rig(
    hass: HomeAssistant,
    panel: FakePanel,
    poll: Poll,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> None:
    """Test it is told by name, since when, and by how much, and not of the others."""
    entity = entity_registry.async_get("binary_sensor.880577_gpu_1_problem")
    assert entity is not None
    assert entity.device_id is not None
    device_registry.async_update_child_device(entity.device_id, name_by_user="Lefty")
    panel.rigs["880577"]["temp"] = "64.00 85.40 66.00"
    await poll(2)
    expected = {
        "problem": "overheating",
        "gpu": "Lefty",
        "since": "2026-11-01T12:01:00+00:00",
        "value": 85.4,
        "limit": 80,
        "unit": "°C",
    }
    assert problems(hass, "880577") == [expected]
    assert problems(hass, "880577_gpu_1") == [expected]
    assert problems(hass, "880577_gpu_0") == []
    assert problems(hass, "shelf_1") == []
    assert is_on(hass, "880577_overheating")
    assert not is_on(hass, "shelf_1_overheating")
    assert is_on(hass, "farm_problem")
    assert state_of(hass, "sensor.farm_rigs_with_problems").state == "1"

    # What it was when it was found does not change with each poll.
    panel.rigs["880577"]["temp"] = "64.00 86.00 66.00"
    await poll()
    assert problems(hass, "880577") == [expected]

    panel.rigs["880577"]["temp"] = "64.00 65.00 66.00"
    await poll(2)
    assert problems(hass, "880577") == problems(hass, "880577_gpu_1") == []
    assert not is_on(hass, "880577_overheating")
    assert not is_on(hass, "farm_problem")
    assert state_of(hass, "sensor.farm_rigs_with_problems").state == "0"


@pytest.mark.usefixtures("loaded")
async def test_a_gpu_that_dropped_out_is_a_problem_of_its_rig(
    hass: HomeAssistant, panel: FakePanel, poll: Poll
) -> None:
    """Test it is named, although the panel knows nothing of it any more."""
    panel.rigs["a1b2c3"] = rig(1, rack_loc="Shelf 1")
    await poll(2)
    (problem,) = problems(hass, "shelf_1")
    assert (problem["problem"], problem["gpu"]) == ("gpu_down", "GPU 1")
    state = state_of(hass, "binary_sensor.shelf_1_gpu_1_problem")
    assert state.state == STATE_UNAVAILABLE
    panel.rigs["a1b2c3"] = rig(2, rack_loc="Shelf 1")
    await poll(2)
    assert problems(hass, "shelf_1") == problems(hass, "shelf_1_gpu_1") == []


@pytest.mark.usefixtures("all_enabled", "loaded")
async def test_a_rig_that_slows_itself_down_is_throttled(
    hass: HomeAssistant, panel: FakePanel, poll: Poll
) -> None:
    """Test the panel's word counts at once, both ways."""
    panel.rigs["a1b2c3"]["condition"] = "throttle"
    await poll()
    assert is_on(hass, "shelf_1_throttled")
    assert [it["problem"] for it in problems(hass, "shelf_1")] == ["throttled"]
    panel.rigs["a1b2c3"]["condition"] = "mining"
    await poll()
    assert not is_on(hass, "shelf_1_throttled")


@pytest.mark.usefixtures("loaded")
async def test_what_is_wrong_with_a_rig_that_is_down_is_that(
    hass: HomeAssistant, panel: FakePanel, poll: Poll
) -> None:
    """Test an overheated rig that dies is offline; since when, is its last report."""
    panel.rigs["a1b2c3"]["temp"] = "64.00 85.00"
    await poll(2)
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll()
    (problem,) = problems(hass, "shelf_1")
    assert problem["problem"] == "offline"
    assert problem["since"] == "2026-11-01T11:59:00+00:00"
    assert not is_on(hass, "shelf_1_overheating")
    assert problems(hass, "shelf_1_gpu_1") == []


@pytest.mark.parametrize(
    ("option", "limit", "change", "problem"),
    [
        ("temperature_high", 62, {}, "overheating"),
        ("temperature_low", 55, {"temp": "50.00 60.00"}, "underheating"),
        ("hash_rate_drop", 5, {"hash": 56, "miner_hashes": "26 30"}, "low_hash_rate"),
    ],
)
async def test_limits_are_those_of_the_options(
    hass: HomeAssistant,
    panel: FakePanel,
    loaded: MockConfigEntry,
    poll: Poll,
    option: str,
    limit: int,
    change: dict[str, Any],
    problem: str,
) -> None:
    """Test a rig that is well by default is not by the user's limits."""
    await poll(15)
    panel.rigs["a1b2c3"] |= change
    await poll(4)
    assert problems(hass, "shelf_1") == []

    flow = await hass.config_entries.options.async_init(loaded.entry_id)
    schema = flow["data_schema"]
    assert schema is not None
    defaults = schema({})
    await hass.config_entries.options.async_configure(
        flow["flow_id"], {**defaults, option: limit}
    )
    await hass.async_block_till_done()
    await poll(3)
    assert {it["problem"] for it in problems(hass, "shelf_1")} == {problem}


async def test_how_old_a_report_may_be_is_an_option_too(
    hass: HomeAssistant, panel: FakePanel, loaded: MockConfigEntry, poll: Poll
) -> None:
    """Test a slow reporter is no dead rig where the user says so."""
    hass.config_entries.async_update_entry(loaded, options={"offline_limit": 20})
    await hass.config_entries.async_reload(loaded.entry_id)
    panel.rigs["a1b2c3"]["silent"] = True
    await poll(18)
    assert problems(hass, "shelf_1") == []
    await poll(2)
    assert [it["problem"] for it in problems(hass, "shelf_1")] == ["offline"]
