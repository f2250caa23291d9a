"""Test adding a panel, moving it, logging in, and its options."""

from aiohttp import encode_basic_auth
from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigEntryState,
    ConfigFlowResult,
)
from homeassistant.const import CONF_PASSWORD, CONF_URL, CONF_USERNAME
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from yarl import URL

from custom_components.ethos.const import DOMAIN
from tests.conftest import Poll, state_of
from tests.farm import FakePanel

LOGIN = encode_basic_auth("miner", "s3cr3t")


async def start(hass: HomeAssistant) -> ConfigFlowResult:
    """Open the dialog."""
    return await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )


async def answer(
    hass: HomeAssistant, result: ConfigFlowResult, **user_input: str
) -> ConfigFlowResult:
    """Fill a form in."""
    result = await hass.config_entries.flow.async_configure(
        result["flow_id"], user_input
    )
    await hass.async_block_till_done()
    return result


async def test_a_panel_is_added(hass: HomeAssistant, panel: FakePanel) -> None:
    """Test the address is all it takes."""
    result = await start(hass)
    assert result["type"] is FlowResultType.FORM
    assert result["errors"] == {}
    result = await answer(hass, result, url=panel.url)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "127.0.0.1"
    assert result["data"] == {CONF_URL: f"{panel.url}?json=yes"}
    assert result["result"].state is ConfigEntryState.LOADED


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        pytest.param({"status": 404}, "http_status", id="status"),
        pytest.param({"body": b"<html>"}, "not_json", id="html"),
        pytest.param({"body": b""}, "not_json", id="empty"),
        pytest.param({"body": b'{"rigs": 5}'}, "not_a_panel", id="other json"),
        pytest.param({"rigs": {}}, "no_rigs", id="unknown panel id"),
        pytest.param({"login": "nobody"}, "invalid_auth", id="login"),
        pytest.param({"redirect": "ftp://127.0.0.1/"}, "cannot_connect", id="redirect"),
    ],
)
async def test_a_panel_that_cannot_be_read_is_not_added_yet(
    hass: HomeAssistant, panel: FakePanel, trouble: dict[str, object], error: str
) -> None:
    """Test each failure has its own message, and the form can be sent again."""
    well = {name: getattr(panel, name) for name in trouble}
    vars(panel).update(trouble)
    result = await answer(hass, await start(hass), url=panel.url)
    assert result["errors"] == {CONF_URL: error}
    placeholders = result["description_placeholders"]
    assert placeholders is not None
    assert placeholders["status"] == str(trouble.get("status"))

    vars(panel).update(well)
    result = await answer(hass, result, url=panel.url)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("", "invalid_address"),
        ("ftp://host", "invalid_address"),
        ("http://", "invalid_address"),
        ("http://127.0.0.1:1", "cannot_connect"),
        # HTTP tells a name from a password by the first colon.
        ("http://mi%3Aner:s3cr3t@127.0.0.1:1", "invalid_auth"),
    ],
)
async def test_what_is_no_address_is_refused(
    hass: HomeAssistant, panel: FakePanel, typed: str, error: str
) -> None:
    """Test the form stays open."""
    result = await answer(hass, await start(hass), url=typed)
    assert result["errors"] == {CONF_URL: error}
    result = await answer(hass, result, url=panel.url)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_what_nobody_thought_of_is_told_too(
    hass: HomeAssistant, panel: FakePanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Test a bug of ours shows a message, and is in the log."""
    with monkeypatch.context() as patch:
        patch.setattr(
            "custom_components.ethos.access.async_get_clientsession", lambda _: None
        )
        result = await answer(hass, await start(hass), url=panel.url)
    assert result["errors"] == {CONF_URL: "unknown"}
    result = await answer(hass, result, url=panel.url)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_panel_is_added_once(
    hass: HomeAssistant, panel: FakePanel, loaded: MockConfigEntry
) -> None:
    """Test the same panel is recognized before it is read."""
    before = panel.requests
    result = await answer(hass, await start(hass), url=f"{panel.url}?json=yes#top")
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert panel.requests == before


async def test_a_panel_by_another_name_is_added_once(
    hass: HomeAssistant, panel: FakePanel
) -> None:
    """Test the same panel is recognized by where a redirect leads."""
    away = MockConfigEntry(domain=DOMAIN, data={CONF_URL: "http://away.example.org/"})
    away.add_to_hass(hass)
    result = await answer(hass, await start(hass), url=f"{panel.url}there")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    panel.redirect = f"{panel.url}there?json=yes"
    result = await answer(hass, await start(hass), url=panel.url)
    assert result["reason"] == "already_configured"


async def test_a_panel_that_another_leads_to_is_added_once(
    hass: HomeAssistant, panel: FakePanel
) -> None:
    """Test the same panel is recognized by where the other's redirect leads."""
    panel.redirect = f"{panel.url}there?json=yes"
    result = await answer(hass, await start(hass), url=panel.url)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    result = await answer(hass, await start(hass), url=f"{panel.url}there")
    assert result["reason"] == "already_configured"


async def test_a_login_in_the_address_is_kept_apart(
    hass: HomeAssistant,
    panel: FakePanel,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Test it is used, and never logged."""
    panel.login = LOGIN
    url = URL(panel.url).with_user("miner").with_password("s3cr3t")
    result = await answer(hass, await start(hass), url=str(url))
    assert result["data"] == {
        CONF_URL: f"{panel.url}?json=yes",
        CONF_USERNAME: "miner",
        CONF_PASSWORD: "s3cr3t",
    }
    assert result["result"].state is ConfigEntryState.LOADED
    assert "s3cr3t" not in caplog.text


async def test_a_panel_moves(
    hass: HomeAssistant,
    panel: FakePanel,
    loaded: MockConfigEntry,
    entity_registry: er.EntityRegistry,
) -> None:
    """Test its devices and entities stay."""

    def known() -> set[tuple[str, str | None]]:
        entries = er.async_entries_for_config_entry(entity_registry, loaded.entry_id)
        return {(entry.entity_id, entry.device_id) for entry in entries}

    before = known()
    result = await loaded.start_reconfigure_flow(hass)
    assert result["step_id"] == "reconfigure"
    result = await answer(hass, result, url="http://127.0.0.1:1")
    assert result["errors"] == {CONF_URL: "cannot_connect"}
    result = await answer(hass, result, url=f"{panel.url}new")
    assert result["reason"] == "reconfigure_successful"
    assert loaded.data == {CONF_URL: f"{panel.url}new?json=yes"}
    assert loaded.state is ConfigEntryState.LOADED
    assert known() == before


@pytest.mark.parametrize("title", ["6af48c", "Farm"])
async def test_a_panel_that_moves_is_called_by_its_new_address(
    hass: HomeAssistant, panel: FakePanel, title: str
) -> None:
    """Test it is, unless its user has called it something."""
    moved = MockConfigEntry(
        domain=DOMAIN,
        title=title,
        data={CONF_URL: "http://6af48c.ethosdistro.com/?json=yes"},
    )
    moved.add_to_hass(hass)
    result = await answer(hass, await moved.start_reconfigure_flow(hass), url=panel.url)
    assert result["reason"] == "reconfigure_successful"
    assert moved.title == ("127.0.0.1" if title == "6af48c" else title)


async def test_a_panel_does_not_move_to_where_another_is(
    hass: HomeAssistant, panel: FakePanel, loaded: MockConfigEntry
) -> None:
    """Test two entries never read one panel."""
    other = MockConfigEntry(domain=DOMAIN, data={CONF_URL: f"{panel.url}x?json=yes"})
    other.add_to_hass(hass)
    result = await answer(hass, await other.start_reconfigure_flow(hass), url=panel.url)
    assert result["reason"] == "already_configured"


async def test_a_login_survives_a_move_on_its_host_only(
    hass: HomeAssistant, panel: FakePanel, loaded: MockConfigEntry
) -> None:
    """Test a password is not carried to another host."""
    secret = {CONF_USERNAME: "miner", CONF_PASSWORD: "s3cr3t"}
    hass.config_entries.async_update_entry(loaded, data={**loaded.data, **secret})
    result = await loaded.start_reconfigure_flow(hass)
    await answer(hass, result, url=f"{panel.url}new")
    assert loaded.data == {CONF_URL: f"{panel.url}new?json=yes", **secret}

    elsewhere = MockConfigEntry(
        domain=DOMAIN, data={CONF_URL: "http://old.example.org/?json=yes", **secret}
    )
    elsewhere.add_to_hass(hass)
    result = await elsewhere.start_reconfigure_flow(hass)
    await answer(hass, result, url=f"{panel.url}other")
    assert elsewhere.data == {CONF_URL: f"{panel.url}other?json=yes"}


async def test_a_panel_that_asks_for_a_login_gets_one(
    hass: HomeAssistant, panel: FakePanel, loaded: MockConfigEntry, poll: Poll
) -> None:
    """Test the user is asked as soon as the panel does."""
    panel.login = LOGIN
    await poll()
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["step_id"] == "reauth_confirm"
    for name in ("miner", "miner:s3cr3t"):
        result = await answer(hass, flow, username=name, password="wrong")
        assert result["errors"] == {"base": "wrong_login"}
    panel.login, panel.status = None, 503
    result = await answer(hass, result, username="miner", password="s3cr3t")
    assert result["errors"] == {"base": "http_status"}
    panel.login, panel.status = LOGIN, 200
    result = await answer(hass, result, username="miner", password="s3cr3t")
    assert result["reason"] == "reauth_successful"
    assert loaded.state is ConfigEntryState.LOADED
    assert state_of(hass, "sensor.shelf_1_hash_rate").state == "60.1"


async def test_a_panel_that_asks_for_a_login_by_mistake_is_polled_on(
    hass: HomeAssistant, panel: FakePanel, loaded: MockConfigEntry, poll: Poll
) -> None:
    """Test a host in trouble costs nobody a night, and the question is withdrawn."""
    panel.login = LOGIN
    await poll(3)
    assert len(hass.config_entries.flow.async_progress()) == 1
    assert state_of(hass, "binary_sensor.farm_connectivity").state == "off"
    panel.login = None
    await poll()
    assert hass.config_entries.flow.async_progress() == []
    assert state_of(hass, "binary_sensor.farm_connectivity").state == "on"
    assert state_of(hass, "sensor.shelf_1_hash_rate").state == "60.1"
    assert loaded.state is ConfigEntryState.LOADED


async def test_options_take_effect(
    hass: HomeAssistant, panel: FakePanel, loaded: MockConfigEntry, poll: Poll
) -> None:
    """Test limits that contradict each other are refused, and the others are used."""
    options = {
        "scan_interval": 30,
        "offline_limit": 5,
        "temperature_high": 50,
        "temperature_low": 60,
        "hash_rate_drop": 10,
        "units": [{"miner": "Ethminer", "unit": "H/s"}],
    }
    result = await hass.config_entries.options.async_init(loaded.entry_id)
    assert result["step_id"] == "init"
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], options
    )
    assert result["errors"] == {"temperature_low": "low_above_high"}
    options["temperature_low"] = 35
    result = await hass.config_entries.options.async_configure(
        result["flow_id"], options
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert state_of(hass, "sensor.farm_hash_rate_h_s").state == "150.4"
    before = panel.requests
    await poll(2, seconds=31)
    assert panel.requests == before + 2

    result = await hass.config_entries.options.async_init(loaded.entry_id)
    assert result["type"] is FlowResultType.FORM


async def test_options_can_be_set_while_the_panel_is_away(
    hass: HomeAssistant, panel: FakePanel, entry: MockConfigEntry
) -> None:
    """Test a panel that could not be set up has options too."""
    panel.status = 503
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    result = await hass.config_entries.options.async_init(entry.entry_id)
    assert result["type"] is FlowResultType.FORM
