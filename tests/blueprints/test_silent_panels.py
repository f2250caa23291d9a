"""Test what is told of panels that do not answer, by the real blueprint."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
import logging
import re
from typing import Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_URL
from homeassistant.core import CoreState, HomeAssistant, ServiceCall
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.ethos.const import DOMAIN
from tests.conftest import Automate, Poll, serve, state_of, texts
from tests.farm import FakePanel, rig

type Told = Callable[[], list[str]]
type Wait = Callable[..., Awaitable[None]]

ACTIVITY: Final = "event.farm_activity"
DOWN: Final = "🟠 {}: the panel does not answer. What its rigs do is not known."
# More than an automation needs to say something.
_TURNS: Final = 50
UP: Final = "🟢 {}: the panel answers again."


@pytest.fixture
async def other(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> AsyncGenerator[FakePanel]:
    """Serve another panel, and read it too."""
    async with serve() as fake:
        entry = MockConfigEntry(domain=DOMAIN, title="Other", data={CONF_URL: fake.url})
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        yield fake


@pytest.fixture
def told(notified: list[ServiceCall]) -> Told:
    """Return what returns what was told since it was last asked."""

    def told() -> list[str]:
        found = texts(notified)
        notified.clear()
        return found

    return told


@pytest.fixture
def tell(automate: Automate) -> Automate:
    """Return what makes an automation that tells of panels."""

    async def tell(*panels: str, **inputs: str) -> None:
        await automate(
            "tell_activity",
            panels=list(panels),
            notifiers=["notify.phone"],
            changes=["rig_added"],
            **inputs,
        )

    return tell


@pytest.fixture
async def told_of_both(
    hass: HomeAssistant, panel_device: str, other: FakePanel, tell: Automate, told: Told
) -> Told:
    """Return what returns what was told of both panels."""
    (entry,) = (
        entry
        for entry in hass.config_entries.async_entries(DOMAIN)
        if entry.title == "Other"
    )
    await tell(panel_device, entry.runtime_data.roster.panels[None])
    return told


async def test_a_reload_is_no_answer_and_no_other_silence(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    panel: FakePanel,
    panel_device: str,
    tell: Automate,
    told: Told,
    poll: Poll,
) -> None:
    """Test a panel that stays silent is told once, and so is its return."""
    await tell(panel_device)
    panel.status = 503
    await poll(18)
    assert told() == [DOWN.format("Farm")]
    await hass.config_entries.async_reload(loaded.entry_id)
    await poll(40)
    assert loaded.state is ConfigEntryState.SETUP_RETRY
    assert told() == []
    panel.status = 200
    # Home Assistant tries to set it up every ten minutes in the end.
    await poll(11)
    assert told() == [UP.format("Farm")]
    await hass.config_entries.async_reload(loaded.entry_id)
    await poll(20)
    assert told() == []


async def test_a_reload_does_not_put_off_what_is_told(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    panel: FakePanel,
    panel_device: str,
    tell: Automate,
    told: Told,
    poll: Poll,
) -> None:
    """Test a silence begins when it began."""
    await tell(panel_device)
    panel.status = 503
    await poll(10)
    await hass.config_entries.async_reload(loaded.entry_id)
    await poll(5)
    assert told() == []
    await poll(3)
    assert told() == [DOWN.format("Farm")]


async def test_a_panel_that_is_silent_from_the_start_is_told(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    panel: FakePanel,
    panel_device: str,
    tell: Automate,
    told: Told,
    poll: Poll,
) -> None:
    """Test it is, though Home Assistant has not yet set it up."""
    await hass.config_entries.async_unload(loaded.entry_id)
    panel.status = 503
    hass.set_state(CoreState.not_running)
    await hass.config_entries.async_setup(loaded.entry_id)
    await tell(panel_device)
    await hass.async_start()
    await poll(18)
    assert loaded.state is ConfigEntryState.SETUP_RETRY
    assert told() == [DOWN.format("Farm")]
    await poll(20)
    assert told() == []
    panel.status = 200
    await poll(11)
    assert told() == [UP.format("Farm")]


async def test_each_panel_is_told_by_itself(
    panel: FakePanel,
    other: FakePanel,
    told_of_both: Told,
    poll: Poll,
) -> None:
    """Test one that is silent does not hide what the other does."""
    panel.status = 503
    await poll(18)
    assert told_of_both() == [DOWN.format("Farm")]
    other.status = 503
    await poll(18)
    assert told_of_both() == [DOWN.format("Other")]
    panel.status = 200
    await poll()
    assert told_of_both() == [UP.format("Farm")]
    other.status = 200
    await poll()
    assert told_of_both() == [UP.format("Other")]


@pytest.mark.parametrize("minutes", [1, 2, 3])
async def test_none_is_missed_where_one_follows_the_other(
    panel: FakePanel,
    other: FakePanel,
    told_of_both: Told,
    poll: Poll,
    minutes: int,
) -> None:
    """Test both are told, however close they are."""
    await poll(minutes)
    panel.status = 503
    await poll(minutes)
    other.status = 503
    await poll(20)
    assert sorted(re.findall("Farm|Other", " ".join(told_of_both()))) == [
        "Farm",
        "Other",
    ]
    panel.status = other.status = 200
    await poll()
    assert sorted(told_of_both()) == [UP.format("Farm"), UP.format("Other")]


async def test_panels_that_fall_silent_at_once_are_one_message(
    panel: FakePanel,
    other: FakePanel,
    told_of_both: Told,
    poll: Poll,
) -> None:
    """Test they are, and not those that come back one after the other."""
    panel.status = other.status = 503
    await poll(18)
    (message,) = told_of_both()
    assert message in {DOWN.format("Farm, Other"), DOWN.format("Other, Farm")}
    other.status = 200
    await poll(30)
    assert told_of_both() == [UP.format("Other")]
    panel.status = 200
    await poll()
    assert told_of_both() == [UP.format("Farm")]


async def test_what_two_panels_show_at_once_is_told_once(
    panel: FakePanel,
    other: FakePanel,
    told_of_both: Told,
    poll: Poll,
) -> None:
    """Test both may be read in the same millisecond, and each tells its own."""
    panel.rigs["c0ffee"] = other.rigs["decaff"] = rig(1)
    await poll()
    assert sorted(told_of_both()) == [
        "🔵 c0ffee: New on the panel",
        "🔵 decaff: New on the panel",
    ]


async def test_only_the_panel_that_was_silent_is_named(
    panel: FakePanel,
    other: FakePanel,
    told_of_both: Told,
    poll: Poll,
) -> None:
    """Test the other is not said to answer again."""
    panel.status = 503
    await poll(18)
    assert told_of_both() == [DOWN.format("Farm")]
    panel.status = 200
    await poll()
    assert told_of_both() == [UP.format("Farm")]


async def test_a_short_silence_hides_no_return(
    panel: FakePanel,
    other: FakePanel,
    told_of_both: Told,
    poll: Poll,
) -> None:
    """Test a return is told while the other is silent, which nobody hears of."""
    panel.status = 503
    await poll(20)
    assert told_of_both() == [DOWN.format("Farm")]
    other.status = 503
    await poll(2)
    panel.status = 200
    await poll()
    other.status = 200
    await poll(3)
    assert told_of_both() == [UP.format("Farm")]


async def test_nothing_to_tell_is_no_run(
    hass: HomeAssistant,
    caplog: pytest.LogCaptureFixture,
    loaded: MockConfigEntry,
    panel: FakePanel,
    panel_device: str,
    tell: Automate,
    told: Told,
    poll: Poll,
) -> None:
    """Test to look each minute is not even a trace, and a short silence no run."""
    caplog.set_level(logging.DEBUG, "homeassistant.components.automation")
    await tell(panel_device)
    await poll(20)
    assert "aborting automation" not in caplog.text
    panel.status = 503
    await poll(10)
    panel.status = 200
    await poll(20)
    await hass.config_entries.async_reload(loaded.entry_id)
    await poll(20)
    assert "aborting automation" in caplog.text
    automation = state_of(hass, "automation.tell_activity")
    assert automation.attributes["last_triggered"] is None
    assert told() == []


@pytest.fixture
def wait(hass: HomeAssistant, panel: FakePanel, freezer: FrozenDateTimeFactory) -> Wait:
    """Return what lets minutes pass, without waiting for automations to end."""

    async def wait(minutes: int, *, silent: bool) -> None:
        panel.status = 503 if silent else 200
        for _ in range(minutes):
            freezer.tick(60)
            panel.tick(60)
            async_fire_time_changed(hass)
            while True:
                if (state_of(hass, ACTIVITY).state == "unavailable") is silent:
                    break
                await asyncio.sleep(0)
            for _ in range(_TURNS):
                await asyncio.sleep(0)

    return wait


async def test_quiet_hours_put_off_what_is_told_of_a_panel(
    hass: HomeAssistant,
    panel_device: str,
    tell: Automate,
    told: Told,
    wait: Wait,
) -> None:
    """Test each comes when they end, once, with its time."""
    await hass.config.async_set_time_zone("UTC")
    # It is 12:00.
    await tell(panel_device, quiet_start="12:30:00", quiet_end="14:00:00")
    await wait(29, silent=True)
    assert told() == [DOWN.format("Farm")]
    await wait(10, silent=False)
    await wait(30, silent=True)
    await wait(10, silent=False)
    await wait(39, silent=True)
    assert told() == []
    await wait(3, silent=True)
    messages = told()
    assert sorted(messages) == [
        "12:30 " + UP.format("Farm"),
        "12:56 " + DOWN.format("Farm"),
        "13:10 " + UP.format("Farm"),
        "13:36 " + DOWN.format("Farm"),
    ]
    assert ["🟢" in message for message in messages] == [False, False, True, True]
    await wait(30, silent=True)
    assert told() == []
    await wait(1, silent=False)
    assert told() == [UP.format("Farm")]
