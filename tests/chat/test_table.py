"""Test tables are readable on a phone, whatever the rigs are called."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from unicodedata import combining, east_asian_width, normalize

import pytest

from custom_components.ethos.chat import Column, Row, summary, tables
from custom_components.ethos.chat.table import SIZE, WIDTH, age
from custom_components.ethos.panel import (
    Ailment,
    Finding,
    Gpu,
    HashUnit,
    Panel,
    Problem,
    Rig,
)

NOW: Final = datetime(2026, 11, 1, 12, tzinfo=UTC)
USUAL: Final = [Column.HASH_RATE, Column.GPUS, Column.TEMPERATURE]
LONG: Final = "Rack Nord, Fach 12, links (Süd)"
PROBLEMS: Final = (Finding(ailment=Ailment(Problem.THROTTLED), since=NOW),)


def row(name: str, count: int = 6, rate: float = 30, **changes: Any) -> Row:
    """Return a rig that is well, with some fields changed."""
    is_current = changes.pop("is_current", True)
    values: dict[str, Any] = {
        "rig_id": "a1b2c3",
        "hash_unit": HashUnit("MH/s"),
        "hash_rate": rate * count,
        "alive_gpus": count,
        "total_gpus": count,
        "gpus": tuple(
            Gpu(number=i, hash_rate=rate, temperature=60 + i) for i in range(count)
        ),
        "power": 130 * count,
        "booted_at": NOW - timedelta(hours=53),
        "miner_started_at": NOW - timedelta(hours=2),
        "reported_at": NOW - timedelta(minutes=3),
        **changes,
    }
    return Row(name=name, rig=Rig(**values), now=NOW, is_current=is_current)


def down(name: str = "down", **changes: Any) -> Row:
    """Return a rig that is not."""
    one = row(name, **changes)
    return replace(one, rig=one.rig.without_readings())


def width(line: str) -> int:
    """Return how many columns a line takes."""
    return sum(
        0 if combining(char) else 1 + (east_asian_width(char) in {"W", "F"})
        for char in line
    )


@pytest.mark.parametrize(
    "columns",
    [
        USUAL,
        [Column.HASH_RATE],
        [Column.HASH_RATE, Column.GPU_HASH_RATES],
        [Column.GPU_TEMPERATURES],
        [Column.UPTIME, Column.MINER_UPTIME, Column.REPORT_AGE],
        list(Column),
        [],
    ],
    ids=lambda columns: "-".join(columns) or "none",
)
@pytest.mark.parametrize(
    "names",
    [
        ["Shelf 1", "a1b2c3"],
        [LONG, "a1b2c3"],
        [normalize("NFD", "Übergroße Mühle, zweiter Stock")],
        ["机架一号上面的第三台矿机在左边的角落里面"],
        ["W" * 255, "i" * 30],
    ],
    ids=["short", "long", "combined", "wide", "endless"],
)
@pytest.mark.parametrize("gpus", [1, 12, 16])
def test_no_line_is_wider_than_a_phone(
    names: list[str], columns: list[Column], gpus: int
) -> None:
    """Test 40 columns are kept, where signs and Chinese characters take two."""
    rows = [row(name, gpus, rate) for name in names for rate in (0.7, 30, 100_000)]
    rows.append(down())
    (table,) = tables(rows, columns)
    assert WIDTH == 40
    for line in table.splitlines():
        assert width(line) <= WIDTH, line
        assert line == line.rstrip() or not columns


def test_a_rig_is_a_line() -> None:
    """Test columns are aligned, and each value says by itself what it is."""
    assert tables(
        [
            row("Shelf 1"),
            row(LONG, 12),
            down(),
            row("stands", hash_rate=0.0, alive_gpus=0),
            row("Würfel", 3, 650, hash_unit=HashUnit("Sol/s"), problems=PROBLEMS),
            down("机架", count=8, maintenance=True),
        ],
        USUAL,
    ) == [
        """
🟢 Shelf 1          180.0 MH/s   6/6 65°
🟢 Rack No… (Süd)   360.0 MH/s 12/12 71°
🔴 down                      -   -/6   -
🔴 stands             0.0 MH/s   0/6 65°
🟠 Würfel         1950.0 Sol/s   3/3 62°
🔧 机架                      -   -/8   -
"""[1:-1]
    ]


def test_a_rig_is_a_block_where_a_line_is_too_narrow() -> None:
    """Test a name has a line of its own, and what is not known is left out."""
    assert tables(
        [row("Shelf 1"), row(LONG, 12, power=12_345), down()],
        [
            Column.HASH_RATE,
            Column.GPUS,
            Column.GPU_TEMPERATURES,
            Column.POWER,
            Column.UPTIME,
            Column.MINER_UPTIME,
            Column.REPORT_AGE,
        ],
    ) == [
        """
🟢 Shelf 1
   180.0 MH/s  6/6  60 61 62 63 64 65°
   780 W  🔌2d  🔨2h  📡3m
🟢 Rack Nord, Fach 12, links (Süd)
   360.0 MH/s  12/12
   60 61 62 63 64 65 66 67 68 69 70 71°
   12.3 kW  🔌2d  🔨2h  📡3m
🔴 down
   -/6  📡3m
"""[1:-1]
    ]


def test_a_block_may_have_nothing_to_say() -> None:
    """Test a rig of which nothing is known is not left out."""
    rows = [down(reported_at=None), row(LONG, 16)]
    assert tables(rows, [Column.HASH_RATE, Column.GPU_HASH_RATES]) == [
        """
🔴 down
   -
🟢 Rack Nord, Fach 12, links (Süd)
   480.0 MH/s  30 30 30 30 30 30 30 30
   30 30 30 30 30 30 30 30
"""[1:-1]
    ]


def test_each_gpu_is_shown_at_its_place() -> None:
    """Test a GPU that is silent is told from one that stands still or is slow."""
    gpus = tuple(
        Gpu(number=i, hash_rate=rate) for i, rate in enumerate((None, 0.0, 0.75, 30.4))
    )
    rows = [Row(name="Shelf 1", rig=Rig(rig_id="a1b2c3", gpus=gpus), now=NOW)]
    assert tables(rows, [Column.GPU_HASH_RATES]) == ["🟢 Shelf 1 - 0 0.8 30"]


def test_what_is_not_current_is_marked() -> None:
    """Test nobody takes what was read before an outage for how it is."""
    rows = [row("Shelf 1", is_current=False), down(is_current=False)]
    (table,) = tables(rows, [Column.GPUS])
    assert table == "⚪ Shelf 1 6/6\n⚪ down    -/6"


def test_large_farms_are_more_than_one_message() -> None:
    """Test no rig is cut in two, lost or told twice."""
    rows = [row(f"Shelf {i} {LONG}", 12) for i in range(120)]
    found = tables(rows, list(Column))
    assert len(found) > 2
    assert all(len(table) <= SIZE for table in found)
    lines = "\n".join(found).splitlines()
    assert len(lines) == len(rows) * 6
    assert all(table.startswith("🟢 Shelf ") for table in found)
    assert tables([], USUAL) == []


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (timedelta(seconds=-5), "0m"),
        (timedelta(seconds=59), "0m"),
        (timedelta(minutes=59), "59m"),
        (timedelta(minutes=60), "1h"),
        (timedelta(hours=47), "47h"),
        (timedelta(hours=48), "2d"),
    ],
    ids=str,
)
def test_an_age_is_short(duration: timedelta, text: str) -> None:
    """Test the unit grows with it."""
    assert age(duration) == text


def panel(*rows: Row) -> Panel:
    """Return a panel of rigs."""
    rigs = {str(number): one.rig for number, one in enumerate(rows)}
    return Panel(rigs=rigs, time=NOW, read_at=NOW, moved_at=NOW)


@pytest.mark.parametrize(
    ("shown", "old", "text"),
    [
        (
            panel(row("a"), row("b", problems=PROBLEMS)),
            None,
            "🖥 2/2  🎛 12/12  ⛏ 360.0 MH/s  ⚡ 1560 W  🌡 65°  ⚠️ 1",
        ),
        (
            panel(row("a", 12, 5000), row("b", 80, 600, hash_unit=HashUnit("Sol/s"))),
            timedelta(minutes=23),
            "🕒 23m  🖥 2/2  🎛 92/92  ⛏ 60000 MH/s + 48000 Sol/s  ⚡ 12.0 kW  🌡 139°",
        ),
        (panel(down()), None, "🖥 0/1  🎛 0/6  ⛏ -"),
        (panel(), None, "🖥 0/0  🎛 0/0  ⛏ -"),
    ],
    ids=["usual", "large and old", "down", "empty"],
)
def test_a_panel_is_a_line(shown: Panel, old: timedelta | None, text: str) -> None:
    """Test units are never added, and what is not known is left out."""
    assert summary(shown, old) == text
