"""Test how much is shown of a farm, so that Home Assistant never cuts anything off."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigSubentryData
from homeassistant.core import HomeAssistant
from homeassistant.helpers import (
    device_registry as dr,
    entity_platform,
    entity_registry as er,
    issue_registry as ir,
)
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ethos.budget import Budget
from custom_components.ethos.const import DOMAIN
from custom_components.ethos.detail import Detail, most_that_fits
from custom_components.ethos.tables import PLUG_TABLES, TABLES
from tests.conftest import ENTRY_ID, Poll, state_of
from tests.farm import START, FakePanel, answer, rig, rig_2021
from tests.panel.reading import read

HOUR = 61
OUTGROWN = (DOMAIN, f"outgrown_{ENTRY_ID}")


class Shown:
    """What is shown of the farm, as Home Assistant's registries tell it."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Keep the registries."""
        self.hass = hass
        self.entities = er.async_get(hass)
        self.devices = dr.async_get(hass)

    def rows(self) -> list[er.RegistryEntry]:
        """Return all entities of the panel."""
        return er.async_entries_for_config_entry(self.entities, ENTRY_ID)

    def of(self, rig_id: str, slot: str | None = None) -> list[str]:
        """Return the entities of a rig alone or of a GPU, disabled ones too."""
        device = self.rig(rig_id) if slot is None else self.gpu(rig_id, slot)
        assert device is not None
        (identifier,) = device.identifiers
        found = er.async_entries_for_device(
            self.entities, device.id, include_disabled_entities=True
        )
        return sorted(it.unique_id.removeprefix(f"{identifier[1]}_") for it in found)

    def rig(self, rig_id: str) -> dr.DeviceEntry | None:
        """Return the device of a rig."""
        return self.devices.async_get_device_by_identifier(
            (DOMAIN, f"{ENTRY_ID}_{rig_id}"), ENTRY_ID
        )

    def gpu(self, rig_id: str, slot: str) -> dr.ChildDeviceEntry | None:
        """Return the device of a GPU."""
        return self.devices.async_get_child_device_by_identifier(
            (DOMAIN, f"{ENTRY_ID}_{rig_id}_{slot}"), ENTRY_ID
        )

    @property
    def enabled(self) -> int:
        """How many entities are enabled."""
        return sum(entity.disabled_by is None for entity in self.rows())

    def is_outgrown(self) -> bool:
        """Whether it is told that the farm does not fit."""
        return OUTGROWN in ir.async_get(self.hass).issues


@pytest.fixture(autouse=True)
def _clock(freezer: FrozenDateTimeFactory) -> None:
    """Let it be the panel's time."""
    freezer.move_to(datetime.fromtimestamp(START, UTC))


@pytest.fixture
def shown(hass: HomeAssistant) -> Shown:
    """Return what is shown."""
    return Shown(hass)


@pytest.fixture
def allow(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> Iterator[Callable[[int], None]]:
    """Let Home Assistant allow fewer entities, since thousands take a test too long."""

    def allow(entities: int) -> None:
        monkeypatch.setattr(
            entity_platform, "MAX_ENABLED_ENTITIES_PER_CONFIG_ENTRY", entities
        )

    yield allow
    assert "Reached the maximum" not in caplog.text


async def set_up(hass: HomeAssistant, entry: MockConfigEntry, detail: str = "") -> None:
    """Set the panel up, at a level of detail of the user's if he has one."""
    entry.add_to_hass(hass)
    if detail:
        hass.config_entries.async_update_entry(entry, options={"detail": detail})
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()


async def choose(hass: HomeAssistant, entry: MockConfigEntry, detail: str) -> None:
    """Choose a level of detail in the options."""
    form = await hass.config_entries.options.async_init(entry.entry_id)
    await hass.config_entries.options.async_configure(
        form["flow_id"],
        {
            "scan_interval": 60,
            "offline_limit": 8,
            "temperature_high": 80,
            "temperature_low": 35,
            "hash_rate_drop": 10,
            "units": [],
            "detail": detail,
        },
    )
    await hass.async_block_till_done()


@pytest.mark.parametrize(
    ("limit", "most", "expected"),
    [
        (10, Detail.EVERYTHING, Detail.EVERYTHING),
        (9, Detail.EVERYTHING, Detail.GPUS),
        (6, Detail.EVERYTHING, Detail.GPUS),
        (5, Detail.EVERYTHING, Detail.RIGS),
        (2, Detail.EVERYTHING, Detail.FARM),
        (0, Detail.EVERYTHING, Detail.FARM),
        (10, Detail.RIGS, Detail.RIGS),
        (10, Detail.FARM, Detail.FARM),
    ],
)
def test_the_highest_level_that_fits_is_taken(
    limit: int, most: Detail, expected: Detail
) -> None:
    """Test the farm comes first, then its rigs, then their GPUs, then the rest."""
    needs = {
        Detail.FARM: 1,
        Detail.RIGS: 2,
        Detail.GPUS: 3,
        Detail.EVERYTHING: 4,
    }
    assert most_that_fits(needs, limit, most) is expected


@pytest.mark.parametrize(
    ("rigs", "gpus", "chosen", "expected"),
    [
        (10, 6, None, Detail.EVERYTHING),
        (100, 8, None, Detail.GPUS),
        (200, 8, None, Detail.RIGS),
        (1000, 12, None, Detail.FARM),
        (1000, 12, Detail.RIGS, Detail.RIGS),
        (1000, 12, Detail.EVERYTHING, Detail.RIGS),
        (100, 8, Detail.EVERYTHING, Detail.EVERYTHING),
        (10, 6, Detail.FARM, Detail.FARM),
    ],
)
async def test_the_level_is_chosen_by_the_size_of_the_farm(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    rigs: int,
    gpus: int,
    chosen: Detail | None,
    expected: Detail,
) -> None:
    """Test 5,000 entities are the most by default, and 10,000 in any case."""
    entry.add_to_hass(hass)
    panel = read(answer({f"{number:06x}": rig_2021(gpus) for number in range(rigs)}))
    budget = Budget(hass, entry, chosen, TABLES, PLUG_TABLES)
    await budget.async_settle(panel)
    assert budget.detail is expected


async def test_a_level_has_what_belongs_to_it_and_nothing_else(
    hass: HomeAssistant, entry: MockConfigEntry, shown: Shown
) -> None:
    """Test what is above a level is not there either as disabled."""
    essentials = [
        "activity",
        "alive_gpus",
        "connectivity",
        "hash_rate_megahashes",
        "hottest",
        "maintenance",
        "mining",
        "power",
        "problem",
    ]
    await set_up(hass, entry, "farm")
    assert shown.of("880577") == []
    assert state_of(hass, "sensor.farm_hash_rate").state == "150.4"
    await choose(hass, entry, "rigs")
    assert shown.of("880577") == essentials
    assert shown.gpu("880577", "02:00.0") is None
    await choose(hass, entry, "gpus")
    assert shown.of("880577") == essentials
    assert shown.of("880577", "02:00.0") == [
        "hash_rate_megahashes",
        "problem",
        "temperature",
    ]
    await choose(hass, entry, "everything")
    assert len(shown.of("880577")) > 25
    assert len(shown.of("880577", "02:00.0")) == 14
    assert state_of(hass, "sensor.880577_gpu_1_hash_rate").state == "30.1"


@pytest.mark.parametrize("detail", ["farm", "rigs"])
async def test_what_is_told_names_gpus_without_a_device(
    hass: HomeAssistant,
    panel: FakePanel,
    entry: MockConfigEntry,
    poll: Poll,
    detail: str,
) -> None:
    """Test messages and actions work at every level."""
    await set_up(hass, entry, detail)
    panel.rigs["880577"]["temp"] = "60.00 95.00 60.00"
    await poll(3)
    stats: Any = await hass.services.async_call(
        DOMAIN, "get_stats", {}, blocking=True, return_response=True
    )
    (told,) = [problem for its_rig in stats["rigs"] for problem in its_rig["problems"]]
    assert told["problem"] == "overheating"
    assert told["gpu"] == "GPU 1"
    event = state_of(hass, "event.farm_activity")
    assert event.attributes["event_type"] == "overheated"
    assert event.attributes["gpu"] == "GPU 1"


async def test_a_lower_level_and_back_loses_nothing(
    hass: HomeAssistant, loaded: MockConfigEntry, shown: Shown
) -> None:
    """Test what the user renamed, enabled or disabled is so again."""
    before = shown.enabled
    gpu = shown.gpu("880577", "02:00.0")
    assert gpu is not None
    shown.devices.async_update_child_device(gpu.id, name_by_user="The loud one")
    rate = shown.entities.async_get("sensor.880577_gpu_1_hash_rate")
    assert rate is not None
    shown.entities.async_update_entity(
        rate.entity_id, name="Loud rate", new_entity_id="sensor.loud"
    )
    shown.entities.async_update_entity("sensor.880577_load", disabled_by=None)
    shown.entities.async_update_entity(
        "sensor.880577_condition", disabled_by=er.RegistryEntryDisabler.USER
    )
    await hass.config_entries.async_reload(loaded.entry_id)
    await hass.async_block_till_done()

    await choose(hass, loaded, "farm")
    assert shown.gpu("880577", "02:00.0") is None
    assert hass.states.get("sensor.loud") is None
    assert shown.of("880577") == []
    assert shown.enabled < 20

    await choose(hass, loaded, "everything")
    back = shown.gpu("880577", "02:00.0")
    assert back is not None
    assert back.name_by_user == "The loud one"
    assert back.id == gpu.id
    renamed = shown.entities.async_get("sensor.loud")
    assert renamed is not None
    assert (renamed.id, renamed.name) == (rate.id, "Loud rate")
    assert state_of(hass, "sensor.loud").state == "30.1"
    assert state_of(hass, "sensor.880577_load").state == "0.53"
    assert hass.states.get("sensor.880577_condition") is None
    assert shown.enabled == before


async def test_what_the_user_enabled_is_counted(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    shown: Shown,
    allow: Callable[[int], None],
) -> None:
    """Test a farm that would fit without it does not fit with it, back and forth."""
    await set_up(hass, entry, "everything")
    # The panel could still count in four other units.
    most = shown.enabled + 4
    allow(most)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert shown.gpu("880577", "02:00.0")
    shown.entities.async_update_entity("sensor.880577_load", disabled_by=None)
    for _ in range(2):
        await hass.config_entries.async_reload(entry.entry_id)
        await hass.async_block_till_done()
        assert len(shown.of("880577")) == 9
        assert shown.is_outgrown()
    allow(most + 1)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert shown.enabled == most - 3
    assert not shown.is_outgrown()


async def test_what_automatic_chose_is_said(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    shown: Shown,
    poll: Poll,
    allow: Callable[[int], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Test the log tells it once, and the form of the options."""
    allow(2 * 55)
    await set_up(hass, entry)
    await poll(3)
    assert shown.enabled <= 55
    assert caplog.text.count("its level of detail is now gpus") == 1
    form = await hass.config_entries.options.async_init(entry.entry_id)
    assert form["description_placeholders"] == {
        "detail": "Rigs and GPUs, the essentials",
        "entities": str(shown.enabled),
    }
    assert not shown.is_outgrown()


async def test_nothing_is_said_of_a_farm_that_fits(
    loaded: MockConfigEntry, shown: Shown, caplog: pytest.LogCaptureFixture
) -> None:
    """Test a small farm is shown whole, and nobody is bothered."""
    assert loaded.runtime_data.roster.budget.detail is Detail.EVERYTHING
    assert "level of detail" not in caplog.text
    assert not shown.is_outgrown()


async def test_a_farm_that_outgrows_automatic_is_told(
    hass: HomeAssistant,
    panel: FakePanel,
    entry: MockConfigEntry,
    shown: Shown,
    poll: Poll,
    allow: Callable[[int], None],
) -> None:
    """Test nothing is removed until it is reloaded, which then mends it."""
    allow(200)
    await set_up(hass, entry)
    assert not shown.is_outgrown()
    panel.rigs["12e456"] = rig_2021(5)
    await poll(2)
    assert shown.enabled > 100
    assert shown.is_outgrown()
    assert shown.gpu("12e456", "01:00.0")
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert shown.enabled <= 100
    assert not shown.is_outgrown()


async def test_a_level_that_is_too_high_is_told(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    shown: Shown,
    allow: Callable[[int], None],
) -> None:
    """Test less is shown then, until the user chooses what fits."""
    allow(55)
    await set_up(hass, entry, "everything")
    assert shown.enabled <= 55
    assert shown.is_outgrown()
    await choose(hass, entry, "gpus")
    assert not shown.is_outgrown()
    await choose(hass, entry, "everything")
    assert shown.is_outgrown()
    await hass.config_entries.async_unload(entry.entry_id)
    assert not shown.is_outgrown()


async def test_a_rig_that_comes_when_there_is_no_room_has_less(
    hass: HomeAssistant,
    panel: FakePanel,
    entry: MockConfigEntry,
    shown: Shown,
    poll: Poll,
    allow: Callable[[int], None],
) -> None:
    """Test it gets the level that fits, and the rest when others have left."""
    allow(100)
    await set_up(hass, entry, "everything")
    panel.rigs |= {"00000a": rig(2), "00000b": rig(2), "00000c": rig(2)}
    await poll(2)
    # There is room for 30 more: for the first, and for what matters of the second.
    assert shown.enabled == 92
    assert [len(shown.of(f"00000{it}")) for it in "abc"] == [30, 8, 0]
    assert shown.gpu("00000a", "01:00.0") is not None
    assert shown.gpu("00000b", "01:00.0") is None
    assert shown.is_outgrown()

    del panel.rigs["a1b2c3"]
    await poll(HOUR + 4)
    assert [len(shown.of(f"00000{it}")) for it in "abc"] == [30, 30, 8]
    assert shown.gpu("00000b", "01:00.0") is not None
    assert shown.enabled == 92
    assert shown.is_outgrown()
    del panel.rigs["00000c"]
    await poll(HOUR + 4)
    assert not shown.is_outgrown()


async def test_what_is_new_of_a_rig_waits_for_room(
    hass: HomeAssistant,
    panel: FakePanel,
    entry: MockConfigEntry,
    shown: Shown,
    poll: Poll,
    allow: Callable[[int], None],
) -> None:
    """Test a rig keeps what it has, and gets the rest when others have left."""
    allow(75)
    await set_up(hass, entry, "everything")
    panel.rigs["880577"] = rig_2021(8)
    await poll(2)
    assert shown.enabled == 64
    assert shown.gpu("880577", "03:00.0") is not None
    assert shown.gpu("880577", "04:00.0") is None
    assert shown.is_outgrown()
    panel.rigs["880577"] = rig_2021(3)
    await poll(2)
    assert not shown.is_outgrown()
    panel.rigs["880577"] = rig_2021(8)
    await poll(2)
    assert shown.is_outgrown()
    del panel.rigs["a1b2c3"]
    await poll(HOUR + 4)
    assert shown.gpu("880577", "04:00.0") is not None
    assert shown.enabled == 69
    assert not shown.is_outgrown()


async def test_rigs_that_are_absent_at_the_start_are_counted_too(
    hass: HomeAssistant,
    panel: FakePanel,
    entry: MockConfigEntry,
    shown: Shown,
    allow: Callable[[int], None],
) -> None:
    """Test one short answer does not raise the level, only to be outgrown again."""
    panel.rigs = {f"{number:06x}": rig(4) for number in range(6)}
    await set_up(hass, entry, "rigs")
    need = shown.enabled
    allow(need + 100)
    panel.rigs = {"000000": rig(4)}
    hass.config_entries.async_update_entry(entry, options={"detail": "everything"})
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.runtime_data.roster.budget.detail is Detail.GPUS


def plug(rig_id: str) -> ConfigSubentryData:
    """Return the plug of a rig."""
    return ConfigSubentryData(
        data={"rig": rig_id, "switch": "switch.plug", "off_time": 10},
        subentry_type="plug",
        title=f"Rig {rig_id}",
        unique_id=rig_id,
    )


@pytest.mark.parametrize("room", [0, 4, 8])
async def test_plugs_are_shown_whole_or_not_at_all(
    hass: HomeAssistant,
    panel: FakePanel,
    shown: Shown,
    poll: Poll,
    allow: Callable[[int], None],
    room: int,
) -> None:
    """Test a plug has all its entities, at the lowest level too, if there is room."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Farm",
        entry_id=ENTRY_ID,
        data={"url": f"{panel.url}?json=yes"},
        options={"detail": "farm"},
        subentries_data=(plug("a1b2c3"), plug("880577")),
    )
    # The panel could still count in four other units.
    allow(14 + 4 + room)
    await set_up(hass, entry)
    assert len(shown.of("880577")) + len(shown.of("a1b2c3")) == room
    await poll()
    assert shown.is_outgrown() is (room < 8)


async def test_a_plug_can_make_the_level_too_high(
    hass: HomeAssistant,
    panel: FakePanel,
    shown: Shown,
    allow: Callable[[int], None],
) -> None:
    """Test plugs are counted before the level is decided."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Farm",
        entry_id=ENTRY_ID,
        data={"url": f"{panel.url}?json=yes"},
        options={"detail": "everything"},
        subentries_data=(plug("a1b2c3"), plug("880577")),
    )
    allow(64 + 4 + 7)
    await set_up(hass, entry)
    assert shown.is_outgrown()
    assert shown.enabled == 46 + 8


async def test_what_is_still_to_come_takes_its_room(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """Test nothing is promised twice while entities are being added."""
    entry.add_to_hass(hass)
    budget = Budget(hass, entry, None, TABLES, PLUG_TABLES)
    rigs = {f"{number:06x}": rig_2021(6) for number in range(10)}
    await budget.async_settle(read(answer(rigs)))
    assert budget.room() == 10_000 - 10 * (15 + 6 * 5) - 14 - 4
    before = budget.room()
    assert budget.async_admit_plugs({"000000"}) == {"000000"}
    assert budget.room() == before - 4


async def test_a_rig_without_anything_is_shown_when_another_has_left(
    hass: HomeAssistant,
    panel: FakePanel,
    entry: MockConfigEntry,
    shown: Shown,
    poll: Poll,
    allow: Callable[[int], None],
) -> None:
    """Test it needs neither a new GPU nor anything else that is new of it."""
    allow(14 + 4 + 17 + 7)
    await set_up(hass, entry, "rigs")
    panel.rigs["00000a"] = rig(2)
    await poll(2)
    assert shown.of("00000a") == []
    assert shown.is_outgrown()
    del panel.rigs["a1b2c3"]
    await poll(HOUR + 4)
    assert len(shown.of("00000a")) == 8
    assert not shown.is_outgrown()


async def test_a_rig_that_waited_and_left_is_not_told_any_more(
    hass: HomeAssistant,
    panel: FakePanel,
    entry: MockConfigEntry,
    shown: Shown,
    poll: Poll,
    allow: Callable[[int], None],
) -> None:
    """Test the issue goes with the rig."""
    allow(75)
    await set_up(hass, entry, "everything")
    panel.rigs["880577"] = rig_2021(8)
    await poll(2)
    assert shown.is_outgrown()
    del panel.rigs["880577"]
    await poll(HOUR + 4)
    assert not shown.is_outgrown()
