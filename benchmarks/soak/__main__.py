"""Run one of the soaks, print what was seen, and keep that of a whole one."""

import argparse
import sys

from benchmarks.farm import Size

from . import hour, month, panels, thousand
from .page import Result, keep
from .swift import with_clock


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(prog="benchmarks.soak", description=__doc__)
    parser.add_argument("run", choices=["hour", "month", "thousand", "panels"])
    parser.add_argument("--minutes", type=float, help="of the hour, only to try it")
    parser.add_argument("--days", type=int, help="of the month, only to try it")
    parser.add_argument("--farm", type=Size.parse, help="another, only to try it")
    options = parser.parse_args()
    if options.run == "month" and not with_clock("benchmarks.soak", sys.argv[1:]):
        return
    result = _run(options)
    sys.stdout.write(f"{result.tables}\n")
    sys.stderr.write("".join(f"{text}\n" for text in result.complaints))
    if options.minutes is options.days is options.farm is None:
        keep(options.run, result)


def _run(options: argparse.Namespace) -> Result:
    """Run what was chosen."""
    match options.run:
        case "hour":
            return hour.run(options.farm or hour.SIZE, options.minutes or hour.MINUTES)
        case "month":
            return month.run(options.farm or month.SIZE, options.days or month.DAYS)
        case "thousand":
            return thousand.run(options.farm or thousand.SIZE)
    return panels.run(options.farm or panels.SIZE)


if __name__ == "__main__":
    main()
