"""What the tests of the simulator share."""

from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
import pytest

from simulator import Farm, Plan, Rig
from simulator.server import create_app

type Client = TestClient[web.Request, web.Application]


class Clock:
    """A clock that a test moves."""

    now = 0.0
    """s."""

    def __call__(self) -> float:
        """Return the time, in s."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Return a clock that stands at 0 s."""
    return Clock()


@pytest.fixture
def farm() -> Farm:
    """Return a farm of ten rigs."""
    return Farm(Plan(seed=1))


@pytest.fixture
async def client(
    farm: Farm, clock: Clock, socket_enabled: None
) -> AsyncIterator[Client]:
    """Return a client of that farm, whose time passes ten times as fast."""
    app = create_app(farm, panel_id="<b>", speed=10, clock=clock, tick=0.001)
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.fixture
def rig(farm: Farm) -> Rig:
    """Return an AMD rig that mines ethash, one coin, and has run for long."""
    return next(
        rig
        for rig in farm.rigs.values()
        if (rig.build.driver, rig.miner_name) == ("amdgpu", "ethminer")
    )


def shown(farm: Farm, rig: Rig) -> dict[str, Any]:
    """Return a rig as the panel shows it."""
    shown: dict[str, Any] = farm.panel()["rigs"][rig.rig_id]
    return shown


def seen[SeenT](
    farm: Farm, seconds: int, look: Callable[[], SeenT], step: int = 10
) -> Iterable[SeenT]:
    """Let time pass (s) and yield what is seen in the course of it."""
    for _ in range(0, seconds, step):
        farm.advance(seconds=step)
        yield look()


def numbers(text: str) -> list[float]:
    """Return the panel's list of values, one for each GPU."""
    return [float(value) for value in text.split()]
