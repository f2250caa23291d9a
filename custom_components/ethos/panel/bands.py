"""How far a reading must move to be worth showing.

A rig's readings are never still, and each one shown is a row in the recorder. While a
reading is within its band, the one that is shown stays. Rigs are judged by what they
report, whatever is shown. Rounding would not do: a reading near an edge flaps.
"""

from dataclasses import dataclass
from typing import Final

# A tuple, which is quicker to ask than a union.
_NUMBER: Final = (int, float)


@dataclass(frozen=True, kw_only=True, slots=True)
class Band:
    """How far a number may move from the one that is shown, the wider of the two."""

    width: float = 0
    """In the unit of the number."""
    share: float = 0
    """Of the number that is shown."""

    def holds(self, shown: object, value: object) -> bool:
        """Return whether a value is too near to the one that is shown to be told.

        Between something and nothing, or zero, no step is too small.
        """
        return (
            isinstance(shown, _NUMBER)
            and isinstance(value, _NUMBER)
            and shown != 0
            and value != 0
            and abs(value - shown) < max(self.width, self.share * abs(shown))
        )


# Above the noise of a rig at work: about 0.3 % of a hash rate, 1.5 W of a GPU's power
# and 0.7 % of a fan's speed. Temperatures are whole degrees, and all are shown.
HASH_RATE: Final = Band(share=0.005)
POWER: Final = Band(width=3, share=0.005)
"""In watts; that of many GPUs adds up, so a farm's is a share of it."""
FAN_DUTY: Final = Band(width=3)
"""In percentage points."""
FAN_SPEED: Final = Band(share=0.03)
