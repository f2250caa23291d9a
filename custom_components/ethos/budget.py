"""The entities a panel may have, so that Home Assistant never has to cut any off."""

import asyncio
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import (
    device_registry as dr,
    entity_platform,
    entity_registry as er,
)
from homeassistant.helpers.typing import UNDEFINED

from .const import DOMAIN, LOGGER
from .detail import Detail, most_that_fits
from .devices import identifier
from .entity import GPU, PANEL, RIG, Level, Table
from .issues import async_forget_outgrown, async_tell_outgrown
from .panel import Capability, GpuKey, Panel, Rig
from .power.entity import EthosPlugEntityDescription
from .power.plugs import subentries_of

# To remove so many entities holds the event loop for about 10 ms.
_SLICE: Final = 64
# And to look at so many.
_LOOKED_AT: Final = 2_048


@dataclass(frozen=True, kw_only=True, slots=True)
class _Row:
    """An entity that the panel, a rig or a GPU may have."""

    domain: str
    key: str
    detail: Detail = Detail.FARM
    is_enabled: bool = True
    capability: Capability | None = None


class Budget:
    """Decides how much is shown of a panel, and of each rig that comes later."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        chosen: Detail | None,
        tables: Mapping[str, Sequence[Table]],
        plug_tables: Mapping[str, Sequence[EthosPlugEntityDescription[Any]]],
    ) -> None:
        """Take the level that the user has chosen, or none to choose it here."""
        self._most = entity_platform.MAX_ENABLED_ENTITIES_PER_CONFIG_ENTRY
        # By default, half: it is plenty, and leaves room for what is added later.
        self._limit = self._most // 2 if chosen is None else self._most
        self.detail = Detail.FARM
        """What is shown of all that was there at the start."""
        self._hass = hass
        self._entry = entry
        self._chosen = chosen
        self._entities = er.async_get(hass)
        self._devices = dr.async_get(hass)
        self._rows = _rows_of(tables)
        self._plug_rows = [
            _Row(domain=domain, key=description.key)
            for domain, descriptions in plug_tables.items()
            for description in descriptions
        ]
        self._details: dict[str, Detail] = {}
        self._pending: dict[str, Rig] = {}
        self._refused: set[str] = set()
        self._plugs: set[str] = set()
        self._refused_plugs: set[str] = set()
        self._is_outgrown = False

    @property
    def enabled(self) -> int:
        """How many entities of the panel are enabled, as Home Assistant counts."""
        return self._entities.entities.get_enabled_count_for_config_entry_id(
            self._entry.entry_id
        )

    @property
    def lowered(self) -> frozenset[str]:
        """The rigs of which less is shown than of the others, for want of room."""
        return frozenset(
            rig_id for rig_id, detail in self._details.items() if detail < self.detail
        )

    def detail_of(self, rig_id: str | None) -> Detail:
        """Return what is shown of the panel, or of a rig and its GPUs."""
        return self.detail if rig_id is None else self._details[rig_id]

    def is_whole(self, rig_id: str) -> bool:
        """Return whether a rig is known, and shown as the others are."""
        return self._details.get(rig_id) is self.detail

    async def async_settle(self, panel: Panel) -> None:
        """Decide what is shown, and remove what is not any more."""
        needs = await self._async_needs(panel)
        wanted = self._chosen or Detail.EVERYTHING
        self.detail = most_that_fits(needs, self._limit, wanted)
        if self._chosen is None and self.detail is not Detail.EVERYTHING:
            LOGGER.warning(
                "%s has too many entities to enable all by default: its level of "
                "detail is now %s; another one can be chosen in its options",
                self._entry.title,
                self.detail.option,
            )
        await self._async_remove()
        self._details = dict.fromkeys(panel.rigs, self.detail)
        self._pending = dict(panel.rigs)

    @callback
    def async_admit(self, rig: Rig, room: int) -> tuple[int, bool]:
        """Let what is new of a rig be shown if there is room, and return what is left.

        A rig that is new is shown at the highest level for which there is room.
        """
        needs = Counter(self._missing(rig, self.detail))
        detail = most_that_fits(needs, room, self.detail)
        if detail < self._details.get(rig.rig_id, Detail.FARM):
            self._refused.add(rig.rig_id)
            return room, False
        self._refused.discard(rig.rig_id)
        self._details[rig.rig_id] = detail
        self._pending[rig.rig_id] = rig
        return room - sum(needs[level] for level in Detail if level <= detail), True

    @callback
    def async_accept(self, rig_id: str) -> None:
        """Know that all there is of a rig is shown as it may be."""
        self._refused.discard(rig_id)

    @callback
    def async_admit_plugs(self, rig_ids: Collection[str]) -> set[str]:
        """Return the rigs whose plugs can be shown."""
        wanted = set(rig_ids)
        self._plugs &= wanted
        if new := wanted - self._plugs:
            room = self.room()
            for rig_id in sorted(new):
                need = self._plug_need(rig_id)
                if need <= room:
                    self._plugs.add(rig_id)
                    room -= need
        self._refused_plugs = wanted - self._plugs
        return self._plugs.copy()

    def room(self) -> int:
        """Return how many entities more can be enabled."""
        needs = {
            rig_id: sum(1 for _ in self._missing(rig, self._details[rig_id]))
            for rig_id, rig in self._pending.items()
        }
        # Those that have all their entities are in the registry's own count.
        self._pending = {
            rig_id: rig for rig_id, rig in self._pending.items() if needs[rig_id]
        }
        coming = sum(needs.values()) + sum(map(self._plug_need, self._plugs))
        return self._most - self.enabled - coming - self._panel_need()

    @callback
    def async_follow(self, rigs: Collection[str]) -> None:
        """Forget the rigs that are no more, and tell whether all the others fit."""
        for gone in self._details.keys() - rigs:
            del self._details[gone]
            self._pending.pop(gone, None)
            self._refused.discard(gone)
        is_outgrown = (
            (self._chosen or self.detail) > self.detail
            or self.enabled > self._limit
            or bool(self._refused or self._refused_plugs or self.lowered)
        )
        if is_outgrown and not self._is_outgrown:
            async_tell_outgrown(self._hass, self._entry, self._limit)
        if self._is_outgrown and not is_outgrown:
            self.async_forget()
        self._is_outgrown = is_outgrown

    @callback
    def async_forget(self) -> None:
        """Take back what was told."""
        async_forget_outgrown(self._hass, self._entry)

    async def _async_needs(self, panel: Panel) -> Counter[Detail]:
        """Return how many enabled entities each level adds to those before."""
        needs = Counter[Detail]()
        for rig in panel.rigs.values():
            needs.update(self._missing(rig, self._chosen or Detail.EVERYTHING))
            await asyncio.sleep(0)
        # What is not shown just now comes back, and is like the others.
        devices = dr.async_entries_for_config_entry(self._devices, self._entry.entry_id)
        share = max(1, (len(devices) - 1) / max(1, len(panel.rigs)))
        needs = Counter({it: round(need * share) for it, need in needs.items()})
        needs[Detail.FARM] += self._panel_need()
        needs[Detail.FARM] += sum(map(self._plug_need, subentries_of(self._entry)))
        for some in batched(self._registered(), _LOOKED_AT, strict=False):
            for entity, detail in some:
                needs[detail] += entity.disabled_by is None
            await asyncio.sleep(0)
        return needs

    async def _async_remove(self) -> None:
        """Remove what is above the level; Home Assistant remembers how it was set."""
        above: list[str] = []
        for entities in batched(self._registered(), _LOOKED_AT, strict=False):
            above += [
                entity.entity_id for entity, detail in entities if detail > self.detail
            ]
            await asyncio.sleep(0)
        for some in batched(above, _SLICE, strict=False):
            for entity_id in some:
                self._entities.async_remove(entity_id)
            await asyncio.sleep(0)
        if self.detail < Detail.GPUS:
            for device_id, (level, _) in self._known_devices().items():
                if level is GPU:
                    self._devices.async_remove_device(device_id)
                    await asyncio.sleep(0)

    def _registered(self) -> Iterator[tuple[er.RegistryEntry, Detail]]:
        """Return the entities of the panel, each with the level it belongs to."""
        details = {
            (level, row.domain, row.key): row.detail
            for level, rows in self._rows.items()
            for row in rows
        }
        devices = self._known_devices()
        for entity in er.async_entries_for_config_entry(
            self._entities, self._entry.entry_id
        ):
            level, prefix = devices.get(entity.device_id or "", (PANEL, ""))
            key = entity.unique_id.removeprefix(f"{prefix}_")
            # What is in no table, as plugs, stays.
            yield entity, details.get((level, entity.domain, key), Detail.FARM)

    def _known_devices(self) -> dict[str, tuple[Level[Any, Any], str]]:
        """Return all devices of the panel: what they are, and how their IDs begin."""
        known: dict[str, tuple[Level[Any, Any], str]] = {}
        for device in dr.async_entries_for_config_entry(
            self._devices, self._entry.entry_id
        ):
            is_panel = identifier(self._entry) in device.identifiers
            known[device.id] = PANEL if is_panel else RIG, _prefix(device.identifiers)
            for child in dr.async_entries_for_parent_device(self._devices, device.id):
                known[child.id] = GPU, _prefix(child.identifiers)
        return known

    def _missing(self, rig: Rig, most: Detail) -> Iterator[Detail]:
        """Return the level of each entity that would be enabled but is not there.

        Those above a level are left out.
        """
        subjects: dict[Level[Any, Any], list[Any]] = {
            RIG: [rig.rig_id],
            GPU: _gpu_keys(rig),
        }
        for level, keys in subjects.items():
            rows = [
                row
                for row in self._rows[level]
                if row.detail <= most
                and (row.capability is None or row.capability in rig.capabilities)
            ]
            for key in keys if rows else ():
                prefix = identifier(self._entry, *level.parts_fn(key))[1]
                for row in rows:
                    if self._is_missing(row, prefix):
                        yield row.detail

    def _panel_need(self) -> int:
        """Return how many entities the panel itself could get."""
        _, prefix = identifier(self._entry)
        return sum(self._is_missing(row, prefix) for row in self._rows[PANEL])

    def _plug_need(self, rig_id: str) -> int:
        """Return how many entities the plug of a rig would get."""
        _, prefix = identifier(self._entry, rig_id)
        return sum(self._is_missing(row, prefix) for row in self._plug_rows)

    def _is_missing(self, row: _Row, prefix: str) -> bool:
        """Return whether an entity would be enabled, but is not there."""
        name = row.domain, DOMAIN, f"{prefix}_{row.key}"
        if self._entities.async_get_entity_id(*name) is not None:
            return False
        # One that was there is what the user has made of it.
        before = self._entities.deleted_entities.get(name)
        if before is None or before.disabled_by is UNDEFINED:
            return row.is_enabled
        return before.disabled_by is None


def _rows_of(
    tables: Mapping[str, Sequence[Table]],
) -> dict[Level[Any, Any], list[_Row]]:
    """Return all rows of the tables by what they are about."""
    rows: dict[Level[Any, Any], list[_Row]] = {PANEL: [], RIG: [], GPU: []}
    for domain, some in tables.items():
        for level, descriptions in some:
            rows[level] += [
                _Row(
                    domain=domain,
                    key=description.key,
                    detail=level.detail_of(description),
                    is_enabled=description.entity_registry_enabled_default,
                    capability=description.capability,
                )
                for description in descriptions
            ]
    return rows


def _gpu_keys(rig: Rig) -> list[GpuKey]:
    """Return what tells the GPUs of a rig from all others."""
    return [GpuKey(rig.rig_id, slot) for slot in rig.gpus_by_key]


def _prefix(identifiers: Iterable[tuple[str, str]]) -> str:
    """Return how the unique IDs of the entities of a device begin."""
    return next(its_id for domain, its_id in identifiers if domain == DOMAIN)
