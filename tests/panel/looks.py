"""A panel that is looked at again and again, and what is told of it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
import json
from typing import Any, Final

from custom_components.ethos.panel import (
    Change,
    ChangeType,
    Finding,
    Limits,
    Memory,
    Panel,
    Review,
    Rig,
    RigMemory,
    follow,
    from_record,
    review,
    to_record,
)
from custom_components.ethos.panel.memory import remembered
from tests.farm import START, Json, answer, rig
from tests.panel.reading import NOW, PATIENCE, read

LIMITS: Final = Limits(temperature_high=80, temperature_low=35, hash_rate_drop=10)
FIRST: Final = "01:00.0"
SECOND: Final = "02:00.0"
DAY: Final = 86_400
USUAL_AFTER: Final = 10
"""Looks after which there is a usual hash rate."""
WELL_AFTER: Final = 20
"""Looks after which nothing is in doubt."""

# As its panel keeps it: not counted, and otherwise as it was.
DEAD: Final[Json] = {"condition": "unreachable", "hash": 0, "miner_instance": 0}
NO_HASHES: Final[Json] = {"hash": 0, "miner_hashes": "00.00 00.00"}
ILL: Final[Json] = {"temp": "64 90", "condition": "throttle"}


class Watch:
    """Looks at a panel whose rigs report at every look, and remembers."""

    def __init__(
        self, rigs: Mapping[str, Any] | None = None, limits: Limits = LIMITS
    ) -> None:
        """Look for the first time, at one rig that has been well for two hours."""
        self.rigs: dict[str, Any] = dict(rigs or {"a": rig()})
        self.silent: set[str] = set()
        """Those that report no more."""
        self.booted_at: dict[str, float] = dict.fromkeys(self.rigs, -7200)
        self.miner_started_at: dict[str, float] = dict.fromkeys(self.rigs, -7100)
        self.seconds = 0
        self.limits = limits
        self.memory: Memory | None = None
        self.result: Review
        self.said: Json = {}
        """The last answer."""
        self.followed: Panel | None = None
        assert self.look(0) == []

    @property
    def now(self) -> datetime:
        """The moment of the last look."""
        return NOW + timedelta(seconds=self.seconds)

    @property
    def a(self) -> Json:
        """What the panel says of the rig that most tests are about."""
        one: Json = self.rigs["a"]
        return one

    @property
    def seen(self) -> Rig:
        """That rig, as it was last seen."""
        return self.result.panel.rigs["a"]

    @property
    def known(self) -> RigMemory:
        """What is remembered of it."""
        return self.result.memory["a"]

    def look(
        self, seconds: int = 60, *, reports: bool = True, **said: Any
    ) -> list[Change]:
        """Let time pass and look; return what is told."""
        self.seconds += seconds
        if reports:
            for rig_id in self.rigs.keys() - self.silent:
                self._report(rig_id)
        said = {"rigs": self.rigs, "time": START + self.seconds, **said}
        self.said = answer(**said)
        panel = read(self.said, read_at=self.now)
        known = remembered(self.memory or {})
        self.followed = follow(self.followed, panel, PATIENCE, known)
        return self._review(self.followed)

    def looks(self, times: int, seconds: int = 60, **said: Any) -> list[Change]:
        """Look so many times; return all that is told."""
        return [change for _ in range(times) for change in self.look(seconds, **said)]

    def restart(self) -> None:
        """Forget all but what was written down."""
        assert self.memory is not None
        self.memory = from_record(json.loads(json.dumps(to_record(self.memory))))
        self.followed = None

    def shows_maintenance(self) -> bool:
        """Return whether the rig is shown to be worked on."""
        return self.seen.maintenance

    def boot(self, seconds_ago: int = 30) -> None:
        """Let the rig boot, and its miner start."""
        self.booted_at["a"] = self.seconds - seconds_ago
        self.start_miner(seconds_ago)

    def start_miner(self, seconds_ago: int = 30) -> None:
        """Let the miner start anew."""
        self.miner_started_at["a"] = self.seconds - seconds_ago

    def remember(self, rig_memory: RigMemory) -> None:
        """Remember something else of a rig."""
        self.memory = {**(self.memory or {}), rig_memory.rig_id: rig_memory}

    def maintain(self, until: datetime | None = None) -> None:
        """Begin to work on the rig."""
        self.remember(self.known.in_maintenance(until))

    def end_maintenance(self) -> None:
        """Have worked on it."""
        assert self.memory is not None
        self.remember(self.memory["a"].after_maintenance())

    def _report(self, rig_id: str) -> None:
        """Let a rig report half a minute before it is looked at."""
        one = self.rigs[rig_id]
        if (
            not isinstance(one, dict)
            or one["condition"] == "unreachable"
            or one["server_time"] is None
        ):
            return
        reported = self.seconds - 30
        one["server_time"] = START + reported
        booted_at = self.booted_at.setdefault(rig_id, -7200)
        started_at = self.miner_started_at.setdefault(rig_id, -7100)
        for key, since in (("uptime", booted_at), ("miner_secs", started_at)):
            if one[key] is not None:
                one[key] = max(0, int(reported - since))

    def _review(self, panel: Panel) -> list[Change]:
        """Judge what was seen."""
        self.result = review(self.memory, panel, self.limits)
        self.memory = self.result.memory
        return list(self.result.changes)


def types(changes: Iterable[Change]) -> list[ChangeType]:
    """Return what is told, in order."""
    return [change.type for change in changes]


def problems(one: Rig) -> list[tuple[str, str | None]]:
    """Return what is wrong with a rig, and with which GPU."""
    return [(it.ailment.problem.value, it.ailment.gpu) for it in one.problems]


def finding(one: Rig) -> Finding:
    """Return the only thing that is wrong with a rig."""
    (only,) = one.problems
    return only
