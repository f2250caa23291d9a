"""What may have kept a rig from working: it had no power, or somebody worked on it."""

from datetime import datetime, timedelta
from typing import Final

from .cycler import PlugState, Sight
from .policy import DEAD

# A plug that is away for less has poor Wi-Fi; for longer, it may have had no power.
_OUTAGE: Final = timedelta(minutes=3)


class Interruptions:
    """When each rig was last interrupted, by what was seen of it."""

    def __init__(self) -> None:
        """Know of none."""
        self.worked_on_at: dict[str, datetime] = {}
        """When it was in maintenance."""
        self.plug_off_at: dict[str, datetime] = {}
        """When its plug was off, or not seen, so that it may have been."""
        self.dead_at: dict[str, datetime] = {}
        """When it drew next to nothing."""
        self._away_since: dict[str, datetime] = {}

    def notice(self, rig_id: str, sight: Sight, now: datetime) -> None:
        """Remember that a rig had no power, be it between two polls."""
        if sight.plug in {PlugState.UNKNOWN, PlugState.UNAVAILABLE}:
            self._away_since.setdefault(rig_id, now)
        else:
            away_since = self._away_since.pop(rig_id, now)
            if sight.plug is PlugState.OFF or now - away_since >= _OUTAGE:
                self.plug_off_at[rig_id] = now
        if sight.watts is not None and sight.watts < DEAD:
            self.dead_at[rig_id] = now
