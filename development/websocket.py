"""Home Assistant's WebSocket API."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import count
from typing import Any, Self

from aiohttp import ClientSession, ClientWebSocketResponse

# Whatever Home Assistant answers: it promises no types to its clients.
type Json = Any


class CommandError(Exception):
    """A command was refused."""

    def __init__(self, command: str, code: str, message: str) -> None:
        """Remember the code."""
        super().__init__(f"{command}: {message} ({code})")
        self.code = code


class Subscription:
    """The events of a subscription, in their order."""

    def __init__(self) -> None:
        """Begin with none."""
        self._queue = asyncio.Queue[Json]()

    def put(self, event: Json) -> None:
        """Take an event in."""
        self._queue.put_nowait(event)

    def close(self) -> None:
        """Tell whoever waits for one that the connection is gone."""
        self._queue.shutdown()

    async def next(self, within: float = 30) -> Json:
        """Wait for the next event, for some seconds."""
        async with asyncio.timeout(within):
            return await anext(self)

    def __aiter__(self) -> Self:
        """Iterate over the events as they come."""
        return self

    async def __anext__(self) -> Json:
        """Wait for the next event."""
        try:
            return await self._queue.get()
        except asyncio.QueueShutDown as err:
            raise ConnectionError("Home Assistant closed the connection") from err


class WebSocket:
    """A connection that is logged in."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        """Use a connection after its login."""
        self._socket = socket
        self._ids = count(1)
        self._answers: dict[int, asyncio.Future[Json]] = {}
        self._subscriptions: dict[int, Subscription] = {}
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def connect(cls, session: ClientSession, url: str, token: str) -> Self:
        """Connect and log in."""
        # A large farm's states are longer than aiohttp's limit.
        socket = await session.ws_connect(f"{url}/api/websocket", max_msg_size=0)
        await socket.receive_json()
        await socket.send_json({"type": "auth", "access_token": token})
        if (answer := await socket.receive_json())["type"] != "auth_ok":
            await socket.close()
            raise ConnectionError(answer["message"])
        return cls(socket)

    async def close(self) -> None:
        """Disconnect."""
        await self._socket.close()
        self._reader.cancel()
        with suppress(asyncio.CancelledError):
            await self._reader

    async def command(self, command: str, /, **data: Json) -> Json:
        """Send a command and return its result."""
        return await self._send(next(self._ids), command, data)

    @asynccontextmanager
    async def subscribe(
        self, command: str, /, **data: Json
    ) -> AsyncIterator[Subscription]:
        """Subscribe by a command, and unsubscribe at the end."""
        number = next(self._ids)
        # Events may come before the result.
        subscription = self._subscriptions[number] = Subscription()
        try:
            await self._send(number, command, data)
            yield subscription
        finally:
            del self._subscriptions[number]
            if not self._socket.closed:
                await self.command("unsubscribe_events", subscription=number)

    async def _send(self, number: int, command: str, data: dict[str, Json]) -> Json:
        """Send a message and wait for its answer."""
        if self._reader.done():
            raise ConnectionError("Home Assistant closed the connection")
        future = self._answers[number] = asyncio.get_running_loop().create_future()
        try:
            await self._socket.send_json({**data, "id": number, "type": command})
            answer = await future
        finally:
            del self._answers[number]
        if not answer["success"]:
            error = answer["error"]
            raise CommandError(command, error["code"], error["message"])
        return answer["result"]

    async def _read(self) -> None:
        """Hand out what comes in."""
        try:
            async for message in self._socket:
                self._dispatch(message.json())
        finally:
            for future in self._answers.values():
                if not future.done():
                    future.set_exception(
                        ConnectionError("Home Assistant closed the connection")
                    )
            for subscription in self._subscriptions.values():
                subscription.close()

    def _dispatch(self, message: Json) -> None:
        """Hand out a message."""
        number = message["id"]
        if message["type"] == "event":
            if subscription := self._subscriptions.get(number):
                subscription.put(message["event"])
        elif (future := self._answers.get(number)) and not future.done():
            future.set_result(message)
