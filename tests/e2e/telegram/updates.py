"""What a bot gets to know, and when."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from http import HTTPStatus
from typing import Any, Final

from .errors import RequestError

# What is asked for at a time, whatever the bot wishes.
LARGEST_LIMIT: Final = 100
LONGEST_POLL: Final = 50


class Updates:
    """The updates that the bot has not confirmed."""

    def __init__(self) -> None:
        """Begin with none."""
        self._pending: list[dict[str, Any]] = []
        self._next_id = 100_000_001
        self._kinds: frozenset[str] | None = None
        self._poll: asyncio.Future[None] | None = None

    def allow(self, kinds: Iterable[str]) -> None:
        """Keep nothing but some kinds of updates from now on, or all if there are none.

        The bot's last wish counts, for as long as it has no other.
        """
        self._kinds = frozenset(kinds) or None

    def add(self, kind: str, content: dict[str, Any]) -> None:
        """Add an update and tell a bot that waits."""
        if self._kinds is None or kind in self._kinds:
            self._pending.append({"update_id": self._next_id, kind: content})
            self._next_id += 1
            self.wake()

    def clear(self) -> None:
        """Drop all."""
        self._pending.clear()

    def wake(self) -> None:
        """Answer a bot that waits."""
        if self._poll and not self._poll.done():
            self._poll.set_result(None)

    def interrupt(self, reason: str) -> None:
        """Send a bot that waits away."""
        if self._poll and not self._poll.done():
            self._poll.set_exception(RequestError(HTTPStatus.CONFLICT, reason))

    async def get(self, offset: int, limit: int, wait: int) -> list[dict[str, Any]]:
        """Return what is new, waiting for it for some seconds.

        An offset confirms what comes before it; a negative one all but the last ones.
        """
        if offset < 0:
            self._pending = self._pending[offset:]
        elif offset > 0:
            self._pending = [
                update for update in self._pending if update["update_id"] >= offset
            ]
        if not self._pending and wait:
            self.interrupt(
                "Conflict: terminated by other getUpdates request; "
                "make sure that only one bot instance is running"
            )
            self._poll = asyncio.get_running_loop().create_future()
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._poll
        return self._pending[:limit]
