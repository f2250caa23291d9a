"""What the user is asked or told of a panel: to look for it, that it is too large."""

from typing import Final

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN
from .panel import NotAPanelError, PanelError, PanelNotJsonError, PanelStatusError

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


@callback
def async_forget_login(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Ask for a user name and password no more, since the panel does not."""
    for flow in entry.async_get_active_flows(hass, {SOURCE_REAUTH}):
        hass.config_entries.flow.async_abort(flow["flow_id"])


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
