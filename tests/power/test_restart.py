"""Test a rig has power again, whenever Home Assistant was killed."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
import json
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant import loader
from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_test_home_assistant,
)

from custom_components.ethos.const import DOMAIN
from custom_components.ethos.power.journal import Journal
from tests.conftest import ENTRY_ID, Poll, state_of
from tests.farm import FakePanel
from tests.power.asking import CYCLES, press
from tests.power.conftest import RIG, Plugs, make_entry

JOURNAL: Final = f"{DOMAIN}.{ENTRY_ID}.power"
COPY: Final = f"{JOURNAL}_copy"
# Off, staying off, on, booting, over.
WRITES: Final = 5

type Killed = list[dict[str, Any]]


@pytest.fixture
async def killed(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    farm: MockConfigEntry,
    plugs: Plugs,
    poll: Poll,
    panel: FakePanel,
    entity_registry: er.EntityRegistry,
    monkeypatch: pytest.MonkeyPatch,
) -> Killed:
    """Return what the disk holds after each write of a whole power cycle."""
    found: Killed = []
    save = Journal.async_save
    known = entity_registry.async_get("switch.plug_1")
    assert known is not None

    async def kept(journal: Journal, histories: Any) -> bool:
        result = await save(journal, histories)
        # The next Home Assistant begins with an empty registry.
        text = json.dumps(hass_storage[JOURNAL]).replace(known.id, "switch.plug_1")
        found.append(json.loads(text))
        return result

    monkeypatch.setattr(Journal, "async_save", kept)
    await press(hass)
    plugs.meter.read(0)
    await poll(1, seconds=15)
    await poll(16)
    monkeypatch.undo()
    assert len(found) == WRITES
    assert await hass.config_entries.async_remove(ENTRY_ID)
    await hass.async_block_till_done()
    panel.rigs[RIG]["silent"] = True
    return found


@asynccontextmanager
async def home() -> AsyncGenerator[HomeAssistant]:
    """Run another Home Assistant."""
    async with async_test_home_assistant() as hass:
        hass.data.pop(loader.DATA_CUSTOM_COMPONENTS)
        try:
            yield hass
        finally:
            await hass.async_stop(force=True)


async def pass_time(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, seconds: float
) -> None:
    """Let time pass."""
    freezer.tick(seconds)
    async_fire_time_changed(hass)
    await hass.async_block_till_done(wait_background_tasks=True)


@pytest.mark.parametrize("status", [200, 503], ids=["well", "away"])
@pytest.mark.parametrize("write", range(WRITES))
async def test_power_comes_first(
    killed: Killed,
    hass_storage: dict[str, Any],
    panel: FakePanel,
    freezer: FrozenDateTimeFactory,
    write: int,
    status: int,
) -> None:
    """Test the attempt counts once, and a panel that cannot be read changes nothing."""
    hass_storage[JOURNAL] = hass_storage[COPY] = killed[write]
    panel.status = status
    is_open = write < WRITES - 1
    async with home() as hass:
        plugs = Plugs()
        plugs.one.set_quietly(on=False)
        await plugs.async_set_up(hass)
        entry = make_entry(panel.url)
        entry.add_to_hass(hass)
        await hass.config_entries.async_setup(ENTRY_ID)
        await hass.async_block_till_done()
        # What is over is left to whoever turned the plug off.
        assert plugs.one.calls == ["on"] * is_open
        for _ in range(18):
            panel.tick(60)
            await pass_time(hass, freezer, 60)
        assert plugs.one.calls == ["on"] * is_open
        if status == 503:
            assert entry.state is ConfigEntryState.SETUP_RETRY
            return
        assert state_of(hass, CYCLES).state == "1"
        rig = hass_storage[JOURNAL]["data"]["rigs"][RIG]
        assert rig["cycle"] is None
        assert [it["outcome"] for it in rig["attempts"]] == ["not_recovered"]


async def test_a_plug_that_comes_late_is_waited_for(
    killed: Killed,
    hass_storage: dict[str, Any],
    panel: FakePanel,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Test a plug may take its time to be found, and is turned on at once then."""
    hass_storage[JOURNAL] = killed[1]
    panel.status = 503
    async with home() as hass:
        make_entry(panel.url).add_to_hass(hass)
        await hass.config_entries.async_setup(ENTRY_ID)
        for _ in range(20):
            await pass_time(hass, freezer, 60)
        plugs = Plugs()
        plugs.one.set_quietly(on=False)
        await plugs.async_set_up(hass)
        await pass_time(hass, freezer, 1)
        assert plugs.one.calls == ["on"]


async def test_power_comes_although_the_panel_is_disabled(
    killed: Killed, hass_storage: dict[str, Any], panel: FakePanel
) -> None:
    """Test what was begun is ended."""
    hass_storage[JOURNAL] = killed[1]
    async with home() as hass:
        plugs = Plugs()
        plugs.one.set_quietly(on=False)
        await plugs.async_set_up(hass)
        make_entry(panel.url, disabled_by=ConfigEntryDisabler.USER).add_to_hass(hass)
        assert await async_setup_component(hass, DOMAIN, {})
        await hass.async_block_till_done()
        assert plugs.one.calls == ["on"]
