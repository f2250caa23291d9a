"""Test messages have buttons, are edited, deleted and answered."""

import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReplyKeyboardMarkup,
    ReplyParameters,
)
from telegram.error import BadRequest

from tests.e2e.telegram import Chat, TelegramServer
from tests.e2e.telegram_server.asking import ANN, refusal


async def test_buttons_are_below_their_message(
    server: TelegramServer, bot: Bot, private: Chat
) -> None:
    """Test the rows of them, and what is no such button."""
    rows = [
        [InlineKeyboardButton("Refresh", callback_data="/all_stats")],
        [
            InlineKeyboardButton("Panel", url="https://simula.example"),
            InlineKeyboardButton("Rigs", callback_data="x" * 64),
        ],
    ]
    answer = await bot.send_message(
        private.id, "1", reply_markup=InlineKeyboardMarkup(rows)
    )
    (message,) = server.messages(private)
    assert message.labels == [["Refresh"], ["Panel", "Rigs"]]
    assert answer.reply_markup
    assert answer.reply_markup.inline_keyboard[1][0].url == "https://simula.example/"
    with pytest.raises(LookupError, match="Nobody can press Panel"):
        server.press(message, "Panel", ANN)

    await bot.send_message(private.id, "2", reply_markup=ReplyKeyboardMarkup([["/x"]]))
    message = server.messages(private)[-1]
    assert (message.labels, message.markup["keyboard"]) == ([], [[{"text": "/x"}]])


@pytest.mark.parametrize(
    ("button", "problem"),
    [
        (InlineKeyboardButton("x", callback_data="é" * 33), "BUTTON_DATA_INVALID"),
        (
            InlineKeyboardButton("x", url="http://localhost:8123"),
            (
                "inline keyboard button URL 'http://localhost:8123' is invalid: "
                "Wrong HTTP URL"
            ),
        ),
        (
            InlineKeyboardButton("x", url="ftp://a.example"),
            (
                "inline keyboard button URL 'ftp://a.example' is invalid: "
                "Unsupported URL protocol"
            ),
        ),
        (
            InlineKeyboardButton("", callback_data="x"),
            "inline keyboard button text must be non-empty",
        ),
    ],
    ids=["too much data", "no host of the internet", "no web page", "no text"],
)
async def test_bad_buttons_are_refused(
    server: TelegramServer,
    bot: Bot,
    private: Chat,
    button: InlineKeyboardButton,
    problem: str,
) -> None:
    """Test the words of the refusal."""
    markup = InlineKeyboardMarkup([[button]])
    found = await refusal(server, bot, "x", private, reply_markup=markup)
    assert found == f"Bad Request: {problem}"


async def test_a_message_is_edited(
    server: TelegramServer, bot: Bot, group: Chat
) -> None:
    """Test an edit that changes nothing is refused, and takes buttons into account."""
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("x", callback_data="x")]])
    sent = await bot.send_message(group.id, "1", reply_markup=markup)
    with pytest.raises(BadRequest, match="Message is not modified: specified new"):
        await sent.edit_text("<b></b>1", parse_mode="HTML", reply_markup=markup)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await sent.edit_reply_markup(markup)
    await sent.edit_text("2")
    (message,) = server.messages(group)
    assert (message.text, message.labels, message.earlier) == ("2", [], ["1"])
    assert message.edited
    await sent.edit_reply_markup(markup)
    assert message.labels == [["x"]]

    said = server.say(group, ANN, "/start")
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("3", group.id, said.id)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("3", group.id, 99)


async def test_a_message_is_deleted(
    server: TelegramServer, bot: Bot, group: Chat, private: Chat
) -> None:
    """Test what others said stays in a group."""
    sent = await bot.send_message(group.id, "1")
    assert await sent.delete()
    assert server.messages(group) == []
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await sent.delete()
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(group.id, server.say(group, ANN, "1").id)
    assert await bot.delete_message(private.id, server.say(private, ANN, "1").id)


async def test_a_message_answers_another(
    server: TelegramServer, bot: Bot, group: Chat
) -> None:
    """Test the other one is named, and may be missing only if that was said."""
    said = server.say(group, ANN, "/start")
    answer = await bot.send_message(
        group.id, "1", reply_parameters=ReplyParameters(said.id)
    )
    assert answer.reply_to_message
    assert answer.reply_to_message.text == "/start"
    assert server.messages(group)[0].reply_to == said
    missing = ReplyParameters(99)
    problem = await refusal(server, bot, "2", group, reply_parameters=missing)
    assert problem == "Bad Request: message to be replied not found"
    missing = ReplyParameters(99, allow_sending_without_reply=True)
    assert await bot.send_message(group.id, "2", reply_parameters=missing)


async def test_groups_number_their_messages(
    server: TelegramServer, bot: Bot, group: Chat, private: Chat
) -> None:
    """Test the first in each, and that small groups and private chats share theirs."""
    small = server.add_chat(-77, "group", "Few")
    chats = [group, private, small, group]
    sent = [await bot.send_message(chat.id, "1") for chat in chats]
    assert [message.message_id for message in sent] == [1, 1, 2, 2]
