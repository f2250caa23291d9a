"""Adding a panel, moving it, and setting how it is watched."""

from collections.abc import Mapping
from typing import Any, Final, override

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlow,
    ConfigFlowResult,
    ConfigSubentryFlow,
    OptionsFlowWithReload,
)
from homeassistant.const import CONF_PASSWORD, CONF_URL, CONF_USERNAME
from homeassistant.core import callback
from homeassistant.helpers.selector import (
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
from homeassistant.helpers.translation import async_get_translations
import voluptuous as vol
from yarl import URL

from .access import Attempt, async_try, moved_title
from .const import DOMAIN, LOGGER
from .coordinator import EthosConfigEntry
from .options import (
    CONF_DETAIL,
    CONF_MINER,
    CONF_TEMPERATURE_HIGH,
    CONF_TEMPERATURE_LOW,
    CONF_UNITS,
    options_schema,
)
from .panel import PanelAuthenticationError
from .power.flow import PlugSubentryFlow
from .power.options import CONF_POWER, power_section
from .power.plugs import SUBENTRY_PLUG

_EXAMPLES: Final = {
    "id": "6af48c",
    "url": "http://6af48c.ethosdistro.com/?json=yes",
    "login": "http://name:password@host/",
}

_CREDENTIALS: Final = vol.Schema(
    {
        vol.Required(CONF_USERNAME): str,
        vol.Required(CONF_PASSWORD): TextSelector(
            TextSelectorConfig(type=TextSelectorType.PASSWORD)
        ),
    }
)


class EthosConfigFlow(ConfigFlow, domain=DOMAIN):
    """Adds a panel."""

    VERSION = 1

    @staticmethod
    @override
    @callback
    def async_get_options_flow(config_entry: EthosConfigEntry) -> EthosOptionsFlow:
        """Return the flow of a panel's options."""
        return EthosOptionsFlow()

    @classmethod
    @override
    @callback
    def async_get_supported_subentry_types(
        cls, config_entry: ConfigEntry
    ) -> dict[str, type[ConfigSubentryFlow]]:
        """Return what can be added to a panel: smart plugs."""
        return {SUBENTRY_PLUG: PlugSubentryFlow}

    @override
    async def async_step_user(
        self, user_input: dict[str, str] | None = None
    ) -> ConfigFlowResult:
        """Ask for the panel's address."""
        attempt = Attempt()
        if user_input is not None:
            attempt = await self._try(user_input[CONF_URL])
            if attempt.error == "already_configured":
                return self.async_abort(reason="already_configured")
            if attempt.data is not None:
                return self.async_create_entry(title=attempt.title, data=attempt.data)
        return self._form("user", (user_input or {}).get(CONF_URL), attempt)

    async def async_step_reconfigure(
        self, user_input: dict[str, str] | None = None
    ) -> ConfigFlowResult:
        """Ask for the address to which the panel has moved."""
        entry = self._get_reconfigure_entry()
        attempt = Attempt()
        if user_input is not None:
            attempt = await self._try(user_input[CONF_URL])
            if attempt.error == "already_configured":
                return self.async_abort(reason="already_configured")
            if attempt.data is not None:
                return self.async_update_reload_and_abort(
                    entry, data=attempt.data, title=moved_title(entry, attempt)
                )
        url = (user_input or entry.data)[CONF_URL]
        return self._form("reconfigure", url, attempt)

    async def async_step_reauth(
        self, _entry_data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Begin to ask for the user name and password that the panel wants."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> ConfigFlowResult:
        """Ask for them."""
        entry = self._get_reauth_entry()
        attempt = Attempt()
        if user_input is not None:
            url = URL(entry.data[CONF_URL])
            url = url.with_user(user_input[CONF_USERNAME])
            url = url.with_password(user_input[CONF_PASSWORD])
            attempt = await self._try(str(url), entry)
            if attempt.data is not None:
                return self.async_update_reload_and_abort(entry, data=attempt.data)
            if attempt.error == PanelAuthenticationError.reason:
                # There is no address here to put them into.
                attempt = Attempt(error="wrong_login")
        return self.async_show_form(
            step_id="reauth_confirm",
            data_schema=self.add_suggested_values_to_schema(
                _CREDENTIALS, {CONF_USERNAME: entry.data.get(CONF_USERNAME)}
            ),
            errors={"base": attempt.error} if attempt.error else {},
            description_placeholders={
                **_EXAMPLES,
                "title": entry.title,
                "status": str(attempt.status),
            },
        )

    async def _try(self, typed: str, entry: EthosConfigEntry | None = None) -> Attempt:
        """Read the panel at an address."""
        if self.source == SOURCE_RECONFIGURE:
            entry = self._get_reconfigure_entry()
        try:
            return await async_try(self.hass, typed, entry)
        except Exception:
            LOGGER.exception("Unexpected error reading a panel")
            return Attempt(error="unknown")

    def _form(self, step: str, url: str | None, attempt: Attempt) -> ConfigFlowResult:
        """Return the form for an address."""
        schema = vol.Schema({vol.Required(CONF_URL): str})
        return self.async_show_form(
            step_id=step,
            data_schema=self.add_suggested_values_to_schema(schema, {CONF_URL: url}),
            errors={CONF_URL: attempt.error} if attempt.error else {},
            description_placeholders={**_EXAMPLES, "status": str(attempt.status)},
        )


class EthosOptionsFlow(OptionsFlowWithReload):
    """Sets how a panel is watched."""

    async def async_step_init(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for everything at once."""
        entry: EthosConfigEntry = self.config_entry
        errors = {}
        if user_input is not None:
            if user_input[CONF_TEMPERATURE_LOW] < user_input[CONF_TEMPERATURE_HIGH]:
                return self.async_create_entry(data=user_input)
            errors[CONF_TEMPERATURE_LOW] = "low_above_high"
        miners = {row[CONF_MINER] for row in entry.options.get(CONF_UNITS, ())}
        if entry.state is ConfigEntryState.LOADED:
            rigs = entry.runtime_data.data.rigs.values()
            miners |= {rig.miner for rig in rigs if rig.miner}
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(
                options_schema(miners).extend(
                    {vol.Optional(CONF_POWER): power_section()}
                ),
                user_input or entry.options,
            ),
            description_placeholders=await self._shown(entry),
            errors=errors,
        )

    async def _shown(self, entry: EthosConfigEntry) -> dict[str, str]:
        """Return how much is shown now, for the text of the form."""
        if entry.state is not ConfigEntryState.LOADED:
            return {"detail": "?", "entities": "?"}
        budget = entry.runtime_data.roster.budget
        texts = await async_get_translations(
            self.hass, self.hass.config.language, "selector", {DOMAIN}
        )
        name = f"component.{DOMAIN}.selector.{CONF_DETAIL}.options"
        return {
            "detail": texts[f"{name}.{budget.detail.option}"],
            "entities": str(budget.enabled),
        }
