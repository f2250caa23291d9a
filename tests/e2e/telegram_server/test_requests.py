"""Test how the server is asked, and what it refuses."""

import json
from typing import Any

from aiohttp import FormData
import pytest
from telegram import Bot, BotCommand
from telegram.constants import ChatAction
from telegram.error import BadRequest, InvalidToken

from tests.e2e.telegram import BOT, TOKEN, Chat, TelegramServer
from tests.e2e.telegram_server.asking import ANN, post


@pytest.mark.parametrize(
    ("path", "status", "description"),
    [
        ("/", 404, "Not Found"),
        (f"/bot{TOKEN}", 404, "Not Found"),
        (f"/bot{TOKEN}/getMeNot", 404, "Not Found: method not found"),
        ("/botnonsense/getMe", 404, "Not Found"),
        ("/bot110201543:wrong/getMe", 401, "Unauthorized"),
    ],
    ids=["root", "no method", "unknown method", "no token", "wrong token"],
)
async def test_what_is_not_there_is_refused(
    server: TelegramServer, path: str, status: int, description: str
) -> None:
    """Test the answer, which is JSON, and that it is remembered."""
    async with post(server.url + path) as response:
        assert response.status == status
        assert await response.json() == {
            "ok": False,
            "error_code": status,
            "description": description,
        }
    assert [refused.status for refused in server.refusals] == [status]


@pytest.mark.parametrize(
    "options",
    [
        {"json": {"chat_id": ANN.id, "text": "Hé", "disable_notification": True}},
        {"data": {"chat_id": ANN.id, "text": "Hé", "disable_notification": "True"}},
        {"params": {"chat_id": ANN.id, "text": "Hé", "disable_notification": "1"}},
    ],
    ids=["JSON", "form", "query"],
)
async def test_arguments_come_in_every_way(
    server: TelegramServer, private: Chat, options: dict[str, Any]
) -> None:
    """Test the method's name may be written in any way, too."""
    async with post(f"{server.url}/bot{TOKEN}/SENDmessage", **options) as response:
        answer = await response.json()
    assert answer["ok"], answer
    (message,) = server.messages(private)
    assert (message.text, message.silent) == ("Hé", True)
    assert answer["result"] == message.json()


async def test_arguments_come_with_files(server: TelegramServer, private: Chat) -> None:
    """Test a form of several parts."""
    form = FormData(default_to_multipart=True)
    form.add_field("chat_id", str(private.id))
    form.add_field("text", "Hé")
    async with post(f"{server.url}/bot{TOKEN}/sendMessage", data=form) as response:
        assert response.status == 200
    assert [message.text for message in server.messages(private)] == ["Hé"]


@pytest.mark.parametrize(
    ("arguments", "description"),
    [
        ({}, "message text is empty"),
        ({"text": "x"}, "chat_id is empty"),
        ({"text": "x", "chat_id": 5}, "chat not found"),
        ({"text": "x", "chat_id": "@ann"}, "chat not found"),
        ({"text": " \n", "chat_id": ANN.id}, "text must be non-empty"),
        ({"text": "x" * 32769}, "text is too long"),
        ({"text": "x", "parse_mode": "xml"}, "unsupported parse_mode"),
        ({"text": "\ud800"}, "strings must be encoded in UTF-8"),
        (
            {"text": "x", "chat_id": ANN.id, "message_thread_id": 3},
            "message thread not found",
        ),
        (
            {"text": "x", "chat_id": ANN.id, "reply_to_message_id": 3},
            "message to be replied not found",
        ),
        ({"text": "x", "reply_markup": [1]}, "object expected as reply markup"),
        (
            {"text": "x", "reply_markup": "{"},
            "can't parse reply keyboard markup JSON object",
        ),
        (
            {"text": "x", "reply_markup": {"inline_keyboard": [{"text": "x"}]}},
            (
                'field "inline_keyboard" of the InlineKeyboardMarkup '
                "must be an Array of Arrays"
            ),
        ),
        (
            {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x"}]]}},
            (
                "can't parse inline keyboard button: Text buttons are unallowed in the "
                "inline keyboard"
            ),
        ),
    ],
)
async def test_messages_that_cannot_be_sent(
    server: TelegramServer,
    private: Chat,
    arguments: dict[str, Any],
    description: str,
) -> None:
    """Test what no library would send."""
    async with post(f"{server.url}/bot{TOKEN}/sendMessage", json=arguments) as response:
        assert response.status == 400
        answer = await response.json()
    assert answer["description"] == f"Bad Request: {description}"
    assert server.messages(private) == []
    assert (
        json.loads(json.dumps(arguments)).keys() == server.refusals[0].arguments.keys()
    )


async def test_the_bot_knows_itself_and_its_chats(
    server: TelegramServer, bot: Bot, group: Chat, private: Chat
) -> None:
    """Test what the library reads from getMe and getChat, and what it does besides."""
    me = await bot.get_me()
    assert (me.id, me.full_name, me.name) == (BOT.id, "Miner", "@EthosMinerBot")
    assert not me.can_read_all_group_messages
    assert (await bot.get_chat(group.id)).effective_name == "Miners"
    assert (await bot.get_chat(private.id)).effective_name == "Ann"
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.get_chat(-5)

    assert await bot.send_chat_action(group.id, ChatAction.TYPING)
    assert await bot.set_my_commands([BotCommand("all_stats", "All rigs")])
    assert server.commands == [{"command": "all_stats", "description": "All rigs"}]
    with pytest.raises(BadRequest, match=r"(?i)bot_command_invalid"):
        await bot.set_my_commands([BotCommand("AllStats", "All rigs")])
    with pytest.raises(BadRequest, match="Wrong parameter action in request"):
        await bot.send_chat_action(group.id, "dancing")


async def test_another_token_is_not_the_bots(server: TelegramServer) -> None:
    """Test the library tells it from other errors."""
    other = Bot("110201543:other", base_url=f"{server.url}/bot")
    with pytest.raises(InvalidToken):
        await other.initialize()
    await other.shutdown()


@pytest.mark.parametrize(
    ("number", "kind"),
    [(-5, "private"), (5, "group"), (-1005, "group"), (-5, "supergroup")],
)
async def test_a_number_tells_the_kind_of_a_chat(
    server: TelegramServer, number: int, kind: Any
) -> None:
    """Test a test cannot make up what Telegram does not have."""
    with pytest.raises(ValueError, match="is no number of a"):
        server.add_chat(number, kind, "Miners")
