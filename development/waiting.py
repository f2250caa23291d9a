"""Waiting for what nobody tells."""

import asyncio
from collections.abc import Awaitable, Callable


async def until(
    look: Callable[[], object], within: float = 30, pause: float = 0.1
) -> None:
    """Look again and again, now or at leisure, until something is so.

    Raises TimeoutError when it is not within so many seconds.
    """
    async with asyncio.timeout(within):
        while True:
            seen = look()
            if await seen if isinstance(seen, Awaitable) else seen:
                return
            await asyncio.sleep(pause)
