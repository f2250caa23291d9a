"""Who talks to the server, and how it is asked."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Final

from aiohttp import ClientResponse, ClientSession
import pytest
from telegram import Bot
from telegram.error import BadRequest

from tests.e2e.telegram import Chat, TelegramServer, User

ANN: Final = User(id=7_000_001, first_name="Ann", username="ann")
EVE: Final = User(id=7_000_002, first_name="Eve")


class Clock:
    """A clock that stands."""

    def __init__(self) -> None:
        """Begin at some moment."""
        self.now = 1000.0

    def __call__(self) -> float:
        """Return what it shows."""
        return self.now


@asynccontextmanager
async def post(url: str, **options: Any) -> AsyncGenerator[ClientResponse]:
    """Post without any library that could know better."""
    async with ClientSession() as session, session.post(url, **options) as response:
        yield response


async def refusal(
    server: TelegramServer, bot: Bot, text: str, chat: Chat, **options: Any
) -> str:
    """Return why a message is refused; the library would tell it in small letters."""
    with pytest.raises(BadRequest):
        await bot.send_message(chat.id, text, **options)
    return server.refusals[-1].description
