"""The methods of the Bot API."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
import re
import time
from typing import Any, Final

from .arguments import Arguments, Keyboard, checked_keyboard, read_keyboard
from .errors import BadRequestError, RequestError, TooManyRequestsError
from .messenger import Messenger
from .models import Answer, Chat, Message
from .text import FormattedText
from .updates import LARGEST_LIMIT, LONGEST_POLL

ACTIONS: Final = frozenset(
    {
        "cancel",
        "choose_sticker",
        "find_location",
        "pick_up_location",
        "record_audio",
        "record_video",
        "record_video_note",
        "record_voice",
        "typing",
        "upload_audio",
        "upload_document",
        "upload_photo",
        "upload_video",
        "upload_video_note",
        "upload_voice",
    }
)

LONGEST_ANSWER: Final = 200
LONGEST_COMMAND: Final = 32
LONGEST_DESCRIPTION: Final = 256
COMMAND: Final = re.compile(r"[a-z0-9_]+")

NOT_MODIFIED: Final = (
    "message is not modified: specified new message content and reply markup are "
    "exactly the same as a current content and reply markup of the message"
)

type Method = Callable[[Arguments], Awaitable[Any]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What a message shall answer to."""

    message_id: int
    """The number of the other message, 0 where there is none."""
    optional: bool
    """Whether that message may be missing."""


class Methods:
    """What a bot can do in its chats.

    Without threads, payments, media, inline queries and all else that is not text, and
    without web pages: a webhook is set, but nothing is sent there.
    """

    def __init__(self, messenger: Messenger) -> None:
        """Act in the chats of a messenger."""
        self._messenger = messenger
        self._webhook = ""
        self.by_name: Mapping[str, Method] = {
            "answercallbackquery": self.answer_callback_query,
            "deletemessage": self.delete_message,
            "deletewebhook": self.set_webhook,
            "editmessagereplymarkup": self.edit_message_reply_markup,
            "editmessagetext": self.edit_message_text,
            "getchat": self.get_chat,
            "getme": self.get_me,
            "getupdates": self.get_updates,
            "sendchataction": self.send_chat_action,
            "sendmessage": self.send_message,
            "setmycommands": self.set_my_commands,
            "setwebhook": self.set_webhook,
        }

    # --- The bot ---

    async def get_me(self, _: Arguments) -> dict[str, Any]:
        """Return the bot."""
        more = (
            "supports_inline_queries",
            "can_connect_to_business",
            "has_main_web_app",
        )
        return {
            **self._messenger.bot.json(),
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            **dict.fromkeys(more, False),
        }

    async def set_my_commands(self, arguments: Arguments) -> bool:
        """Change the menu."""
        try:
            commands = arguments.json("commands")
        except ValueError as err:
            raise BadRequestError("Can't parse commands JSON object") from err
        if not isinstance(commands, list):
            raise BadRequestError("Expected an Array of BotCommand")
        self._messenger.commands = [_read_command(command) for command in commands]
        return True

    # --- Updates ---

    async def set_webhook(self, arguments: Arguments) -> bool:
        """Change or remove where updates shall be sent to."""
        url = arguments.text("url")
        if url and not url.lower().startswith("https://"):
            raise BadRequestError(
                "bad webhook: An HTTPS URL must be provided for webhook"
            )
        self._webhook = url
        self._allow_updates(arguments)
        if arguments.flag("drop_pending_updates"):
            self._messenger.updates.clear()
        self._messenger.updates.interrupt("Conflict: terminated by setWebhook request")
        return True

    async def get_updates(self, arguments: Arguments) -> list[dict[str, Any]]:
        """Return what is new."""
        if self._webhook:
            raise RequestError(
                HTTPStatus.CONFLICT,
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
            )
        self._allow_updates(arguments)
        return await self._messenger.updates.get(
            arguments.integer("offset"),
            arguments.integer("limit", LARGEST_LIMIT, 1, LARGEST_LIMIT),
            arguments.integer("timeout", 0, 0, LONGEST_POLL),
        )

    def _allow_updates(self, arguments: Arguments) -> None:
        """Change which updates there are, if that is asked for in a way that counts."""
        try:
            kinds = arguments.json("allowed_updates")
        except ValueError:
            return
        if isinstance(kinds, list) and all(isinstance(kind, str) for kind in kinds):
            self._messenger.updates.allow(kind.lower() for kind in kinds)

    # --- Messages ---

    async def send_message(self, arguments: Arguments) -> dict[str, Any]:
        """Say something."""
        content = arguments.content()
        reply = _read_reply(arguments)
        markup = arguments.markup()
        keyboard = read_keyboard(markup)
        chat = self._chat(arguments)
        if arguments.integer("message_thread_id"):
            raise BadRequestError("message thread not found")
        reply_to = self._messenger.find(chat, reply.message_id)
        if reply.message_id and not reply_to and not reply.optional:
            raise BadRequestError("message to be replied not found")
        content, keyboard = content.checked(), checked_keyboard(keyboard)
        self._count(chat)
        message = self._messenger.post(
            chat,
            self._messenger.bot,
            content,
            raw=arguments.text("text"),
            parse_mode=arguments.text("parse_mode").lower(),
            reply_to=reply_to,
        )
        message.keyboard = keyboard
        message.markup = {} if keyboard else markup
        message.silent = arguments.flag("disable_notification")
        return message.json()

    async def edit_message_text(self, arguments: Arguments) -> dict[str, Any]:
        """Say something else; buttons that are not named again are gone."""
        content = arguments.content()
        keyboard = read_keyboard(arguments.markup())
        message = self._own_message(arguments)
        content, keyboard = content.checked(), checked_keyboard(keyboard)
        self._edit(message, content, keyboard)
        message.raw = arguments.text("text")
        message.parse_mode = arguments.text("parse_mode").lower()
        return message.json()

    async def edit_message_reply_markup(self, arguments: Arguments) -> dict[str, Any]:
        """Change the buttons."""
        keyboard = read_keyboard(arguments.markup())
        message = self._own_message(arguments)
        self._edit(message, message.content, checked_keyboard(keyboard))
        return message.json()

    async def delete_message(self, arguments: Arguments) -> bool:
        """Take a message away.

        The bot is no administrator: what others said it can take away in private only.
        """
        if not arguments.text("chat_id"):
            raise BadRequestError("Chat identifier is not specified")
        if not arguments.integer("message_id"):
            raise BadRequestError("Message identifier is not specified")
        message = self._message(arguments, "message to delete")
        if message.chat.shared and message.sender != self._messenger.bot:
            raise BadRequestError("Message can't be deleted")
        message.deleted = True
        self._messenger.changed()
        return True

    # --- The rest ---

    async def answer_callback_query(self, arguments: Arguments) -> bool:
        """Answer to the press of a button."""
        press = self._messenger.find_press(arguments.text("callback_query_id"))
        if not press:
            raise BadRequestError(
                "query is too old and response timeout expired or query ID is invalid"
            )
        text = arguments.text("text")
        if len(text) > LONGEST_ANSWER:
            raise BadRequestError("MESSAGE_TOO_LONG")
        press.answer = Answer(text=text, alert=arguments.flag("show_alert"))
        self._messenger.changed()
        return True

    async def get_chat(self, arguments: Arguments) -> dict[str, Any]:
        """Return a chat."""
        return self._chat(arguments).full_json()

    async def send_chat_action(self, arguments: Arguments) -> bool:
        """Tell that something is being done, which nobody remembers."""
        if arguments.text("action").lower() not in ACTIONS:
            raise BadRequestError("Wrong parameter action in request")
        self._chat(arguments)
        return True

    def _chat(self, arguments: Arguments) -> Chat:
        """Return the chat that is meant; none of ours has a public name."""
        chat_id = arguments.text("chat_id")
        if not chat_id:
            raise BadRequestError("chat_id is empty")
        chats = self._messenger.chats
        if not (
            chat := chats.get(arguments.integer("chat_id", low=-(2**63), high=2**63))
        ):
            raise BadRequestError("chat not found")
        return chat

    def _message(self, arguments: Arguments, what: str) -> Message:
        """Return the message that is meant."""
        chat = self._chat(arguments)
        message = self._messenger.find(chat, arguments.integer("message_id"))
        if not message:
            raise BadRequestError(f"{what} not found")
        return message

    def _own_message(self, arguments: Arguments) -> Message:
        """Return the message that is to be edited."""
        message = self._message(arguments, "message to edit")
        if message.sender != self._messenger.bot:
            raise BadRequestError("Message can't be edited")
        return message

    def _edit(
        self, message: Message, content: FormattedText, keyboard: Keyboard
    ) -> None:
        """Change what a message shows."""
        if (content, keyboard) == (message.content, message.keyboard):
            raise BadRequestError(NOT_MODIFIED)
        self._count(message.chat)
        message.earlier.append(message.text)
        message.content, message.keyboard = content, keyboard
        message.edited = int(time.time())
        self._messenger.changed()

    def _count(self, chat: Chat) -> None:
        """Count a message, if there may be one now."""
        flood = self._messenger.flood
        if wait := flood.retry_after(chat.id, shared=chat.shared):
            raise TooManyRequestsError(wait)


def _read_reply(arguments: Arguments) -> Reply:
    """Return which message is answered to."""
    if not arguments.text("reply_parameters"):
        return Reply(
            message_id=arguments.integer("reply_to_message_id"),
            optional=arguments.flag("allow_sending_without_reply"),
        )
    try:
        reply = arguments.json("reply_parameters")
    except ValueError as err:
        raise BadRequestError("Can't parse reply parameters JSON object") from err
    if not isinstance(reply, dict):
        raise BadRequestError("Object expected as reply parameters")
    if not isinstance(message_id := reply.get("message_id", 0), int):
        raise BadRequestError('Field "message_id" must be of type Number')
    return Reply(
        message_id=message_id,
        optional=bool(reply.get("allow_sending_without_reply")),
    )


def _read_command(command: Any) -> dict[str, str]:
    """Return a command of the menu."""
    if not isinstance(command, dict):
        raise BadRequestError("expected an Object")
    name = str(command.get("command", "")).strip().removeprefix("/")
    description = str(command.get("description", "")).strip()
    if not name:
        raise BadRequestError("Command must be non-empty")
    if len(name) > LONGEST_COMMAND:
        raise BadRequestError(f"Command length must not exceed {LONGEST_COMMAND}")
    if not description:
        raise BadRequestError("Command description must be non-empty")
    if len(description) > LONGEST_DESCRIPTION:
        raise BadRequestError(
            f"Command description length must not exceed {LONGEST_DESCRIPTION}"
        )
    if not COMMAND.fullmatch(name):
        raise BadRequestError("BOT_COMMAND_INVALID")
    return {"command": name, "description": description}
