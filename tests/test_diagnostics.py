"""Test what is given away for a bug report."""

import json
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    get_system_health_info,
)
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
    get_diagnostics_for_device,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from syrupy.assertion import SnapshotAssertion

from custom_components.ethos.const import DOMAIN
from tests.conftest import Poll
from tests.farm import FakePanel

SECRETS = ("127.0.0.1", "192.168.7.10", "0xabc", "pool.example", "20000001", "s3cr3t")


async def test_diagnostics_tell_all_but_what_is_private(
    hass: HomeAssistant,
    panel: FakePanel,
    loaded: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    snapshot: SnapshotAssertion,
) -> None:
    """Test neither the panel's address nor what opens a wallet gets out."""
    panel.rigs["a1b2c3"]["news"] = 1
    hass.config_entries.async_update_entry(
        loaded, data={**loaded.data, "username": "miner", "password": "s3cr3t"}
    )
    await hass.async_block_till_done()
    found = await get_diagnostics_for_config_entry(hass, hass_client, loaded)
    assert not [secret for secret in SECRETS if secret in json.dumps(found)]
    assert found == snapshot


@pytest.mark.parametrize("level", ["panel", "rig", "gpu"])
async def test_diagnostics_of_a_device(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    device_registry: dr.DeviceRegistry,
    level: str,
) -> None:
    """Test a GPU brings its rig with it, since it says little alone."""
    entry_id = loaded.entry_id
    (rig,) = [
        device
        for device in dr.async_entries_for_config_entry(device_registry, entry_id)
        if device.name == "Shelf 1"
    ]
    assert rig.via_device_id is not None
    gpu, *_ = dr.async_entries_for_parent_device(device_registry, rig.id)
    devices: dict[str, Any] = {
        "panel": device_registry.async_get(rig.via_device_id),
        "rig": rig,
        "gpu": gpu,
    }
    found: Any = await get_diagnostics_for_device(
        hass, hass_client, loaded, devices[level]
    )
    assert not [secret for secret in SECRETS if secret in json.dumps(found)]
    if level == "panel":
        assert found["devices"] == {"rigs": 2, "gpus": 5}
    else:
        assert found["rig"]["rig_id"] == "a1b2c3"
        assert len(found["rig"]["gpus"]) == 2


async def test_diagnostics_tell_what_is_wrong(
    hass: HomeAssistant,
    panel: FakePanel,
    loaded: MockConfigEntry,
    poll: Poll,
    hass_client: ClientSessionGenerator,
) -> None:
    """Test a false alarm can be understood by who reads of it."""
    panel.rigs["a1b2c3"]["temp"] = "64.00 85.40"
    panel.rigs["880577"]["condition"] = "unreachable"
    await poll(2)
    found: Any = await get_diagnostics_for_config_entry(hass, hass_client, loaded)
    rigs = found["panel"]["rigs"]
    overheating = {
        "ailment": {"problem": "overheating", "gpu": "02:00.0"},
        "since": "2026-11-01T12:01:00+00:00",
        "value": 85.4,
        "limit": 80,
        "unit": "°C",
    }
    assert rigs["a1b2c3"]["problems"] == [overheating]
    assert rigs["a1b2c3"]["gpus"][1]["problems"] == [overheating]
    assert rigs["880577"]["problems"] == [
        {
            "ailment": {"problem": "offline", "gpu": None},
            "since": "2026-11-01T11:59:00+00:00",
            "value": None,
            "limit": None,
            "unit": None,
        }
    ]
    assert not rigs["880577"]["maintenance"]


async def test_system_health_counts(
    hass: HomeAssistant, panel: FakePanel, loaded: MockConfigEntry, poll: Poll
) -> None:
    """Test the page that people post in public names no panel."""
    assert await async_setup_component(hass, "system_health", {})
    await hass.async_block_till_done()
    info = await get_system_health_info(hass, DOMAIN)
    assert info == {"panels": 1, "panels_read": 1, "rigs": 2, "gpus": 5}
    panel.status = 503
    await poll()
    info = await get_system_health_info(hass, DOMAIN)
    assert info == {"panels": 1, "panels_read": 0, "rigs": 2, "gpus": 5}
