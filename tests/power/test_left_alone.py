"""Test when nothing is cut."""

from unittest.mock import patch

from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.storage import Store
from homeassistant.util.file import WriteError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.conftest import Poll, Told, state_of
from tests.farm import FakePanel
from tests.power.asking import BUTTON, CYCLES, DUE, LAST, about_power, ask, press
from tests.power.conftest import RIG, Hang, Plugs


async def test_a_rig_that_is_well_is_left_alone(
    hass: HomeAssistant, farm: MockConfigEntry, plugs: Plugs, poll: Poll, told: Told
) -> None:
    """Test its entities say so."""
    await poll(30)
    due = state_of(hass, DUE)
    assert due.state == STATE_OFF
    assert due.attributes["reason"] == "no_problem"
    assert state_of(hass, CYCLES).state == "0"
    assert state_of(hass, LAST).state == "unknown"
    assert state_of(hass, BUTTON).state == "unknown"
    assert (plugs.one.calls, about_power(told)) == ([], [])


async def test_nothing_is_cut_while_the_panel_cannot_be_read(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    poll: Poll,
    hang: Hang,
    panel: FakePanel,
) -> None:
    """Test three good answers in a row are needed, also by a person."""
    hang(RIG)
    await poll(13)
    assert state_of(hass, DUE).state == STATE_ON
    panel.status = 503
    await poll()
    panel.status = 200
    assert state_of(hass, DUE).state == STATE_OFF
    assert state_of(hass, DUE).attributes["reason"] == "panel_unsteady"
    assert (await ask(hass, farm, force=True))["reason"] == "panel_unsteady"
    await poll(2)
    assert state_of(hass, DUE).state == STATE_OFF
    await poll(1)
    assert state_of(hass, DUE).state == STATE_ON
    assert plugs.one.calls == []


async def test_nothing_is_cut_when_all_is_silent(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    poll: Poll,
    hang: Hang,
    panel: FakePanel,
) -> None:
    """Test an outage of the network takes all rigs, and no power."""
    for rig_id in panel.rigs:
        hang(rig_id)
    for _ in range(60):
        await poll()
        assert state_of(hass, DUE).state == STATE_OFF
    assert (plugs.one.calls, plugs.two.calls) == ([], [])


async def test_nothing_is_cut_that_is_hot(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    poll: Poll,
    hang: Hang,
    panel: FakePanel,
) -> None:
    """Test a rig that was too hot when it fell silent is not restarted either."""
    panel.rigs[RIG]["temp"] = "91.00 64.00"
    await poll(4)
    hang(RIG)
    await poll(20)
    assert state_of(hass, "binary_sensor.shelf_1_connectivity").state == STATE_OFF
    assert state_of(hass, DUE).attributes["reason"] == "hot"
    assert plugs.one.calls == []


async def test_nothing_is_cut_that_draws_power_as_if_it_mines(
    hass: HomeAssistant, farm: MockConfigEntry, plugs: Plugs, poll: Poll, hang: Hang
) -> None:
    """Test what is usual is learned from the meter, whatever its unit."""
    hang(RIG)
    plugs.meter.read(790)
    await poll(20)
    assert state_of(hass, DUE).attributes["reason"] == "still_working"
    hass.states.async_set("sensor.plug_1_power", "0.79", {"unit_of_measurement": "kW"})
    await poll()
    assert state_of(hass, DUE).attributes["reason"] == "still_working"
    for odd in ("nan", "unknown"):
        hass.states.async_set("sensor.plug_1_power", odd)
        await poll()
        assert state_of(hass, DUE).state == STATE_ON
    hass.states.async_set("sensor.plug_1_power", "790", {"unit_of_measurement": "?"})
    await poll()
    assert state_of(hass, DUE).attributes["reason"] == "still_working"


async def test_maintenance_forbids_it_but_not_to_a_person(
    hass: HomeAssistant, farm: MockConfigEntry, plugs: Plugs, poll: Poll, hang: Hang
) -> None:
    """Test who presses the button knows what he does."""
    await hass.services.async_call(
        "switch", "turn_on", {"entity_id": "switch.shelf_1_maintenance"}, blocking=True
    )
    hang(RIG)
    await poll(20)
    assert state_of(hass, DUE).attributes["reason"] == "maintenance"
    await press(hass)
    assert plugs.one.calls == ["off"]


async def test_maintenance_forbids_it_at_once(
    hass: HomeAssistant, farm: MockConfigEntry, plugs: Plugs, poll: Poll, hang: Hang
) -> None:
    """Test nothing is cut until the next poll either, nor as soon as it ends."""
    hang(RIG)
    await poll(13)
    assert state_of(hass, DUE).state == STATE_ON
    for service, reason in (("turn_on", "maintenance"), ("turn_off", "booting")):
        await hass.services.async_call(
            "switch",
            service,
            {"entity_id": "switch.shelf_1_maintenance"},
            blocking=True,
        )
        assert state_of(hass, DUE).attributes["reason"] == reason
        assert (await ask(hass, farm))["reason"] == reason
    await poll()
    assert state_of(hass, DUE).attributes["reason"] == "booting"
    assert plugs.one.calls == []


async def test_a_plug_that_is_away_or_off_is_left(
    hass: HomeAssistant, farm: MockConfigEntry, plugs: Plugs, poll: Poll, hang: Hang
) -> None:
    """Test somebody turned it off, or nobody can turn it back on."""
    hang(RIG)
    plugs.one.set(on=False)
    await poll(20)
    assert state_of(hass, DUE).attributes["reason"] == "plug_off"
    plugs.one.be_there(there=False)
    await poll()
    assert state_of(hass, DUE).attributes["reason"] == "plug_unavailable"
    assert plugs.one.calls == []


@pytest.mark.parametrize("how", ["plug", "meter", "renamed"])
async def test_a_rig_that_was_off_between_two_polls_may_boot(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    poll: Poll,
    hang: Hang,
    entity_registry: er.EntityRegistry,
    how: str,
) -> None:
    """Test a person turned it off and on, by its plug or by its own switch."""
    hang(RIG)
    if how == "renamed":
        entity_registry.async_update_entity(
            "switch.plug_1", new_entity_id="switch.shelf"
        )
    await poll(13)
    assert state_of(hass, DUE).state == STATE_ON
    if how == "meter":
        plugs.meter.read(0)
        plugs.meter.read(100)
    else:
        plugs.one.set(on=False)
        plugs.one.set(on=True)
    await poll()
    assert state_of(hass, DUE).attributes["reason"] == "booting"
    await poll(15)
    assert state_of(hass, DUE).attributes["reason"] != "booting"
    assert plugs.one.calls == []


@pytest.mark.parametrize("error", [WriteError, OSError])
async def test_what_cannot_be_written_down_is_not_done(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    error: type[Exception],
) -> None:
    """Test a full disk costs no rig its power; a store tells but the log of most."""
    with patch.object(Store, "_async_write_data", side_effect=error):
        answer = await ask(hass, farm, force=True)
    assert answer["reason"] == "not_written"
    assert plugs.one.calls == []
    assert state_of(hass, CYCLES).state == "0"


async def test_a_plug_that_is_given_back_is_judged_anew(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    poll: Poll,
    hang: Hang,
    boot: Hang,
) -> None:
    """Test what was seen of its rig before it was mended does not count."""
    hang(RIG)
    await poll(10)
    taken = list(farm.subentries.values())
    for plug in taken:
        hass.config_entries.async_remove_subentry(farm, plug.subentry_id)
    boot(RIG)
    await poll(30)
    for plug in taken:
        hass.config_entries.async_add_subentry(farm, plug)
    await hass.async_block_till_done()
    assert state_of(hass, DUE).attributes["reason"] == "panel_unsteady"
    assert (await ask(hass, farm))["reason"] == "panel_unsteady"
    assert plugs.one.calls == []
