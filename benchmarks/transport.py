"""Answers without a network, so that none is measured."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Self
from unittest.mock import patch

from aiohttp import ClientSession
from multidict import CIMultiDict
from yarl import URL


class _Chunks:
    """The pieces of a body; as aiohttp's, no generator, for which there is a price."""

    def __init__(self, body: bytes, size: int) -> None:
        """Begin with the first."""
        self._pieces = (
            body[start : start + size] for start in range(0, len(body), size)
        )

    def __aiter__(self) -> Self:
        """Return itself."""
        return self

    async def __anext__(self) -> bytes:
        """Return the next piece."""
        for piece in self._pieces:
            return piece
        raise StopAsyncIteration


class _Content:
    """A body, as it comes in."""

    def __init__(self, body: bytes) -> None:
        """Keep the body."""
        self._body = body

    def iter_chunked(self, size: int) -> _Chunks:
        """Return the body piece by piece."""
        return _Chunks(self._body, size)


class _Response:
    """What both integrations use of a response."""

    def __init__(self, status: int, body: bytes, url: URL) -> None:
        """Keep the answer."""
        self.status = status
        self.url = url
        self.headers: CIMultiDict[str] = CIMultiDict()
        self.content = _Content(body)
        self._body = body

    async def read(self) -> bytes:
        """Return the body."""
        return self._body

    @property
    def ok(self) -> bool:
        """Whether it is an answer to use."""
        return self.status < HTTPStatus.BAD_REQUEST

    async def __aenter__(self) -> Self:
        """Begin to read it."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Be done with it."""


class Transport:
    """The one panel that there is, whatever the address."""

    def __init__(self, body: bytes) -> None:
        """Answer with a body."""
        self.body = body
        self.status = 200

    async def request(
        self, _method: str, url: str | URL, **_options: object
    ) -> _Response:
        """Answer in a later turn of the event loop, as a network would."""
        await asyncio.sleep(0)
        return _Response(self.status, self.body, URL(url))


@contextmanager
def transport(body: bytes) -> Iterator[Transport]:
    """Put a transport in the place of the network."""
    fake = Transport(body)
    with patch.object(ClientSession, "_request", fake.request):
        yield fake
