"""A run: a farm, what happens to it, and one who heals its rigs."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from simulator import Farm, Phase, Plan, Shape
from simulator.dice import dice
from simulator.plan import START
from simulator.troubles import Blank, Down, Locked, Slow, Status, Truncated
from trials.telling.plan import TROUBLES, Trouble

from .accidents import DAY, GPUS, HOUR, Accident, Outage, accidents, outages
from .agenda import Agenda
from .plug import MINUTE, Plug
from .truth import is_well, wrong
from .watchers import Home, Watcher

INTERVAL: Final = 60.0
"""s between two polls."""
_CALM: Final = 2 * HOUR
"""s in which all is well at first."""
_SLOWEST: Final = 10.0
"""s that an answer is waited for."""
_METERS: Final = 0.6
"""Share of the plugs that have a meter."""
_BUTTONS: Final = 0.05
"""Share of the rigs whose BIOS waits for the button when power comes back."""
_EVERY: Final = 8 * DAY
"""s between two accidents of a rig, on average."""
_ABSENT: Final = (40.0, 600.0)
"""s for which Home Assistant is away."""
_DEATH: Final = 0.01
"""How likely Home Assistant is killed at each moment in a cycle where it may be."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """What decides a run: the same setting is the same run."""

    seed: int = 1
    rigs: int = 200
    days: float = 30.0
    peace: float = 1.0
    """How long nothing happens, beside how long it is usually so."""


@dataclass(kw_only=True, slots=True)
class Case:
    """An accident, and what became of it."""

    accident: Accident
    recovered_at: float | None = None
    """When all its GPUs mined again (Unix time, s), without a person."""
    is_over: bool = False
    """Whether a person has come."""
    is_given_up: bool = False
    is_shown_hot: bool = False
    """Whether an answer said so."""
    cycles: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Cut:
    """Somebody told a plug to be off."""

    at: float
    """Unix time, s."""
    rig_id: str
    wrong: str | None
    """What spoke against it."""


class Killed(Exception):  # noqa: N818 no error of ours
    """Home Assistant is gone, whatever it was about to do."""


class Run:
    """One run."""

    def __init__(self, setting: Setting, watcher: Callable[[Home], Watcher]) -> None:
        """Build the farm and plan what happens; it is the same for each watcher."""
        self.setting = setting
        self.farm = Farm(
            Plan(
                seed=setting.seed,
                rigs=setting.rigs,
                gpus=GPUS,
                shape=Shape.MIXED,
                start=START,
            )
        )
        self.end = START + setting.days * DAY
        self.cases: list[Case] = []
        self.cuts: list[Cut] = []
        self.done: Counter[str] = Counter()
        """How often something else happened, by its name."""
        self.polls = 0
        self.failed = 0
        self.agenda = Agenda(self.farm)
        self._rng = dice(setting.seed, "power")
        self._deaths = dice(setting.seed, "deaths")
        self._waiting = frozenset(
            rig_id for rig_id in self.farm.rigs if self._rng.random() < _BUTTONS
        )
        self.plugs = {
            rig_id: Plug(
                rig,
                self.agenda,
                dice(setting.seed, rig_id, "plug"),
                self._notice,
                has_meter=self._rng.random() < _METERS,
            )
            for rig_id, rig in self.farm.rigs.items()
        }
        for rig_id in self._waiting:
            self.farm.rig(rig_id).stay_off()
        self._mains_out: Counter[str] = Counter()
        self._switches_out: Counter[str] = Counter()
        self._wrong_since: float | None = None
        self._open: dict[str, Case] = {}
        self._is_up = True
        self.watcher = watcher(self)
        self.watcher.start()
        self._plan()

    def run(self) -> None:
        """Let all happen."""
        while (event := self.agenda.next(self.end)) is not None:
            try:
                event()
            except Killed:
                self.done["Home Assistant killed amid a power cycle"] += 1
                self._die(self._deaths.uniform(*_ABSENT))
        for plug in self.plugs.values():
            plug.finish()

    def may_die(self) -> None:
        """Be a moment at which Home Assistant may be killed."""
        if self._deaths.random() < _DEATH:
            raise Killed

    def log(self, rig_id: str) -> None:
        """Note that a rig's power is about to be cut, and whether that is wrong."""
        now, plug, case = self.agenda.now, self.plugs[rig_id], self._open.get(rig_id)
        reason = wrong(
            plug,
            is_hot=case is not None and case.is_shown_hot,
            # That data is old shows with the second poll that brings it.
            is_panel_wrong=self._wrong_since is not None
            and now - self._wrong_since > 2 * INTERVAL,
            is_unheard=plug.rig.isolated,
        )
        self.cuts.append(Cut(at=now, rig_id=rig_id, wrong=reason))
        if case is not None:
            case.cycles += 1

    def _plan(self) -> None:
        """Plan all that happens."""
        setting, rng, at = self.setting, self._rng, self.agenda.at
        rigs = list(self.farm.rigs)
        span = (START + _CALM, self.end)
        for accident in accidents(
            setting.seed, rigs, self._waiting, span, _EVERY * setting.peace
        ):
            at(accident.at, partial(self._begin, accident))
        for outage in outages(rng, rigs, span, setting.peace):
            at(outage.at, partial(self._cut_off, outage))
        for moment in self._moments(4 * HOUR):
            (trouble,) = rng.choices(TROUBLES, [each.weight for each in TROUBLES])
            lasts = rng.uniform(*trouble.minutes) * MINUTE
            at(moment, partial(self._trouble, trouble, lasts))
        for number, moment in enumerate(self._moments(8 * HOUR)):
            lasts = rng.uniform(*_ABSENT)
            at(moment, partial(self._stop, lasts, is_killed=number % 2 == 0))
        for day in range(1, int(setting.days) + 1):
            at(START + (day - 1 / 2) * DAY, self._round)
        at(START, self._poll)

    def _moments(self, apart: float) -> Iterator[float]:
        """Yield moments that are so many s apart on average, half of it at least."""
        at, half = START + _CALM, apart * self.setting.peace / 2
        while (at := at + half + self._rng.expovariate(1 / half)) < self.end:
            yield at

    def _begin(self, accident: Accident) -> None:
        """Let something happen to a rig, if it runs."""
        rig = self.farm.rig(accident.rig_id)
        self.agenda.at(accident.until, partial(self._end, accident.rig_id))
        if rig.phase is not Phase.RUNNING:
            self.done["accidents that met a rig which was down already"] += 1
            return
        case = self._open[accident.rig_id] = Case(accident=accident)
        self.cases.append(case)
        accident.kind.begin(self, accident)

    def _end(self, rig_id: str) -> None:
        """Let a person mend a rig, as soon as there is light to see."""
        if self._mains_out[rig_id]:
            self.agenda.after(HOUR, partial(self._end, rig_id))
            return
        if (case := self._open.pop(rig_id, None)) is not None:
            case.is_over = True
            case.is_given_up = self.watcher.has_given_up(rig_id)
        self._mend(rig_id)

    def _mend(self, rig_id: str) -> None:
        """Mend a rig and its plug."""
        rig = self.farm.rig(rig_id)
        self.plugs[rig_id].mend()
        rig.mend()
        if self._switches_out[rig_id]:
            rig.lose_network()

    def _round(self) -> None:
        """Let a person look after the rigs that are down and nobody knows why."""
        for rig_id, rig in self.farm.rigs.items():
            if rig_id not in self._open and not is_well(rig):
                self._end(rig_id)

    def _cut_off(self, outage: Outage) -> None:
        """Take the network or the mains from many rigs."""
        self.done[outage.name] += 1
        self.agenda.at(outage.until, partial(self._connect, outage))
        if not outage.has_power:
            for rig_id in outage.rigs:
                self._mains_out[rig_id] += 1
                self.plugs[rig_id].lose_mains()
            if outage.is_homes and self._is_up:
                self.done["Home Assistant without mains, too"] += 1
                self._die(outage.until - self.agenda.now + 60)
        elif outage.is_all:
            self.farm.cut_network()
            self._see_panel()
        else:
            for rig_id in outage.rigs:
                self._switches_out[rig_id] += 1
                self.farm.rig(rig_id).lose_network()

    def _connect(self, outage: Outage) -> None:
        """Give it back."""
        if not outage.has_power:
            for rig_id in outage.rigs:
                self._mains_out[rig_id] -= 1
                if not self._mains_out[rig_id]:
                    self.plugs[rig_id].get_mains()
            self.agenda.after(2 * HOUR, partial(self._press_buttons, outage.rigs))
        elif outage.is_all:
            self.farm.restore_network()
            self._see_panel()
        else:
            for rig_id in outage.rigs:
                self._switches_out[rig_id] -= 1
                case = self._open.get(rig_id)
                if case is None or not case.accident.kind.is_off_network:
                    self.farm.rig(rig_id).restore_network()

    def _press_buttons(self, rigs: Sequence[str]) -> None:
        """Let a person turn on what has waited for that since the mains came back."""
        for rig_id in self._waiting.intersection(rigs):
            if rig_id not in self._open:
                self.farm.rig(rig_id).press_power_button()

    def _trouble(self, trouble: Trouble, lasts: float) -> None:
        """Let something be wrong with the panel for so many s."""
        self.done[f"panel: {trouble.name}"] += 1
        trouble.begin(self.farm.page)
        self._see_panel()
        mine = self.farm.page.trouble

        def mend() -> None:
            if self.farm.page.trouble is mine:
                self.farm.page.mend()
                self._see_panel()

        self.agenda.after(lasts, mend)

    def _see_panel(self) -> None:
        """Note since when the panel does not show the farm as it is."""
        trouble = self.farm.page.trouble
        is_slow = isinstance(trouble, Slow) and trouble.seconds < _SLOWEST
        if self.farm.network_up and (trouble is None or is_slow):
            self._wrong_since = None
        elif self._wrong_since is None:
            self._wrong_since = self.agenda.now

    def _stop(self, lasts: float, *, is_killed: bool) -> None:
        """Restart Home Assistant, or kill it; it is away for so many s."""
        if not self._is_up:
            return
        self.done[f"Home Assistant {'killed' if is_killed else 'restarted'}"] += 1
        if not is_killed:
            self.watcher.stop()
        self._die(lasts)

    def _die(self, seconds: float) -> None:
        """Be without Home Assistant for so many s."""
        self._is_up = False
        self.watcher.die()
        self.agenda.after(seconds, self._start)

    def _start(self) -> None:
        """Start Home Assistant."""
        self._is_up = True
        self.watcher.start()

    def _notice(self, rig_id: str) -> None:
        """Let who watches see that a plug has changed."""
        if self._is_up:
            self.watcher.notice(rig_id)

    def _poll(self) -> None:
        """Look at what has recovered, and let who watches look at the panel."""
        now = self.agenda.now
        self.agenda.at(now + INTERVAL, self._poll)
        for rig_id, case in self._open.items():
            if case.recovered_at is None and is_well(self.farm.rig(rig_id)):
                case.recovered_at = now
        if not self._is_up:
            return
        self.polls += 1
        answer = self._answer()
        self.failed += answer is None
        rigs: dict[str, Any] = (answer or {}).get("rigs") or {}
        for rig_id, case in self._open.items():
            if case.accident.kind.is_hot and rig_id in rigs:
                condition = rigs[rig_id]["condition"]
                case.is_shown_hot |= condition in {"throttle", "overheat"}
        self.watcher.look(answer)

    def _answer(self) -> dict[str, Any] | None:
        """Return the panel's answer, if it gives one that is JSON."""
        match self.farm.page.trouble:
            case Down() | Status() | Locked() | Truncated() | Blank():
                return None
            case Slow(seconds) if seconds >= _SLOWEST:
                return None
        return self.farm.panel()
