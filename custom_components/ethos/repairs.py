"""What a user can put right: a panel that has moved, was locked or is too large."""

from typing import Any, Final

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
import voluptuous as vol

from .access import async_try
from .const import DOMAIN
from .panel import NotAPanelError, PanelError, PanelNotJsonError, PanelStatusError
from .power.issues import ISSUE_GIVEN_UP

# An answer of the wrong kind may be a page for maintenance; ten in a row are not.
PATIENCE: Final = 10


def is_wrong_place(err: PanelError) -> bool:
    """Return whether something answers, but no panel."""
    if isinstance(err, PanelStatusError):
        return err.status in {403, 404, 410}
    return isinstance(err, PanelNotJsonError | NotAPanelError)


@callback
def async_tell_moved(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Tell that the panel has to be looked for."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(entry),
        data={"entry_id": entry.entry_id},
        is_fixable=True,
        severity=ir.IssueSeverity.ERROR,
        translation_key="panel_moved",
        translation_placeholders={"title": entry.title},
    )


@callback
def async_forget_moved(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Take it back."""
    ir.async_delete_issue(hass, DOMAIN, _issue_id(entry))


def _issue_id(entry: ConfigEntry) -> str:
    """Return the issue's name."""
    return f"panel_moved_{entry.entry_id}"


@callback
def async_tell_outgrown(hass: HomeAssistant, entry: ConfigEntry, limit: int) -> None:
    """Tell that the panel has more entities than its level of detail may have."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"outgrown_{entry.entry_id}",
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key="outgrown",
        translation_placeholders={"title": entry.title, "limit": str(limit)},
    )


@callback
def async_forget_outgrown(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Take it back."""
    ir.async_delete_issue(hass, DOMAIN, f"outgrown_{entry.entry_id}")


class PanelMovedRepairFlow(RepairsFlow):
    """Asks for the panel's new address."""

    def __init__(self, entry: ConfigEntry) -> None:
        """Keep whose panel it is."""
        self._entry = entry

    async def async_step_init(
        self,
        user_input: dict[str, str] | None = None,  # noqa: ARG002 names the issue only
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
                    self._entry, data=attempt.data
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
        # Not at the top: the driver needs the coordinator, which tells of moved panels.
        from .power.repairs import GivenUpRepairFlow  # noqa: PLC0415

        return GivenUpRepairFlow(entry, data)
    return PanelMovedRepairFlow(entry)
