"""Smart plugs as they are: most obey, some do not, some tell what flows."""

from collections.abc import Callable
from enum import Enum
from functools import partial
from random import Random
from typing import Final

from custom_components.ethos.power.cycler import PlugState
from simulator import Rig

from .agenda import Agenda

MINUTE: Final = 60.0
LEFT_DARK: Final = 30 * MINUTE
"""s without power after which a rig was left so, though its plug would have heard."""
_METER_LAG: Final = 5.0
"""s until a meter tells what flows since the plug was switched."""


class Fault(Enum):
    """What is wrong with a plug."""

    ABSENT = "does not answer"
    STUCK_ON = "does not turn off"
    STUCK_OFF = "does not turn on again"
    WELDED = "says it is off, but is on"
    FAINT = "is away for minutes when it was turned off"
    FORGETFUL = "loses every other command"
    SLOW = "obeys after up to 40 s"


class Plug:
    """A plug, its rig, and what becomes of both."""

    def __init__(
        self,
        rig: Rig,
        agenda: Agenda,
        rng: Random,
        changed: Callable[[str], None],
        *,
        has_meter: bool,
    ) -> None:
        """Feed a rig, and call whoever looks at the plug when it has changed."""
        self.rig = rig
        self.has_meter = has_meter
        self.is_on = True
        self.is_persons = False
        """Whether a person turned it off."""
        self.darks = 0
        """How often its rig was left without power that it could have had."""
        self.longest_dark = 0.0
        """s for which its rig was, at most."""
        self._agenda = agenda
        self._rng = rng
        self._changed = changed
        self._fault: Fault | None = None
        self._is_away = False
        self.has_mains = True
        self._free_at = 0.0
        self._held: tuple[float, float] = (0.0, 0.0)
        self._dark_since: float | None = None

    @property
    def hears(self) -> bool:
        """Whether it answers at all."""
        absent = self._is_away or self._fault is Fault.ABSENT
        return self.has_mains and not absent

    @property
    def state(self) -> PlugState:
        """What it says of itself."""
        if not self.hears:
            return PlugState.UNAVAILABLE
        return PlugState.ON if self.is_on else PlugState.OFF

    @property
    def watts(self) -> float | None:
        """What its meter tells, if it has one."""
        if not self.has_meter or not self.hears:
            return None
        until, watts = self._held
        return watts if self._agenda.now < until else self._flow()

    def turn(self, *, on: bool | None) -> None:
        """Tell it to be on or off, or the other of both."""
        slowest = 40.0 if self._fault is Fault.SLOW else 1.0
        heard_at = self._agenda.now + self._rng.uniform(slowest / 10, slowest)
        # What was said first is heard first.
        self._free_at = max(self._free_at, heard_at)
        self._agenda.at(self._free_at, partial(self._obey, on=on))

    def fail(self, fault: Fault) -> None:
        """Be broken."""
        self._fault = fault
        self._change()

    def lose_mains(self) -> None:
        """Get no power itself."""
        self.has_mains = False
        self._change()

    def get_mains(self) -> None:
        """Get power again, and be as before."""
        self.has_mains = True
        self._change()

    def take(self) -> None:
        """Be turned off by a person who works at the rig."""
        self.is_persons = True
        self.is_on = False
        self._change()

    def mend(self) -> None:
        """Be on and well, by a person's hand."""
        self._fault = None
        self._is_away = self.is_persons = False
        self.is_on = True
        self._change()

    def settle(self) -> None:
        """Count how long its rig has been without power that it could have had."""
        can_be_on = self.hears and self._fault is not Fault.STUCK_OFF
        if can_be_on and not self.is_on and not self.is_persons:
            self._dark_since = self._dark_since or self._agenda.now
        elif self._dark_since is not None:
            dark = self._agenda.now - self._dark_since
            self.longest_dark = max(self.longest_dark, dark)
            self.darks += dark > LEFT_DARK
            self._dark_since = None

    def finish(self) -> None:
        """Count what lasts at the end."""
        if self._dark_since is not None:
            self.mend()

    def _obey(self, *, on: bool | None) -> None:
        """Hear what it was told."""
        if on is None:
            on = not self.is_on
        if not self.hears or on == self.is_on:
            return
        if self._fault is Fault.FORGETFUL and self._rng.random() < 1 / 2:
            return
        if self._fault is (Fault.STUCK_OFF if on else Fault.STUCK_ON):
            return
        self._held = self._agenda.now + _METER_LAG, self._flow()
        self._agenda.after(_METER_LAG, self._tell)
        self.is_on = on
        self._change()
        if self._fault is Fault.FAINT and not on:
            self._is_away = True
            self._agenda.after(self._rng.uniform(1, 20) * MINUTE, self._return)
            self._change()

    def _return(self) -> None:
        """Answer again."""
        self._is_away = False
        self._change()

    def _flow(self) -> float:
        """Return what flows, in W, as far as a meter can tell."""
        return self.rig.power * self._rng.uniform(0.98, 1.02) + self._rng.random() / 2

    def _change(self) -> None:
        """Feed the rig, or do not, and let it be known."""
        closed = self.is_on or self._fault is Fault.WELDED
        self.rig.plug(on=self.has_mains and closed)
        self.settle()
        self._tell()

    def _tell(self) -> None:
        """Let whoever looks at it know."""
        self._changed(self.rig.rig_id)
