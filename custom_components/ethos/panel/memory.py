"""What must be remembered of a rig to judge it, and to tell each thing once."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from .continuity import JITTER
from .models import Rig
from .problems import Ailment, Finding, Problem
from .usual import Usual


class Doubt(NamedTuple):
    """An ailment that seems to begin or to end, but is not confirmed."""

    since: datetime
    polls: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RigMemory:
    """What is remembered of a rig."""

    rig_id: str
    is_judged: bool = False
    """Whether it has ever been looked at."""
    reported_at: datetime | None = None
    """Of its last report; this and the next two by the panel's clock."""
    booted_at: datetime | None = None
    miner_started_at: datetime | None = None
    gpus: tuple[str, ...] = ()
    """Keys of all GPUs it had since somebody last worked on it."""
    findings: Mapping[Ailment, Finding] = field(default_factory=dict)
    """What is wrong with it."""
    told: Mapping[Ailment, Finding] = field(default_factory=dict)
    """What was wrong with it when somebody was last told."""
    usual: Usual = field(default_factory=Usual)
    missed: int = 0
    """Good answers in a row that did not list it."""
    missed_since: datetime | None = None
    """Since when; this and what follows by the clock of who asked."""
    is_gone: bool = False
    """Whether it was taken off the panel."""
    maintenance: bool = False
    """Whether somebody works on it, so that nothing is told of it."""
    maintenance_until: datetime | None = None
    """When that ends by itself."""

    doubts: Mapping[Ailment, Doubt] = field(default_factory=dict, compare=False)
    seen: Rig | None = field(default=None, repr=False, compare=False)
    """The rig as last judged."""
    shown: Rig | None = field(default=None, repr=False, compare=False)
    """The same, with what is wrong with it."""

    @property
    def is_in_doubt(self) -> bool:
        """Whether the next poll decides, even if it brings nothing new."""
        return bool(
            self.doubts or self.missed or self.is_gone or self.usual.is_in_doubt
        )

    def has_rebooted_since(self, before: RigMemory) -> bool:
        """Return whether the rig has booted after the last report from before.

        Its own clock drifts from the panel's, by a minute in some weeks; but what it
        reported, it reported before it booted.
        """
        return _is_later(self.booted_at, before.booted_at, before.reported_at)

    def has_new_miner_since(self, before: RigMemory) -> bool:
        """Return whether the miner was started after the last report from before."""
        return _is_later(
            self.miner_started_at, before.miner_started_at, before.reported_at
        )

    def in_maintenance(self, until: datetime | None) -> RigMemory:
        """Return it with maintenance on, until a moment or for good."""
        return replace(self, maintenance=True, maintenance_until=until, shown=None)

    def after_maintenance(self) -> RigMemory:
        """Return what is still true once somebody has worked on the rig.

        Its GPUs and its usual hash rate may be others from now on.
        """
        listed = self.seen.gpus_by_key if self.seen else {}
        memory = replace(self, maintenance=False, maintenance_until=None)
        return memory.without_gpus(set(self.gpus) - set(listed)).with_usual(Usual())

    def without_gpus(self, keys: set[str]) -> RigMemory:
        """Return it as if it never had some GPUs."""

        def kept[ItemT](items: Mapping[Ailment, ItemT]) -> Mapping[Ailment, ItemT]:
            return {key: item for key, item in items.items() if key.gpu not in keys}

        return replace(
            self,
            gpus=tuple(key for key in self.gpus if key not in keys),
            findings=kept(self.findings),
            told=kept(self.told),
            doubts=kept(self.doubts),
            shown=None,
        )

    def with_usual(self, usual: Usual) -> RigMemory:
        """Return it with another usual; what began anew is no drop any more."""
        if not usual.began_anew_since(self.usual):
            return replace(self, usual=usual)
        low = Ailment(Problem.LOW_HASH_RATE)
        return replace(
            self,
            usual=usual,
            findings={key: it for key, it in self.findings.items() if key != low},
            told={key: it for key, it in self.told.items() if key != low},
        )


type Memory = Mapping[str, RigMemory]
"""What is remembered of a panel, by rig ID."""


def remembered(memory: Memory) -> dict[str, Rig]:
    """Return the rigs as they were last seen, as far as it is remembered."""
    offline = Ailment(Problem.OFFLINE)
    return {
        rig_id: Rig(
            rig_id=rig_id,
            online=offline not in rig.findings,
            reported_at=rig.reported_at,
            booted_at=rig.booted_at,
            miner_started_at=rig.miner_started_at,
        )
        for rig_id, rig in memory.items()
    }


def _is_later(
    now: datetime | None, before: datetime | None, reported_at: datetime | None
) -> bool:
    """Return whether a moment is another one, after a report, than that before."""
    if now is None or before is None or now - before <= JITTER:
        return False
    return reported_at is None or reported_at - now < JITTER
