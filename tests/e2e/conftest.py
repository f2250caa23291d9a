"""A real Home Assistant that watches a simulated farm, for the whole run."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
import sys
from typing import Any, Final

from aiohttp import ClientConnectionError, ClientSession
import pytest

from development.browser import Browser, open_browser
from development.configuration import HOST, REPOSITORY
from development.instance import HomeAssistantInstance
from development.process import Process, free_port

SCREENSHOTS: Final = REPOSITORY / "screenshots"

RIGS: Final = 4
GPUS: Final = 3


class SimulatedFarm:
    """The simulator, whose time moves only when it is told to."""

    def __init__(self, url: str, session: ClientSession) -> None:
        """Keep where it is."""
        self.url = url
        self._session = session

    async def control(self, path: str, **data: object) -> Any:
        """Do something to the farm."""
        async with self._session.post(
            f"{self.url}/control/{path}", json=data
        ) as answer:
            assert answer.ok, await answer.text()
            return await answer.json()

    async def panel(self) -> dict[str, Any]:
        """Return what the panel says."""
        async with self._session.get(f"{self.url}/?json=yes") as answer:
            said: dict[str, Any] = await answer.json(content_type=None)
            return said


@pytest.fixture(scope="session")
async def farm(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncGenerator[SimulatedFarm]:
    """Run the simulator."""
    port = free_port()
    process = Process(
        "The simulated farm",
        *(sys.executable, "-m", "simulator", "--host", HOST, "--port", str(port)),
        *("--rigs", str(RIGS), "--gpus", str(GPUS), "--seed", "7", "--speed", "0"),
        output=tmp_path_factory.mktemp("farm") / "output.log",
        folder=REPOSITORY,
    )
    await process.start()
    async with ClientSession() as session:
        yield await _when_it_answers(SimulatedFarm(f"http://{HOST}:{port}", session))
    await process.stop()


async def _when_it_answers(farm: SimulatedFarm) -> SimulatedFarm:
    """Return the farm as soon as it can be asked."""
    async with asyncio.timeout(30):
        while True:
            try:
                await farm.panel()
            except ClientConnectionError:
                await asyncio.sleep(0.2)
            else:
                return farm


@pytest.fixture(scope="session")
async def home(
    farm: SimulatedFarm, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[HomeAssistantInstance]:
    """Run Home Assistant, with the panel added as a person adds it."""
    folder: Path = tmp_path_factory.mktemp("home")
    async with HomeAssistantInstance(folder) as instance:
        await instance.add_panel(farm.url)
        yield instance


@pytest.fixture(scope="session")
async def browser(home: HomeAssistantInstance) -> AsyncGenerator[Browser]:
    """Run a browser that is logged in."""
    SCREENSHOTS.mkdir(exist_ok=True)
    async with open_browser(home) as opened:
        yield opened
