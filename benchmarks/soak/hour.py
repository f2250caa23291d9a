"""A hundred rigs for an hour, polled as often as may be, in a real Home Assistant."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import linear_regression, mean
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Final

from benchmarks.farm import Size
from development.configuration import HOST
from development.farm import simulated_farm
from development.process import free_port

from .curve import Curve, draw
from .house import House
from .page import Result, named, table

SIZE: Final = Size(rigs=100, gpus=8)
MINUTES: Final = 60.0
_INTERVAL: Final = 30
# Of each rig a day: something breaks every three minutes.
_FAULTS: Final = 5
_STEP: Final = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """How things were at a moment."""

    minute: float
    memory: float
    """In MB."""
    blocks: int
    cpu: float
    """In seconds so far."""
    files: int
    tasks: int
    timers: int
    listeners: int
    polls: int
    told: int
    unavailable: int
    warnings: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Hour:
    """What was seen."""

    samples: Sequence[Sample]
    polls: Sequence[float]
    """How long each took, in seconds."""
    failed: int
    left: Counter[str]
    """That was not there before the panel was added."""
    complaints: Sequence[str]
    collection: float
    """How many seconds a garbage collection took at most."""


async def soak(size: Size, minutes: float) -> Hour:
    """Poll a farm for some minutes."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        port = free_port()
        await stack.enter_async_context(
            simulated_farm(
                folder / "farm.log",
                port,
                rigs=size.rigs,
                gpus=size.gpus,
                faults=_FAULTS,
            )
        )
        house = await stack.enter_async_context(House(folder / "house"))
        await house.log_polls()
        url = f"http://{HOST}:{port}"
        # The first panel brings what all panels share, and what stays.
        await house.remove(await house.add(url))
        before = await house.lasting()
        entry_id = await house.add(url, scan_interval=_INTERVAL)
        first = len(house.polls)
        samples = []
        async with house.frontend() as frontend:
            began = monotonic()
            while (passed := monotonic() - began) <= 60 * minutes:
                samples.append(await _sample(house, passed / 60, first))
                await asyncio.sleep((len(samples) * _STEP) - (monotonic() - began))
            if frontend.done():
                raise ConnectionError("The frontend was disconnected")
        polls = house.polls[first:]
        await house.remove(entry_id)
        left = (await house.lasting()).since(before)
        await house.stop()
        return Hour(
            samples=samples,
            polls=[seconds for seconds, _ in polls],
            failed=sum(not ok for _, ok in polls),
            left=left,
            complaints=[entry.text for entry in house.complaints],
            collection=house.collection,
        )


async def _sample(house: House, minute: float, first: int) -> Sample:
    """Look."""
    counts = await house.counts()
    usage = house.usage
    return Sample(
        minute=round(minute, 2),
        memory=round(usage.memory, 2),
        blocks=counts.blocks,
        cpu=usage.cpu,
        files=usage.files,
        tasks=counts.tasks.total(),
        timers=counts.timers.total(),
        listeners=counts.listeners.total(),
        polls=len(house.polls) - first,
        told=house.told,
        unavailable=len(house.unavailable),
        warnings=len(house.complaints),
    )


def _report(hour: Hour) -> str:
    """Return what is to be said about it."""
    samples = hour.samples
    late = samples[len(samples) // 2 :]
    minutes = [sample.minute for sample in late]
    rows = [
        ("minutes", f"{samples[-1].minute:.0f}"),
        ("polls", f"{len(hour.polls):,}, {hour.failed} failed"),
        (
            "a poll takes, without the network's time on a real one",
            f"{1000 * mean(hour.polls):.0f} ms, {1000 * max(hour.polls):.0f} at most",
        ),
        ("states told to the frontend", f"{samples[-1].told:,}"),
        (
            "share of one processor",
            _cpu_of(samples, late),
        ),
        *(
            (
                f"{name}, in the second half",
                f"{_growth(minutes, values):+,.1f} an hour, of {mean(values):,.0f}",
            )
            for name, values in (
                ("memory, MB", [sample.memory for sample in late]),
                ("Python's memory blocks, 1,000", [s.blocks / 1000 for s in late]),
            )
        ),
        *(
            (f"{name}, fewest and most", f"{min(values):,} and {max(values):,}")
            for name, values in (
                ("tasks", [sample.tasks for sample in samples[1:]]),
                ("timers", [sample.timers for sample in samples[1:]]),
                ("listeners", [sample.listeners for sample in samples[1:]]),
                (
                    "open files and connections",
                    [sample.files for sample in samples[1:]],
                ),
            )
        ),
        ("a garbage collection, at most", f"{1000 * hour.collection:.0f} ms"),
        ("left after the panel was removed", named(hour.left)),
    ]
    return "\n".join(table("what", "measured", rows=rows))


def _curves(samples: Sequence[Sample]) -> str:
    """Return a picture of it."""
    rates = [_cpu(*pair) * 100 for pair in pairwise(samples)]
    return draw(
        "min",
        [sample.minute for sample in samples],
        [
            Curve(
                title="memory of the process, MB",
                values=[sample.memory for sample in samples],
            ),
            Curve(
                title="Python's memory blocks, 1,000",
                values=[sample.blocks / 1000 for sample in samples],
            ),
            Curve(title="% of one processor", values=[rates[0], *rates]),
            Curve(title="tasks", values=[sample.tasks for sample in samples]),
            Curve(title="timers", values=[sample.timers for sample in samples]),
            Curve(title="listeners", values=[sample.listeners for sample in samples]),
        ],
    )


def _cpu_of(samples: Sequence[Sample], late: Sequence[Sample]) -> str:
    """Return the share of one processor of all and of the second half."""
    whole, half = (_cpu(some[0], some[-1]) for some in (samples, late))
    return f"{whole:.1%}, in the second half {half:.1%}"


def _cpu(first: Sample, last: Sample) -> float:
    """Return the share of one processor between two moments."""
    return (last.cpu - first.cpu) / (last.minute - first.minute) / 60


def _growth(minutes: Sequence[float], values: Sequence[float]) -> float:
    """Return how much something grows in an hour."""
    return linear_regression(minutes, values).slope * 60


def run(size: Size, minutes: float) -> Result:
    """Let an hour pass."""
    hour = asyncio.run(soak(size, minutes))
    return Result(
        tables=_report(hour),
        complaints=hour.complaints,
        samples=hour.samples,
        picture=_curves(hour.samples),
    )
