"""How much is shown of a panel: the farm alone, its rigs, their GPUs, or everything."""

from collections.abc import Mapping
from enum import IntEnum


class Detail(IntEnum):
    """What is shown of a panel; each level has all that the one before it has."""

    FARM = 1
    """The panel, and the rigs as devices."""
    RIGS = 2
    """What matters most of each rig."""
    GPUS = 3
    """What matters most of each GPU."""
    EVERYTHING = 4

    @property
    def option(self) -> str:
        """Return its name among the options."""
        return self.name.lower()

    @classmethod
    def of(cls, option: str) -> Detail | None:
        """Return the one of this name, or none for any other word."""
        return next((detail for detail in cls if detail.option == option), None)


def most_that_fits(
    needs: Mapping[Detail, int], limit: int, most: Detail = Detail.EVERYTHING
) -> Detail:
    """Return the highest level, up to one, that needs no more entities than allowed.

    Of each level it is told how many it adds to those before. The farm is always shown.
    """
    chosen = Detail.FARM
    total = needs.get(Detail.FARM, 0)
    for detail in Detail:
        if detail is Detail.FARM:
            continue
        total += needs.get(detail, 0)
        if total > limit or detail > most:
            break
        chosen = detail
    return chosen
