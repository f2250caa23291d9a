"""A month of a farm where something is always wrong, in a few minutes."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
import gc
import logging
import os
from statistics import linear_regression, mean
import time
from typing import Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import (
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
)

from benchmarks.farm import Size
from benchmarks.home import add_entry, home_assistant

from .curve import Curve, draw
from .page import Result, named, table
from .probe.counts import Counts, count
from .probe.garbage import Garbage
from .served import ServedFarm
from .swift import SwiftLoop
from .usage import Usage

SIZE: Final = Size(rigs=10, gpus=6)
DAYS: Final = 30
# Of each rig a day.
_FAULTS: Final = 1
_MINUTE: Final = 60
_HOUR: Final = 3600
# What Home Assistant writes down later is written by then.
_QUIET: Final = 1200


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """How things were at the end of a day."""

    day: int
    memory: float
    """In MB."""
    blocks: int
    objects: int
    """That Python's garbage collection knows."""
    files: int
    tasks: int
    timers: int
    listeners: int
    polls: int
    changes: int
    """Of states, so far."""
    warnings: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Month:
    """What was seen."""

    samples: Sequence[Sample]
    took: float
    """In seconds of real time."""
    outages: int
    reloads: int
    left: Counter[str]
    """That was not there before the panel was added."""
    unloaded: Counter[str]
    """That was there while the entry was unloaded, and was not before."""
    complaints: Sequence[str]
    collection: float
    """How many seconds a garbage collection took at most."""


class _Complaints(logging.Handler):
    """Collects warnings and errors."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Take one."""
        self.texts.append(self.format(record))


class _Run:
    """A month."""

    def __init__(self, hass: HomeAssistant, panel: ServedFarm) -> None:
        """Begin to look."""
        self.samples: list[Sample] = []
        self.outages = 0
        self.reloads = 0
        self._hass = hass
        self._panel = panel
        self._changes = 0
        self._log = _Complaints()
        logging.getLogger().addHandler(self._log)
        hass.bus.async_listen(EVENT_STATE_CHANGED, self._change)

    @property
    def complaints(self) -> list[str]:
        """What the log has to say, beyond that the panel was away."""
        return [text for text in self._log.texts if "Error fetching" not in text]

    @callback
    def _change(self, _: Event[EventStateChangedData]) -> None:
        """Count a change."""
        self._changes += 1

    async def day(self, entry: ConfigEntry, number: int) -> None:
        """Let a day pass: each has its outages, its rig that is away, its reload."""
        farm = self._panel.farm
        rigs = sorted(farm.rigs)
        rig_id = rigs[number % len(rigs)]
        await asyncio.sleep(2 * _HOUR)
        farm.remove(rig_id=rig_id)
        await asyncio.sleep(4 * _HOUR)
        farm.add(rig_id=rig_id)
        await asyncio.sleep(2 * _HOUR)
        farm.page.status(status=503)
        await asyncio.sleep(20 * _MINUTE)
        farm.page.mend()
        await asyncio.sleep(2 * _HOUR)
        farm.cut_network(seconds=_HOUR)
        await asyncio.sleep(3 * _HOUR)
        await self._hass.config_entries.async_reload(entry.entry_id)
        self.reloads += 1
        await asyncio.sleep(3 * _HOUR)
        farm.page.down()
        # Set up while the panel is away.
        await self._hass.config_entries.async_reload(entry.entry_id)
        self.reloads += 1
        await asyncio.sleep(_HOUR)
        farm.page.mend()
        self.outages += 2
        await asyncio.sleep(7 * _HOUR - 20 * _MINUTE)
        self._sample(number)

    def _sample(self, day: int) -> None:
        """Look."""
        gc.collect()
        counts = count(self._hass)
        usage = Usage.of(os.getpid())
        self.samples.append(
            Sample(
                day=day,
                memory=round(usage.memory, 2),
                blocks=counts.blocks,
                objects=len(gc.get_objects()),
                files=usage.files,
                tasks=counts.tasks.total(),
                timers=counts.timers.total(),
                listeners=counts.listeners.total(),
                polls=self._panel.polls,
                changes=self._changes,
                warnings=len(self.complaints),
            )
        )


async def soak(size: Size, days: int) -> Month:
    """Let it pass."""
    began = time.perf_counter()
    panel = ServedFarm(size, faults=_FAULTS)
    garbage = Garbage()
    garbage.start()
    async with panel.served(), home_assistant(saves=True) as hass:
        run = _Run(hass, panel)

        async def left(before: Counts) -> Counter[str]:
            await asyncio.sleep(_QUIET)
            return count(hass).since(before)

        # The first panel brings what all panels share, and what stays.
        entry = await add_entry(hass, "ethos", panel.url)
        await hass.config_entries.async_remove(entry.entry_id)
        await asyncio.sleep(_QUIET)
        before = count(hass)
        entry = await add_entry(hass, "ethos", panel.url)
        for number in range(1, days + 1):
            await run.day(entry, number)
        await hass.config_entries.async_unload(entry.entry_id)
        unloaded = await left(before)
        await hass.config_entries.async_remove(entry.entry_id)
        return Month(
            samples=run.samples,
            took=time.perf_counter() - began,
            outages=run.outages,
            reloads=run.reloads,
            left=await left(before),
            unloaded=unloaded,
            complaints=run.complaints,
            collection=garbage.longest,
        )


def _report(month: Month) -> str:
    """Return what is to be said about it."""
    samples = month.samples[len(month.samples) // 2 :]
    days = [sample.day for sample in samples]
    last = samples[-1]
    rows = [
        ("days", f"{last.day}, in {month.took / 60:.0f} minutes"),
        ("polls", f"{last.polls:,}"),
        ("states changed", f"{last.changes:,}"),
        ("outages and reloads", f"{month.outages} and {month.reloads}"),
        *(
            (f"{name}, in the second half", _growth(days, values))
            for name, values in (
                ("memory, MB", [sample.memory for sample in samples]),
                ("Python's memory blocks, 1,000", [s.blocks / 1000 for s in samples]),
                ("objects, 1,000", [sample.objects / 1000 for sample in samples]),
            )
        ),
        *(
            (f"{name}, fewest and most", f"{min(values):,} and {max(values):,}")
            for name, values in (
                ("tasks", [sample.tasks for sample in samples]),
                ("timers", [sample.timers for sample in samples]),
                ("listeners", [sample.listeners for sample in samples]),
                ("open files and connections", [sample.files for sample in samples]),
            )
        ),
        ("a garbage collection, at most", f"{1000 * month.collection:.0f} ms"),
        ("left while the panel is unloaded", named(month.unloaded)),
        ("left after it was removed", named(month.left)),
    ]
    return "\n".join(table("what", "measured", rows=rows))


def _growth(days: Sequence[float], values: Sequence[float]) -> str:
    """Return how much something grows, and what it is."""
    slope = linear_regression(days, values).slope
    return f"{slope:+,.2f} a day, of {mean(values):,.0f}"


def _curves(samples: Sequence[Sample]) -> str:
    """Return a picture of it."""
    return draw(
        "d",
        [sample.day for sample in samples],
        [
            Curve(
                title="memory of the process, MB", values=[s.memory for s in samples]
            ),
            Curve(title="objects, 1,000", values=[s.objects / 1000 for s in samples]),
            Curve(title="timers", values=[sample.timers for sample in samples]),
            Curve(title="listeners", values=[sample.listeners for sample in samples]),
        ],
    )


def run(size: Size, days: int) -> Result:
    """Let a month pass, by a clock of its own."""
    with asyncio.Runner(loop_factory=SwiftLoop) as runner:
        month = runner.run(soak(size, days))
    return Result(
        tables=_report(month),
        complaints=month.complaints,
        samples=month.samples,
        picture=_curves(month.samples),
    )
