"""Test which rigs and GPUs have a device, and for how long."""

from datetime import UTC, datetime

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import AnyDeviceEntry
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator
from syrupy.assertion import SnapshotAssertion

from tests.conftest import ENTRY_ID, Poll, Told, state_of
from tests.farm import START, FakePanel, rig, rig_2021

HOUR = 61


@pytest.fixture
def devices(device_registry: dr.DeviceRegistry) -> Devices:
    """Return the devices of the panel as they are now."""
    return Devices(device_registry)


class Devices:
    """The devices of the panel, by name."""

    def __init__(self, registry: dr.DeviceRegistry) -> None:
        """Keep the registry."""
        self.registry = registry

    def main(self) -> dict[str | None, AnyDeviceEntry]:
        """Return the panel and its rigs."""
        found = dr.async_entries_for_config_entry(self.registry, ENTRY_ID)
        return {device.name: device for device in found}

    def gpus(self, name: str) -> dict[str | None, AnyDeviceEntry]:
        """Return the GPUs of a rig."""
        rig_id = self.main()[name].id
        found = dr.async_entries_for_parent_device(self.registry, rig_id)
        return {device.name: device for device in found}


@pytest.mark.usefixtures("loaded")
async def test_panel_rigs_and_gpus_are_devices(
    devices: Devices, snapshot: SnapshotAssertion
) -> None:
    """Test what each of them shows, and to which it belongs."""
    assert list(devices.main()) == ["Farm", "Shelf 1", "880577"]
    assert {
        name: {
            "configuration_url": bool(device.configuration_url),
            "entry_type": device.entry_type,
            "identifiers": device.identifiers,
            "manufacturer": device.manufacturer,
            "model": device.model,
            "serial_number": device.serial_number,
            "sw_version": device.sw_version,
            "is_via_panel": device.via_device_id == devices.main()["Farm"].id,
            "gpus": {
                gpu.name: gpu.identifiers for gpu in devices.gpus(str(name)).values()
            },
        }
        for name, device in devices.main().items()
        if isinstance(device, dr.DeviceEntry)
    } == snapshot


@pytest.mark.usefixtures("loaded")
async def test_a_new_rig_and_a_new_gpu_appear_by_themselves(
    hass: HomeAssistant, panel: FakePanel, poll: Poll, devices: Devices
) -> None:
    """Test nothing has to be reloaded."""
    panel.rigs["a1b2c3"] = rig(3, rack_loc="Shelf 1")
    panel.rigs["12e456"] = rig(1)
    await poll()
    assert list(devices.gpus("Shelf 1")) == ["GPU 0", "GPU 1", "GPU 2"]
    assert list(devices.gpus("12e456")) == ["GPU 0"]
    assert state_of(hass, "sensor.shelf_1_gpu_2_hash_rate").state == "30.2"
    assert state_of(hass, "sensor.12e456_hash_rate").state == "30.0"


async def test_a_panel_may_have_no_rigs_yet(
    hass: HomeAssistant, panel: FakePanel, entry: MockConfigEntry, poll: Poll
) -> None:
    """Test it is set up nevertheless, and shows rigs and their total as they come."""
    rigs = dict(panel.rigs)
    panel.rigs.clear()
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert state_of(hass, "sensor.farm_rigs_online").state == "0"
    assert hass.states.get("sensor.farm_hash_rate") is None
    panel.rigs.update(rigs)
    await poll()
    assert state_of(hass, "sensor.farm_rigs_online").state == "2"
    assert float(state_of(hass, "sensor.farm_hash_rate").state) > 0
    assert state_of(hass, "sensor.shelf_1_condition").state == "mining"


@pytest.mark.usefixtures("loaded")
async def test_a_rig_is_named_for_where_it_stands(
    panel: FakePanel, poll: Poll, devices: Devices
) -> None:
    """Test a new place, or a newer ethOS, is followed."""
    panel.rigs["880577"] |= {"rack_loc": "a_b*<x>&", "version": "1.3.4"}
    await poll()
    device = devices.main()["a_b*<x>&"]
    assert isinstance(device, dr.DeviceEntry)
    assert device.sw_version == "1.3.4"


@pytest.mark.usefixtures("loaded")
async def test_a_rig_that_left_is_removed_after_an_hour(
    hass: HomeAssistant, panel: FakePanel, poll: Poll, devices: Devices
) -> None:
    """Test it takes its GPUs along, and comes back with the user's settings."""
    device = devices.main()["Shelf 1"]
    devices.registry.async_update_device(device.id, name_by_user="Oldtimer")
    left = panel.rigs.pop("a1b2c3")
    await poll(HOUR - 1)
    assert "Shelf 1" in devices.main()
    await poll()
    assert "Shelf 1" not in devices.main()
    assert hass.states.get("sensor.shelf_1_hash_rate") is None

    panel.rigs["a1b2c3"] = left
    await poll()
    assert devices.main()["Shelf 1"].name_by_user == "Oldtimer"
    assert list(devices.gpus("Shelf 1")) == ["GPU 0", "GPU 1"]
    assert state_of(hass, "sensor.shelf_1_hash_rate").state == "60.1"


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    "trouble",
    [{"status": 503}, {"rigs": {}}, {"rigs": {"880577": 5}}, {"stands_still": True}],
    ids=["no answer", "no rigs", "no sense", "stale"],
)
async def test_a_panel_that_is_not_well_removes_nothing(
    panel: FakePanel, poll: Poll, devices: Devices, trouble: dict[str, object]
) -> None:
    """Test only a healthy panel proves that a rig has left."""
    well = {name: getattr(panel, name) for name in trouble}
    if "stands_still" in trouble:
        left = panel.rigs.pop("a1b2c3")
    vars(panel).update(trouble)
    await poll(2 * HOUR)
    assert list(devices.main()) == ["Farm", "Shelf 1", "880577"]
    vars(panel).update(well)
    if "stands_still" in trouble:
        panel.rigs["a1b2c3"] = left
        panel.tick(2 * HOUR * 60)
    await poll()
    assert list(devices.main()) == ["Farm", "Shelf 1", "880577"]


@pytest.mark.usefixtures("loaded")
async def test_a_rig_that_makes_no_sense_keeps_its_device(
    panel: FakePanel, poll: Poll, devices: Devices
) -> None:
    """Test it is listed all the same."""
    panel.rigs["880577"] = []
    await poll(2 * HOUR)
    assert list(devices.main()) == ["Farm", "Shelf 1", "880577"]


@pytest.mark.usefixtures("loaded")
async def test_the_hour_starts_anew_after_an_outage(
    panel: FakePanel, poll: Poll, devices: Devices
) -> None:
    """Test two short answers an outage apart prove nothing either."""
    left = panel.rigs.pop("a1b2c3")
    await poll(2)
    panel.rigs, others = {}, panel.rigs
    await poll(HOUR)
    panel.rigs = others
    await poll()
    assert "Shelf 1" in devices.main()
    panel.rigs["a1b2c3"] = left
    await poll(HOUR)
    assert "Shelf 1" in devices.main()


@pytest.mark.usefixtures("loaded")
async def test_a_clock_that_jumps_removes_nothing(
    panel: FakePanel, poll: Poll, devices: Devices
) -> None:
    """Test a Raspberry Pi that learns the time after its start loses no rig."""
    panel.rigs.pop("a1b2c3")
    await poll()
    await poll(2, seconds=7200)
    assert "Shelf 1" in devices.main()


async def test_a_rig_that_left_while_nobody_watched_is_removed_too(
    hass: HomeAssistant,
    panel: FakePanel,
    loaded: MockConfigEntry,
    poll: Poll,
    devices: Devices,
) -> None:
    """Test devices are compared with the registry, not with the last answer."""
    await hass.config_entries.async_unload(loaded.entry_id)
    panel.rigs.pop("a1b2c3")
    await hass.config_entries.async_setup(loaded.entry_id)
    await hass.async_block_till_done()
    await poll(HOUR)
    assert list(devices.main()) == ["Farm", "880577"]


@pytest.mark.usefixtures("loaded")
async def test_a_gpu_that_dropped_out_stays(
    hass: HomeAssistant, panel: FakePanel, poll: Poll, devices: Devices
) -> None:
    """Test it is news, and the others keep their identity though numbers shift."""
    fallen = rig_2021(2, hash=60.2, miner_hashes="30.00 30.20")
    fallen["meminfo"] = "GPU0:01.00.0:A:B:C\nGPU1:03.00.0:A:B:C"
    panel.rigs["880577"] = fallen
    await poll(2 * HOUR)
    assert list(devices.gpus("880577")) == ["GPU 0", "GPU 1", "GPU 2"]
    assert state_of(hass, "sensor.880577_gpu_1_hash_rate").state == "unavailable"
    assert state_of(hass, "sensor.880577_gpu_2_hash_rate").state == "30.2"


async def delete(
    hass: HomeAssistant, client: WebSocketGenerator, device: AnyDeviceEntry
) -> bool:
    """Delete a device as a person does, and say whether that worked."""
    assert await async_setup_component(hass, "config", {})
    answer = await (await client(hass)).remove_device(device.id)
    return bool(answer["success"])


@pytest.mark.usefixtures("loaded")
async def test_what_is_gone_can_be_deleted_by_hand(
    hass: HomeAssistant,
    panel: FakePanel,
    poll: Poll,
    devices: Devices,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """Test what the panel shows cannot, and what comes back is new."""
    farm, shelf = devices.main()["Farm"], devices.main()["Shelf 1"]
    gpu = devices.gpus("880577")["GPU 2"]
    for device in (farm, shelf, gpu):
        assert not await delete(hass, hass_ws_client, device)

    left = panel.rigs.pop("a1b2c3")
    panel.rigs["880577"] = rig_2021(2)
    await poll()
    for device in (shelf, gpu):
        assert await delete(hass, hass_ws_client, device)
    assert list(devices.main()) == ["Farm", "880577"]
    assert list(devices.gpus("880577")) == ["GPU 0", "GPU 1"]

    panel.rigs = {"a1b2c3": left, "880577": rig_2021(3)}
    await poll()
    assert list(devices.gpus("Shelf 1")) == ["GPU 0", "GPU 1"]
    assert list(devices.gpus("880577")) == ["GPU 0", "GPU 1", "GPU 2"]
    assert state_of(hass, "sensor.880577_gpu_2_hash_rate").state == "30.2"


async def test_a_gpu_that_was_deleted_by_hand_is_no_problem_any_more(
    hass: HomeAssistant,
    panel: FakePanel,
    loaded: MockConfigEntry,
    poll: Poll,
    told: Told,
    devices: Devices,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """Test a card that was sold is not missed for ever, after a restart neither."""
    problem = "binary_sensor.880577_problem"
    gpus = devices.gpus("880577")
    panel.rigs["880577"] = rig_2021(1)
    await poll(2)
    assert told() == ["gpu_lost", "gpu_lost"]
    assert await delete(hass, hass_ws_client, gpus["GPU 1"])
    (left,) = state_of(hass, problem).attributes["problems"]
    assert left["gpu"] == "GPU 2"

    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    (left,) = state_of(hass, problem).attributes["problems"]
    assert left["gpu"] == "GPU 2"
    assert await delete(hass, hass_ws_client, gpus["GPU 2"])
    assert state_of(hass, problem).attributes["problems"] == []
    await poll(3)
    assert state_of(hass, problem).state == "off"
    assert told() == []


async def test_what_was_gone_at_the_start_can_be_deleted(
    hass: HomeAssistant,
    panel: FakePanel,
    loaded: MockConfigEntry,
    devices: Devices,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """Test a rig that the panel has not shown since the last start."""
    shelf = devices.main()["Shelf 1"]
    panel.rigs.pop("a1b2c3")
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    assert await delete(hass, hass_ws_client, shelf)


async def test_rigs_that_leave_keep_no_other_from_growing(
    hass: HomeAssistant,
    panel: FakePanel,
    entry: MockConfigEntry,
    poll: Poll,
    freezer: FrozenDateTimeFactory,
) -> None:
    """Test several that go at once while there is more to show of others."""
    freezer.move_to(datetime.fromtimestamp(START, UTC))
    grown = {f"{i:06x}": rig(12, rack_loc=f"Grown {i}") for i in range(6)}
    left = {f"b{i:05x}": rig(2) for i in range(3)}
    panel.rigs = grown | left
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, options={"scan_interval": 900})
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()

    panel.rigs = dict(grown)
    await poll(4, seconds=900)
    for one in grown.values():
        one["watts"] = " ".join(["120"] * 12)
        one["fanpercent"] = " ".join(["70"] * 12)
    await poll(seconds=900)
    names = [f"sensor.grown_{i}_gpu_{j}" for i in range(6) for j in range(12)]
    assert [it for it in names if hass.states.get(f"{it}_power") is None] == []
    assert [it for it in names if hass.states.get(f"{it}_fan_duty") is None] == []


@pytest.mark.parametrize("end", ["cannot be read", "disabled"])
async def test_nothing_is_deleted_of_a_panel_that_is_not_watched(
    hass: HomeAssistant,
    panel: FakePanel,
    loaded: MockConfigEntry,
    devices: Devices,
    hass_ws_client: WebSocketGenerator,
    caplog: pytest.LogCaptureFixture,
    end: str,
) -> None:
    """Test nobody knows then what it shows, and the user is told no, not of a bug."""
    shelf, gpu = devices.main()["Shelf 1"], devices.gpus("880577")["GPU 2"]
    panel.status = 503
    if end == "disabled":
        await hass.config_entries.async_set_disabled_by(
            loaded.entry_id, ConfigEntryDisabler.USER
        )
    else:
        await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    for device in (shelf, gpu):
        assert not await delete(hass, hass_ws_client, device)
    assert "Unknown error" not in caplog.text

    panel.status = 200
    panel.rigs.pop("a1b2c3")
    await hass.config_entries.async_set_disabled_by(loaded.entry_id, None)
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()
    assert await delete(hass, hass_ws_client, shelf)


@pytest.mark.usefixtures("loaded")
async def test_a_rig_that_boots_adds_no_gpus_of_unknown_slots(
    panel: FakePanel, poll: Poll, devices: Devices
) -> None:
    """Test a GPU is never there twice, by its number and by its slot."""
    panel.rigs["b00b00"] = rig(2, meminfo="", hash=0, miner_hashes="")
    await poll()
    assert devices.gpus("b00b00") == {}
    panel.rigs["b00b00"] = rig(2)
    await poll()
    assert list(devices.gpus("b00b00")) == ["GPU 0", "GPU 1"]
    panel.rigs["b00b00"] = rig(3, meminfo="")
    await poll()
    assert list(devices.gpus("b00b00")) == ["GPU 0", "GPU 1"]


@pytest.mark.usefixtures("loaded")
async def test_a_rig_that_mines_without_telling_slots_has_gpus_by_number(
    hass: HomeAssistant, panel: FakePanel, poll: Poll, devices: Devices
) -> None:
    """Test no GPU is lost for want of an inventory."""
    panel.rigs["f00f00"] = rig(2, meminfo=None)
    await poll()
    assert list(devices.gpus("f00f00")) == ["GPU 0", "GPU 1"]
    panel.rigs["f00f00"] = rig(3, meminfo=None)
    await poll()
    assert list(devices.gpus("f00f00")) == ["GPU 0", "GPU 1", "GPU 2"]
    assert state_of(hass, "sensor.f00f00_gpu_2_hash_rate").state == "30.2"
