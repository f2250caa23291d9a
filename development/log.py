"""What Home Assistant writes to its log."""

from dataclasses import dataclass
from itertools import pairwise
import re
from typing import Final

RECORD: Final = re.compile(
    r"^\d{4}-\d\d-\d\d [\d:.]+[\d:+-]* "
    r"(?P<level>[A-Z]+) \(.*?\) \[(?P<logger>[^\]]+)\] ",
    re.MULTILINE,
)

# What every Home Assistant of this kind says, whatever the integration does.
EXPECTED: Final = (
    # It is one.
    re.compile(r"custom integration ethos which has not been tested"),
    # It was told so.
    re.compile(r"Skipping pip installation of required modules"),
    # What makes compression, sound and pictures faster or possible is not needed.
    re.compile(r"\[aiohttp_fast_zlib\] zlib_ng and isal are not available"),
    re.compile(r"FFmpeg"),
    re.compile(r"Error loading libturbojpeg"),
    # After a power cut.
    re.compile(r"could not validate that the sqlite3 database .* was shutdown cleanly"),
    re.compile(r"Ended unfinished session"),
    # Its catalogue is on the internet.
    re.compile(r"\[homeassistant\.components\.marketplace"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class LogEntry:
    """One message, with its traceback if it has one."""

    level: str
    """DEBUG, INFO, WARNING, ERROR or CRITICAL."""
    logger: str
    """The logger's name, empty for what came before there was a log."""
    text: str
    """All its lines as written."""

    @property
    def expected(self) -> bool:
        """Return whether it always appears and means nothing."""
        return any(pattern.search(self.text) for pattern in EXPECTED)


def parse_log(text: str) -> list[LogEntry]:
    """Take a log apart into its messages."""
    records = list(RECORD.finditer(text))
    bounds = [*(record.start() for record in records), len(text)]
    entries = [
        LogEntry(
            level=record["level"],
            logger=record["logger"],
            text=text[start:end].rstrip(),
        )
        for record, (start, end) in zip(records, pairwise(bounds), strict=True)
    ]
    # A program that cannot even start says why without a logger.
    if outcry := text[: bounds[0]].strip():
        entries.insert(0, LogEntry(level="ERROR", logger="", text=outcry))
    return entries


def warnings(text: str) -> list[LogEntry]:
    """Return the warnings and errors of a log that mean something."""
    return [
        entry
        for entry in parse_log(text)
        if entry.level not in {"DEBUG", "INFO"} and not entry.expected
    ]
