"""A Telegram Bot API server on this machine, as strict as the real one.

What it refuses, in which words and in which order is what the published sources of the
Bot API server and of its library do; where those leave something to Telegram's own
servers, it is what the documentation of the Bot API says.
"""

from .errors import Refusal
from .flood import Limits
from .messenger import BOT, TOKEN, Messenger
from .models import Answer, Button, Chat, ChatType, Message, Press, User
from .server import TelegramServer
from .text import Entity, FormattedText

__all__ = [
    "BOT",
    "TOKEN",
    "Answer",
    "Button",
    "Chat",
    "ChatType",
    "Entity",
    "FormattedText",
    "Limits",
    "Message",
    "Messenger",
    "Press",
    "Refusal",
    "TelegramServer",
    "User",
]
