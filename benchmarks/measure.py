"""The rounds: each way in its turn, with the same answers."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
import gc
import json
from statistics import median
from time import thread_time
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util.json import json_loads

from custom_components.ethos.panel import parse_panel
from custom_components.ethos.panel.client import decode

from .farm import Size
from .home import add_entry, home_assistant
from .meter import Cost, Meter
from .mirror import ROWS
from .ordinary.reading import read
from .rehearsal import Script
from .scenario import Scenario, first, polls
from .transport import Transport


class Way(StrEnum):
    """A way to show a panel."""

    ORDINARY = "ordinary"
    THIS = "ethos"
    """Every change, as the others do."""
    BANDED = "banded"
    """This, as it is by default: what has hardly moved is not written."""
    FLOOR = "floor"

    async def add(self, hass: HomeAssistant) -> ConfigEntry:
        """Set it up."""
        exact = self is not Way.BANDED
        domain = self.value if exact else Way.THIS.value
        return await add_entry(hass, domain, entry_id=self, exact_values=exact)


type Costs = Mapping[Way, list[Cost]]
"""Of each way, one for each round."""

_PARSES: Final = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Parse:
    """What it takes to read an answer, in seconds."""

    size: int
    """Of the answer, in bytes."""
    decode: float
    parse: float
    ordinary: float
    """Both, done the ordinary way."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Polls:
    """What it takes to poll, and what the floor wrote."""

    costs: Mapping[Scenario, Costs]
    floor_writes: Mapping[Scenario, list[int]]


@dataclass(frozen=True, kw_only=True, slots=True)
class SetUp:
    """What it takes to set an entry up."""

    costs: Costs
    collection: float
    """A full garbage collection with the integration, in seconds."""
    collection_before: float
    """The same without it."""


def measure_parse(size: Size) -> Parse:
    """Read an answer again and again."""
    body = first(size)
    decodes = []
    parses = []
    ordinary = []
    gc.collect()
    gc.disable()
    for _ in range(_PARSES):
        start = thread_time()
        said = decode(body, json_loads)
        decoded = thread_time()
        parse_panel(said, read_at=datetime.now(UTC))
        parses.append(thread_time() - decoded)
        decodes.append(decoded - start)
        start = thread_time()
        read(json.loads(body))
        ordinary.append(thread_time() - start)
    gc.enable()
    return Parse(
        size=len(body),
        decode=median(decodes),
        parse=median(parses),
        ordinary=median(ordinary),
    )


def measure_set_up(
    script: Script, rounds: int, meter: Meter, panel: Transport
) -> SetUp:
    """Set up each way in Home Assistants of their own."""
    panel.body = first(script.size)
    costs: Costs = {Way.ORDINARY: [], Way.THIS: []}
    collections = []
    for ways in _turns(list(costs), rounds):
        for way in ways:
            cost, *collection = asyncio.run(_set_up(script, way, meter))
            costs[way].append(cost)
            if way is Way.THIS:
                collections.append(collection)
    before, after = map(median, zip(*collections, strict=True))
    return SetUp(costs=costs, collection_before=before, collection=after)


async def _set_up(script: Script, way: Way, meter: Meter) -> tuple[Cost, float, float]:
    """Set up one way; return what it cost, and a collection before and after."""
    async with home_assistant() as hass:
        hass.data[ROWS] = script.rows
        before = _collection()
        await meter.begin()
        await way.add(hass)
        cost = await meter.end()
        return cost, before, _collection()


def _collection() -> float:
    """Return how long a full garbage collection takes."""
    gc.collect()
    start = thread_time()
    gc.collect()
    return thread_time() - start


async def measure_polls(
    script: Script, rounds: int, meter: Meter, panel: Transport
) -> Polls:
    """Let all ways take all polls side by side."""
    panel.body, panel.status = first(script.size), 200
    costs: Mapping[Scenario, Costs] = {
        scenario: {way: [] for way in Way} for scenario in Scenario
    }
    floor_writes: dict[Scenario, list[int]] = {scenario: [] for scenario in Scenario}
    async with home_assistant() as hass:
        hass.data[ROWS] = script.rows
        entries = {way: await way.add(hass) for way in Way}
        for way, entry in entries.items():
            _check(hass, way, entry, script)
        floor = entries[Way.FLOOR].runtime_data
        await meter.end()
        gc.collect()
        # What stays is not looked through again before each poll.
        gc.freeze()
        turns = _turns(list(Way), rounds)
        for poll in polls(script.size, rounds):
            panel.body, panel.status = poll.body, poll.status
            written = floor.written
            # In a round, all polls are taken in the same order.
            for way in turns[poll.number]:
                await meter.begin()
                await entries[way].runtime_data.async_refresh()
                cost = await meter.end()
                if poll.number >= 0:
                    costs[poll.scenario][way].append(cost)
            if poll.number >= 0:
                floor_writes[poll.scenario].append(floor.written - written)
        gc.unfreeze()
    return Polls(costs=costs, floor_writes=floor_writes)


def _check(hass: HomeAssistant, way: Way, entry: ConfigEntry, script: Script) -> None:
    """Refuse to measure a way that shows less than the others."""
    known = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    shown = sum(hass.states.get(one.entity_id) is not None for one in known)
    enabled = sum(row.enabled for row in script.rows)
    if shown != enabled:
        raise RuntimeError(f"{way} shows {shown} states and not {enabled}")


def _turns(ways: list[Way], rounds: int) -> list[list[Way]]:
    """Return the ways in orders in which each comes equally often after each other.

    What comes before matters, caches or not. For an even number of ways, these are the
    rows of a Latin square that is balanced for it (Williams, 1949).
    """
    total = len(ways)
    first = [(step + 1) // 2 if step % 2 else -step // 2 for step in range(total)]
    return [
        [ways[(place + number) % total] for place in first] for number in range(rounds)
    ]
