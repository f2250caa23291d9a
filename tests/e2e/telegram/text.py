"""A text as a reader sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
import re
from typing import Any, Final

from .errors import BadRequestError

LONGEST: Final = 4096
LONGEST_RAW: Final = 1 << 15  # bytes

COMMAND: Final = re.compile(
    r"(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32}|(?!@))(?![\w/<>])"
)

# Control characters are shown as spaces.
BLANK: Final = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x20]")
# Signs that could turn the line around or cross it out are not shown at all.
UNSEEN: Final = frozenset(
    "\r\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u0333\u033f\u030a"
)

# Nothing else is looked for in these.
VERBATIM: Final = frozenset({"code", "pre", "text_link"})


class ParseError(Exception):
    """A text is not written as its parse mode wants it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entity:
    """A part of a text that is shown in a way of its own, or that can be tapped."""

    type: str
    """Its kind, such as bold, text_link or bot_command."""
    start: int
    """The index of its first character."""
    end: int
    """The index after its last character."""
    details: Mapping[str, str] = field(default_factory=dict)
    """What else there is to say: the url of a link, the language of code."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FormattedText:
    """A text and its entities."""

    text: str
    """What is to be read."""
    entities: tuple[Entity, ...] = ()
    """How it is shown, in the order of the text."""

    def shown(self, entity: Entity) -> str:
        """Return the part of an entity."""
        return self.text[entity.start : entity.end]

    def json(self) -> list[dict[str, Any]]:
        """Return the entities for the Bot API, which counts in UTF-16."""
        return [
            {
                "type": entity.type,
                "offset": _utf16_length(self.text[: entity.start]),
                "length": _utf16_length(self.shown(entity)),
                **entity.details,
            }
            for entity in self.entities
        ]

    def with_commands(self) -> FormattedText:
        """Return it with the commands that Telegram finds in it."""
        commands = [
            Entity(type="bot_command", start=match.start(), end=match.end())
            for match in COMMAND.finditer(self.text)
            if not any(
                entity.type in VERBATIM
                and entity.start < match.end()
                and match.start() < entity.end
                for entity in self.entities
            )
        ]
        return replace(self, entities=in_order([*self.entities, *commands]))

    def cleaned(self) -> FormattedText:
        """Return it as Telegram passes it on, without what surrounds and disturbs."""
        characters = [
            "" if character in UNSEEN else BLANK.sub(" ", character)
            for character in self.text
        ]
        text = "".join(characters)
        end = len(text.rstrip(" \n"))
        # What comes first stays if it is a part of an entity.
        first = min((entity.start for entity in self.entities), default=len(text))
        before = len("".join(characters[:first]))
        begin = before - len(text[:before].lstrip(" \n"))

        def place(index: int) -> int:
            """Return where an index is now."""
            return min(len("".join(characters[:index])), end) - begin

        moved = (
            replace(entity, start=place(entity.start), end=place(entity.end))
            for entity in self.entities
        )
        return FormattedText(
            text=text[begin:end],
            entities=tuple(entity for entity in moved if entity.start < entity.end),
        )

    def checked(self) -> FormattedText:
        """Return it as Telegram shows it, if it does."""
        shown = self.cleaned()
        if not shown.text:
            raise BadRequestError("Text must be non-empty")
        if len(shown.text) > LONGEST:
            raise BadRequestError("Message is too long")
        return shown.with_commands()


def in_order(entities: list[Entity]) -> tuple[Entity, ...]:
    """Sort entities: what begins first, and of those the longest."""
    return tuple(sorted(entities, key=lambda entity: (entity.start, -entity.end)))


def _utf16_length(text: str) -> int:
    """Return how many units of UTF-16 a text has."""
    return len(text.encode("utf-16-le")) // 2
