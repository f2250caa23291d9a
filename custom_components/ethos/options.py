"""What a user may set for a panel, with the defaults and bounds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Self

from homeassistant.const import (
    CONF_SCAN_INTERVAL,
    PERCENTAGE,
    UnitOfTemperature,
    UnitOfTime,
)
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    ObjectSelector,
    ObjectSelectorConfig,
    SelectSelector,
    SelectSelectorConfig,
)
import voluptuous as vol

from .detail import Detail
from .panel import UNIT_OF_MINER, HashUnit, Limits, Patience

CONF_OFFLINE_LIMIT: Final = "offline_limit"
CONF_TEMPERATURE_HIGH: Final = "temperature_high"
CONF_TEMPERATURE_LOW: Final = "temperature_low"
CONF_HASH_RATE_DROP: Final = "hash_rate_drop"
CONF_UNITS: Final = "units"
CONF_MINER: Final = "miner"
CONF_UNIT: Final = "unit"
CONF_DETAIL: Final = "detail"
CONF_EXACT_VALUES: Final = "exact_values"
AUTOMATIC: Final = "automatic"

# Rigs report every two or three minutes: more often than half a minute brings nothing.
_SECONDS: Final = (30, 60, 900)
# Eight minutes are two reports missed and a half; ethogram's limit too.
_OFFLINE_MINUTES: Final = (5, 8, 120)
# ethOS throttles a GPU at 80 °C, and aims its fans at 74.
_HIGH: Final = (50, 80, 110)
# A GPU that works is warmer than this; ethogram's limit too.
_LOW: Final = (0, 35, 60)
# ethogram's share.
_DROP: Final = (2, 10, 90)


@dataclass(frozen=True, kw_only=True, slots=True)
class Options:
    """The options of a panel."""

    update_interval: timedelta
    offline_after: timedelta
    """How old a report may be before its rig counts as down."""
    limits: Limits
    units: Mapping[str, HashUnit]
    """By miner, those chosen by the user before the known ones."""
    detail: Detail | None
    """How much is shown at most, or none to have it decided by the size of the farm."""
    exact_values: bool
    """Whether a reading is written that has hardly moved."""

    @property
    def patience(self) -> Patience:
        """How long a rig may be silent."""
        return Patience.of(self.offline_after, self.update_interval)

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """Return the options of a config entry."""
        return cls(
            update_interval=timedelta(
                seconds=options.get(CONF_SCAN_INTERVAL, _SECONDS[1])
            ),
            offline_after=timedelta(
                minutes=options.get(CONF_OFFLINE_LIMIT, _OFFLINE_MINUTES[1])
            ),
            limits=Limits(
                temperature_high=options.get(CONF_TEMPERATURE_HIGH, _HIGH[1]),
                temperature_low=options.get(CONF_TEMPERATURE_LOW, _LOW[1]),
                hash_rate_drop=options.get(CONF_HASH_RATE_DROP, _DROP[1]),
            ),
            units={
                **UNIT_OF_MINER,
                **{
                    row[CONF_MINER].strip().lower(): HashUnit(row[CONF_UNIT])
                    for row in options.get(CONF_UNITS, ())
                },
            },
            detail=Detail.of(options.get(CONF_DETAIL, AUTOMATIC)),
            exact_values=options.get(CONF_EXACT_VALUES, False),
        )


def options_schema(miners: Iterable[str]) -> vol.Schema:
    """Return the form of the options, which offers the miners that the panel runs."""
    units = [unit.value for unit in HashUnit if unit is not HashUnit.UNKNOWN]
    return vol.Schema(
        {
            vol.Required(CONF_SCAN_INTERVAL, default=_SECONDS[1]): _number(
                _SECONDS, UnitOfTime.SECONDS
            ),
            vol.Required(CONF_OFFLINE_LIMIT, default=_OFFLINE_MINUTES[1]): _number(
                _OFFLINE_MINUTES, UnitOfTime.MINUTES
            ),
            vol.Required(CONF_TEMPERATURE_HIGH, default=_HIGH[1]): _number(
                _HIGH, UnitOfTemperature.CELSIUS
            ),
            vol.Required(CONF_TEMPERATURE_LOW, default=_LOW[1]): _number(
                _LOW, UnitOfTemperature.CELSIUS
            ),
            vol.Required(CONF_HASH_RATE_DROP, default=_DROP[1]): _number(
                _DROP, PERCENTAGE
            ),
            vol.Required(CONF_DETAIL, default=AUTOMATIC): SelectSelector(
                SelectSelectorConfig(
                    options=[AUTOMATIC, *(detail.option for detail in Detail)],
                    translation_key=CONF_DETAIL,
                )
            ),
            vol.Required(CONF_EXACT_VALUES, default=False): BooleanSelector(),
            vol.Optional(CONF_UNITS, default=list): ObjectSelector(
                ObjectSelectorConfig(
                    fields={
                        CONF_MINER: {
                            "required": True,
                            "selector": SelectSelector(
                                SelectSelectorConfig(
                                    options=sorted(miners), custom_value=True
                                )
                            ),
                        },
                        CONF_UNIT: {
                            "required": True,
                            "selector": SelectSelector(
                                SelectSelectorConfig(options=units)
                            ),
                        },
                    },
                    multiple=True,
                    label_field=CONF_MINER,
                    description_field=CONF_UNIT,
                    translation_key=CONF_UNITS,
                )
            ),
        }
    )


def _number(bounds: tuple[int, int, int], unit: str) -> NumberSelector:
    """Return a field for a number from the first to the last of the bounds."""
    return NumberSelector(
        NumberSelectorConfig(
            min=bounds[0],
            max=bounds[2],
            step=1,
            mode=NumberSelectorMode.BOX,
            unit_of_measurement=unit,
        )
    )
