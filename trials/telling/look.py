"""What an answer shows of a rig, read anew and not as the integration reads it."""

from collections.abc import Mapping
from typing import Any, Final

OFFLINE_AFTER: Final = 480
"""s: how old a report may be, which is what users get unless they set it."""
FRESH: Final = 240
"""s: a report a minute older than the longest that rigs wait between two."""


class Look:
    """A look at one rig."""

    def __init__(
        self, rig: Mapping[str, Any] | None, now: float, *, others_report: bool
    ) -> None:
        """Take the rig as the panel lists it, if so, at a moment (Unix time, s)."""
        self._rig = rig or {}
        self._now = now
        self._others_report = others_report
        self.is_listed = rig is not None

    @property
    def is_down(self) -> bool:
        """Whether the panel says so, or it is silent for long while others report."""
        if self.condition == "unreachable":
            return True
        return (
            self.is_listed
            and self._others_report
            and self._now - self.reported_at > OFFLINE_AFTER
        )

    @property
    def condition(self) -> str:
        """The panel's word for it."""
        return str(self._rig.get("condition", ""))

    @property
    def reported_at(self) -> float:
        """When it reported last (Unix time, s)."""
        return float(self._rig.get("server_time", 0))

    @property
    def booted_at(self) -> float:
        """When it booted (Unix time, s)."""
        return self.reported_at - float(self._rig.get("uptime", 0))

    @property
    def miner_started_at(self) -> float:
        """When its miner started (Unix time, s); 0 if it does not run."""
        age = float(self._rig.get("miner_secs", 0))
        return self.reported_at - age if age else 0.0

    @property
    def hash_rate(self) -> float:
        """In the miner's unit."""
        return float(self._rig.get("hash", 0))

    def of_gpu(self, slot: str, field: str) -> float | None:
        """Return a reading of the GPU in a slot, if it is listed and has one."""
        # NVIDIA's lines have a colon more, where AMD's have a point.
        for line in str(self._rig.get("meminfo", "")).splitlines():
            name, _, rest = line.partition(":")
            if rest.replace(".", ":").startswith(f"{slot.replace('.', ':')}:"):
                values = str(self._rig.get(field) or "").split()
                index = int(name.removeprefix("GPU"))
                return float(values[index]) if index < len(values) else None
        return None
