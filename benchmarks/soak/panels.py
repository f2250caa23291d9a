"""Twenty panels at once: all are set up, polled, unloaded, loaded again and removed."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Final

from benchmarks.farm import Size
from development.websocket import Json

from .house import Held, House
from .page import Result, named, table
from .probe.counts import Counts
from .served import ServedFarm

SIZE: Final = Size(rigs=5, gpus=6)
PANELS: Final = 20
_POLLS: Final = 2
# In seconds: polls come once a minute.
_PATIENCE: Final = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class _Moment:
    """How things were after a step."""

    name: str
    seconds: float
    held: Held
    memory: float
    entities: int
    """That show something."""
    more: Counter[str]
    """Than before the panels were added."""


class _Run:
    """What is done, one step after the other."""

    def __init__(
        self, house: House, farms: Sequence[ServedFarm], before: Counts
    ) -> None:
        """Begin with none."""
        self.moments: list[_Moment] = []
        self._house = house
        self._farms = farms
        self._before = before

    async def go(self) -> None:
        """Do it all."""
        house = self._house
        ids: list[str] = []

        async def set_up() -> None:
            ids.extend(await asyncio.gather(*(house.add(it.url) for it in self._farms)))

        async def polled() -> None:
            wanted = [farm.polls + _POLLS for farm in self._farms]
            await house.until(
                lambda: all(
                    farm.polls >= polls
                    for farm, polls in zip(self._farms, wanted, strict=True)
                ),
                "polling",
                _PATIENCE,
            )

        def each(
            what: Callable[[str], Awaitable[Json]],
        ) -> Callable[[], Awaitable[Json]]:
            return lambda: asyncio.gather(*map(what, ids))

        def disable(by: str | None) -> Callable[[], Awaitable[Json]]:
            async def disable() -> None:
                # One after the other: Home Assistant takes all entities of an entry
                # that is disabled away in one go.
                for entry_id in ids:
                    await house.command(
                        "config_entries/disable", entry_id=entry_id, disabled_by=by
                    )

            return disable

        await self._step("set up", set_up)
        await self._step(f"polled {_POLLS} times", polled)
        await self._step("disabled, one by one", disable("user"))
        await self._step("enabled, one by one", disable(None))
        await self._step("reloaded", each(house.reload))
        await self._step(f"polled {_POLLS} times", polled)
        await self._step("removed", each(house.remove))

    async def _step(self, name: str, do: Callable[[], Awaitable[Json]]) -> None:
        """Do something with all panels at once, and look."""
        house = self._house
        await house.listen_to_heart()
        began = monotonic()
        await do()
        seconds = monotonic() - began
        await house.quiet()
        held = await house.held()
        self.moments.append(
            _Moment(
                name=name,
                seconds=seconds,
                held=held,
                memory=house.usage.memory,
                entities=len(await house.entities() - house.unavailable),
                more=(await house.counts()).since(self._before),
            )
        )


async def soak(size: Size) -> Result:
    """Do it all."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        farms = [ServedFarm(size, seed=seed) for seed in range(PANELS)]
        for farm in farms:
            await stack.enter_async_context(farm.served())
        house = await stack.enter_async_context(House(folder / "house"))
        async with house.frontend() as frontend:
            # The first panel brings what all panels share, and what stays.
            await house.remove(await house.add(farms[0].url))
            await house.quiet()
            # As many connections as there are going to be.
            await asyncio.gather(*(house.get("/api/config") for _ in farms))
            run = _Run(house, farms, await house.counts())
            await run.go()
            if frontend.done():
                raise ConnectionError("The frontend was disconnected")
        await house.stop()
        return Result(
            tables=_report(run.moments),
            complaints=[entry.text for entry in house.complaints],
        )


def _report(moments: Iterable[_Moment]) -> str:
    """Return what is to be said about it."""
    return "\n".join(
        table(
            "step",
            "s",
            "longest block, ms",
            "longest garbage collection, ms",
            "memory, MB",
            "entities that show something",
            "tasks, timers and listeners more than before",
            rows=(
                (
                    moment.name,
                    f"{moment.seconds:.1f}",
                    moment.held,
                    f"{moment.memory:,.0f}",
                    f"{moment.entities:,}",
                    moment.more.total()
                    and f"{moment.more.total():,}"
                    f" ({named(Counter(dict(moment.more.most_common(3))))})",
                )
                for moment in moments
            ),
        )
    )


def run(size: Size) -> Result:
    """Do it all."""
    return asyncio.run(soak(size))
