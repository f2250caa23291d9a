"""How far a user lets rigs be power-cycled, with the defaults and bounds."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from homeassistant.const import PERCENTAGE, UnitOfTime
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
)
import voluptuous as vol

from .policy import Settings

CONF_POWER: Final = "power"
CONF_OFFLINE_HOLD: Final = "offline_hold"
CONF_PROBLEM_HOLD: Final = "problem_hold"
CONF_FARM_SHARE: Final = "farm_share"
CONF_PAUSE: Final = "pause"
CONF_PER_SIX_HOURS: Final = "per_six_hours"
CONF_PER_DAY: Final = "per_day"
CONF_PER_HOUR: Final = "per_hour"
CONF_GAP: Final = "gap"

# Least, default and most. What other watchdogs lack is in the least and the most.
LIMITS: Final = {
    CONF_OFFLINE_HOLD: (10, 10, 240, UnitOfTime.MINUTES),
    CONF_PROBLEM_HOLD: (15, 15, 240, UnitOfTime.MINUTES),
    CONF_FARM_SHARE: (5, 30, 50, PERCENTAGE),
    CONF_PAUSE: (20, 30, 360, UnitOfTime.MINUTES),
    CONF_PER_SIX_HOURS: (1, 3, 6, None),
    CONF_PER_DAY: (1, 6, 12, None),
    CONF_PER_HOUR: (1, 4, 20, None),
    CONF_GAP: (30, 60, 900, UnitOfTime.SECONDS),
}


def settings_of(options: Mapping[str, Any], offline_after: timedelta) -> Settings:
    """Return what the options of a config entry allow."""
    chosen = {
        key: (options.get(CONF_POWER) or {}).get(key, default)
        for key, (_, default, _, _) in LIMITS.items()
    }
    return Settings(
        offline_hold=timedelta(minutes=chosen[CONF_OFFLINE_HOLD]),
        problem_hold=timedelta(minutes=chosen[CONF_PROBLEM_HOLD]),
        farm_share=chosen[CONF_FARM_SHARE],
        pause=timedelta(minutes=chosen[CONF_PAUSE]),
        per_six_hours=int(chosen[CONF_PER_SIX_HOURS]),
        per_day=int(chosen[CONF_PER_DAY]),
        per_hour=int(chosen[CONF_PER_HOUR]),
        gap=timedelta(seconds=chosen[CONF_GAP]),
        # Reports come every three minutes: five of eight, as offline is by default.
        silent_after=max(timedelta(minutes=5), offline_after * 5 / 8),
    )


def power_section() -> section:
    """Return the part of the form of the options that is about power cycling."""
    return section(
        vol.Schema(
            {
                vol.Required(key, default=default): NumberSelector(
                    _number(least, most, unit)
                )
                for key, (least, default, most, unit) in LIMITS.items()
            }
        ),
        {"collapsed": True},
    )


def _number(least: int, most: int, unit: str | None) -> NumberSelectorConfig:
    """Return a field for a number."""
    config = NumberSelectorConfig(
        min=least, max=most, step=1, mode=NumberSelectorMode.BOX
    )
    if unit is not None:
        config["unit_of_measurement"] = unit
    return config
