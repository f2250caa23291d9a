"""A session, and a host that answers with any bytes at all."""

import asyncio
from collections.abc import AsyncGenerator

from aiohttp import ClientSession
import pytest


@pytest.fixture(autouse=True)
def _custom_integrations() -> None:
    """Start no Home Assistant: what is tested here knows nothing of it."""


@pytest.fixture
async def session(socket_enabled: None) -> AsyncGenerator[ClientSession]:
    """Return a session of its own."""
    async with ClientSession() as result:
        yield result


class RawHost:
    """A host that sends the bytes it is told, whether they are HTTP or not."""

    def __init__(self) -> None:
        """Send nothing, and hang up."""
        self.sends = b""
        self.stays_silent = False
        self.url = ""
        self.requests: list[bytes] = []
        self.hang_up = asyncio.Event()

    async def handle(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Send the bytes, then hang up, or never do."""
        self.requests.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(self.sends)
        await writer.drain()
        if self.stays_silent:
            await self.hang_up.wait()
        writer.close()


@pytest.fixture
async def raw_host(socket_enabled: None) -> AsyncGenerator[RawHost]:
    """Serve bytes."""
    host = RawHost()
    server = await asyncio.start_server(host.handle, "127.0.0.1", 0)
    host.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    yield host
    host.hang_up.set()
    server.close()
    await server.wait_closed()
