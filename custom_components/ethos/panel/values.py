"""Plain values out of whatever type the panel wraps them in.

The same field is a string, a number, ``false``, an empty string or ``null``, by the
version of ethOS and by whether the rig had something to say. What cannot be read is
``None``.
"""

from collections.abc import Callable
from datetime import UTC, datetime
import math
import sys
from typing import Final

# The longest state that Home Assistant accepts; no text of a panel comes near it.
_MAX_TEXT: Final = 255

# What the panel wraps values in; a tuple, which is quicker to ask than a union.
_PLAIN: Final = (int, float, str)

# ethOS came out in 2016; a clock this far off says nothing.
_EARLIEST: Final = datetime(2014, 1, 1, tzinfo=UTC).timestamp()
_LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC).timestamp()


def between(low: float, high: float) -> Callable[[object], float | None]:
    """Return a reader of numbers from low to high, both included and finite."""

    def read(value: object) -> float | None:
        if not isinstance(value, _PLAIN) or isinstance(value, bool):
            return None
        # Python reads 1_0 as a number, a panel never means one.
        if isinstance(value, str) and "_" in value:
            return None
        try:
            result = float(value)
        except OverflowError, ValueError:
            return None
        return result if low <= result <= high else None

    return read


def above_zero(high: float) -> Callable[[object], float | None]:
    """Return a reader of numbers to high, for what is never zero unless unknown."""
    return between(math.ulp(0.0), high)


number: Final = between(-sys.float_info.max, sys.float_info.max)


def count(high: int) -> Callable[[object], int | None]:
    """Return a reader of how many things there are, to high."""

    def read(value: object) -> int | None:
        result = number(value)
        return int(result) if result is not None and 0 <= result <= high else None

    return read


def moment(value: object) -> datetime | None:
    """Return a moment from seconds since 1970."""
    seconds = number(value)
    if seconds is None or not _EARLIEST <= seconds <= _LATEST:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def text(value: object) -> str | None:
    """Return a text of one line that can be shown, stored and compared."""
    if not isinstance(value, _PLAIN) or isinstance(value, bool):
        return None
    result = str(value).strip()
    if not result.isprintable():
        # NUL and lone surrogates would break databases and JSON further on.
        result = "".join(filter(str.isprintable, result)).strip()
    return result[:_MAX_TEXT] or None


def tokens(value: object) -> list[str]:
    """Return the values of a list with one entry for each GPU."""
    if isinstance(value, str):
        return value.split()
    if isinstance(value, list):
        # What is no value keeps its place, or the others would shift.
        return [text(item) or "" for item in value]
    only = text(value)
    return [] if only is None else [only]
