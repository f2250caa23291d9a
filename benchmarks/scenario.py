"""What can happen between two polls."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from .farm import Farm, Size

_WARM_UP: Final = 4


class Scenario(StrEnum):
    """What a poll brings."""

    NONE = "nothing new"
    THIRD = "a third of the rigs reported"
    REPORTS = "all rigs reported"
    ALL = "everything changed"
    OUTAGE = "outage"
    RECOVERY = "recovery"


@dataclass(frozen=True, kw_only=True, slots=True)
class Poll:
    """An answer, and what it brings."""

    number: int
    """Of the round; those below zero do not count."""
    scenario: Scenario
    body: bytes
    status: int = 200


def first(size: Size) -> bytes:
    """Return the answer with which every sequence of polls begins."""
    return Farm(size).body()


def polls(size: Size, rounds: int) -> Iterator[Poll]:
    """Return so many rounds of all scenarios, the same every time.

    Some more come first, since a program that has just started is slower.
    """
    farm = Farm(size)
    for number in range(-_WARM_UP, rounds):
        farm.tick()
        yield Poll(number=number, scenario=Scenario.NONE, body=farm.body())
        farm.report([number % 3])
        yield Poll(number=number, scenario=Scenario.THIRD, body=farm.body())
        farm.report()
        yield Poll(number=number, scenario=Scenario.REPORTS, body=farm.body())
        farm.reboot()
        yield Poll(number=number, scenario=Scenario.ALL, body=farm.body())
        farm.tick()
        yield Poll(number=number, scenario=Scenario.OUTAGE, body=b"", status=503)
        farm.recover()
        yield Poll(number=number, scenario=Scenario.RECOVERY, body=farm.body())
