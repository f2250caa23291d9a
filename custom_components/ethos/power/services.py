"""The action that power-cycles a rig."""

from typing import Any, Final

from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    SupportsResponse,
    callback,
)
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.translation import async_get_translations
import voluptuous as vol

from ..const import DOMAIN
from ..coordinator import EthosConfigEntry
from ..devices import called
from .cycler import Outcome
from .driver import async_get_power
from .policy import Refusal

ATTR_FORCE: Final = "force"

SERVICE_POWER_CYCLE: Final = "power_cycle"

# What the rig did was not for want of a plug.
_ANSWERS: Final = frozenset({Outcome.RECOVERED, Outcome.NOT_RECOVERED})
_REFUSED: Final = "refused"

_POWER_CYCLE_SCHEMA: Final = vol.Schema(
    {
        vol.Required(ATTR_DEVICE_ID): cv.string,
        vol.Optional(ATTR_FORCE, default=False): cv.boolean,
    }
)


@callback
def async_setup_power_services(hass: HomeAssistant) -> None:
    """Register the action."""
    hass.services.async_register(
        DOMAIN,
        SERVICE_POWER_CYCLE,
        _async_power_cycle,
        _POWER_CYCLE_SCHEMA,
        SupportsResponse.OPTIONAL,
    )


def refused(refusal: Refusal, name: str) -> ServiceValidationError:
    """Return why a rig is not cycled, as Home Assistant tells it."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=refusal.value,
        translation_placeholders={"rig": name},
    )


async def _async_power_cycle(call: ServiceCall) -> dict[str, Any] | None:
    """Cycle a rig, and answer what came of it.

    Who wants an answer is told of a refusal or a failure in it; who does not, by an
    error.
    """
    hass = call.hass
    entry, rig_id = _rig(call)
    name = entry.runtime_data.roster.rig_name(rig_id)
    power = await async_get_power(hass, entry)
    result = await power.async_cycle(rig_id, forced=call.data[ATTR_FORCE])
    if call.return_response:
        is_refused = isinstance(result, Refusal)
        return {
            "rig_id": rig_id,
            "rig_name": name,
            "outcome": _REFUSED if is_refused else result.value,
            "reason": result.value if is_refused else None,
            "message": await _async_message(hass, result, name),
        }
    if isinstance(result, Refusal):
        raise refused(result, name)
    if result not in _ANSWERS:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key=result.value,
            translation_placeholders={"rig": name},
        )
    return None


async def _async_message(
    hass: HomeAssistant, result: Refusal | Outcome, name: str
) -> str:
    """Return what came of it, in the language that Home Assistant is set to."""
    texts = await async_get_translations(
        hass, hass.config.language, "exceptions", {DOMAIN}
    )
    text = texts[f"component.{DOMAIN}.exceptions.{result.value}.message"]
    return text.format(rig=name)


def _rig(call: ServiceCall) -> tuple[EthosConfigEntry, str]:
    """Return the rig of a device, with the panel that shows it.

    Raises ServiceValidationError if it is none, or if its panel is not loaded.
    """
    wanted = call.data[ATTR_DEVICE_ID]
    entries: list[EthosConfigEntry] = call.hass.config_entries.async_loaded_entries(
        DOMAIN
    )
    for entry in entries:
        for rig_id, device_id in entry.runtime_data.roster.rigs.items():
            if device_id == wanted:
                return entry, rig_id
    raise ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="not_a_rig",
        translation_placeholders={"device": called(call.hass, [wanted])},
    )
