"""Create the owner of a new Home Assistant and print an access token.

A program of its own, since importing Home Assistant changes other packages.
"""

import asyncio
from datetime import timedelta
from pathlib import Path
import sys
from typing import Final

from homeassistant.auth import auth_manager_from_config
from homeassistant.auth.const import GROUP_ID_ADMIN
from homeassistant.auth.models import TOKEN_TYPE_LONG_LIVED_ACCESS_TOKEN
from homeassistant.auth.providers.homeassistant import HassAuthProvider
from homeassistant.config_entries import ConfigEntries
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.runner import create_event_loop

TOKEN_LIFE: Final = timedelta(days=3650)


async def create_owner(folder: Path, name: str, password: str) -> str:
    """Add the owner to the folder's storage and return an access token."""
    hass = HomeAssistant(str(folder))
    # The users are checked against the registries when they are loaded.
    hass.config_entries = ConfigEntries(hass, {})
    await hass.config_entries.async_initialize()
    dr.async_setup(hass)
    await asyncio.gather(dr.async_load(hass), er.async_load(hass))
    auth = await auth_manager_from_config(hass, [{"type": "homeassistant"}], [])
    [provider] = auth.auth_providers
    if not isinstance(provider, HassAuthProvider):
        raise TypeError(provider)

    await provider.async_add_auth(name, password)
    credentials = await provider.async_get_or_create_credentials({"username": name})
    user = await auth.async_create_user(name, group_ids=[GROUP_ID_ADMIN])
    await auth.async_link_user(user, credentials)
    token = await auth.async_create_refresh_token(
        user,
        client_name="Development",
        token_type=TOKEN_TYPE_LONG_LIVED_ACCESS_TOKEN,
        access_token_expiration=TOKEN_LIFE,
    )
    access_token = auth.async_create_access_token(token)

    # Stopping writes what is waiting to be written.
    await hass.async_stop(force=True)
    return access_token


if __name__ == "__main__":
    _, folder, name, password = sys.argv
    owner = create_owner(Path(folder), name, password)
    print(asyncio.run(owner, loop_factory=create_event_loop))  # noqa: T201 its caller reads it
