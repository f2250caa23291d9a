"""A smart plug for each rig, as Zigbee2MQTT brings it to a broker.

Its topics and payloads are those of Zigbee2MQTT, but for the name at their beginning.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
import json
from time import monotonic
from typing import Final

from aiohttp import web
from aiomqtt import Client, MqttError, Will

from .errors import SimulatorError
from .farm import Farm
from .rig import PlugFault, Rig

BASE: Final = "simulator"
"""What the topics begin with."""
DISCOVERY: Final = "homeassistant"
"""What the topics begin with by which Home Assistant finds the plugs."""
BIRTH: Final = f"{DISCOVERY}/status"
"""Where Home Assistant says that it listens."""
BRIDGE: Final = f"{BASE}/bridge/state"
"""Where the bridge says whether it runs."""
INTERVAL: Final = 30.0
"""s of real time after which a plug repeats itself."""
SETTLING: Final = 2.0
"""s of real time that Home Assistant, once it listens, needs to find the plugs."""
AGAIN: Final = 1.0
"""s of real time until a broker that is gone is tried again."""


def broker(address: str) -> tuple[str, int]:
    """Return host and port of a broker, or say that the address names none."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise SimulatorError(f"mqtt must be HOST:PORT, not {address}")
    return host, int(port)


class Plugs:
    """Brings the plugs of a farm to a broker, and what they are told to them.

    The broker keeps no states: who comes later has to wait, as with real plugs.
    """

    def __init__(self, farm: Farm, host: str, port: int, *, tick: float = 0.2) -> None:
        """Know the farm, at which to look each tick (s), and the broker."""
        self._farm = farm
        self._host = host
        self._port = port
        self._tick = tick
        self._found: set[str] = set()
        self._told: dict[str, tuple[str, float]] = {}

    async def keep(self, _: web.Application) -> AsyncIterator[None]:
        """Go on for as long as an application runs."""
        task = asyncio.create_task(self._go_on())
        yield
        # One that loses its broker at this very moment tells of that instead.
        while not task.done():
            task.cancel()
            await asyncio.wait([task], timeout=AGAIN)

    async def _go_on(self) -> None:
        """Stay connected for ever."""
        will = Will(BRIDGE, _condition(is_there=False), retain=True)
        while True:
            try:
                async with Client(self._host, self._port, will=will) as client:
                    try:
                        await self._serve(client)
                    except asyncio.CancelledError:
                        # The will is for those who cannot say good-bye.
                        with suppress(MqttError):
                            await client.publish(BRIDGE, will.payload, retain=True)
                        raise
            except* MqttError:
                # A broker may come later, and go.
                await asyncio.sleep(AGAIN)

    async def _serve(self, client: Client) -> None:
        """Speak and listen until the connection is lost."""
        self._found.clear()
        self._told.clear()
        await client.subscribe([(f"{BASE}/+/set", 1), (BIRTH, 1)])
        await client.publish(BRIDGE, _condition(is_there=True), retain=True)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._speak(client))
            async for message in client.messages:
                if message.topic.value == BIRTH:
                    tasks.create_task(self._repeat())
                    continue
                _, rig_id, _ = message.topic.value.split("/")
                rig = self._farm.rigs.get(rig_id)
                if rig is not None and rig.plug_fault is not PlugFault.AWAY:
                    is_on = message.payload == b"ON"
                    tasks.create_task(_switch(rig, on=is_on))

    async def _speak(self, client: Client) -> None:
        """Tell for ever what there is and how it is."""
        while True:
            rigs = dict(self._farm.rigs)
            for rig_id in self._found - rigs.keys():
                self._found.remove(rig_id)
                for topic in _discovery(rig_id):
                    await client.publish(topic, retain=True)
            for rig_id, rig in rigs.items():
                if rig_id not in self._found:
                    self._found.add(rig_id)
                    for topic, config in _discovery(rig_id).items():
                        await client.publish(topic, json.dumps(config), retain=True)
                await self._tell(client, rig)
            await asyncio.sleep(self._tick)

    async def _repeat(self) -> None:
        """Tell all anew as soon as Home Assistant knows what it is about."""
        await asyncio.sleep(SETTLING)
        self._told.clear()

    async def _tell(self, client: Client, rig: Rig) -> None:
        """Tell how a plug is, if that is news or was told long ago."""
        is_there = rig.plug_fault is not PlugFault.AWAY
        messages = {f"{BASE}/{rig.rig_id}/availability": _condition(is_there=is_there)}
        if is_there:
            messages[f"{BASE}/{rig.rig_id}"] = json.dumps(
                {
                    "state": "ON" if rig.plugged else "OFF",
                    "power": round(rig.power, 1),
                }
            )
        now = monotonic()
        for topic, text in messages.items():
            known, at = self._told.get(topic, ("", now))
            if text != known or now - at >= INTERVAL:
                self._told[topic] = text, now
                is_kept = topic.endswith("/availability")
                await client.publish(topic, text, retain=is_kept)


async def _switch(rig: Rig, *, on: bool) -> None:
    """Let a plug do what it is told, if it can, and as fast as it can."""
    await asyncio.sleep(rig.plug_delay)
    if rig.plug_fault is None:
        rig.plug(on=on)


def _condition(*, is_there: bool) -> str:
    """Return how it is said whether something is there."""
    return json.dumps({"state": "online" if is_there else "offline"})


def _discovery(rig_id: str) -> Mapping[str, Mapping[str, object]]:
    """Return what Home Assistant has to know of the plug of a rig, by topic."""
    name, topic = f"{BASE}_{rig_id}", f"{BASE}/{rig_id}"
    shared: Mapping[str, object] = {
        "availability": [
            {"topic": where, "value_template": "{{ value_json.state }}"}
            for where in (BRIDGE, f"{topic}/availability")
        ],
        "availability_mode": "all",
        "device": {
            "identifiers": [name],
            "manufacturer": "Simulator",
            "model": "Smart plug",
            "name": f"Plug {rig_id}",
        },
        "origin": {"name": "Simulator"},
        "state_topic": topic,
    }
    return {
        f"{DISCOVERY}/switch/{name}/switch/config": {
            **shared,
            "command_topic": f"{topic}/set",
            "name": None,
            "payload_off": "OFF",
            "payload_on": "ON",
            "unique_id": f"{name}_switch",
            "value_template": "{{ value_json.state }}",
        },
        f"{DISCOVERY}/sensor/{name}/power/config": {
            **shared,
            "device_class": "power",
            "state_class": "measurement",
            "unique_id": f"{name}_power",
            "unit_of_measurement": "W",
            "value_template": "{{ value_json.power }}",
        },
    }
