"""What happens when, beside what the farm does by itself."""

from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count

from simulator import Farm


class Agenda:
    """Virtual time: the farm's, and that of all who deal with it."""

    def __init__(self, farm: Farm) -> None:
        """Begin where the farm is."""
        self.now = farm.now
        """Unix time, s."""
        self._farm = farm
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._order = count()

    def at(self, moment: float, event: Callable[[], None]) -> None:
        """Let something happen at a moment (Unix time, s)."""
        heappush(self._events, (max(moment, self.now), next(self._order), event))

    def after(self, seconds: float, event: Callable[[], None]) -> None:
        """Let something happen in so many s."""
        self.at(self.now + seconds, event)

    def next(self, end: float) -> Callable[[], None] | None:
        """Go to what happens next, unless that is later than an end."""
        if not self._events or self._events[0][0] > end:
            return None
        self.now, _, event = heappop(self._events)
        self._farm.advance(seconds=max(0.0, self.now - self._farm.now))
        return event
