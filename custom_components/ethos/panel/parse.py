"""From the panel's JSON to the models: every quirk of it, met once.

The unit of loss is the smallest thing that is broken: an odd field is ``None``, an odd
rig is left out, and only an answer that is no panel's is refused.
"""

from collections.abc import Generator, Mapping
from datetime import datetime
from typing import Final

from .exceptions import NotAPanelError
from .models import Answer, Rig
from .parse_gpus import Json
from .parse_rig import read_rig
from .pauses import without_pauses
from .units import UNIT_OF_MINER, HashUnit
from .values import count, moment, text

_licenses: Final = count(1_000_000)


class PanelParser:
    """Reads one answer after another of a panel.

    Rigs report every two or three minutes, so most of them say what they said a minute
    ago; these are not read again but are the very same objects.
    """

    def __init__(self, units: Mapping[str, HashUnit] = UNIT_OF_MINER) -> None:
        """Keep the units of the miners."""
        self._units = units
        self._latest_version: str | None = None
        self._raw: Json = {}
        self._rigs: Mapping[str, Rig] = {}

    def steps(
        self, data: object, *, read_at: datetime, date: datetime | None = None
    ) -> Generator[None, None, Answer]:
        """Return what an answer shows, with a pause after each rig.

        ``read_at`` is the moment of reading and ``date`` the server's (its ``Date``
        header), for panels older than 2018, which do not tell their time. Raises
        NotAPanelError.
        """
        if not isinstance(data, dict) or "rigs" not in data:
            raise NotAPanelError("no rigs in the answer")
        # PHP writes an empty object as an empty list.
        listed = data["rigs"] or {}
        if not isinstance(listed, dict):
            raise NotAPanelError("the rigs are not an object")

        latest_version = text(data.get("current_version"))
        if latest_version != self._latest_version:
            self._latest_version, self._rigs = latest_version, {}
        time = _time(data.get("per_info"))
        now = time or date or read_at
        rigs: dict[str, Rig] = {}
        twice: set[str] = set()
        unreadable: list[str] = []
        for name, raw in listed.items():
            known = self._rigs.get(name)
            if known and name not in rigs and raw == self._raw.get(name):
                rigs[name] = known
                continue
            rig_id = text(name)
            if rig_id is None or rig_id in rigs or not isinstance(raw, dict):
                unreadable.append((rig_id or repr(name))[:64])
                twice.update({rig_id or ""} & rigs.keys())
                continue
            rigs[rig_id] = read_rig(
                rig_id,
                raw,
                units=self._units,
                latest_version=latest_version,
                now=now,
            )
            yield
        self._raw = listed
        # Of rigs that are called the same but for spaces, none is known by its name.
        self._rigs = {it: rigs[it] for it in rigs if it not in twice} if twice else rigs

        return Answer(
            rigs=rigs,
            unreadable=tuple(unreadable),
            latest_version=latest_version,
            licenses=_licenses(data.get("licenses")),
            time=now,
            own_clock=time is not None,
            read_at=read_at,
        )


def parse_panel(
    data: object,
    *,
    read_at: datetime,
    date: datetime | None = None,
    units: Mapping[str, HashUnit] = UNIT_OF_MINER,
) -> Answer:
    """Return what a single answer shows, as PanelParser does."""
    return without_pauses(PanelParser(units).steps(data, read_at=read_at, date=date))


def _time(per_info: object) -> datetime | None:
    """Return the panel's own time, which it tells for each miner."""
    if not isinstance(per_info, dict):
        return None
    times = [
        time
        for info in per_info.values()
        if isinstance(info, dict)
        and (time := moment(info.get("current_time"))) is not None
    ]
    return max(times, default=None)
