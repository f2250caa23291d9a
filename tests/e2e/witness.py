"""Somebody who reads along what plugs are told over MQTT."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from aiomqtt import Client

from development.configuration import HOST
from simulator.plugs import BASE


class Witness:
    """Remembers what each plug was told, in order."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._orders: list[tuple[str, str]] = []

    def orders(self, rig_id: str) -> list[str]:
        """Return what the plug of a rig was told: ON or OFF."""
        return [order for whom, order in self._orders if whom == rig_id]

    @property
    def plugs(self) -> set[str]:
        """The rigs whose plugs were told anything."""
        return {whom for whom, _ in self._orders}

    def forget(self) -> None:
        """Begin anew."""
        self._orders.clear()

    async def listen(self, client: Client) -> None:
        """Remember for ever."""
        async for message in client.messages:
            _, rig_id, _ = message.topic.value.split("/")
            assert isinstance(message.payload, bytes)
            self._orders.append((rig_id, message.payload.decode()))


@asynccontextmanager
async def witness(broker_port: int) -> AsyncIterator[Witness]:
    """Listen to a broker."""
    heard = Witness()
    async with Client(HOST, broker_port) as client:
        await client.subscribe(f"{BASE}/+/set")
        task = asyncio.create_task(heard.listen(client))
        yield heard
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
