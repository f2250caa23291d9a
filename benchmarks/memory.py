"""What entities take of the memory."""

import asyncio
from dataclasses import dataclass
import gc
from pathlib import Path
import tracemalloc
from typing import Final

import custom_components.ethos

from .home import home_assistant
from .measure import Way
from .mirror import ROWS
from .rehearsal import Script
from .scenario import first
from .transport import Transport

_OWN: Final = Path(custom_components.ethos.__file__).parent / "*"


@dataclass(frozen=True, kw_only=True, slots=True)
class Memory:
    """What is taken for each entity that is enabled, in bytes."""

    ordinary: float
    this: float
    own: float
    """Of this, what the integration's code asks for and not Home Assistant's."""


def measure_memory(script: Script, panel: Transport) -> Memory:
    """Set both ways up in Home Assistants of their own, and count."""
    panel.body, panel.status = first(script.size), 200
    enabled = sum(row.enabled for row in script.rows)
    ordinary, _ = asyncio.run(_taken(script, Way.ORDINARY))
    this, own = asyncio.run(_taken(script, Way.THIS))
    return Memory(ordinary=ordinary / enabled, this=this / enabled, own=own / enabled)


async def _taken(script: Script, way: Way) -> tuple[int, int]:
    """Return what a way has taken once it is set up, and what of it is its own."""
    async with home_assistant() as hass:
        hass.data[ROWS] = script.rows
        gc.collect()
        tracemalloc.start()
        await way.add(hass)
        gc.collect()
        taken = tracemalloc.take_snapshot()
        tracemalloc.stop()
    own = taken.filter_traces(
        [tracemalloc.Filter(inclusive=True, filename_pattern=str(_OWN))]
    )
    return _size(taken), _size(own)


def _size(taken: tracemalloc.Snapshot) -> int:
    """Return how much it is in all."""
    return sum(trace.size for trace in taken.traces)
