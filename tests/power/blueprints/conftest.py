"""Blueprints to run, and time that passes while a power cycle does."""

import asyncio
from collections.abc import Callable
import time
from typing import Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from tests.conftest import Poll, with_blueprints
from tests.farm import FakePanel
from tests.power.conftest import RIG, FakePlug, Hang, Plugs

MINUTE: Final = 60


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Put the blueprints where Home Assistant looks for them."""
    return with_blueprints(hass_tmp_config_dir)


@pytest.fixture
def panel_device(farm: MockConfigEntry) -> str:
    """Return the device of the panel."""
    device: str = farm.runtime_data.roster.panels[None]
    return device


@pytest.fixture
def poll(
    hass: HomeAssistant,
    panel: FakePanel,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
) -> Poll:
    """Return what lets time pass, but does not wait for who waits for a power cycle."""

    async def poll(times: int = 1, seconds: float = 60) -> None:
        for _ in range(times):
            polled = asyncio.Event()
            stop = entry.runtime_data.async_add_poll_listener(polled.set)
            freezer.tick(seconds)
            panel.tick(seconds)
            async_fire_time_changed(hass)
            if seconds >= MINUTE:
                await until(polled.is_set)
            stop()
            for _ in range(8):
                await rest()

    return poll


async def rest() -> None:
    """Let a few milliseconds pass, for files and sockets."""
    for _ in range(20):
        await asyncio.sleep(0)
    await asyncio.get_running_loop().run_in_executor(None, time.sleep, 0.001)


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something is so."""
    for _ in range(2_000):
        if condition():
            return
        await rest()
    pytest.fail("It never is so")


async def cut(poll: Poll, plug: FakePlug) -> None:
    """Let time pass until the power of a rig is cut."""
    for _ in range(60):
        if plug.calls[-1:] == ["off"]:
            return
        await poll()
    pytest.fail("It is never cut")


async def revive(plugs: Plugs, poll: Poll, boot: Hang, rig_id: str) -> None:
    """Let a rig whose plug is off get its power back, boot and report."""
    if rig_id == RIG:
        plugs.meter.read(0)
    await poll(1, seconds=15)
    await poll()
    boot(rig_id)
    await poll()
