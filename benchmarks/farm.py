"""A farm whose values change as those of real rigs do, or more, or not at all."""

from collections.abc import Iterable
from dataclasses import dataclass
import json
from random import Random
from typing import Any, Final, Self, override

_START: Final = 1_793_534_400
_MINUTE: Final = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """How many rigs there are, with how many GPUs each."""

    rigs: int
    gpus: int

    @classmethod
    def parse(cls, typed: str) -> Self:
        """Return the size that is written as ``10x6``."""
        rigs, gpus = map(int, typed.split("x"))
        return cls(rigs=rigs, gpus=gpus)

    @override
    def __str__(self) -> str:
        """Write it."""
        return f"{self.rigs}x{self.gpus}"


@dataclass(kw_only=True, slots=True)
class _Readings:
    """What is read of the GPUs of a rig."""

    hash_rates: list[float]
    temperatures: list[float]
    fan_speeds: list[float]
    fan_duties: list[float]
    watts: list[float]


@dataclass(kw_only=True, slots=True)
class _Rig:
    """What changes of a rig."""

    number: int
    reported_at: int
    uptime: int
    usual: _Readings
    now: _Readings
    throttles: bool = False


class Farm:
    """A panel of 2021, whose rigs report watts and fans too."""

    def __init__(self, size: Size, *, start: int = _START) -> None:
        """Let all rigs have reported a minute ago."""
        self._random = draw = Random(0)
        gpus = range(size.gpus)
        self._time = start
        self._rigs = [
            _Rig(
                number=number,
                reported_at=start - _MINUTE,
                uptime=86_400 + 977 * number,
                usual=usual,
                now=usual,
            )
            for number, usual in enumerate(
                _Readings(
                    hash_rates=[30 + draw.random() for _ in gpus],
                    temperatures=[draw.randint(55, 70) for _ in gpus],
                    fan_speeds=[draw.randint(1500, 3000) for _ in gpus],
                    fan_duties=[draw.randint(40, 80) for _ in gpus],
                    watts=[draw.randint(90, 130) for _ in gpus],
                )
                for _ in range(size.rigs)
            )
        ]

    def tick(self) -> None:
        """Let a minute pass without any new report."""
        self._time += _MINUTE

    def report(self, thirds: Iterable[int] = (0, 1, 2)) -> None:
        """Let a minute pass, with new reports of some thirds of the rigs."""
        self.tick()
        wanted = set(thirds)
        for rig in self._rigs:
            if rig.number % 3 in wanted:
                self._report(rig)
                rig.now = self._noisy(rig.usual)

    def reboot(self) -> None:
        """Let a minute pass, in which everything changes that can."""
        self.tick()
        for rig in self._rigs:
            self._report(rig)
            rig.uptime = 100 + rig.uptime % 7
            rig.throttles = True
            rig.now = _others(rig.now)

    def recover(self) -> None:
        """Let a minute pass, after which all rigs are well, as on most days."""
        self.tick()
        for rig in self._rigs:
            rig.uptime += 86_400
            rig.throttles = False
            rig.now = self._noisy(rig.usual)

    def body(self) -> bytes:
        """Return what the panel answers."""
        said = {
            "rigs": {f"{0xA1B000 + rig.number:06x}": _told(rig) for rig in self._rigs},
            "total_hash": round(sum(sum(rig.now.hash_rates) for rig in self._rigs), 2),
            "alive_gpus": sum(len(rig.now.hash_rates) for rig in self._rigs),
            "total_gpus": sum(len(rig.now.hash_rates) for rig in self._rigs),
            "alive_rigs": len(self._rigs),
            "total_rigs": len(self._rigs),
            "current_version": "1.3.3",
            "avg_temp": 63,
            "capacity": "100.0",
            "per_info": {"ethminer": {"hash": 1, "current_time": self._time}},
        }
        return json.dumps(said, separators=(",", ":")).replace("/", "\\/").encode()

    def _report(self, rig: _Rig) -> None:
        """Let a rig report."""
        reported_at = self._time - self._random.randint(5, 50)
        rig.uptime += reported_at - rig.reported_at
        rig.reported_at = reported_at

    def _noisy(self, usual: _Readings) -> _Readings:
        """Return what is read of a rig that goes on as usual."""
        draw = self._random
        return _Readings(
            hash_rates=[it * draw.gauss(1, 0.003) for it in usual.hash_rates],
            temperatures=[it + draw.randint(-1, 1) for it in usual.temperatures],
            fan_speeds=[it * draw.gauss(1, 0.007) for it in usual.fan_speeds],
            fan_duties=[it + draw.randint(-1, 1) for it in usual.fan_duties],
            watts=[it + draw.gauss(0, 1.5) for it in usual.watts],
        )


def _others(now: _Readings) -> _Readings:
    """Return readings of which none is the same."""
    return _Readings(
        hash_rates=[it + 1 for it in now.hash_rates],
        temperatures=[it + 1 for it in now.temperatures],
        fan_speeds=[it + 100 for it in now.fan_speeds],
        fan_duties=[it + 5 for it in now.fan_duties],
        watts=[it + 5 for it in now.watts],
    )


def _told(rig: _Rig) -> dict[str, Any]:
    """Return what the panel says of a rig."""
    now = rig.now
    gpus = range(len(now.hash_rates))
    return {
        "condition": "throttle" if rig.throttles else "mining",
        "version": "1.3.3",
        "driver": "amdgpu",
        "miner": "ethminer",
        "gpus": str(len(gpus)),
        "miner_instance": str(len(gpus)),
        "miner_hashes": _joined(now.hash_rates, 2),
        "bioses": " ".join("113-AB12345-001" for _ in gpus),
        "meminfo": "\n".join(
            f"GPU{i}:{i + 1:02x}.00.0:Radeon RX 580:113-AB12345-001"
            ":Micron MT51J256M3:GDDR5:Polaris10"
            for i in gpus
        ),
        "vramsize": " ".join("8" for _ in gpus),
        "drive_name": "Fit USB 20000001",
        "mobo": "B250 MINING EXPERT",
        "biosversion": "1010",
        "lan_chip": "Intel Corporation Ethernet Connection (2) I219-V",
        "connected_displays": None,
        "ram": "4",
        "rack_loc": f"Shelf {rig.number}",
        "ip": f"192.168.{rig.number // 200}.{rig.number % 200 + 10}",
        "pdu_ip": None,
        "possible_intrusion": None,
        "flags": "--farm-recheck 200",
        "server_time": rig.reported_at,
        "uptime": str(rig.uptime),
        "miner_secs": rig.uptime - 60,
        "rx_kbps": f"{0.2 + rig.uptime % 17 / 100:.2f}",
        "tx_kbps": f"{0.1 + rig.uptime % 13 / 100:.2f}",
        "load": f"{0.5 + rig.uptime % 11 / 100:.2f}",
        "cpu_temp": "41",
        "freespace": 4.4,
        "hash": round(sum(now.hash_rates), 2),
        "pool": "pool.example.org:4444",
        "temp": _joined(now.temperatures, 2),
        "powertune": " ".join("5" for _ in gpus),
        "voltage": " ".join("0.950" for _ in gpus),
        "rig_watts": round(sum(now.watts)) + 60,
        "watts": _joined(now.watts, 0),
        "fanrpm": _joined(now.fan_speeds, 0),
        "fanpercent": _joined(now.fan_duties, 0),
        "core": " ".join("1150" for _ in gpus),
        "mem": " ".join("2000" for _ in gpus),
    }


def _joined(values: list[float], digits: int) -> str:
    """Return the values as ethOS lists them."""
    return " ".join(f"{value:.{digits}f}" for value in values)
