"""A farm that is served by this program."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
import time
from typing import Final

from aiohttp import web

from benchmarks.farm import Size
from development.configuration import HOST
from simulator import Farm, Plan
from simulator.server import create_app

# In seconds: the farm catches up with the clock before each poll anyway.
_TICK: Final = 3600


class ServedFarm:
    """A farm, and how often its panel was asked."""

    def __init__(self, size: Size, *, seed: int = 0, faults: float = 0) -> None:
        """Build it, with so many faults of each rig a day."""
        self.farm = Farm(
            Plan(
                seed=seed,
                rigs=size.rigs,
                gpus=size.gpus,
                start=time.time(),
                faults=faults,
            )
        )
        self.polls = 0
        self.url = ""

    @asynccontextmanager
    async def served(self) -> AsyncIterator[None]:
        """Serve its panel, by the clock of the event loop."""
        clock = asyncio.get_running_loop().time
        app = create_app(self.farm, clock=clock, tick=_TICK)
        app.middlewares.insert(0, self._note)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, 0).start()
            self.url = f"http://{HOST}:{runner.addresses[0][1]}/?json=yes"
            yield
        finally:
            await runner.cleanup()

    @web.middleware
    async def _note(
        self,
        request: web.Request,
        handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
    ) -> web.StreamResponse:
        """Count a poll."""
        self.polls += 1
        return await handler(request)
