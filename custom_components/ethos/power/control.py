"""All plugs of a panel: what may be cycled, what is being cycled, what was.

It is fed with what is seen and says what to do; it knows nothing of Home Assistant, so
that a simulation can drive it through months in seconds.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from ..panel import BOOT_GRACE, Memory, Panel, Problem, Rig
from .cycler import (
    Action,
    Cycle,
    Outcome,
    Plug,
    Sight,
    Step,
    advance,
    begin,
    interrupt,
    resume,
)
from .history import DAY, Histories, History, is_within
from .interruptions import Interruptions
from .policy import (
    CURABLE,
    DEAD,
    HOUR,
    TURN,
    Case,
    Farm,
    Refusal,
    Settings,
    curable,
    is_farm_failed,
    may_cycle,
)

# An answer that is as old as this is no news; hosts may keep one for a minute.
_FRESH: Final = timedelta(seconds=90)
# Rigs report every two or three minutes, each in its turn: the more there are, the less
# can all be quiet, unless their network is gone.
_QUIET: Final = timedelta(seconds=90)
_QUIET_ALONE: Final = timedelta(seconds=270)
# Clocks are read in whole seconds, and drift.
_JITTER: Final = timedelta(seconds=60)
_HEALED: Final = timedelta(minutes=30)
# Of a new reading in the mean of what a rig draws.
_WEIGHT: Final = 0.1
# A change that is worth to be written down.
_WORTH: Final = 0.05
_STANDS: Final = frozenset({Problem.OFFLINE, Problem.NOT_MINING})


class PowerChange(StrEnum):
    """Something that happened to a rig's power, or is about to."""

    POWER_CYCLE_DUE = "power_cycle_due"
    POWER_CYCLED = "power_cycled"
    POWER_CYCLE_FAILED = "power_cycle_failed"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, kw_only=True, slots=True)
class PowerEvent:
    """Something to tell."""

    type: PowerChange
    rig_id: str
    problem: Problem | None = None
    """What a cycle is to heal."""
    outcome: Outcome | None = None
    """Why it failed."""
    duration: timedelta | None = None
    """How long it took."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Move:
    """One step of a cycle: to be written down first, then done, then told."""

    action: Action | None
    event: PowerEvent | None


class _Ledger(NamedTuple):
    """What is the same for all rigs at a moment."""

    failed: Collection[datetime]
    busy: set[str]
    cycles: int
    powered: Collection[tuple[str, datetime]]


class Control:
    """Decides about the plugs of a panel."""

    def __init__(self, settings: Settings, histories: Histories) -> None:
        """Go on from what was done."""
        self.settings = settings
        self.plugs: Mapping[str, Plug] = {}
        """By the rig that each feeds."""
        self.histories: dict[str, History] = dict(histories)
        self.refusals: dict[str, Refusal | None] = {}
        """Of each rig with a plug, as of the last review."""
        self._fresh_polls = 0
        self._panel: Panel | None = None
        self._memory: Memory = {}
        self._failed: dict[str, datetime] = {}
        self._returned: dict[str, tuple[datetime, datetime]] = {}
        """When a rig failed and when it came back, while others may follow it."""
        self._farm_failed_at: datetime | None = None
        self._interruptions = Interruptions()
        self._rigs = 0
        self._online: set[str] = set()
        self._healthy_since: dict[str, datetime] = {}
        self._draw: dict[str, float] = {}

    def history(self, rig_id: str) -> History:
        """Return what was done to a rig."""
        return self.histories.get(rig_id) or History()

    def is_due(self, rig_id: str) -> bool:
        """Return whether a rig ought to be cycled, at once or when it is its turn."""
        return rig_id in self.refusals and (
            self.refusals[rig_id] is None or self.refusals[rig_id] in TURN
        )

    def set_plugs(self, plugs: Mapping[str, Plug], now: datetime) -> list[str]:
        """Know other plugs; return the rigs whose cycle must not go on.

        Who takes a plug away and gives it back wants another try.
        """
        before, self.plugs = self.plugs, plugs
        for rig_id in before.keys() - plugs.keys():
            self.refusals.pop(rig_id, None)
            if self.history(rig_id).given_up_at is not None:
                self.arm(rig_id, now)
        for rig_id in plugs:
            if rig_id not in before or self._is_replaced(rig_id, before[rig_id]):
                # Until now nobody could see whether the rig has power, as after an
                # outage from which Home Assistant came back sooner than the rig.
                self._interruptions.plug_off_at[rig_id] = now
        cut: list[str] = []
        for rig_id, history in list(self.histories.items()):
            plug, cycle, last = plugs.get(rig_id), history.cycle, history.last
            if cycle is not None:
                if plug is None or self._is_replaced(rig_id, cycle.plug):
                    self._go_on(rig_id, interrupt(cycle, now))
                    cut.append(rig_id)
            elif plug is None and (last is None or not is_within(last.at, DAY, now)):
                del self.histories[rig_id]
        return cut

    def see(
        self, panel: Panel | None, memory: Memory, sights: Mapping[str, Sight]
    ) -> None:
        """Take in what a poll has brought, if it has brought anything."""
        if panel is None:
            self._memory = memory
            self._fresh_polls = 0
            return
        self.look(panel, memory, panel.read_at)
        if panel.stale:
            # No rig reports: they will come back in turn.
            self._farm_failed_at = panel.read_at
        is_fresh = (
            not panel.stale
            and panel.read_at - panel.moved_at <= _FRESH
            and _is_heard(panel, self.settings.silent_after)
        )
        self._fresh_polls = self._fresh_polls + 1 if is_fresh else 0
        if not is_fresh:
            return
        listed = [rig for rig in panel.rigs.values() if not rig.maintenance]
        self._rigs = len(listed)
        silent = {rig.rig_id: _silence(rig, panel) for rig in listed}
        quiet = self.settings.silent_after
        self._online = {
            rig.rig_id for rig in listed if rig.online and silent[rig.rig_id] <= quiet
        }
        failed = {
            rig.rig_id: since
            for rig in listed
            if (since := _stands_since(rig)) is not None
        }
        for rig_id, silence in silent.items():
            # Those that fell silent together are not all down at the same poll.
            if silence > quiet:
                failed.setdefault(rig_id, panel.read_at - silence)
        self._note_failed(failed, panel.read_at)
        for rig_id in self.plugs:
            if (rig := panel.rigs.get(rig_id)) is None:
                self._healthy_since.pop(rig_id, None)
            else:
                self._learn(rig, panel, sights[rig_id])

    def look(self, panel: Panel, memory: Memory, now: datetime) -> None:
        """Know what is shown of the rigs now, and on which somebody works."""
        looks = (self._panel or panel, panel)
        self._panel, self._memory = panel, memory
        self._interruptions.worked_on_at |= {
            rig_id: now
            for look in looks
            for rig_id, rig in look.rigs.items()
            if rig.maintenance
        }

    def _note_failed(self, failed: dict[str, datetime], now: datetime) -> None:
        """Know what has failed, and what has just come back from it."""
        left = {rig_id: (since, now) for rig_id, since in self._failed.items()}
        self._failed = failed
        self._returned = {
            rig_id: (since, at)
            for rig_id, (since, at) in (self._returned | left).items()
            if rig_id not in failed and is_within(at, BOOT_GRACE, now)
        }
        at_once = sum(is_within(since, DAY, now) for since in self._not_given_up())
        if is_farm_failed(at_once, self._rigs, self.settings):
            self._farm_failed_at = now

    def review(self, sights: Mapping[str, Sight], now: datetime) -> list[PowerEvent]:
        """Judge all rigs with a plug anew, and return what is to be told of it."""
        events: list[PowerEvent] = []
        ledger = self._ledger(now)
        for rig_id in self.plugs:
            self.notice(rig_id, sights[rig_id], now)
            was_due = self.is_due(rig_id)
            refusal = self._refusal(rig_id, sights[rig_id], now, ledger, forced=False)
            if refusal is Refusal.LIMIT_REACHED:
                refusal = Refusal.GIVEN_UP
                history = self.history(rig_id)
                self.histories[rig_id] = replace(history, given_up_at=now)
                events.append(self._event(PowerChange.GIVEN_UP, rig_id))
            self.refusals[rig_id] = refusal
            if self.is_due(rig_id) and not was_due:
                events.append(self._event(PowerChange.POWER_CYCLE_DUE, rig_id))
        return events

    def notice(self, rig_id: str, sight: Sight, now: datetime) -> None:
        """Take in what is seen of a plug, be it between two polls."""
        self._interruptions.notice(rig_id, sight, now)

    def refusal(
        self, rig_id: str, sight: Sight, now: datetime, *, forced: bool = False
    ) -> Refusal | None:
        """Return what speaks against cutting a rig's power now."""
        return self._refusal(rig_id, sight, now, self._ledger(now), forced=forced)

    def _refusal(
        self,
        rig_id: str,
        sight: Sight,
        now: datetime,
        ledger: _Ledger,
        *,
        forced: bool,
    ) -> Refusal | None:
        """Return the same, given what is the same for all rigs."""
        panel = self._panel
        if panel is None:
            return Refusal.PANEL_UNSTEADY
        memory = self._memory.get(rig_id)
        return may_cycle(
            Case(
                now=now,
                settings=self.settings,
                fresh_polls=self._fresh_polls,
                is_stale=panel.stale,
                panel_time=panel.time,
                rig=panel.rigs.get(rig_id),
                known_problems={it.problem for it in (*memory.findings, *memory.doubts)}
                if memory
                else (),
                farm=Farm(
                    rigs=self._rigs,
                    failed=ledger.failed,
                    others_online=len(self._online) - (rig_id in self._online),
                    is_other_busy=bool(ledger.busy - {rig_id}),
                    cycles=ledger.cycles,
                    last_cycle_at=max(
                        (at for other, at in ledger.powered if other != rig_id),
                        default=None,
                    ),
                    returned=[since for since, _ in self._returned.values()],
                    failed_at=self._farm_failed_at,
                ),
                history=self.history(rig_id),
                sight=sight,
                worked_on_at=self._interruptions.worked_on_at.get(rig_id),
                plug_off_at=self._interruptions.plug_off_at.get(rig_id),
                dead_at=self._interruptions.dead_at.get(rig_id),
                forced=forced,
            )
        )

    def _ledger(self, now: datetime) -> _Ledger:
        """Return what is the same for all rigs."""
        lasts = [
            (rig_id, history.last)
            for rig_id, history in self.histories.items()
            if history.last is not None and is_within(history.last.at, DAY, now)
        ]
        return _Ledger(
            failed=self._not_given_up(),
            busy={rig_id for rig_id, it in self.cycles().items() if it.is_busy},
            cycles=sum(
                self.histories[rig_id].attempts_in(HOUR, now) for rig_id, _ in lasts
            ),
            powered=[(rig_id, last.powered_at or last.at) for rig_id, last in lasts],
        )

    def _not_given_up(self) -> list[datetime]:
        """Return since when those do not work that are still hoped for."""
        return [
            since
            for rig_id, since in self._failed.items()
            if self.history(rig_id).given_up_at is None
        ]

    def begin(self, rig_id: str, now: datetime) -> None:
        """Begin a cycle, which is to be written down before anything is done."""
        cycle = begin(self.plugs[rig_id], self._problem(rig_id), now)
        self.histories[rig_id] = self.history(rig_id).with_begun(cycle)

    def cut(self, rig_id: str, now: datetime) -> Plug | None:
        """Return the plug to turn off now that the cycle has been written down.

        There is none if the cycle must not go on.
        """
        cycle = self.cycles()[rig_id]
        if cycle.step is not Step.OFF:
            return None
        # However long the disk took, the plug has its time.
        self._go_on(rig_id, replace(cycle, since=now))
        return cycle.plug

    def cancel(self, rig_id: str) -> None:
        """Take a cycle back that could not be written down."""
        self.histories[rig_id] = self.histories[rig_id].without_begun()

    def advance(self, rig_id: str, sight: Sight, now: datetime) -> Move | None:
        """Let a rig's cycle go one step further, if it can."""
        before = self.history(rig_id).cycle
        if before is None:
            return None
        sight = replace(sight, is_back=self._is_back(rig_id, before))
        after, action = advance(before, sight, now)
        if after.step is Step.DARK and self._is_replaced(rig_id, after.plug):
            after = replace(after, step=Step.DONE, powered_at=now)
        if after == before:
            return None
        self._go_on(rig_id, after)
        is_told = after.outcome in {None, before.outcome}
        event = None if is_told else _outcome(rig_id, after, now)
        return Move(action=action, event=event)

    def interrupt(self, now: datetime) -> None:
        """Let power come back wherever it is off."""
        for rig_id, cycle in self.cycles().items():
            self._go_on(rig_id, interrupt(cycle, now))

    def resume(self, now: datetime) -> None:
        """Take up what was under way when nobody looked: power comes first."""
        for rig_id, cycle in self.cycles().items():
            self._go_on(rig_id, resume(cycle, now))

    def arm(self, rig_id: str, now: datetime) -> None:
        """Try again, since a person says so."""
        history = self.history(rig_id)
        self.histories[rig_id] = replace(history, given_up_at=None, armed_at=now)

    def cycles(self) -> dict[str, Cycle]:
        """Return what is under way, by rig."""
        return {
            rig_id: history.cycle
            for rig_id, history in self.histories.items()
            if history.cycle is not None
        }

    def _go_on(self, rig_id: str, cycle: Cycle) -> None:
        """Keep a cycle that is one step further."""
        self.histories[rig_id] = self.histories[rig_id].with_cycle(cycle)

    def _is_replaced(self, rig_id: str, plug: Plug) -> bool:
        """Return whether a rig is fed by another plug now."""
        now = self.plugs.get(rig_id)
        return now is not None and now.switch != plug.switch

    def _problem(self, rig_id: str) -> Problem | None:
        """Return what is wrong with a rig that a cycle can heal."""
        rig = self._panel and self._panel.rigs.get(rig_id)
        found = curable(rig) if rig else None
        return found and found[0]

    def _event(self, change: PowerChange, rig_id: str) -> PowerEvent:
        """Return something to tell of a rig."""
        return PowerEvent(type=change, rig_id=rig_id, problem=self._problem(rig_id))

    def _is_back(self, rig_id: str, cycle: Cycle) -> bool:
        """Return whether a rig was seen to boot since it has power again."""
        panel, powered_at = self._panel, cycle.powered_at
        rig = panel and panel.rigs.get(rig_id)
        if not panel or not rig or powered_at is None:
            return False
        powered_at += panel.time - panel.read_at
        if not rig.online or rig.reported_at is None or rig.reported_at <= powered_at:
            return False
        # One that reports, but did not boot, is fed by another plug than this.
        if rig.booted_at is None:
            return bool(rig.mining)
        return rig.booted_at >= powered_at - _JITTER

    def _learn(self, rig: Rig, panel: Panel, sight: Sight) -> None:
        """Learn from a rig that is well what it draws, and whether to try it again."""
        rig_id, history = rig.rig_id, self.history(rig.rig_id)
        if not rig.mining or any(
            finding.ailment.problem in CURABLE for finding in rig.problems
        ):
            self._healthy_since.pop(rig_id, None)
            return
        since = self._healthy_since.setdefault(rig_id, panel.read_at)
        if history.given_up_at is not None and panel.read_at - since >= _HEALED:
            history = replace(history, given_up_at=None)
            self.histories[rig_id] = history
        if sight.watts is None or sight.watts < DEAD or rig.problems:
            return
        # Of a rig that has just reported only; another one may hang already.
        if history.cycle is not None or _silence(rig, panel):
            return
        mean = self._draw.get(rig_id, history.usual or sight.watts)
        mean += _WEIGHT * (sight.watts - mean)
        self._draw[rig_id] = mean
        if history.usual is None or abs(mean / history.usual - 1) > _WORTH:
            self.histories[rig_id] = replace(history, usual=round(mean, 1))


def _is_heard(panel: Panel, quiet: timedelta) -> bool:
    """Return whether some rig of those that report has done so as lately as it should.

    ``quiet`` is the silence after which a rig is none of them.
    """
    silences = [
        silence
        for rig in panel.rigs.values()
        if rig.online and (silence := _silence(rig, panel)) <= quiet
    ]
    if not silences:
        return True
    return min(silences) <= _QUIET + _QUIET_ALONE / len(silences)


def _silence(rig: Rig, panel: Panel) -> timedelta:
    """Return how long a rig has not been heard of."""
    return timedelta(0) if rig.heard_at is None else panel.time - rig.heard_at


def _stands_since(rig: Rig) -> datetime | None:
    """Return since when a rig does not work at all."""
    return min(
        (it.since for it in rig.problems if it.ailment.problem in _STANDS),
        default=None,
    )


def _outcome(rig_id: str, cycle: Cycle, now: datetime) -> PowerEvent:
    """Return what came of a cycle."""
    is_good = cycle.outcome is Outcome.RECOVERED
    return PowerEvent(
        type=PowerChange.POWER_CYCLED if is_good else PowerChange.POWER_CYCLE_FAILED,
        rig_id=rig_id,
        problem=cycle.problem,
        outcome=None if is_good else cycle.outcome,
        duration=now - cycle.started_at if is_good else None,
    )
