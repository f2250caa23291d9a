"""How fast a bot may be."""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Final

SECOND: Final = 1.0
MINUTE: Final = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """The limits that the Bot API's FAQ names, which edits are counted for, too."""

    burst: int = 5
    """Messages in one chat before one a second is all that is allowed.

    That there may be a short burst is all that Telegram says.
    """
    in_a_second: int = 30
    """Messages a second in all chats."""
    in_a_minute: int = 20
    """Messages a minute in one group or channel."""


class FloodControl:
    """Counts messages."""

    def __init__(self, clock: Callable[[], float], limits: Limits) -> None:
        """Count by a clock."""
        self._clock = clock
        self._limits = limits
        self._windows = defaultdict[int | None, deque[float]](deque)
        # Until when a chat has used up its seconds.
        self._used = defaultdict[int, float](float)

    def forget(self) -> None:
        """Begin anew."""
        self._windows.clear()
        self._used.clear()

    def retry_after(self, chat_id: int, *, shared: bool) -> int:
        """Return how many seconds to wait, or count a message and return 0.

        A chat that is shared is a group or a channel.
        """
        now = self._clock()
        everywhere = self._window(None, now - SECOND)
        here = self._window(chat_id, now - MINUTE)
        used = max(self._used[chat_id], now)
        waits = [used - now - (self._limits.burst - 1)]
        if len(everywhere) >= self._limits.in_a_second:
            waits.append(everywhere[0] + SECOND - now)
        if shared and len(here) >= self._limits.in_a_minute:
            waits.append(here[0] + MINUTE - now)
        if (wait := max(waits)) > 0:
            return ceil(wait)
        everywhere.append(now)
        here.append(now)
        self._used[chat_id] = used + SECOND
        return 0

    def _window(self, key: int | None, since: float) -> deque[float]:
        """Return when there were messages since some moment."""
        window = self._windows[key]
        while window and window[0] <= since:
            window.popleft()
        return window
