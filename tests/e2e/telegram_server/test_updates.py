"""Test which updates the bot hears, and until when."""

import asyncio

import pytest
from telegram import Bot
from telegram.error import BadRequest, Conflict

from tests.e2e.telegram import TOKEN, Chat, TelegramServer
from tests.e2e.telegram_server.asking import ANN


async def test_updates_are_kept_until_they_are_confirmed(
    server: TelegramServer, bot: Bot, private: Chat
) -> None:
    """Test the offset, which may count from the end."""
    for text in ("1", "2", "3"):
        server.say(private, ANN, text)
    updates = await bot.get_updates(limit=2)
    assert [update.message and update.message.text for update in updates] == ["1", "2"]
    assert await bot.get_updates(limit=2) == updates
    (update,) = await bot.get_updates(offset=updates[-1].update_id + 1)
    assert update.message
    assert update.message.text == "3"
    server.say(private, ANN, "4")
    (update,) = await bot.get_updates(offset=-1)
    assert update.message
    assert update.message.text == "4"
    assert await bot.get_updates(offset=update.update_id + 1) == ()


async def test_the_bot_waits_for_updates(
    server: TelegramServer, bot: Bot, private: Chat
) -> None:
    """Test it is told at once, or that there was nothing."""
    polling = asyncio.create_task(bot.get_updates(timeout=30))
    await asyncio.sleep(0.1)
    server.say(private, ANN, "1")
    async with asyncio.timeout(5):
        (update,) = await polling
    assert await bot.get_updates(offset=update.update_id + 1, timeout=1) == ()


async def test_only_one_bot_waits(server: TelegramServer, bot: Bot) -> None:
    """Test a second one sends the first away, and so does a webhook."""
    async with Bot(TOKEN, base_url=f"{server.url}/bot") as other:
        first = asyncio.create_task(other.get_updates(timeout=30))
        await asyncio.sleep(0.1)
        second = asyncio.create_task(bot.get_updates(timeout=30))
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await first
    await bot.set_webhook("https://bot.example")
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await second
    with pytest.raises(Conflict, match="while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()
    with pytest.raises(BadRequest, match=r"(?i)an https url must be provided"):
        await bot.set_webhook("http://bot.example")


async def test_the_bot_hears_what_it_asked_for(
    server: TelegramServer, bot: Bot, private: Chat
) -> None:
    """Test its wish holds until it has another."""
    await bot.get_updates(allowed_updates=["callback_query"])
    await bot.get_updates()
    server.say(private, ANN, "1")
    assert await bot.get_updates() == ()
    await bot.get_updates(allowed_updates=[])
    server.say(private, ANN, "2")
    assert len(await bot.get_updates()) == 1
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("hello", False),
        ("/all_stats", True),
        ("/all_stats@EthosMinerBot", True),
        ("/all_stats@ethosminerbot rig", True),
        ("/all_stats@OtherBot", False),
        ("/all-stats", True),
        ("so/all_stats", False),
        ("/", False),
        ("/all_stats/", False),
        (f"/{'x' * 65}", False),
    ],
)
async def test_the_bot_hears_commands_in_groups(
    server: TelegramServer, bot: Bot, group: Chat, text: str, *, heard: bool
) -> None:
    """Test its privacy mode is on, and what a command looks like."""
    server.say(group, ANN, text)
    assert len(await bot.get_updates()) == heard


async def test_the_bot_hears_answers_to_it(
    server: TelegramServer, bot: Bot, group: Chat
) -> None:
    """Test such a one needs no command."""
    await bot.send_message(group.id, "1")
    (message,) = server.messages(group)
    server.say(group, ANN, "2", reply_to=message)
    (update,) = await bot.get_updates()
    assert update.message
    assert update.message.reply_to_message
    assert update.message.reply_to_message.text == "1"


async def test_the_bot_hears_a_channel(server: TelegramServer, bot: Bot) -> None:
    """Test nobody in particular says anything there."""
    channel = server.add_chat(-1009, "channel", "News")
    server.say(channel, ANN, "1")
    (update,) = await bot.get_updates()
    assert update.channel_post
    assert update.channel_post.sender_chat
    assert update.channel_post.from_user is None
