"""A program that runs beside this one."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
import os
from pathlib import Path
import signal
import socket
from typing import BinaryIO, Final

from .configuration import HOST

# In seconds. Home Assistant would wait for minutes, but has no reason to.
PATIENCE: Final = 60


class ProcessError(Exception):
    """A program could not start, or died."""


class Process:
    """A program in a process group of its own, whose output goes to a file."""

    def __init__(
        self,
        name: str,
        *command: str,
        output: Path,
        folder: Path,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Describe the program; the output of earlier ones is forgotten."""
        self.name = name
        self._command = command
        self._output = output
        self._folder = folder
        self._environment = {**os.environ, **(environment or {})}
        # Without its compiled files Home Assistant starts slower each time.
        self._environment.pop("PYTHONDONTWRITEBYTECODE", None)
        self._process: asyncio.subprocess.Process | None = None
        self._started_at = 0
        output.unlink(missing_ok=True)

    @property
    def pid(self) -> int | None:
        """Return the process ID while it runs."""
        return self._process.pid if self._process and self.running else None

    @property
    def running(self) -> bool:
        """Return whether it runs."""
        return self._process is not None and self._process.returncode is None

    @property
    def output(self) -> str:
        """Return what it has said since its last start."""
        if not self._output.exists():
            return ""
        with self._output.open("rb") as file:
            file.seek(self._started_at)
            return file.read().decode(errors="replace")

    @property
    def last_line(self) -> str:
        """Return the last thing it said."""
        return next(iter(reversed(self.output.strip().splitlines())), "it said nothing")

    async def start(self) -> None:
        """Start it."""
        with self._open_output() as output:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
                cwd=self._folder,
                env=self._environment,
                # Ctrl-C goes to a whole group, but stopping is our business.
                start_new_session=True,
            )

    async def wait(self) -> int:
        """Wait until it ends by itself and return its exit code."""
        if not self._process:
            raise ProcessError(f"{self.name} was not started.")
        return await self._process.wait()

    async def stop(self) -> None:
        """Ask it to end, and see to it that nothing of it is left."""
        if not self._process:
            return
        with suppress(ProcessLookupError):
            self._process.terminate()
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self._process.wait()
        await self.kill()

    async def kill(self) -> None:
        """End it and its children at once."""
        if not self._process:
            return
        # An empty group is not found on Linux and not permitted on macOS.
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()
        self._process = None

    def _open_output(self) -> BinaryIO:
        """Open the file for its output, which begins here."""
        self._output.parent.mkdir(parents=True, exist_ok=True)
        file = self._output.open("ab")
        self._started_at = file.tell()
        return file


def free_port() -> int:
    """Return a port of the loopback interface that nobody uses."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]
        return port


def require_free_port(port: int) -> None:
    """Raise if a port is taken."""
    with socket.socket() as listener:
        # As servers do: what a server before us left waiting does not count.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError as err:
            raise ProcessError(f"Port {port} is taken.") from err
