"""Test how often a panel is asked, and what is written of its answers."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import Any

from homeassistant.const import (
    EVENT_STATE_CHANGED,
    EVENT_STATE_REPORTED,
    STATE_UNAVAILABLE,
)
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ethos.const import DOMAIN
from custom_components.ethos.panel import pauses
from tests.conftest import Poll, state_of
from tests.farm import FakePanel, rig_2021

RIGS = 40
GPUS = 8


@contextmanager
def writes(hass: HomeAssistant) -> Iterator[list[str]]:
    """Collect the entities whose state is written, even if it is the same again."""
    written: list[str] = []

    @callback
    def note(event: Event[Any]) -> None:
        written.append(event.data["entity_id"])

    @callback
    def every(_: object) -> bool:
        return True

    unsubscribe = [
        hass.bus.async_listen(EVENT_STATE_CHANGED, note),
        hass.bus.async_listen(EVENT_STATE_REPORTED, note, event_filter=every),
    ]
    yield written
    for remove in unsubscribe:
        remove()


@contextmanager
def blocks(hass: HomeAssistant) -> Iterator[list[int]]:
    """Count the states that change in each block of the event loop."""
    changes = [0]

    @callback
    def next_block() -> None:
        changes.append(0)
        if running:
            hass.loop.call_soon(next_block)

    @callback
    def note(_: Event[Any]) -> None:
        changes[-1] += 1

    running = True
    next_block()
    remove = hass.bus.async_listen(EVENT_STATE_CHANGED, note)
    yield changes
    running = False
    remove()


@pytest.fixture
async def large(
    hass: HomeAssistant, panel: FakePanel, entry: MockConfigEntry
) -> MockConfigEntry:
    """Set up a large farm."""
    panel.rigs = {f"{i:06x}": rig_2021(GPUS) for i in range(RIGS)}
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


@pytest.mark.usefixtures("loaded")
async def test_a_poll_writes_the_states_whose_values_changed(
    hass: HomeAssistant, panel: FakePanel, poll: Poll
) -> None:
    """Test nothing else is written, nothing is left out, nothing written twice."""
    with writes(hass) as written:
        await poll()
        assert written == []
        panel.rigs["880577"] |= {"temp": "64.00 70.00 66.00", "load": "9.99"}
        await poll()
    assert sorted(written) == [
        "sensor.880577_gpu_1_temperature",
        "sensor.880577_hottest_gpu",
        "sensor.farm_average_temperature",
        "sensor.farm_hottest_gpu",
    ]


async def test_a_new_report_is_written_once(
    hass: HomeAssistant,
    panel: FakePanel,
    entry: MockConfigEntry,
    poll: Poll,
    entity_registry: er.EntityRegistry,
) -> None:
    """Test moments stay, though the counters of which they are made go on."""
    entry.add_to_hass(hass)
    last_report = entity_registry.async_get_or_create(
        "sensor", DOMAIN, f"{entry.entry_id}_a1b2c3_reported_at", config_entry=entry
    )
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    with writes(hass) as written:
        await poll(3)
    assert written == [last_report.entity_id]


@pytest.mark.usefixtures("large")
async def test_a_large_farm_is_written_in_slices(
    hass: HomeAssistant, panel: FakePanel, poll: Poll
) -> None:
    """Test an outage does not disconnect frontends, which 4,096 changes at once do."""
    everything = len(hass.states.async_all())
    assert everything > 1_500
    with blocks(hass) as changes:
        panel.status = 503
        await poll()
        while len(hass.states.async_all(["sensor"])) != sum(
            state.state == STATE_UNAVAILABLE
            for state in hass.states.async_all(["sensor"])
        ):
            await hass.async_block_till_done()
    # The panel's connectivity alone stays known, and changes too.
    assert sum(changes) == everything
    assert max(changes) < 1_000


async def test_entities_of_a_large_farm_are_added_in_slices(
    hass: HomeAssistant, panel: FakePanel, entry: MockConfigEntry
) -> None:
    """Test Home Assistant gets its turn while they come."""
    panel.rigs = {f"{i:06x}": rig_2021(GPUS) for i in range(RIGS)}
    entry.add_to_hass(hass)
    with blocks(hass) as changes:
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
    # A slice, and the panel's connectivity.
    assert max(changes) <= 32 + 1


async def test_entities_of_a_large_farm_go_in_slices(
    hass: HomeAssistant, large: MockConfigEntry
) -> None:
    """Test Home Assistant gets its turn while they are unloaded, and removed."""
    everything = len(hass.states.async_all())
    with blocks(hass) as changes:
        assert await hass.config_entries.async_unload(large.entry_id)
    assert sum(changes) == everything
    assert max(changes) <= 32
    with blocks(hass) as changes:
        await hass.config_entries.async_remove(large.entry_id)
        await hass.async_block_till_done()
    assert sum(changes) == everything
    assert max(changes) <= 32


async def test_unloading_stops_telling(
    hass: HomeAssistant, panel: FakePanel, large: MockConfigEntry
) -> None:
    """Test nothing is written by what is gone."""
    panel.status = 503
    await large.runtime_data.async_refresh()
    assert state_of(hass, "sensor.000027_hash_rate").state != STATE_UNAVAILABLE
    panel.status = 200
    await large.runtime_data.async_refresh()
    assert await hass.config_entries.async_unload(large.entry_id)
    with writes(hass) as written:
        await hass.async_block_till_done()
    assert written == []


async def test_one_bad_listener_does_not_silence_the_others(
    hass: HomeAssistant,
    panel: FakePanel,
    loaded: MockConfigEntry,
    poll: Poll,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Test a bug costs the entity that has it."""

    @callback
    def bad() -> None:
        raise ZeroDivisionError

    remove: list[Callable[[], None]] = [
        loaded.runtime_data.async_add_listener(bad, context)
        for context in (None, "a1b2c3")
    ]
    panel.rigs["a1b2c3"]["hash"] = 50
    await poll()
    assert state_of(hass, "sensor.shelf_1_hash_rate").state == "50.0"
    assert state_of(hass, "sensor.farm_hash_rate").state == "140.3"
    assert caplog.text.count("Unexpected error updating an entity") == 2
    for one in remove:
        one()


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("retry_after", "quiet"),
    [("300", 4), ("5", 0), (None, 0)],
    ids=["longer than usual", "shorter than usual", "not told"],
)
async def test_a_host_that_wants_to_be_left_alone_is(
    panel: FakePanel, poll: Poll, retry_after: str | None, quiet: int
) -> None:
    """Test Retry-After is kept, but never asks sooner than usual."""
    panel.status = 429
    panel.headers = {"Retry-After": retry_after} if retry_after else {}
    await poll()
    before = panel.requests
    panel.status = 200
    await poll(quiet)
    assert panel.requests == before
    await poll()
    assert panel.requests == before + 1


@pytest.mark.usefixtures("loaded")
async def test_an_outage_is_logged_once(
    panel: FakePanel, poll: Poll, caplog: pytest.LogCaptureFixture
) -> None:
    """Test the log says when it began and when it ended."""
    panel.status = 503
    await poll(3)
    panel.status = 200
    await poll(2)
    assert caplog.text.count("Error fetching Farm data") == 1
    assert caplog.text.count("Fetching Farm data recovered") == 1


async def test_what_a_person_does_while_rigs_are_judged_counts(
    hass: HomeAssistant,
    panel: FakePanel,
    large: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Test judging a large farm, which takes many turns, undoes nothing."""
    monkeypatch.setattr(pauses, "SLICE", -1)
    coordinator = large.runtime_data
    ids = list(panel.rigs)
    for rig in panel.rigs.values():
        rig["condition"] = "unreachable"
    wanted = dict.fromkeys(ids, False)
    poll = hass.async_create_task(coordinator.async_refresh())
    for rig_id in cycle(ids):
        wanted[rig_id] = not wanted[rig_id]
        coordinator.async_set_maintenance(rig_id, on=wanted[rig_id])
        if poll.done():
            break
        await asyncio.sleep(0)
    shown = {key: rig.maintenance for key, rig in coordinator.data.rigs.items()}
    assert shown == wanted
    assert set(shown.values()) == {True, False}
    await coordinator.async_refresh()
    assert not any(rig.online for rig in coordinator.data.rigs.values())
