"""Test how many messages are taken, and how fast."""

from telegram import Bot
from telegram.constants import FloodLimit
from telegram.error import RetryAfter

from tests.e2e.telegram import TOKEN, Chat, TelegramServer
from tests.e2e.telegram_server.asking import Clock, post


async def send(bot: Bot, *chats: Chat) -> int:
    """Send a message to each and return how many are taken."""
    for number, chat in enumerate(chats):
        try:
            await bot.send_message(chat.id, "1")
        except RetryAfter:
            return number
    return len(chats)


async def test_a_chat_takes_one_message_a_second(
    server: TelegramServer, bot: Bot, private: Chat, clock: Clock
) -> None:
    """Test a short burst is taken, and what the bot is told afterwards."""
    assert await send(bot, *[private] * 10) == 5
    clock.now += FloodLimit.MESSAGES_PER_SECOND_PER_CHAT
    assert await send(bot, private, private) == 1
    sent = server.messages(private)[0]
    url = f"{server.url}/bot{TOKEN}/editMessageText"
    arguments = {"chat_id": private.id, "message_id": sent.id, "text": "2"}
    async with post(url, json=arguments) as response:
        assert (response.status, response.headers["Retry-After"]) == (429, "1")
        assert await response.json() == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 1",
            "parameters": {"retry_after": 1},
        }
    clock.now += 100
    assert await send(bot, *[private] * 10) == 5


async def test_a_group_takes_twenty_messages_a_minute(
    server: TelegramServer, bot: Bot, group: Chat, clock: Clock
) -> None:
    """Test slow ones are too many, too, until the first is a minute old."""
    taken = 0
    while await send(bot, group):
        taken += 1
        clock.now += 2
    assert taken == FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP
    assert server.refusals[0].description == "Too Many Requests: retry after 20"
    clock.now += 20
    assert await send(bot, group, group) == 1
    server.flood.forget()
    assert await send(bot, group) == 1


async def test_all_chats_take_thirty_messages_a_second(
    server: TelegramServer, bot: Bot, clock: Clock
) -> None:
    """Test the bot is limited as a whole."""
    chats = [server.add_chat(n, "private", "Somebody") for n in range(1, 41)]
    assert await send(bot, *chats) == FloodLimit.MESSAGES_PER_SECOND
    clock.now += 1
    assert await send(bot, *chats) == FloodLimit.MESSAGES_PER_SECOND
