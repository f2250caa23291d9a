"""Looking at a panel, each time after the time before."""

from datetime import timedelta
from typing import Any

from custom_components.ethos.panel import Panel, follow
from custom_components.ethos.panel.parse import PanelParser
from custom_components.ethos.panel.pauses import without_pauses
from tests.farm import START, Json, answer, rig
from tests.panel.reading import NOW, OFFLINE_AFTER, PATIENCE

LIMIT = int(OFFLINE_AFTER.total_seconds())
TURN = int(PATIENCE.farm.total_seconds())


def look(
    rigs: dict[str, Json],
    seconds: float = 0,
    before: Panel | None = None,
    parser: PanelParser | None = None,
    **changes: Any,
) -> Panel:
    """Look at a panel so many seconds after the start."""
    changes = {"time": START + int(seconds), **changes}
    read_at = NOW + timedelta(seconds=seconds)
    steps = (parser or PanelParser()).steps(answer(rigs, **changes), read_at=read_at)
    return follow(before, without_pauses(steps), PATIENCE)


def reporting(seconds: float, gpus: int = 2, **changes: Any) -> Json:
    """Return a rig that reported so many seconds after the start."""
    return rig(gpus, server_time=START + int(seconds), **changes)


def online(panel: Panel) -> dict[str, bool]:
    """Return which rigs are online."""
    return {rig_id: one.online for rig_id, one in panel.rigs.items()}
