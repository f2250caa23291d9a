"""Run the trial, print its tables, and keep those of the usual setting in the docs."""

import argparse
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
import os
import sys

from trials.page import renew

from .report import complaints, report
from .run import Setting
from .tally import tally
from .watchers import WATCHERS


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what is asked for."""
    usual = Setting()
    parser = argparse.ArgumentParser(prog="trials.power", description=__doc__)
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument("--rigs", type=int, default=usual.rigs)
    parser.add_argument("--days", type=float, default=usual.days)
    parser.add_argument("--peace", type=float, default=usual.peace)
    setting = Setting(**vars(parser.parse_args(arguments)))
    # The same farm for each, and nothing between them.
    with ProcessPoolExecutor(min(len(WATCHERS), os.process_cpu_count() or 1)) as pool:
        tallies = list(pool.map(partial(tally, setting), range(len(WATCHERS))))
    for complaint in complaints(tallies[0]):
        sys.stderr.write(f"{complaint}\n")
    tables = report(setting, tallies)
    sys.stdout.write(f"{tables}\n")
    if setting == usual:
        renew("power", tables)


if __name__ == "__main__":
    main()
