"""What the panel makes of reports: its list of rigs, and its totals."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from .answer import (
    all_power,
    fixed_part,
    number,
    rig_answer,
    shown,
    tells_power,
    unreachable,
)
from .reading import Reading
from .shapes import Version


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A rig as the panel lists it until the next report, or the lack of it."""

    reading: Reading
    silent: bool
    """Whether that report is too old."""
    fixed: Mapping[str, object]
    """What follows from the inventory."""
    answer: Mapping[str, object]
    miner: str
    hash_rate: float
    """In the miner's unit."""
    total_gpus: int
    alive_gpus: int
    power: int
    """W."""
    temperature: float
    """Mean of its GPUs, in °C."""

    @classmethod
    def after(
        cls, reading: Reading, known: Listed | None, panel: Version, *, silent: bool
    ) -> Listed:
        """Return a rig after a report, with what is known of it from before."""
        inventory, temperatures = reading.inventory, reading.temperatures
        if known is not None and known.reading.inventory is inventory:
            fixed = known.fixed
        else:
            fixed = fixed_part(inventory, panel)
        answer = rig_answer(reading, fixed, panel)
        return cls(
            reading=reading,
            silent=silent,
            fixed=fixed,
            answer=unreachable(answer) if silent else answer,
            miner=inventory.miner_name,
            hash_rate=0.0 if silent else shown(reading.hash_rates),
            total_gpus=len(inventory.cards),
            alive_gpus=0 if silent else sum(map(bool, reading.hash_rates)),
            power=all_power(reading) if tells_power(inventory) else 0,
            temperature=round(sum(temperatures) / max(1, len(temperatures)), 2),
        )


def totals(
    rigs: Collection[Listed], *, newest: str, panel: Version, now: float
) -> dict[str, object]:
    """Return what the panel says about all rigs at a moment (Unix time, s)."""
    of_miner: defaultdict[str, list[Listed]] = defaultdict(list)
    for rig in rigs:
        of_miner[rig.miner].append(rig)
    alive = sum(rig.alive_gpus for rig in rigs)
    total = sum(rig.total_gpus for rig in rigs)
    # A mean of rounded means, stale and broken ones included: real figures tell.
    temperature = sum(rig.temperature for rig in rigs) / max(1, len(rigs))
    answer: dict[str, object] = {
        "total_hash": number(round(sum(rig.hash_rate for rig in rigs), 2)),
        "total_watts": sum(rig.power for rig in rigs),
        "alive_gpus": alive,
        "total_gpus": total,
        "alive_rigs": sum(not rig.silent for rig in rigs),
        "total_rigs": len(rigs),
        "current_version": newest,
        "avg_temp": number(round(temperature, 3)),
        "capacity": f"{100 * alive / max(1, total):.1f}",
        "per_info": {
            miner: _totals_of_miner(theirs, panel=panel, now=now)
            for miner, theirs in of_miner.items()
        }
        or [],
        "licenses": len(rigs),
    }
    return _known(answer, panel)


def _totals_of_miner(
    rigs: Collection[Listed], *, panel: Version, now: float
) -> dict[str, object]:
    """Return what the panel says about all rigs of one miner."""
    hash_rate = sum(rig.hash_rate for rig in rigs)
    power = sum(rig.power for rig in rigs)
    alive_gpus = sum(rig.alive_gpus for rig in rigs)
    alive_rigs = sum(not rig.silent for rig in rigs)
    answer: dict[str, object] = {
        "hash": f"{hash_rate:.1f}" if panel >= (1, 3, 3) else round(hash_rate),
        "per_alive_gpus": alive_gpus,
        "per_total_gpus": sum(rig.total_gpus for rig in rigs),
        "per_alive_rigs": alive_rigs,
        "per_total_rigs": len(rigs),
        "per_total_watts": power,
        "per_watts-rig": f"{power / max(1, alive_rigs):.1f}",
        "per_hash-gpu": f"{hash_rate / max(1, alive_gpus):.1f}",
        "per_hash-rig": f"{hash_rate / max(1, alive_rigs):.1f}",
        "current_time": int(now),
    }
    return _known(answer, panel)


SINCE: Mapping[str, Version] = {
    "current_time": (1, 2, 2),
    "licenses": (1, 3, 3),
    "per_total_watts": (1, 3, 3),
    "per_watts-rig": (1, 3, 3),
    "total_watts": (1, 3, 3),
}
"""The panels that first had what not all had."""


def _known(answer: Mapping[str, object], panel: Version) -> dict[str, object]:
    """Return of an answer what a panel knows."""
    return {key: answer[key] for key in answer if SINCE.get(key, panel) <= panel}
