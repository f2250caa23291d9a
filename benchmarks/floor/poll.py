"""Polling a panel, and writing what changed and nothing else."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util.json import json_loads_object

from .entity import GONE, FloorSensor
from .reading import Gpu, Panel, Reader, Rig

type FloorConfigEntry = ConfigEntry[Floor]


class Floor:
    """What holds the last panel."""

    def __init__(self, hass: HomeAssistant, entry: FloorConfigEntry) -> None:
        """Prepare to poll the panel of an entry."""
        self._session = async_get_clientsession(hass)
        self._url: Final[str] = entry.data[CONF_URL]
        self._reader = Reader()
        self._panel: Panel | None = None
        self._sensors: list[FloorSensor] = []
        self._rigs: dict[str, list[FloorSensor]] = {}
        self._gpus: dict[str, dict[str, list[FloorSensor]]] = {}
        self.written = 0
        """How many states it has written."""

    @callback
    def async_add(self, sensors: Iterable[FloorSensor]) -> None:
        """Keep sensors by what they are about."""
        for sensor in sensors:
            match sensor.row.parts:
                case (rig_id, slot):
                    gpus = self._gpus.setdefault(rig_id, defaultdict(list))
                    gpus[slot].append(sensor)
                case (rig_id,):
                    self._rigs.setdefault(rig_id, []).append(sensor)
                case _:
                    self._sensors.append(sensor)

    async def async_refresh(self) -> None:
        """Read the panel, and write what is new."""
        panel = None
        async with self._session.get(self._url) as response:
            if response.ok:
                panel = self._reader.read(json_loads_object(await response.read()))
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
