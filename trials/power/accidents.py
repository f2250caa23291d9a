"""What happens to rigs and plugs, and whether a power cycle can heal it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import partial
from random import Random
from typing import Final, Protocol

from simulator import Farm, Loss, Phase, Rig
from simulator.dice import dice

from .agenda import Agenda
from .plug import Fault, Plug

HOUR: Final = 3600.0
DAY: Final = 86_400.0
"""Both in s."""

GPUS: Final = 2
"""Of each rig: what is measured does not depend on it, and few are soon read."""
_REST: Final = 3 * HOUR
"""s between two accidents of a rig at least."""
_UNTIL_HOT_RIG_HANGS: Final = 1200.0
"""s."""


class Need(Enum):
    """What a rig needs."""

    CYCLE = auto()
    """Its power cut and given back."""
    PERSON = auto()
    """Somebody with a screwdriver: no cycle helps."""
    NOTHING = auto()
    """To be left alone."""


class Site(Protocol):
    """Where it happens."""

    farm: Farm
    agenda: Agenda
    plugs: dict[str, Plug]


@dataclass(kw_only=True, slots=True)
class Accident:
    """Something that happens to a rig."""

    kind: Kind
    rig_id: str
    at: float
    """Unix time, s."""
    until: float
    """When a person comes and mends everything (Unix time, s)."""
    gpu: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A kind of accident."""

    name: str
    weight: int
    """How often it happens beside the others."""
    need: Need
    begin: Callable[[Site, Accident], None]
    hours: tuple[float, float] = (12.0, 24.0)
    """Until a person comes, at least and at most."""
    is_silent: bool = True
    """Whether the rig is heard no more."""
    is_hot: bool = False
    is_off_network: bool = False


def _rig(act: Callable[[Rig, int], object]) -> Callable[[Site, Accident], None]:
    """Return what does something to a rig."""

    def begin(site: Site, accident: Accident) -> None:
        act(site.farm.rig(accident.rig_id), accident.gpu)

    return begin


def _hang_at(fault: Fault) -> Callable[[Site, Accident], None]:
    """Return what lets a rig hang whose plug is broken."""

    def begin(site: Site, accident: Accident) -> None:
        site.plugs[accident.rig_id].fail(fault)
        site.farm.rig(accident.rig_id).hang()

    return begin


def _hang_hot(site: Site, accident: Accident) -> None:
    """Let a rig get hot and then hang."""
    rig = site.farm.rig(accident.rig_id)
    rig.throttle(gpu=accident.gpu)

    def hang() -> None:
        if rig.phase is Phase.RUNNING:
            rig.hang()

    site.agenda.after(_UNTIL_HOT_RIG_HANGS, hang)


_HANG = partial(Kind, need=Need.CYCLE, begin=_rig(lambda rig, _: rig.hang()))
_BROKEN = partial(Kind, need=Need.PERSON)
_OTHER = partial(Kind, need=Need.NOTHING)

_BUTTON: Final = "any of these, and the BIOS waits for the button"

KINDS: Final[tuple[Kind, ...]] = (
    _HANG(name="hang", weight=30),
    *[
        _HANG(name=f"hang, and the plug {fault.value}", weight=3, begin=_hang_at(fault))
        for fault in (Fault.FAINT, Fault.FORGETFUL, Fault.SLOW)
    ],
    _HANG(
        name="miner stopped until a boot",
        weight=5,
        begin=_rig(lambda rig, _: rig.stop_miner()),
        is_silent=False,
    ),
    _HANG(
        name="GPU stuck until a boot",
        weight=7,
        begin=_rig(lambda rig, gpu: rig.lose_gpu(gpu=gpu)),
        is_silent=False,
    ),
    *[
        _BROKEN(
            name=f"hang, and the plug {fault.value}", weight=2, begin=_hang_at(fault)
        )
        for fault in (Fault.ABSENT, Fault.STUCK_ON, Fault.STUCK_OFF, Fault.WELDED)
    ],
    _BROKEN(
        name="power supply dead",
        weight=4,
        begin=_rig(lambda rig, _: rig.break_power_supply()),
    ),
    _BROKEN(name="mainboard dead", weight=3, begin=_rig(lambda rig, _: rig.kill())),
    _BROKEN(
        name="GPU dead",
        weight=3,
        begin=_rig(
            lambda rig, gpu: rig.lose_gpu(gpu=gpu, kind=Loss.VANISHED, lasting=True)
        ),
        is_silent=False,
    ),
    _OTHER(
        name="network of the rig lost",
        weight=7,
        hours=(0.5, 6.0),
        begin=_rig(lambda rig, _: rig.lose_network()),
        is_off_network=True,
    ),
    _OTHER(
        name="reboot",
        weight=6,
        hours=(0.5, 1.0),
        begin=_rig(lambda rig, _: rig.reboot()),
    ),
    _OTHER(
        name="overheated, miner ended by ethOS",
        weight=4,
        hours=(2.0, 10.0),
        begin=_rig(lambda rig, gpu: rig.overheat(gpu=gpu)),
        is_silent=False,
        is_hot=True,
    ),
    _OTHER(
        name="throttled for heat, then hung",
        weight=3,
        hours=(2.0, 10.0),
        begin=_hang_hot,
        is_hot=True,
    ),
    _OTHER(
        name="somebody works at the rig, its plug off",
        weight=5,
        hours=(0.5, 4.0),
        begin=lambda site, accident: site.plugs[accident.rig_id].take(),
    ),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outage:
    """Something that happens to many rigs at once."""

    name: str
    at: float
    until: float
    """Both Unix times, s."""
    rigs: Sequence[str]
    has_power: bool
    """Whether they mine on, and are only not heard."""
    is_all: bool
    """Whether it is the whole farm."""
    is_homes: bool
    """Whether Home Assistant has no mains either; some have a battery for it."""


# Name, days between two, minutes, share of the rigs, whether they have power.
_OUTAGES: Final = (
    ("farm off the internet", 4.0, (15.0, 180.0), 1.0, True),
    ("farm without mains", 8.0, (5.0, 120.0), 1.0, False),
    ("a switch dead, a tenth of the rigs unheard", 5.0, (15.0, 180.0), 0.1, True),
    ("a breaker tripped, a tenth of the rigs dark", 6.0, (5.0, 120.0), 0.1, False),
)


def accidents(
    seed: int,
    rigs: Iterable[str],
    waiting: frozenset[str],
    span: tuple[float, float],
    every: float,
) -> Iterator[Accident]:
    """Yield what happens to each rig in a time, so many s apart on average.

    Some rigs wait for their button when power comes back.
    """
    weights = [kind.weight for kind in KINDS]
    since, end = span
    for rig_id in rigs:
        rng = dice(seed, rig_id, "accidents of power")
        at = since - _REST
        while True:
            at += _REST + rng.expovariate(1 / (every - _REST))
            (kind,) = rng.choices(KINDS, weights)
            until = at + rng.uniform(*kind.hours) * HOUR
            if kind.need is Need.CYCLE and rig_id in waiting:
                kind = replace(kind, name=_BUTTON, need=Need.PERSON)
            if until > end:
                break
            yield Accident(
                kind=kind,
                rig_id=rig_id,
                at=at,
                until=until,
                gpu=rng.randrange(GPUS),
            )
            at = until


def outages(
    rng: Random, rigs: Sequence[str], span: tuple[float, float], peace: float
) -> Iterator[Outage]:
    """Yield what happens to many rigs at once."""
    since, end = span
    for name, days, minutes, share, has_power in _OUTAGES:
        apart = days * DAY * peace
        # Each happens once at least, however short a time is.
        at = since + rng.random() * min(apart, (end - since) / 2)
        while at < end:
            lasts = 60 * rng.uniform(*minutes)
            first = rng.randrange(len(rigs))
            hit = max(1, round(share * len(rigs)))
            some = [rigs[(first + number) % len(rigs)] for number in range(hit)]
            if at + lasts < end:
                yield Outage(
                    name=name,
                    at=at,
                    until=at + lasts,
                    rigs=some,
                    has_power=has_power,
                    is_all=share == 1,
                    is_homes=share == 1 and not has_power and rng.random() < 1 / 2,
                )
            at += lasts + HOUR + rng.expovariate(1 / apart)
