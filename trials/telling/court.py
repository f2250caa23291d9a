"""Comparing what was said with what was done."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from .kinds import Fault
from .look import Look
from .watchers import Vocabulary, Watcher, Word

WAIT: Final = 10
"""Polls after the end of a fault was shown in which something may be said of it."""
SHOWN: Final = 3
"""Polls that must show something before silence about it is a miss."""


@dataclass(kw_only=True, slots=True)
class Sign:
    """What the panel showed of a fault's beginning, or of its end."""

    at: int | None = None
    """The first poll that showed it."""
    polls: int = 0
    """How many live ones did, until something else was shown."""

    def see(self, poll: int, *, is_live: bool) -> None:
        """Take note of a poll that shows it."""
        self.at = poll if self.at is None else self.at
        self.polls += is_live


@dataclass(kw_only=True, slots=True)
class Case:
    """A fault, and what the panel showed of it."""

    fault: Fault
    begun: Sign = field(default_factory=Sign)
    over: Sign = field(default_factory=Sign)
    is_undone: bool = False

    def see(self, look: Look, poll: int, *, is_live: bool) -> None:
        """Take note of what one poll shows, perhaps of how the farm was before."""
        fault = self.fault
        if self.is_undone and fault.until is not None:
            if self.over.at is not None or fault.kind.is_over(look, fault):
                self.over.see(poll, is_live=is_live)
                return
            if look.reported_at > fault.until:
                # It is on its way back, booting perhaps.
                return
        if self.begun.at is not None or fault.kind.shows(look, fault):
            self.begun.see(poll, is_live=is_live)

    def is_closed(self, poll: int) -> bool:
        """Return whether nothing may be said of it any more."""
        last = self.over.at if self.fault.until else self.begun.at
        return last is not None and poll > last + WAIT


@dataclass(kw_only=True, slots=True)
class Verdict:
    """What a watcher said of a case."""

    told_at: dict[str, int] = field(default_factory=dict)
    """The poll, by what it said of the beginning."""
    ended_at: dict[str, int] = field(default_factory=dict)
    """The poll, by what it said of the end."""
    twice: list[Word] = field(default_factory=list)
    """What it said again."""

    def hear(self, word: Word, case: Case, may: Vocabulary, poll: int) -> bool:
        """Return whether the case explains a word, and take note of it if so."""
        of_other = case.fault.slot and word.gpu and word.gpu != case.fault.slot
        if of_other and case.fault.kind.of_gpu:
            return False
        said: list[dict[str, int]] = []
        if word.type in may.tells | may.may_tell and case.over.at is None:
            said.append(self.told_at)
        if word.type in may.ends | may.may_end and case.is_undone:
            said.append(self.ended_at)
        for told in said:
            if word.type not in told:
                told[word.type] = poll
                return True
        if said:
            self.twice.append(word)
        return bool(said) or word.type in may.ignored


class Court:
    """Hears one watcher."""

    def __init__(self, watcher: Watcher) -> None:
        """Begin with nothing heard."""
        self.watcher = watcher
        self.verdicts: dict[int, Verdict] = defaultdict(Verdict)
        """By the identity of the case."""
        self.false: list[tuple[float, Word]] = []
        """When something was said that no fault explains."""

    def hear(self, word: Word, cases: Sequence[Case], poll: int, now: float) -> None:
        """Judge what was said, given the open cases of the rig."""
        # What was done last explains it first.
        for case in reversed(cases):
            may = self.watcher.vocabulary(case.fault.kind)
            if self.verdicts[id(case)].hear(word, case, may, poll):
                return
        self.false.append((now, word))
