"""Test people and a bot of Telegram's own library talk."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
import re
from typing import Any

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.error import BadRequest
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackContext,
    CallbackQueryHandler,
    CommandHandler,
)

from tests.e2e.telegram import TOKEN, Chat, TelegramServer
from tests.e2e.telegram_server.asking import ANN, EVE

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
