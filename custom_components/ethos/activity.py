"""What happened to the rigs of a panel: a queue of what is to be told, and a log."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, TypedDict

from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .devices import DeviceRoster
from .panel import Change, ChangeType
from .power.control import PowerChange, PowerEvent

# A bad night of a farm of a hundred rigs; what is older nobody reads in a chat.
_LOG_SIZE: Final = 500
# As exactly as moments are told.
_MILLISECOND: Final = timedelta(milliseconds=1)


class Happening(TypedDict):
    """Something that happened, as what JSON can hold."""

    type: str
    at: str
    """When it was seen."""
    rig_id: str
    rig_name: str
    device_id: str | None
    """Of the rig."""
    gpu: str | None
    """Name of the GPU, if it is about one."""
    problem: str | None
    value: float | str | None
    limit: float | None
    unit: str | None
    duration: int | None
    """How long what ended has lasted, in seconds."""
    remaining: int
    """How many more were seen at the same time and are told after it."""


def _is_moment(text: str) -> bool:
    """Return whether a text is a moment, or raise ValueError."""
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError(text)
    return True


_HAPPENING: Final = vol.Schema(
    {
        "type": vol.In([kind.value for kind in (*ChangeType, *PowerChange)]),
        "at": vol.All(str, _is_moment),
        "rig_id": str,
        "rig_name": str,
        "device_id": vol.Maybe(str),
        "gpu": vol.Maybe(str),
        "problem": vol.Maybe(str),
        "value": vol.Any(None, float, int, str),
        "limit": vol.Any(None, float, int),
        "unit": vol.Maybe(str),
        "duration": vol.Maybe(int),
        "remaining": int,
    },
    required=True,
    extra=vol.ALLOW_EXTRA,
)


def _is_happening(record: object) -> bool:
    """Return whether what was written makes sense."""
    try:
        _HAPPENING(record)
    except vol.Invalid:
        return False
    return True


type Listener = Callable[[Happening], None]


class Activity:
    """Tells what happened, in order, as soon as somebody listens."""

    def __init__(self, roster: DeviceRoster) -> None:
        """Begin with nothing to tell."""
        self._roster = roster
        self._log: deque[Happening] = deque()
        self._queue: deque[Happening] = deque()
        self._listeners: dict[str | None, list[Listener]] = {}
        self._is_open = False

    @property
    def is_waiting(self) -> bool:
        """Whether something is to be told, and may be."""
        return self._is_open and bool(self._queue)

    @callback
    def async_add(self, changes: Iterable[Change]) -> None:
        """Queue what one look has shown."""
        found = list(changes)
        self._queue.extend(
            self._happening(change, remaining)
            for change, remaining in zip(
                found, reversed(range(len(found))), strict=True
            )
        )

    @callback
    def async_add_power(self, events: Sequence[PowerEvent], at: datetime) -> None:
        """Queue what happened to rigs at a moment; no look at the panel shows it."""
        # Who asks for what was told at a moment must not get two batches.
        taken = {it["at"] for it in (*self._log, *self._queue)}
        while (moment := _written(at)) in taken:
            at += _MILLISECOND
        for event, remaining in zip(events, reversed(range(len(events))), strict=True):
            device = self._roster.device(event.rig_id)
            self._queue.append(
                {
                    "type": event.type.value,
                    "at": moment,
                    "rig_id": event.rig_id,
                    "rig_name": self._roster.rig_name(event.rig_id),
                    "device_id": None if device is None else device.id,
                    "gpu": None,
                    "problem": event.problem and event.problem.value,
                    "value": event.outcome and event.outcome.value,
                    "limit": None,
                    "unit": None,
                    "duration": _seconds(event.duration),
                    "remaining": remaining,
                }
            )

    @callback
    def async_open(self) -> None:
        """Let it be told: automations listen."""
        self._is_open = True

    @callback
    def async_close(self) -> None:
        """Keep it to be told later: the entities go."""
        self._is_open = False

    @callback
    def async_add_listener(
        self, rig_id: str | None, listener: Listener
    ) -> CALLBACK_TYPE:
        """Tell the listener what happens to a rig, or to all."""
        self._listeners.setdefault(rig_id, []).append(listener)
        return partial(self._listeners[rig_id].remove, listener)

    @callback
    def async_tell_next(self) -> None:
        """Tell the next thing to those whom it concerns."""
        happening = self._queue.popleft()
        self._log.append(happening)
        # What happened at once is one message, however much it is.
        while len(self._log) > _LOG_SIZE and self._log[0]["at"] != happening["at"]:
            self._log.popleft()
        for key in (happening["rig_id"], None):
            for listener in self._listeners.get(key, []).copy():
                listener(happening)

    @property
    def log(self) -> Iterable[Happening]:
        """What was told, as far back as it is kept."""
        return self._log

    def since(self, since: datetime, until: datetime) -> list[Happening]:
        """Return what was told of a time, both ends included."""
        return [
            happening
            for happening in self._log
            if since <= datetime.fromisoformat(happening["at"]) <= until
        ]

    def as_record(self) -> dict[str, list[Happening]]:
        """Return it as what JSON can hold."""
        return {"log": list(self._log), "queue": list(self._queue)}

    @callback
    def async_restore(self, record: Mapping[str, Any]) -> None:
        """Go on from what was written, as far as it makes sense."""
        self._log.extend(filter(_is_happening, record["log"]))
        self._queue.extend(filter(_is_happening, record["queue"]))

    def _happening(self, change: Change, remaining: int) -> Happening:
        """Return a change as what JSON can hold."""
        rig_id, gpu, duration = change.rig_id, change.gpu, change.duration
        device = self._roster.device(rig_id)
        return {
            "type": change.type.value,
            "at": _written(change.at),
            "rig_id": rig_id,
            "rig_name": self._roster.rig_name(rig_id),
            "device_id": None if device is None else device.id,
            "gpu": None if gpu is None else self._roster.gpu_name(rig_id, gpu),
            "problem": change.problem and change.problem.value,
            "value": change.value,
            "limit": change.limit,
            "unit": change.unit,
            "duration": _seconds(duration),
            "remaining": remaining,
        }


def _written(moment: datetime) -> str:
    """Return a moment as text."""
    return dt_util.as_utc(moment).isoformat(timespec="milliseconds")


def _seconds(duration: timedelta | None) -> int | None:
    """Return a duration as whole seconds."""
    return None if duration is None else round(duration.total_seconds())
