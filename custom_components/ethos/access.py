"""Trying an address that somebody typed."""

from dataclasses import dataclass, replace
from typing import Any

from aiohttp import encode_basic_auth
from aiohttp.hdrs import AUTHORIZATION
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import CONF_PASSWORD, CONF_URL, CONF_USERNAME
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from yarl import URL

from .const import DOMAIN
from .panel import (
    PanelAddress,
    PanelAuthenticationError,
    PanelClient,
    PanelError,
    PanelStatusError,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """What came of an address."""

    error: str | None = None
    """The key of its message."""
    status: int | None = None
    """Of HTTP, where that was the error."""
    data: dict[str, Any] | None = None
    """What a config entry keeps of it, if the panel can be read."""
    title: str = ""


def login(username: str | None, password: str | None) -> dict[str, str]:
    """Return the headers that a panel behind a password asks for.

    Raises PanelAuthenticationError of a user name that no panel can be told.
    """
    if not username:
        return {}
    if ":" in username:
        raise PanelAuthenticationError("a colon ends a user name")
    return {AUTHORIZATION: encode_basic_auth(username, password or "")}


async def async_try(
    hass: HomeAssistant, typed: str, entry: ConfigEntry | None = None
) -> Attempt:
    """Read the panel at an address, which may be the new one of an entry.

    Names what is wrong: the address, the way to it, what answers, or that another entry
    has the panel already, be it by the address or by where that leads.
    """
    try:
        address = PanelAddress.parse(typed)
        if entry is not None and address.username is None:
            address = _with_known_credentials(address, entry)
        if _is_known(hass, address.url, entry):
            return Attempt(error="already_configured")
        client = PanelClient(
            async_get_clientsession(hass),
            address.url,
            login(address.username, address.password),
        )
        panel = await client.panel()
    except PanelStatusError as err:
        return Attempt(error=err.reason, status=err.status)
    except PanelError as err:
        return Attempt(error=err.reason)
    if _is_known(hass, client.answered_by, entry):
        return Attempt(error="already_configured")
    # What the official host says of a panel ID that nobody has.
    if not panel.rigs:
        return Attempt(error="no_rigs")
    data = {CONF_URL: str(address.url)}
    if address.username is not None:
        data |= {CONF_USERNAME: address.username, CONF_PASSWORD: address.password or ""}
    return Attempt(data=data, title=address.name)


def moved_title(entry: ConfigEntry, attempt: Attempt) -> str:
    """Return the title of an entry at a new address: it stays, if a user chose it."""
    old = PanelAddress(url=URL(entry.data[CONF_URL])).name
    return attempt.title if entry.title == old else entry.title


def _with_known_credentials(address: PanelAddress, entry: ConfigEntry) -> PanelAddress:
    """Return an address on the host of an entry with the entry's credentials."""
    if URL(entry.data[CONF_URL]).host != address.url.host:
        return address
    return replace(
        address,
        username=entry.data.get(CONF_USERNAME),
        password=entry.data.get(CONF_PASSWORD),
    )


@callback
def _is_known(hass: HomeAssistant, url: URL, but: ConfigEntry | None) -> bool:
    """Return whether another entry reads the panel at a URL."""
    address = PanelAddress(url=url)
    for entry in hass.config_entries.async_entries(DOMAIN):
        if entry is but:
            continue
        known = [URL(entry.data[CONF_URL])]
        if entry.state is ConfigEntryState.LOADED:
            known.append(entry.runtime_data.client.answered_by)
        if any(map(address.is_same, known)):
            return True
    return False
