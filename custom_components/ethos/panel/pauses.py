"""Long work in short blocks."""

import asyncio
from collections.abc import Generator
from time import monotonic
from typing import Final

# How long to go on without a pause, in seconds.
SLICE: Final = 0.002


async def with_pauses[ResultT](steps: Generator[None, None, ResultT]) -> ResultT:
    """Return what steps lead to, giving others their turn every few milliseconds."""
    begun = monotonic()
    while True:
        try:
            next(steps)
        except StopIteration as end:
            # What is done with the result takes its time too.
            if monotonic() - begun > SLICE / 2:
                await asyncio.sleep(0)
            result: ResultT = end.value
            return result
        if monotonic() - begun > SLICE:
            await asyncio.sleep(0)
            begun = monotonic()


def without_pauses[ResultT](steps: Generator[None, None, ResultT]) -> ResultT:
    """Return what steps lead to, at once."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: ResultT = end.value
            return result
