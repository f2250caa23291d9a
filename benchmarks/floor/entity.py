"""A sensor that is told its value."""

from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter
from typing import Any, Final, override

from homeassistant.config_entries import ConfigEntry

from benchmarks.mirror import MirrorSensor, Row

from .reading import Gpu, Panel, Rig

_SUBJECTS: Final = (Panel, Rig, Gpu)

GONE: Final = object()


class FloorSensor(MirrorSensor):
    """A value."""

    def __init__(self, entry: ConfigEntry[Any], panel_id: str, row: Row) -> None:
        """Make the sensor of a row."""
        super().__init__(entry, panel_id, row)
        self.value: Any = GONE
        self.told: str | None = None
        """What happened last, of what is told of that."""
        known = {field.name for field in fields(_SUBJECTS[len(row.parts)])}
        # What the integration shows beyond what is read here is not known.
        self.value_fn: Callable[[Panel | Rig | Gpu], object] = (
            attrgetter(row.key) if row.key in known else _unknown
        )

    @property
    @override
    def available(self) -> bool:
        """Return whether it can be read."""
        return self.value is not GONE

    @property
    @override
    def native_value(self) -> Any:
        """Return the value."""
        return self.told or self.value


def _unknown(_: Panel | Rig | Gpu) -> None:
    """Return nothing."""
