"""Test plugs are added, changed and limited as people do it."""

from datetime import timedelta
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ethos.power.flow import TAKEN
from custom_components.ethos.power.options import LIMITS, settings_of
from custom_components.ethos.power.policy import Settings
from tests.conftest import ENTRY_ID, Poll, state_of
from tests.farm import FakePanel
from tests.power.conftest import OTHER, RIG, Plugs

MAINTENANCE: Final = "switch.shelf_1_maintenance"


@pytest.fixture
def entry(panel: FakePanel) -> MockConfigEntry:
    """Return an entry without plugs."""
    return MockConfigEntry(
        domain="ethos",
        title="Farm",
        entry_id=ENTRY_ID,
        data={"url": f"{panel.url}?json=yes"},
    )


async def start(hass: HomeAssistant) -> Any:
    """Begin to add a plug."""
    return await hass.config_entries.subentries.async_init(
        (ENTRY_ID, "plug"), context={"source": "user"}
    )


async def answer(hass: HomeAssistant, flow: Any, **data: Any) -> Any:
    """Fill in the form."""
    return await hass.config_entries.subentries.async_configure(flow["flow_id"], data)


async def add(hass: HomeAssistant, rig_id: str, switch: str, **data: Any) -> Any:
    """Add a plug."""
    flow = await start(hass)
    return await answer(hass, flow, rig=rig_id, switch=switch, off_time=15, **data)


async def test_a_plug_is_added(
    hass: HomeAssistant,
    plugs: Plugs,
    farm: MockConfigEntry,
    entity_registry: er.EntityRegistry,
) -> None:
    """Test it is named after its rig, and its entities come without a reload."""
    flow = await start(hass)
    assert flow["type"] is FlowResultType.FORM
    assert flow["description_placeholders"] == {"sign": TAKEN, "taken": "-"}
    rigs = flow["data_schema"].schema["rig"].config["options"]
    assert [it["label"] for it in rigs] == [OTHER, "c0ffee", f"Shelf 1 ({RIG})"]
    result = await answer(
        hass,
        flow,
        rig=RIG,
        switch="switch.plug_1",
        meter="sensor.plug_1_power",
        off_time=20,
    )
    await hass.async_block_till_done()
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == f"Shelf 1 ({RIG})"
    (plug,) = farm.subentries.values()
    assert plug.data["off_time"] == 20
    # What stays when somebody renames it.
    for key, entity_id in (
        ("switch", "switch.plug_1"),
        ("meter", "sensor.plug_1_power"),
    ):
        known = entity_registry.async_get(entity_id)
        assert known is not None
        assert plug.data[key] == known.id
    assert state_of(hass, "button.shelf_1_power_cycle").state == "unknown"


async def test_a_plug_feeds_one_rig(
    hass: HomeAssistant, plugs: Plugs, farm: MockConfigEntry
) -> None:
    """Test what is taken is said, and refused."""
    await add(hass, RIG, "switch.plug_1")
    flow = await start(hass)
    rigs = flow["data_schema"].schema["rig"].config["options"]
    assert rigs[-1]["label"] == f"Shelf 1 ({RIG}) {TAKEN}"
    assert (
        flow["description_placeholders"]["taken"] == f"- switch.plug_1: Shelf 1 ({RIG})"
    )
    assert (
        MAINTENANCE in flow["data_schema"].schema["switch"].config["exclude_entities"]
    )

    result = await answer(hass, flow, rig=RIG, switch="switch.plug_1", off_time=15)
    assert result["errors"] == {"rig": "rig_taken", "switch": "switch_taken"}
    result = await answer(hass, flow, rig=OTHER, switch="switch.plug_2", off_time=15)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert {it.unique_id for it in farm.subentries.values()} == {RIG, OTHER}


async def test_a_rigs_own_switch_is_no_plug(
    hass: HomeAssistant,
    plugs: Plugs,
    farm: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Test not even from somebody who does not use the form."""
    flow = await start(hass)
    flow["data_schema"].schema["switch"].config["exclude_entities"].clear()
    result = await answer(hass, flow, rig=RIG, switch=MAINTENANCE, off_time=15)
    assert result["errors"] == {"switch": "no_plug"}
    result = await answer(hass, flow, rig=RIG, switch="switch.plug_1", off_time=15)
    assert result["type"] is FlowResultType.CREATE_ENTRY


def suggested(flow: Any) -> dict[str, Any]:
    """Return what the form suggests."""
    fields = flow["data_schema"].schema
    return {str(it): (it.description or {}).get("suggested_value") for it in fields}


async def test_a_plug_is_changed(
    hass: HomeAssistant,
    plugs: Plugs,
    farm: MockConfigEntry,
    entity_registry: er.EntityRegistry,
) -> None:
    """Test its rig stays, and what is gone is asked for anew."""
    await add(hass, RIG, "switch.plug_1", meter="sensor.plug_1_power")
    await add(hass, OTHER, "switch.plug_2")
    plug = next(it for it in farm.subentries.values() if it.unique_id == RIG)
    flow = await farm.start_subentry_reconfigure_flow(hass, plug.subentry_id)
    assert suggested(flow) == {
        "switch": "switch.plug_1",
        "meter": "sensor.plug_1_power",
        "off_time": 15,
    }
    result = await answer(hass, flow, switch="switch.plug_2", off_time=9)
    assert result["errors"] == {"switch": "switch_taken"}
    result = await answer(hass, flow, switch="switch.plug_1", off_time=9)
    assert result["reason"] == "reconfigure_successful"
    plug = farm.subentries[plug.subentry_id]
    assert (plug.data["rig"], plug.data["off_time"]) == (RIG, 9)
    assert "meter" not in plug.data

    entity_registry.async_remove("switch.plug_1")
    await hass.async_block_till_done()
    flow = await farm.start_subentry_reconfigure_flow(hass, plug.subentry_id)
    assert suggested(flow) == {"switch": None, "meter": None, "off_time": 9}


async def test_plugs_are_added_to_what_is_read(
    hass: HomeAssistant, plugs: Plugs, farm: MockConfigEntry
) -> None:
    """Test nobody is asked to choose among no rigs."""
    await hass.config_entries.async_unload(ENTRY_ID)
    assert farm.state is ConfigEntryState.NOT_LOADED
    result = await start(hass)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "not_loaded"
    await hass.config_entries.async_setup(ENTRY_ID)
    await hass.async_block_till_done()
    assert (await add(hass, RIG, "switch.plug_1"))[
        "type"
    ] is FlowResultType.CREATE_ENTRY


async def test_limits_are_options(
    hass: HomeAssistant,
    plugs: Plugs,
    farm: MockConfigEntry,
    poll: Poll,
    panel: FakePanel,
) -> None:
    """Test the defaults are those of the policy, and others take effect."""
    flow: Any = await hass.config_entries.options.async_init(ENTRY_ID)
    fields = flow["data_schema"].schema["power"].schema.schema
    defaults = {str(key): key.default() for key in fields}
    for key, (least, default, most, _) in LIMITS.items():
        assert defaults[key] == default
        assert least <= default <= most, key
    assert settings_of({"power": defaults}, timedelta(minutes=8)) == Settings()
    assert settings_of({}, timedelta(minutes=8)) == Settings()
    assert settings_of({}, timedelta(minutes=16)).silent_after == timedelta(minutes=10)

    others = {
        str(key): key.default()
        for key in flow["data_schema"].schema
        if str(key) != "power"
    }
    await hass.config_entries.options.async_configure(
        flow["flow_id"], {**others, "power": {**defaults, "offline_hold": 60}}
    )
    await hass.async_block_till_done()
    assert farm.options["power"]["offline_hold"] == 60
    await add(hass, RIG, "switch.plug_1")
    await poll(4)
    panel.rigs[RIG]["silent"] = True
    await poll(20)
    due = state_of(hass, "binary_sensor.shelf_1_power_cycle_due")
    assert due.attributes["reason"] == "too_early"
