"""Issues: a rig that was given up or has no power, a plug that is no more."""

from collections.abc import Mapping
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from ..const import DOMAIN

ISSUE_GIVEN_UP: Final = "given_up"
ISSUE_PLUG_MISSING: Final = "plug_missing"
ISSUE_NO_POWER: Final = "no_power"


@callback
def async_tell_issues(
    hass: HomeAssistant,
    entry: ConfigEntry,
    *,
    given_up: Mapping[str, str],
    missing: Mapping[str, str],
    dark: Mapping[str, str],
) -> None:
    """Tell which rigs were given up, lack their plug or power, by ID and name."""
    kinds = {
        ISSUE_GIVEN_UP: given_up,
        ISSUE_PLUG_MISSING: missing,
        ISSUE_NO_POWER: dark,
    }
    wanted = {
        f"{kind}_{entry.entry_id}_{rig_id}": (kind, rig_id, name)
        for kind, rigs in kinds.items()
        for rig_id, name in rigs.items()
    }
    ours = tuple(f"{kind}_{entry.entry_id}_" for kind in kinds)
    for domain, issue_id in list(ir.async_get(hass).issues):
        if domain == DOMAIN and issue_id.startswith(ours) and issue_id not in wanted:
            ir.async_delete_issue(hass, DOMAIN, issue_id)
    for issue_id, (kind, rig_id, name) in wanted.items():
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            data={"entry_id": entry.entry_id, "rig_id": rig_id, "rig": name},
            is_fixable=kind == ISSUE_GIVEN_UP,
            severity=ir.IssueSeverity.ERROR,
            translation_key=kind,
            translation_placeholders={"rig": name, "title": entry.title},
        )
