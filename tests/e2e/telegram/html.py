"""Telegram's HTML, of which it knows a few tags and nothing else."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
import re
from typing import Final

from .links import LinkError, checked_link
from .text import Entity, FormattedText, ParseError, in_order

TAGS: Final = {
    "a": "text_link",
    "b": "bold",
    "blockquote": "blockquote",
    "code": "code",
    "del": "strikethrough",
    "em": "italic",
    "i": "italic",
    "ins": "underline",
    "pre": "pre",
    "s": "strikethrough",
    "span": "spoiler",
    "strike": "strikethrough",
    "strong": "bold",
    "tg-emoji": "custom_emoji",
    "tg-spoiler": "spoiler",
    "tg-time": "date_time",
    "u": "underline",
}
NAMED: Final = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}
LANGUAGE: Final = "language-"

REFERENCE: Final = re.compile(
    rb"(?P<all>&(?:#x(?P<hex>[0-9a-fA-F]*)|#(?P<decimal>[0-9]*)|(?P<name>[a-zA-Z]*)));?"
)
LONGEST_REFERENCE: Final = 9
LARGEST_CHARACTER: Final = 0x10FFFE

PLAIN: Final = re.compile(rb"[^&<]+")
SPACES: Final = re.compile(rb"[ \t\r\n\v]*")
TAG_NAME: Final = re.compile(rb"[^ \t\r\n\v>]*")
ATTRIBUTE_NAME: Final = re.compile(rb"[^ \t\r\n\v=>/\"']*")
TOKEN: Final = re.compile(rb"[a-zA-Z0-9.-]*")
AFTER_TOKEN: Final = re.compile(rb"[ \t\r\n\v>]|\Z")
QUOTED: Final = re.compile(rb"\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'")
QUOTE: Final = re.compile(rb"[\"']")
EQUALS: Final = re.compile(rb"=")
BRACKET: Final = re.compile(rb">")
SLASH: Final = re.compile(rb"/")


@dataclass(frozen=True, kw_only=True, slots=True)
class Tag:
    """A tag that is open."""

    name: str
    """Its name in small letters."""
    attributes: dict[str, str]
    """Its attributes."""
    start: int
    """The index of the first character in it."""


def parse_html(raw: str) -> FormattedText:
    """Return what a reader sees of a text with tags."""
    return _Parser(raw).parse()


def _character(match: re.Match[bytes]) -> str:
    """Return the character of a reference, or nothing where Telegram knows none."""
    if match["name"] is not None:
        return NAMED.get(match["name"], "")
    number = int(match["hex"] or b"0", 16) or int(match["decimal"] or b"0")
    known = 0 < number <= LARGEST_CHARACTER and len(match["all"]) <= LONGEST_REFERENCE
    return chr(number) if known else ""


def _dereference(value: bytes) -> str:
    """Return the value of an attribute."""
    return REFERENCE.sub(
        lambda match: _character(match).encode(errors="replace") or match[0], value
    ).decode(errors="replace")


class _Parser:
    """Reads a text once, from its first byte to its last, which errors count."""

    def __init__(self, raw: str) -> None:
        """Begin."""
        self._bytes = raw.encode()
        self._at = 0
        self._text = ""
        self._open: list[Tag] = []
        self._entities: list[Entity] = []

    def parse(self) -> FormattedText:
        """Read all of it."""
        while not self._done:
            begin = self._at
            if plain := self._take(PLAIN):
                self._text += plain
            elif reference := REFERENCE.match(self._bytes, begin):
                # What is no reference is shown as it is.
                character = _character(reference)
                self._at = reference.end() if character else begin + 1
                self._text += character or "&"
            else:
                self._at += 1
                if self._take(SLASH):
                    self._read_end_tag(begin)
                else:
                    self._read_start_tag(begin)
        if self._open:
            raise ParseError(
                "Can't find end tag corresponding to start tag "
                f'"{self._open[-1].name}"'
            )
        if any("\ud800" <= character <= "\udfff" for character in self._text):
            raise ParseError(
                "Text contains invalid Unicode characters after decoding HTML "
                "entities, check for unmatched surrogate code units"
            )
        # Only a block has a language.
        entities = [
            replace(entity, details={}) if entity.type == "code" else entity
            for entity in self._entities
        ]
        return FormattedText(text=self._text, entities=in_order(entities))

    @property
    def _done(self) -> bool:
        """Return whether nothing is left."""
        return self._at == len(self._bytes)

    def _take(self, pattern: re.Pattern[bytes]) -> str:
        """Read what fits."""
        if not (match := pattern.match(self._bytes, self._at)):
            return ""
        self._at = match.end()
        return match[0].decode()

    def _read_start_tag(self, begin: int) -> None:
        """Read the rest of a tag that opens."""
        name = self._take(TAG_NAME).lower()
        if self._done:
            raise ParseError(f"Unclosed start tag at byte offset {begin}")
        if name not in TAGS:
            raise ParseError(f'Unsupported start tag "{name}" at byte offset {begin}')
        attributes = dict(self._read_attributes(name, begin))
        if name == "span" and attributes.get("class") != "tg-spoiler":
            raise ParseError(
                f'Tag "span" must have class "tg-spoiler" at byte offset {begin}'
            )
        self._open.append(Tag(name=name, attributes=attributes, start=len(self._text)))

    def _read_attributes(self, name: str, begin: int) -> Iterator[tuple[str, str]]:
        """Read attributes and the bracket after them."""
        unclosed = ParseError(f'Unclosed start tag "{name}" at byte offset {begin}')
        while True:
            self._take(SPACES)
            if self._take(BRACKET):
                return
            if not (attribute := self._take(ATTRIBUTE_NAME)):
                raise ParseError(
                    f'Empty attribute name in the tag "{name}" at byte offset {begin}'
                )
            self._take(SPACES)
            if self._done:
                raise unclosed
            if not self._take(EQUALS):
                yield attribute, ""
                continue
            self._take(SPACES)
            if self._done:
                raise unclosed
            yield attribute, self._read_value()
            if self._done:
                raise ParseError(f"Unclosed start tag at byte offset {begin}")

    def _read_value(self) -> str:
        """Read the value of an attribute; a quotation that does not end takes all."""
        begin = self._at
        if quoted := QUOTED.match(self._bytes, begin):
            self._at = quoted.end()
            return _dereference(quoted["double"] or quoted["single"] or b"")
        if self._take(QUOTE):
            self._at = len(self._bytes)
            return ""
        token = self._take(TOKEN).lower()
        if not AFTER_TOKEN.match(self._bytes, self._at):
            raise ParseError(f"Unexpected end of name token at byte offset {begin}")
        return token

    def _read_end_tag(self, begin: int) -> None:
        """Read the rest of a tag that closes."""
        if not self._open:
            raise ParseError(f"Unexpected end tag at byte offset {begin}")
        name = self._take(TAG_NAME).lower()
        self._take(SPACES)
        if not self._take(BRACKET):
            raise ParseError(f"Unclosed end tag at byte offset {begin}")
        tag = self._open.pop()
        # One without a name closes whatever is open.
        if name not in {"", tag.name}:
            raise ParseError(
                f"Unmatched end tag at byte offset {begin}, "
                f'expected "</{tag.name}>", found "</{name}>"'
            )
        if tag.start < len(self._text):
            self._add(tag)

    def _add(self, tag: Tag) -> None:
        """Add what a tag that has been closed means."""
        kind, attributes = TAGS[tag.name], tag.attributes
        details: dict[str, str] = {}
        if tag.name == "a":
            try:
                link = attributes.get("href") or self._text[tag.start :]
                details["url"] = checked_link(link)
            except LinkError:
                # The text stays, without its link.
                return
        elif tag.name == "tg-emoji":
            number = attributes.get("emoji-id", "")
            if not (number.isdecimal() and int(number)):
                raise ParseError("Invalid custom emoji identifier specified")
            details["custom_emoji_id"] = number
        elif tag.name == "blockquote" and "expandable" in attributes:
            kind = "expandable_blockquote"
        elif tag.name == "code":
            name = attributes.get("class", "")
            if name.startswith(LANGUAGE):
                details["language"] = name.removeprefix(LANGUAGE)
        elif tag.name == "pre":
            details.update(self._take_code(tag.start))
        self._entities.append(
            Entity(type=kind, start=tag.start, end=len(self._text), details=details)
        )

    def _take_code(self, start: int) -> Mapping[str, str]:
        """Return what is known of code that fills a block, which it is a part of."""
        if self._entities:
            code = self._entities[-1]
            if (code.type, code.start, code.end) == ("code", start, len(self._text)):
                return self._entities.pop().details
        return {}
