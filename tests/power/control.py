"""A farm whose plugs are decided about, without Home Assistant."""

from dataclasses import replace
from typing import Any, Final

from custom_components.ethos.panel import Panel
from custom_components.ethos.power.control import Control, PowerChange
from custom_components.ethos.power.cycler import Plug, PlugState, Sight
from custom_components.ethos.power.history import History
from custom_components.ethos.power.policy import Refusal, Settings
from tests.farm import rig
from tests.panel.looks import Watch
from tests.panel.reading import NOW

PLUGS: Final = {"a": Plug(switch="switch.a"), "b": Plug(switch="switch.b")}


class Farm:
    """Rigs, plugs, and what decides about them."""

    def __init__(self, rigs: int = 6, history: History | None = None) -> None:
        """Look until it is trusted."""
        names = "abcdefghijklmnop"[:rigs]
        self.watch = Watch({name: rig() for name in names})
        self.control = Control(Settings(), {"a": history} if history else {})
        self.sights = {name: Sight(plug=PlugState.ON) for name in PLUGS}
        self.control.set_plugs(PLUGS, NOW)
        self.told: list[tuple[str, PowerChange]] = []
        self.look(3)

    @property
    def panel(self) -> Panel:
        """The panel as last seen."""
        return self.watch.result.panel

    def look(self, minutes: int = 1, **changes: Any) -> None:
        """Let time pass, with a look each minute."""
        for _ in range(minutes):
            self.watch.look(60)
            self.see(replace(self.panel, **changes))

    def see(self, panel: Panel | None) -> None:
        """Take in a poll."""
        self.control.see(panel, self.watch.result.memory, self.sights)
        self.told += [
            (it.rig_id, it.type)
            for it in self.control.review(self.sights, self.watch.now)
        ]

    def refusal(self, rig_id: str = "a", *, forced: bool = False) -> Refusal | None:
        """Ask whether a rig may be cycled."""
        return self.control.refusal(
            rig_id, self.sights[rig_id], self.watch.now, forced=forced
        )
