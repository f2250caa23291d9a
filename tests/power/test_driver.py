"""Test rigs are power-cycled, through the front door."""

import asyncio
from datetime import timedelta
from typing import Any, Final
from unittest.mock import patch

from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.helpers.storage import Store
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from homeassistant.util.file import WriteError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.ethos.const import DOMAIN
from custom_components.ethos.power.driver import async_get_power
from custom_components.ethos.power.history import Attempt, History
from custom_components.ethos.power.journal import Journal
from tests.conftest import ENTRY_ID, Poll, Told, state_of
from tests.farm import FakePanel
from tests.power.conftest import OTHER, RIG, Hang, Plugs

DUE: Final = "binary_sensor.shelf_1_power_cycle_due"
BUTTON: Final = "button.shelf_1_power_cycle"
CYCLES: Final = "sensor.shelf_1_power_cycles_24_h"
LAST: Final = "sensor.shelf_1_last_power_cycle"
POWER_TYPES: Final = {
    "power_cycle_due",
    "power_cycled",
    "power_cycle_failed",
    "given_up",
}
GIVEN_UP: Final = f"given_up_{ENTRY_ID}_{RIG}"


def about_power(told: Told) -> list[str]:
    """Return what was told of power since the last call."""
    return [kind for kind in told() if kind in POWER_TYPES]


def ask(
    hass: HomeAssistant, entry: MockConfigEntry, rig_id: str = RIG, **data: Any
) -> asyncio.Task[Any]:
    """Ask for a power cycle, and let that take its time."""
    return asyncio.create_task(
        hass.services.async_call(
            DOMAIN,
            "power_cycle",
            {"device_id": entry.runtime_data.roster.rigs[rig_id], **data},
            blocking=True,
            return_response=True,
        )
    )


async def press(hass: HomeAssistant, entity_id: str = BUTTON) -> None:
    """Press a button."""
    await hass.services.async_call(
        "button", "press", {"entity_id": entity_id}, blocking=True
    )
    await hass.async_block_till_done()


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


async def test_a_rig_that_never_comes_back_is_given_up(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    poll: Poll,
    told: Told,
    hang: Hang,
    issue_registry: ir.IssueRegistry,
) -> None:
    """Test three attempts, then a person has to look, who is told once."""
    hang(RIG)
    stories: list[str] = []
    for _ in range(3):
        for _ in range(50):
            if state_of(hass, DUE).state != STATE_ON:
                await poll()
        call = ask(hass, farm)
        await asyncio.sleep(0)
        await hass.async_block_till_done()
        plugs.meter.read(0)
        await poll(1, seconds=15)
        plugs.meter.read(60)
        await poll(15)
        assert call.result()["outcome"] == "not_recovered"
        stories += about_power(told)
    assert stories == ["power_cycle_due", "power_cycle_failed"] * 2 + [
        "power_cycle_due",
        "power_cycle_failed",
        "given_up",
    ]
    assert issue_registry.async_get_issue(DOMAIN, GIVEN_UP) is not None
    await poll(40)
    assert about_power(told) == []
    assert state_of(hass, DUE).attributes["reason"] == "given_up"
    assert plugs.one.calls == ["off", "on"] * 3

    with pytest.raises(ServiceValidationError) as refusal:
        await press(hass)
    assert refusal.value.translation_key == "given_up"


async def test_healthy_mining_lifts_it(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    poll: Poll,
    hang: Hang,
    boot: Hang,
    panel: FakePanel,
    issue_registry: ir.IssueRegistry,
) -> None:
    """Test 30 minutes, and that a restart does not."""
    hass.config_entries.async_update_entry(
        farm, options={"power": {"per_six_hours": 1}}
    )
    await hass.config_entries.async_reload(ENTRY_ID)
    hang(RIG)
    await poll(15)
    await press(hass)
    plugs.meter.read(0)
    await poll(1, seconds=15)
    plugs.meter.read(60)
    await poll(20)
    assert issue_registry.async_get_issue(DOMAIN, GIVEN_UP) is not None
    await hass.config_entries.async_reload(ENTRY_ID)
    await poll(4)
    assert issue_registry.async_get_issue(DOMAIN, GIVEN_UP) is not None

    boot(RIG)
    panel.rigs[RIG]["condition"] = "mining"
    await poll(30)
    assert issue_registry.async_get_issue(DOMAIN, GIVEN_UP) is not None
    await poll(3)
    assert issue_registry.async_get_issue(DOMAIN, GIVEN_UP) is None
    assert state_of(hass, DUE).attributes["reason"] == "no_problem"


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
    for device_id in ("nobody", farm.runtime_data.roster.panels[None]):
        with pytest.raises(ServiceValidationError) as error:
            await hass.services.async_call(
                DOMAIN, "power_cycle", {"device_id": device_id}, blocking=True
            )
        assert error.value.translation_key == "no_rig"


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


@pytest.mark.parametrize("seconds", [0, 5], ids=["turning off", "staying off"])
@pytest.mark.parametrize("how", ["unload", "remove the plug", "remove", "stop", "swap"])
async def test_whatever_comes_in_between_leaves_the_power_on(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    poll: Poll,
    how: str,
    seconds: float,
) -> None:
    """Test the plug is on when it is over, whoever waits for it."""
    call = ask(hass, farm, force=True)
    await asyncio.sleep(0)
    await hass.async_block_till_done()
    if seconds:
        plugs.meter.read(0)
        await hass.async_block_till_done()
    assert plugs.one.calls == ["off"]
    plug = next(it for it in farm.subentries.values() if it.data["rig"] == RIG)
    match how:
        case "unload":
            await hass.config_entries.async_unload(ENTRY_ID)
        case "remove":
            await hass.config_entries.async_remove(ENTRY_ID)
        case "remove the plug":
            hass.config_entries.async_remove_subentry(farm, plug.subentry_id)
        case "swap":
            hass.config_entries.async_update_subentry(
                farm, plug, data={**plug.data, "switch": "switch.plug_2"}
            )
        case _:
            await hass.async_stop(force=True)
    await hass.async_block_till_done()
    assert plugs.one.calls == ["off", "on"]
    if how != "stop":
        await poll(2, seconds=30)
    assert call.result()["outcome"] == "interrupted"
    if how != "stop":
        assert state_of(hass, "switch.plug_1").state == STATE_ON


async def test_a_rig_that_is_deleted_in_between_keeps_its_power(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    poll: Poll,
    panel: FakePanel,
) -> None:
    """Test neither the rig nor its device is needed to turn the plug on."""
    await press(hass)
    plugs.meter.read(0)
    await hass.async_block_till_done()
    del panel.rigs[RIG]
    await poll(1, seconds=10)
    farm.runtime_data.async_forget(farm.runtime_data.roster.rigs[RIG])
    await poll(3, seconds=10)
    assert plugs.one.calls == ["off", "on"]
    await poll(20)
    assert plugs.one.calls == ["off", "on"]


async def test_a_plug_that_does_not_turn_on_is_told_and_watched(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    poll: Poll,
    told: Told,
) -> None:
    """Test the rig has power as soon as its plug is there again."""
    call = ask(hass, farm, force=True)
    await asyncio.sleep(0)
    await hass.async_block_till_done()
    plugs.meter.read(0)
    plugs.one.be_there(there=False)
    await poll(8)
    assert call.result()["outcome"] == "plug_stayed_off"
    assert about_power(told) == ["power_cycle_failed"]
    assert plugs.one.calls == ["off"]
    await poll(60)
    plugs.one.be_there(there=True)
    await hass.async_block_till_done()
    assert plugs.one.calls == ["off", "on"]
    assert about_power(told) == []
    await poll()
    assert state_of(hass, DUE).attributes["reason"] == "no_problem"


async def test_nothing_is_cut_of_an_entry_that_goes(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    poll: Poll,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Test an entry that is unloaded while it is written down keeps its power."""
    save, gate = Journal.async_save, asyncio.Event()

    async def save_slowly(journal: Journal, histories: Any) -> bool:
        await gate.wait()
        return await save(journal, histories)

    monkeypatch.setattr(Journal, "async_save", save_slowly)
    call = ask(hass, farm, force=True)
    await asyncio.sleep(0)
    unload = asyncio.create_task(hass.config_entries.async_unload(ENTRY_ID))
    for _ in range(20):
        await asyncio.sleep(0)
    gate.set()
    assert await unload
    await poll(2, seconds=30)
    assert call.result()["outcome"] == "interrupted"
    assert plugs.one.calls == ["on"]


async def test_a_switch_that_is_removed_in_between_is_told(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    poll: Poll,
    told: Told,
    entity_registry: er.EntityRegistry,
) -> None:
    """Test nothing more can be done than that."""
    call = ask(hass, farm, force=True)
    await asyncio.sleep(0)
    await hass.async_block_till_done()
    plugs.meter.read(0)
    entity_registry.async_remove("switch.plug_1")
    await poll(8)
    assert call.result()["outcome"] == "plug_stayed_off"
    assert about_power(told) == ["power_cycle_failed"]
    assert plugs.one.calls == ["off"]


async def test_a_switch_may_be_removed_as_it_is_turned(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    poll: Poll,
    entity_registry: er.EntityRegistry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Test that is no error, and is seen later."""
    save = Journal.async_save

    async def save_and_remove(journal: Journal, histories: Any) -> bool:
        entity_registry.async_remove("switch.plug_1")
        return await save(journal, histories)

    with monkeypatch.context() as patched:
        patched.setattr(Journal, "async_save", save_and_remove)
        await press(hass)
    assert plugs.one.calls == []
    await poll(8)
    assert plugs.one.calls == []


async def test_nobody_has_to_wait_to_the_end(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    poll: Poll,
    hang: Hang,
    boot: Hang,
) -> None:
    """Test the cycle goes on when who asked for it has gone, in line or not."""
    hang(RIG)
    hang(OTHER)
    await poll(14)
    first, second = ask(hass, farm), ask(hass, farm, OTHER)
    for _ in range(20):
        await asyncio.sleep(0)
    first.cancel()
    second.cancel()
    plugs.meter.read(0)
    await poll(1, seconds=15)
    await poll()
    boot(RIG)
    await poll(2)
    assert plugs.one.calls == ["off", "on"]
    assert plugs.two.calls == []


async def test_nobody_waits_when_home_assistant_goes(
    hass: HomeAssistant, farm: MockConfigEntry, plugs: Plugs, poll: Poll, hang: Hang
) -> None:
    """Test who stands in line is sent away."""
    hang(RIG)
    hang(OTHER)
    await poll(14)
    first, second = ask(hass, farm), ask(hass, farm, OTHER)
    for _ in range(20):
        await asyncio.sleep(0)
    await hass.async_stop(force=True)
    assert first.result()["outcome"] == "interrupted"
    assert second.result()["reason"] == "panel_unsteady"
    assert (plugs.one.calls, plugs.two.calls) == (["off", "on"], [])


async def test_what_cannot_be_written_down_is_not_done(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
) -> None:
    """Test a full disk costs no rig its power."""
    with patch.object(Store, "_async_write_data", new=fill_the_disk):
        answer = await ask(hass, farm, force=True)
    assert answer["reason"] == "not_written"
    assert plugs.one.calls == []
    assert state_of(hass, CYCLES).state == "0"


async def fill_the_disk(*_: object) -> None:
    """Write nothing; a store tells nobody but the log."""
    raise WriteError


async def test_the_plugs_go_with_the_entry(
    hass: HomeAssistant, farm: MockConfigEntry
) -> None:
    """Test nothing but unavailable states stays when it is unloaded."""
    assert await hass.config_entries.async_unload(ENTRY_ID)
    assert state_of(hass, DUE).state == STATE_UNAVAILABLE
    assert state_of(hass, BUTTON).state == STATE_UNAVAILABLE


async def test_a_person_tries_a_rig_again(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    poll: Poll,
    hang: Hang,
    hass_client: ClientSessionGenerator,
    issue_registry: ir.IssueRegistry,
) -> None:
    """Test the repair arms it, and what was before does not count any more."""
    assert await async_setup_component(hass, "repairs", {})
    hang(RIG)
    power = await async_get_power(hass, farm)
    now = dt_util.utcnow()
    power.control.histories[RIG] = History(
        attempts=(Attempt(at=now - timedelta(hours=1)),) * 3, usual=800
    )
    await poll(15)
    assert issue_registry.async_get_issue(DOMAIN, GIVEN_UP) is not None

    client = await hass_client()
    response = await client.post(
        "/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": GIVEN_UP}
    )
    flow = await response.json()
    assert flow["step_id"] == "confirm"
    assert flow["description_placeholders"] == {"rig": "Shelf 1"}
    response = await client.post(f"/api/repairs/issues/fix/{flow['flow_id']}", json={})
    assert (await response.json())["type"] == "create_entry"
    await hass.async_block_till_done()
    assert issue_registry.async_get_issue(DOMAIN, GIVEN_UP) is None
    assert state_of(hass, DUE).state == STATE_ON


async def test_a_name_is_known_without_the_panel(
    hass: HomeAssistant, farm: MockConfigEntry
) -> None:
    """Test an issue of a panel that cannot be read names its rig."""
    power = await async_get_power(hass, farm)
    assert power.name_of(RIG) == "Shelf 1"
    await hass.config_entries.async_unload(ENTRY_ID)
    assert power.name_of(RIG) == f"Rig {RIG}"
    assert power.name_of("nobody") == "nobody"
