"""What survives a restart: what is known of the rigs, and what was told."""

from collections.abc import Callable
import math
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store
import voluptuous as vol

from .const import DOMAIN

_VERSION: Final = 1
# What is not told may wait: a crash then costs some minutes of what is usual.
_PATIENCE: Final = 600

_FILE: Final = vol.Schema(
    {"rigs": dict, "activity": {"log": list, "queue": list}}, required=True
)

type Record = dict[str, Any]


class EthosStore:
    """The file of a panel."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Name the file."""
        self._store: Store[Record] = Store(
            hass, _VERSION, f"{DOMAIN}.{entry.entry_id}", private=True
        )
        self._loop = hass.loop
        self._due: float | None = None

    async def async_load(self) -> Record | None:
        """Return what was written, if anything was that makes sense."""
        try:
            record: Record = _FILE(await self._store.async_load())
        except vol.Invalid:
            return None
        return record

    @callback
    def async_save_soon(self, record_fn: Callable[[], Record]) -> None:
        """Write what was told, so that it is not told again."""
        self._async_save_in(0, record_fn)

    @callback
    def async_save_later(self, record_fn: Callable[[], Record]) -> None:
        """Write what is good to know."""
        self._async_save_in(_PATIENCE, record_fn)

    @callback
    def _async_save_in(self, seconds: float, record_fn: Callable[[], Record]) -> None:
        """Write in some time, unless that is done sooner anyway."""

        def record() -> Record:
            self._due = None
            return record_fn()

        due = self._loop.time() + seconds
        # A later call would put off the one that waits.
        if self._due is None or due < self._due:
            self._due = due
            self._store.async_delay_save(record, seconds)

    async def async_close(self, record: Record) -> None:
        """Write at once, and nothing after it: another one may have the file."""
        self._due = -math.inf
        await self._store.async_save(record)

    async def async_remove(self) -> None:
        """Remove the file."""
        await self._store.async_remove()
