"""What one may choose of a farm."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from .errors import SimulatorError
from .ethos import UNREACHABLE
from .hardware import MINERS, MOST_GPUS
from .shapes import Shape

START: Final = 1_636_000_000.0
"""Unix time (s) unless somebody sets it: November 2021, when panels were last seen."""
MOST_RIGS: Final = 1000
"""Rigs of a farm."""
MOST_FAULTS: Final = 1000
"""Faults of a rig a day: about one a minute."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What a farm is like; the same plan makes the same farm.

    Raises SimulatorError of measures that no farm has.
    """

    seed: int = 0
    rigs: int = 10
    gpus: int = 6
    """Of each rig."""
    shape: Shape = Shape.MIXED
    miners: Collection[str] = tuple(MINERS)
    start: float = START
    """Of the clock, in Unix time (s)."""
    timeout: float = UNREACHABLE
    """s after which the panel calls a rig unreachable."""
    faults: float = 0
    """Of each rig a day, on average."""

    def __post_init__(self) -> None:
        """Say what is wrong with the measures."""
        if not 0 <= self.rigs <= MOST_RIGS:
            raise SimulatorError(f"rigs must be 0 to {MOST_RIGS}, not {self.rigs}")
        if not 1 <= self.gpus <= MOST_GPUS:
            raise SimulatorError(f"gpus must be 1 to {MOST_GPUS}, not {self.gpus}")
        if not self.miners or not MINERS.keys() >= set(self.miners):
            raise SimulatorError(f"miners must be some of {', '.join(MINERS)}")
        if not 0 <= self.faults <= MOST_FAULTS:
            raise SimulatorError(
                f"faults must be 0 to {MOST_FAULTS} a day, not {self.faults}"
            )
