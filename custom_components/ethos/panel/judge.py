"""Judging one answer after another, with what a person says in between."""

from collections.abc import Generator
from dataclasses import replace

from .changes import Change
from .continuity import Patience, follow
from .memory import Memory, RigMemory, remembered
from .models import Answer, Panel
from .pauses import with_pauses
from .problems import Limits
from .review import Review, reviewing, show


class Judge:
    """Knows what is wrong with the rigs of a panel, and remembers what that takes."""

    def __init__(self, patience: Patience, limits: Limits) -> None:
        """Judge by what the user accepts as healthy."""
        self._patience = patience
        self._limits = limits
        self.memory: Memory = {}
        """What is remembered of the rigs."""
        self._followed: Panel | None = None
        self._changes: list[Change] = []

    async def judge(self, answer: Answer) -> Panel:
        """Return the panel with what is wrong, and note what is new."""
        before = self.memory
        panel, result = await with_pauses(self._steps(before, answer))
        # What a person did meanwhile counts; such a rig is judged at the next poll.
        if self.memory is not before:
            meanwhile = {
                rig_id: rig
                for rig_id, rig in self.memory.items()
                if rig is not before.get(rig_id)
            }
            memory = {**result.memory, **meanwhile}
            result = replace(
                result,
                panel=show(panel, memory),
                memory=memory,
                changes=tuple(
                    change
                    for change in result.changes
                    if change.rig_id not in meanwhile
                ),
            )
        self._followed = panel
        self.memory = result.memory
        self._changes.extend(result.changes)
        return result.panel

    def _steps(
        self, memory: Memory, answer: Answer
    ) -> Generator[None, None, tuple[Panel, Review]]:
        """Return the panel of an answer, and what is wrong, with pauses."""
        panel = (
            follow(self._followed, answer, self._patience)
            if self._followed
            else follow(None, answer, self._patience, remembered(memory))
        )
        yield
        return panel, (yield from reviewing(memory, panel, self._limits))

    def take_changes(self) -> list[Change]:
        """Return what has happened since this was last asked."""
        changes, self._changes = self._changes, []
        return changes

    def known(self, rig_id: str) -> RigMemory:
        """Return what is remembered of a rig."""
        new = RigMemory(rig_id=rig_id, is_judged=True, is_gone=True)
        return self.memory.get(rig_id, new)

    def remember(self, rig: RigMemory, shown: Panel) -> Panel:
        """Remember something else of a rig; return what is to be shown instead."""
        self.memory = {**self.memory, rig.rig_id: rig}
        return show(self._followed or shown, self.memory)
