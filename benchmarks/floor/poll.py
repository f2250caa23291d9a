"""Polling a panel, and writing what changed and nothing else."""

from collections import defaultdict
from collections.abc import Iterable
import logging
from typing import Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util.json import json_loads_object

from .entity import GONE, FloorSensor
from .reading import Gpu, Panel, Reader, Rig

_LOGGER = logging.getLogger(__name__)

type FloorConfigEntry = ConfigEntry[Floor]


class Floor(DataUpdateCoordinator[Panel]):
    """Holds the last panel."""

    def __init__(self, hass: HomeAssistant, entry: FloorConfigEntry) -> None:
        """Prepare to poll the panel of an entry."""
        super().__init__(hass, _LOGGER, config_entry=entry, name=entry.title)
        self._session = async_get_clientsession(hass)
        self._url: Final[str] = entry.data[CONF_URL]
        self._reader = Reader()
        self._panel: Panel | None = None
        self._sensors: list[FloorSensor] = []
        self._rigs: dict[str, list[FloorSensor]] = {}
        self._gpus: dict[str, dict[str, list[FloorSensor]]] = {}
        self._activity: dict[str, FloorSensor] = {}
        self.written = 0
        """How many states it has written."""

    @callback
    def async_add(self, sensors: Iterable[FloorSensor]) -> None:
        """Keep sensors by what they are about."""
        for sensor in sensors:
            if sensor.row.key == "activity":
                self._activity["_".join(sensor.row.parts)] = sensor
            match sensor.row.parts:
                case (rig_id, slot):
                    gpus = self._gpus.setdefault(rig_id, defaultdict(list))
                    gpus[slot].append(sensor)
                case (rig_id,):
                    self._rigs.setdefault(rig_id, []).append(sensor)
                case _:
                    self._sensors.append(sensor)

    @override
    async def _async_update_data(self) -> Panel:
        """Read the panel."""
        async with self._session.get(self._url) as response:
            if not response.ok:
                raise UpdateFailed(f"HTTP status {response.status}")
            return self._reader.read(json_loads_object(await response.read()))

    @override
    @callback
    def async_update_listeners(self) -> None:
        """Write what is new."""
        panel = self.data if self.last_update_success else None
        before = self._panel.by_id if self._panel else {}
        now = panel.by_id if panel else {}
        self._panel = panel
        self._show(self._sensors, panel)
        for rig_id, sensors in self._rigs.items():
            rig = now.get(rig_id)
            if rig is before.get(rig_id):
                continue
            self._show(sensors, rig)
            for slot, own in self._gpus[rig_id].items():
                self._show(own, rig.gpus[slot] if rig else None)
        for rig_id, what in panel.happened if panel else ():
            for key in (rig_id, ""):
                self._tell(self._activity[key], f"{rig_id} {what}")

    @callback
    def _show(
        self, sensors: list[FloorSensor], subject: Panel | Rig | Gpu | None
    ) -> None:
        """Write those whose value changed."""
        for sensor in sensors:
            value = sensor.value_fn(subject) if subject else GONE
            if value != sensor.value:
                sensor.value = value
                sensor.async_write_ha_state()
                self.written += 1

    @callback
    def _tell(self, sensor: FloorSensor, what: str) -> None:
        """Write what happened."""
        sensor.told = what
        sensor.async_write_ha_state()
        self.written += 1
