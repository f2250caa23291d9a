"""Test what Home Assistant's own Prometheus integration makes of a farm."""

from collections.abc import Awaitable, Callable
import logging
import re
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import prometheus_client
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import CollectorRegistry
from prometheus_client.samples import Sample
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from tests.conftest import Poll, state_of
from tests.farm import FakePanel

# Of all entities, whatever they show.
OF_ANY: Final = re.compile(
    r"homeassistant_(entity_\w+|state_change_\w+|last_updated_time_seconds)"
)
# As no unit is, of which only parts can be written in a name.
MANGLED: Final = re.compile(r"u0x|[A-Z]|__|_$")


type Scrape = Callable[[], Awaitable[dict[str, Sample]]]


@pytest.fixture
async def scrape(
    hass: HomeAssistant,
    all_enabled: None,
    loaded: MockConfigEntry,
    hass_client: ClientSessionGenerator,
    monkeypatch: pytest.MonkeyPatch,
) -> Scrape:
    """Return what returns what is told of each entity."""
    # Metrics are those of a process, in which there is more than one test.
    monkeypatch.setattr(prometheus_client, "REGISTRY", CollectorRegistry())
    # It cannot write down a time that stands still.
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)
    assert await async_setup_component(hass, "prometheus", {"prometheus": {}})
    await hass.async_block_till_done()
    client = await hass_client()

    async def scrape() -> dict[str, Sample]:
        answer = await client.get("/api/prometheus")
        told = {}
        for family in text_string_to_metric_families(await answer.text()):
            for sample in family.samples:
                entity = sample.labels.get("entity")
                if entity is not None and not OF_ANY.fullmatch(sample.name):
                    assert entity not in told, entity
                    told[entity] = sample
        return told

    return scrape


async def test_every_number_is_told(hass: HomeAssistant, scrape: Scrape) -> None:
    """Test nothing is left out but what is a text or the moment of a start."""
    scraped = await scrape()
    sensors = [it for it in hass.states.async_all("sensor") if it.state != "unknown"]
    assert len(sensors) > 80
    for state in sensors:
        device_class = state.attributes.get("device_class")
        if device_class == "timestamp":
            moment = dt_util.parse_datetime(state.state, raise_on_error=True)
            assert scraped[state.entity_id].value == moment.timestamp()
        elif {"unit_of_measurement", "state_class"} & state.attributes.keys():
            assert scraped[state.entity_id].value == float(state.state)


async def test_names_tell_units_and_labels_tell_entities(
    scrape: Scrape,
) -> None:
    """Test a metric has one unit, and says which."""
    scraped = await scrape()
    names = {entity: sample.name for entity, sample in scraped.items()}
    assert not [name for name in names.values() if MANGLED.search(name)]
    start = "homeassistant_"
    assert names["sensor.farm_hash_rate"] == f"{start}sensor_unit_mh_per_s"
    assert names["sensor.shelf_1_gpu_1_hash_rate"] == f"{start}sensor_unit_mh_per_s"
    assert names["sensor.880577_efficiency"] == f"{start}sensor_unit_mh_per_s_per_w"
    assert names["sensor.880577_power"] == f"{start}sensor_power_w"
    assert names["sensor.880577_gpu_0_temperature"] == (
        f"{start}sensor_temperature_celsius"
    )
    assert names["sensor.shelf_1_last_report"] == f"{start}sensor_timestamp_seconds"
    assert names["binary_sensor.shelf_1_mining"] == f"{start}binary_sensor_state"
    sample = scraped["sensor.shelf_1_hash_rate"]
    assert sample.labels["friendly_name"] == "Shelf 1 Hash rate"


async def test_units_do_not_mix(hass: HomeAssistant, scrape: Scrape) -> None:
    """Test what is summed up over a metric is of one unit."""
    units: dict[str, set[str | None]] = {}
    for entity, sample in (await scrape()).items():
        unit = state_of(hass, entity).attributes.get("unit_of_measurement")
        units.setdefault(sample.name, set()).add(unit)
    assert {name: of for name, of in units.items() if len(of) > 1} == {}


async def test_a_rig_that_is_down_has_no_readings(
    scrape: Scrape, panel: FakePanel, poll: Poll
) -> None:
    """Test an old reading is not told again and again, nor a zero."""
    hash_rate = "sensor.shelf_1_hash_rate"
    assert (await scrape())[hash_rate].value == 60.1
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll()
    told = await scrape()
    assert hash_rate not in told
    assert told["binary_sensor.shelf_1_connectivity"].value == 0
