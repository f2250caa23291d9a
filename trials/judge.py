"""The integration's reader and its judgement, without what Home Assistant adds."""

from collections.abc import Mapping
from datetime import datetime, timedelta
import json
from typing import Final

from custom_components.ethos.options import Options
from custom_components.ethos.panel import (
    Memory,
    Panel,
    follow,
    from_record,
    review,
    to_record,
)
from custom_components.ethos.panel.memory import remembered
from custom_components.ethos.panel.models import Answer
from custom_components.ethos.panel.parse import PanelParser
from custom_components.ethos.panel.review import Review

OPTIONS: Final = Options.of({})
"""What a user gets who sets nothing."""
# As the integration's store does: what is told is written at once, all else later.
_SAVED_AFTER: Final = timedelta(minutes=10)


class Judge:
    """What looks at each answer, and remembers across restarts what it must."""

    def __init__(self) -> None:
        """Know nothing."""
        self._saved: Memory | None = None
        self._saved_at: datetime | None = None
        self.start()

    def start(self) -> None:
        """Begin, or begin anew with what was saved."""
        self._parser = PanelParser()
        self._panel: Panel | None = None
        self.memory: Memory | None = (
            None
            if self._saved is None
            else from_record(json.loads(json.dumps(to_record(self._saved))))
        )

    def stop(self) -> None:
        """Save; not called by who is killed."""
        # Nobody changes it any more: it can go through JSON when it is read.
        self._saved = self.memory

    def look(
        self, answer: Mapping[str, object], read_at: datetime, date: datetime
    ) -> Review:
        """Read, follow and review an answer, and save as the integration does."""
        self._panel = follow(
            self._panel,
            self._parse(answer, read_at, date),
            OPTIONS.patience,
            {} if self._panel else remembered(self.memory or {}),
        )
        result = review(self.memory, self._panel, OPTIONS.limits)
        self.memory = result.memory
        if self._saved_at is None:
            self._saved_at = read_at
        if result.changes or read_at - self._saved_at >= _SAVED_AFTER:
            self._saved_at = read_at
            self.stop()
        return result

    def _parse(
        self, answer: Mapping[str, object], read_at: datetime, date: datetime
    ) -> Answer:
        """Read an answer, without the pauses."""
        steps = self._parser.steps(answer, read_at=read_at, date=date)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                said: Answer = end.value
                return said
