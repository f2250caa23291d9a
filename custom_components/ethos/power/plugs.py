"""The plugs that a user has set up, and what Home Assistant sees of them."""

from collections.abc import Mapping
from datetime import timedelta
import math
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.const import (
    ATTR_UNIT_OF_MEASUREMENT,
    STATE_OFF,
    STATE_ON,
    STATE_UNKNOWN,
    UnitOfPower,
)
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.util.unit_conversion import PowerConverter

from .cycler import Plug, PlugState, Sight

SUBENTRY_PLUG: Final = "plug"

CONF_RIG: Final = "rig"
CONF_SWITCH: Final = "switch"
CONF_METER: Final = "meter"
CONF_OFF_TIME: Final = "off_time"

_STATES: Final = {
    STATE_ON: PlugState.ON,
    STATE_OFF: PlugState.OFF,
    STATE_UNKNOWN: PlugState.UNKNOWN,
}


def plug_of(data: Mapping[str, Any]) -> Plug:
    """Return the plug that a subentry describes."""
    return Plug(
        switch=data[CONF_SWITCH],
        meter=data.get(CONF_METER),
        off_time=timedelta(seconds=data[CONF_OFF_TIME]),
    )


def subentries_of(entry: ConfigEntry) -> dict[str, ConfigSubentry]:
    """Return the plugs of a panel by the rig that each feeds."""
    return {
        subentry.data[CONF_RIG]: subentry
        for subentry in entry.subentries.values()
        if subentry.subentry_type == SUBENTRY_PLUG
    }


@callback
def async_fix_identities(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Know the entities of plugs by what stays when somebody renames them."""
    registry = er.async_get(hass)
    for subentry in subentries_of(entry).values():
        known = {
            key: found.id
            for key in (CONF_SWITCH, CONF_METER)
            if (found := registry.async_get(subentry.data.get(key) or ""))
        }
        hass.config_entries.async_update_subentry(
            entry, subentry, data={**subentry.data, **known}
        )


@callback
def async_entity_id(hass: HomeAssistant, identity: str | None) -> str | None:
    """Return the entity ID of what a plug consists of, if it is there."""
    if identity is None:
        return None
    return er.async_resolve_entity_id(er.async_get(hass), identity)


@callback
def async_look(hass: HomeAssistant, plug: Plug) -> Sight:
    """Return what is seen of a plug."""
    entity_id = async_entity_id(hass, plug.switch)
    state = _state(hass, entity_id)
    meter = _state(hass, async_entity_id(hass, plug.meter))
    return Sight(
        plug=_STATES.get(state.state, PlugState.UNAVAILABLE)
        if state
        else PlugState.UNAVAILABLE,
        # While Home Assistant starts, one that is not registered comes later.
        is_missing=entity_id is None or (not state and hass.is_running),
        watts=_watts(meter) if meter else None,
        metered_at=meter.last_reported if meter else None,
    )


def _state(hass: HomeAssistant, entity_id: str | None) -> State | None:
    """Return the state of an entity, if it is there."""
    return None if entity_id is None else hass.states.get(entity_id)


def _watts(state: State) -> float | None:
    """Return what the meter of a plug tells, in W."""
    try:
        reading = float(state.state)
    except ValueError:
        return None
    if not math.isfinite(reading):
        return None
    unit = state.attributes.get(ATTR_UNIT_OF_MEASUREMENT)
    if unit not in PowerConverter.VALID_UNITS:
        return reading
    return PowerConverter.convert(reading, unit, UnitOfPower.WATT)
