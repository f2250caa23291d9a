"""Test nothing is left behind, and nothing grows: tasks, timers and listeners."""

import asyncio
from collections import Counter

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_SCAN_INTERVAL, CONF_URL
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from benchmarks.soak.probe.counts import Counts, count
from custom_components.ethos.const import DOMAIN
from tests.conftest import Poll
from tests.farm import FakePanel, rig_2021

PANELS = 20
HALF_AN_HOUR = 1800
# What gives rigs their power back outlives the set-up of its entry.
POWER = Counter({"job at the stop": 1})


@pytest.fixture
async def before(hass: HomeAssistant, panel: FakePanel, poll: Poll) -> Counts:
    """Return what there is once a panel was there and was removed.

    The first one brings what all share.
    """
    first = MockConfigEntry(domain=DOMAIN, data={CONF_URL: panel.url})
    first.add_to_hass(hass)
    assert await hass.config_entries.async_setup(first.entry_id)
    await poll()
    await hass.config_entries.async_remove(first.entry_id)
    await poll()
    return count(hass)


async def test_nothing_is_left_of_a_panel(
    hass: HomeAssistant,
    panel: FakePanel,
    before: Counts,
    loaded: MockConfigEntry,
    poll: Poll,
) -> None:
    """Test it takes with it what it brought, whatever happened meanwhile."""
    await poll(2)
    panel.rigs["0a0b0c"] = rig_2021(2)
    panel.rigs["880577"]["condition"] = "unreachable"
    await poll(2)
    panel.status = 503
    await poll(2)
    panel.status = 200
    await poll()
    assert count(hass).since(before).total() > 3

    assert await hass.config_entries.async_unload(loaded.entry_id)
    await poll()
    assert count(hass).since(before) == POWER

    await hass.config_entries.async_remove(loaded.entry_id)
    await poll()
    assert count(hass).since(before) == Counter()


async def test_nothing_is_left_of_a_panel_that_cannot_be_read(
    hass: HomeAssistant,
    panel: FakePanel,
    before: Counts,
    entry: MockConfigEntry,
    poll: Poll,
) -> None:
    """Test trying again and again leaves nothing, nor does giving up."""
    panel.status = 503
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    await poll(3)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    await hass.config_entries.async_remove(entry.entry_id)
    await poll()
    assert count(hass).since(before) == Counter()


async def test_twenty_panels_come_and_go_at_once(
    hass: HomeAssistant, panel: FakePanel, before: Counts, poll: Poll
) -> None:
    """Test none is in the way of another, and none leaves anything."""
    entries = [
        MockConfigEntry(
            domain=DOMAIN,
            title=f"Farm {number}",
            data={CONF_URL: f"{panel.url}{number}?json=yes"},
        )
        for number in range(PANELS)
    ]
    for entry in entries:
        entry.add_to_hass(hass)
    ids = [entry.entry_id for entry in entries]
    assert all(await asyncio.gather(*map(hass.config_entries.async_setup, ids)))
    await hass.async_block_till_done()
    shown = hass.states.async_entity_ids("sensor")
    assert len(shown) % PANELS == 0
    requests = panel.requests
    await poll()
    assert panel.requests == requests + PANELS

    assert all(await asyncio.gather(*map(hass.config_entries.async_unload, ids)))
    await poll()
    left = Counter({name: number * PANELS for name, number in POWER.items()})
    assert count(hass).since(before) == left

    await asyncio.gather(*map(hass.config_entries.async_remove, ids))
    await poll()
    assert count(hass).since(before) == Counter()
    assert hass.states.async_all() == []


async def test_a_day_of_reloads_adds_nothing(
    hass: HomeAssistant, panel: FakePanel, entry: MockConfigEntry, poll: Poll
) -> None:
    """Test what there is after each hour is what there was after the first."""
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, options={CONF_SCAN_INTERVAL: 900})
    assert await hass.config_entries.async_setup(entry.entry_id)
    hours = []
    for hour in range(24):
        panel.status = 503 if hour % 6 == 5 else 200
        await poll(1, HALF_AN_HOUR)
        panel.status = 200
        await hass.config_entries.async_reload(entry.entry_id)
        await poll(1, HALF_AN_HOUR)
        hours.append(count(hass))
    assert [later.since(hours[0]) for later in hours[1:]] == [Counter()] * 23
