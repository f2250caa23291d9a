"""The memory of a panel as what JSON can hold, to survive a restart.

What cannot be read is forgotten, rig by rig: a rig that is not remembered is looked at
as if for the first time.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
import math
from typing import Any

from .memory import Memory, RigMemory
from .problems import Ailment, Finding, Problem
from .usual import Day, Hour, Usual


def to_record(memory: Memory) -> dict[str, Any]:
    """Return a memory as what JSON can hold."""
    return {
        rig_id: {
            "reported_at": _written(rig.reported_at),
            "booted_at": _written(rig.booted_at),
            "miner_started_at": _written(rig.miner_started_at),
            "gpus": list(rig.gpus),
            "findings": _findings(rig.findings.values()),
            "told": _findings(rig.told.values()),
            "usual": {
                "work": list(rig.usual.work),
                "hour": [[at.isoformat(), rate] for at, rate in rig.usual.hour],
                "medians": list(rig.usual.day.medians),
                "median_at": _written(rig.usual.median_at),
                "risen_at": _written(rig.usual.risen_at),
            },
            "missed": rig.missed,
            "missed_since": _written(rig.missed_since),
            "is_gone": rig.is_gone,
            "maintenance": rig.maintenance,
            "maintenance_until": _written(rig.maintenance_until),
        }
        for rig_id, rig in memory.items()
        if rig.is_judged or rig.maintenance
    }


def from_record(record: Mapping[str, Any]) -> Memory:
    """Return the memory that was written, as far as it makes sense."""
    memory: dict[str, RigMemory] = {}
    for rig_id, rig in record.items():
        try:
            memory[rig_id] = _rig(rig_id, rig)
        except ArithmeticError, AttributeError, LookupError, TypeError, ValueError:
            memory[rig_id] = RigMemory(rig_id=rig_id)
    return memory


def _rig(rig_id: str, record: Mapping[str, Any]) -> RigMemory:
    """Return what was written of a rig."""
    usual = record["usual"]
    return RigMemory(
        rig_id=rig_id,
        is_judged=True,
        reported_at=_or_none(_moment, record["reported_at"]),
        booted_at=_or_none(_moment, record["booted_at"]),
        miner_started_at=_or_none(_moment, record["miner_started_at"]),
        gpus=_texts(record["gpus"]),
        findings=_found(record["findings"]),
        told=_found(record["told"]),
        usual=Usual(
            work=_texts(usual["work"]),
            hour=Hour.of((_moment(at), _number(rate)) for at, rate in usual["hour"]),
            day=Day(tuple(map(_number, usual["medians"]))),
            median_at=_or_none(_moment, usual["median_at"]),
            risen_at=_or_none(_moment, usual["risen_at"]),
        ),
        missed=int(record["missed"]),
        missed_since=_or_none(_moment, record["missed_since"]),
        is_gone=bool(record["is_gone"]),
        maintenance=bool(record["maintenance"]),
        maintenance_until=_or_none(_moment, record["maintenance_until"]),
    )


def _findings(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return findings as what JSON can hold."""
    return [
        {
            "problem": finding.ailment.problem.value,
            "gpu": finding.ailment.gpu,
            "since": finding.since.isoformat(),
            "value": finding.value,
            "limit": finding.limit,
            "unit": finding.unit,
        }
        for finding in findings
    ]


def _found(record: Iterable[Mapping[str, Any]]) -> dict[Ailment, Finding]:
    """Return the findings that were written."""
    findings = (
        Finding(
            ailment=Ailment(Problem(row["problem"]), _or_none(_text, row["gpu"])),
            since=_moment(row["since"]),
            value=_or_none(_value, row["value"]),
            limit=_or_none(_number, row["limit"]),
            unit=_or_none(_text, row["unit"]),
        )
        for row in record
    )
    return {finding.ailment: finding for finding in findings}


def _written(moment: datetime | None) -> str | None:
    """Return a moment as text."""
    return None if moment is None else moment.isoformat()


def _or_none[WrittenT, ValueT](
    read: Callable[[WrittenT], ValueT], value: WrittenT | None
) -> ValueT | None:
    """Return what was written, if anything was."""
    return None if value is None else read(value)


def _text(value: object) -> str:
    """Return a text, or raise TypeError if it is none."""
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _texts(values: Iterable[object]) -> tuple[str, ...]:
    """Return the texts of a list."""
    return tuple(map(_text, values))


def _number(value: str | float) -> float:
    """Return a number, or raise ValueError if it is none."""
    if not math.isfinite(number := float(value)):
        raise ValueError(value)
    return number


def _value(value: str | float) -> float | str:
    """Return a reading."""
    return value if isinstance(value, str) else _number(value)


def _moment(text: str) -> datetime:
    """Return the moment of a text, or raise ValueError if it is none."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment
