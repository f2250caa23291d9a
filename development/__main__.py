"""Home Assistant with a simulated farm, to try the integration in: scripts/develop."""

import asyncio
from contextlib import AsyncExitStack
import signal
import sys
from typing import Final

from .api import ApiError, FlowError
from .broker import mqtt_broker
from .configuration import HOST, REPOSITORY
from .dashboard import add_dashboard
from .farm import died, rig_ids, simulated_farm
from .history import make_past
from .instance import PASSWORD, USER, HomeAssistantInstance
from .log import warnings
from .plugs import add_broker, add_plug
from .process import Process, ProcessError, require_free_port

FOLDER: Final = REPOSITORY / "config"
PORT: Final = 8123
# The addresses of panel and broker are kept with their entries, so they stay the same.
FARM_PORT: Final = 8899
BROKER_PORT: Final = 8898
FARM: Final = f"http://{HOST}:{FARM_PORT}"
# Accidents of each rig a day: with ten rigs something happens every ten minutes.
FAULTS: Final = 15
# So many rigs have a plug, and the others none.
PLUGS: Final = 5

DASHBOARD: Final = "mining-farm"

# What may go wrong without being a mistake here; it is said in one sentence.
EXPECTED: Final = (ApiError, ConnectionError, FlowError, ProcessError)

# Home Assistant's exit code when a user restarts it.
RESTART: Final = 100


async def develop() -> None:
    """Run both until one of them ends."""
    async with AsyncExitStack() as stack:
        require_free_port(PORT)
        say("Starting the simulated farm and Home Assistant ...")
        await stack.enter_async_context(mqtt_broker(FOLDER, BROKER_PORT))
        farm = await stack.enter_async_context(
            simulated_farm(
                FOLDER / "simulator.log",
                FARM_PORT,
                rigs=10,
                gpus=6,
                faults=FAULTS,
                mqtt=f"{HOST}:{BROKER_PORT}",
            )
        )
        home = await stack.enter_async_context(HomeAssistantInstance(FOLDER, port=PORT))
        if not await home.entries("ethos"):
            entry = await home.add_panel(FARM)
            await _add_plugs(home, entry["entry_id"])
            await _show_farm(home)
        say(
            "",
            f"  Home Assistant  http://localhost:{PORT}"
            f"  user: {USER}  password: {PASSWORD}",
            f"  Simulated farm  http://localhost:{FARM_PORT}",
            "",
            "Ctrl-C stops both. Warnings and errors of Home Assistant follow.",
        )
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_watch_farm(farm))
            tasks.create_task(_watch_home(home))
            tasks.create_task(_follow_log(home))


async def _add_plugs(home: HomeAssistantInstance, entry_id: str) -> None:
    """Give some rigs a plug."""
    await add_broker(home, BROKER_PORT)
    for rig_id in (await rig_ids(FARM))[:PLUGS]:
        await add_plug(home, entry_id, rig_id)


async def _show_farm(home: HomeAssistantInstance) -> None:
    """Open on the dashboard, and give its charts a past."""
    await add_dashboard(home, DASHBOARD)
    core = (await home.command("frontend/get_system_data", key="core"))["value"]
    await home.command(
        "frontend/set_system_data",
        key="core",
        value={**(core or {}), "default_panel": DASHBOARD},
    )
    await make_past(home, FOLDER / "home-assistant_v2.db")


async def _watch_farm(farm: Process) -> None:
    """Raise when the farm ends."""
    await farm.wait()
    raise died(farm)


async def _watch_home(home: HomeAssistantInstance) -> None:
    """Start Home Assistant again when its user wants that, and raise when it ends."""
    while await home.process.wait() == RESTART:
        say("Restarting Home Assistant ...")
        await home.restart()
        say("Home Assistant is back.")
    raise died(home.process)


async def _follow_log(home: HomeAssistantInstance) -> None:
    """Show warnings and errors as they come."""
    before = ""
    shown = 0
    while True:
        log = home.log
        entries = warnings(log)
        # A restart begins a new log.
        shown = 0 if len(log) < len(before) else shown
        # While something is being written the last entry may lack its traceback.
        complete = entries if log == before else entries[:-1]
        say(*(entry.text for entry in complete[shown:]))
        shown = max(shown, len(complete))
        before = log
        await asyncio.sleep(1)


def say(*lines: str) -> None:
    """Tell the person at the terminal."""
    for line in lines:
        print(line, flush=True)  # noqa: T201 it is read at a terminal


async def main() -> int:
    """Develop until a signal comes, and return the exit code."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Later ones change nothing: what is being stopped is stopped in full.
        asyncio.get_running_loop().add_signal_handler(number, stop.set)

    work = asyncio.create_task(develop())
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({work, stopped}, return_when=asyncio.FIRST_COMPLETED)
    if stop.is_set():
        say("Stopping ...")
        work.cancel()
    await asyncio.wait({work})
    stopped.cancel()
    if work.cancelled():
        return 0
    if not (error := work.exception()):
        return 1
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    if not isinstance(error, EXPECTED):
        raise error
    say(str(error))
    return 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
