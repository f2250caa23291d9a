"""Measure, print the tables, and keep those of all farms in the README."""

import argparse
import asyncio
import logging
from pathlib import Path
import sys
from typing import Final

from .farm import Size
from .measure import measure_parse, measure_polls, measure_set_up
from .memory import measure_memory
from .meter import Meter, metered
from .rehearsal import rehearse
from .report import Result, report
from .transport import Transport, transport

_README: Final = Path(__file__).with_name("README.md")
_MARK: Final = "<!-- what follows is written by the benchmark -->\n"

# The smallest is measured only for its answer. Rounds of polls, and of set-ups.
_ROUNDS: Final = {
    Size(rigs=1, gpus=6): (0, 0),
    Size(rigs=10, gpus=6): (32, 6),
    Size(rigs=100, gpus=8): (12, 4),
}
_OTHER: Final = (12, 4)


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument(
        "--farm",
        type=Size.parse,
        metavar="RIGSxGPUS",
        help="measure a farm of this size alone, and leave the README as it is",
    )
    size = parser.parse_args().farm
    # Outages are part of it.
    logging.disable(logging.CRITICAL)
    results = []
    with metered() as meter, transport(b"") as panel:
        for one in [size] if size else _ROUNDS:
            sys.stderr.write(f"Measuring {one} ...\n")
            results.append(_measure(one, meter, panel))
    tables = report(results)
    sys.stdout.write(f"{tables}\n")
    if size is None:
        before, _, _ = _README.read_text("utf-8").partition(_MARK)
        _README.write_text(f"{before}{_MARK}\n{tables}\n", "utf-8")


def _measure(size: Size, meter: Meter, panel: Transport) -> Result:
    """Measure a farm."""
    rounds, set_ups = _ROUNDS.get(size, _OTHER)
    parse = measure_parse(size)
    script, banded = (
        asyncio.run(rehearse(size, rounds, meter, panel, exact=exact))
        for exact in (True, False)
    )
    if not rounds:
        return Result(size=size, parse=parse, script=script, banded=banded.writes)
    polls = asyncio.run(measure_polls(script, rounds, meter, panel))
    set_up = measure_set_up(script, set_ups, meter, panel)
    return Result(
        size=size,
        parse=parse,
        script=script,
        banded=banded.writes,
        polls=polls,
        set_up=set_up,
        memory=measure_memory(script, panel),
    )


if __name__ == "__main__":
    main()
