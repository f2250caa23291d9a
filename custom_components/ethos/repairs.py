"""What a user can put right: a panel that has moved, a rig that was given up."""

from typing import Any

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant
import voluptuous as vol

from .access import async_try, moved_title
from .power.issues import ISSUE_GIVEN_UP
from .power.repairs import GivenUpRepairFlow


class PanelMovedRepairFlow(RepairsFlow):
    """Asks for the panel's new address."""

    def __init__(self, entry: ConfigEntry) -> None:
        """Keep whose panel it is."""
        self._entry = entry

    async def async_step_init(
        self, _user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Begin."""
        return await self.async_step_address()

    async def async_step_address(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Ask until a panel answers."""
        errors: dict[str, str] = {}
        status = ""
        if user_input is not None:
            attempt = await async_try(self.hass, user_input[CONF_URL], self._entry)
            if attempt.data is not None:
                self.hass.config_entries.async_update_entry(
                    self._entry,
                    data=attempt.data,
                    title=moved_title(self._entry, attempt),
                )
                self.hass.config_entries.async_schedule_reload(self._entry.entry_id)
                return self.async_create_entry(data={})
            errors = {CONF_URL: attempt.error or ""}
            status = str(attempt.status)
        url = (user_input or self._entry.data)[CONF_URL]
        return self.async_show_form(
            step_id="address",
            data_schema=vol.Schema({vol.Required(CONF_URL, default=url): str}),
            errors=errors,
            description_placeholders={"title": self._entry.title, "status": status},
        )


async def async_create_fix_flow(
    hass: HomeAssistant,
    issue_id: str,
    data: dict[str, Any] | None,
) -> RepairsFlow:
    """Return the flow that mends an issue."""
    data = data or {}
    entry = hass.config_entries.async_get_known_entry(data["entry_id"])
    if issue_id.startswith(ISSUE_GIVEN_UP):
        return GivenUpRepairFlow(entry, data)
    return PanelMovedRepairFlow(entry)
