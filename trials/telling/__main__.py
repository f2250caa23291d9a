"""Run the trial, print its tables, and keep those of the usual setting in the docs."""

import argparse
from collections.abc import Sequence
import sys

from simulator import Shape
from trials.page import renew

from .report import complaints, report
from .run import Run, Setting


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what is asked for."""
    usual = Setting()
    parser = argparse.ArgumentParser(prog="trials.telling", description=__doc__)
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument("--rigs", type=int, default=usual.rigs)
    parser.add_argument("--days", type=float, default=usual.days)
    parser.add_argument("--peace", type=float, default=usual.peace)
    parser.add_argument("--shape", type=Shape, choices=list(Shape), default=usual.shape)
    setting = Setting(**vars(parser.parse_args(arguments)))
    run = Run(setting)
    run.run()
    for complaint in complaints(run):
        sys.stderr.write(f"{complaint}\n")
    tables = report(run)
    sys.stdout.write(f"{tables}\n")
    if setting == usual:
        renew("telling", tables)


if __name__ == "__main__":
    main()
