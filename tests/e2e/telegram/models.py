"""Who and what there is in Telegram."""

from dataclasses import dataclass, field
from typing import Any, Literal

from .text import FormattedText

type ChatType = Literal["private", "group", "supergroup", "channel"]


@dataclass(frozen=True, kw_only=True, slots=True)
class User:
    """A person or a bot."""

    id: int
    """The number that is also that of the private chat with them."""
    first_name: str
    """Their name."""
    username: str = ""
    """Their unique name, if they have one."""
    is_bot: bool = False
    """Whether they are a bot."""

    def json(self) -> dict[str, Any]:
        """Return it for the Bot API."""
        username = {"username": self.username} if self.username else {}
        return {
            "id": self.id,
            "is_bot": self.is_bot,
            "first_name": self.first_name,
            **username,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Chat:
    """A chat in which the bot is."""

    id: int
    """Its number, positive for private chats only."""
    type: ChatType
    """Its kind."""
    title: str
    """Its name; that of the person if it is private."""

    @property
    def shared(self) -> bool:
        """Return whether it is a group or a channel."""
        return self.type != "private"

    def json(self) -> dict[str, Any]:
        """Return it for the Bot API."""
        name = "title" if self.shared else "first_name"
        return {"id": self.id, name: self.title, "type": self.type}

    def full_json(self) -> dict[str, Any]:
        """Return it as getChat does, as far as that tells anything."""
        gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts")
        more = ("premium_subscription", "gifts_from_channels")
        return {
            **self.json(),
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys([*gifts, *more], False),
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Button:
    """A button below a message."""

    text: str
    """What is on it."""
    data: str = ""
    """What the bot is told when it is pressed."""
    url: str = ""
    """What it opens otherwise."""


@dataclass(kw_only=True, slots=True)
class Message:
    """A message as it is now."""

    chat: Chat
    """Where it is."""
    id: int
    """Its number in that chat."""
    sender: User
    """Who wrote it."""
    date: int
    """When, in seconds since 1970."""
    content: FormattedText
    """What a reader sees."""
    raw: str
    """What was sent."""
    parse_mode: str
    """How that was to be read, in small letters, empty for a plain text."""
    keyboard: tuple[tuple[Button, ...], ...] = ()
    """The buttons below it, in rows."""
    markup: dict[str, Any] = field(default_factory=dict)
    """What was to be done to the keyboard of the reader, if not such buttons."""
    silent: bool = False
    """Whether it makes no sound."""
    reply_to: Message | None = None
    """Which message it answers."""
    earlier: list[str] = field(default_factory=list)
    """What a reader saw before it was edited, oldest first."""
    edited: int | None = None
    """When it was last edited, in seconds since 1970."""
    deleted: bool = False
    """Whether nobody sees it any longer."""

    @property
    def text(self) -> str:
        """Return what is to be read."""
        return self.content.text

    @property
    def labels(self) -> list[list[str]]:
        """Return what is on the buttons."""
        return [[button.text for button in row] for row in self.keyboard]

    def json(self) -> dict[str, Any]:
        """Return it for the Bot API."""
        message: dict[str, Any] = {"message_id": self.id}
        if self.chat.type == "channel":
            message["sender_chat"] = self.chat.json()
        else:
            message["from"] = self.sender.json()
        message |= {"chat": self.chat.json(), "date": self.date}
        if self.edited:
            message["edit_date"] = self.edited
        if self.reply_to and not self.reply_to.deleted:
            message["reply_to_message"] = self.reply_to.json()
            # Only one message deep.
            message["reply_to_message"].pop("reply_to_message", None)
        message["text"] = self.text
        if entities := self.content.json():
            message["entities"] = entities
        if self.keyboard:
            message["reply_markup"] = {"inline_keyboard": self._keyboard_json()}
        return message

    def _keyboard_json(self) -> list[list[dict[str, str]]]:
        """Return the buttons for the Bot API."""
        return [
            [
                {"text": button.text}
                | (
                    {"url": button.url}
                    if button.url
                    else {"callback_data": button.data}
                )
                for button in row
            ]
            for row in self.keyboard
        ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What somebody is shown who pressed a button."""

    text: str
    """What is to be read, empty if nothing is."""
    alert: bool
    """Whether it has to be closed by hand."""


@dataclass(kw_only=True, slots=True)
class Press:
    """A press of a button."""

    id: str
    """The number of the bot's query."""
    message: Message
    """The message with the button."""
    button: Button
    """The button."""
    user: User
    """Who pressed it."""
    answer: Answer | None = None
    """What the bot answered; before that the button shows that it is waiting."""
