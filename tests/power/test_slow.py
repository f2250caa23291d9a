"""Test plugs that take their time, and disks that do, or do nothing at all."""

import asyncio
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import STATE_ON
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.ethos.power.journal import Journal
from tests.conftest import state_of
from tests.power.asking import ask, press
from tests.power.conftest import Plugs


async def pass_time(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, seconds: float
) -> None:
    """Let time pass without a wait for what may take longer."""
    freezer.tick(seconds)
    async_fire_time_changed(hass)
    for _ in range(3):
        for _ in range(30):
            await asyncio.sleep(0)
        await hass.async_add_executor_job(int)


@pytest.mark.parametrize("way", ["off", "on"])
async def test_a_plug_may_take_its_time_to_turn_on_but_not_to_turn_off(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    monkeypatch: pytest.MonkeyPatch,
    freezer: FrozenDateTimeFactory,
    way: str,
) -> None:
    """Test what turns on late still does, and what turns off does not come after it."""
    turn = getattr(plugs.one, f"async_turn_{way}")

    async def turn_slowly() -> None:
        await asyncio.sleep(12)
        await turn()

    monkeypatch.setattr(plugs.one, f"async_turn_{way}", turn_slowly)
    call = ask(hass, farm, force=True)
    await pass_time(hass, freezer, 0)
    if way == "on":
        plugs.meter.read(0)
    for _ in range(14):
        await pass_time(hass, freezer, 5)
    assert plugs.one.calls[:2] == (["off", "on"] if way == "on" else ["on"])
    assert "off" not in plugs.one.calls[1:]
    assert state_of(hass, "switch.plug_1").state == STATE_ON
    call.cancel()


@pytest.mark.parametrize("how", ["fails", "hangs"])
async def test_a_disk_keeps_no_rig_dark(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    monkeypatch: pytest.MonkeyPatch,
    freezer: FrozenDateTimeFactory,
    how: str,
) -> None:
    """Test power is given back although that cannot be written down."""
    await press(hass)
    assert plugs.one.calls == ["off"]
    gate = asyncio.Event()

    async def save(_journal: Journal, _histories: Any) -> bool:
        if how == "fails":
            raise OSError(30, "Read-only file system")
        return await gate.wait()

    monkeypatch.setattr(Journal, "async_save", save)
    plugs.meter.read(0)
    for _ in range(6):
        await pass_time(hass, freezer, 11)
    assert plugs.one.calls == ["off", "on"]
    gate.set()


async def test_a_slow_disk_leaves_a_plug_its_time(
    hass: HomeAssistant,
    farm: MockConfigEntry,
    plugs: Plugs,
    monkeypatch: pytest.MonkeyPatch,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Test what is off is not turned on at once, as if it had not obeyed."""
    save = Journal.async_save

    async def save_slowly(journal: Journal, histories: Any) -> bool:
        if not plugs.one.calls:
            freezer.tick(31)
        return await save(journal, histories)

    monkeypatch.setattr(Journal, "async_save", save_slowly)
    await press(hass)
    assert plugs.one.calls == ["off"]
    await pass_time(hass, freezer, 29)
    assert plugs.one.calls == ["off"]
    # The meter has told nothing since: it proves nothing, and the plug stays off.
    await pass_time(hass, freezer, 1)
    await pass_time(hass, freezer, 14)
    assert plugs.one.calls == ["off"]
    await pass_time(hass, freezer, 1)
    assert plugs.one.calls == ["off", "on"]
