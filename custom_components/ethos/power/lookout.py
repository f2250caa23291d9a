"""Seeing plugs change between two polls, as when one is turned off and on again."""

from collections.abc import Callable, Mapping
from functools import partial

from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HomeAssistant,
    callback,
)
from homeassistant.helpers.event import async_track_state_change_event

from .cycler import Plug, Sight
from .plugs import async_entity_id, async_look


class Lookout:
    """Looks at a plug whenever it or its meter changes."""

    def __init__(
        self, hass: HomeAssistant, notice: Callable[[str, Sight], None]
    ) -> None:
        """Prepare to say by rig what is seen of its plug."""
        self._hass = hass
        self._notice = notice
        self._plugs: Mapping[str, Plug] = {}
        self._stops: dict[tuple[str, str], CALLBACK_TYPE] = {}
        """By rig and entity ID."""

    @callback
    def async_follow(self, plugs: Mapping[str, Plug]) -> None:
        """Look at these plugs from now on, and by the names that they have now."""
        self._plugs = plugs
        wanted = {
            (rig_id, entity_id)
            for rig_id, plug in plugs.items()
            for identity in (plug.switch, plug.meter)
            if (entity_id := async_entity_id(self._hass, identity)) is not None
        }
        for known in self._stops.keys() - wanted:
            self._stops.pop(known)()
        for rig_id, entity_id in wanted - self._stops.keys():
            self._stops[rig_id, entity_id] = async_track_state_change_event(
                self._hass, entity_id, partial(self._look, rig_id)
            )

    @callback
    def _look(self, rig_id: str, _: Event[EventStateChangedData]) -> None:
        """Say what is seen of a plug that has changed."""
        self._notice(rig_id, async_look(self._hass, self._plugs[rig_id]))
