"""A sensor for each value, which is told its state."""

from datetime import datetime
from typing import override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType
from homeassistant.util import dt as dt_util

from benchmarks.mirror import ROWS, MirrorSensor, register_panel


class FloorSensor(MirrorSensor):
    """A value."""

    _value: StateType | datetime = None
    _is_there = False

    @property
    @override
    def available(self) -> bool:
        """Return whether it can be read."""
        return self._is_there

    @property
    @override
    def native_value(self) -> StateType | datetime:
        """Return the value."""
        return self._value

    @callback
    def async_take(self, state: str) -> None:
        """Take a state, to be written later."""
        self._is_there = state != STATE_UNAVAILABLE
        if state in {STATE_UNAVAILABLE, STATE_UNKNOWN}:
            self._value = None
        elif self.row.device_class in {"timestamp", "uptime"}:
            self._value = dt_util.parse_datetime(state)
        elif self.row.numeric:
            self._value = float(state)
        else:
            self._value = state


async def async_setup_entry(
    hass: HomeAssistant,
    entry: ConfigEntry[dict[str, FloorSensor]],
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the sensors of a panel."""
    panel_id = register_panel(hass, entry)
    sensors = [FloorSensor(entry, panel_id, row) for row in hass.data[ROWS]]
    async_add_entities(sensors)
    entry.runtime_data.update(
        {sensor.row.name: sensor for sensor in sensors if sensor.row.enabled}
    )
