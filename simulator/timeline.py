"""A clock that moves when it is told to, and what happens at which moment."""

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from math import isfinite

from .errors import SimulatorError


class Timeline:
    """Virtual time: costs nothing between two events."""

    def __init__(self, now: float) -> None:
        """Start the clock at a moment (Unix time, s)."""
        self.now = now
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()

    def at(self, moment: float, event: Callable[[], None]) -> None:
        """Let something happen at a moment (Unix time, s).

        What is due at the same moment happens in the order of asking.
        """
        heappush(self._agenda, (moment, next(self._order), event))

    def advance(self, seconds: float) -> None:
        """Let time pass (s), with all that happens in it."""
        if not isfinite(seconds) or seconds < 0:
            raise SimulatorError(f"seconds must be 0 or more, not {seconds}")
        end = self.now + seconds
        while self._agenda and self._agenda[0][0] <= end:
            self.now, _, event = heappop(self._agenda)
            event()
        self.now = end
