"""A part of the panel as an entity: what it is, whether it is there, when it writes."""

import asyncio
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any, Final, override

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .coordinator import EthosConfigEntry, EthosCoordinator
from .detail import Detail
from .devices import DeviceRoster
from .leaving import async_is_leaving
from .panel import Band, Capability, Gpu, GpuKey, Panel, Rig

# To add so many entities holds the event loop for about 10 ms.
_SLICE: Final = 32

_GONE: Final = object()


@dataclass(frozen=True, kw_only=True)
class Level[KeyT: str | GpuKey | None, SubjectT]:
    """What entities are about: the panel, a rig or a GPU."""

    devices_fn: Callable[[DeviceRoster], dict[KeyT, str]]
    """Those there are, with their devices."""
    rig_fn: Callable[[KeyT], str | None]
    """The rig with which it changes."""
    parts_fn: Callable[[KeyT], tuple[str, ...]]
    """What tells it from the others of the entry."""
    essentials: Detail
    """From which level of detail on what matters most of it is shown."""
    rest: Detail = Detail.EVERYTHING

    def detail_of(self, description: EthosEntityDescription[Any, Any]) -> Detail:
        """Return from which level of detail on an entity is shown."""
        return self.essentials if description.is_essential else self.rest


PANEL: Final = Level[None, Panel](
    devices_fn=lambda roster: roster.panels,
    rig_fn=lambda _: None,
    parts_fn=lambda _: (),
    essentials=Detail.FARM,
    rest=Detail.FARM,
)
RIG: Final = Level[str, Rig](
    devices_fn=lambda roster: roster.rigs,
    rig_fn=lambda key: key,
    parts_fn=lambda key: (key,),
    essentials=Detail.RIGS,
)
GPU: Final = Level[GpuKey, Gpu](
    devices_fn=lambda roster: roster.gpus,
    rig_fn=lambda key: key.rig_id,
    parts_fn=lambda key: key,
    essentials=Detail.GPUS,
)


@dataclass(frozen=True, kw_only=True)
class EthosEntityDescription[SubjectT, ValueT](EntityDescription):
    """Describe an entity that shows a value of the panel, a rig or a GPU."""

    capability: Capability | None = None
    """What a rig must report for it to exist."""
    is_essential: bool = False
    """Whether it is among what matters most of a rig or a GPU."""
    band: Band | None = None
    """How far a number must move to be written, unless the user wants exact values."""
    value_fn: Callable[[SubjectT], ValueT]


class EthosEntity[KeyT: str | GpuKey | None, SubjectT, ValueT](
    CoordinatorEntity[EthosCoordinator]
):
    """An entity that shows a value, and is written when the value has changed."""

    # What each poll asks for lies side by side, and not in a dictionary of fifty.
    __slots__ = ("_band", "_key", "_shown", "_subjects", "_value", "_value_fn")

    _attr_has_entity_name = True
    entity_description: EthosEntityDescription[SubjectT, ValueT]

    def __init__(
        self,
        coordinator: EthosCoordinator,
        level: Level[KeyT, SubjectT],
        key: KeyT,
        description: EthosEntityDescription[SubjectT, ValueT],
    ) -> None:
        """Make the entity of a description for one of its level."""
        super().__init__(coordinator, level.rig_fn(key))
        self._subjects = coordinator.subjects.by_key
        self._key = key
        self._value_fn = description.value_fn
        is_exact = coordinator.options.exact_values
        self._band = None if is_exact else description.band
        self._value: ValueT | None = None
        self._shown: object = _GONE
        self.entity_description = description
        roster = coordinator.roster
        _, prefix = roster.identifier(*level.parts_fn(key))
        self._attr_unique_id = f"{prefix}_{description.key}"
        self.device_entry = dr.async_get(coordinator.hass).async_get(
            level.devices_fn(roster)[key]
        )

    @property
    @override
    def available(self) -> bool:
        """Return whether the panel can be read and shows what this is about."""
        return self._shown is not _GONE

    @override
    async def async_added_to_hass(self) -> None:
        """Look for the first time; Home Assistant writes what is seen then."""
        # Between making and adding an entity lies time, and perhaps a poll.
        self._handle_coordinator_update()
        await super().async_added_to_hass()

    # Home Assistant 2026.10, which has no such method yet, adds it anew.
    @override
    @callback
    def async_entity_id_changed(self, old_entity_id: str) -> None:
        """Let Home Assistant change the entity ID while the entity stays."""

    @override
    @callback
    def _handle_coordinator_update(self) -> None:
        """Take the present value, and write it if it has changed."""
        subject = self._subjects.get(self._key)
        shown: Any = _GONE if subject is None else self._value_fn(subject)
        if shown == self._shown:
            return
        if self._band is not None and self._band.holds(self._shown, shown):
            return
        self._shown = shown
        self._value = None if subject is None else shown
        self.async_write_ha_state()


type Table = tuple[Level[Any, Any], Sequence[EthosEntityDescription[Any, Any]]]
type Make = Callable[[EthosCoordinator, Level[Any, Any], Any, Any], Entity]


async def async_add_tables(
    hass: HomeAssistant,
    entry: EthosConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    make: Make,
    tables: Collection[Table],
) -> None:
    """Add an entity for each row and each device of its level, now and as they come.

    They are added in slices, so that a large farm does not stall Home Assistant.
    """
    coordinator = entry.runtime_data
    roster = coordinator.roster
    known: set[tuple[object, str]] = set()

    def new_entities() -> Iterator[Entity]:
        for level, descriptions in tables:
            for key in list(level.devices_fn(roster)):
                for description in descriptions:
                    name = key, description.key
                    # It may have gone since, while others had their turn.
                    if (
                        name not in known
                        and key in level.devices_fn(roster)
                        and roster.shows(
                            key, level.detail_of(description), description.capability
                        )
                    ):
                        known.add(name)
                        yield make(coordinator, level, key, description)

    async def add_new() -> None:
        for entities in batched(new_entities(), _SLICE, strict=False):
            # One platform after the other, or each turn of the loop has a slice of all.
            async with coordinator.adding:
                if async_is_leaving(entry):
                    return
                async_add_entities(entities)
                await asyncio.sleep(0)

    @callback
    def follow_roster() -> None:
        # What was removed is forgotten, so that it can come back.
        keys = {key for level, _ in tables for key in level.devices_fn(roster)}
        known.intersection_update({name for name in known if name[0] in keys})
        entry.async_create_task(hass, add_new(), "ethOS adds entities")

    entry.async_on_unload(roster.async_add_listener(follow_roster))
    await add_new()
