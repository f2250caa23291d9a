"""What ethogram tells: the bot by which many people watched their rigs.

Told anew from what it does, its mistakes included, to compare this integration with.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

POLL: Final = timedelta(minutes=4)
"""How often it looks."""

_OFFLINE: Final = 8 * 60
_HIGH: Final = 75
_LOW: Final = 35


class _Rig(NamedTuple):
    """What it keeps of a rig until the next poll."""

    hash_rate: int
    coolest: int
    hottest: int
    age: int
    """Of the last report, in seconds, without the whole days."""
    uptime: int
    miner_secs: int


class Ethogram:
    """Compares each poll with the one before it."""

    def __init__(self) -> None:
        """Know nothing: after a restart, every rig is new."""
        self._rigs: dict[str, _Rig] = {}

    def look(
        self, answer: Mapping[str, object], now: datetime
    ) -> list[tuple[str, str]]:
        """Return the rig and the kind of each message that one poll sends.

        A single rig that it cannot read costs the whole poll.
        """
        try:
            listed: Any = answer["rigs"]
            rigs = {name: _rig(listed[name], now) for name in sorted(listed.keys())}
        except AttributeError, KeyError, TypeError, ValueError:
            return []
        before, self._rigs = self._rigs, rigs
        return [
            *((name, "removed") for name in before if name not in rigs),
            *((name, "added") for name in rigs if name not in before),
            *(
                (name, kind)
                for name, rig in rigs.items()
                if name in before
                for kind in _kinds(before[name], rig)
            ),
        ]


def _rig(raw: Any, now: datetime) -> _Rig:
    """Return what it reads of a rig."""
    try:
        temperatures = [int(token) for token in raw["temp"].split(" ")]
    except ValueError:
        # Nothing at all, or the decimals of every AMD card.
        temperatures = [0]
    age = now - datetime.fromtimestamp(raw["server_time"], UTC)
    return _Rig(
        hash_rate=int(raw["hash"]),
        coolest=min(temperatures),
        hottest=max(temperatures),
        age=age.seconds,
        uptime=int(raw["uptime"] or 0),
        miner_secs=int(raw["miner_secs"] or 0),
    )


def _kinds(before: _Rig, now: _Rig) -> Iterator[str]:
    """Return what it says of a rig that it saw twice, one thing for each metric."""
    if before.hash_rate or now.hash_rate:
        if not before.hash_rate or now.hash_rate / before.hash_rate > 1.1:
            yield "hash_rate_increased"
        elif now.hash_rate / before.hash_rate < 0.9:
            yield "hash_rate_dropped"
    # It mixes up the two: hot is when the coolest GPU is, cold when the hottest is.
    if now.coolest > _HIGH and now.coolest > before.coolest:
        yield "high_temperature"
    elif now.hottest < _LOW and now.hottest < before.hottest:
        yield "low_temperature"
    if now.age > _OFFLINE > before.age:
        yield "offline"
    elif now.uptime < before.uptime:
        yield "rebooted"
    elif now.miner_secs < before.miner_secs:
        yield "miner_restarted"
