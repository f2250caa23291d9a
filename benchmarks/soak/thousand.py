"""A thousand rigs: they start, are refreshed, lose their panel, and stop."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Final

from aiohttp import ClientSession

from benchmarks.farm import Size
from development.configuration import HOST
from development.farm import simulated_farm
from development.process import free_port

from .house import Held, House
from .page import Result, table

SIZE: Final = Size(rigs=1000, gpus=12)
_INTERVAL: Final = 30
_POLLS: Final = 4
# Both of the panel: what tells that it is away.
_ALWAYS_THERE: Final = 1
_SECONDS: Final = 240


@dataclass(kw_only=True, slots=True)
class _Step:
    """What was done."""

    name: str
    seconds: float = 0
    cpu: float = 0
    """Of one processor, in seconds."""
    held: Held | None = None
    note: str = ""


class _Run:
    """What is done, one step after the other."""

    def __init__(self, house: House, url: str) -> None:
        """Begin with none."""
        self.steps: list[_Step] = []
        self.complaints: list[str] = []
        self._house = house
        self._url = url

    async def go(self) -> None:
        """Do it all."""
        house = self._house
        async with self._watched("set up for the first time") as step:
            await house.add(self._url)
        step.note = f"{len(await house.entities()):,} entities"
        (entry,) = await house.entries("ethos")
        await house.quiet()
        name = f"reloaded at the level of rigs, polled every {_INTERVAL} s"
        async with self._watched(name) as step:
            await house.run_options_flow(
                entry["entry_id"], {"scan_interval": _INTERVAL, "detail": "rigs"}
            )
        await house.quiet()
        entities = await house.entities()
        step.note = f"{len(entities):,} entities"
        await house.log_polls()
        await self._look_on(entry["entry_id"], entities)
        await self._stop("Home Assistant stops")
        began = monotonic()
        await house.start(_SECONDS)
        self.steps.append(
            _Step(
                name="Home Assistant starts, with the panel",
                seconds=monotonic() - began,
                cpu=house.usage.cpu,
                note=f"{len(await house.entities()):,} entities",
            )
        )
        await house.quiet()
        await self._panel("down")
        await self._stop("Home Assistant stops, the panel being away")
        await house.start(_SECONDS)
        async with house.frontend() as frontend:
            async with self._watched("removed, the panel being away"):
                await house.remove(entry["entry_id"])
            if frontend.done():
                raise ConnectionError("The frontend was disconnected")
        await self._stop("Home Assistant stops")

    async def _look_on(self, entry_id: str, entities: set[str]) -> None:
        """Poll it, lose it, and reload it, before a frontend."""
        house = self._house
        async with house.frontend() as frontend:
            await house.quiet()
            away = house.unavailable & entities
            async with self._watched(f"{_POLLS} polls") as step:
                told = house.told
                await self._polls(_POLLS)
            took = [seconds for seconds, _ in house.polls]
            step.note = (
                f"each reads and judges for {max(took):.1f} s at most;"
                f" {house.told - told:,} states told"
            )
            await self._panel("status", status=503)
            async with self._watched("the panel is away") as step:
                told = house.told
                await self._polls(1)
                step.seconds = await house.until(
                    lambda: len(entities - house.unavailable) <= _ALWAYS_THERE,
                    "to show that the panel is away",
                )
            step.note = f"{house.told - told:,} states told"
            await self._panel("mend")
            async with self._watched("the panel is back") as step:
                told = house.told
                await self._polls(1)
                step.seconds = await house.until(
                    lambda: house.unavailable & entities <= away,
                    "to show that the panel is back",
                )
            step.note = f"{house.told - told:,} states told"
            async with self._watched("reloaded"):
                await house.reload(entry_id)
            if frontend.done():
                raise ConnectionError("The frontend was disconnected")

    async def _panel(self, action: str, **how: int) -> None:
        """Do something to the panel."""
        url = f"{self._url}/control/panel/{action}"
        async with ClientSession() as session, session.post(url, json=how) as done:
            done.raise_for_status()

    async def _polls(self, number: int) -> None:
        """Wait for so many polls, and for what follows from the last."""
        wanted = len(self._house.polls) + number
        await self._house.until(
            lambda: len(self._house.polls) >= wanted, "polling", _SECONDS
        )

    async def _stop(self, name: str) -> None:
        """Stop it, and see what it had to say."""
        began = monotonic()
        await self._house.stop()
        self.steps.append(_Step(name=name, seconds=monotonic() - began))
        self.complaints.extend(entry.text for entry in self._house.complaints)

    @asynccontextmanager
    async def _watched(self, name: str) -> AsyncIterator[_Step]:
        """Take note of what a step takes."""
        step = _Step(name=name)
        self.steps.append(step)
        before = self._house.usage.cpu
        began = monotonic()
        await self._house.listen_to_heart()
        yield step
        step.seconds = step.seconds or monotonic() - began
        await self._house.quiet()
        step.cpu = self._house.usage.cpu - before
        step.held = await self._house.held()


async def soak(size: Size) -> Result:
    """Do it all."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        port = free_port()
        await stack.enter_async_context(
            simulated_farm(folder / "farm.log", port, rigs=size.rigs, gpus=size.gpus)
        )
        house = await stack.enter_async_context(House(folder / "house"))
        run = _Run(house, f"http://{HOST}:{port}")
        await run.go()
        return Result(tables=_report(run.steps), complaints=run.complaints)


def _report(steps: Sequence[_Step]) -> str:
    """Return what is to be said about it."""
    return "\n".join(
        table(
            "step",
            "s",
            "of these a processor's",
            "longest block, ms",
            "longest garbage collection, ms",
            "",
            rows=(
                (
                    step.name,
                    f"{step.seconds:.1f}",
                    f"{step.cpu:.1f}" if step.cpu else "",
                    step.held or " | ",
                    step.note,
                )
                for step in steps
            ),
        )
    )


def run(size: Size) -> Result:
    """Do it all."""
    return asyncio.run(soak(size))
