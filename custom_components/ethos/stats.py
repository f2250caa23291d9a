"""Panels and rigs as data that an automation can read."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.util import dt as dt_util

from .chat import summary
from .coordinator import EthosCoordinator
from .devices import DeviceRoster
from .panel import ENDS, Finding, Panel, Problem, Rig

_LOSSES: Final = frozenset({Problem.OFFLINE, Problem.NOT_MINING})
_ENDS: Final = frozenset(ENDS[problem] for problem in _LOSSES)


def problems(
    roster: DeviceRoster, rig_id: str, findings: Iterable[Finding]
) -> list[dict[str, Any]]:
    """Return what is wrong with a rig as data."""
    return [
        {
            "problem": problem.value,
            "gpu": gpu and roster.gpu_name(rig_id, gpu),
            "since": finding.since.isoformat(timespec="seconds"),
            "value": finding.value,
            "limit": finding.limit,
            "unit": finding.unit,
        }
        for finding in findings
        for problem, gpu in (finding.ailment,)
    ]


def panel_time(panel: Panel) -> datetime:
    """Return what a panel's clock shows now, be its last answer ever so old."""
    return panel.time + (dt_util.utcnow() - panel.moved_at)


def is_current(coordinator: EthosCoordinator) -> bool:
    """Return whether what is known of a panel is how it is."""
    return coordinator.last_update_success and not coordinator.data.stale


def _age(panel: Panel) -> timedelta:
    """Return how old what is known of a panel is: as old as its last report."""
    reports = (rig.heard_at for rig in panel.rigs.values())
    known = (heard_at for heard_at in reports if heard_at is not None)
    return panel_time(panel) - max(known, default=panel.time)


def rig_stats(coordinator: EthosCoordinator, rig_id: str) -> dict[str, Any]:
    """Return a rig as data."""
    panel: Panel = coordinator.data
    roster = coordinator.roster
    rig: Rig = panel.rigs[rig_id]
    now = panel_time(panel)

    def ago(moment: datetime | None) -> int | None:
        return None if moment is None else round((now - moment).total_seconds())

    return {
        "rig_id": rig_id,
        "rig_name": roster.rig_name(rig_id),
        "device_id": roster.rigs.get(rig_id),
        "panel": coordinator.config_entry.title,
        "condition": rig.condition,
        "online": rig.online,
        "mining": rig.mining,
        "maintenance": rig.maintenance,
        "hash_rate": rig.hash_rate,
        "hash_rate_unit": rig.hash_unit.value or None,
        "alive_gpus": rig.alive_gpus,
        "total_gpus": rig.total_gpus,
        "hottest": rig.hottest,
        "power": rig.power,
        "uptime": ago(rig.booted_at),
        "miner_uptime": ago(rig.miner_started_at),
        "report_age": ago(rig.reported_at),
        "problems": problems(roster, rig_id, rig.problems),
        "gpus": [
            {
                "gpu": roster.gpu_name(rig_id, gpu.key),
                "hash_rate": gpu.hash_rate,
                "temperature": gpu.temperature,
                "fan_speed": gpu.fan_speed,
                "fan_duty": gpu.fan_duty,
                "power": gpu.power,
            }
            for gpu in rig.gpus
        ],
    }


def panel_stats(coordinator: EthosCoordinator) -> dict[str, Any]:
    """Return a panel as data."""
    panel: Panel = coordinator.data
    age = None if is_current(coordinator) else _age(panel)
    return {
        "panel": coordinator.config_entry.title,
        "available": coordinator.last_update_success,
        "stale": panel.stale,
        "hash_rates": {unit.value: rate for unit, rate in panel.hash_rates.items()},
        "rigs": panel.total_rigs,
        "rigs_online": panel.rigs_online,
        "rigs_with_problems": panel.rigs_with_problems,
        "alive_gpus": panel.alive_gpus,
        "total_gpus": panel.total_gpus,
        "power": panel.power,
        "hottest": panel.hottest,
        "summary": summary(panel, age),
    }


def working_share(
    coordinator: EthosCoordinator, since: datetime, until: datetime
) -> float | None:
    """Return in how much of a time the rigs of a panel worked, in %.

    What counts against it is what was told, and what still lasts.
    """
    rigs = coordinator.data.rigs
    span = (until - since) * len(rigs)
    if span <= timedelta(0):
        return None
    losses: dict[str, list[tuple[datetime, datetime]]] = {rig_id: [] for rig_id in rigs}
    for rig_id, start, end in _losses(coordinator, until):
        if rig_id in losses:
            losses[rig_id].append((start, end))
    lost = sum(
        (_covered(spans, since, until) for spans in losses.values()), timedelta(0)
    )
    return round(100 * (1 - lost / span), 1)


def _losses(
    coordinator: EthosCoordinator, until: datetime
) -> Iterator[tuple[str, datetime, datetime]]:
    """Return which rigs did not work, from when to when."""
    for happening in coordinator.activity.log:
        if happening["type"] in _ENDS and happening["duration"] is not None:
            end = datetime.fromisoformat(happening["at"])
            yield (
                happening["rig_id"],
                end - timedelta(seconds=happening["duration"]),
                end,
            )
    for rig_id, rig in coordinator.data.rigs.items():
        for finding in rig.problems:
            if finding.ailment.problem in _LOSSES:
                yield rig_id, finding.since, until


def _covered(
    spans: Iterable[tuple[datetime, datetime]], since: datetime, until: datetime
) -> timedelta:
    """Return how much of a time is covered by spans, which may overlap."""
    total, reached = timedelta(0), since
    for span in sorted(spans):
        start, end = max(span[0], reached), min(span[1], until)
        if start < end:
            total, reached = total + (end - start), end
    return total
