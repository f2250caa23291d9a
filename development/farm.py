"""The simulator, run beside this program."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
import sys

from aiohttp import ClientError, ClientSession

from .configuration import HOST, REPOSITORY
from .process import Process, ProcessError, require_free_port


@asynccontextmanager
async def simulated_farm(
    output: Path, port: int, **options: float | str
) -> AsyncIterator[Process]:
    """Run the simulator with its options, and end it at the end."""
    require_free_port(port)
    arguments = [
        word for name, value in options.items() for word in (f"--{name}", str(value))
    ]
    farm = Process(
        "The simulated farm",
        *(sys.executable, "-m", "simulator", "--host", HOST, "--port", str(port)),
        *arguments,
        output=output,
        folder=REPOSITORY,
    )
    await farm.start()
    try:
        async with ClientSession() as session:
            while not await _answers(session, f"http://{HOST}:{port}/?json=yes"):
                if not farm.running:
                    raise died(farm)
                await asyncio.sleep(0.2)
        yield farm
    finally:
        await farm.stop()


async def rig_ids(url: str) -> list[str]:
    """Return the rigs that a panel lists."""
    async with ClientSession() as session, session.get(f"{url}/?json=yes") as answer:
        return [*(await answer.json(content_type=None))["rigs"]]


def died(process: Process) -> ProcessError:
    """Return the error for a program that should have gone on."""
    return ProcessError(f"{process.name} ended: {process.last_line}")


async def _answers(session: ClientSession, url: str) -> bool:
    """Return whether there is an answer."""
    with suppress(ClientError):
        async with session.get(url) as response:
            return response.ok
    return False
