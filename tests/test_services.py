"""Test the actions answer with what is asked for, and say what is wrong with a wish."""

from collections.abc import Awaitable, Callable
import json
from pathlib import Path
import re
from typing import Any, Final

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
from homeassistant.util.yaml import parse_yaml
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from syrupy.assertion import SnapshotAssertion
import voluptuous as vol

from custom_components.ethos.const import DOMAIN
from tests.conftest import Poll
from tests.farm import START, FakePanel, rig, rig_2021

type Ask = Callable[..., Awaitable[dict[str, Any]]]

FARM: Final = "event.farm_activity"
SHELF: Final = "event.shelf_1_activity"
ODD: Final = "a_b*<x>&"
DOCUMENTATION: Final = (Path(__file__).parent.parent / "docs" / "events.md").read_text(
    encoding="utf-8"
)
# What stands for any device there.
DEVICE: Final = "1ad2f8b2ea9a4f1c8e5d6b7a90c3f412"


@pytest.fixture
def ask(hass: HomeAssistant) -> Ask:
    """Return what asks an action, as an automation does."""

    async def ask(action: str, *entities: str, **data: Any) -> dict[str, Any]:
        if entities:
            data["device_id"] = [device_of(hass, entity) for entity in entities]
        answer: Any = await hass.services.async_call(
            DOMAIN, action, data, blocking=True, return_response=True
        )
        # A script refuses what is not JSON.
        assert json.loads(json.dumps(answer)) == answer
        assert isinstance(answer, dict)
        return answer

    return ask


def device_of(hass: HomeAssistant, entity_id: str) -> str:
    """Return the device to which an entity belongs."""
    entity = er.async_get(hass).async_get(entity_id)
    assert entity is not None
    assert entity.device_id is not None
    return entity.device_id


@pytest.fixture
async def other(
    hass: HomeAssistant, panel: FakePanel, loaded: MockConfigEntry
) -> MockConfigEntry:
    """Set up another panel, with the same rigs."""
    entry = MockConfigEntry(
        domain=DOMAIN, title="Other", data={CONF_URL: f"{panel.url}other?json=yes"}
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


@pytest.mark.usefixtures("loaded")
async def test_stats_of_a_rig(
    hass: HomeAssistant, poll: Poll, ask: Ask, snapshot: SnapshotAssertion
) -> None:
    """Test all that an automation may want to know, as plain data."""
    await poll(2)
    answer = await ask("get_stats", "event.880577_activity")
    (one,) = answer["rigs"]
    assert one.pop("device_id") == device_of(hass, "event.880577_activity")
    assert answer == snapshot


@pytest.mark.usefixtures("loaded")
async def test_stats_tell_what_is_wrong(panel: FakePanel, poll: Poll, ask: Ask) -> None:
    """Test a problem names its GPU, and the totals count it."""
    panel.rigs["880577"]["temp"] = "64.00 85.40 66.00"
    await poll(2)
    answer = await ask("get_stats", "event.880577_activity")
    assert answer["rigs"][0]["problems"] == [
        {
            "problem": "overheating",
            "gpu": "GPU 1",
            "since": "2026-11-01T12:01:00+00:00",
            "value": 85.4,
            "limit": 80,
            "unit": "°C",
        }
    ]
    assert answer["totals"][0]["rigs_with_problems"] == 1
    assert answer["tables"] == ["🟠 880577 90.3 MH/s 3/3 85°"]


@pytest.mark.usefixtures("other")
async def test_stats_of_whom(ask: Ask) -> None:
    """Test all rigs are told of, unless some, or a panel for all of its, are named."""

    async def named(*entities: str) -> tuple[list[tuple[str, str]], list[str]]:
        answer = await ask("get_stats", *entities)
        rigs = [(one["panel"], one["rig_name"]) for one in answer["rigs"]]
        assert len("\n".join(answer["tables"]).splitlines()) == len(rigs)
        return rigs, [one["panel"] for one in answer["totals"]]

    farm = [("Farm", "Shelf 1"), ("Farm", "880577")]
    others = [("Other", "Shelf 1"), ("Other", "880577")]
    assert await named() == (farm + others, ["Farm", "Other"])
    assert await named(FARM) == (farm, ["Farm"])
    assert await named("event.other_activity") == (others, ["Other"])
    assert await named(SHELF) == (farm[:1], ["Farm"])
    assert await named(SHELF, "event.880577_activity_2") == (
        [farm[0], others[1]],
        ["Farm", "Other"],
    )
    assert await named(FARM, SHELF) == (farm, ["Farm"])


@pytest.mark.usefixtures("loaded")
async def test_a_table_looks_like_a_table(
    panel: FakePanel, poll: Poll, ask: Ask, snapshot: SnapshotAssertion
) -> None:
    """Test what miners read: every column of a farm as it may be."""
    panel.rigs |= {
        "aa0001": rig_2021(12, rack_loc="Rack Nord, Fach 12, links (Süd)"),
        "aa0002": rig(6, rack_loc="Würfel", miner="dstm-zcash", hash=2700),
        "aa0003": rig(8, rack_loc="机架一号上面的第三台", condition="throttle"),
        "aa0004": rig(1, rack_loc=ODD, hash=0, miner_hashes="00.00"),
        "aa0005": rig(6, rack_loc="Keller", condition="unreachable"),
    }
    await poll(3)
    for columns in (
        ["hash_rate", "gpus", "temperature"],
        ["hash_rate", "gpu_hash_rates"],
        ["gpu_temperatures"],
        ["uptime", "miner_uptime", "report_age"],
        ["hash_rate", "gpus", "gpu_temperatures", "power", "uptime", "report_age"],
    ):
        answer = await ask("get_stats", columns=columns)
        assert "\n\n".join(answer["tables"]).splitlines() == snapshot
    assert answer["totals"][0]["summary"] == snapshot


@pytest.mark.usefixtures("loaded")
async def test_a_table_of_a_large_farm_is_more_than_one_message(
    panel: FakePanel, poll: Poll, ask: Ask
) -> None:
    """Test all of it arrives, in the panel's order."""
    panel.rigs = {f"{i:06x}": rig(1) for i in range(140)}
    await poll()
    answer = await ask("get_stats", columns=["hash_rate", "temperature", "report_age"])
    assert len(answer["tables"]) == 2
    assert all(len(table) <= 3_800 for table in answer["tables"])
    lines = "\n".join(answer["tables"]).splitlines()
    assert [line.split()[1] for line in lines] == list(panel.rigs)


@pytest.mark.usefixtures("loaded")
async def test_stats_during_an_outage_say_how_old_they_are(
    panel: FakePanel, poll: Poll, ask: Ask
) -> None:
    """Test what was read last is told, and not taken for how it is."""
    panel.status = 503
    await poll(23)
    answer = await ask("get_stats", FARM, columns=["hash_rate", "report_age"])
    total = answer["totals"][0]
    assert not total["available"]
    assert total["summary"].startswith("🕒 24m  🖥 2/2  ")
    assert answer["tables"] == [
        "⚪ Shelf 1 60.1 MH/s 📡24m\n⚪ 880577  90.3 MH/s 📡24m"
    ]
    assert answer["rigs"][0]["report_age"] == 24 * 60
    panel.status = 200
    await poll()
    answer = await ask("get_stats", FARM)
    assert answer["totals"][0]["summary"].startswith("🖥 2/2  ")
    assert answer["tables"][0].startswith("🟢")


@pytest.mark.usefixtures("loaded")
async def test_stats_of_a_panel_that_stands_still_say_so(
    panel: FakePanel, poll: Poll, ask: Ask
) -> None:
    """Test the age is that of the data, though the panel answers."""
    panel.stands_still = True
    await poll(12)
    answer = await ask("get_stats", FARM)
    assert answer["totals"][0]["available"]
    assert answer["totals"][0]["stale"]
    assert answer["totals"][0]["summary"].startswith("🕒 13m  ")
    assert answer["tables"][0].startswith("⚪")


@pytest.mark.usefixtures("loaded")
async def test_a_rig_that_is_not_listed_has_no_stats(
    panel: FakePanel, poll: Poll, ask: Ask
) -> None:
    """Test it is no error to ask for it."""
    gone = panel.rigs.pop("a1b2c3")
    await poll()
    answer = await ask("get_stats", SHELF)
    assert (answer["rigs"], answer["tables"]) == ([], [])
    assert [one["panel"] for one in answer["totals"]] == ["Farm"]
    panel.rigs["a1b2c3"] = gone
    await poll()
    assert len((await ask("get_stats", SHELF))["rigs"]) == 1


async def test_without_a_panel_there_is_nothing_to_tell(
    hass: HomeAssistant, loaded: MockConfigEntry, ask: Ask
) -> None:
    """Test the actions are there as long as the integration is."""
    assert await hass.config_entries.async_unload(loaded.entry_id)
    assert await ask("get_stats") == {"rigs": [], "totals": [], "tables": []}
    answer = await ask("get_activity", since="2026-11-01 00:00:00")
    assert (answer["changes"], answer["working"]) == ([], {})


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("get_stats", {}),
        ("get_activity", {"since": "2026-11-01 00:00:00"}),
        ("start_maintenance", {}),
    ],
    ids=["get_stats", "get_activity", "start_maintenance"],
)
@pytest.mark.parametrize("kind", ["unknown", "GPU", "unloaded", "other"])
async def test_what_is_no_rig_is_refused(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
    action: str,
    data: dict[str, Any],
    kind: str,
) -> None:
    """Test the error says which device, in the user's language."""
    shelf = device_of(hass, SHELF)
    device = {
        "unknown": "no-such-device",
        "GPU": device_of(hass, "binary_sensor.shelf_1_gpu_1_problem"),
        "unloaded": shelf,
        "other": "",
    }[kind]
    if kind == "unloaded":
        assert await hass.config_entries.async_unload(loaded.entry_id)
        assert loaded.state is ConfigEntryState.NOT_LOADED
    if kind == "other":
        stranger = MockConfigEntry(domain="somebody_else")
        stranger.add_to_hass(hass)
        device = device_registry.async_get_or_create(
            config_entry_id=stranger.entry_id,
            identifiers={("somebody_else", "1")},
            name="Toaster",
        ).id
    name = {"GPU": "GPU 1", "unloaded": "Shelf 1", "other": "Toaster"}.get(kind, device)
    devices = [device] if kind == "unloaded" else [shelf, device]
    with pytest.raises(ServiceValidationError) as raised:
        await hass.services.async_call(
            DOMAIN,
            action,
            {"device_id": devices, **data},
            blocking=True,
            return_response=action.startswith("get"),
        )
    assert raised.value.translation_domain == DOMAIN
    assert raised.value.translation_key == "no_rig"
    assert raised.value.translation_placeholders == {"device": name}
    assert name in str(raised.value)
    switch = hass.states.get("switch.shelf_1_maintenance")
    assert switch is None or switch.state != "on"


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("get_stats", {"columns": ["colour"]}),
        ("get_activity", {}),
        ("get_activity", {"since": "yesterday"}),
        ("get_activity", {"since": "2026-11-01 00:00:00", "types": ["rig_on_fire"]}),
        ("start_maintenance", {}),
        ("start_maintenance", {"device_id": "any", "duration": "a while"}),
        # As from a template that finds no rig; it must not silence all of them.
        ("start_maintenance", {"device_id": []}),
    ],
)
async def test_nonsense_is_refused(
    hass: HomeAssistant, action: str, data: dict[str, Any]
) -> None:
    """Test a mistake in an automation does not go unnoticed."""
    with pytest.raises(vol.Invalid):
        await hass.services.async_call(
            DOMAIN,
            action,
            data,
            blocking=True,
            return_response=action.startswith("get"),
        )


@pytest.fixture
async def night(
    loaded: MockConfigEntry, panel: FakePanel, poll: Poll, ask: Ask
) -> None:
    """Let some things happen: Shelf 1 is down for ten minutes, another overheats."""
    panel.rigs["880577"]["rack_loc"] = ODD
    await poll()
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    panel.rigs["880577"]["temp"] = "64.00 85.40 66.00"
    await poll(10)
    panel.rigs["a1b2c3"] |= {"condition": "mining", "server_time": panel.time}
    panel.rigs["880577"]["temp"] = "64.00 65.00 66.00"
    await poll(2)


SINCE: Final = "2026-11-01T12:00:00+00:00"


@pytest.mark.usefixtures("night")
async def test_activity_tells_what_happened(
    hass: HomeAssistant, ask: Ask, snapshot: SnapshotAssertion
) -> None:
    """Test it is there as data, and as messages in both formats with times."""
    await hass.config.async_set_time_zone("Europe/Berlin")
    answer = await ask("get_activity", since=SINCE)
    devices = {device_of(hass, SHELF), device_of(hass, "event.880577_activity")}
    assert {change.pop("device_id") for change in answer["changes"]} == devices
    assert answer == snapshot


@pytest.mark.usefixtures("night")
@pytest.mark.parametrize(
    ("data", "types"),
    [
        ({}, ["rig_down", "overheated", "rig_up", "cooled_down"]),
        ({"types": ["rig_down", "rig_up"]}, ["rig_down", "rig_up"]),
        ({"types": "cooled_down"}, ["cooled_down"]),
        ({"types": []}, ["rig_down", "overheated", "rig_up", "cooled_down"]),
        (
            {"since": "2026-11-01T12:03:00+00:00"},
            ["overheated", "rig_up", "cooled_down"],
        ),
        ({"until": "2026-11-01T12:03:00+00:00"}, ["rig_down", "overheated"]),
        ({"until": "2026-11-01T12:02:59+00:00"}, ["rig_down"]),
        (
            {
                "since": "2026-11-01T12:03:00+00:00",
                "until": "2026-11-01T12:03:00+00:00",
            },
            ["overheated"],
        ),
        ({"since": "2026-11-01T13:00:00+00:00"}, []),
    ],
)
async def test_activity_of_when_and_what(
    ask: Ask, data: dict[str, Any], types: list[str]
) -> None:
    """Test both ends belong to a span, so that an event finds itself."""
    answer = await ask("get_activity", **{"since": SINCE, **data})
    assert [change["type"] for change in answer["changes"]] == types


@pytest.mark.usefixtures("night")
async def test_a_time_without_a_zone_is_that_of_home_assistant(
    hass: HomeAssistant, ask: Ask
) -> None:
    """Test what a person picks in a form is meant by his clock."""
    await hass.config.async_set_time_zone("Europe/Berlin")
    answer = await ask(
        "get_activity", since="2026-11-01 13:03:00", until="2026-11-01 13:04:00"
    )
    assert [change["type"] for change in answer["changes"]] == ["overheated"]


@pytest.mark.usefixtures("night")
async def test_activity_of_whom(hass: HomeAssistant, ask: Ask) -> None:
    """Test a rig is told of alone, and a panel with all its rigs."""

    async def types(*entities: str) -> list[str]:
        answer = await ask("get_activity", *entities, since=SINCE)
        return [change["type"] for change in answer["changes"]]

    assert await types(SHELF) == ["rig_down", "rig_up"]
    assert await types("event.880577_activity") == ["overheated", "cooled_down"]
    assert len(await types(FARM)) == 4
    assert len(await types(SHELF, FARM)) == 4


@pytest.mark.usefixtures("other")
async def test_activity_of_two_panels_is_one_story(
    panel: FakePanel, poll: Poll, ask: Ask
) -> None:
    """Test it is told in the order in which it happened."""
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll()
    panel.rigs["880577"]["condition"] = "unreachable"
    await poll()
    answer = await ask("get_activity", since=SINCE)
    assert [change["rig_name"] for change in answer["changes"]] == [
        "Shelf 1",
        "Shelf 1",
        "880577",
        "880577",
    ]
    assert answer["working"].keys() == {"Farm", "Other"}
    answer = await ask("get_activity", "event.other_activity", since=SINCE)
    assert len(answer["changes"]) == 2
    assert answer["working"].keys() == {"Other"}


@pytest.mark.usefixtures("loaded")
async def test_an_outage_of_a_large_farm_is_a_line(
    panel: FakePanel, poll: Poll, ask: Ask
) -> None:
    """Test a chat is not flooded, and data is still there for each rig."""
    panel.rigs = {f"{i:06x}": rig(1) for i in range(60)}
    await poll(4)
    for one in panel.rigs.values():
        one["condition"] = "unreachable"
    await poll()
    answer = await ask("get_activity", since=dt_util.utcnow().isoformat())
    assert len(answer["changes"]) == 60
    (line,) = answer["html"]
    assert line.startswith("🔴 <b>Rig down (60)</b>: 000000, 000001, ")
    assert line.endswith("000013, …")
    assert answer["counts"] == ["🔴 Rig down: 60"]


async def test_an_outage_of_a_huge_farm_is_told_whole(
    hass: HomeAssistant,
    freezer: FrozenDateTimeFactory,
    entry: MockConfigEntry,
    panel: FakePanel,
    poll: Poll,
    ask: Ask,
) -> None:
    """Test more is seen at once than is kept for long."""
    freezer.move_to(dt_util.utc_from_timestamp(START))
    entry.add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, options={"detail": "farm"})
    panel.rigs = {f"{i:06x}": rig(1) for i in range(510)}
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    for one in panel.rigs.values():
        one["condition"] = "unreachable"
    await poll()
    assert (await ask("get_activity", since=SINCE))["counts"] == ["🔴 Rig down: 510"]
    panel.rigs["000000"].update(condition="mining", server_time=panel.time)
    await poll()
    answer = await ask("get_activity", since=SINCE)
    assert answer["counts"] == ["🔴 Rig down: 499", "🟢 Rig is back: 1"]


@pytest.mark.usefixtures("loaded")
async def test_a_long_story_is_more_than_one_message(
    panel: FakePanel, poll: Poll, ask: Ask
) -> None:
    """Test each is as long as Telegram takes, and none is lost."""
    panel.rigs |= {"000001": rig(1), "000002": rig(1)}
    await poll(4)
    for _ in range(30):
        for condition in ("unreachable", "mining"):
            for one in panel.rigs.values():
                one["condition"] = condition
            await poll()
    answer = await ask("get_activity", since=SINCE)
    assert len(answer["changes"]) == 2 + 240
    for messages in (answer["messages"], answer["html"]):
        assert len(messages) > 1
        assert all(len(message) <= 4_096 for message in messages)
        assert len("\n".join(messages).splitlines()) == 2 + 240


async def share(ask: Ask, since: str = SINCE, until: str | None = None) -> float | None:
    """Return in how much of a time the rigs worked."""
    answer = await ask(
        "get_activity", FARM, since=since, **({"until": until} if until else {})
    )
    result: float | None = answer["working"]["Farm"]
    return result


@pytest.mark.usefixtures("night")
async def test_how_much_of_the_time_rigs_worked(ask: Ask) -> None:
    """Test a rig of two that was down from 11:59 to 12:12, and no longer."""
    assert await share(ask) == 53.8
    until = "2026-11-01T12:06:00+00:00"
    assert await share(ask, until=until) == 50
    assert await share(ask, "2026-11-01T12:12:00+00:00") == 100
    assert await share(ask, "2026-11-01T12:13:00+00:00") is None
    assert await share(ask, "2026-11-01T13:00:00+00:00") is None


@pytest.mark.usefixtures("loaded")
async def test_what_still_lasts_counts_too(
    panel: FakePanel, poll: Poll, ask: Ask
) -> None:
    """Test a rig that does not mine, then is offline, is not counted twice."""
    await poll(10)
    panel.rigs["a1b2c3"] |= {"hash": 0, "miner_hashes": "00.00 00.00"}
    await poll(5)
    assert await share(ask) == 86.7
    panel.rigs["a1b2c3"] |= {"condition": "unreachable"}
    await poll(5)
    panel.rigs["a1b2c3"] |= {"condition": "mining", "server_time": panel.time}
    await poll(1)
    panel.rigs["a1b2c3"] |= {"hash": 60.1, "miner_hashes": "30.00 30.10"}
    await poll(9)
    # From the 11th poll, the first without a hash rate, to the second with one again.
    assert await share(ask) == 80


@pytest.mark.usefixtures("loaded")
async def test_a_rig_that_left_does_not_count(
    panel: FakePanel, poll: Poll, ask: Ask
) -> None:
    """Test the farm is what the panel lists."""
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll(10)
    panel.rigs["a1b2c3"]["condition"] = "mining"
    await poll()
    del panel.rigs["a1b2c3"]
    await poll(3)
    assert await share(ask) == 100
    panel.rigs = {}
    await poll()
    assert await share(ask) is None


@pytest.mark.usefixtures("night")
async def test_messages_are_in_the_language_of_home_assistant(
    hass: HomeAssistant, ask: Ask
) -> None:
    """Test no sentence is made in Python."""
    english = await ask("get_activity", since=SINCE)
    hass.config.language = "de"
    german = await ask("get_activity", since=SINCE)
    assert english["changes"] == german["changes"]
    assert english["messages"][0].count("\n") == german["messages"][0].count("\n")
    assert "Rig is back" in english["messages"][0]
    assert "Rig is back" not in german["messages"][0]


@pytest.fixture
async def example(
    hass: HomeAssistant,
    panel: FakePanel,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    poll: Poll,
) -> None:
    """Let that be so which the documentation shows."""
    freezer.move_to(dt_util.utc_from_timestamp(START))
    panel.rigs = {"a1b2c3": rig_2021(2, rack_loc="Shelf 1")}
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await poll(4)
    panel.rigs["a1b2c3"]["temp"] = "64.00 85.40"
    await poll(2)
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll(20)
    panel.rigs["a1b2c3"] |= {"condition": "mining", "server_time": panel.time}
    await poll()
    await hass.config.async_set_time_zone("UTC")


@pytest.mark.usefixtures("example")
@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("get_stats", {"columns": ["hash_rate", "gpu_temperatures", "report_age"]}),
        ("get_activity", {"since": "2026-11-01T00:00:00+00:00"}),
    ],
    ids=["get_stats", "get_activity"],
)
async def test_the_answers_in_the_documentation_are_real(
    hass: HomeAssistant, ask: Ask, action: str, data: dict[str, Any]
) -> None:
    """Test who writes an automation by them finds what they show."""
    _, _, section = DOCUMENTATION.partition(f"### `ethos.{action}`")
    blocks = re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)
    asked, answer = map(parse_yaml, blocks[:2])
    assert isinstance(asked, dict)
    assert asked["action"] == f"ethos.{action}"
    assert asked["data"] == data
    device = device_of(hass, SHELF)
    shown = json.dumps(await ask(action, **data)).replace(device, DEVICE)
    assert answer == json.loads(shown)
