"""What a rig truly needs, and what speaks against cutting its power: by the farm."""

from typing import Final

from simulator import Phase, Rig

from .plug import Plug

WORKED_AT: Final = "somebody worked at it"
MAINS: Final = "its mains were gone"
PANEL: Final = "the panel or its network was at fault"
HOT: Final = "it was hot, and an answer had said so"
MINING: Final = "it mined"
UNHEARD: Final = "it mined unheard, and no meter tells"
BOOTING: Final = "it was booting"
WRONGS: Final = (MINING, HOT, PANEL, BOOTING, WORKED_AT, MAINS, UNHEARD)


def is_well(rig: Rig) -> bool:
    """Return whether all GPUs of a rig mine."""
    return rig.mining and all(gpu.loss is None for gpu in rig.gpus)


def wrong(
    plug: Plug, *, is_hot: bool, is_panel_wrong: bool, is_unheard: bool
) -> str | None:
    """Return what speaks against cutting the power of a plug's rig now, or nothing.

    It is the accident that tells of heat: a GPU cools as soon as its rig hangs. If no
    answer told of it, nobody could know.
    """
    rig = plug.rig
    if plug.is_persons:
        return WORKED_AT
    if not plug.has_mains:
        return MAINS
    if is_panel_wrong:
        return PANEL
    if is_hot:
        return HOT
    if is_well(rig):
        return UNHEARD if is_unheard and not plug.has_meter else MINING
    is_booting = rig.phase is Phase.BOOTING or (
        rig.miner_starts_at is not None
        and rig.phase is Phase.RUNNING
        and not rig.mining
    )
    return BOOTING if is_booting else None
