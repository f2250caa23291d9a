"""Test texts are read as Telegram reads them."""

import pytest
from telegram import Bot
from telegram.constants import MessageLimit

from tests.e2e.telegram import Chat, TelegramServer
from tests.e2e.telegram_server.asking import refusal


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
