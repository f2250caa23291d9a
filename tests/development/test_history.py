"""Test the past that a farm is given."""

from datetime import datetime
from pathlib import Path
import sqlite3
from typing import Any, Final, override

import pytest

from development.api import Api
from development.history import DAYS, make_past

STATES: Final = {
    "sensor.farm_hash_rate": ("hash_rate_megahashes", "300", "MH/s"),
    "sensor.farm_hottest": ("hottest", "71", "°C"),
    "sensor.farm_average": ("average_temperature", "65", "°C"),
    "sensor.a_hash_rate": ("a1b2c3_hash_rate_megahashes", "100", "MH/s"),
    "sensor.b_hash_rate": ("d4e5f6_hash_rate_megahashes", "200", "MH/s"),
    "sensor.a_hottest": ("a1b2c3_hottest", "71", "°C"),
    "sensor.c_hottest": ("ffffff_hottest", "unknown", "°C"),
}


class Home(Api):
    """A Home Assistant that takes statistics."""

    def __init__(self) -> None:
        """Begin without any."""
        super().__init__("")
        self.imported: dict[str, list[dict[str, Any]]] = {}

    @override
    async def entries(self, domain: str) -> list[Any]:
        """Return the panel."""
        return [{"entry_id": "entry"}]

    @override
    async def states(self) -> dict[str, Any]:
        """Return what is shown now."""
        return {
            entity_id: {
                "state": state,
                "attributes": {
                    "state_class": "measurement",
                    "unit_of_measurement": unit,
                },
            }
            for entity_id, (_, state, unit) in STATES.items()
        } | {"sensor.other": {"state": "1", "attributes": {}}}

    @override
    async def command(self, command: str, /, **data: Any) -> Any:
        """Return the registry, or take statistics."""
        if command == "config/entity_registry/list":
            return [
                {"platform": "ethos", "entity_id": entity, "unique_id": f"entry_{own}"}
                for entity, (own, _, _) in STATES.items()
            ] + [{"platform": "other", "entity_id": "sensor.other", "unique_id": "x"}]
        assert command == "recorder/import_statistics"
        self.imported[data["metadata"]["statistic_id"]] = data["stats"]
        return None


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return a recorder's file that knows the present."""
    path = tmp_path / "home-assistant_v2.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE states_meta (metadata_id, entity_id)")
        connection.execute(
            "CREATE TABLE states"
            " (metadata_id, state, last_updated_ts, attributes_id, origin_idx)"
        )
        for number, entity_id in enumerate(STATES):
            connection.execute(
                "INSERT INTO states_meta VALUES (?, ?)", (number, entity_id)
            )
            connection.execute(
                "INSERT INTO states VALUES (?, 'now', 0, 7, 0)", (number,)
            )
    connection.close()
    return path


async def test_a_past_leads_to_the_present(database: Path) -> None:
    """Test statistics of days and states of one, in which the parts make the whole."""
    home = Home()
    await make_past(home, database)
    assert home.imported.keys() == STATES.keys() - {"sensor.c_hottest"}
    for stats in home.imported.values():
        assert len(stats) == DAYS * 24
        starts = [datetime.fromisoformat(hour["start"]) for hour in stats]
        assert starts == sorted(starts)
        assert all(hour["min"] <= hour["mean"] <= hour["max"] for hour in stats)
    rates = (home.imported[f"sensor.{name}_hash_rate"] for name in ("farm", "a", "b"))
    for farm, one, other in zip(*rates, strict=True):
        assert farm["mean"] == pytest.approx(one["mean"] + other["mean"], abs=0.1)

    with sqlite3.connect(database) as connection:
        rows = connection.execute(
            "SELECT metadata_id, count(*), max(attributes_id) FROM states GROUP BY 1"
        ).fetchall()
    connection.close()
    assert {count for _, count, _ in rows} == {1, 1 + 24 * 6}
    assert {attributes for _, _, attributes in rows} == {7}
