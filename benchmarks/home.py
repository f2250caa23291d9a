"""A Home Assistant core, with its registries and platforms and without a frontend."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import Final
from unittest.mock import patch

from aiohttp import ThreadedResolver
from homeassistant.bootstrap import async_load_base_functionality
from homeassistant.config_entries import (
    SOURCE_USER,
    ConfigEntries,
    ConfigEntry,
    ConfigEntryState,
)
from homeassistant.const import CONF_URL
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import aiohttp_client
from homeassistant.helpers.storage import Store
from homeassistant.loader import (
    Integration,
    async_get_custom_components,
    async_setup as async_setup_loader,
)
from homeassistant.setup import async_setup_component

import benchmarks

_PLATFORMS: Final = ("binary_sensor", "sensor", "update")
_OURS: Final = ("ordinary", "floor")


@asynccontextmanager
async def home_assistant(*, saves: bool = False) -> AsyncIterator[HomeAssistant]:
    """Run one that writes files or not. An event loop can have but one in its life."""
    with (
        TemporaryDirectory() as folder,
        nullcontext() if saves else patch.object(Store, "async_delay_save", _no_save),
        # The usual one looks for others on the network.
        patch.object(aiohttp_client, "_async_make_resolver", _resolver),
    ):
        hass = HomeAssistant(folder)
        hass.config.skip_pip = True
        hass.config_entries = ConfigEntries(hass, {})
        async_setup_loader(hass)
        custom = await async_get_custom_components(hass)
        for domain in _OURS:
            found = Integration.resolve_from_root(hass, benchmarks, domain)
            if found is None:
                raise RuntimeError(f"{domain} has no manifest")
            custom[domain] = found
        if not await async_load_base_functionality(hass):
            raise RuntimeError("Home Assistant does not start")
        for domain in _PLATFORMS:
            await async_setup_component(hass, domain, {})
        aiohttp_client.async_get_clientsession(hass)
        hass.set_state(CoreState.running)
        await hass.async_block_till_done()
        yield hass
        await hass.async_stop(force=True)


def _no_save(*_: object) -> None:
    """Save nothing."""


class _Resolver(ThreadedResolver):
    """A resolver that is never asked."""

    async def real_close(self) -> None:
        """Close it, as Home Assistant calls it."""
        await self.close()


def _resolver(_: HomeAssistant) -> _Resolver:
    """Return the resolver."""
    return _Resolver()


async def add_entry(
    hass: HomeAssistant,
    domain: str,
    url: str | None = None,
    *,
    entry_id: str = "",
    **options: object,
) -> ConfigEntry:
    """Set an integration up, which is polled by hand only unless it has an address."""
    entry = ConfigEntry[object](
        data={CONF_URL: url or "http://panel.invalid/?json=yes"},
        discovery_keys=MappingProxyType({}),
        domain=domain,
        entry_id=entry_id or domain,
        minor_version=1,
        # All ways are to show the same, however large the farm is.
        options={"detail": "everything", **options},
        pref_disable_polling=url is None,
        source=SOURCE_USER,
        subentries_data=None,
        title="Farm",
        unique_id=None,
        version=1,
    )
    await hass.config_entries.async_add(entry)
    await hass.async_block_till_done()
    if entry.state is not ConfigEntryState.LOADED:
        raise RuntimeError(f"{domain} is not set up: {entry.reason or entry.state}")
    return entry
