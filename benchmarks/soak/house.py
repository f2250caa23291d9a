"""A Home Assistant as a user has it, with somebody who looks at it all the time."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
import re
from time import monotonic
from typing import Final, override

from development.instance import HomeAssistantInstance
from development.log import LogEntry
from development.websocket import Json

from .probe import DOMAIN as PROBE
from .probe.counts import Counts
from .usage import Usage

_POLL: Final = re.compile(
    r"Finished fetching .* data in (?P<seconds>[\d.]+) seconds \(success: (?P<ok>\w+)\)"
)
_OURS: Final = "custom_components.ethos"
# In seconds of a processor in two seconds: what one with nothing to do still takes.
_IDLE: Final = 0.1
_A_WHILE: Final = 90


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """What held an event loop at most, in seconds."""

    longest: float
    collection: float
    """Garbage collection, which no integration can interrupt."""

    @override
    def __str__(self) -> str:
        """Write it, in milliseconds."""
        return f"{1000 * self.longest:,.0f} | {1000 * self.collection:,.0f}"


class House(HomeAssistantInstance):
    """A Home Assistant that is looked at."""

    def __init__(self, folder: Path) -> None:
        """Put the probe into a new folder."""
        super().__init__(folder, extra=f"{PROBE}:\n")
        custom = self.folder / "custom_components"
        custom.mkdir(parents=True)
        (custom / PROBE).symlink_to(Path(__file__).with_name("probe"))
        self.told = 0
        """States that a frontend was told so far."""
        self.unavailable: set[str] = set()
        """Entities that a frontend shows as unavailable."""
        self.collection = 0.0
        """How many seconds a garbage collection took at most until it was counted."""

    @property
    def usage(self) -> Usage:
        """What its process uses."""
        return Usage.of(self.process.pid)

    @property
    def polls(self) -> list[tuple[float, bool]]:
        """How long each poll took, in seconds, and whether it brought something."""
        return [
            (float(poll["seconds"]), poll["ok"] == "True")
            for poll in _POLL.finditer(self.log)
        ]

    @property
    def complaints(self) -> list[LogEntry]:
        """Warnings and errors since the last start."""
        return [entry for entry in self.warnings() if PROBE not in entry.text]

    async def counts(self) -> Counts:
        """Count what it keeps going."""
        said = await self.command(f"{PROBE}/counts")
        self.collection = said["collection"]
        return Counts(
            tasks=Counter(said["tasks"]),
            timers=Counter(said["timers"]),
            listeners=Counter(said["listeners"]),
            blocks=said["blocks"],
        )

    async def quiet(self, within: float = 60) -> None:
        """Wait until its process has done what there was to do."""
        end = monotonic() + within
        before = self.usage.cpu
        while monotonic() < end:
            await asyncio.sleep(2)
            if (now := self.usage.cpu) - before < _IDLE:
                return
            before = now

    async def lasting(self) -> Counts:
        """Count what it keeps going when nothing happens."""
        await self.quiet()
        # Idle connections close by then, and registries are cleaned up.
        await asyncio.sleep(_A_WHILE)
        return await self.counts()

    async def until(
        self, is_so: Callable[[], bool], what: str, within: float = 120
    ) -> float:
        """Wait until something is so, and return how many seconds that took."""
        began = monotonic()
        while not is_so():
            if monotonic() - began > within:
                raise TimeoutError(f"{what} took more than {within:.0f} s")
            await asyncio.sleep(0.05)
        return monotonic() - began

    async def entities(self) -> set[str]:
        """Return the entities of the integration that are enabled."""
        return {
            entity["entity_id"]
            for entity in await self.command("config/entity_registry/list")
            if entity["platform"] == "ethos" and entity["disabled_by"] is None
        }

    async def listen_to_heart(self) -> None:
        """Begin to note what holds its event loop."""
        await self.command(f"{PROBE}/heart/start")

    async def held(self) -> Held:
        """Return what held its event loop since then."""
        longest, collection = await self.command(f"{PROBE}/heart/stop")
        return Held(longest=longest, collection=collection)

    async def log_polls(self) -> None:
        """Let the integration log each poll."""
        await self.call("logger", "set_level", {_OURS: "debug"})

    async def add(self, url: str, **options: Json) -> str:
        """Add a panel, choose its options, and return its entry's ID."""
        entry_id: str = (await self.add_panel(url))["entry_id"]
        if options:
            await self.run_options_flow(entry_id, options)
        return entry_id

    async def reload(self, entry_id: str) -> None:
        """Reload a panel."""
        await self.post(f"/api/config/config_entries/entry/{entry_id}/reload")

    async def remove(self, entry_id: str) -> None:
        """Remove a panel."""
        await self.delete(f"/api/config/config_entries/entry/{entry_id}")

    @asynccontextmanager
    async def frontend(self) -> AsyncIterator[asyncio.Task[None]]:
        """Follow all states as a browser does; the task ends with its connection."""
        async with self.subscribe("subscribe_entities") as events:

            async def follow() -> None:
                async for event in events:
                    self._follow(event)

            task = asyncio.create_task(follow())
            try:
                yield task
            finally:
                task.cancel()
                await asyncio.wait({task})

    def _follow(self, event: Json) -> None:
        """Take in what a frontend is told."""
        states = {
            **{entity: state.get("s") for entity, state in event.get("a", {}).items()},
            **{
                entity: change.get("+", {}).get("s")
                for entity, change in event.get("c", {}).items()
            },
            **dict.fromkeys(event.get("r", ()), "removed"),
        }
        self.told += len(states)
        for entity, state in states.items():
            if state == "unavailable":
                self.unavailable.add(entity)
            elif state is not None:
                self.unavailable.discard(entity)
