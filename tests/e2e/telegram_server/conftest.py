"""A server with a group and a private chat, and a bot that uses it."""

from collections.abc import AsyncGenerator

import pytest
from telegram import Bot

from tests.e2e.telegram import TOKEN, Chat, TelegramServer
from tests.e2e.telegram_server.asking import ANN, Clock


@pytest.fixture
def clock() -> Clock:
    """Return the clock of the limits."""
    return Clock()


@pytest.fixture
async def server(clock: Clock) -> AsyncGenerator[TelegramServer]:
    """Run a server."""
    async with TelegramServer(clock=clock) as running:
        yield running


@pytest.fixture
def group(server: TelegramServer) -> Chat:
    """Return a group with the bot."""
    return server.add_chat(-1001234567890, "supergroup", "Miners")


@pytest.fixture
def private(server: TelegramServer) -> Chat:
    """Return Ann's chat with the bot."""
    return server.add_chat(ANN.id, "private", ANN.first_name)


@pytest.fixture
async def bot(
    server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> AsyncGenerator[Bot]:
    """Return a bot that uses the server."""
    # The library warns of its future unless it is told to begin it.
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    async with Bot(TOKEN, base_url=f"{server.url}/bot") as running:
        yield running
