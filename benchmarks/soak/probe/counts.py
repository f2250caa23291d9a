"""What an event loop and Home Assistant keep, counted by what it is for."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
import sys
from typing import Self

from homeassistant.core import HassJob, HomeAssistant, callback
from homeassistant.helpers.debounce import Debouncer
from homeassistant.helpers.dispatcher import DATA_DISPATCHER


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """What there is, by name."""

    tasks: Counter[str]
    timers: Counter[str]
    """That wait in the event loop."""
    listeners: Counter[str]
    """Of events and of dispatcher signals, and what is to run at a stop."""
    blocks: int
    """Of memory, as Python hands them out."""

    def since(self, before: Self) -> Counter[str]:
        """Return what there is more of than before, memory aside."""
        return (
            (self.tasks - before.tasks)
            + (self.timers - before.timers)
            + (self.listeners - before.listeners)
        )


@callback
def count(hass: HomeAssistant) -> Counts:
    """Count what there is now."""
    return Counts(
        tasks=Counter(
            f"task {_name(task.get_coro())}"
            for task in asyncio.all_tasks(hass.loop)
            if task is not asyncio.current_task()
        ),
        timers=Counter(
            f"timer {_name(timer._callback)}"  # noqa: SLF001 asyncio tells nobody
            for timer in hass.loop._scheduled  # type: ignore[attr-defined] # noqa: SLF001 as above
            if not timer.cancelled()
        ),
        listeners=Counter(dict(_listeners(hass))),
        blocks=sys.getallocatedblocks(),
    )


def _listeners(hass: HomeAssistant) -> Iterator[tuple[str, int]]:
    """Yield who waits to be told something, by what."""
    for event, number in hass.bus.async_listeners().items():
        yield f"listener {event}", number
    for signal, targets in hass.data.get(DATA_DISPATCHER, {}).items():
        yield f"listener of signal {signal}", len(targets)
    yield "job at the stop", len(hass._shutdown_jobs)  # noqa: SLF001 no list of them


def _name(called: object) -> str:
    """Return what a task runs or a timer calls, as its author named it."""
    while isinstance(called, partial):
        called = called.func
    name: str = getattr(called, "__qualname__", type(called).__qualname__)
    owner = getattr(called, "__self__", None)
    if isinstance(owner, Debouncer):
        return f"{name} of {_name(owner.function)}"
    # Home Assistant's own timers are objects that hold a job.
    if isinstance(job := getattr(owner, "job", None), HassJob):
        return f"{name} of {job.name or _name(job.target)}"
    return name
