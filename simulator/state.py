"""How things truly are, whatever the panel says."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from .machine import Phase
from .rig import Rig

if TYPE_CHECKING:
    from .farm import Farm


def problems(rig: Rig) -> list[str]:
    """Return what is wrong with a rig; ``gpu_stuck:2`` is about its third GPU."""
    wrong = {
        "dead": rig.dead,
        "power_supply_broken": rig.supply_broken,
        "hung": rig.hung,
        "network_lost": rig.isolated,
        "disallowed": rig.disallowed,
        "miner_stopped": rig.phase is Phase.RUNNING and rig.miner_starts_at is None,
        "overheated": rig.overheated,
        "autorebooted": rig.autoreboots,
        "odd_condition": rig.odd_condition,
        "odd_load": rig.load is not None,
    }
    return [name for name, holds in wrong.items() if holds] + [
        f"{problem}:{index}"
        for index, gpu in enumerate(rig.gpus)
        for problem in gpu.problems
    ]


def rig_state(rig: Rig) -> Mapping[str, object]:
    """Return how a rig is; the lists are in the order in which its GPUs are plugged.

    Only ``hash_rates`` leaves out those that have vanished, as the panel does.
    """
    return {
        "plugged": rig.plugged,
        "plug_fault": rig.plug_fault,
        "phase": rig.phase,
        "power": round(rig.power, 1),
        "mining": rig.mining,
        "miner": rig.miner_name,
        "rack_location": rig.rack_location,
        "hash_rates": [round(rate, 2) for rate in rig.hash_rates],
        "temperatures": [round(temperature, 1) for temperature in rig.temperatures],
        "booted_at": rig.booted_at,
        "problems": problems(rig),
    }


def farm_state(farm: Farm) -> Mapping[str, object]:
    """Return how all is; ``panel`` is the kind of its trouble."""
    return {
        "now": farm.now,
        "network_up": farm.network_up,
        "panel": type(farm.page.trouble).__name__.lower() if farm.page.trouble else "",
        "rigs": {rig_id: rig_state(rig) for rig_id, rig in farm.rigs.items()},
    }
