"""Short ways from JSON to models."""

from collections.abc import Mapping
from copy import replace
from dataclasses import fields
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
from typing import Any, Final

from hypothesis import settings
import pytest

from custom_components.ethos.panel import (
    UNIT_OF_MINER,
    Gpu,
    HashUnit,
    Panel,
    Patience,
    Rig,
)
from custom_components.ethos.panel.parse import parse_panel
from tests.farm import START, Json, answer, rig

_FIXTURES: Final = Path(__file__).parents[1] / "fixtures"

NOW: Final = datetime.fromtimestamp(START, UTC)
OFFLINE_AFTER: Final = timedelta(minutes=8)
PATIENCE: Final = Patience.of(OFFLINE_AFTER, timedelta(minutes=1))

STEADY: Final = settings(
    max_examples=200, derandomize=True, database=None, deadline=None
)
"""The same examples each time, so that a failure is the change's own."""

# Hypothesis does not see its own references once Home Assistant has frozen the
# garbage collector.
ALARM_IS_FALSE: Final = pytest.mark.filterwarnings(
    "ignore:It looks like `register_random`:hypothesis.errors.HypothesisWarning"
)


def recorded(name: str) -> Any:
    """Return what a panel of some version says."""
    return json.loads((_FIXTURES / f"{name}.json").read_text())


def at(timestamp: float) -> datetime:
    """Return a moment."""
    return datetime.fromtimestamp(timestamp, UTC)


def read(
    data: object,
    *,
    read_at: datetime = NOW,
    date: datetime | None = None,
    units: Mapping[str, HashUnit] = UNIT_OF_MINER,
) -> Panel:
    """Return the panel in an answer, as it alone shows it."""
    answer = parse_panel(data, read_at=read_at, date=date, units=units)
    return Panel(
        **{field.name: getattr(answer, field.name) for field in fields(answer)},
        moved_at=read_at,
    )


def read_rig(raw: Json, units: Mapping[str, HashUnit] = UNIT_OF_MINER) -> Rig:
    """Return the only rig of a panel."""
    panel = read(answer({"a1b2c3": raw}), units=units)
    assert panel.unreadable == ()
    return panel.rigs["a1b2c3"]


def read_gpu(**changes: Any) -> Gpu:
    """Return the only GPU of a rig with some fields changed."""
    (gpu,) = read_rig(rig(1, **changes)).gpus
    return gpu


def changed[ModelT: (Gpu, Rig)](one: ModelT, name: str, value: Any) -> ModelT:
    """Return a GPU or rig with one field changed."""
    changes: dict[str, Any] = {name: value}
    return replace(one, **changes)
