"""Polling a panel, and telling everyone."""

import json
import logging
from typing import Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from .reading import Reading, read

type OrdinaryConfigEntry = ConfigEntry[OrdinaryCoordinator]

_LOGGER: Final = logging.getLogger(__name__)


class OrdinaryCoordinator(DataUpdateCoordinator[Reading]):
    """Holds the last reading."""

    config_entry: OrdinaryConfigEntry

    def __init__(self, hass: HomeAssistant, entry: OrdinaryConfigEntry) -> None:
        """Prepare to poll the panel of an entry."""
        super().__init__(hass, _LOGGER, config_entry=entry, name=entry.title)
        self._session = async_get_clientsession(hass)

    @override
    async def _async_update_data(self) -> Reading:
        """Read the panel."""
        async with self._session.get(self.config_entry.data[CONF_URL]) as response:
            if not response.ok:
                raise UpdateFailed("no answer")
            return read(json.loads(await response.read()))
