"""Test rigs are power-cycled, through the front door."""

import asyncio

from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ethos.const import DOMAIN
from custom_components.ethos.power.driver import async_get_power
from tests.conftest import ENTRY_ID, Poll, Told, state_of
from tests.farm import FakePanel
from tests.power.asking import CYCLES, DUE, LAST, about_power, ask, press
from tests.power.conftest import OTHER, RIG, Hang, Plugs


async def test_a_rig_that_hangs_is_brought_back(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    poll: Poll,
    told: Told,
    hang: Hang,
    boot: Hang,
) -> None:
    """Test due, off, on, booted: and all of it is told."""
    hang(RIG)
    await poll(5)
    assert state_of(hass, DUE).attributes["reason"] == "no_problem"
    await poll(3)
    assert state_of(hass, DUE).attributes["reason"] == "too_early"
    await poll(4)
    assert state_of(hass, DUE).state == STATE_ON
    assert state_of(hass, DUE).attributes["reason"] is None
    assert told() == ["rig_down", "power_cycle_due"]
    assert told.last[1]["problem"] == "offline"

    call = ask(hass, farm)
    await asyncio.sleep(0)
    await hass.async_block_till_done()
    assert state_of(hass, "switch.plug_1").state == STATE_OFF
    plugs.meter.read(0)
    assert state_of(hass, DUE).state == STATE_OFF
    assert state_of(hass, DUE).attributes["reason"] == "rig_busy"
    assert state_of(hass, CYCLES).state == "1"
    assert state_of(hass, LAST).state == dt_util.utcnow().isoformat(timespec="seconds")

    await poll(1, seconds=15)
    assert state_of(hass, "switch.plug_1").state == STATE_ON
    assert plugs.one.calls == ["off", "on"]
    assert not call.done()
    await poll(2)
    boot(RIG)
    await poll()
    answer = call.result()
    assert answer == {
        "rig_id": RIG,
        "rig_name": "Shelf 1",
        "outcome": "recovered",
        "reason": None,
        "message": "Shelf 1 was power-cycled and is back.",
    }
    assert about_power(told) == ["power_cycled"]
    assert told.last[-1]["duration"] == pytest.approx(195, abs=60)
    await poll(20)
    assert (plugs.one.calls, about_power(told)) == (["off", "on"], [])


async def test_a_meter_may_be_read_once_a_minute(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    poll: Poll,
    boot: Hang,
) -> None:
    """Test what it told before the plug was off does not fail the cycle."""
    call = ask(hass, farm, force=True)
    await asyncio.sleep(0)
    await poll(1, seconds=30)
    await poll(1, seconds=15)
    plugs.meter.read(0)
    await poll()
    boot(RIG)
    await poll(2)
    assert call.result()["outcome"] == "recovered"
    assert plugs.one.calls == ["off", "on"]


async def test_what_is_due_at_once_is_told_as_one(
    farm: MockConfigEntry, poll: Poll, told: Told, hang: Hang
) -> None:
    """Test whoever tells it needs but one message."""
    hang(RIG)
    hang(OTHER)
    for _ in range(14):
        await poll()
        if "power_cycle_due" in about_power(told):
            break
    first, second = told.last
    assert first["event_type"] == second["event_type"] == "power_cycle_due"
    assert first["at"] == second["at"]
    assert (first["remaining"], second["remaining"]) == (1, 0)


async def test_a_plug_that_does_not_turn_off_is_told_and_left(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    poll: Poll,
    told: Told,
    hang: Hang,
) -> None:
    """Test it is not hammered, whether it is silent or raises."""
    hang(RIG)
    await poll(12)
    told()
    plugs.one.obeys = False
    call = ask(hass, farm)
    await asyncio.sleep(0)
    await poll(2, seconds=30)
    answer = call.result()
    assert answer["outcome"] == "plug_stayed_on"
    assert about_power(told) == ["power_cycle_failed"]
    assert told.last[-1]["value"] == "plug_stayed_on"
    assert plugs.one.calls == ["off", "on"]
    await poll(20)
    assert plugs.one.calls == ["off", "on"]


async def test_a_failure_is_an_error_for_who_wants_no_answer(
    hass: HomeAssistant, farm: MockConfigEntry, plugs: Plugs, poll: Poll, hang: Hang
) -> None:
    """Test a refusal is one too."""
    device = {"device_id": farm.runtime_data.roster.rigs[RIG]}
    with pytest.raises(ServiceValidationError) as refusal:
        await hass.services.async_call(DOMAIN, "power_cycle", device, blocking=True)
    assert refusal.value.translation_key == "no_problem"
    assert refusal.value.translation_placeholders == {"rig": "Shelf 1"}

    plugs.one.error = HomeAssistantError("It smells of smoke")
    call = asyncio.create_task(
        hass.services.async_call(
            DOMAIN, "power_cycle", device | {"force": True}, blocking=True
        )
    )
    await asyncio.sleep(0)
    await poll(2, seconds=30)
    with pytest.raises(HomeAssistantError) as failure:
        call.result()
    assert failure.value.translation_key == "plug_stayed_on"


async def test_what_comes_of_it_is_no_error_else(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    poll: Poll,
    boot: Hang,
) -> None:
    """Test a rig that is back is nothing to complain of."""
    device = {"device_id": farm.runtime_data.roster.rigs[RIG]}
    call = asyncio.create_task(
        hass.services.async_call(
            DOMAIN, "power_cycle", device | {"force": True}, blocking=True
        )
    )
    await asyncio.sleep(0)
    await hass.async_block_till_done()
    plugs.meter.read(0)
    await poll(1, seconds=15)
    await poll()
    boot(RIG)
    await poll()
    assert call.result() is None


async def test_who_asks_for_an_answer_is_told_why_not(
    hass: HomeAssistant, farm: MockConfigEntry, plugs: Plugs
) -> None:
    """Test it is in words for a chat."""
    answer = await ask(hass, farm)
    assert answer["outcome"] == "refused"
    assert answer["reason"] == "no_problem"
    assert answer["message"].startswith("Shelf 1 is not power-cycled: it has no")
    answer = await ask(hass, farm, "c0ffee")
    assert answer["reason"] == "no_plug"
    assert plugs.one.calls == []


async def test_only_a_rig_can_be_cycled(
    hass: HomeAssistant, farm: MockConfigEntry
) -> None:
    """Test neither a panel nor what is not ours."""
    panel_id = farm.runtime_data.roster.panels[None]
    for device_id, name in (("nobody", "nobody"), (panel_id, "Farm")):
        with pytest.raises(ServiceValidationError) as error:
            await hass.services.async_call(
                DOMAIN, "power_cycle", {"device_id": device_id}, blocking=True
            )
        assert error.value.translation_key == "not_a_rig"
        assert error.value.translation_placeholders == {"device": name}


async def test_a_bad_listener_stops_nothing(
    hass: HomeAssistant, farm: MockConfigEntry, poll: Poll, hang: Hang
) -> None:
    """Test neither what is due nor what the panel shows is withheld by it."""
    power = await async_get_power(hass, farm)

    def fail() -> None:
        raise ValueError

    remove = (
        power.async_add_listener(fail),
        farm.runtime_data.async_add_poll_listener(fail),
    )
    hang(RIG)
    await poll(13)
    assert state_of(hass, DUE).state == STATE_ON
    assert state_of(hass, "binary_sensor.shelf_1_connectivity").state == STATE_OFF
    for it in remove:
        it()


async def test_nothing_is_due_after_a_reload(
    hass: HomeAssistant, farm: MockConfigEntry, poll: Poll, hang: Hang
) -> None:
    """Test the panel has to be read three times again, and that is shown at once."""
    hang(RIG)
    await poll(13)
    assert state_of(hass, DUE).state == STATE_ON
    await hass.config_entries.async_reload(ENTRY_ID)
    await hass.async_block_till_done()
    assert state_of(hass, DUE).state == STATE_OFF
    assert state_of(hass, DUE).attributes["reason"] == "panel_unsteady"
    await poll(3)
    assert state_of(hass, DUE).state == STATE_ON


async def test_one_rig_at_a_time(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    poll: Poll,
    hang: Hang,
    boot: Hang,
    panel: FakePanel,
) -> None:
    """Test an automation waits for its turn, and a person is told to."""
    hang(RIG)
    hang(OTHER)
    await poll(14)
    assert state_of(hass, DUE).state == STATE_ON
    assert state_of(hass, f"binary_sensor.{OTHER}_power_cycle_due").state == STATE_ON
    first, second = ask(hass, farm), ask(hass, farm, OTHER)
    await asyncio.sleep(0)
    await hass.async_block_till_done()
    assert (plugs.one.calls, plugs.two.calls) == (["off"], [])
    # It is its turn that it waits for, so it stays due.
    assert state_of(hass, f"binary_sensor.{OTHER}_power_cycle_due").state == STATE_ON
    with pytest.raises(ServiceValidationError) as refusal:
        await press(hass, f"button.{OTHER}_power_cycle")
    assert refusal.value.translation_key == "other_busy"

    plugs.meter.read(0)
    await poll(1, seconds=15)
    await poll()
    boot(RIG)
    assert plugs.two.calls == []
    await poll()
    assert first.result()["outcome"] == "recovered"
    assert plugs.two.calls == ["off"]
    await poll(1, seconds=15)
    assert plugs.two.calls == ["off", "on"]
    await poll(1)
    boot(OTHER)
    await poll(1)
    assert second.result()["outcome"] == "recovered"
