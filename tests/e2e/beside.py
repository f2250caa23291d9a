"""A farm whose time passes between two polls, and a Home Assistant that polls often."""

import asyncio
from collections.abc import Awaitable, Callable
import json
from pathlib import Path
import time
from typing import Any

from aiohttp import web

from development.clock import Clock
from development.configuration import HOST
from simulator.farm import Farm
from simulator.plan import Plan
from simulator.plugs import Plugs
from simulator.server import create_app

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class FarmBeside:
    """A simulated farm in this program, whose time passes between two polls."""

    def __init__(self, *, rigs: int, gpus: int, speed: float = 0) -> None:
        """Build it."""
        self.farm = Farm(Plan(seed=7, rigs=rigs, gpus=gpus, start=int(time.time())))
        self.began = self.farm.now
        self.hash_rates: dict[str, dict[int, float]] = {}
        """What each rig was seen to do, by the moment of its report."""
        self.clocks: list[Clock] = []
        """What goes with the farm when time passes."""
        self.url = ""
        self._app = create_app(self.farm, speed=speed)
        self._app.middlewares.insert(0, self._note)
        self._runner = web.AppRunner(self._app, access_log=None)
        self._polled = asyncio.Event()

    def plug_in(self, broker_port: int) -> None:
        """Give each rig a smart plug, before it starts."""
        self._app.cleanup_ctx.append(Plugs(self.farm, HOST, broker_port).keep)

    async def start(self) -> None:
        """Serve its panel on any port."""
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, 0).start()
        self.url = f"http://{HOST}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """End it."""
        await self._runner.cleanup()

    @property
    def rigs(self) -> dict[str, dict[str, Any]]:
        """What the panel says of its rigs."""
        said: dict[str, dict[str, Any]] = self.farm.panel()["rigs"]
        return said

    def pass_time(self, minutes: float) -> None:
        """Let time pass while nobody looks."""
        self.farm.advance(seconds=60 * minutes)
        for clock in self.clocks:
            clock.put_forward(round(60 * minutes))

    async def polls(self, number: int = 1) -> None:
        """Wait until the panel was read, so many times."""
        for _ in range(number):
            async with asyncio.timeout(30):
                await self._polled.wait()

    async def minutes(self, number: int) -> None:
        """Let minutes pass, with a poll after each."""
        for _ in range(number):
            self.pass_time(1)
            await self.polls()

    @web.middleware
    async def _note(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Notice a poll and what it saw."""
        response = await handler(request)
        for rig_id, rig in self.rigs.items():
            seen = self.hash_rates.setdefault(rig_id, {})
            seen[rig["server_time"]] = float(rig["hash"])
        self._polled.set()
        self._polled = asyncio.Event()
        return response


def hurry(folder: Path) -> None:
    """Have the panel read every second, which is more often than anybody may ask for.

    Nothing else makes Home Assistant poll more than once in ten seconds.
    """
    file = folder / ".storage" / "core.config_entries"
    stored = json.loads(file.read_text(encoding="utf-8"))
    (entry,) = (it for it in stored["data"]["entries"] if it["domain"] == "ethos")
    entry["options"]["scan_interval"] = 1
    file.write_text(json.dumps(stored), encoding="utf-8")
