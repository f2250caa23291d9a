"""A real Home Assistant that watches a simulated farm, for the whole run."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from pathlib import Path
import sys
from typing import Any, Final

from aiohttp import ClientConnectionError, ClientSession
import pytest

from development.browser import Browser, open_browser
from development.configuration import HOST, REPOSITORY
from development.instance import HomeAssistantInstance
from development.process import Process, free_port
from development.waiting import until
from tests.e2e.telegram import Chat, TelegramServer, User

SCREENSHOTS: Final = REPOSITORY / "screenshots"

RIGS: Final = 4
GPUS: Final = 3

# What they assert is explained too when it fails.
pytest.register_assert_rewrite("tests.e2e.conversation", "tests.e2e.plugs")


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


class Telegram:
    """Home Assistant's bot, and the chats that it listens to."""

    def __init__(self, home: HomeAssistantInstance, server: TelegramServer) -> None:
        """Begin with a group of two people, which is not allowed yet."""
        self.server = server
        self.group = server.add_chat(-1001234567890, "supergroup", "Miners")
        self.ann = User(id=7_000_001, first_name="Ann", username="ann")
        self.ben = User(id=7_000_002, first_name="Ben")
        self.entry_id = ""
        self._home = home

    async def connect(self) -> None:
        """Add the bot as a person adds it."""
        entry = await self._home.run_flow(
            "telegram_bot",
            {
                "platform": "polling",
                "api_key": self.server.token,
                "additional_settings": {"api_endpoint": self.server.url},
            },
        )
        self.entry_id = entry["entry_id"]

    async def allow(self, chat: Chat) -> None:
        """Let a chat talk to Home Assistant, as a person does."""
        await self._home.run_subentry_flow(
            self.entry_id, "allowed_chat_ids", {"chat_id": chat.id}
        )

    async def notifier(self, chat: Chat) -> str:
        """Return the entity ID of the notifier for a chat, as soon as it is there."""
        unique_id = f"{self.server.bot.id}_{chat.id}"
        await until(lambda: self._find(unique_id))
        entity_id = await self._find(unique_id)
        await self._home.wait_for_state(entity_id, lambda _: True)
        return entity_id

    async def _find(self, unique_id: str) -> str:
        """Return an entity ID, empty where there is none."""
        registry = await self._home.command("config/entity_registry/list")
        found = (
            str(entity["entity_id"])
            for entity in registry
            if entity["platform"] == "telegram_bot" and entity["unique_id"] == unique_id
        )
        return next(found, "")


@pytest.fixture(scope="session")
async def connected_telegram(
    home: HomeAssistantInstance,
) -> AsyncGenerator[Telegram]:
    """Run Telegram, with Home Assistant's bot in a group that it listens to."""
    async with TelegramServer() as server:
        telegram = Telegram(home, server)
        await telegram.connect()
        await telegram.allow(telegram.group)
        await telegram.notifier(telegram.group)
        yield telegram
        await home.delete(f"/api/config/config_entries/entry/{telegram.entry_id}")


@pytest.fixture
def telegram(connected_telegram: Telegram) -> Generator[Telegram]:
    """Return Telegram, in which nobody was too fast, and nothing is refused."""
    server = connected_telegram.server
    server.flood.forget()
    server.refusals.clear()
    yield connected_telegram
    assert server.refusals == []


@pytest.fixture(scope="session")
async def browser(home: HomeAssistantInstance) -> AsyncGenerator[Browser]:
    """Run a browser that is logged in."""
    SCREENSHOTS.mkdir(exist_ok=True)
    async with open_browser(home) as opened:
        yield opened
