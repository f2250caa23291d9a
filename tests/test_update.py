"""Test a newer ethOS is shown."""

from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.conftest import Poll, state_of
from tests.farm import FakePanel


async def test_a_newer_ethos_is_shown(
    hass: HomeAssistant, panel: FakePanel, loaded: MockConfigEntry, poll: Poll
) -> None:
    """Test each rig has its own version, and the panel knows the newest."""
    state = state_of(hass, "update.shelf_1_ethos")
    assert state.state == STATE_ON
    assert state.attributes["installed_version"] == "1.2.9"
    assert state.attributes["latest_version"] == "1.3.3"
    assert state.attributes["supported_features"] == 0
    assert state_of(hass, "update.880577_ethos").state == STATE_OFF

    panel.changes["current_version"] = "1.3.4"
    await poll()
    assert state_of(hass, "update.880577_ethos").state == STATE_ON

    panel.rigs["a1b2c3"]["version"] = "1.3.4"
    await poll()
    assert state_of(hass, "update.shelf_1_ethos").state == STATE_OFF
