"""Time that passes as soon as there is nothing to do."""

import asyncio
from asyncio import SelectorEventLoop
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import ceil
from mmap import mmap
import os
from pathlib import Path
from selectors import DefaultSelector, SelectorKey
import struct
import subprocess
import sys
from tempfile import TemporaryDirectory
from typing import Any, Final, override

from development.clock import Clock

# In seconds: what is on its way on this very machine takes less.
_ON_ITS_WAY: Final = 0.001
_FILE: Final = "CLOCK_FILE"


def with_clock(module: str, arguments: Sequence[str]) -> bool:
    """Return whether this program has a clock of its own; run it with one if not."""
    if _FILE in os.environ:
        return True
    with TemporaryDirectory() as folder:
        subprocess.run(  # noqa: S603 our own program
            [sys.executable, "-m", module, *arguments],
            env={**os.environ, **Clock(Path(folder)).environment},
            check=True,
        )
    return False


class SwiftLoop(SelectorEventLoop):
    """An event loop that waits for nothing but threads, and puts the clock forward.

    Timers are up to a second late, as on a slow machine.
    """

    def __init__(self) -> None:
        """Begin now."""
        self._threads = 0
        with Path(os.environ[_FILE]).open("r+b") as file:
            self._clock = mmap(file.fileno(), struct.calcsize("=q"))
        # Time does not go back where another loop has ended.
        self.ahead: int = struct.unpack_from("=q", self._clock)[0]
        """Seconds that nobody waited for."""
        super().__init__(_Selector(self))

    @property
    def waits(self) -> bool:
        """Whether a thread has something to do."""
        return self._threads > 0

    def put_forward(self, seconds: int) -> None:
        """Let it be later, by all clocks."""
        self.ahead += seconds
        struct.pack_into("=q", self._clock, 0, self.ahead)

    @override
    def time(self) -> float:
        """Return the time of this loop."""
        return super().time() + self.ahead

    @override
    def run_in_executor[*Ts, T](
        self, executor: Any, func: Callable[[*Ts], T], *args: *Ts
    ) -> asyncio.Future[T]:
        """Let a thread do something, and time stand still until it is done."""
        future = super().run_in_executor(executor, func, *args)
        self._threads += 1
        future.add_done_callback(self._done)
        return future

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let time stand still, while a thread of its own does something."""
        self._threads += 1
        try:
            yield
        finally:
            self._threads -= 1

    def _done(self, _: asyncio.Future[Any]) -> None:
        """Let time go on."""
        self._threads -= 1


class _Selector(DefaultSelector):
    """Waits for what is on its way, and lets time pass instead of waiting longer."""

    def __init__(self, loop: SwiftLoop) -> None:
        """Wait for a loop."""
        super().__init__()
        self._loop = loop

    @override
    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        """Return what has come."""
        if timeout is None or timeout <= 0 or self._loop.waits:
            return super().select(timeout)
        if not (come := super().select(_ON_ITS_WAY)):
            self._loop.put_forward(ceil(timeout))
        return come
