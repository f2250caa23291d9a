"""What is done to rigs, from when on an answer shows it, and what it explains.

The sets are as small as the truth allows: what a fault does not cause is a false alarm
even while it lasts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from math import log
from typing import Final

from custom_components.ethos.panel import ChangeType
from simulator import Farm, Loss, Rig
from simulator.hardware import MINERS

from .look import Look

MINUTE: Final = 60.0
HOUR: Final = 3600.0
DAY: Final = 86_400.0
"""All in s."""

DROP: Final = 0.9
"""Below this share of its level a hash rate has dropped, unless a user sets it."""
_WAVER: Final = 0.002
"""Share by which a reading wavers: what only just crosses the limit shows nothing."""
RISE: Final = 1.1
_RECOVERED: Final = 0.925
"""A rate that recovers must come this far, or it would be told again and again."""
_WARM: Final = 38
"""°C, of a GPU that was below 35: as above."""
_HOT_FAN: Final = 60
"""°C, below which a fan may rest."""

_NOTHING: Final[frozenset[ChangeType]] = frozenset()


@dataclass(kw_only=True, slots=True)
class Fault:
    """Something done to a rig at a moment, and undone at another."""

    kind: Kind
    rig_id: str
    at: float
    """Unix time, s."""
    until: float | None
    """Unix time, s; none if it is over at once, or stays."""
    gpu: int = 0
    """Its number, as plugged in."""
    size: float = 0.0
    """How bad it is, from 0 to 1."""
    slot: str = ""
    """Of that GPU."""
    level: float = 0.0
    """What the rig mined before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A kind of fault."""

    name: str
    weight: int
    """How often it is beside the others."""
    hours: tuple[float, float] | None = None
    """How long it lasts at least and at most, if it has an end."""
    lasts: Callable[[float], float] | None = None
    """How many hours by its size, where that decides, before somebody mends it."""
    begin: Callable[[Farm, Fault], object]
    end: Callable[[Farm, Fault], object] | None = None
    shows: Callable[[Look, Fault], bool] = lambda _, __: False
    """Whether an answer shows that it has begun."""
    is_over: Callable[[Look, Fault], bool] = lambda _, __: False
    """Whether an answer shows that it has ended."""
    tells: frozenset[ChangeType] = _NOTHING
    """What must be told; empty for what is no fault."""
    may_tell: frozenset[ChangeType] = _NOTHING
    """What is true besides."""
    ends: frozenset[ChangeType] = _NOTHING
    """What must be told of its end."""
    may_end: frozenset[ChangeType] = _NOTHING
    """What is true besides."""
    of_gpu: bool = False
    """Whether it is about one GPU."""
    ethogram: frozenset[str] = frozenset()
    """What ethogram may say to have told it."""
    quiet: float = HOUR
    """s in which nothing is done to the rig before."""
    is_last: bool = False
    """Whether nothing is done to the rig any more."""

    @property
    def is_fault(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.tells)


def _do(act: Callable[[Rig], object]) -> Callable[[Farm, Fault], object]:
    """Return what does something to a rig."""
    return lambda farm, fault: act(farm.rig(fault.rig_id))


def _since(
    time: Callable[[Fault], float | None], shows: Callable[[Look, Fault], bool]
) -> Callable[[Look, Fault], bool]:
    """Return what a report later than a moment shows."""

    def told(look: Look, fault: Fault) -> bool:
        moment = time(fault)
        return (
            moment is not None
            and look.reported_at > moment
            and not look.is_down
            and shows(look, fault)
        )

    return told


_begun = partial(_since, lambda fault: fault.at)
_over = partial(_since, lambda fault: fault.until)


def _power_cycle(rig: Rig) -> None:
    """Cut the power and give it back."""
    rig.plug(on=False)
    rig.plug(on=True)


def _restart_with(rig: Rig, gpu: int) -> None:
    """Let a miner that starts anew find its GPU again."""
    rig.restore_gpu(gpu=gpu)
    rig.restart_miner()


def _change_miner(rig: Rig, size: float) -> None:
    """Let any other miner run."""
    driver = rig.build.driver
    others = [
        name
        for name, miner in MINERS.items()
        if driver in miner.drivers and name != rig.miner_name
    ]
    rig.change_miner(miner=others[int(size * len(others))])


def _chill(rig: Rig, gpu: int) -> None:
    """Let a GPU stay cold, as one that only seems to work."""
    rig.cool_down()
    rig.gpus[gpu].heated_to = 28.0


def decline_per_hour(size: float) -> float:
    """Return the share of the rate that a decline takes in an hour.

    The slowest takes a tenth in 21 hours: what is slower takes less than that in a day.
    """
    return 0.005 * 8**size


def hours_to_drop(size: float) -> float:
    """Return after how many hours a decline has taken a tenth."""
    return log(DROP) / log(1 - decline_per_hour(size))


def _lost(look: Look, fault: Fault) -> bool:
    """Return whether a GPU is missing or does nothing while others work."""
    return look.hash_rate > 0 and not look.of_gpu(fault.slot, "miner_hashes")


def _found(look: Look, fault: Fault) -> bool:
    """Return whether it works."""
    return bool(look.of_gpu(fault.slot, "miner_hashes"))


def _no_fan(look: Look, fault: Fault) -> bool:
    """Return whether the fan of a hot GPU does not turn."""
    temperature = look.of_gpu(fault.slot, "temp")
    return (
        look.of_gpu(fault.slot, "fanrpm") == 0
        and temperature is not None
        and temperature > _HOT_FAN
    )


def _temperature(look: Look, fault: Fault) -> float:
    """Return how hot a GPU says it is, in °C."""
    return look.of_gpu(fault.slot, "temp") or 0.0


_DOWN: Final = partial(
    Kind,
    hours=(0.3, 2.0),
    shows=lambda look, _: look.is_down,
    is_over=_over(lambda *_: True),
    tells=frozenset({ChangeType.RIG_DOWN}),
    ends=frozenset({ChangeType.RIG_UP}),
    ethogram=frozenset({"offline", "hash_rate_dropped"}),
)
_REBOOT: Final = partial(
    Kind,
    shows=_begun(lambda look, fault: look.booted_at > fault.at),
    tells=frozenset({ChangeType.RIG_REBOOTED}),
    ethogram=frozenset({"rebooted"}),
)
_GPU_LOST: Final = partial(
    Kind,
    hours=(0.3, 5.0),
    shows=_begun(_lost),
    is_over=_over(_found),
    tells=frozenset({ChangeType.GPU_LOST}),
    ends=frozenset({ChangeType.GPU_FOUND}),
    of_gpu=True,
    # It knows rigs only, but may notice what the GPU did.
    ethogram=frozenset({"hash_rate_dropped"}),
)
_STOP: Final = partial(
    Kind,
    hours=(0.3, 3.0),
    begin=_do(lambda rig: rig.stop_miner()),
    shows=_begun(lambda look, _: look.hash_rate == 0),
    is_over=_over(lambda look, _: look.hash_rate > 0),
    tells=frozenset({ChangeType.MINING_STOPPED}),
    ends=frozenset({ChangeType.MINING_RESUMED}),
    ethogram=frozenset({"hash_rate_dropped", "miner_restarted"}),
)
_SLOWER: Final = partial(
    Kind,
    shows=_begun(
        lambda look, fault: 0 < look.hash_rate < (DROP - _WAVER) * fault.level
    ),
    is_over=_over(lambda look, fault: look.hash_rate > _RECOVERED * fault.level),
    tells=frozenset({ChangeType.HASH_RATE_DROPPED}),
    ends=frozenset({ChangeType.HASH_RATE_RECOVERED}),
    ethogram=frozenset({"hash_rate_dropped"}),
)

CUT: Final = _DOWN(
    name="farm off the internet for long",
    weight=0,
    begin=lambda farm, _: farm.cut_network(),
    end=lambda farm, _: farm.restore_network(),
)
ADDED: Final = Kind(
    name="rig added",
    weight=0,
    begin=lambda farm, fault: farm.add(rig_id=fault.rig_id),
    shows=lambda look, _: look.is_listed,
    tells=frozenset({ChangeType.RIG_ADDED}),
    ethogram=frozenset({"added"}),
)
RETURNING: Final = Kind(
    name="rig removed and brought back",
    weight=2,
    hours=(0.3, 4.0),
    begin=lambda farm, fault: farm.remove(rig_id=fault.rig_id),
    end=lambda farm, fault: farm.add(rig_id=fault.rig_id),
    shows=lambda look, _: not look.is_listed,
    is_over=_over(lambda look, _: look.is_listed),
    tells=frozenset({ChangeType.RIG_REMOVED}),
    ends=frozenset({ChangeType.RIG_ADDED}),
    # As long as it is remembered, it is known to have been off.
    may_end=frozenset({ChangeType.RIG_REBOOTED}),
    ethogram=frozenset({"removed"}),
)
REMOVED: Final = Kind(
    name="rig removed",
    weight=1,
    begin=lambda farm, fault: farm.remove(rig_id=fault.rig_id),
    shows=lambda look, _: not look.is_listed,
    tells=frozenset({ChangeType.RIG_REMOVED}),
    ethogram=frozenset({"removed"}),
    is_last=True,
)
LOST_REPORT: Final = Kind(
    name="a report of a rig lost",
    weight=8,
    hours=(0.04, 0.05),
    begin=_do(lambda rig: rig.lose_network()),
    end=_do(lambda rig: rig.restore_network()),
)

KINDS: Final[tuple[Kind, ...]] = (
    _REBOOT(name="reboot", weight=10, begin=_do(lambda rig: rig.reboot())),
    _REBOOT(name="reboot by ethOS", weight=5, begin=_do(lambda rig: rig.autoreboot())),
    _DOWN(
        name="hang, ended by its plug",
        weight=10,
        begin=_do(lambda rig: rig.hang()),
        end=_do(_power_cycle),
        may_end=frozenset({ChangeType.RIG_REBOOTED}),
    ),
    _DOWN(
        name="power lost",
        weight=3,
        begin=_do(lambda rig: rig.plug(on=False)),
        end=_do(lambda rig: rig.plug(on=True)),
        may_end=frozenset({ChangeType.RIG_REBOOTED}),
    ),
    _DOWN(
        name="network of a rig lost",
        weight=4,
        begin=_do(lambda rig: rig.lose_network()),
        end=_do(lambda rig: rig.restore_network()),
    ),
    _GPU_LOST(
        name="GPU stuck until a reboot",
        weight=7,
        begin=lambda farm, fault: farm.rig(fault.rig_id).lose_gpu(gpu=fault.gpu),
        end=_do(lambda rig: rig.reboot()),
        may_end=frozenset({ChangeType.RIG_REBOOTED}),
    ),
    _GPU_LOST(
        name="GPU stuck until the miner restarts",
        weight=4,
        begin=lambda farm, fault: farm.rig(fault.rig_id).lose_gpu(gpu=fault.gpu),
        end=lambda farm, fault: _restart_with(farm.rig(fault.rig_id), fault.gpu),
        may_end=frozenset({ChangeType.MINER_RESTARTED}),
    ),
    _GPU_LOST(
        name="GPU vanished until a reboot",
        weight=7,
        begin=lambda farm, fault: farm.rig(fault.rig_id).lose_gpu(
            gpu=fault.gpu, kind=Loss.VANISHED
        ),
        end=_do(lambda rig: rig.reboot()),
        may_end=frozenset({ChangeType.RIG_REBOOTED}),
    ),
    _STOP(
        name="miner stopped until a reboot",
        weight=4,
        end=_do(lambda rig: rig.reboot()),
        may_end=frozenset({ChangeType.RIG_REBOOTED}),
    ),
    _STOP(
        name="miner stopped until it is started",
        weight=4,
        end=_do(lambda rig: rig.restart_miner()),
        may_end=frozenset({ChangeType.MINER_RESTARTED}),
    ),
    Kind(
        name="miner restarted",
        weight=10,
        begin=_do(lambda rig: rig.restart_miner()),
        shows=_begun(lambda look, fault: look.miner_started_at > fault.at - 1),
        tells=frozenset({ChangeType.MINER_RESTARTED}),
        ethogram=frozenset({"miner_restarted"}),
    ),
    Kind(
        name="another miner",
        weight=3,
        begin=lambda farm, fault: _change_miner(farm.rig(fault.rig_id), fault.size),
        shows=_begun(lambda look, fault: look.miner_started_at > fault.at - 1),
        tells=frozenset({ChangeType.MINER_RESTARTED}),
        ethogram=frozenset({"miner_restarted"}),
    ),
    _SLOWER(
        name="hash rate dropped by 15 to 50 %",
        weight=8,
        hours=(0.3, 6.0),
        begin=lambda farm, fault: farm.rig(fault.rig_id).drop_hash_rate(
            factor=0.5 + 0.35 * fault.size
        ),
        end=_do(lambda rig: rig.drop_hash_rate(factor=1)),
    ),
    _SLOWER(
        name="hash rate in slow decline",
        weight=6,
        begin=lambda farm, fault: farm.rig(fault.rig_id).decline_hash_rate(
            per_hour=decline_per_hour(fault.size)
        ),
        end=_do(lambda rig: rig.decline_hash_rate(per_hour=0)),
        hours=(3.0, 25.0),
        lasts=hours_to_drop,
        # Only then there is a level of the day before.
        quiet=25 * HOUR,
    ),
    Kind(
        name="hash rate risen by 15 to 40 %",
        weight=2,
        begin=lambda farm, fault: farm.rig(fault.rig_id).drop_hash_rate(
            factor=1.15 + 0.25 * fault.size
        ),
        shows=_begun(lambda look, fault: look.hash_rate > RISE * fault.level > 0),
        tells=frozenset({ChangeType.HASH_RATE_RISEN}),
        ethogram=frozenset({"hash_rate_increased"}),
        # Its end would be a drop, which is no end of anything.
        is_last=True,
    ),
    Kind(
        name="overheated, miner ended by ethOS",
        weight=6,
        hours=(0.3, 3.0),
        begin=lambda farm, fault: farm.rig(fault.rig_id).overheat(gpu=fault.gpu),
        end=_do(lambda rig: rig.cool_down()),
        shows=_begun(lambda look, _: look.condition == "overheat"),
        is_over=_over(lambda look, _: look.condition != "overheat"),
        tells=frozenset({ChangeType.OVERHEATED}),
        may_tell=frozenset({ChangeType.MINING_STOPPED}),
        ends=frozenset({ChangeType.COOLED_DOWN}),
        may_end=frozenset({ChangeType.MINING_RESUMED, ChangeType.MINER_RESTARTED}),
        of_gpu=True,
        ethogram=frozenset({"high_temperature", "hash_rate_dropped"}),
    ),
    Kind(
        name="GPU throttled by ethOS",
        weight=6,
        hours=(0.3, 3.0),
        begin=lambda farm, fault: farm.rig(fault.rig_id).throttle(gpu=fault.gpu),
        end=_do(lambda rig: rig.cool_down()),
        shows=_begun(lambda look, _: look.condition == "throttle"),
        is_over=_over(lambda look, _: look.condition != "throttle"),
        tells=frozenset({ChangeType.THROTTLED}),
        # It is hot, and does two thirds: much in a rig whose others are small.
        may_tell=frozenset({ChangeType.OVERHEATED, ChangeType.HASH_RATE_DROPPED}),
        ends=frozenset({ChangeType.THROTTLING_ENDED}),
        may_end=frozenset({ChangeType.COOLED_DOWN, ChangeType.HASH_RATE_RECOVERED}),
        of_gpu=True,
        ethogram=frozenset({"high_temperature", "hash_rate_dropped"}),
    ),
    Kind(
        name="fan stopped",
        weight=5,
        hours=(0.3, 3.0),
        begin=lambda farm, fault: farm.rig(fault.rig_id).stop_fan(gpu=fault.gpu),
        end=lambda farm, fault: farm.rig(fault.rig_id).restore_gpu(gpu=fault.gpu),
        shows=_begun(_no_fan),
        is_over=_over(lambda *both: not _no_fan(*both)),
        tells=frozenset({ChangeType.FAN_STOPPED}),
        ends=frozenset({ChangeType.FAN_RESTARTED}),
        of_gpu=True,
        ethogram=frozenset({"high_temperature"}),
    ),
    Kind(
        name="sensor broken",
        weight=5,
        hours=(0.3, 3.0),
        begin=lambda farm, fault: farm.rig(fault.rig_id).break_sensor(gpu=fault.gpu),
        end=lambda farm, fault: farm.rig(fault.rig_id).restore_gpu(gpu=fault.gpu),
        shows=_begun(lambda *both: _temperature(*both) >= 500),  # noqa: PLR2004 as no GPU is
        is_over=_over(lambda *both: _temperature(*both) < 500),  # noqa: PLR2004 as above
        tells=frozenset({ChangeType.SENSOR_FAILED}),
        ends=frozenset({ChangeType.SENSOR_RECOVERED}),
        of_gpu=True,
        ethogram=frozenset({"high_temperature"}),
    ),
    Kind(
        name="GPU too cold to be working",
        weight=3,
        hours=(0.4, 3.0),
        begin=lambda farm, fault: _chill(farm.rig(fault.rig_id), fault.gpu),
        end=_do(lambda rig: rig.cool_down()),
        shows=_begun(lambda *both: 0 < _temperature(*both) < 35),  # noqa: PLR2004 the limit
        is_over=_over(lambda *both: _temperature(*both) >= _WARM),
        tells=frozenset({ChangeType.UNDERHEATED}),
        ends=frozenset({ChangeType.WARMED_UP}),
        of_gpu=True,
        ethogram=frozenset({"low_temperature"}),
    ),
    Kind(
        name="condition that nobody knows",
        weight=3,
        hours=(0.3, 3.0),
        begin=_do(lambda rig: rig.set_condition(condition="gremlins")),
        end=_do(lambda rig: rig.set_condition(condition=None)),
        shows=_begun(lambda look, _: look.condition == "gremlins"),
        is_over=_over(lambda look, _: look.condition != "gremlins"),
        tells=frozenset({ChangeType.CONDITION_UNKNOWN}),
        ends=frozenset({ChangeType.CONDITION_KNOWN}),
    ),
    RETURNING,
    REMOVED,
    LOST_REPORT,
    Kind(
        name="hash rate lower by 3 to 7 %",
        weight=6,
        hours=(0.3, 6.0),
        begin=lambda farm, fault: farm.rig(fault.rig_id).drop_hash_rate(
            factor=0.93 + 0.04 * fault.size
        ),
        end=_do(lambda rig: rig.drop_hash_rate(factor=1)),
    ),
    Kind(
        name="high load",
        weight=4,
        hours=(0.3, 6.0),
        begin=_do(lambda rig: rig.set_load(load=9)),
        end=_do(lambda rig: rig.set_load(load=None)),
    ),
    Kind(
        name="rig given another name",
        weight=2,
        begin=lambda farm, fault: farm.rig(fault.rig_id).rename(
            rack_location=f"b{fault.size:.3f}"
        ),
    ),
)
"""All but those that concern the whole farm."""
