"""Trying a rig again that was given up, since a person says so."""

from collections.abc import Mapping
from typing import Any

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntry
import voluptuous as vol

from .driver import async_get_power


class GivenUpRepairFlow(RepairsFlow):
    """Asks whether to try a rig again."""

    def __init__(self, entry: ConfigEntry, data: Mapping[str, Any]) -> None:
        """Keep which rig it is."""
        self._entry = entry
        self._rig_id = str(data["rig_id"])
        self._name = str(data["rig"])

    async def async_step_init(
        self, _user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Begin."""
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Try again if the user says so."""
        if user_input is not None:
            power = await async_get_power(self.hass, self._entry)
            await power.async_arm(self._rig_id)
            return self.async_create_entry(data={})
        return self.async_show_form(
            step_id="confirm",
            data_schema=vol.Schema({}),
            description_placeholders={"rig": self._name},
        )
