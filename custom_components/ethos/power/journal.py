"""The journal: every step of a power cycle, written down before it is taken."""

import asyncio
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store

from ..const import DOMAIN, LOGGER
from .history import Histories, History, from_record, to_record

_VERSION: Final = 1


class Journal:
    """The file of what is done to the rigs of a panel, and a copy of it.

    There are two, since a disk that loses its power may lose the file it writes, too.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Name the files."""
        self._hass = hass
        key = f"{DOMAIN}.{entry.entry_id}.power"
        self._keys = key, f"{key}_copy"
        self._stores = [self._store(key) for key in self._keys]
        self._lock = asyncio.Lock()
        self._number = 0
        self._is_removed = False

    async def async_load(self) -> dict[str, History]:
        """Return what was written last, as far as it can be read."""
        records = [
            record for key in self._keys if (record := await self._async_read(key))
        ]
        for record in sorted(records, key=lambda it: it["number"], reverse=True):
            try:
                histories = from_record(record["rigs"])
            except ArithmeticError, AttributeError, LookupError, TypeError, ValueError:
                LOGGER.exception("A journal of power cycles makes no sense")
                continue
            self._number = record["number"]
            return histories
        return {}

    async def async_save(self, histories: Histories) -> bool:
        """Write at once, and return whether it can be read again."""
        async with self._lock:
            if self._is_removed:
                return False
            self._number += 1
            record = {"number": self._number, "rigs": to_record(histories)}
            for store in self._stores:
                await store.async_save(record)
            # A store tells nobody but the log that a disk is full or read-only.
            return await self._async_read(self._keys[0]) == record

    async def async_remove(self) -> None:
        """Remove the files, for good."""
        async with self._lock:
            self._is_removed = True
            for store in self._stores:
                await store.async_remove()

    def _store(self, key: str) -> Store[dict[str, Any]]:
        """Return a file that is wholly on the disk before anybody goes on."""
        return Store(self._hass, _VERSION, key, private=True, atomic_writes=True)

    async def _async_read(self, key: str) -> dict[str, Any] | None:
        """Return what a file says, if it says something."""
        try:
            record = await self._store(key).async_load()
        except HomeAssistantError, LookupError, OSError, TypeError:
            LOGGER.exception("A journal of power cycles cannot be read: %s", key)
            return None
        return record if record and isinstance(record.get("number"), int) else None
