"""Test the smart plugs, with a real broker between."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
import json
from pathlib import Path
from typing import Any, Final

from aiohttp import web
from aiomqtt import Client
import pytest

from development.broker import mqtt_broker
from development.configuration import HOST
from development.farm import simulated_farm
from development.process import free_port
from development.waiting import until
from simulator import Farm, Phase, PlugFault, Rig, SimulatorError, plugs as module
from simulator.plugs import Plugs, broker

ONLINE: Final = {"state": "online"}
OFFLINE: Final = {"state": "offline"}


class Listener:
    """What somebody hears who subscribes to everything."""

    def __init__(self, client: Client) -> None:
        """Begin with nothing."""
        self.heard: list[tuple[str, str]] = []
        self._client = client

    async def listen(self) -> None:
        """Hear for ever."""
        async for message in self._client.messages:
            assert isinstance(message.payload, bytes)
            self.heard.append((message.topic.value, message.payload.decode()))

    def about(self, topic: str) -> list[Any]:
        """Return all that was said about a topic; what is not JSON is empty."""
        return [json.loads(text or "null") for it, text in self.heard if it == topic]

    def knows(self, number: int) -> bool:
        """Return whether so much was said."""
        return len(self.heard) >= number

    async def wait(self, holds: Callable[[], object]) -> None:
        """Wait until something is so."""
        await until(holds, within=20, pause=0.01)

    async def tell(self, topic: str, text: str) -> None:
        """Say something."""
        await self._client.publish(topic, text)


@asynccontextmanager
async def listener(port: int) -> AsyncIterator[Listener]:
    """Listen to a broker."""
    async with Client(HOST, port) as client:
        await client.subscribe("#")
        found = Listener(client)
        task = asyncio.create_task(found.listen())
        try:
            yield found
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@pytest.fixture
def port(socket_enabled: None) -> int:
    """Return the port of the broker."""
    return free_port()


@pytest.fixture
async def plugs(
    farm: Farm, port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Listener]:
    """Bring the plugs of the farm to a broker, and listen to it."""
    monkeypatch.setattr(module, "SETTLING", 0.05)
    async with mqtt_broker(tmp_path, port), listener(port) as heard:
        app = web.Application()
        app.cleanup_ctx.append(Plugs(farm, HOST, port, tick=0.01).keep)
        runner = web.AppRunner(app)
        await runner.setup()
        await heard.wait(lambda: heard.knows(1 + 4 * len(farm.rigs)))
        try:
            yield heard
        finally:
            await runner.cleanup()
        await heard.wait(lambda: heard.about("simulator/bridge/state")[-1] == OFFLINE)


async def test_home_assistant_finds_a_plug(plugs: Listener, rig: Rig) -> None:
    """Test a switch and a power sensor of one device."""
    (switch,), (meter,) = (
        plugs.about(f"homeassistant/{kind}_{rig.rig_id}/{what}/config")
        for kind, what in (
            ("switch/simulator", "switch"),
            ("sensor/simulator", "power"),
        )
    )
    assert switch["device"] == meter["device"]
    assert switch["command_topic"] == f"simulator/{rig.rig_id}/set"
    assert switch["state_topic"] == meter["state_topic"] == f"simulator/{rig.rig_id}"
    assert (meter["device_class"], meter["unit_of_measurement"]) == ("power", "W")
    for source in switch["availability"]:
        assert plugs.about(source["topic"]) == [ONLINE]


async def test_a_plug_switches_and_tells_its_power(plugs: Listener, rig: Rig) -> None:
    """Test each change is told at once, and no more than once."""
    topic, usual = f"simulator/{rig.rig_id}", round(rig.power, 1)
    await plugs.tell(f"{topic}/set", "OFF")
    await plugs.wait(lambda: len(plugs.about(topic)) == 2)
    assert rig.power == 0
    await plugs.tell(f"{topic}/set", "ON")
    await plugs.wait(lambda: len(plugs.about(topic)) == 3)
    assert rig.power == 90
    await asyncio.sleep(0.1)
    assert plugs.about(topic) == [
        {"state": "ON", "power": usual},
        {"state": "OFF", "power": 0},
        {"state": "ON", "power": 90},
    ]
    await plugs.tell("simulator/ffffff/set", "OFF")


async def test_a_plug_repeats_itself(
    plugs: Listener, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Test after a while, and when Home Assistant says that it listens."""
    topic = f"simulator/{rig.rig_id}"
    await plugs.tell("homeassistant/status", "online")
    await plugs.wait(lambda: len(plugs.about(topic)) == 2)
    await asyncio.sleep(0.1)
    assert len(plugs.about(topic)) == 2
    monkeypatch.setattr(module, "INTERVAL", 0.05)
    await plugs.wait(lambda: len(plugs.about(topic)) >= 4)
    assert len({json.dumps(it) for it in plugs.about(topic)}) == 1


async def test_the_broker_keeps_what_there_is_but_not_how_it_is(
    plugs: Listener, port: int, rig: Rig
) -> None:
    """Test who comes later knows the plugs, and has to wait for their states."""
    async with listener(port) as late:
        await late.wait(lambda: late.about(f"simulator/{rig.rig_id}/availability"))
        await asyncio.sleep(0.1)
        assert late.about(f"simulator/{rig.rig_id}") == []
        configs = [it for it, _ in late.heard if it.endswith("/config")]
        assert len(configs) == 20


async def test_a_rig_that_is_removed_takes_its_plug_along(
    plugs: Listener, farm: Farm, rig: Rig
) -> None:
    """Test it comes back with the rig."""
    topic = f"homeassistant/switch/simulator_{rig.rig_id}/switch/config"
    farm.remove(rig_id=rig.rig_id)
    await plugs.wait(lambda: len(plugs.about(topic)) == 2)
    farm.add(rig_id=rig.rig_id)
    await plugs.wait(lambda: len(plugs.about(topic)) == 3)
    before, gone, again = plugs.about(topic)
    assert (before, gone) == (again, None)


async def test_a_plug_out_of_reach_neither_hears_nor_speaks(
    plugs: Listener, rig: Rig
) -> None:
    """Test it is told that it is away, and that it is back."""
    topic = f"simulator/{rig.rig_id}"
    rig.break_plug(fault=PlugFault.AWAY)
    rig.hang()
    await plugs.wait(lambda: OFFLINE in plugs.about(f"{topic}/availability"))
    await plugs.tell(f"{topic}/set", "OFF")
    await asyncio.sleep(0.1)
    assert len(plugs.about(topic)) == 1
    rig.mend_plug()
    await plugs.wait(lambda: len(plugs.about(topic)) == 2)
    assert plugs.about(topic)[-1] == {"state": "ON", "power": 60}
    assert plugs.about(f"{topic}/availability") == [ONLINE, OFFLINE, ONLINE]


async def test_a_plug_that_is_stuck_stays_as_it_is(
    plugs: Listener, farm: Farm, rig: Rig
) -> None:
    """Test all is well again once it is healed."""
    topic = f"simulator/{rig.rig_id}"
    rig.break_plug(fault=PlugFault.STUCK)
    await plugs.tell(f"{topic}/set", "OFF")
    await plugs.wait(lambda: (f"{topic}/set", "OFF") in plugs.heard)
    await asyncio.sleep(0.1)
    assert rig.phase is Phase.RUNNING
    farm.heal()
    await plugs.tell(f"{topic}/set", "OFF")
    await plugs.wait(lambda: rig.phase is Phase.OFF)


async def test_a_slow_plug_takes_its_time(plugs: Listener, rig: Rig) -> None:
    """Test others are as fast as ever."""
    rig.slow_plug(seconds=0.2)
    began = asyncio.get_running_loop().time()
    await plugs.tell(f"simulator/{rig.rig_id}/set", "OFF")
    await plugs.wait(lambda: rig.phase is Phase.OFF)
    assert asyncio.get_running_loop().time() - began >= 0.2


@pytest.mark.parametrize("seconds", [-1, 61, float("nan")])
def test_a_plug_is_not_slower_than_any(rig: Rig, seconds: float) -> None:
    """Test the message says what is possible."""
    with pytest.raises(SimulatorError, match="seconds must be 0 to 60, not"):
        rig.slow_plug(seconds=seconds)


async def test_a_broker_may_come_later_and_go(
    farm: Farm, port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Test the plugs are there as soon as the broker is, each time."""
    monkeypatch.setattr(module, "AGAIN", 0.05)
    keeper = Plugs(farm, HOST, port, tick=0.01).keep(web.Application())
    await anext(keeper)
    await asyncio.sleep(0.1)
    for _ in range(2):
        async with mqtt_broker(tmp_path, port), listener(port) as heard:
            await heard.wait(partial(heard.knows, 31))
    with pytest.raises(StopAsyncIteration):
        await anext(keeper)


async def test_the_command_line_knows_the_broker(port: int, tmp_path: Path) -> None:
    """Test a simulator of its own brings its plugs."""
    async with mqtt_broker(tmp_path, port), listener(port) as heard:
        address = f"{HOST}:{port}"
        output = tmp_path / "output.log"
        async with simulated_farm(output, free_port(), rigs=1, mqtt=address):
            await heard.wait(lambda: heard.knows(5))
        await heard.wait(lambda: heard.about("simulator/bridge/state")[-1] == OFFLINE)


def test_an_address_is_taken_apart() -> None:
    """Test an odd one is refused."""
    assert broker("localhost:1883") == ("localhost", 1883)
    for text in ("localhost", ":1883", "localhost:", "localhost:x"):
        with pytest.raises(SimulatorError, match="mqtt must be HOST:PORT, not"):
            broker(text)
