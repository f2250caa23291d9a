"""The panel's page: what it last heard of each rig, and how it says so."""

from collections.abc import Mapping
from typing import Any, Final

from .actions import action
from .answer import encode
from .errors import SimulatorError
from .listing import Listed, totals
from .reading import Reading
from .shapes import version
from .timeline import Timeline
from .troubles import (
    Blank,
    Down,
    Empty,
    Frozen,
    Locked,
    Password,
    Redirect,
    Slow,
    Status,
    Trouble,
    Truncated,
)

LOGIN: Final = ("ethos", "live")
"""What ethOS itself comes with."""
MOST_SLOW: Final = 3600
"""s to wait for an answer."""
STATUSES: Final = range(200, 600)
"""Statuses of HTTP that end a request."""


class Page:
    """A panel's page, as of now."""

    def __init__(self, timeline: Timeline, newest: str, timeout: float) -> None:
        """Start with no rigs; one that is silent for the timeout (s) is unreachable."""
        self.trouble: Trouble | None = None
        self._timeline = timeline
        self._newest = newest
        self._version = version(newest)
        self._timeout = timeout
        self._readings: dict[str, Reading] = {}
        self._listed: dict[str, Listed] = {}
        self._texts: dict[str, tuple[Listed, str]] = {}

    def hear(self, rig_id: str, reading: Reading) -> None:
        """Take a rig's report."""
        self._readings[rig_id] = reading

    def forget(self, rig_id: str) -> None:
        """Take a rig off the page."""
        self._readings.pop(rig_id, None)
        self._listed.pop(rig_id, None)
        self._texts.pop(rig_id, None)

    @property
    def answer(self) -> dict[str, Any]:
        """The answer, for whoever reads it within this process; not to be changed."""
        if isinstance(self.trouble, Frozen):
            return dict(self.trouble.answer)
        listed = self._look()
        return {
            "rigs": {rig_id: rig.answer for rig_id, rig in listed.items()} or [],
            **self._totals(listed),
        }

    @property
    def text(self) -> str:
        """The answer, encoded."""
        if isinstance(self.trouble, Frozen):
            return self.trouble.text
        listed = self._look()
        rigs = ",".join([self._text(rig_id, rig) for rig_id, rig in listed.items()])
        head = f'{{"rigs":{{{rigs}}},' if rigs else '{"rigs":[],'
        return head + encode(self._totals(listed))[1:]

    def _text(self, rig_id: str, rig: Listed) -> str:
        """Return a rig's part of the answer, which is encoded once for each report."""
        known = self._texts.get(rig_id)
        if known is None or known[0] is not rig:
            known = rig, f'"{rig_id}":{encode(rig.answer)}'
            self._texts[rig_id] = known
        return known[1]

    def _look(self) -> Mapping[str, Listed]:
        """Return all rigs, made anew where something has changed since last time."""
        if isinstance(self.trouble, Empty):
            return {}
        silence_began = self._timeline.now - self._timeout
        for rig_id, reading in self._readings.items():
            known = self._listed.get(rig_id)
            silent = reading.reported_at <= silence_began
            if known is None or (known.reading, known.silent) != (reading, silent):
                self._listed[rig_id] = Listed.after(
                    reading, known, self._version, silent=silent
                )
        return self._listed

    def _totals(self, listed: Mapping[str, Listed]) -> Mapping[str, object]:
        """Return what is said about all rigs."""
        return totals(
            listed.values(),
            newest=self._newest,
            panel=self._version,
            now=self._timeline.now,
        )

    @action
    def mend(self) -> None:
        """Answer as usual again."""
        self.trouble = None

    @action
    def down(self) -> None:
        """Close the connection instead of answering."""
        self.trouble = Down()

    @action
    def slow(self, *, seconds: float) -> None:
        """Wait before answering, in s of real time."""
        if not 0 <= seconds <= MOST_SLOW:
            raise SimulatorError(f"seconds must be 0 to {MOST_SLOW}, not {seconds}")
        self.trouble = Slow(seconds)

    @action
    def status(self, *, status: int, retry_after: int | None = None) -> None:
        """Answer with a status of HTTP, 429 say, and perhaps Retry-After (s)."""
        if status not in STATUSES:
            raise SimulatorError(f"status must be 200 to 599, not {status}")
        self.trouble = Status(status, retry_after)

    @action
    def require_password(
        self, *, user: str = LOGIN[0], password: str = LOGIN[1]
    ) -> None:
        """Answer only who gives the user and the password."""
        self.trouble = Password(user, password)

    @action
    def redirect(self, *, to: str = "/moved/?json=yes") -> None:
        """Send elsewhere; what is given unless told otherwise leads to the panel."""
        self.trouble = Redirect(to)

    @action
    def lock(self) -> None:
        """Answer with a page for people instead of JSON."""
        self.trouble = Locked()

    @action
    def truncate(self) -> None:
        """Answer with half of the JSON."""
        self.trouble = Truncated()

    @action
    def blank(self) -> None:
        """Answer with nothing."""
        self.trouble = Blank()

    @action
    def empty(self) -> None:
        """Answer as if there were no rigs."""
        self.trouble = Empty()

    @action
    def freeze(self) -> None:
        """Let the answer stand still, clock included."""
        self.mend()
        self.trouble = Frozen(self.answer, self.text)
