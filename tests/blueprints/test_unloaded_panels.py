"""Test a panel that is not loaded hides no other, by the real blueprints."""

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant, ServiceCall
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ethos.const import DOMAIN
from tests.blueprints.conftest import ask
from tests.conftest import Automate, Poll, texts
from tests.farm import FakePanel


@pytest.fixture(params=["unloaded", "removed"])
async def panels(
    request: pytest.FixtureRequest,
    hass: HomeAssistant,
    panel: FakePanel,
    panel_device: str,
) -> list[str]:
    """Return the devices of two panels, of which one is not loaded any more."""
    await hass.config.async_set_time_zone("UTC")
    entry = MockConfigEntry(
        domain=DOMAIN, title="Other", data={CONF_URL: f"{panel.url}other?json=yes"}
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    other = entry.runtime_data.roster.panels[None]
    if request.param == "removed":
        await hass.config_entries.async_remove(entry.entry_id)
    else:
        assert await hass.config_entries.async_unload(entry.entry_id)
    return [other, panel_device]


async def test_what_happens_is_told(
    panel: FakePanel,
    panels: list[str],
    automate: Automate,
    poll: Poll,
    notified: list[ServiceCall],
) -> None:
    """Test a host in trouble when Home Assistant starts is no reason to be silent."""
    await automate("tell_activity", panels=panels, notifiers=["notify.phone"])
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll()
    assert texts(notified) == ["🔴 Shelf 1: Rig down"]


async def test_what_has_piled_up_is_told(
    panel: FakePanel,
    panels: list[str],
    automate: Automate,
    poll: Poll,
    notified: list[ServiceCall],
) -> None:
    """Test the summary of quiet hours, too."""
    # It is 12:00.
    await automate(
        "tell_activity",
        panels=panels,
        notifiers=["notify.phone"],
        quiet_start="11:00:00",
        quiet_end="12:05:00",
    )
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll(5)
    assert texts(notified) == ["🔴 Shelf 1: Rig down"]


async def test_the_day_is_reported(
    panels: list[str], automate: Automate, poll: Poll, notified: list[ServiceCall]
) -> None:
    """Test the report is of the panels that are there."""
    await automate(
        "daily_report", panels=panels, notifiers=["notify.phone"], time="12:05:00"
    )
    await poll(5)
    (report,) = texts(notified)
    title, farm, rest = report.splitlines()
    assert (title, rest) == ("Daily report", "Nothing happened.")
    assert farm.startswith("Farm:  🖥 2/2")


async def test_commands_are_answered(
    hass: HomeAssistant,
    panels: list[str],
    chat: str,
    automate: Automate,
    freezer: FrozenDateTimeFactory,
    messages: list[ServiceCall],
) -> None:
    """Test the answer is of the panels that are there."""
    await automate("chat_commands", panels=panels, telegram_chats=[chat])
    await ask(hass, freezer, "/hashrates", "Shelf", "1")
    assert texts(messages) == ["<pre>🟢 Shelf 1 60.1 MH/s 30 30</pre>"]


async def test_only_the_panels_that_were_chosen_are_told_of(
    hass: HomeAssistant,
    panels: list[str],
    chat: str,
    automate: Automate,
    freezer: FrozenDateTimeFactory,
    messages: list[ServiceCall],
) -> None:
    """Test none of those being there does not make it all that there are."""
    await automate("chat_commands", panels=panels[:1], telegram_chats=[chat])
    await ask(hass, freezer, "/hashrates")
    assert messages == []
