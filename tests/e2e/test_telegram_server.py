"""Test the Telegram server is as strict as the real one, by Telegram's own client."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
import json
import re
from typing import Any, Final

from aiohttp import ClientResponse, ClientSession, FormData
import pytest
from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReplyKeyboardMarkup,
    ReplyParameters,
    Update,
)
from telegram.constants import ChatAction, FloodLimit, MessageLimit
from telegram.error import BadRequest, Conflict, InvalidToken, RetryAfter
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackContext,
    CallbackQueryHandler,
    CommandHandler,
)

from .telegram import BOT, TOKEN, Chat, TelegramServer, User

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


async def refusal(
    server: TelegramServer, bot: Bot, text: str, chat: Chat, **options: Any
) -> str:
    """Return why a message is refused; the library would tell it in small letters."""
    with pytest.raises(BadRequest):
        await bot.send_message(chat.id, text, **options)
    return server.refusals[-1].description


# --- Requests ---


@asynccontextmanager
async def post(url: str, **options: Any) -> AsyncGenerator[ClientResponse]:
    """Post without any library that could know better."""
    async with ClientSession() as session, session.post(url, **options) as response:
        yield response


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


# --- Texts ---


@pytest.mark.parametrize(
    ("html", "shown", "entities"),
    [
        ("a_b*<b>c</b>&amp;", "a_b*c&", ["bold:c"]),
        ("&lt;x&gt; &quot;&#39;&#x1F525;", "<x> \"'🔥", []),
        ("R&D &nbsp; &copy; &", "R&D &nbsp; &copy; &", []),
        ("&lt &#0; &#x110000; &#00000000065;", "< &#0; &#x110000; &#00000000065;", []),
        (
            "<B>1<i>2<u>3<s>4</s></u></I></b>",
            "1234",
            ["bold:1234", "italic:234", "underline:34", "strikethrough:4"],
        ),
        (
            "<strong>1</strong><em>2</em><ins>3</ins><strike>4</strike><del>5</del>",
            "12345",
            ["bold:1", "italic:2", "underline:3", "strikethrough:4", "strikethrough:5"],
        ),
        (
            '<tg-spoiler>1</tg-spoiler><span class="tg-spoiler">2</span>',
            "12",
            ["spoiler:1", "spoiler:2"],
        ),
        (
            "<blockquote>1</blockquote><blockquote expandable>2</blockquote>",
            "12",
            ["blockquote:1", "expandable_blockquote:2"],
        ),
        ("<code>1</code><pre>2</pre>", "12", ["code:1", "pre:2"]),
        ("<pre><code>1</code></pre>", "1", ["pre:1"]),
        (
            '<pre><code class="language-python">1</code></pre>',
            "1",
            ["pre:1 language=python"],
        ),
        ('<code class="language-python">1</code>', "1", ["code:1"]),
        (
            "<a href='http://RIG.example/?a=1&amp;b'>1</a>",
            "1",
            ["text_link:1 url=http://rig.example/?a=1&b"],
        ),
        (
            "<a>rig.example</a>",
            "rig.example",
            ["text_link:rig.example url=http://rig.example/"],
        ),
        ('<a href="http://localhost">1</a>', "1", []),
        (
            '<tg-emoji emoji-id="5">👍</tg-emoji>',
            "👍",
            ["custom_emoji:👍 custom_emoji_id=5"],
        ),
        ("<b></b>1<i>2</>", "12", ["italic:2"]),
        (" \n1 \t\r\n<b> 2\n</b> ", "1  \n 2", ["bold: 2"]),
        ("<code>/one</code> /two", "/one /two", ["code:/one", "bot_command:/two"]),
    ],
)
async def test_html_is_read(
    server: TelegramServer,
    bot: Bot,
    private: Chat,
    html: str,
    shown: str,
    entities: list[str],
) -> None:
    """Test what a reader sees, here and in what the bot is answered."""
    answer = await bot.send_message(private.id, html, parse_mode="HTML")
    (message,) = server.messages(private)
    assert (message.raw, message.parse_mode) == (html, "html")
    assert message.text == answer.text == shown
    found = [
        " ".join(
            [
                f"{entity.type}:{message.content.shown(entity)}",
                *(f"{name}={value}" for name, value in entity.details.items()),
            ]
        )
        for entity in message.content.entities
    ]
    assert found == entities
    # The library counts in UTF-16, as Telegram does.
    assert [
        (entity.type, text) for entity, text in answer.parse_entities().items()
    ] == [(e.type, message.content.shown(e)) for e in message.content.entities]


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        ("2 < 3", 'Unsupported start tag "" at byte offset 2'),
        ("2<3", "Unclosed start tag at byte offset 1"),
        ("é<x>", 'Unsupported start tag "x" at byte offset 2'),
        ("a<br/>b", 'Unsupported start tag "br/" at byte offset 1'),
        ("a<br>b", 'Unsupported start tag "br" at byte offset 1'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        (
            "<b><i>x</b></i>",
            'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
        ),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a href=x", "Unclosed start tag at byte offset 0"),
        ("<a href='x", "Unclosed start tag at byte offset 0"),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ("<a />x", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=x/y>x</a>", "Unexpected end of name token at byte offset 8"),
        ("<tg-emoji>x</tg-emoji>", "Invalid custom emoji identifier specified"),
        (
            "&#xd83d;",
            (
                "Text contains invalid Unicode characters after decoding HTML "
                "entities, check for unmatched surrogate code units"
            ),
        ),
    ],
)
async def test_bad_html_is_refused(
    server: TelegramServer, bot: Bot, private: Chat, html: str, problem: str
) -> None:
    """Test the words of the refusal."""
    description = f"Bad Request: can't parse entities: {problem}"
    assert await refusal(server, bot, html, private, parse_mode="HTML") == description


@pytest.mark.parametrize(
    ("mode", "text", "shown", "entities"),
    [
        (
            "Markdown",
            "*1* _2_ `3` a\\_b",
            "1 2 3 a_b",
            ["bold:1", "italic:2", "code:3"],
        ),
        ("Markdown", "[1](http://a.example)", "1", ["text_link:1"]),
        ("Markdown", "[1](http://localhost)", "1", []),
        ("Markdown", "```python\nx```", "x", ["pre:x"]),
        ("Markdown", "**1", "1", []),
        ("MarkdownV2", "*1 _2_* \\! 🔥", "1 2 ! 🔥", ["bold:1 2", "italic:2"]),
        (
            "MarkdownV2",
            "__1__~2~||3||",
            "123",
            ["underline:1", "strikethrough:2", "spoiler:3"],
        ),
        ("MarkdownV2", "`a.b` ```py\nx*```", "a.b x*", ["code:a.b", "pre:x*"]),
        ("MarkdownV2", "[1](http://a.example/\\))", "1", ["text_link:1"]),
        ("MarkdownV2", ">1\n>2", "1\n2", []),
    ],
)
async def test_markdown_is_read(
    server: TelegramServer,
    bot: Bot,
    private: Chat,
    mode: str,
    text: str,
    shown: str,
    entities: list[str],
) -> None:
    """Test both kinds."""
    await bot.send_message(private.id, text, parse_mode=mode)
    (message,) = server.messages(private)
    assert message.text == shown
    content = message.content
    assert [f"{e.type}:{content.shown(e)}" for e in content.entities] == entities


@pytest.mark.parametrize(
    ("mode", "text", "problem"),
    [
        ("Markdown", "é a_b", "Can't find end of the entity starting at byte offset 4"),
        ("Markdown", "[x", "Can't find end of the entity starting at byte offset 0"),
        (
            "Markdown",
            "```x``",
            "Can't find end of the entity starting at byte offset 0",
        ),
        ("MarkdownV2", "a_b", "Can't find end of Italic entity at byte offset 1"),
        ("MarkdownV2", "*x_*", "Can't find end of Bold entity at byte offset 3"),
        ("MarkdownV2", "[x](y", "Can't find end of a URL at byte offset 4"),
        (
            "MarkdownV2",
            "1.5",
            "Character '.' is reserved and must be escaped with the preceding '\\'",
        ),
        (
            "MarkdownV2",
            "a]",
            "Character ']' is reserved and must be escaped with the preceding '\\'",
        ),
    ],
)
async def test_bad_markdown_is_refused(
    server: TelegramServer, bot: Bot, private: Chat, mode: str, text: str, problem: str
) -> None:
    """Test names of rigs that are not escaped."""
    description = f"Bad Request: can't parse entities: {problem}"
    assert await refusal(server, bot, text, private, parse_mode=mode) == description


async def test_a_message_has_4096_characters_at_most(
    server: TelegramServer, bot: Bot, private: Chat
) -> None:
    """Test it is those that count which a reader sees."""
    longest = "🔥" * MessageLimit.MAX_TEXT_LENGTH
    await bot.send_message(private.id, f"<b>{longest}</b> ", parse_mode="HTML")
    assert [message.text for message in server.messages(private)] == [longest]
    problem = await refusal(
        server, bot, f"<b>{longest}</b>!", private, parse_mode="HTML"
    )
    assert problem == "Bad Request: message is too long"


# --- Buttons ---


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


# --- Edits ---


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


# --- Limits ---


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


# --- Updates ---


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


# --- Conversations ---


type Context = CallbackContext[Any, Any, Any, Any]


@asynccontextmanager
async def talkative(server: TelegramServer) -> AsyncGenerator[None]:
    """Run a bot of the library that waits for updates."""

    async def tell(update: Update, context: Context) -> None:
        """Answer to a command."""
        assert update.effective_message
        markup = InlineKeyboardMarkup(
            [[InlineKeyboardButton("More", callback_data="m")]]
        )
        await update.effective_message.reply_text(
            f"Args: {' '.join(context.args or [])}", reply_markup=markup
        )

    async def tell_more(update: Update, context: Context) -> None:
        """Answer to a button."""
        assert update.callback_query
        assert update.callback_query.data == "m"
        await update.callback_query.answer("Here is more", show_alert=True)
        await update.callback_query.edit_message_text("More")

    application: Application[Any, Any, Any, Any, Any, Any] = (
        ApplicationBuilder().token(TOKEN).base_url(f"{server.url}/bot").build()
    )
    application.add_handler(CommandHandler("all_stats", tell))
    application.add_handler(CallbackQueryHandler(tell_more))
    async with application:
        assert application.updater
        await application.updater.start_polling()
        await application.start()
        yield
        await application.updater.stop()
        await application.stop()


async def test_people_and_a_bot_talk(
    server: TelegramServer, bot: Bot, group: Chat
) -> None:
    """Test commands, buttons and what waits for the answers."""
    async with talkative(server):
        said = server.say(group, ANN, "/all_stats@EthosMinerBot a b")
        message = await server.wait_for_message(group, "Args: a b", after=said)
        press = server.press(message, "More", EVE)
        answer = await server.wait_for_answer(press)
        assert (answer.text, answer.alert) == ("Here is more", True)
        assert await server.wait_for_message(group, re.compile("^Mo")) == message
        assert (
            await server.wait_for_message(group, lambda m: bool(m.earlier)) == message
        )
        with pytest.raises(TimeoutError, match="did not say 'No' in Miners, but"):
            await server.wait_for_message(group, "No", within=0.1)
    assert server.refusals == []

    with pytest.raises(LookupError):
        server.press(message, "More", ANN)
    with pytest.raises(BadRequest, match="Query is too old and response timeout"):
        await bot.answer_callback_query(press.id)
    assert await server.wait_for_message(group) == message


async def test_what_a_button_says_is_short(
    server: TelegramServer, bot: Bot, group: Chat
) -> None:
    """Test an answer to a button that is too long, and one that does not come."""
    markup = InlineKeyboardMarkup([[InlineKeyboardButton("x", callback_data="x")]])
    await bot.send_message(group.id, "1", reply_markup=markup)
    press = server.press(server.messages(group)[0], "x", ANN)
    with pytest.raises(BadRequest, match=r"(?i)message_too_long"):
        await bot.answer_callback_query(press.id, "x" * 201)
    with pytest.raises(TimeoutError, match="did not answer to x"):
        await server.wait_for_answer(press, within=0.1)
    assert await bot.answer_callback_query(press.id, "x" * 200)
    assert (await server.wait_for_answer(press)).text == "x" * 200
