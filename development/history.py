"""A past for a farm that has just been added, so that its charts show something."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from math import pi, sin
from pathlib import Path
from random import Random
import sqlite3
from typing import Final, NamedTuple

from .api import Api
from .websocket import Json

DAYS: Final = 7
HOUR: Final = timedelta(hours=1)
# What the small graphs show.
RECENT: Final = timedelta(hours=24)
STEP: Final = timedelta(minutes=10)

SUMS: Final = ("hash_rate", "power")
HIGHEST: Final = "hottest"
MEAN: Final = "average_temperature"

# A rig that is off cools down.
COLD: Final = 28.0
# How much warmer the afternoon is.
SWING: Final = 2.5
# How often a rig has been down, in a week.
OUTAGES: Final = 0.8


class Reading(NamedTuple):
    """A number that an entity shows now."""

    entity_id: str
    owner: str
    """The rig's ID, empty for the panel."""
    name: str
    value: float
    unit: str | None


type Model = Callable[[datetime], float]


async def make_past(home: Api, database: Path) -> None:
    """Give what is measured a past that leads to its present values."""
    readings = await _readings(home)
    models = dict(_models(readings))
    now = datetime.now(UTC)
    hour = now.replace(minute=0, second=0, microsecond=0)
    hours = [hour - HOUR * back for back in range(DAYS * 24, 0, -1)]
    for reading in readings:
        await _import(home, reading, models[reading.entity_id], hours)
    await asyncio.to_thread(_write_states, database, models, now)


async def _readings(home: Api) -> list[Reading]:
    """Return all that is measured of the farm and can be told now."""
    (entry,) = await home.entries("ethos")
    states = await home.states()
    found = []
    for entity in await home.command("config/entity_registry/list"):
        state = states.get(entity["entity_id"])
        if entity["platform"] != "ethos" or state is None:
            continue
        if state["attributes"].get("state_class") != "measurement":
            continue
        own = entity["unique_id"].removeprefix(f"{entry['entry_id']}_")
        rig_id, _, _ = own.partition("_")
        is_rig = rig_id not in {*SUMS, "hash", HIGHEST, "average"}
        value = _number(state["state"])
        if value is not None:
            found.append(
                Reading(
                    entity_id=entity["entity_id"],
                    owner=rig_id if is_rig else "",
                    name=own.removeprefix(f"{rig_id}_") if is_rig else own,
                    value=value,
                    unit=state["attributes"].get("unit_of_measurement"),
                )
            )
    return found


def _number(state: str) -> float | None:
    """Return what a state says, if it is a number."""
    try:
        return float(state)
    except ValueError:
        return None


def _models(readings: list[Reading]) -> Iterator[tuple[str, Model]]:
    """Return how each value was at a time; the panel's follow from its rigs'."""
    of_rigs: dict[str, list[tuple[Reading, Model]]] = {}
    for reading in readings:
        if reading.owner:
            model = _model(reading)
            of_rigs.setdefault(reading.name, []).append((reading, model))
            yield reading.entity_id, model
    for reading in readings:
        if not reading.owner:
            yield reading.entity_id, _total(reading, of_rigs)


def _model(reading: Reading) -> Model:
    """Return how a value of a rig or GPU was: it had outages, days and nights."""
    outages = _outages(reading.owner)
    is_temperature = reading.unit == "°C"

    def at(time: datetime) -> float:
        noise = Random(f"{reading.entity_id} {time:%j %H %M}").gauss(0, 1)
        if any(start <= time < end for start, end in outages):
            return COLD + noise if is_temperature else 0.0
        if is_temperature:
            # Warmest at three in the afternoon.
            day = sin((time.hour + time.minute / 60 - 9) / 12 * pi)
            return round(reading.value + SWING * day + noise * 0.7)
        return reading.value * (1 + noise * 0.012)

    return at


def _outages(rig_id: str) -> list[tuple[datetime, datetime]]:
    """Return when a rig was down."""
    dice = Random(rig_id)
    now = datetime.now(UTC)
    # Of the last day, so that the dashboard's chart has one.
    starts = [
        now - HOUR * dice.uniform(4, 22) for _ in range(dice.random() < OUTAGES / 2)
    ]
    starts += [
        now - HOUR * dice.uniform(24, DAYS * 24) for _ in range(dice.random() < OUTAGES)
    ]
    return [(start, start + HOUR * dice.uniform(1, 3)) for start in starts]


def _total(
    reading: Reading, of_rigs: Mapping[str, list[tuple[Reading, Model]]]
) -> Model:
    """Return how a value of the panel was, by those of its rigs."""
    name = HIGHEST if reading.name == MEAN else reading.name
    parts = of_rigs.get(name, [])
    models = [model for _, model in parts]
    now = sum(part.value for part, _ in parts)

    def at(time: datetime) -> float:
        values = [model(time) for model in models]
        if not values or not now:
            return reading.value
        if reading.name == HIGHEST:
            return max(values)
        # What the rigs tell and the panel counts may differ by what is down now.
        return reading.value * sum(values) / now

    return at


async def _import(
    home: Api, reading: Reading, model: Model, hours: list[datetime]
) -> None:
    """Write the statistics of an entity."""
    stats = []
    for hour in hours:
        values = [model(hour + STEP * step) for step in range(6)]
        stats.append(
            {
                "start": hour.isoformat(),
                "mean": round(sum(values) / len(values), 2),
                "min": round(min(values), 2),
                "max": round(max(values), 2),
            }
        )
    metadata: Json = {
        "statistic_id": reading.entity_id,
        "source": "recorder",
        "name": None,
        "has_sum": False,
        "mean_type": 1,
        "unit_of_measurement": reading.unit,
        "unit_class": {"W": "power", "°C": "temperature"}.get(reading.unit or ""),
    }
    await home.command("recorder/import_statistics", metadata=metadata, stats=stats)


def _write_states(database: Path, models: Mapping[str, Model], now: datetime) -> None:
    """Write the states of the last day, which only the recorder's own file takes."""
    moments = [now - STEP * back for back in range(RECENT // STEP, 0, -1)]
    connection = sqlite3.connect(database, timeout=30)
    try:
        rows = connection.execute(
            "SELECT m.entity_id, m.metadata_id, max(s.attributes_id)"
            " FROM states_meta m JOIN states s USING (metadata_id) GROUP BY 2"
        ).fetchall()
        past = [
            (metadata_id, str(round(model(moment), 2)), moment.timestamp(), attributes)
            for entity_id, metadata_id, attributes in rows
            if (model := models.get(entity_id))
            for moment in moments
        ]
        with connection:
            connection.executemany(
                "INSERT INTO states"
                " (metadata_id, state, last_updated_ts, attributes_id, origin_idx)"
                " VALUES (?, ?, ?, ?, 0)",
                past,
            )
    finally:
        connection.close()
