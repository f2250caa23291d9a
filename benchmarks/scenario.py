"""What can happen between two polls."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from .farm import Farm, Size


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

    scenario: Scenario
    body: bytes
    status: int = 200


def first(size: Size) -> bytes:
    """Return the answer with which every sequence of polls begins."""
    return Farm(size).body()


def polls(size: Size, rounds: int) -> Iterator[Poll]:
    """Return so many rounds of all scenarios, the same every time."""
    farm = Farm(size)
    for number in range(rounds):
        farm.tick()
        yield Poll(scenario=Scenario.NONE, body=farm.body())
        farm.report([number % 3])
        yield Poll(scenario=Scenario.THIRD, body=farm.body())
        farm.report()
        yield Poll(scenario=Scenario.REPORTS, body=farm.body())
        farm.reboot()
        yield Poll(scenario=Scenario.ALL, body=farm.body())
        farm.tick()
        yield Poll(scenario=Scenario.OUTAGE, body=b"", status=503)
        farm.recover()
        yield Poll(scenario=Scenario.RECOVERY, body=farm.body())
