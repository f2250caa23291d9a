"""How long the event loop is held, by whatever holds it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
import gc
from time import thread_time
from typing import Final
from unittest.mock import patch

# More than a processor caches.
_OTHER_MEMORY: Final = b"\1" * (64 * 1024 * 1024)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """What something cost the event loop, in seconds of its thread's own time."""

    total: float
    longest: float
    """Of the blocks in which nothing else could run."""


class Meter:
    """Times each block of the event loop: what one handle runs."""

    def __init__(self) -> None:
        """Begin with none."""
        self.blocks: list[float] = []

    async def begin(self) -> None:
        """Begin anew, with no garbage left and none collected until the end.

        In the minute between two polls Home Assistant does much else, after which the
        processor's caches hold nothing that a poll needs. Otherwise a way would profit
        from what the one before it has left there.
        """
        gc.collect()
        gc.disable()
        _OTHER_MEMORY.count(0)
        # What this took belongs to this block, and the next is a new one.
        await asyncio.sleep(0)
        self.blocks.clear()

    async def end(self) -> Cost:
        """Wait until nothing but this runs, and return what it all cost."""
        while True:
            before = len(self.blocks)
            await asyncio.sleep(0)
            if len(self.blocks) - before == 1:
                break
        gc.enable()
        return Cost(total=sum(self.blocks), longest=max(self.blocks))


@contextmanager
def metered() -> Iterator[Meter]:
    """Time every block."""
    meter = Meter()
    run = asyncio.Handle._run  # noqa: SLF001 asyncio offers no other place

    def timed(handle: asyncio.Handle) -> None:
        start = thread_time()
        run(handle)
        meter.blocks.append(thread_time() - start)

    with patch.object(asyncio.Handle, "_run", timed):
        yield meter
