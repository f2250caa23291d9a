"""Who looks at the panel and switches plugs: this integration, and what people use."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
import json
from typing import Any, Final, Protocol, override

from custom_components.ethos.panel import PanelError
from custom_components.ethos.power.control import Control, PowerChange
from custom_components.ethos.power.cycler import (
    Action,
    Plug as Socket,
    PlugState,
    Sight,
)
from custom_components.ethos.power.history import Histories, from_record, to_record
from custom_components.ethos.power.options import settings_of
from custom_components.ethos.power.policy import TURN, Refusal
from trials.judge import OPTIONS, Judge

from .agenda import Agenda
from .plug import Plug

type Answer = Mapping[str, Any]

_SKEW: Final = timedelta(seconds=-23)
"""By which Home Assistant's clock is wrong."""
_PLUGS_READY: Final = 20.0
"""s after the start of Home Assistant until plugs are there."""
_AGAIN: Final = 30.0
"""s after which the driver looks again at what should have happened."""
_NOT_READY: Final = Sight(plug=PlugState.UNAVAILABLE)
_OFFLINE: Final = 600.0
"""s for which a rig must be offline, for those who know nothing else."""
_OFF: Final = 10.0
"""s for which they turn it off."""


class Home(Protocol):
    """The Home Assistant in which a watcher runs."""

    agenda: Agenda

    @property
    def plugs(self) -> Mapping[str, Plug]:
        """The plugs, by the rig that each feeds."""

    def may_die(self) -> None:
        """Be a moment at which Home Assistant may be killed."""

    def log(self, rig_id: str) -> None:
        """Note that a rig's power is about to be cut."""


class Watcher(Protocol):
    """Who heals rigs."""

    name: str

    def start(self) -> None:
        """Begin, or begin anew with what was written."""

    def stop(self) -> None:
        """End in order, as before a restart."""

    def die(self) -> None:
        """Be gone."""

    def look(self, answer: Answer | None) -> None:
        """Look at an answer of the panel, or at none."""

    def notice(self, rig_id: str) -> None:
        """See that a plug has changed."""

    def has_given_up(self, rig_id: str) -> bool:
        """Return whether a rig was given up."""


class _Alive:
    """Somebody whose wishes die with them."""

    def __init__(self, home: Home) -> None:
        """Live in a home."""
        self.home = home
        self._life = 0

    def die(self) -> None:
        """Be gone, with all that was to be done later."""
        self._life += 1

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Do something in so many s, if there is anybody left."""
        self.home.agenda.after(seconds, partial(self._do, self._life, act))

    def _do(self, life: int, act: Callable[[], None]) -> None:
        """Do it."""
        if life == self._life:
            act()


class Integration(_Alive):
    """The integration, driven as ``power/driver.py`` drives it.

    Whenever a rig is due, an automation asks for its power cycle.
    """

    name = "this integration"

    def __init__(self, home: Home) -> None:
        """Know nothing."""
        super().__init__(home)
        self._judge = Judge()
        self._written: Histories = {}
        self._settings = settings_of({}, OPTIONS.offline_after)
        self._sockets = {
            rig_id: Socket(switch=rig_id, meter=rig_id if plug.has_meter else None)
            for rig_id, plug in home.plugs.items()
        }
        self._control = Control(self._settings, {})

    @property
    def _now(self) -> datetime:
        """The moment, by a clock that is wrong."""
        return datetime.fromtimestamp(self.home.agenda.now, UTC) + _SKEW

    def start(self) -> None:
        """Go on from what was written, with power first."""
        self._judge.start()
        self._turns: list[str] = []
        self._watches: dict[str, int] = {}
        self._is_stopped = False
        self._ready_at = self.home.agenda.now + _PLUGS_READY
        record = json.loads(json.dumps(to_record(self._written)))
        self._control = Control(self._settings, from_record(record))
        self._control.resume(self._now)
        for rig_id in self._control.cycles():
            self._wake(rig_id)
        for rig_id in self._control.set_plugs(self._sockets, self._now):
            self._wake(rig_id)
        self._review()
        self.later(_PLUGS_READY, self._notice_all)

    def stop(self) -> None:
        """Give power back before Home Assistant goes."""
        self._control.interrupt(self._now)
        for rig_id in self._control.cycles():
            self._step(rig_id)
        self._is_stopped = True
        self._judge.stop()
        self.die()

    def look(self, answer: Answer | None) -> None:
        """Look at what the panel says now, if it says anything."""
        date = datetime.fromtimestamp(int(self.home.agenda.now), UTC)
        panel = None
        if answer is not None:
            try:
                panel = self._judge.look(answer, self._now, date).panel
            except PanelError:
                panel = None
        self._control.see(panel, self._judge.memory or {}, self._sights())
        self._review()
        for rig_id in self._control.cycles():
            self._wake(rig_id)
        self._next_turn()

    def notice(self, rig_id: str) -> None:
        """See that a plug has changed, be it that somebody waits for it or not."""
        self._control.notice(rig_id, self._sight(rig_id), self._now)
        if rig_id in self._control.cycles():
            self._wake(rig_id)

    def has_given_up(self, rig_id: str) -> bool:
        """Return whether a rig was given up."""
        return self._control.history(rig_id).given_up_at is not None

    def _notice_all(self) -> None:
        """See all plugs appear."""
        for rig_id in self._control.cycles():
            self._wake(rig_id)

    def _cycle(self, rig_id: str) -> None:
        """Be asked to cycle a rig, and wait until it is its turn."""
        if self._begin(rig_id) in TURN:
            self._turns.append(rig_id)

    def _begin(self, rig_id: str) -> Refusal | None:
        """Cut the power of a rig, to give it back later; or return why not."""
        sight = self._sight(rig_id)
        if refusal := self._control.refusal(rig_id, sight, self._now):
            return refusal
        self._control.begin(rig_id, self._now)
        self._write_step()
        self._review()
        if self._control.cut(rig_id, self._now) is not None:
            self._switch(rig_id, Action.TURN_OFF)
        self._step(rig_id)
        return None

    def _step(self, rig_id: str) -> None:
        """Take a cycle as far as it can go now."""
        while rig_id in self._control.cycles():
            sight = self._sight(rig_id)
            if (move := self._control.advance(rig_id, sight, self._now)) is None:
                break
            self._write_step()
            if move.action is not None:
                self._switch(rig_id, move.action)
        self._watch(rig_id)
        self._review()
        self._next_turn()

    def _review(self) -> None:
        """Judge all plugs anew; the automation hears of what is due."""
        for event in self._control.review(self._sights(), self._now):
            if event.type is PowerChange.POWER_CYCLE_DUE:
                self.later(0, partial(self._cycle, event.rig_id))
        if self._control.histories != self._written:
            self._write()

    def _write_step(self) -> None:
        """Write down what is about to be done, unless it all ends before or after."""
        self.home.may_die()
        self._write()
        self.home.may_die()

    def _write(self) -> None:
        """Write down how things are."""
        self._written = dict(self._control.histories)

    def _switch(self, rig_id: str, action: Action) -> None:
        """Turn a plug on or off."""
        is_on = action is Action.TURN_ON
        if not is_on:
            self.home.log(rig_id)
        self.home.plugs[rig_id].turn(on=is_on)
        self.home.may_die()

    def _sights(self) -> dict[str, Sight]:
        """Look at all plugs."""
        return {rig_id: self._sight(rig_id) for rig_id in self._sockets}

    def _sight(self, rig_id: str) -> Sight:
        """Look at a plug."""
        plug = self.home.plugs[rig_id]
        if self.home.agenda.now < self._ready_at:
            return _NOT_READY
        return Sight(plug=plug.state, watts=plug.watts)

    def _wake(self, rig_id: str) -> None:
        """Look at a cycle again."""
        self.later(0, partial(self._step, rig_id))

    def _watch(self, rig_id: str) -> None:
        """Wake up a cycle when its time has come."""
        watch = self._watches[rig_id] = self._watches.get(rig_id, 0) + 1
        cycle = self._control.cycles().get(rig_id)
        if cycle is None or self._is_stopped:
            return
        left = (cycle.wakes_at - self._now).total_seconds()

        def wake() -> None:
            if self._watches[rig_id] == watch:
                self._step(rig_id)

        self.later(left if left > 0 else _AGAIN, wake)

    def _next_turn(self) -> None:
        """Let those who wait in line ask again."""
        turns, self._turns = self._turns, []
        for rig_id in turns:
            self.later(0, partial(self._cycle, rig_id))


class Naive(_Alive):
    """An automation as people write it: offline for 10 min, off, 10 s, on."""

    name = "naive automation"

    def start(self) -> None:
        """Begin, and know nothing of what was before."""
        self._offline_since: dict[str, float] = {}
        self._is_done: set[str] = set()

    def stop(self) -> None:
        """Write down nothing."""
        self.die()

    def notice(self, rig_id: str) -> None:
        """Do not look at plugs."""

    def has_given_up(self, rig_id: str) -> bool:  # noqa: ARG002 it does not know what that is
        """Return that none was."""
        return False

    def look(self, answer: Answer | None) -> None:
        """Cycle what the panel has called unreachable for so long."""
        now = self.home.agenda.now
        rigs: Answer = (answer or {}).get("rigs") or {}
        offline = {
            rig_id
            for rig_id, rig in rigs.items()
            if rig["condition"] == "unreachable" and rig_id in self.home.plugs
        }
        self._offline_since = {
            rig_id: self._offline_since.get(rig_id, now) for rig_id in sorted(offline)
        }
        self._is_done &= offline
        for rig_id, since in self._offline_since.items():
            if now - since >= _OFFLINE and rig_id not in self._is_done:
                self._is_done.add(rig_id)
                self.later(0, partial(self._cut, rig_id))

    def _cut(self, rig_id: str) -> None:
        """Turn the plug off, and on again later."""
        self.home.log(rig_id)
        self._switch(rig_id, on=False)
        self.home.may_die()
        self.later(_OFF, partial(self._switch, rig_id, on=True))

    def _switch(self, rig_id: str, *, on: bool) -> None:
        """Turn the plug on or off."""
        self.home.plugs[rig_id].turn(on=on)


class Toggler(Naive):
    """A relay that is toggled twice, again and again while a rig is offline."""

    name = "toggle-relay watchdog"

    @override
    def _cut(self, rig_id: str) -> None:
        """Toggle twice, and wait for the rig as long as before."""
        super()._cut(rig_id)
        self._offline_since[rig_id] = self.home.agenda.now
        self._is_done.discard(rig_id)

    @override
    def _switch(self, rig_id: str, *, on: bool) -> None:
        """Toggle the plug."""
        self.home.plugs[rig_id].turn(on=None)


WATCHERS: Final[tuple[Callable[[Home], Watcher], ...]] = (Integration, Naive, Toggler)
