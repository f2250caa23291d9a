"""What is shown of a rig's plug."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, override

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..coordinator import EthosConfigEntry
from ..leaving import async_is_leaving
from .driver import EthosPower, async_get_power


@dataclass(frozen=True, kw_only=True)
class EthosPlugEntityDescription[ValueT](EntityDescription):
    """Describe an entity of a rig's plug."""

    value_fn: Callable[[EthosPower, str], ValueT]


class EthosPlugEntity[ValueT](Entity):
    """An entity of a rig's plug; it is there whenever the panel is set up."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    entity_description: EthosPlugEntityDescription[ValueT]

    def __init__(
        self,
        entry: EthosConfigEntry,
        power: EthosPower,
        rig_id: str,
        description: EthosPlugEntityDescription[ValueT],
    ) -> None:
        """Make the entity of a description for a rig."""
        coordinator = entry.runtime_data
        roster = coordinator.roster
        self._power = power
        self._rig_id = rig_id
        self._value: ValueT = description.value_fn(power, rig_id)
        self.entity_description = description
        _, prefix = roster.identifier(rig_id)
        self._attr_unique_id = f"{prefix}_{description.key}"
        self.device_entry = dr.async_get(coordinator.hass).async_get(
            roster.rigs[rig_id]
        )

    @override
    async def async_added_to_hass(self) -> None:
        """Follow what is done to the rig."""
        self._value = self.entity_description.value_fn(self._power, self._rig_id)
        self.async_on_remove(self._power.async_add_listener(self._follow))

    # Home Assistant 2026.10, which has no such method yet, adds it anew.
    @override
    @callback
    def async_entity_id_changed(self, old_entity_id: str) -> None:
        """Let Home Assistant change the entity ID while the entity stays."""

    @callback
    def _follow(self) -> None:
        """Write the state if it is another one than before."""
        value = self.entity_description.value_fn(self._power, self._rig_id)
        if value != self._value:
            self._value = value
            self.async_write_ha_state()


type Make = Callable[[EthosConfigEntry, EthosPower, str, Any], Entity]


async def async_add_plugs(
    hass: HomeAssistant,
    entry: EthosConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    make: Make,
    descriptions: Collection[EthosPlugEntityDescription[Any]],
) -> None:
    """Add the entities of each plug whose rig is known, now and as they come."""
    power = await async_get_power(hass, entry)
    roster = entry.runtime_data.roster
    known: set[tuple[str, str]] = set()

    @callback
    def add_new() -> None:
        if async_is_leaving(entry):
            return
        present = {
            (rig_id, subentry.subentry_id)
            for rig_id, subentry in power.subentries.items()
            if rig_id in roster.rigs
        }
        admitted = roster.budget.async_admit_plugs({rig_id for rig_id, _ in present})
        present = {plug for plug in present if plug[0] in admitted}
        # What was removed is forgotten, so that it can come back.
        known.intersection_update(present)
        for rig_id, subentry_id in present - known:
            known.add((rig_id, subentry_id))
            async_add_entities(
                [make(entry, power, rig_id, it) for it in descriptions],
                config_subentry_id=subentry_id,
            )

    entry.async_on_unload(power.async_add_listener(add_new))
    entry.async_on_unload(roster.async_add_listener(add_new))
    add_new()
