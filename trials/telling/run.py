"""A run: a farm, what is done to it, and who watches."""

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from heapq import heapify, heappop
from statistics import median
from typing import Any, Final

from custom_components.ethos.panel import (
    PanelConnectionError,
    PanelError,
    PanelStatusError,
    PanelTimeoutError,
)
from custom_components.ethos.panel.client import decode
from simulator import Farm, Page, Plan, Shape
from simulator.dice import dice
from simulator.plan import START
from simulator.server import LOCKED
from simulator.troubles import (
    Blank,
    Down,
    Empty,
    Frozen,
    Locked,
    Slow,
    Status,
    Truncated,
)

from .court import Case, Court
from .kinds import DAY
from .look import FRESH, Look
from .plan import GPUS, Planner, Stop, Trouble
from .watchers import Baseline, Integration

INTERVAL: Final = 60.0
"""s between two polls."""
_TIMEOUT: Final = 10.0
"""s that the integration waits for an answer."""
_SKEW: Final = timedelta(seconds=-23)
"""By which Home Assistant's clock is wrong."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """What decides a run: the same setting is the same run."""

    seed: int = 1
    rigs: int = 100
    days: float = 7.0
    shape: Shape = Shape.MIXED
    peace: float = 1.0
    """How long nothing happens, beside how long it is usually so."""


class Run:
    """One run."""

    def __init__(self, setting: Setting) -> None:
        """Build the farm and plan what is done to it."""
        self.setting = setting
        self.integration = Court(Integration())
        self.ethogram = Court(Baseline())
        self.cases: list[Case] = []
        self.done: Counter[str] = Counter()
        """How often what is no fault was done, by its name."""
        self.polls = 0
        self.failed = 0
        self.live = 0
        """Answers so far that showed the farm as it was."""
        self._farm = Farm(
            Plan(
                seed=setting.seed,
                rigs=setting.rigs,
                gpus=GPUS,
                shape=setting.shape,
                start=START,
            )
        )
        self._end = START + setting.days * DAY
        self._plan = Planner(
            seed=setting.seed, start=START, end=self._end, peace=setting.peace
        ).plan(self._farm.rigs)
        self._open: defaultdict[str, list[Case]] = defaultdict(list)
        self._rates: defaultdict[str, deque[tuple[float, float]]] = defaultdict(deque)
        self._courts = (self.integration, self.ethogram)
        self._is_up = True
        self._rng = dice(setting.seed, "network")
        self._steps = list(self._planned())
        heapify(self._steps)

    def run(self) -> None:
        """Let all happen."""
        at = START
        while at < self._end:
            while self._steps and self._steps[0][0] <= at:
                moment, _, step = heappop(self._steps)
                self._farm.advance(seconds=moment - self._farm.now)
                step()
            self._farm.advance(seconds=at - self._farm.now)
            at += (self._poll() if self._is_up else 0.0) + INTERVAL

    def _planned(self) -> Iterator[tuple[float, int, Callable[[], None]]]:
        """Yield all that is done, with when; the number only keeps them apart."""
        steps: list[tuple[float, Callable[[], None]]] = []
        for fault in self._plan.faults:
            case = Case(fault=fault)
            steps.append((fault.at, partial(self._begin, case)))
            if fault.until is not None:
                steps.append((fault.until, partial(self._undo, case)))
        for (since, until), trouble in self._plan.troubles:
            steps.append((since, partial(self._trouble, trouble)))
            steps.append((until, self._farm.page.mend))
        for (since, until), stop in self._plan.stops:
            steps.append((since, partial(self._stop, stop)))
            steps.append((until, self._start))
        for since, until in self._plan.blinks:
            steps.append((since, partial(self._blink, until - since)))
        for number, (at, step) in enumerate(steps):
            yield at, number, step

    def _begin(self, case: Case) -> None:
        """Do something to a rig."""
        fault = case.fault
        if (rig := self._farm.rigs.get(fault.rig_id)) is not None:
            fault.slot = f"{rig.gpus[fault.gpu].card.bus:02x}:00.0"
        if rates := self._rates.get(fault.rig_id):
            fault.level = median(rate for _, rate in rates)
        if fault.kind.is_fault:
            self.cases.append(case)
            self._open[fault.rig_id].append(case)
        else:
            self.done[fault.kind.name] += 1
        fault.kind.begin(self._farm, fault)

    def _undo(self, case: Case) -> None:
        """Undo it."""
        case.is_undone = True
        if case.fault.kind.end is not None:
            case.fault.kind.end(self._farm, case.fault)

    def _trouble(self, trouble: Trouble) -> None:
        """Let something be wrong with the panel."""
        self.done[trouble.name] += 1
        trouble.begin(self._farm.page)

    def _blink(self, seconds: float) -> None:
        """Take the farm off the internet for a moment."""
        self.done["farm off the internet for three minutes"] += 1
        self._farm.cut_network(seconds=seconds)

    def _stop(self, stop: Stop) -> None:
        """Stop Home Assistant, and with it whoever watches."""
        self._is_up = False
        self.done[f"Home Assistant: {stop.name.lower()}"] += 1
        if stop is Stop.RESTART:
            for court in self._courts:
                court.watcher.stop()

    def _start(self) -> None:
        """Start Home Assistant."""
        self._is_up = True
        for court in self._courts:
            court.watcher.start()

    def _poll(self) -> float:
        """Ask the panel once; return how long that took, in s."""
        self.polls += 1
        page = self._farm.page
        now = self._farm.now
        latency = _latency(page, self._rng.expovariate(2))
        read_at = datetime.fromtimestamp(now + latency, UTC) + _SKEW
        date = datetime.fromtimestamp(int(now), UTC)
        try:
            answer: Any = decode(_body(page, latency))
            said = [
                (court, word)
                for court in self._courts
                for word in court.watcher.look(answer, read_at, date)
            ]
        except PanelError:
            self.failed += 1
            return min(latency, _TIMEOUT)
        if not isinstance(page.trouble, Empty):
            is_live = not isinstance(page.trouble, Frozen)
            self.live += is_live
            self._look(answer, now, is_live=is_live)
        for court, word in said:
            court.hear(word, self._open[word.rig_id], self.live, now)
        self._close()
        return latency

    def _look(self, answer: Mapping[str, Any], now: float, *, is_live: bool) -> None:
        """Take note of what an answer shows of what was done."""
        rigs: Mapping[str, Mapping[str, Any]] = answer["rigs"] or {}
        clocks = [
            miner.get("current_time", now) for miner in answer["per_info"].values()
        ]
        now = max(clocks, default=now)
        for rig_id, rig in rigs.items():
            rates = self._rates[rig_id]
            if not rates or rates[-1][0] != rig["server_time"]:
                rates.append((rig["server_time"], float(rig["hash"])))
                while rates[0][0] < now - DAY:
                    rates.popleft()
        fresh = sum(now - rig["server_time"] <= FRESH for rig in rigs.values())
        for rig_id, cases in self._open.items():
            if cases:
                look = Look(rigs.get(rig_id), now, others_report=fresh > 0)
                for case in cases:
                    case.see(look, self.live, is_live=is_live)

    def _close(self) -> None:
        """Close the cases of which nothing may be said any more."""
        for rig_id, cases in self._open.items():
            if any(case.is_closed(self.live) for case in cases):
                self._open[rig_id] = [
                    case for case in cases if not case.is_closed(self.live)
                ]
                # What it mined meanwhile is not its level.
                self._rates[rig_id].clear()


def _latency(page: Page, usual: float) -> float:
    """Return how long an answer takes, in s."""
    return usual + (page.trouble.seconds if isinstance(page.trouble, Slow) else 0.0)


def _body(page: Page, latency: float) -> bytes:
    """Return the answer's body, or raise what the client would."""
    if latency >= _TIMEOUT:
        raise PanelTimeoutError
    match page.trouble:
        case Down():
            raise PanelConnectionError
        case Status(status, wait):
            raise PanelStatusError(status, wait)
        case Locked():
            return LOCKED.encode()
        case Truncated():
            return page.text[: len(page.text) // 2].encode()
        case Blank():
            return b""
    return page.text.encode()
