"""The unit in which a miner counts its work; the panel never names it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class HashUnit(StrEnum):
    """A unit of hash rate; each counts another kind of work, so they do not add up."""

    MEGAHASHES = "MH/s"
    KILOHASHES = "kH/s"
    HASHES = "H/s"
    SOLUTIONS = "Sol/s"
    UNKNOWN = ""


# From the hash monitor of ethOS 1.2.7 and 1.3.x, which scales each miner's output.
# Some are missing: with ccminer and nevermore the unit depends on the speed itself,
# with gminer, lolminer and miniz on the coin, of which nothing is told.
_MINERS: Final[Mapping[HashUnit, str]] = {
    HashUnit.MEGAHASHES: (
        "avermore cgminer-skein claymore claymore-legacy ethminer ethminer-single"
        " phoenixminer progpowminer progpowminer-single sgminer-gm teamredminer"
    ),
    HashUnit.KILOHASHES: "tdxminer",
    HashUnit.HASHES: (
        "claymore-xmr sgminer-gm-xmr wolf-xmr-cpu xmr-stak xmrig xtl-stak"
    ),
    HashUnit.SOLUTIONS: (
        "claymore-zcash dstm-zcash ewbf-equihash ewbf-zcash optiminer-zcash silentarmy"
    ),
}

UNIT_OF_MINER: Final[Mapping[str, HashUnit]] = {
    miner: unit for unit, miners in _MINERS.items() for miner in miners.split()
}
