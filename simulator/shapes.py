"""Which ethOS versions rigs run, and how the panel answers at their time."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from .hardware import Driver

type Version = tuple[int, int, int]


def version(text: str) -> Version:
    """Return a version as numbers that compare."""
    major, minor, patch = map(int, text.split("."))
    return major, minor, patch


class Shape(StrEnum):
    """A kind of answer, named after the newest ethOS of its time."""

    V1_1_8 = "1.1.8"
    """January 2017."""
    V1_2_1 = "1.2.1"
    """June 2017."""
    V1_2_9 = "1.2.9"
    """February 2018."""
    V1_3_0 = "1.3.0"
    """May 2018."""
    V1_3_3 = "1.3.3"
    """November 2021."""
    MIXED = "mixed"
    """As of November 2021, with rigs that were never updated among the others."""


@dataclass(frozen=True, slots=True)
class Era:
    """What stands behind a shape."""

    newest: str
    """Newest version of ethOS; decides the fields that the panel knows."""
    versions: tuple[str, ...]
    """Versions that rigs run."""
    amd: Driver = Driver.AMDGPU
    """What drives the AMD cards of its time."""


ERAS: Mapping[Shape, Era] = {
    Shape.V1_1_8: Era("1.1.8", ("1.1.8",), Driver.FGLRX),
    Shape.V1_2_1: Era("1.2.1", ("1.2.1",)),
    Shape.V1_2_9: Era("1.2.9", ("1.2.5", "1.2.7", "1.2.9")),
    Shape.V1_3_0: Era("1.3.0", ("1.3.0",)),
    Shape.V1_3_3: Era("1.3.3", ("1.3.3",)),
    Shape.MIXED: Era("1.3.3", ("1.2.5", "1.2.9", "1.3.0", "1.3.1", "1.3.3")),
}
