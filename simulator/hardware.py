"""What rigs are made of: invented, but as one meets it.

Rates and powers are about what owners of such cards report, clocks about what they set.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial


class Driver(StrEnum):
    """A graphics driver, as the panel calls it; a rig has one."""

    AMDGPU = "amdgpu"
    FGLRX = "fglrx"
    NVIDIA = "nvidia"


class Algorithm(StrEnum):
    """What a miner computes; decides the unit."""

    CRYPTONIGHT = "cryptonight"
    """H/s."""
    EQUIHASH = "equihash"
    """Sol/s."""
    ETHASH = "ethash"
    """MH/s."""


@dataclass(frozen=True, kw_only=True, slots=True)
class GpuModel:
    """A kind of graphics card."""

    name: str
    driver: Driver
    rates: Mapping[Algorithm, float]
    """Hash rate in the unit of each algorithm."""
    power: int
    """W while mining."""
    core_clock: int
    """MHz."""
    memory_clock: int
    """MHz."""
    vram: int
    """GB."""
    full_fan: int
    """rpm at 100 %."""
    voltage: float
    """V; 0 where the driver does not tell."""
    powertune: str
    """DPM state of amdgpu, percent of fglrx, P-state of NVIDIA."""
    bioses: tuple[str, ...]
    memories: tuple[str, ...]
    chip: str = ""
    """Kind of memory and chip, which newer versions of ethOS add for AMD."""


_POLARIS = partial(
    GpuModel,
    driver=Driver.AMDGPU,
    full_fan=3600,
    voltage=1.0,
    powertune="5",
    memories=("SK Hynix H5GC8H24AJR", "Micron MT51J256M3", "Samsung K4G80325FB"),
)
_HAWAII = partial(
    GpuModel,
    driver=Driver.FGLRX,
    full_fan=4200,
    voltage=1.1,
    powertune="20",
    memories=("SK Hynix H5GQ2H24AFR", "Elpida W2032BBBG"),
    chip="GDDR5:Hawaii",
)
_NVIDIA = partial(
    GpuModel,
    driver=Driver.NVIDIA,
    full_fan=4500,
    voltage=0.0,
    powertune="2",
    memories=("Unknown",),
)


def _rates(
    ethash: float, equihash: float, cryptonight: float
) -> Mapping[Algorithm, float]:
    """Return hash rates in the unit of each algorithm."""
    return {
        Algorithm.ETHASH: ethash,
        Algorithm.EQUIHASH: equihash,
        Algorithm.CRYPTONIGHT: cryptonight,
    }


GPU_MODELS: tuple[GpuModel, ...] = (
    _POLARIS(
        name="Radeon RX 580",
        rates=_rates(30.1, 318.0, 790.0),
        power=128,
        core_clock=1257,
        memory_clock=2000,
        vram=8,
        bioses=("113-580A1K-S07", "113-580B7R-S09", "XT-5807Q-P2"),
        chip="GDDR5:Polaris10",
    ),
    _POLARIS(
        name="Radeon RX 570",
        rates=_rates(27.8, 282.0, 740.0),
        power=112,
        core_clock=1168,
        memory_clock=1900,
        vram=4,
        bioses=("113-570A1K-S07", "113-570B7R-S09", "XT-5707Q-P2"),
        chip="GDDR5:Polaris10",
    ),
    _POLARIS(
        name="Radeon RX 480",
        rates=_rates(28.9, 297.0, 670.0),
        power=124,
        core_clock=1191,
        memory_clock=2000,
        vram=8,
        bioses=("113-480A1K-S07", "113-480B7R-S09", "XT-4807Q-P2"),
        chip="GDDR5:Polaris10",
    ),
    _POLARIS(
        name="Radeon RX 470",
        rates=_rates(26.6, 271.0, 650.0),
        power=108,
        core_clock=1126,
        memory_clock=1850,
        vram=4,
        bioses=("113-470A1K-S07", "113-470B7R-S09", "XT-4707Q-P2"),
        chip="GDDR5:Polaris10",
    ),
    _POLARIS(
        name="Radeon RX 560",
        rates=_rates(13.4, 129.0, 380.0),
        power=62,
        core_clock=1250,
        memory_clock=1900,
        vram=4,
        bioses=("113-560A1K-S07", "113-560B7R-S09", "XT-5607Q-P2"),
        chip="GDDR5:Polaris11",
    ),
    _HAWAII(
        name="Radeon R9 390",
        rates=_rates(29.2, 334.0, 720.0),
        power=212,
        core_clock=1000,
        memory_clock=1500,
        vram=8,
        bioses=("113-390A1K-S07", "113-390B7R-S09", "XT-3907Q-P2"),
    ),
    _HAWAII(
        name="Radeon R9 290",
        rates=_rates(26.9, 301.0, 690.0),
        power=224,
        core_clock=947,
        memory_clock=1250,
        vram=4,
        bioses=("113-290A1K-S07", "113-290B7R-S09", "XT-2907Q-P2"),
    ),
    _NVIDIA(
        name="GeForce GTX 1060 6GB",
        rates=_rates(22.8, 296.0, 470.0),
        power=88,
        core_clock=1759,
        memory_clock=4404,
        vram=6,
        bioses=("86.06.45.00.1A", "86.06.45.00.3C"),
    ),
    _NVIDIA(
        name="GeForce GTX 1070",
        rates=_rates(30.6, 434.0, 590.0),
        power=118,
        core_clock=1847,
        memory_clock=4404,
        vram=8,
        bioses=("86.04.50.00.1A", "86.04.50.00.3C"),
    ),
    _NVIDIA(
        name="GeForce GTX 1080 Ti",
        rates=_rates(35.4, 712.0, 860.0),
        power=196,
        core_clock=1809,
        memory_clock=5005,
        vram=11,
        bioses=("86.02.39.00.1A", "86.02.39.00.3C"),
    ),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """A mainboard."""

    name: str
    lan_chip: str
    bios: str
    buses: tuple[int, ...]
    """The numbers of its PCI slots, in order."""


BOARDS: tuple[Board, ...] = (
    Board(
        name="Z270 FARMER K7",
        lan_chip="Intel Corporation Ethernet Connection (2) I219-V",
        bios="1.60",
        buses=(1, 2, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19),
    ),
    Board(
        # Some boards' names end in a blank, and the panel passes it on.
        name="B250 Hash+ ",
        lan_chip="Realtek Semiconductor RTL8111/8168 Gigabit Ethernet (rev 15)",
        bios="P2.10",
        buses=tuple(range(2, 18)),
    ),
    Board(
        name="H81 PRO-M (MS-7901)",
        lan_chip="Qualcomm Atheros Device e0a1 (rev 10)",
        bios="V2.7",
        buses=(1, 3, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18),
    ),
)

MOST_GPUS = min(len(board.buses) for board in BOARDS)
"""GPUs that fit on every board; ethOS takes 16 NVIDIA GPUs."""

DRIVES: tuple[str, ...] = (
    "Cruzer Blade 4C5300012",
    "SanDisk SDSSDA12",
    "KINGSTON SA400S3",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Miner:
    """A mining program."""

    algorithm: Algorithm
    drivers: frozenset[Driver]
    flags: str | None = None


_ANY = frozenset(Driver)
_AMD_ONLY = frozenset({Driver.AMDGPU, Driver.FGLRX})
_NVIDIA_ONLY = frozenset({Driver.NVIDIA})

MINERS: Mapping[str, Miner] = {
    "ethminer": Miner(
        algorithm=Algorithm.ETHASH, drivers=_ANY, flags="--farm-recheck 200"
    ),
    "claymore": Miner(algorithm=Algorithm.ETHASH, drivers=_ANY, flags="-asm 1 -dcri 8"),
    "phoenixminer": Miner(algorithm=Algorithm.ETHASH, drivers=_ANY),
    "claymore-zcash": Miner(algorithm=Algorithm.EQUIHASH, drivers=_AMD_ONLY),
    "ewbf-zcash": Miner(
        algorithm=Algorithm.EQUIHASH, drivers=_NVIDIA_ONLY, flags="--eexit 1"
    ),
    "dstm-zcash": Miner(algorithm=Algorithm.EQUIHASH, drivers=_NVIDIA_ONLY),
    "xmr-stak": Miner(algorithm=Algorithm.CRYPTONIGHT, drivers=_ANY),
}

DUAL_MINERS = frozenset({"claymore"})
"""Miners that can mine a second coin at the same time."""
