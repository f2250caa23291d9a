"""A heartbeat, which is late when something holds the event loop."""

import asyncio

from homeassistant.core import callback

from .garbage import Garbage


class Heart:
    """Beats until it is told to stop."""

    EVERY = 0.02
    """Seconds from one beat to the next."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Do not beat yet."""
        self._loop = loop
        self._due = 0.0
        self._late = 0.0
        self._beat: asyncio.TimerHandle | None = None
        self._garbage = Garbage()

    @callback
    def async_start(self) -> None:
        """Begin to beat."""
        self._late = 0.0
        self._due = self._loop.time() + self.EVERY
        self._beat = self._loop.call_at(self._due, self._async_beat)
        self._garbage.start()

    @callback
    def async_stop(self) -> tuple[float, float]:
        """Beat no more.

        Return by how many seconds a beat was late at most, and how many a garbage
        collection took at most.
        """
        if self._beat is not None:
            self._beat.cancel()
            self._beat = None
            self._garbage.stop()
        return self._late, self._garbage.longest

    @callback
    def _async_beat(self) -> None:
        """Note how late it is."""
        self._late = max(self._late, self._loop.time() - self._due)
        self._due = self._loop.time() + self.EVERY
        self._beat = self._loop.call_at(self._due, self._async_beat)
