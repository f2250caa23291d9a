"""Long work in short blocks."""

import asyncio
from collections.abc import Generator
from time import monotonic
from typing import Final

# How long to go on without a pause, in seconds.
_SLICE: Final = 0.003


async def with_pauses[ResultT](steps: Generator[None, None, ResultT]) -> ResultT:
    """Return what steps lead to, giving others their turn every few milliseconds."""
    deadline = monotonic() + _SLICE
    is_long = False
    while True:
        try:
            next(steps)
        except StopIteration as end:
            if is_long:
                # What is done with the result is a block of its own.
                await asyncio.sleep(0)
            result: ResultT = end.value
            return result
        if monotonic() > deadline:
            is_long = True
            await asyncio.sleep(0)
            deadline = monotonic() + _SLICE


def without_pauses[ResultT](steps: Generator[None, None, ResultT]) -> ResultT:
    """Return what steps lead to, at once."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: ResultT = end.value
            return result
