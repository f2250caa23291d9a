"""The entities of the integration, as rows from which others make the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.util.hass_dict import HassKey

type Parts = tuple[str, ...]
"""What an entity is about: nothing for the panel, a rig, or a rig and a slot."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """An entity."""

    parts: Parts
    key: str
    domain: str
    enabled: bool
    category: EntityCategory | None
    device_class: str | None
    unit: str | None
    state_class: str | None
    precision: int | None
    entity_id: str

    @property
    def name(self) -> str:
        """What tells it from all others."""
        return "_".join((*self.parts, self.key))

    @property
    def numeric(self) -> bool:
        """Whether its state is a number."""
        return self.unit is not None or self.state_class is not None


ROWS: Final = HassKey[list[Row]]("benchmark_rows")


def rows(hass: HomeAssistant, entry: ConfigEntry) -> list[Row]:
    """Return a row for each entity of an entry."""
    devices = dr.async_get(hass)
    result = []
    for known in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id):
        device = devices.async_get(known.device_id or "")
        if device is None:
            raise RuntimeError(f"{known.entity_id} has no device")
        [(_, identifier)] = device.identifiers
        capabilities = known.capabilities or {}
        sensor: Mapping[str, Any] = known.options.get("sensor") or {}
        result.append(
            Row(
                parts=tuple(identifier.removeprefix(entry.entry_id).split("_")[1:]),
                key=known.unique_id.removeprefix(f"{identifier}_"),
                domain=known.domain,
                enabled=known.disabled_by is None,
                category=known.entity_category,
                device_class=(
                    known.original_device_class if known.domain == "sensor" else None
                ),
                unit=known.unit_of_measurement,
                state_class=capabilities.get("state_class"),
                precision=sensor.get("suggested_display_precision"),
                entity_id=known.entity_id,
            )
        )
    return result


class MirrorSensor(SensorEntity):
    """The same entity, made the ordinary way."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, entry: ConfigEntry, panel_id: str, row: Row) -> None:
        """Make the entity of a row."""
        self.row = row
        self._attr_unique_id = f"{entry.entry_id}_{row.name}"
        self._attr_device_info = _device_info(entry, panel_id, row.parts)
        self.entity_description = SensorEntityDescription(
            key=row.key,
            name=row.key.replace("_", " "),
            device_class=(
                SensorDeviceClass(row.device_class) if row.device_class else None
            ),
            # A sensor is never one to configure with.
            entity_category=row.category and EntityCategory.DIAGNOSTIC,
            entity_registry_enabled_default=row.enabled,
            native_unit_of_measurement=row.unit,
            state_class=(
                SensorStateClass(row.state_class) if row.state_class else None
            ),
            suggested_display_precision=row.precision,
        )


def register_panel(hass: HomeAssistant, entry: ConfigEntry) -> str:
    """Register the panel's device."""
    return (
        dr.async_get(hass)
        .async_get_or_create(
            config_entry_id=entry.entry_id,
            identifiers={(entry.domain, entry.entry_id)},
            manufacturer="ethOS",
            model="Panel",
            name=entry.title,
        )
        .id
    )


def _device_info(entry: ConfigEntry, panel_id: str, parts: Parts) -> DeviceInfo:
    """Return the device of an entity, as every entity of it tells it."""
    name = " ".join(parts) or entry.title
    return DeviceInfo(
        identifiers={(entry.domain, "_".join((entry.entry_id, *parts)))},
        manufacturer="ethOS",
        model=("Panel", "Rig", "GPU")[len(parts)],
        name=name,
        via_device_id=panel_id if parts else None,
    )
