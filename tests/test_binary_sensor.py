"""Test the three facts are kept apart: no panel, an old panel, a rig that is down."""

from homeassistant.const import (
    STATE_OFF,
    STATE_ON,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.conftest import Poll, state_of
from tests.farm import FakePanel

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
