"""The actions: what can be asked of the rigs of all panels, and done to them."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.translation import async_get_translations
from homeassistant.util import dt as dt_util
import voluptuous as vol

from .chat import Column, Format, Row, Wording, counts, messages, tables
from .const import DOMAIN
from .coordinator import EthosConfigEntry, EthosCoordinator
from .devices import called
from .panel import ChangeType
from .power.control import PowerChange
from .stats import is_current, panel_stats, panel_time, rig_stats, working_share

ATTR_COLUMNS: Final = "columns"
ATTR_DURATION: Final = "duration"
ATTR_SINCE: Final = "since"
ATTR_TYPES: Final = "types"
ATTR_UNTIL: Final = "until"

SERVICE_GET_ACTIVITY: Final = "get_activity"
SERVICE_GET_STATS: Final = "get_stats"
SERVICE_START_MAINTENANCE: Final = "start_maintenance"

# What fits into a line of a chat on a phone.
DEFAULT_COLUMNS: Final = [Column.HASH_RATE, Column.GPUS, Column.TEMPERATURE]

_DEVICES: Final = vol.All(cv.ensure_list, [cv.string])
_GET_STATS_SCHEMA: Final = vol.Schema(
    {
        vol.Optional(ATTR_DEVICE_ID): _DEVICES,
        vol.Optional(ATTR_COLUMNS, default=DEFAULT_COLUMNS): vol.All(
            cv.ensure_list, [vol.Coerce(Column)]
        ),
    }
)
_GET_ACTIVITY_SCHEMA: Final = vol.Schema(
    {
        vol.Optional(ATTR_DEVICE_ID): _DEVICES,
        vol.Required(ATTR_SINCE): cv.datetime,
        vol.Optional(ATTR_UNTIL): cv.datetime,
        vol.Optional(ATTR_TYPES): vol.All(
            cv.ensure_list, [vol.Any(vol.Coerce(ChangeType), vol.Coerce(PowerChange))]
        ),
    }
)
_START_MAINTENANCE_SCHEMA: Final = vol.Schema(
    {
        # None is not all, as it is to those that only tell.
        vol.Required(ATTR_DEVICE_ID): vol.All(_DEVICES, vol.Length(min=1)),
        vol.Optional(ATTR_DURATION): cv.positive_time_period,
    }
)


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    hass.services.async_register(
        DOMAIN,
        SERVICE_GET_STATS,
        _async_get_stats,
        _GET_STATS_SCHEMA,
        SupportsResponse.ONLY,
    )
    hass.services.async_register(
        DOMAIN,
        SERVICE_GET_ACTIVITY,
        _async_get_activity,
        _GET_ACTIVITY_SCHEMA,
        SupportsResponse.ONLY,
    )
    hass.services.async_register(
        DOMAIN,
        SERVICE_START_MAINTENANCE,
        _async_start_maintenance,
        _START_MAINTENANCE_SCHEMA,
    )


async def _async_get_stats(call: ServiceCall) -> dict[str, Any]:
    """Answer with what the rigs do: as data, and as tables for a chat."""
    found = [
        (coordinator, rig_id)
        for coordinator, rig_id in _rigs(call)
        if rig_id in coordinator.data.rigs
    ]
    rows = [
        Row(
            name=coordinator.roster.rig_name(rig_id),
            rig=coordinator.data.rigs[rig_id],
            now=panel_time(coordinator.data),
            is_current=is_current(coordinator),
        )
        for coordinator, rig_id in found
    ]
    return {
        "rigs": [rig_stats(coordinator, rig_id) for coordinator, rig_id in found],
        "totals": [panel_stats(coordinator) for coordinator in _panels(call)],
        "tables": tables(rows, call.data[ATTR_COLUMNS]),
    }


async def _async_get_activity(call: ServiceCall) -> dict[str, Any]:
    """Answer with what happened: as data, and as messages for a chat."""
    since = dt_util.as_utc(call.data[ATTR_SINCE])
    until = dt_util.as_utc(call.data.get(ATTR_UNTIL) or dt_util.utcnow())
    types = call.data.get(ATTR_TYPES)
    devices = call.data.get(ATTR_DEVICE_ID)
    happenings = sorted(
        (
            happening
            for coordinator in _panels(call)
            for happening in coordinator.activity.since(since, until)
            if (not types or happening["type"] in types)
            and (
                not devices
                or happening["device_id"] in devices
                or coordinator.roster.panels[None] in devices
            )
        ),
        key=lambda happening: happening["at"],
    )
    wording = await _async_wording(call.hass)
    return {
        "changes": [dict(happening) for happening in happenings],
        "counts": counts(happenings, wording),
        "working": {
            coordinator.config_entry.title: working_share(coordinator, since, until)
            for coordinator in _panels(call)
        },
        "messages": messages(happenings, wording, Format.PLAIN),
        "html": messages(happenings, wording, Format.HTML),
    }


async def _async_wording(hass: HomeAssistant) -> Wording:
    """Return the words of the language that Home Assistant is set to."""
    language = hass.config.language
    entity = await async_get_translations(hass, language, "entity", {DOMAIN})
    selector = await async_get_translations(hass, language, "selector", {DOMAIN})
    event = f"component.{DOMAIN}.entity.event.activity.state_attributes"
    return Wording(
        types=_below(entity, f"{event}.event_type.state."),
        phrases=_below(selector, f"component.{DOMAIN}.selector.phrases.options."),
        timezone=dt_util.get_default_time_zone(),
    )


def _below(texts: Mapping[str, str], prefix: str) -> dict[str, str]:
    """Return the texts whose names begin so, by the rest of the names."""
    return {
        name.removeprefix(prefix): text
        for name, text in texts.items()
        if name.startswith(prefix)
    }


async def _async_start_maintenance(call: ServiceCall) -> None:
    """Tell nothing of some rigs, for some time or until told otherwise."""
    duration: timedelta | None = call.data.get(ATTR_DURATION)
    until = None if duration is None else dt_util.utcnow() + duration
    for coordinator, rig_id in list(_rigs(call)):
        coordinator.async_set_maintenance(rig_id, on=True, until=until)


def _rigs(call: ServiceCall) -> Iterator[tuple[EthosCoordinator, str]]:
    """Return the rigs an action is about: those named, those of panels, or all.

    Raises ServiceValidationError if a device is neither.
    """
    devices = set(call.data.get(ATTR_DEVICE_ID) or ())
    is_all = not devices
    for coordinator in _panels(call):
        roster = coordinator.roster
        is_whole = is_all or roster.panels[None] in devices
        for rig_id, device_id in roster.rigs.items():
            if is_whole or device_id in devices:
                yield coordinator, rig_id


def _panels(call: ServiceCall) -> list[EthosCoordinator]:
    """Return the panels an action is about.

    Raises ServiceValidationError if a device is neither a panel nor a rig, or if its
    panel is not loaded.
    """
    entries: list[EthosConfigEntry] = call.hass.config_entries.async_loaded_entries(
        DOMAIN
    )
    coordinators = [entry.runtime_data for entry in entries]
    devices = set(call.data.get(ATTR_DEVICE_ID) or ())
    known = {
        device_id: coordinator
        for coordinator in coordinators
        for device_id in (
            *coordinator.roster.panels.values(),
            *coordinator.roster.rigs.values(),
        )
    }
    if strange := devices - known.keys():
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="no_rig",
            translation_placeholders={"device": called(call.hass, strange)},
        )
    if not devices:
        return coordinators
    return [it for it in coordinators if it in {known[device] for device in devices}]
