"""Plain values out of whatever type the panel wraps them in.

The same field is a string, a number, ``false``, an empty string or ``null``, by the
version of ethOS and by whether the rig had something to say. What cannot be read is
``None``.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
import math
import sys
from typing import Final

# The longest state that Home Assistant accepts; no text of a panel comes near it.
_MAX_TEXT: Final = 255

# A tuple, which is quicker to ask than a union.
_NUMBER: Final = (int, float)

# ethOS came out in 2016; a clock this far off says nothing.
_EARLIEST: Final = datetime(2014, 1, 1, tzinfo=UTC).timestamp()
_LATEST: Final = datetime(2100, 1, 1, tzinfo=UTC).timestamp()

# A list of a real rig is shorter; another is not worth remembering.
_MAX_LIST: Final = 512

# Where a range begins whose zero means that nothing is known.
ABOVE_ZERO: Final = math.ulp(0.0)
MAX: Final = sys.float_info.max


def between(low: float, high: float) -> Callable[[object], float | None]:
    """Return a reader of numbers from low to high, both included and finite."""

    def read(value: object) -> float | None:
        if isinstance(value, str):
            # Python reads 1_0 as a number, a panel never means one.
            if "_" in value:
                return None
        elif not isinstance(value, _NUMBER) or isinstance(value, bool):
            return None
        try:
            result = float(value)
        except OverflowError, ValueError:
            return None
        return result if low <= result <= high else None

    return read


number: Final = between(-MAX, MAX)


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
    if isinstance(value, str):
        result = value.strip()
    elif isinstance(value, _NUMBER) and not isinstance(value, bool):
        result = str(value)
    else:
        return None
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


def listed(low: float, high: float) -> Callable[[object], tuple[float | None, ...]]:
    """Return a reader of lists with a number from low to high for each GPU.

    Words at the end count no GPUs: where one is lost, NVIDIA's driver complains in
    place of a list.
    """
    read = between(low, high)

    def read_all(value: object) -> tuple[float | None, ...]:
        if isinstance(value, str) and "_" not in value:
            try:
                return tuple(
                    [
                        item if low <= item <= high else None
                        for item in map(float, value.split())
                    ]
                )
            except ValueError:
                pass
        items = tokens(value)
        while items and number(items[-1]) is None:
            items.pop()
        return tuple(map(read, items))

    return read_all


def remembered[ReadT](read: Callable[[object], ReadT]) -> Callable[[object], ReadT]:
    """Return the same reader, for what hardly ever changes and is alike in all rigs."""

    @lru_cache(maxsize=256)
    def read_text(value: str) -> ReadT:
        return read(value)

    def read_all(value: object) -> ReadT:
        if isinstance(value, str) and len(value) <= _MAX_LIST:
            return read_text(value)
        return read(value)

    return read_all
