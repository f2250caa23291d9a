"""A Home Assistant that runs beside this program."""

import asyncio
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
import subprocess
import sys
from time import monotonic
from typing import Final, Self

from aiohttp import ClientError

from .api import Api
from .clock import Clock
from .configuration import HOST, REPOSITORY, write_configuration
from .log import LogEntry, warnings
from .process import Process, ProcessError, free_port, require_free_port
from .waiting import until

USER: Final = "miner"
PASSWORD: Final = "miner"  # noqa: S105 only this machine reaches it


class HomeAssistantInstance(Api):
    """A Home Assistant with a configuration folder, from nothing to a log-in.

    It belongs to the event loop in which it was started.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int | None = None,
        extra: str = "",
        clock: Clock | None = None,
    ) -> None:
        """Choose the folder, a port or any, more YAML for a new folder, and a clock."""
        self.folder = folder.resolve()
        self.port = port or free_port()
        self.startup_seconds = 0.0
        super().__init__(f"http://{HOST}:{self.port}")
        self._extra = extra
        self.process = Process(
            "Home Assistant",
            # -P: custom integrations come from the configuration, not from here.
            *(sys.executable, "-P", "-m", "homeassistant"),
            *("--config", str(self.folder), "--skip-pip", "--log-no-color"),
            output=self.folder / "output.log",
            folder=self.folder,
            environment={
                "HA_DISABLE_LOG_FILE": "1",
                **(clock.environment if clock else {}),
            },
        )

    @property
    def log(self) -> str:
        """Return the log since the last start."""
        return self.process.output

    def warnings(self) -> list[LogEntry]:
        """Return the warnings and errors since the last start that mean something."""
        return warnings(self.log)

    async def start(self, within: float = 180) -> None:
        """Start Home Assistant and wait until all of it runs."""
        require_free_port(self.port)
        write_configuration(self.folder, self.port, self._extra)
        self.token = await asyncio.to_thread(self._owner_token)

        began = monotonic()
        await self.process.start()
        try:
            await until(self._runs, within)
            await self.connect()
        except TimeoutError as err:
            await self.kill()
            raise ProcessError(
                f"Home Assistant did not start within {within:.0f} seconds: "
                f"{self.process.last_line}"
            ) from err
        except BaseException:
            await self.kill()
            raise
        self.startup_seconds = monotonic() - began

    async def stop(self) -> None:
        """Stop Home Assistant as a user does: it writes down what it knows."""
        await self.disconnect()
        await self.process.stop()

    async def kill(self) -> None:
        """End Home Assistant as a power cut does."""
        await self.process.kill()
        await self.disconnect()

    async def restart(self) -> None:
        """Stop and start Home Assistant."""
        await self.stop()
        await self.start()

    async def __aenter__(self) -> Self:
        """Start Home Assistant."""
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop Home Assistant."""
        await self.stop()

    async def _runs(self) -> bool:
        """Return whether everything is set up."""
        if not self.process.running:
            raise ProcessError(
                f"Home Assistant ended at its start: {self.process.last_line}"
            )
        with suppress(ClientError):
            async with self.session.get(f"{self.url}/api/config") as response:
                if response.status == HTTPStatus.UNAUTHORIZED:
                    raise ProcessError(
                        f"{self.folder} has lost its user: remove it and start again."
                    )
                return response.ok and (await response.json())["state"] == "RUNNING"
        return False

    def _owner_token(self) -> str:
        """Return the owner's access token, creating both in a new folder."""
        file = self.folder / ".storage" / "development.token"
        if file.exists():
            return file.read_text(encoding="utf-8")
        # An owner without a token was interrupted while being created.
        for left in file.parent.glob("auth*"):
            left.unlink()
        done = subprocess.run(  # noqa: S603 our own program
            [sys.executable, "-m", "development.owner", self.folder, USER, PASSWORD],
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ProcessError(f"The owner could not be created: {done.stderr}")
        file.touch(mode=0o600)
        file.write_text(token := done.stdout.strip(), encoding="utf-8")
        return token
