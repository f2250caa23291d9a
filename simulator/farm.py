"""A farm: its rigs, their network, and the panel that lists them."""

import re
from typing import Any, Final

from .accidents import Accidents
from .actions import action
from .build import Build
from .dice import dice
from .errors import SimulatorError, UnknownError
from .ethos import INTERVAL
from .page import Page
from .plan import Plan
from .reading import Reading
from .rig import Rig
from .shapes import ERAS
from .timeline import Timeline

LONGEST: Final = 31 * 86_400.0
"""s that pass at once at most: beyond it is a slip of the pen."""
ODD_IDS: Final = {3: "402817", 7: "12e456"}
"""IDs that only look like numbers, for the rigs of these numbers."""


class Farm:
    """A farm that has been running for long; its clock moves when it is told to."""

    def __init__(self, plan: Plan) -> None:
        """Build the farm of a plan."""
        # Time for all to report once; with faults, for some to happen.
        before = 3600 if plan.faults else INTERVAL
        self._plan = plan
        self._timeline = Timeline(plan.start - before)
        self._era = ERAS[plan.shape]
        self._numbers: dict[str, int] = {}
        self._accidents: dict[str, Accidents] = {}
        self._outages = 0
        self.network_up = True
        self.page = Page(self._timeline, self._era.newest, plan.timeout)
        self.rigs: dict[str, Rig] = {}
        for _ in range(plan.rigs):
            rig = self._build(self._unused_id())
            # From three hours to a month: most rigs have run for days, few for weeks.
            rig.has_run_for(
                3 * 3600 * 240 ** dice(plan.seed, rig.rig_id, "age").random()
            )
        self._timeline.advance(before)

    @property
    def now(self) -> float:
        """The farm's and the panel's clock (Unix time, s)."""
        return self._timeline.now

    def panel(self) -> dict[str, Any]:
        """Return the panel's JSON as of now; not to be changed."""
        return self.page.answer

    def rig(self, rig_id: str) -> Rig:
        """Return a rig by its ID, or say that there is none."""
        if rig_id not in self.rigs:
            raise UnknownError(f"There is no rig {rig_id!r} on this farm")
        return self.rigs[rig_id]

    @action
    def advance(self, *, seconds: float) -> None:
        """Let time pass at once, in s."""
        if seconds > LONGEST:
            raise SimulatorError(f"seconds must be at most {LONGEST:.0f}")
        self._timeline.advance(seconds)

    @action
    def add(self, *, rig_id: str | None = None) -> str:
        """Set up one more rig, or again one that was removed, and turn it on."""
        if rig_id is None:
            rig_id = self._unused_id()
        if not re.fullmatch(r"[0-9a-f]{6}", rig_id):
            raise SimulatorError(f"rig_id must be six hex digits, not {rig_id!r}")
        if rig_id in self.rigs:
            raise SimulatorError(f"There is a rig {rig_id} already")
        self._build(rig_id).press_power_button()
        return rig_id

    @action
    def remove(self, *, rig_id: str) -> None:
        """Take a rig away, from the panel too."""
        self.rig(rig_id).plug(on=False)
        self._accidents.pop(rig_id).end()
        del self.rigs[rig_id]
        self.page.forget(rig_id)

    @action
    def cut_network(self, *, seconds: float | None = None) -> None:
        """Take the farm off the internet, for so many s or until it is restored."""
        if seconds is not None and seconds < 0:
            raise SimulatorError(f"seconds must be 0 or more, not {seconds}")
        self.network_up = False
        self._outages += 1
        outage = self._outages
        if seconds is not None:
            self._timeline.at(self.now + seconds, lambda: self._end(outage))

    @action
    def restore_network(self) -> None:
        """Put the farm back on the internet: each rig's next report arrives."""
        self.network_up = True

    @action
    def heal(self) -> None:
        """Undo all that is wrong, with the panel, the network, plugs and rigs."""
        self.page.mend()
        self.restore_network()
        for rig in self.rigs.values():
            rig.stay_off(enabled=False)
            rig.mend_plug()
            rig.mend()
            rig.plug(on=True)

    def _build(self, rig_id: str) -> Rig:
        """Put a rig together: the same ID is the same rig."""
        rng = dice(self._plan.seed, rig_id)
        build = Build.planned(
            rng,
            number=self._numbers.setdefault(rig_id, len(self._numbers)),
            gpus=self._plan.gpus,
            era=self._era,
            miners=self._plan.miners,
        )
        rig = Rig(rig_id, build, rng, self._timeline, self._deliver)
        self.rigs[rig_id] = rig
        chance = dice(self._plan.seed, rig_id, "accidents")
        accidents = Accidents(rig, self._timeline, chance, self._plan.faults)
        self._accidents[rig_id] = accidents
        return rig

    def _deliver(self, rig_id: str, reading: Reading) -> None:
        """Bring a report to the panel, if there is a way."""
        if self.network_up:
            self.page.hear(rig_id, reading)

    def _end(self, outage: int) -> None:
        """End an outage, unless a later one took its place."""
        if outage == self._outages:
            self.restore_network()

    def _unused_id(self) -> str:
        """Return an ID that no rig has had."""
        number = len(self._numbers)
        rng = dice(self._plan.seed, "id", number)
        rig_id = ODD_IDS.get(number, f"{rng.randrange(16**6):06x}")
        while rig_id in self._numbers:
            rig_id = f"{rng.randrange(16**6):06x}"
        return rig_id
