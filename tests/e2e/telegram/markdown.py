"""Telegram's two kinds of Markdown.

The old kind is read in full. Of MarkdownV2 everything is read but custom emoji, dates
and quotations: the former are refused, and the latter are shown as ordinary lines, or
refused where other marks come before them.
"""

from dataclasses import dataclass
import re
from typing import Final

from .links import LinkError, checked_link
from .text import Entity, FormattedText, ParseError, in_order

OLD_ESCAPED: Final = re.compile(rb"\\([_*`\[])")
OLD_PLAIN: Final = re.compile(rb"[^_*`\[\\]+|\\")
OLD_ENTITY: Final = re.compile(
    rb"```(?:(?P<language>[^\s`]+)(?=\s))?(?:\r\n|\n\r|\r|\n)?(?P<pre>.*?)```"
    rb"|(?!```)`(?P<code>[^`]*)`"
    rb"|_(?P<italic>[^_]*)_"
    rb"|\*(?P<bold>[^*]*)\*"
    rb"|\[(?P<text_link>(?P<some>[^\]]+)?)\]"
    rb"(?(some)(?:\((?P<url>[^)]*)(?:\)|\Z))?|)",
    re.DOTALL,
)
OLD_TYPES: Final = ("pre", "code", "italic", "bold", "text_link")

ESCAPED: Final = re.compile(rb"\\([\x01-\x7e])")
QUOTATION: Final = re.compile(rb"(?:(?<=\n)|(?<![\s\S]))>")
PRE: Final = re.compile(rb"```(?:(?P<language>[^\s`]+)(?=\s))?(?:\r\n|\n\r|\r|\n)?")
MARK: Final = re.compile(rb"```|__|\|\||[_*~`\[\]]")
RESERVED: Final = b"_*[]()~`>#+-=|{}.!"
ADDRESS: Final = re.compile(rb"\((?P<url>(?:\\.|[^)\\])*)\)", re.DOTALL)

TYPES: Final = {
    "__": ("underline", "Underline"),
    "||": ("spoiler", "Spoiler"),
    "_": ("italic", "Italic"),
    "*": ("bold", "Bold"),
    "~": ("strikethrough", "Strikethrough"),
    "`": ("code", "Code"),
    "```": ("pre", "Pre"),
    "[": ("text_link", "TextUrl"),
}


def parse_old_markdown(raw: str) -> FormattedText:
    """Return what a reader sees of a text in the old Markdown, which does not nest."""
    data, at, text = raw.encode(), 0, ""
    entities: list[Entity] = []
    while at < len(data):
        if match := OLD_ESCAPED.match(data, at):
            text += match[1].decode()
        elif match := OLD_PLAIN.match(data, at):
            text += match[0].decode()
        elif match := OLD_ENTITY.match(data, at):
            kind = next(kind for kind in OLD_TYPES if match[kind] is not None)
            start, text = len(text), text + match[kind].decode()
            details = _old_details(kind, match)
            if len(text) > start and details is not None:
                entities.append(
                    Entity(type=kind, start=start, end=len(text), details=details)
                )
        else:
            raise ParseError(
                f"Can't find end of the entity starting at byte offset {at}"
            )
        at = match.end()
    return FormattedText(text=text, entities=tuple(entities))


def _old_details(kind: str, match: re.Match[bytes]) -> dict[str, str] | None:
    """Return what else there is to say of an entity, None if it is none after all."""
    if kind == "pre" and match["language"]:
        return {"language": match["language"].decode()}
    if kind != "text_link":
        return {}
    url = match["text_link"] if match["url"] is None else match["url"]
    return _link(url.decode())


def _link(url: str) -> dict[str, str] | None:
    """Return where a link leads, None where Telegram does not take it."""
    try:
        return {"url": checked_link(url)}
    except LinkError:
        return None


def parse_markdown(raw: str) -> FormattedText:
    """Return what a reader sees of a text in MarkdownV2."""
    return _Parser(raw).parse()


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A mark that has opened an entity."""

    sign: str
    """What it is written with."""
    at: int
    """The offset of its first byte."""
    start: int
    """The index of the first character after it."""
    details: dict[str, str]
    """What else there is to say."""


class _Parser:
    """Reads a text once, from its first byte to its last, which errors count."""

    def __init__(self, raw: str) -> None:
        """Begin."""
        self._bytes = raw.encode()
        self._at = 0
        self._text = ""
        self._open: list[Mark] = []
        self._entities: list[Entity] = []

    def parse(self) -> FormattedText:
        """Read all of it."""
        while self._at < len(self._bytes):
            if match := ESCAPED.match(self._bytes, self._at):
                self._at = match.end()
                self._text += match[1].decode()
            elif self._in_code or not QUOTATION.match(self._bytes, self._at):
                self._read()
            else:
                self._at += 1
        if self._open:
            mark = self._open[-1]
            name = "PreCode" if mark.details else TYPES[mark.sign][1]
            raise ParseError(
                f"Can't find end of {name} entity at byte offset {mark.at}"
            )
        return FormattedText(text=self._text, entities=in_order(self._entities))

    @property
    def _in_code(self) -> bool:
        """Return whether no sign but that which ends the code has a meaning."""
        return bool(self._open) and self._open[-1].sign in {"`", "```"}

    def _read(self) -> None:
        """Read a mark or a character."""
        mark = MARK.match(self._bytes, self._at)
        sign = mark[0].decode() if mark else ""
        inside = self._open[-1].sign if self._open else ""
        if self._in_code:
            # A single one in a block begins code again.
            sign = inside if sign.startswith(inside) else sign.strip("_|*~[]")[:1]
        if sign and sign == ("]" if inside == "[" else inside):
            self._at += len(sign)
            self._close()
        elif sign and sign != "]":
            self._begin(sign)
        else:
            self._read_character()

    def _begin(self, sign: str) -> None:
        """Open an entity."""
        begin, details = self._at, {}
        self._at += len(sign)
        if sign == "```" and (match := PRE.match(self._bytes, begin)):
            self._at = match.end()
            if match["language"]:
                details["language"] = match["language"].decode()
        self._open.append(
            Mark(sign=sign, at=begin, start=len(self._text), details=details)
        )

    def _close(self) -> None:
        """Close the entity that is open."""
        mark = self._open.pop()
        details: dict[str, str] | None = mark.details
        if mark.sign == "[":
            url = self._text[mark.start :]
            if match := ADDRESS.match(self._bytes, self._at):
                self._at = match.end()
                url = ESCAPED.sub(rb"\1", match["url"]).decode()
            elif self._bytes[self._at : self._at + 1] == b"(":
                raise ParseError(
                    f"Can't find end of a URL at byte offset {self._at + 1}"
                )
            details = _link(url)
        if mark.start < len(self._text) and details is not None:
            self._entities.append(
                Entity(
                    type=TYPES[mark.sign][0],
                    start=mark.start,
                    end=len(self._text),
                    details=details,
                )
            )

    def _read_character(self) -> None:
        """Read what has no meaning."""
        character = self._bytes[self._at :].decode()[0]
        if not self._in_code and character.encode() in RESERVED:
            raise ParseError(
                f"Character '{character}' is reserved and must be escaped "
                "with the preceding '\\'"
            )
        self._text += character
        self._at += len(character.encode())
