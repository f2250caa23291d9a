"""Test a user is told when a panel has to be looked for."""

from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.ethos.const import DOMAIN
from tests.conftest import ENTRY_ID, Poll
from tests.farm import FakePanel

ISSUE = f"panel_moved_{ENTRY_ID}"


@pytest.mark.parametrize(
    "trouble",
    [{"body": b"<html>"}, {"body": b"{}"}, {"status": 404}],
    ids=["html", "other json", "not found"],
)
async def test_a_panel_that_is_none_any_more_is_an_issue(
    hass: HomeAssistant,
    panel: FakePanel,
    loaded: MockConfigEntry,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
    trouble: dict[str, object],
) -> None:
    """Test one odd answer is none, ten are, and the first good one takes it back."""
    vars(panel).update(trouble)
    await poll(9)
    assert issue_registry.async_get_issue(DOMAIN, ISSUE) is None
    await poll()
    assert issue_registry.async_get_issue(DOMAIN, ISSUE) is not None
    panel.body, panel.status = None, 200
    await poll()
    assert issue_registry.async_get_issue(DOMAIN, ISSUE) is None


async def test_a_panel_that_is_down_is_no_issue(
    hass: HomeAssistant,
    panel: FakePanel,
    loaded: MockConfigEntry,
    poll: Poll,
    issue_registry: ir.IssueRegistry,
) -> None:
    """Test nothing is asked of the user that he cannot do."""
    panel.body = b"<html>"
    await poll(9)
    panel.status = 503
    await poll()
    panel.status = 200
    await poll(9)
    assert issue_registry.async_get_issue(DOMAIN, ISSUE) is None


async def test_the_issue_asks_for_the_new_address(
    hass: HomeAssistant,
    panel: FakePanel,
    entry: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    issue_registry: ir.IssueRegistry,
) -> None:
    """Test it ends with the panel read from where it is now."""
    assert await async_setup_component(hass, REPAIRS, {})
    panel.body = b"<html>"
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    assert issue_registry.async_get_issue(DOMAIN, ISSUE) is not None

    client = await hass_client()
    response = await client.post(
        "/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": ISSUE}
    )
    flow = await response.json()
    assert flow["description_placeholders"]["title"] == "Farm"
    address = f"/api/repairs/issues/fix/{flow['flow_id']}"
    response = await client.post(address, json={"url": panel.url})
    assert (await response.json())["errors"] == {"url": "not_json"}
    response = await client.post(address, json={"url": "http://mi%3Aner:x@host/"})
    assert (await response.json())["errors"] == {"url": "invalid_auth"}

    panel.body = None
    response = await client.post(address, json={"url": f"{panel.url}new"})
    assert (await response.json())["type"] == "create_entry"
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert entry.data["url"] == f"{panel.url}new?json=yes"
    assert issue_registry.async_get_issue(DOMAIN, ISSUE) is None


async def test_the_issue_goes_with_its_panel(
    hass: HomeAssistant,
    panel: FakePanel,
    entry: MockConfigEntry,
    issue_registry: ir.IssueRegistry,
) -> None:
    """Test nothing is left for the user to repair."""
    panel.body = b"<html>"
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.config_entries.async_remove(entry.entry_id)
    assert issue_registry.async_get_issue(DOMAIN, ISSUE) is None
