"""A sensor for each value."""

from dataclasses import replace
from datetime import datetime
from typing import override

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from benchmarks.mirror import ROWS, MirrorSensor, Row, register_panel

from .coordinator import OrdinaryConfigEntry, OrdinaryCoordinator


class OrdinarySensor(CoordinatorEntity[OrdinaryCoordinator], MirrorSensor):
    """A value of the reading."""

    def __init__(
        self, coordinator: OrdinaryCoordinator, panel_id: str, row: Row
    ) -> None:
        """Make the sensor of a row."""
        CoordinatorEntity.__init__(self, coordinator)
        MirrorSensor.__init__(self, coordinator.config_entry, panel_id, row)
        self._parts = row.parts
        self._key = row.key
        if row.device_class == SensorDeviceClass.UPTIME:
            # The panel counts seconds, and so they are shown.
            self.entity_description = replace(
                self.entity_description,
                device_class=SensorDeviceClass.DURATION,
                native_unit_of_measurement=UnitOfTime.SECONDS,
            )

    @property
    @override
    def native_value(self) -> StateType | datetime:
        """Return the value."""
        values = self.coordinator.data[self._parts]
        # What the integration shows beyond what is read here is not known.
        value: StateType | datetime = values.get(self._key)
        return value


async def async_setup_entry(
    hass: HomeAssistant,
    entry: OrdinaryConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the sensors of a panel, all at once."""
    panel_id = register_panel(hass, entry)
    async_add_entities(
        [OrdinarySensor(entry.runtime_data, panel_id, row) for row in hass.data[ROWS]]
    )
