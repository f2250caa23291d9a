"""Test what is remembered: that a restart tells nothing twice, and forgets nothing."""

from collections.abc import Awaitable, Callable
from copy import deepcopy
import json
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import CoreState, HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)

from custom_components.ethos.const import DOMAIN
from tests.conftest import ENTRY_ID, Poll, Told, state_of
from tests.farm import FakePanel, rig

KEY: Final = f"{DOMAIN}.{ENTRY_ID}"
PROBLEM: Final = "binary_sensor.shelf_1_problem"

type Restart = Callable[..., Awaitable[None]]


@pytest.fixture
def poll(hass: HomeAssistant, poll: Poll) -> Poll:
    """Return what lets minutes pass, to the end of what is due at once after each."""

    async def poll_and_write(times: int = 1) -> None:
        for _ in range(times):
            await poll()
            await write(hass)

    return poll_and_write


async def write(hass: HomeAssistant) -> None:
    """Let be written what is due."""
    async_fire_time_changed(hass)
    await hass.async_block_till_done()


@pytest.fixture(params=["reload", "crash"])
def restart(
    request: pytest.FixtureRequest,
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    loaded: MockConfigEntry,
) -> Restart:
    """Return what starts the integration anew, be it after a crash."""

    async def restart(meanwhile: Callable[[], None] = lambda: None) -> None:
        # A crash leaves what was written last.
        written = deepcopy(hass_storage.get(KEY))
        assert await hass.config_entries.async_unload(loaded.entry_id)
        if request.param == "crash":
            hass_storage.pop(KEY)
            if written is not None:
                hass_storage[KEY] = written
        meanwhile()
        assert await hass.config_entries.async_setup(loaded.entry_id)
        await hass.async_block_till_done()
        await write(hass)

    return restart


async def test_what_was_told_is_not_told_again(
    hass: HomeAssistant, panel: FakePanel, poll: Poll, told: Told, restart: Restart
) -> None:
    """Test what is still wrong is shown as such, and how long it lasted is known."""
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    panel.rigs["880577"]["temp"] = "64.00 85.00 66.00"
    await poll(2)
    assert told() == ["rig_down", "overheated"]
    await restart()
    assert state_of(hass, PROBLEM).state == "on"
    await poll(2)
    assert told() == []
    panel.rigs["a1b2c3"]["condition"] = "mining"
    await poll()
    assert told() == ["rig_up"]
    # Three minutes without a report when it was found, and four polls since then.
    assert told.last[0]["duration"] == 60 * (2 + 4)


async def test_what_happened_meanwhile_is_told_once(
    hass: HomeAssistant, panel: FakePanel, poll: Poll, told: Told, restart: Restart
) -> None:
    """Test it is told by name, rigs that are gone too, and not again later."""
    await poll(11)

    def meanwhile() -> None:
        panel.tick(3600)
        panel.rigs["880577"] |= {"uptime": "600", "miner_secs": 500}
        panel.rigs["12e456"] = rig(1, rack_loc="Shelf 2", server_time=panel.time - 60)
        panel.rigs.pop("a1b2c3")

    await restart(meanwhile)
    assert told() == ["rig_rebooted", "rig_added"]
    assert [event["rig_name"] for event in told.last] == ["880577", "Shelf 2"]
    await poll(2)
    assert told() == ["rig_removed"]
    assert told.last[0]["rig_name"] == "Shelf 1"
    assert told.last[0]["device_id"] is not None
    await restart()
    await poll(3)
    assert told() == []


async def test_a_gpu_that_was_lost_before_keeps_its_name(
    hass: HomeAssistant, panel: FakePanel, poll: Poll, told: Told, restart: Restart
) -> None:
    """Test a GPU that is found after a restart is told as the one that was lost."""
    lost = panel.rigs["a1b2c3"]
    panel.rigs["a1b2c3"] = rig(1, rack_loc="Shelf 1")
    await poll(2)
    assert told() == ["gpu_lost"]
    assert told.last[0]["gpu"] == "GPU 1"
    await restart()
    (problem,) = state_of(hass, PROBLEM).attributes["problems"]
    assert problem["gpu"] == "GPU 1"
    panel.rigs["a1b2c3"] = lost
    await poll(2)
    assert told() == ["gpu_found"]
    assert told.last[0]["gpu"] == "GPU 1"


async def test_maintenance_goes_on(
    hass: HomeAssistant, poll: Poll, restart: Restart
) -> None:
    """Test a rig on which somebody works stays so, since it is written at once."""
    maintenance = "switch.shelf_1_maintenance"
    await hass.services.async_call(
        "switch", "turn_on", {"entity_id": maintenance}, blocking=True
    )
    await write(hass)
    await restart()
    assert state_of(hass, maintenance).state == "on"
    await poll()
    assert state_of(hass, maintenance).state == "on"


async def test_what_was_not_told_yet_is_told_after_the_restart(
    hass: HomeAssistant, panel: FakePanel, poll: Poll, told: Told, restart: Restart
) -> None:
    """Test a restart before Home Assistant has started loses nothing, nor twice."""
    await poll(11)
    hass.set_state(CoreState.not_running)
    await restart()
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll()
    await restart()
    await poll()
    assert told() == []
    hass.set_state(CoreState.running)
    await restart()
    await poll(2)
    assert told() == ["rig_down"]


async def test_the_log_survives(
    hass: HomeAssistant, panel: FakePanel, poll: Poll, restart: Restart
) -> None:
    """Test what was told can be asked for afterwards."""
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll()
    await restart()
    answer = await hass.services.async_call(
        DOMAIN,
        "get_activity",
        {"since": "2026-11-01 00:00:00"},
        blocking=True,
        return_response=True,
    )
    assert answer is not None
    assert answer["messages"] == ["🔴 Shelf 1: Rig down"]


@pytest.mark.usefixtures("loaded")
async def test_what_is_told_is_written_at_once_and_all_else_after_ten_minutes(
    hass_storage: dict[str, Any], panel: FakePanel, poll: Poll
) -> None:
    """Test a memory card is written to no more often than it takes."""
    await poll(9)
    assert KEY not in hass_storage
    await poll()
    first = hass_storage[KEY]
    await poll(9)
    assert hass_storage[KEY] is first
    await poll(2)
    second = hass_storage[KEY]
    assert second is not first

    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll()
    third = hass_storage[KEY]
    assert [one["type"] for one in third["data"]["activity"]["log"]] == ["rig_down"]
    await poll(9)
    assert hass_storage[KEY] is third


@pytest.mark.parametrize("end", ["stop", "unload"])
async def test_it_is_written_at_the_end(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    loaded: MockConfigEntry,
    poll: Poll,
    end: str,
) -> None:
    """Test a restart costs nothing of what is usual, and nothing is written later."""
    await poll(3)
    assert KEY not in hass_storage
    if end == "stop":
        hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
        await hass.async_block_till_done()
    else:
        late = hass.async_create_task(loaded.runtime_data.async_refresh())
        assert await hass.config_entries.async_unload(loaded.entry_id)
        await late
    usual = hass_storage[KEY]["data"]["rigs"]["a1b2c3"]["usual"]
    assert len(usual["hour"]) == 2
    if end == "unload":
        written = hass_storage[KEY]
        await poll(11)
        assert hass_storage[KEY] is written


@pytest.mark.usefixtures("loaded")
async def test_what_is_remembered_is_bounded(
    hass: HomeAssistant, hass_storage: dict[str, Any], panel: FakePanel, poll: Poll
) -> None:
    """Test neither years nor rigs that come and go fill the disk."""
    panel.rigs = {f"{i:06x}": rig(1) for i in range(4)}
    for _ in range(64):
        for one in panel.rigs.values():
            one["condition"] = "unreachable"
        await poll()
        for one in panel.rigs.values():
            one["condition"] = "mining"
        await poll()
    written = hass_storage[KEY]["data"]
    assert len(written["activity"]["log"]) == 500
    assert written["activity"]["queue"] == []
    # Those of before have been gone for longer than an hour.
    assert written["rigs"].keys() == panel.rigs.keys()


GOOD: Final = {
    "type": "rig_down",
    "at": "2026-11-01T11:00:00.000+00:00",
    "rig_id": "a1b2c3",
    "rig_name": "Shelf 1",
    "device_id": None,
    "gpu": None,
    "problem": "offline",
    "value": None,
    "limit": None,
    "unit": None,
    "duration": None,
    "remaining": 0,
}


@pytest.mark.parametrize(
    ("data", "known"),
    [
        ([], 0),
        ({}, 0),
        ({"rigs": [], "activity": {"log": [], "queue": []}}, 0),
        ({"rigs": {}, "activity": []}, 0),
        ({"rigs": {}, "activity": {"log": {}, "queue": []}}, 0),
        (
            {
                "rigs": {"a1b2c3": 5, "880577": {}},
                "activity": {"log": [], "queue": []},
            },
            0,
        ),
        (
            {
                "rigs": {},
                "activity": {
                    "log": [
                        GOOD,
                        5,
                        {},
                        {**GOOD, "type": "rig_on_fire"},
                        {**GOOD, "at": "noon"},
                        {**GOOD, "at": "2026-11-01T11:00:00"},
                        {**GOOD, "at": 5},
                        {**GOOD, "rig_name": None},
                        {**GOOD, "duration": "long"},
                    ],
                    "queue": [],
                },
            },
            1,
        ),
    ],
    ids=[
        "a list",
        "nothing",
        "a list of rigs",
        "a list of activities",
        "an odd log",
        "odd rigs",
        "odd activities",
    ],
)
async def test_an_odd_file_is_no_obstacle(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    panel: FakePanel,
    entry: MockConfigEntry,
    poll: Poll,
    told: Told,
    data: object,
    known: int,
) -> None:
    """Test what makes sense is kept, and the panel is watched as ever."""
    hass_storage[KEY] = {"version": 1, "minor_version": 1, "key": KEY, "data": data}
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    await poll()
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll()
    assert told() == ["rig_down"]
    assert len(hass_storage[KEY]["data"]["activity"]["log"]) == known + 1
    assert json.dumps(hass_storage[KEY])


async def test_the_file_goes_with_the_panel(
    hass: HomeAssistant,
    hass_storage: dict[str, Any],
    panel: FakePanel,
    loaded: MockConfigEntry,
    poll: Poll,
) -> None:
    """Test nothing is left behind, nor written later."""
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll()
    assert KEY in hass_storage
    await hass.config_entries.async_remove(loaded.entry_id)
    assert KEY not in hass_storage
    await poll(11)
    assert KEY not in hass_storage
