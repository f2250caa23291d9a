"""A sensor for each value."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from benchmarks.mirror import ROWS, register_panel

from .entity import FloorSensor
from .poll import FloorConfigEntry


async def async_setup_entry(
    hass: HomeAssistant,
    entry: FloorConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the sensors of a panel."""
    panel_id = register_panel(hass, entry)
    sensors = [FloorSensor(entry, panel_id, row) for row in hass.data[ROWS]]
    async_add_entities(sensors)
    entry.runtime_data.async_add(sensor for sensor in sensors if sensor.row.enabled)
