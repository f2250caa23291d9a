"""What the bot answers, made of the panel's JSON."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final
from unicodedata import east_asian_width

from tests.e2e.conversation import GPUS, RIGS, Story

UNITS: Final = {
    "claymore": "MH/s",
    "claymore-zcash": "Sol/s",
    "dstm-zcash": "Sol/s",
    "phoenixminer": "MH/s",
}
HOUR: Final = 3600
DAY: Final = 24 * HOUR


def width(text: str) -> int:
    """Return how many columns a text takes."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def table(rigs: Mapping[str, tuple[str, ...]]) -> str:
    """Return rigs that are well, with what there is to tell of each."""
    names = max(map(width, rigs))
    widths = [max(map(width, column)) for column in zip(*rigs.values(), strict=True)]
    lines: list[str] = []
    for name, cells in rigs.items():
        line = f"🟢 {name}{' ' * (names - width(name))}"
        for cell, most in zip(cells, widths, strict=True):
            line += f" {' ' * (most - width(cell))}{cell}"
        lines.append(line)
    return "\n".join(lines)


def hash_rate(rig: dict[str, Any]) -> str:
    """Return the hash rate of a rig in the panel's JSON."""
    return f"{float(rig['hash']):.1f} {UNITS[rig['miner']]}"


def gpus(rig: dict[str, Any]) -> str:
    """Return how many of its GPUs work."""
    return f"{rig['miner_instance']}/{rig['gpus']}"


def temperatures(rig: dict[str, Any]) -> list[str]:
    """Return the temperature of each of its GPUs."""
    return [f"{float(value):.0f}" for value in rig["temp"].split()]


def hash_rates(rig: dict[str, Any]) -> str:
    """Return the hash rate of each of its GPUs."""
    return " ".join(f"{float(value):.0f}" for value in rig["miner_hashes"].split())


def age(seconds: float) -> str:
    """Return an age in its largest unit."""
    if seconds < HOUR:
        return f"{int(seconds / 60)}m"
    return f"{int(seconds / HOUR)}h" if seconds < 2 * DAY else f"{int(seconds / DAY)}d"


def ages(rig: dict[str, Any]) -> tuple[str, ...]:
    """Return since when it runs and mines; it has just reported."""
    uptime, miner = float(rig["uptime"]), float(rig["miner_secs"])
    return f"🔌{age(uptime)}", f"🔨{age(miner)}", "📡0m"


async def said(story: Story) -> dict[str, dict[str, Any]]:
    """Return what the panel says by name of rig, as soon as Home Assistant knows."""
    for rig in story.rigs:
        rig.push()
    await story.beside.polls(2)
    rigs = story.beside.farm.rigs
    return {story.name(rigs[key]): rig for key, rig in story.beside.rigs.items()}


def summary(story: Story) -> list[str]:
    """Return the farm as a whole."""
    panel, rates = story.beside.farm.panel(), Counter[str]()
    for rig in panel["rigs"].values():
        rates[UNITS[rig["miner"]]] += rig["hash"]
    hottest = max(
        float(it) for rig in panel["rigs"].values() for it in rig["temp"].split()
    )
    total = " + ".join(f"{rate:.1f} {unit}" for unit, rate in rates.items())
    power = panel["total_watts"]
    working = f"🖥 {RIGS}/{RIGS}  🎛 {GPUS * RIGS}/{GPUS * RIGS}"
    return ["Farm", f"{working}  ⛏ {total}  ⚡ {power} W  🌡 {hottest:.0f}°"]
