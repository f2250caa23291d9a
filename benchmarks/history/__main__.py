"""Count what a recorder keeps of a week, and keep the table of it."""

import argparse
import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
import logging
from pathlib import Path
import sys
import time
from typing import Final

from homeassistant.const import __version__

from benchmarks.farm import Size
from benchmarks.meter import metered
from benchmarks.mirror import Row
from benchmarks.rehearsal import rehearse
from benchmarks.soak.swift import with_clock
from benchmarks.transport import transport
from trials.page import renew

from .databases import Content, content, postgresql, sqlite
from .week import Way, live

_README: Final = Path(__file__).parents[1] / "README.md"
_SIZE: Final = Size(rigs=10, gpus=6)
_DAYS: Final = 7
_DATABASES: Final = {"SQLite": sqlite, "PostgreSQL": postgresql}
_MB: Final = 1_000_000
# Before the clock is put forward.
_HEAD: Final = f"""\
{datetime.now(UTC):%Y-%m-%d}, Home Assistant {__version__}.

| database | what is shown | rows of states a day | MB a day | of these states\
 | short-term statistics | long-term statistics | rows and MB, as many times as this |
|---|---|---|---|---|---|---|---|"""


def main() -> None:
    """Count."""
    parser = argparse.ArgumentParser(prog="benchmarks.history", description=__doc__)
    parser.add_argument("--database", choices=_DATABASES, help="one of them alone")
    parser.add_argument("--days", type=int, default=_DAYS, help="only to try it")
    options = parser.parse_args()
    if not with_clock("benchmarks.history", sys.argv[1:]):
        return
    logging.disable(logging.CRITICAL)
    rows = _rows()
    for name in [options.database] if options.database else _DATABASES:
        table = "\n".join((_HEAD, *_of(name, options.days, rows)))
        sys.stdout.write(f"{table}\n")
        if options.days == _DAYS:
            renew(f"history {name}", table, _README)


def _rows() -> list[Row]:
    """Return what the integration shows of the farm."""
    with metered() as meter, transport(b"") as panel:
        return asyncio.run(rehearse(_SIZE, 0, meter, panel, exact=False)).rows


def _of(name: str, days: int, rows: list[Row]) -> Iterator[str]:
    """Return a line for each way."""
    this: Content | None = None
    for way in Way:
        began = time.perf_counter()
        with _DATABASES[name]() as url:
            live(way, _SIZE, days, rows, url)
            found = content(url)
        this = this or found
        sys.stderr.write(f"{name}, {way}: {time.perf_counter() - began:.0f} s\n")
        sizes = found.sizes
        yield (
            f"| {name} | {way} | {found.rows['states'] / days:,.0f}"
            f" | {found.size / days / _MB:.1f}"
            f" | {(sizes['states'] + sizes['state_attributes']) / days / _MB:.1f}"
            f" | {sizes['statistics_short_term'] / days / _MB:.1f}"
            f" | {sizes['statistics'] / days / _MB:.2f}"
            f" | {found.rows['states'] / this.rows['states']:.1f},"
            f" {found.size / this.size:.1f} |"
        )


if __name__ == "__main__":
    main()
