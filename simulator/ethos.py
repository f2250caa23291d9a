"""What ethOS and its panel do, in numbers and words."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

FIRST_REPORT: Final = 10
"""s after the boot (ethOS' stats daemon)."""
EARLY_INTERVAL: Final = 120
"""s between reports in the first hour (ethOS' stats daemon)."""
INTERVAL: Final = 180
"""s between reports later (ethOS' stats daemon)."""
EARLY: Final = 3600
"""s after the boot in which a rig reports more often (ethOS' stats daemon)."""
UNREACHABLE: Final = 600
"""s without a report; a guess: all that is known is that it is more than 166."""
JUST_BOOTED: Final = 600
"""s after the boot; between 300 and 1370 from what panels showed."""
HIGH_LOAD: Final = 5.0
"""A load above; a guess: all that is known is that 1.75 is not high."""
SILENT: Final = 300
"""s after which a miner that says nothing counts as 0 (ethOS' hash monitor)."""
THROTTLE_ABOVE: Final = 80.0
"""°C; 5 below where the miner is ended (ethOS' thermal monitor)."""
OVERHEAT_ABOVE: Final = 85.0
"""°C; what ``maxgputemp`` is unless somebody sets it."""
BROKEN_SENSOR: Final = 511.0
"""°C that a sensor tells when it is broken."""
BASE_POWER: Final = 50
"""W that the panel adds to the power of a rig's GPUs."""


def interval(uptime: float) -> int:
    """Return the time until the next report at an uptime, both in s."""
    return EARLY_INTERVAL if uptime < EARLY else INTERVAL


@dataclass(frozen=True, kw_only=True, slots=True)
class Signs:
    """What a panel goes by when it says how a rig is."""

    uptime: float
    """s."""
    hash_rates: Collection[float]
    """Of the GPUs."""
    load: float
    overheated: bool
    throttled: bool
    autorebooted: bool


def condition(signs: Signs) -> str:
    """Return the panel's word for a rig; what stands first outranks what follows.

    Only that an automatic reboot outranks a mere boot was seen; the rest is a guess.
    """
    settled = signs.uptime >= JUST_BOOTED
    working = [bool(rate) for rate in signs.hash_rates]
    words = {
        "overheat": signs.overheated,
        "no_hash": settled and not any(working),
        "stuck_miners": settled and not all(working),
        "throttle": signs.throttled,
        "autorebooted": signs.autorebooted,
        "just_booted": not settled,
        "high_load": signs.load > HIGH_LOAD,
    }
    return next((word for word, holds in words.items() if holds), "mining")
