"""Power-cycling a rig by hand."""

from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.button import (
    ButtonDeviceClass,
    ButtonEntity,
    ButtonEntityDescription,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import EthosConfigEntry
from .power.entity import (
    EthosPlugEntity,
    EthosPlugEntityDescription,
    async_add_plugs,
)
from .power.services import refused

PARALLEL_UPDATES = 0


@dataclass(frozen=True, kw_only=True)
class EthosButtonEntityDescription(
    ButtonEntityDescription, EthosPlugEntityDescription[None]
):
    """Describe a button of a rig with a plug."""


PLUG_BUTTONS: Final = (
    EthosButtonEntityDescription(
        key="power_cycle",
        translation_key="power_cycle",
        device_class=ButtonDeviceClass.RESTART,
        value_fn=lambda *_: None,
    ),
)


class EthosPowerCycleButton(EthosPlugEntity[None], ButtonEntity):
    """Power-cycles a rig, since a person wants it."""

    entity_description: EthosButtonEntityDescription

    @override
    async def async_press(self) -> None:
        """Cut its power; that it comes back, and what came of it, is told later."""
        refusal = await self._power.async_begin(self._rig_id, forced=True)
        if refusal is not None:
            raise refused(refusal, self._power.name_of(self._rig_id))


async def async_setup_entry(
    hass: HomeAssistant,
    entry: EthosConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up the buttons of a panel."""
    await async_add_plugs(
        hass, entry, async_add_entities, EthosPowerCycleButton, PLUG_BUTTONS
    )
