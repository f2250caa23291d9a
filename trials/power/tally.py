"""What came of a run, in numbers."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from custom_components.ethos.power.policy import Settings

from .accidents import Need
from .run import Case, Cut, Run, Setting
from .truth import UNHEARD
from .watchers import WATCHERS


@dataclass(frozen=True, kw_only=True, slots=True)
class Fate:
    """What became of a rig that met with an accident."""

    kind: str
    need: Need
    is_silent: bool
    took: float | None
    """s until it mined again without a person."""
    is_given_up: bool
    cycles: int

    @classmethod
    def of(cls, case: Case) -> Self:
        """Take it from the run."""
        kind, recovered_at = case.accident.kind, case.recovered_at
        return cls(
            kind=kind.name,
            need=kind.need,
            is_silent=kind.is_silent,
            took=None if recovered_at is None else recovered_at - case.accident.at,
            is_given_up=case.is_given_up,
            cycles=case.cycles,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """What one watcher made of a farm."""

    name: str
    fates: Sequence[Fate]
    cuts: Sequence[Cut]
    darks: int
    """Rigs that were left without power."""
    longest_dark: float
    """s."""
    polls: int
    failed: int
    done: Counter[str]
    """What else happened, and how often."""

    @classmethod
    def of(cls, run: Run) -> Self:
        """Count what is over."""
        plugs = run.plugs.values()
        return cls(
            name=run.watcher.name,
            fates=[Fate.of(case) for case in run.cases if case.is_over],
            cuts=run.cuts,
            darks=sum(plug.darks for plug in plugs),
            longest_dark=max(plug.longest_dark for plug in plugs),
            polls=run.polls,
            failed=run.failed,
            done=run.done,
        )

    @property
    def wrong(self) -> Counter[str]:
        """What spoke against cycles, and how often; what nobody could know, too."""
        return Counter(cut.wrong for cut in self.cuts if cut.wrong is not None)

    @property
    def wrongs(self) -> int:
        """How many cycles were wrong by what could be known."""
        return self.wrong.total() - self.wrong[UNHEARD]

    @property
    def over_limit(self) -> Sequence[Cut]:
        """The cycles that were too many or too soon."""
        return list(_over_limit(self.cuts, Settings()))

    def fates_of(self, need: Need, *, is_silent: bool | None = None) -> list[Fate]:
        """Return what became of rigs with a need."""
        return [
            fate
            for fate in self.fates
            if fate.need is need and is_silent in {None, fate.is_silent}
        ]


def tally(setting: Setting, number: int) -> Tally:
    """Run a farm for one of the watchers."""
    run = Run(setting, WATCHERS[number])
    run.run()
    return Tally.of(run)


def _over_limit(cuts: Sequence[Cut], settings: Settings) -> Iterator[Cut]:
    """Yield what passes a limit, given all that was before it."""
    hour, day = 3600, 86_400
    for number, cut in enumerate(cuts):
        before = [
            (cut.at - other.at, other.rig_id)
            for other in cuts[max(0, number - 1000) : number]
        ]
        own = [age for age, rig_id in before if rig_id == cut.rig_id]
        if (
            sum(age < 6 * hour for age in own) >= settings.per_six_hours
            or sum(age < day for age in own) >= settings.per_day
            or any(age < settings.pause.total_seconds() for age in own)
            or sum(age < hour for age, _ in before) >= settings.per_hour
            or any(age < settings.gap.total_seconds() for age, _ in before)
        ):
            yield cut
