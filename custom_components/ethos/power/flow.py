"""Adding and changing a smart plug."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.config_entries import (
    ConfigEntryState,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.const import Platform, UnitOfTime
from homeassistant.core import callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.selector import (
    EntitySelector,
    EntitySelectorConfig,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
)
import voluptuous as vol

from ..const import DOMAIN
from ..coordinator import EthosConfigEntry
from .plugs import (
    CONF_METER,
    CONF_OFF_TIME,
    CONF_RIG,
    CONF_SWITCH,
    async_entity_id,
    subentries_of,
)

# A good power supply runs on for a second or two; some boards remember for ten.
_OFF_SECONDS: Final = (5, 15, 300)
# What marks a rig in the picker that has a plug: a sign needs no translation.
TAKEN: Final = "🔌"


class PlugSubentryFlow(ConfigSubentryFlow):
    """Adds a plug to a rig, or changes it."""

    async def async_step_user(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask which plug feeds which rig."""
        entry: EthosConfigEntry = self._get_entry()
        if entry.state is not ConfigEntryState.LOADED:
            return self.async_abort(reason="not_loaded")
        errors: dict[str, str] = {}
        names = _rig_names(entry)
        taken = subentries_of(entry).keys()
        if user_input is not None:
            rig_id = user_input[CONF_RIG]
            errors = self._errors(user_input, None)
            if rig_id in taken:
                errors[CONF_RIG] = "rig_taken"
            if not errors:
                return self.async_create_entry(
                    title=names.get(rig_id, rig_id), data=user_input, unique_id=rig_id
                )
        options = [
            SelectOptionDict(
                value=rig_id,
                label=f"{name} {TAKEN}" if rig_id in taken else name,
            )
            for rig_id, name in sorted(names.items(), key=lambda it: it[1].lower())
        ]
        rig = SelectSelector(SelectSelectorConfig(options=options))
        return self._form("user", {vol.Required(CONF_RIG): rig}, user_input, errors)

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> SubentryFlowResult:
        """Ask which plug feeds the rig now."""
        subentry = self._get_reconfigure_subentry()
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = self._errors(user_input, subentry.subentry_id)
            if not errors:
                return self.async_update_and_abort(
                    self._get_entry(),
                    subentry,
                    data={CONF_RIG: subentry.data[CONF_RIG], **user_input},
                )
        # Where an entity was removed, there is nothing to suggest.
        shown = {
            CONF_SWITCH: async_entity_id(self.hass, subentry.data[CONF_SWITCH]),
            CONF_METER: async_entity_id(self.hass, subentry.data.get(CONF_METER)),
            CONF_OFF_TIME: subentry.data[CONF_OFF_TIME],
        }
        return self._form("reconfigure", {}, user_input or shown, errors)

    def _form(
        self,
        step: str,
        first: Mapping[vol.Marker, Any],
        suggested: Mapping[str, Any] | None,
        errors: dict[str, str],
    ) -> SubentryFlowResult:
        """Return the form for a plug."""
        own = self._own_switches()
        taken = dict(self._taken(None))
        least, usual, most = _OFF_SECONDS
        schema = vol.Schema(
            {
                **first,
                vol.Required(CONF_SWITCH): EntitySelector(
                    EntitySelectorConfig(
                        filter={"domain": Platform.SWITCH}, exclude_entities=own
                    )
                ),
                vol.Optional(CONF_METER): EntitySelector(
                    EntitySelectorConfig(
                        filter={
                            "domain": Platform.SENSOR,
                            "device_class": SensorDeviceClass.POWER,
                        }
                    )
                ),
                vol.Required(CONF_OFF_TIME, default=usual): NumberSelector(
                    NumberSelectorConfig(
                        min=least,
                        max=most,
                        step=1,
                        mode=NumberSelectorMode.BOX,
                        unit_of_measurement=UnitOfTime.SECONDS,
                    )
                ),
            }
        )
        return self.async_show_form(
            step_id=step,
            data_schema=self.add_suggested_values_to_schema(schema, suggested),
            errors=errors,
            description_placeholders={
                "sign": TAKEN,
                "taken": "\n".join(
                    f"- {entity_id}: {name}" for entity_id, name in taken.items()
                )
                or "-",
            },
        )

    def _errors(self, chosen: Mapping[str, Any], but: str | None) -> dict[str, str]:
        """Return what is wrong with a switch."""
        switch = chosen[CONF_SWITCH]
        if switch in self._own_switches():
            return {CONF_SWITCH: "no_plug"}
        if switch in dict(self._taken(but)):
            return {CONF_SWITCH: "switch_taken"}
        return {}

    @callback
    def _own_switches(self) -> list[str]:
        """Return the switches of the rigs themselves, which are no plugs."""
        return [
            entity.entity_id
            for entity in er.async_get(self.hass).entities.values()
            if entity.platform == DOMAIN and entity.domain == Platform.SWITCH
        ]

    @callback
    def _taken(self, but: str | None) -> Iterator[tuple[str, str]]:
        """Return the switches that feed a rig of whichever panel, and its name."""
        for entry in self.hass.config_entries.async_entries(DOMAIN):
            for subentry in subentries_of(entry).values():
                entity_id = async_entity_id(self.hass, subentry.data[CONF_SWITCH])
                if entity_id is not None and subentry.subentry_id != but:
                    yield entity_id, subentry.title


def _rig_names(entry: EthosConfigEntry) -> dict[str, str]:
    """Return what people call the rigs of a panel."""
    roster = entry.runtime_data.roster
    return {
        rig_id: name
        if (name := roster.rig_name(rig_id)) == rig_id
        else f"{name} ({rig_id})"
        for rig_id in roster.rigs
    }
