"""A week of a farm, in some minutes."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from itertools import cycle
import time
from typing import Final, cast

from homeassistant.components.recorder import DOMAIN as RECORDER, get_instance
from homeassistant.components.sensor import SensorStateClass
from homeassistant.helpers.recorder import async_initialize_recorder
from homeassistant.setup import async_setup_component

from benchmarks.farm import Farm, Size
from benchmarks.home import add_entry, home_assistant
from benchmarks.mirror import ROWS, Row
from benchmarks.soak.swift import SwiftLoop
from benchmarks.transport import transport

_MINUTE: Final = 60
_DAY: Final = 24 * 60
"""min."""
# So often the recorder may catch up, in minutes.
_REST: Final = 5


class Way(StrEnum):
    """A way to show a farm."""

    THIS = "this"
    SAME = "the same entities, the ordinary way"
    EVERYTHING = "everything that the panel tells, the ordinary way"


def shown(way: Way, rows: Sequence[Row]) -> list[Row]:
    """Return the entities of an ordinary way."""
    if way is not Way.EVERYTHING:
        return list(rows)
    return [
        replace(
            row,
            enabled=True,
            state_class=row.state_class or (row.unit and SensorStateClass.MEASUREMENT),
        )
        for row in rows
    ]


def live(way: Way, size: Size, days: int, rows: Sequence[Row], url: str) -> None:
    """Let the days pass, before a recorder that writes into a database."""
    with asyncio.Runner(loop_factory=SwiftLoop) as runner:
        runner.run(_live(way, size, days, rows, url))


async def _live(way: Way, size: Size, days: int, rows: Sequence[Row], url: str) -> None:
    """Poll every minute; rigs report every three."""
    loop = cast("SwiftLoop", asyncio.get_running_loop())
    farm = Farm(size, start=int(time.time()))
    thirds = cycle(range(3))
    with transport(farm.body()) as panel:
        async with home_assistant() as hass:
            async_initialize_recorder(hass)
            config = {RECORDER: {"db_url": url, "commit_interval": _MINUTE}}
            with loop.held():
                if not await async_setup_component(hass, RECORDER, config):
                    raise RuntimeError("The recorder does not start")
                await hass.async_block_till_done()
            recorder = get_instance(hass)
            hass.data[ROWS] = shown(way, rows)
            domain = "ethos" if way is Way.THIS else "ordinary"
            entry = await add_entry(hass, domain)
            for minute in range(days * _DAY):
                farm.report([next(thirds)])
                panel.body = farm.body()
                await entry.runtime_data.async_refresh()
                await asyncio.sleep(_MINUTE)
                if minute % _REST == 0:
                    # Time stands still meanwhile.
                    await hass.async_add_executor_job(recorder.block_till_done)
