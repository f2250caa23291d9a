"""Telegram as people use it: chats in which they and the bot say something."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
import re
import time
from typing import Final

from .errors import Refusal
from .flood import FloodControl, Limits
from .models import Answer, Chat, ChatType, Message, Press, User
from .text import FormattedText
from .updates import Updates

BOT: Final = User(
    id=110201543, first_name="Miner", username="EthosMinerBot", is_bot=True
)
TOKEN: Final = f"{BOT.id}:known-to-everybody-on-this-machine"

# Since these number their messages themselves; the others have one row for all.
NUMBERED: Final = frozenset({"supergroup", "channel"})

type Wanted = str | re.Pattern[str] | Callable[[Message], bool]


class Messenger:
    """The chats of a bot, whose privacy mode is on as it is by default."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        limits: Limits | None = None,
    ) -> None:
        """Begin without chats; the clock is that of the limits."""
        self.bot = BOT
        self.updates = Updates()
        self.flood = FloodControl(clock, limits or Limits())
        self.chats: dict[int, Chat] = {}
        self.refusals: list[Refusal] = []
        """Every request that was refused, the oldest first."""
        self.commands: list[dict[str, str]] = []
        """What the bot offers in its menu."""
        self._messages: list[Message] = []
        self._presses: dict[str, Press] = {}
        self._numbers = defaultdict[int, Iterator[int]](lambda: count(1))
        self._query_ids = count(4_382_917_264_001_375_811)
        self._changed = asyncio.Event()

    # --- What people do ---

    def add_chat(self, chat_id: int, chat_type: ChatType, title: str) -> Chat:
        """Add a chat with the bot, begun by somebody in private if it is."""
        shape = {"private": r"[1-9]\d*", "group": r"-(?!100)[1-9]\d*"}
        if not re.fullmatch(shape.get(chat_type, r"-100[1-9]\d*"), str(chat_id)):
            raise ValueError(f"{chat_id} is no number of a {chat_type}")
        chat = self.chats[chat_id] = Chat(id=chat_id, type=chat_type, title=title)
        return chat

    def say(
        self, chat: Chat, user: User, text: str, *, reply_to: Message | None = None
    ) -> Message:
        """Say something in a chat; in a group the bot may not get to know it.

        With its privacy mode on it hears commands, unless they are for another bot, and
        answers to what it said.
        """
        content = FormattedText(text=text).checked()
        message = self.post(chat, user, content, raw=text, reply_to=reply_to)
        if self._concerns_bot(message):
            kind = "channel_post" if chat.type == "channel" else "message"
            self.updates.add(kind, message.json())
        return message

    def press(self, message: Message, label: str, user: User) -> Press:
        """Press a button below a message."""
        buttons = [button for row in message.keyboard for button in row]
        button = next((button for button in buttons if button.text == label), None)
        if message.deleted or not button or not button.data:
            raise LookupError(f"Nobody can press {label}: {message.labels}")
        press = Press(
            id=str(next(self._query_ids)), message=message, button=button, user=user
        )
        self._presses[press.id] = press
        self.updates.add(
            "callback_query",
            {
                "id": press.id,
                "from": user.json(),
                "message": message.json(),
                "chat_instance": str(-message.chat.id),
                "data": button.data,
            },
        )
        return press

    # --- What people see ---

    def messages(self, chat: Chat, *, after: Message | None = None) -> list[Message]:
        """Return what the bot said in a chat, at all or after a message, and left."""
        return [
            message
            for message in self._messages
            if message.chat == chat
            and message.sender == self.bot
            and not message.deleted
            and (after is None or message.id > after.id)
        ]

    async def wait_for_message(
        self,
        chat: Chat,
        wanted: Wanted = lambda _: True,
        *,
        after: Message | None = None,
        within: float = 30,
    ) -> Message:
        """Wait for the first message of the bot in a chat that is as wanted.

        That is: it reads so, a pattern is found in it, or a function says so. One that
        is there already counts, unless it was there before the message given as after.
        """

        def look() -> Message | None:
            """Return the message if it is there."""
            messages = self.messages(chat, after=after)
            return next((found for found in messages if _fits(found, wanted)), None)

        if not (message := await self._wait(look, within)):
            texts = [message.text for message in self.messages(chat, after=after)]
            raise TimeoutError(
                f"The bot did not say {wanted!r} in {chat.title}, but {texts}; "
                f"refused: {self.refusals}"
            )
        return message

    async def wait_for_answer(self, press: Press, within: float = 30) -> Answer:
        """Wait until the bot answers to the press of a button."""
        if not (answer := await self._wait(lambda: press.answer, within)):
            raise TimeoutError(f"The bot did not answer to {press.button.text}")
        return answer

    # --- What both do ---

    def post(
        self,
        chat: Chat,
        sender: User,
        content: FormattedText,
        *,
        raw: str,
        parse_mode: str = "",
        reply_to: Message | None = None,
    ) -> Message:
        """Put a message into a chat."""
        number = chat.id if chat.type in NUMBERED else 0
        message = Message(
            chat=chat,
            id=next(self._numbers[number]),
            sender=sender,
            date=int(time.time()),
            content=content,
            raw=raw,
            parse_mode=parse_mode,
            reply_to=reply_to,
        )
        self._messages.append(message)
        self.changed()
        return message

    def find(self, chat: Chat, message_id: int) -> Message | None:
        """Return a message that is still there."""
        return next(
            (
                message
                for message in self._messages
                if message.chat == chat
                and message.id == message_id
                and not message.deleted
            ),
            None,
        )

    def find_press(self, query_id: str) -> Press | None:
        """Return the press of a button that the bot has not answered to."""
        press = self._presses.get(query_id)
        return None if press is None or press.answer else press

    def changed(self) -> None:
        """Tell those who wait that something is different."""
        self._changed.set()
        self._changed = asyncio.Event()

    def _concerns_bot(self, message: Message) -> bool:
        """Return whether the bot is told of what somebody said."""
        if message.chat.type in {"private", "channel"}:
            return True
        if message.reply_to and message.reply_to.sender == self.bot:
            return True
        commands = [
            message.content.shown(entity)
            for entity in message.content.entities
            if entity.type == "bot_command"
        ]
        own = {"", self.bot.username.lower()}
        return any(command.partition("@")[2].lower() in own for command in commands)

    async def _wait[T](self, look: Callable[[], T | None], within: float) -> T | None:
        """Wait until there is something to see, None if there is not."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                while not (seen := look()):
                    await self._changed.wait()
                return seen
        return None


def _fits(message: Message, wanted: Wanted) -> bool:
    """Return whether a message is as wanted."""
    if isinstance(wanted, str):
        return message.text == wanted
    if isinstance(wanted, re.Pattern):
        return bool(wanted.search(message.text))
    return wanted(message)
