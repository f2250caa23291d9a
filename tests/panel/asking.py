"""Short ways to ask a panel over real HTTP."""

from collections.abc import Mapping

from aiohttp import ClientSession
from yarl import URL

from custom_components.ethos.panel import PanelClient
from custom_components.ethos.panel.models import Answer


async def ask(
    session: ClientSession, url: str, headers: Mapping[str, str] | None = None
) -> Answer:
    """Ask a panel once."""
    return await PanelClient(session, URL(url), headers).panel()


def http(body: bytes, *headers: str, length: int | None = None) -> bytes:
    """Return an answer as it goes over the wire."""
    lines = [
        "HTTP/1.1 200 OK",
        f"Content-Length: {len(body) if length is None else length}",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body
