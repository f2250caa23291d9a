"""Run trials as they are in the docs, and renew what the docs say of them."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from trials.power.__main__ import main as power
from trials.telling.__main__ import main as telling

TRIALS: Final[Mapping[str, Callable[[Sequence[str]], None]]] = {
    "telling": telling,
    "power": power,
}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="trials", description=__doc__)
    parser.add_argument("trial", nargs="*", help=f"any of {', '.join(TRIALS)}, or all")
    for name in parser.parse_args().trial or TRIALS:
        TRIALS[name]([])
