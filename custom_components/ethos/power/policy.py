"""Whether a rig may be power-cycled now, and if not, why."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from ..panel import BOOT_GRACE, Problem, Rig
from .cycler import PlugState, Sight
from .history import DAY, History, is_within

HOUR: Final = timedelta(hours=1)
SIX_HOURS: Final = timedelta(hours=6)

# So many answers in a row show that the panel is well.
FRESH_POLLS: Final = 3
# So many rigs may fail at once in the smallest farm.
_FEW: Final = 2
# What a rig draws whose power supply has given up, or that was shut down.
DEAD: Final = 30.0
# A rig that hangs draws far less than one that mines.
_WORKING: Final = 0.7
# Those that fall silent together do so within an interval of reports and some polls.
_TOGETHER: Final = timedelta(minutes=5)
# What has been down for a day longer did not fail together with this rig.
_LONG_DOWN: Final = DAY

CURABLE: Final = frozenset({Problem.OFFLINE, Problem.NOT_MINING, Problem.GPU_DOWN})
# A rig that is down tells of no heat; what it told last still holds.
_HEAT: Final = frozenset({Problem.OVERHEATING, Problem.THROTTLED, Problem.FAN_STOPPED})
_HOT: Final = _HEAT | {Problem.SENSOR_FAULT}


class Refusal(StrEnum):
    """Why a rig is not power-cycled."""

    PANEL_UNSTEADY = "panel_unsteady"
    PANEL_STALE = "panel_stale"
    RIG_GONE = "rig_gone"
    FARM_FAILED = "farm_failed"
    POWER_UNCONFIRMED = "power_unconfirmed"
    MAINTENANCE = "maintenance"
    BOOTING = "booting"
    HOT = "hot"
    NO_PROBLEM = "no_problem"
    TOO_EARLY = "too_early"
    PLUG_MISSING = "plug_missing"
    PLUG_UNAVAILABLE = "plug_unavailable"
    PLUG_OFF = "plug_off"
    STILL_WORKING = "still_working"
    USUAL_UNKNOWN = "usual_unknown"
    GIVEN_UP = "given_up"
    RIG_BUSY = "rig_busy"
    LIMIT_REACHED = "limit_reached"
    PAUSE = "pause"
    FARM_LIMIT = "farm_limit"
    OTHER_BUSY = "other_busy"
    GAP = "gap"
    # What shows only to whoever acts.
    NO_PLUG = "no_plug"
    NOT_WRITTEN = "not_written"


# What only means that it is another rig's turn.
TURN: Final = frozenset({Refusal.OTHER_BUSY, Refusal.GAP})


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What a user allows."""

    offline_hold: timedelta = timedelta(minutes=10)
    """How long a rig must be offline."""
    problem_hold: timedelta = timedelta(minutes=15)
    """How long it must have another problem."""
    farm_share: float = 30.0
    """% of the rigs that may fail at once."""
    pause: timedelta = timedelta(minutes=30)
    """Between two cycles of a rig."""
    per_six_hours: int = 3
    """Cycles of a rig."""
    per_day: int = 6
    """Cycles of a rig."""
    per_hour: int = 4
    """Cycles of all rigs."""
    gap: timedelta = timedelta(seconds=60)
    """Between two rigs."""
    silent_after: timedelta = timedelta(minutes=5)
    """When the silence of a rig is longer than that between two reports."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Farm:
    """What the rig's fellows tell."""

    rigs: int
    """All on which nobody works, the rig included."""
    failed: Collection[datetime]
    """When those failed that do not work and were not given up, the rig included."""
    others_online: int
    """Rigs besides it that prove that panel and network are well."""
    is_other_busy: bool = False
    """Whether another one is being cycled."""
    cycles: int = 0
    """In the last hour."""
    last_cycle_at: datetime | None = None
    """When another rig last got its power back."""
    returned: Collection[datetime] = ()
    """When those had failed that have just come back."""
    failed_at: datetime | None = None
    """When too many rigs were last seen to have failed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """All that is known when a rig's power is to be cut."""

    now: datetime
    settings: Settings
    fresh_polls: int
    """Answers of the panel in a row that brought something new."""
    is_stale: bool
    panel_time: datetime
    """Now, by the panel's clock."""
    rig: Rig | None
    """As the panel shows it, if it does."""
    known_problems: Collection[Problem]
    """What it is known to have; of a rig that is down, also what it last told."""
    farm: Farm
    history: History
    sight: Sight
    worked_on_at: datetime | None = None
    """When it was last in maintenance."""
    plug_off_at: datetime | None = None
    """When its plug was last off, or was not seen, so that it may have been."""
    dead_at: datetime | None = None
    """When it was last seen to draw next to nothing."""
    forced: bool = False
    """Whether a person wants it."""


def may_cycle(case: Case) -> Refusal | None:
    """Return what speaks against it, the weightiest first, or nothing."""
    rules = _FORCED_RULES if case.forced else _RULES
    return next((refusal for rule in rules if (refusal := rule(case))), None)


def curable(rig: Rig) -> tuple[Problem, datetime] | None:
    """Return the problem of a rig that a cycle can heal and that it has longest."""
    found = [
        (finding.since, finding.ailment.problem)
        for finding in rig.problems
        if finding.ailment.problem in CURABLE
    ]
    if not found:
        return None
    since, problem = min(found)
    return problem, since


def is_farm_failed(failed: int, rigs: int, settings: Settings) -> bool:
    """Return whether so many rigs have not failed each by itself."""
    return failed > max(_FEW, settings.farm_share / 100 * rigs)


def _busy(case: Case) -> Refusal | None:
    """Leave a rig alone that is being cycled: nothing else can be said of it."""
    return None if case.history.cycle is None else Refusal.RIG_BUSY


def _panel(case: Case) -> Refusal | None:
    """Trust a panel only that is well."""
    if case.is_stale:
        return Refusal.PANEL_STALE
    return Refusal.PANEL_UNSTEADY if case.fresh_polls < FRESH_POLLS else None


def _listed(case: Case) -> Refusal | None:
    """Cycle by itself only what the panel shows to need it."""
    if (rig := case.rig) is None:
        return Refusal.RIG_GONE
    return _farm(case, rig) or _rig(case, rig) or _problem(case, rig)


def _farm(case: Case, rig: Rig) -> Refusal | None:
    """Take what many rigs have at once for the network, the panel or the mains."""
    if (found := curable(rig)) is None:
        return None
    problem, since = found
    at_once = sum(case_since > since - _LONG_DOWN for case_since in case.farm.failed)
    if is_farm_failed(at_once, case.farm.rigs, case.settings):
        return Refusal.FARM_FAILED
    # They come back one by one; the last is not down because others were faster.
    if _is_recent(case.farm.failed_at, case):
        return Refusal.FARM_FAILED
    # One that reports, and of which some GPUs work, proves all but itself to be well.
    if problem is Problem.GPU_DOWN or _is_idle(case):
        return None
    # Others do not prove that what some rigs share is well, a switch say.
    failed = (*case.farm.failed, *case.farm.returned)
    together = sum(abs(it - since) <= _TOGETHER for it in failed)
    if together > _FEW:
        return Refusal.FARM_FAILED
    return None if case.farm.others_online else Refusal.POWER_UNCONFIRMED


def _is_idle(case: Case) -> bool:
    """Return whether a meter shows that the rig does not mine."""
    watts, usual = case.sight.watts, case.history.usual
    if watts is None:
        return False
    return watts < DEAD or (usual is not None and watts < _WORKING * usual)


def _rig(case: Case, rig: Rig) -> Refusal | None:
    """Leave a rig alone on which somebody works, or that has just begun to."""
    if rig.maintenance:
        return Refusal.MAINTENANCE
    booted_at = rig.booted_at
    is_young = booted_at is not None and case.panel_time - booted_at < BOOT_GRACE
    # Who has worked on it turns it on before he says that he is done, or after.
    is_just_left = _is_recent(case.worked_on_at, case)
    if is_young or is_just_left or rig.condition == "just_booted":
        return Refusal.BOOTING
    return None


def _is_recent(moment: datetime | None, case: Case) -> bool:
    """Return whether a rig may not have come back since a moment."""
    return moment is not None and is_within(moment, BOOT_GRACE, case.now)


def _problem(case: Case, rig: Rig) -> Refusal | None:
    """Cycle only what it can heal, and nothing that is hot."""
    hot = _HOT if rig.online else _HEAT
    if not hot.isdisjoint(case.known_problems):
        return Refusal.HOT
    held = [
        case.now - finding.since
        >= (
            case.settings.offline_hold
            if finding.ailment.problem is Problem.OFFLINE
            else case.settings.problem_hold
        )
        for finding in rig.problems
        if finding.ailment.problem in CURABLE
    ]
    if not held:
        return Refusal.NO_PROBLEM
    return None if any(held) else Refusal.TOO_EARLY


def _plug(case: Case) -> Refusal | None:
    """Ask the plug whether there is something to cut, and whether it is idle."""
    if case.sight.is_missing:
        return Refusal.PLUG_MISSING
    if case.sight.plug is PlugState.OFF:
        return Refusal.PLUG_OFF
    if case.sight.plug is not PlugState.ON:
        return Refusal.PLUG_UNAVAILABLE
    watts, usual = case.sight.watts, case.history.usual
    is_down = case.rig is not None and not case.rig.online
    if not is_down or watts is None or watts < DEAD:
        return None
    if usual is None:
        # A person can look at the rig; nobody else can tell.
        return None if case.forced else Refusal.USUAL_UNKNOWN
    return Refusal.STILL_WORKING if watts >= _WORKING * usual else None


def _power(case: Case) -> Refusal | None:
    """Let a rig boot that has power again, whoever or whatever had turned it off."""
    watts = case.sight.watts
    has_woken = watts is not None and watts >= DEAD and _is_recent(case.dead_at, case)
    is_booting = has_woken or _is_recent(case.plug_off_at, case)
    return Refusal.BOOTING if is_booting else None


def _limits(case: Case) -> Refusal | None:
    """Do not try again and again what does not help."""
    history, settings, now = case.history, case.settings, case.now
    if history.given_up_at is not None:
        return Refusal.GIVEN_UP
    if (
        history.counted_in(SIX_HOURS, now) >= settings.per_six_hours
        or history.counted_in(DAY, now) >= settings.per_day
    ):
        return Refusal.LIMIT_REACHED
    last = history.last
    if last is not None and is_within(last.powered_at or last.at, settings.pause, now):
        return Refusal.PAUSE
    return None


def _turn(case: Case) -> Refusal | None:
    """Cycle one rig after the other, and not too many."""
    farm, settings = case.farm, case.settings
    if farm.cycles >= settings.per_hour:
        return Refusal.FARM_LIMIT
    if farm.is_other_busy:
        return Refusal.OTHER_BUSY
    last_at = farm.last_cycle_at
    if last_at is not None and is_within(last_at, settings.gap, case.now):
        return Refusal.GAP
    return None


type _Rule = Callable[[Case], Refusal | None]

_FORCED_RULES: Final[tuple[_Rule, ...]] = (_busy, _panel, _plug, _limits, _turn)
_RULES: Final[tuple[_Rule, ...]] = (
    _busy,
    _panel,
    _listed,
    _plug,
    _power,
    _limits,
    _turn,
)
