"""An MQTT broker, run beside this program."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import os
from pathlib import Path
import shutil
from typing import Final

from .configuration import HOST
from .farm import died
from .process import Process, ProcessError, require_free_port

# Where programs are that only root finds without being told.
_SYSTEM: Final = "/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"


@asynccontextmanager
async def mqtt_broker(folder: Path, port: int) -> AsyncIterator[Process]:
    """Run Mosquitto on a port, with its output in a folder, and end it at the end.

    Whatever it was told is forgotten with it.
    """
    require_free_port(port)
    program = shutil.which("mosquitto", path=f"{os.environ['PATH']}:{_SYSTEM}")
    if program is None:
        raise ProcessError("Mosquitto is missing: scripts/setup installs it.")
    # Without a configuration it serves this machine only, and whoever is on it.
    broker = Process(
        "The MQTT broker",
        *(program, "-p", str(port)),
        output=folder / "mosquitto.log",
        folder=folder,
    )
    await broker.start()
    try:
        while not await _listens(port):
            if not broker.running:
                raise died(broker)
            await asyncio.sleep(0.1)
        yield broker
    finally:
        await broker.stop()


async def _listens(port: int) -> bool:
    """Return whether somebody listens on a port."""
    try:
        _, writer = await asyncio.open_connection(HOST, port)
    except ConnectionError:
        return False
    writer.close()
    await writer.wait_closed()
    return True
