"""Test a rig that never comes back is given up, and what gives it another try."""

import asyncio
from datetime import timedelta
from typing import Final

from homeassistant.const import STATE_ON
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.ethos.const import DOMAIN
from custom_components.ethos.power.driver import async_get_power
from custom_components.ethos.power.history import Attempt, History
from tests.conftest import ENTRY_ID, Poll, Told, state_of
from tests.farm import FakePanel
from tests.power.asking import DUE, about_power, ask, press
from tests.power.conftest import RIG, Hang, Plugs

GIVEN_UP: Final = f"given_up_{ENTRY_ID}_{RIG}"


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
    # Each is a batch of its own: who asks for one by its moment must not get both.
    assert [it["remaining"] for it in told.last[-2:]] == [0, 0]
    assert told.last[-2]["at"] < told.last[-1]["at"]
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
