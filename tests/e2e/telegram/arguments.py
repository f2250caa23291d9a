"""What a bot asks for."""

from collections.abc import Mapping
import json
from typing import Any, Final

from .errors import BadRequestError
from .html import parse_html
from .links import LinkError, checked_link
from .markdown import parse_markdown, parse_old_markdown
from .models import Button
from .text import LONGEST_RAW, FormattedText, ParseError

LONGEST_DATA: Final = 64  # bytes

PARSERS: Final = {
    "html": parse_html,
    "markdown": parse_old_markdown,
    "markdownv2": parse_markdown,
}

type Keyboard = tuple[tuple[Button, ...], ...]


class Arguments:
    """The arguments of a request, which are all text."""

    def __init__(self, values: Mapping[str, str]) -> None:
        """Take them as they came."""
        self.values = dict(values)

    def text(self, name: str) -> str:
        """Return an argument, empty where there is none."""
        return self.values.get(name, "")

    def flag(self, name: str) -> bool:
        """Return whether an argument says yes."""
        return self.text(name).lower() in {"true", "yes", "1"}

    def integer(
        self, name: str, default: int = 0, low: int = -(2**31), high: int = 2**31 - 1
    ) -> int:
        """Return an argument within bounds; what is no number counts as the default."""
        try:
            return min(max(int(self.text(name)), low), high)
        except ValueError:
            return default

    def json(self, name: str) -> Any:
        """Return an argument that is JSON, None if it is missing; raise ValueError."""
        return json.loads(self.text(name)) if self.text(name) else None

    def content(self) -> FormattedText:
        """Return what a reader will see."""
        raw, parse_mode = self.text("text"), self.text("parse_mode").lower()
        if not raw:
            raise BadRequestError("Message text is empty")
        try:
            size = len(raw.encode())
        except UnicodeEncodeError as err:
            raise BadRequestError("Strings must be encoded in UTF-8") from err
        if size > LONGEST_RAW:
            raise BadRequestError("Text is too long")
        if parse_mode in {"", "none"}:
            return FormattedText(text=raw)
        if not (parser := PARSERS.get(parse_mode)):
            raise BadRequestError("Unsupported parse_mode")
        try:
            return parser(raw)
        except ParseError as err:
            raise BadRequestError(f"Can't parse entities: {err}") from err

    def markup(self) -> dict[str, Any]:
        """Return what is to be done to a keyboard."""
        try:
            markup = self.json("reply_markup")
        except ValueError as err:
            raise BadRequestError(
                "Can't parse reply keyboard markup JSON object"
            ) from err
        if markup is None:
            return {}
        if not isinstance(markup, dict):
            raise BadRequestError("Object expected as reply markup")
        return markup


def read_keyboard(markup: Mapping[str, Any]) -> Keyboard:
    """Return the buttons for below a message."""
    rows = markup.get("inline_keyboard", [])
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise BadRequestError(
            'Field "inline_keyboard" of the InlineKeyboardMarkup '
            "must be an Array of Arrays"
        )
    keyboard = (tuple(_read_button(button) for button in row) for row in rows)
    return tuple(row for row in keyboard if row)


def _read_button(button: Any) -> Button:
    """Return a button."""
    problem = ""
    if not isinstance(button, dict):
        problem = "InlineKeyboardButton must be an Object"
    elif not isinstance(button.get("text"), str):
        problem = 'Field "text" must be of type String'
    elif not (button.get("url") or button.get("callback_data")):
        problem = "Text buttons are unallowed in the inline keyboard"
    if problem:
        raise BadRequestError(f"Can't parse inline keyboard button: {problem}")
    if url := str(button.get("url") or ""):
        return Button(text=button["text"], url=url)
    return Button(text=button["text"], data=str(button["callback_data"]))


def checked_keyboard(keyboard: Keyboard) -> Keyboard:
    """Return the buttons as they are shown, if they are."""
    checked = tuple(
        tuple(_checked_button(button) for button in row) for row in keyboard
    )
    if any(
        len(button.data.encode()) > LONGEST_DATA for row in checked for button in row
    ):
        raise BadRequestError("BUTTON_DATA_INVALID")
    return checked


def _checked_button(button: Button) -> Button:
    """Return a button as it is shown."""
    if not button.text:
        raise BadRequestError("Inline keyboard button text must be non-empty")
    if not button.url:
        return button
    try:
        return Button(text=button.text, url=checked_link(button.url))
    except LinkError as err:
        raise BadRequestError(
            f"Inline keyboard button URL '{button.url}' is invalid: {err}"
        ) from err
