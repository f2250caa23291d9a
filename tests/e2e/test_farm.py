"""Test a farm from its panel to the screen."""

import math
import re
from typing import Any, Final

import pytest

from development.browser import Browser, Size, Theme
from development.instance import HomeAssistantInstance
from development.waiting import until
from tests.e2e.conftest import GPUS, RIGS, SCREENSHOTS, SimulatedFarm

UNKNOWN: Final = "unknown"
UNAVAILABLE: Final = "unavailable"
BANDED: Final = re.compile(r"hash_rate|capacity|power|fan_duty")

type Registry = dict[str, dict[str, Any]]


async def entities(home: HomeAssistantInstance) -> Registry:
    """Return our enabled entities by unique ID, without the entry's."""
    (entry,) = await home.entries("ethos")
    return {
        entity["unique_id"].removeprefix(f"{entry['entry_id']}_"): entity
        for entity in await home.command("config/entity_registry/list")
        if entity["platform"] == "ethos" and not entity["disabled_by"]
    }


async def poll(home: HomeAssistantInstance, unique_id: str, state: str) -> None:
    """Have the panel read until an entity shows a state."""
    entity_id = (await entities(home))[unique_id]["entity_id"]
    await home.call("homeassistant", "update_entity", {"entity_id": entity_id})
    await home.wait_for_state(entity_id, state)


async def shown(home: HomeAssistantInstance) -> dict[str, str]:
    """Return the states by unique ID."""
    states = await home.states()
    return {
        unique_id: states[entity["entity_id"]]["state"]
        for unique_id, entity in (await entities(home)).items()
    }


def expected(panel: dict[str, Any]) -> dict[str, float | int | str]:
    """Return what has to be shown, read from the panel's JSON by other means."""
    values: dict[str, float | int | str] = {"rigs": len(panel["rigs"])}
    for rig_id, rig in panel["rigs"].items():
        values[f"{rig_id}_condition"] = rig["condition"]
        values[f"{rig_id}_alive_gpus"] = int(rig["miner_instance"])
        values[f"{rig_id}_total_gpus"] = int(rig["gpus"])
        values[f"{rig_id}_hottest"] = max(map(float, rig["temp"].split()))
        slots = [f"{line[5:7]}:{line[8:12]}" for line in rig["meminfo"].split("\n")]
        for slot, temperature in zip(slots, rig["temp"].split(), strict=True):
            values[f"{rig_id}_{slot}_temperature"] = float(temperature)
    return values


def agree(states: dict[str, str], values: dict[str, float | int | str]) -> None:
    """Assert that all values are shown."""
    for unique_id, value in values.items():
        state = states[unique_id]
        assert (state if isinstance(value, str) else float(state)) == value, unique_id


def alike(states: dict[str, str], others: dict[str, str]) -> bool:
    """Return whether the same is shown, but for what dead bands hold back.

    After an outage or a restart all that is shown is new.
    """
    return states.keys() == others.keys() and all(
        state == others[unique_id] or within_band(unique_id, state, others[unique_id])
        for unique_id, state in states.items()
    )


def within_band(unique_id: str, state: str, other: str) -> bool:
    """Return whether a reading differs by no more than its dead band."""
    if not BANDED.search(unique_id) or {UNAVAILABLE, UNKNOWN} & {state, other}:
        return False
    is_rate = "hash_rate" in unique_id or "capacity" in unique_id
    return math.isclose(
        float(state), float(other), rel_tol=0.005, abs_tol=0 if is_rate else 3
    )


async def test_what_the_panel_says_is_shown(
    home: HomeAssistantInstance, farm: SimulatedFarm
) -> None:
    """Test values of every level against the JSON, now and three minutes later."""
    panel = await farm.panel()
    assert len(panel["rigs"]) == RIGS
    agree(await shown(home), expected(panel))

    await farm.control("advance", seconds=181)
    rig_id = next(iter(panel["rigs"]))
    panel = await farm.panel()
    hottest = expected(panel)[f"{rig_id}_hottest"]
    await poll(home, f"{rig_id}_hottest", str(hottest))
    agree(await shown(home), expected(panel))


async def test_every_rig_and_gpu_is_a_device(home: HomeAssistantInstance) -> None:
    """Test a GPU is a part of its rig, and a rig hangs on the panel."""
    (entry,) = await home.entries("ethos")
    devices = [
        device
        for device in await home.command("config/device_registry/list")
        if device["config_entry_id"] == entry["entry_id"]
    ]
    by_kind = {
        "panel": [d for d in devices if d.get("entry_type") == "service"],
        "rig": [d for d in devices if d.get("via_device_id")],
        "gpu": [d for d in devices if d.get("parent_device_id")],
    }
    assert {kind: len(found) for kind, found in by_kind.items()} == {
        "panel": 1,
        "rig": RIGS,
        "gpu": RIGS * GPUS,
    }


async def test_a_panel_that_goes_away_comes_back(
    home: HomeAssistantInstance, farm: SimulatedFarm
) -> None:
    """Test an outage takes the values away, and nothing else."""
    before = await shown(home)
    await farm.control("panel/status", status=503)
    await poll(home, "connectivity", "off")
    away = await shown(home)
    assert away.pop("connectivity") == "off"
    assert set(away.values()) == {UNAVAILABLE}

    await farm.control("panel/mend")
    await poll(home, "connectivity", "on")

    async def is_as_before() -> bool:
        return alike(await shown(home), before)

    await until(is_as_before, within=10)


async def test_a_rig_that_hangs_is_down(
    home: HomeAssistantInstance, farm: SimulatedFarm
) -> None:
    """Test its last report is not taken for the present, until it boots again."""
    rig_id = next(iter((await farm.panel())["rigs"]))
    await farm.control(f"rigs/{rig_id}/hang")
    await farm.control("advance", seconds=900)
    await poll(home, f"{rig_id}_connectivity", "off")
    states = await shown(home)
    assert states[f"{rig_id}_condition"] == "unreachable"
    assert states[f"{rig_id}_hottest"] == UNKNOWN
    assert states["rigs_online"] == str(RIGS - 1)

    await farm.control(f"rigs/{rig_id}/plug", on=False)
    await farm.control(f"rigs/{rig_id}/plug", on=True)
    await farm.control("advance", seconds=600)
    await poll(home, f"{rig_id}_connectivity", "on")
    assert (await shown(home))[f"{rig_id}_mining"] == "on"


async def test_everything_is_the_same_after_a_restart(
    home: HomeAssistantInstance, farm: SimulatedFarm
) -> None:
    """Test Home Assistant finds every entity and device again."""

    async def identities() -> object:
        devices = await home.command("config/device_registry/list")
        return (
            {
                unique_id: (entity["entity_id"], entity["device_id"])
                for unique_id, entity in (await entities(home)).items()
            },
            {device["id"]: device["identifiers"] for device in devices},
        )

    before, states = await identities(), await shown(home)
    await home.restart()
    assert await identities() == before
    assert alike(await shown(home), states)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
async def test_pages_are_complete(
    home: HomeAssistantInstance, browser: Browser, theme: Theme, size: Size
) -> None:
    """Test the pages that a person opens, without an error in the browser."""
    (entry,) = await home.entries("ethos")
    devices = await home.command("config/device_registry/list")
    rig = next(d for d in devices if d.get("via_device_id"))
    gpu = next(d for d in devices if d.get("parent_device_id") == rig["id"])
    panel = next(d for d in devices if d["id"] == rig["via_device_id"])
    paths = {
        "integration": "/config/integrations/integration/ethos",
        "panel": f"/config/devices/device/{panel['id']}",
        "rig": f"/config/devices/device/{rig['id']}",
        "gpu": f"/config/devices/device/{gpu['id']}",
    }
    async with browser.page(theme=theme, size=size) as page:
        for name, path in paths.items():
            await page.go(path)
            await page.screenshot(SCREENSHOTS / f"{name}-{size}-{theme}.png")
            look = await page.look()
            assert look.dialogs == []
            assert page.complaints == [], name
    assert entry["state"] == "loaded"


async def test_nothing_is_in_the_log(home: HomeAssistantInstance) -> None:
    """Test neither a warning nor an error is left, after all of this."""
    assert [entry.text for entry in home.warnings()] == []
