"""Test maintenance: that a rig on which somebody works is left in peace."""

from typing import Any

from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.ethos.const import DOMAIN
from tests.conftest import Poll, Told, state_of
from tests.farm import FakePanel, rig

SWITCH = "switch.shelf_1_maintenance"

pytestmark = pytest.mark.usefixtures("loaded")


async def turn(hass: HomeAssistant, state: str) -> None:
    """Turn the maintenance of a rig on or off."""
    await hass.services.async_call(
        "switch", f"turn_{state}", {"entity_id": SWITCH}, blocking=True
    )
    await hass.async_block_till_done()


async def start(hass: HomeAssistant, name: str, **duration: int) -> None:
    """Start the maintenance of what an entity belongs to, as an automation does."""
    entity = er.async_get(hass).async_get(name)
    assert entity is not None
    data: dict[str, Any] = {"device_id": entity.device_id}
    if duration:
        data["duration"] = duration
    await hass.services.async_call(DOMAIN, "start_maintenance", data, blocking=True)
    await hass.async_block_till_done()


async def test_nothing_is_told_while_it_is_on(
    hass: HomeAssistant, panel: FakePanel, poll: Poll, told: Told
) -> None:
    """Test what came and went meanwhile is nobody's business."""
    assert state_of(hass, SWITCH).state == STATE_OFF
    await turn(hass, "on")
    assert state_of(hass, SWITCH).state == STATE_ON
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll(2)
    panel.rigs["a1b2c3"] |= {"condition": "mining", "uptime": "60", "miner_secs": 30}
    await poll(2)
    await turn(hass, "off")
    assert state_of(hass, SWITCH).state == STATE_OFF
    await poll(3)
    assert told() == []


async def test_what_is_still_wrong_afterwards_is_told_once(
    hass: HomeAssistant, panel: FakePanel, poll: Poll, told: Told
) -> None:
    """Test nobody forgets a rig on the bench."""
    await turn(hass, "on")
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll(3)
    await turn(hass, "off")
    assert told() == []
    await poll()
    assert told() == ["rig_down"]
    await poll(2)
    assert told() == []


async def test_what_was_told_before_and_has_ended_is_told_afterwards(
    hass: HomeAssistant, panel: FakePanel, poll: Poll, told: Told
) -> None:
    """Test what began is told to have ended, with all the time it lasted."""
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll()
    await turn(hass, "on")
    panel.rigs["a1b2c3"]["condition"] = "mining"
    await poll()
    assert told() == ["rig_down"]
    await turn(hass, "off")
    await poll()
    assert told() == ["rig_up"]


async def test_a_rig_in_maintenance_is_no_problem_of_the_farm(
    hass: HomeAssistant, panel: FakePanel, poll: Poll
) -> None:
    """Test its own Problem still says what is wrong, to who works on it."""
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll()
    assert state_of(hass, "binary_sensor.farm_problem").state == STATE_ON
    assert state_of(hass, "sensor.farm_rigs_with_problems").state == "1"
    await turn(hass, "on")
    assert state_of(hass, "binary_sensor.farm_problem").state == STATE_OFF
    assert state_of(hass, "sensor.farm_rigs_with_problems").state == "0"
    assert state_of(hass, "binary_sensor.shelf_1_problem").state == STATE_ON
    await turn(hass, "off")
    assert state_of(hass, "binary_sensor.farm_problem").state == STATE_ON


async def test_other_gpus_are_put_in(
    hass: HomeAssistant, panel: FakePanel, poll: Poll, told: Told
) -> None:
    """Test what was taken out on purpose is not missed, nor the lower hash rate."""
    await poll(15)
    await turn(hass, "on")
    panel.rigs["a1b2c3"] = rig(1, rack_loc="Shelf 1")
    panel.rigs["a1b2c3"]["server_time"] = panel.time
    await poll(4)
    await turn(hass, "off")
    await poll(15)
    assert told() == []
    assert state_of(hass, "binary_sensor.shelf_1_problem").state == STATE_OFF


async def test_it_ends_by_itself(
    hass: HomeAssistant, panel: FakePanel, poll: Poll, told: Told
) -> None:
    """Test the action takes a time, and then all is as if it had been turned off."""
    await start(hass, SWITCH, minutes=10)
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll(9)
    assert state_of(hass, SWITCH).state == STATE_ON
    assert told() == []
    await poll()
    assert state_of(hass, SWITCH).state == STATE_OFF
    assert told() == ["rig_down"]


async def test_without_a_time_it_ends_by_hand(hass: HomeAssistant, poll: Poll) -> None:
    """Test it does not end by itself, nor when it was to before."""
    await start(hass, SWITCH, minutes=10)
    await start(hass, SWITCH)
    await poll(30)
    assert state_of(hass, SWITCH).state == STATE_ON
    await turn(hass, "off")
    assert state_of(hass, SWITCH).state == STATE_OFF


async def test_a_panel_stands_for_all_its_rigs(
    hass: HomeAssistant, panel: FakePanel, poll: Poll
) -> None:
    """Test a whole farm is put into maintenance at once."""
    await start(hass, "binary_sensor.farm_connectivity")
    assert state_of(hass, SWITCH).state == STATE_ON
    assert state_of(hass, "switch.880577_maintenance").state == STATE_ON


async def test_a_rig_that_is_not_listed_just_now_can_be_put_into_it(
    hass: HomeAssistant, panel: FakePanel, poll: Poll, told: Told
) -> None:
    """Test who takes a rig away may say so a minute later."""
    gone = panel.rigs.pop("a1b2c3")
    await poll()
    await start(hass, SWITCH)
    await poll(5)
    panel.rigs["a1b2c3"] = gone
    await poll()
    assert told() == []
    assert state_of(hass, SWITCH).state == STATE_ON


async def test_it_can_be_turned_on_while_the_panel_is_away(
    hass: HomeAssistant, panel: FakePanel, poll: Poll, told: Told
) -> None:
    """Test what happened during the outage is not told either."""
    panel.status = 503
    await poll()
    await start(hass, SWITCH)
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    panel.status = 200
    await poll()
    assert state_of(hass, SWITCH).state == STATE_ON
    assert told() == []
