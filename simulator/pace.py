"""Real time, for a farm that has none."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Final

from aiohttp import web

from .errors import SimulatorError
from .farm import LONGEST, Farm

MOST_SPEED: Final = 100_000
"""How many times as fast as the real one a farm's clock goes at most."""


class Pace:
    """Moves a farm's clock along with a real one."""

    def __init__(
        self, farm: Farm, speed: float, clock: Callable[[], float], tick: float
    ) -> None:
        """Let time pass so many times as fast as on a clock (s).

        It does so before each request and, lest one waits for long, each tick (s).
        """
        if not 0 <= speed <= MOST_SPEED:
            raise SimulatorError(f"speed must be 0 to {MOST_SPEED}, not {speed}")
        self._farm = farm
        self._speed = speed
        self._clock = clock
        self._tick = tick
        self._seen = clock()

    async def keep(self, _: web.Application) -> AsyncIterator[None]:
        """Go on for as long as an application runs."""
        task = asyncio.create_task(self._go_on())
        yield
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    @web.middleware
    async def before(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        """Answer a request as of now."""
        self._catch_up()
        return await handler(request)

    async def _go_on(self) -> None:
        """Catch up for ever."""
        while True:
            await asyncio.sleep(self._tick)
            self._catch_up()

    def _catch_up(self) -> None:
        """Bring the farm to this moment."""
        now = self._clock()
        # A machine that was suspended shall not make up for all of it.
        self._farm.advance(seconds=min((now - self._seen) * self._speed, LONGEST))
        self._seen = now
