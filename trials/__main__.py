"""Run all trials as they are in the docs, and renew what the docs say of them."""

from collections.abc import Callable
from typing import Final

from trials.telling.__main__ import main as telling

TRIALS: Final[tuple[Callable[[], None], ...]] = (telling,)

if __name__ == "__main__":
    for trial in TRIALS:
        trial()
