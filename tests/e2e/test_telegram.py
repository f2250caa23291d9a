"""Test Home Assistant and people talk in Telegram."""

import pytest

from development.instance import HomeAssistantInstance
from development.websocket import CommandError
from tests.e2e.conftest import Telegram


async def test_a_message_arrives(
    home: HomeAssistantInstance, telegram: Telegram
) -> None:
    """Test what is sent with mark-up and buttons is what a reader sees."""
    response = await home.call(
        "telegram_bot",
        "send_message",
        {
            "entity_id": await telegram.notifier(telegram.group),
            "message": "<b>a_b*&lt;x&gt;&amp;</b> is down",
            "parse_mode": "html",
            "inline_keyboard": ["Refresh:/all_stats,Help:/help"],
        },
        return_response=True,
    )
    (sent,) = response["chats"]
    message = telegram.server.messages(telegram.group)[-1]
    assert (sent["chat_id"], sent["message_id"]) == (message.chat.id, message.id)
    assert message.text == "a_b*<x>& is down"
    assert [entity.type for entity in message.content.entities] == ["bold"]
    assert message.labels == [["Refresh", "Help"]]


async def test_a_notifier_reaches_the_group(
    home: HomeAssistantInstance, telegram: Telegram
) -> None:
    """Test the action that is the same for every kind of notifier."""
    notifier = await telegram.notifier(telegram.group)
    await home.call(
        "notify",
        "send_message",
        {"title": "Rig 1", "message": "It is *down*"},
        target={"entity_id": notifier},
    )
    message = telegram.server.messages(telegram.group)[-1]
    assert message.text == "Rig 1\nIt is down"


async def test_a_message_that_telegram_refuses_is_an_error(
    home: HomeAssistantInstance, telegram: Telegram
) -> None:
    """Test a name that is not escaped is told by Home Assistant."""
    with pytest.raises(CommandError, match=r"(?i)can't parse entities: unsupported"):
        await home.call(
            "telegram_bot",
            "send_message",
            {
                "entity_id": await telegram.notifier(telegram.group),
                "message": "a_b*<x>&",
                "parse_mode": "html",
            },
        )
    (refusal,) = telegram.server.refusals
    assert refusal.description == (
        'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 4'
    )
    telegram.server.refusals.clear()


async def test_a_command_is_heard(
    home: HomeAssistantInstance, telegram: Telegram
) -> None:
    """Test Home Assistant knows who said what where."""
    server = telegram.server
    async with home.events("telegram_command") as events:
        server.say(telegram.group, telegram.ann, "/hello@EthosMinerBot a b")
        data = (await events.next())["data"]
    assert (data["command"], data["args"]) == ("/hello@EthosMinerBot", ["a", "b"])
    assert (data["chat_id"], data["user_id"]) == (telegram.group.id, telegram.ann.id)
    assert data["bot"]["config_entry_id"] == telegram.entry_id


async def test_a_button_is_heard(
    home: HomeAssistantInstance, telegram: Telegram
) -> None:
    """Test its press is an event, and the answer is shown to who pressed it."""
    server = telegram.server
    response = await home.call(
        "telegram_bot",
        "send_message",
        {
            "entity_id": await telegram.notifier(telegram.group),
            "message": "Hello",
            "inline_keyboard": ["Refresh:/all_stats"],
        },
        return_response=True,
    )
    message = server.find(telegram.group, response["chats"][0]["message_id"])
    assert message
    async with home.events("telegram_callback") as events:
        press = server.press(message, "Refresh", telegram.ben)
        data = (await events.next())["data"]
    assert (data["command"], data["id"]) == ("/all_stats", press.id)
    await home.call(
        "telegram_bot",
        "answer_callback_query",
        {
            "config_entry_id": telegram.entry_id,
            "callback_query_id": press.id,
            "message": "Done",
        },
    )
    assert (await server.wait_for_answer(press)).text == "Done"


async def test_a_foreign_chat_is_not_heard(
    home: HomeAssistantInstance, telegram: Telegram
) -> None:
    """Test a chat that was not allowed has no say, which is all that is logged."""
    server = telegram.server
    foreign = server.add_chat(-1009876543210, "supergroup", "Strangers")
    before = len(home.warnings())
    async with home.events("telegram_command") as events:
        server.say(foreign, telegram.ben, "/hello")
        server.say(telegram.group, telegram.ann, "/hello")
        data = (await events.next())["data"]
    assert data["chat_id"] == telegram.group.id
    (entry,) = home.warnings()[before:]
    assert f"Unauthorized update - neither user id {telegram.ben.id}" in entry.text
