"""Panels and rigs as data that an automation can read."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

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


def rig_stats(coordinator: EthosCoordinator, rig_id: str) -> dict[str, Any]:
    """Return a rig as data."""
    panel: Panel = coordinator.data
    roster = coordinator.roster
    rig: Rig = panel.rigs[rig_id]

    def ago(moment: datetime | None) -> int | None:
        return None if moment is None else round((panel.time - moment).total_seconds())

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
        "summary": summary(panel),
    }


def working_share(
    coordinator: EthosCoordinator, since: datetime, until: datetime
) -> float | None:
    """Return in how much of a time the rigs of a panel worked, in %.

    What counts against it is what was told, and what still lasts.
    """
    span = (until - since).total_seconds() * coordinator.data.total_rigs
    if span <= 0:
        return None
    lost = (
        *_told_losses(coordinator),
        *(
            (finding.since, until)
            for rig in coordinator.data.rigs.values()
            for finding in rig.problems
            if finding.ailment.problem in _LOSSES
        ),
    )
    seconds = sum(
        max((min(end, until) - max(start, since)).total_seconds(), 0.0)
        for start, end in lost
    )
    return 100 * max(1 - seconds / span, 0.0)


def _told_losses(
    coordinator: EthosCoordinator,
) -> Iterator[tuple[datetime, datetime]]:
    """Return from when to when rigs did not work, as far as it was told."""
    for happening in coordinator.activity.log:
        if happening["type"] in _ENDS and happening["duration"] is not None:
            end = datetime.fromisoformat(happening["at"])
            yield end - timedelta(seconds=happening["duration"]), end
