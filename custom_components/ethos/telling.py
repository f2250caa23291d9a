"""Telling entities of what they show, without holding the event loop for long."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from logging import Logger
from time import monotonic
from typing import Any, Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from .panel import SLICE, Gpu, GpuKey, Panel, Rig

# By how many entities the event loop may be held before others get their turn: a
# frontend that is handed 4,096 changes at once is disconnected.
_SLICE_SIZE: Final = 500

type Key = str | GpuKey | None
"""What entities are about: a rig, a GPU or the panel."""


class Subjects:
    """The panel, rigs and GPUs as they are shown."""

    def __init__(self) -> None:
        """Show nothing."""
        self.by_key: dict[Key, Any] = {}
        """Panel, rigs and GPUs, without what is not there or cannot be read."""
        self._panel: Panel | None = None

    def follow(self, panel: Panel | None) -> list[str | None]:
        """Show another panel, or none; return which rigs, or None, are to be told."""
        before = self._panel.rigs if self._panel else {}
        now = panel.rigs if panel else {}
        self._panel = panel
        changed = [
            rig_id for rig_id, rig in now.items() if before.get(rig_id) is not rig
        ]
        changed.extend(before.keys() - now.keys())
        for rig_id in changed:
            old, new = _gpus(before.get(rig_id)), _gpus(now.get(rig_id))
            for slot in old.keys() - new.keys():
                del self.by_key[GpuKey(rig_id, slot)]
            for slot, gpu in new.items():
                self.by_key[GpuKey(rig_id, slot)] = gpu
            self._show(rig_id, now.get(rig_id))
        self._show(None, panel)
        return [None, *changed]

    def _show(self, key: str | None, subject: Panel | Rig | None) -> None:
        """Show the panel or a rig, if there is one."""
        if subject is None:
            self.by_key.pop(key, None)
        else:
            self.by_key[key] = subject


def _gpus(rig: Rig | None) -> Mapping[str, Gpu]:
    """Return the GPUs of a rig, if it is there."""
    return {} if rig is None else rig.gpus_by_key


class Teller:
    """Calls listeners in slices.

    One that changes thousands of states at once stalls Home Assistant and disconnects
    its frontends.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        logger: Logger,
        then: Callable[[], CALLBACK_TYPE | None],
    ) -> None:
        """Prepare to call; ``then`` is asked what to call after all others."""
        self._loop = hass.loop
        self.logger = logger
        self._then = then
        self._listeners: dict[str | None, list[CALLBACK_TYPE]] = {}
        self._waiting: Iterator[CALLBACK_TYPE] = iter(())
        self._dirty: dict[str | None, None] = {}
        self._slice: CALLBACK_TYPE | None = None

    @callback
    def async_add(self, listener: CALLBACK_TYPE, rig_id: str | None) -> None:
        """Call the listener when a rig changes, or with each change if it is None."""
        self._listeners.setdefault(rig_id, []).append(listener)

    @callback
    def async_remove(self, listener: CALLBACK_TYPE, rig_id: str | None) -> None:
        """Call the listener of a rig no more."""
        listeners = self._listeners[rig_id]
        listeners.remove(listener)
        if not listeners:
            del self._listeners[rig_id]

    @callback
    def async_tell(self, rig_ids: Iterable[str | None] = ()) -> None:
        """Call those of some rigs in the next slices."""
        self._dirty.update(dict.fromkeys(rig_ids))
        if self._slice is None:
            self._slice = self._loop.call_soon(self._async_tell_slice).cancel

    @callback
    def async_stop(self) -> None:
        """Call nobody any more."""
        if self._slice is not None:
            self._slice()
            self._slice = None

    @callback
    def _async_tell_slice(self) -> None:
        """Call as many as fit into a slice, and the others later."""
        self._slice = None
        deadline = monotonic() + SLICE
        told = 0
        while True:
            for listener in self._waiting:
                try:
                    listener()
                except Exception:
                    # One bad entity must not silence the others.
                    self.logger.exception("Unexpected error updating an entity")
                told += 1
                if told == _SLICE_SIZE or monotonic() >= deadline:
                    self.async_tell()
                    return
            if self._dirty:
                rig_id = next(iter(self._dirty))
                del self._dirty[rig_id]
                self._waiting = iter(tuple(self._listeners.get(rig_id, ())))
            elif (last := self._then()) is not None:
                self._waiting = iter((last,))
            else:
                return
