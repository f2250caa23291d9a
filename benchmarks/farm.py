"""A farm whose values change as those of real rigs do, or more, or not at all."""

from collections.abc import Iterable
from dataclasses import dataclass, field
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Shares:
    """Which share of the values of each kind a new report changes."""

    hash_rate: float = 1
    fan_speed: float = 1
    watts: float = 1
    temperature: float = 1


REALISTIC: Final = Shares(hash_rate=0.9, fan_speed=0.7, watts=0.5, temperature=0.3)
EVERYTHING: Final = Shares()


@dataclass(kw_only=True, slots=True)
class _Rig:
    """What changes of a rig."""

    number: int
    reported_at: int
    uptime: int
    throttles: bool = False
    hash_rates: list[float] = field(default_factory=list)
    temperatures: list[float] = field(default_factory=list)
    fan_speeds: list[float] = field(default_factory=list)
    fan_duties: list[float] = field(default_factory=list)
    watts: list[float] = field(default_factory=list)


class Farm:
    """A panel of 2021, whose rigs report watts and fans too."""

    def __init__(self, size: Size) -> None:
        """Let all rigs have reported a minute ago."""
        self._random = Random(0)  # noqa: S311 the same farm every time
        self._time = _START
        self._rigs = [
            _Rig(
                number=number,
                reported_at=_START - _MINUTE,
                uptime=86_400 + 977 * number,
                hash_rates=[30 + self._random.random() for _ in range(size.gpus)],
                temperatures=[self._random.randint(55, 70) for _ in range(size.gpus)],
                fan_speeds=[self._random.randint(1500, 3000) for _ in range(size.gpus)],
                fan_duties=[self._random.randint(40, 80) for _ in range(size.gpus)],
                watts=[self._random.randint(90, 130) for _ in range(size.gpus)],
            )
            for number in range(size.rigs)
        ]

    def tick(self) -> None:
        """Let a minute pass without any new report."""
        self._time += _MINUTE

    def report(self, shares: Shares, thirds: Iterable[int] = (0, 1, 2)) -> None:
        """Let a minute pass, with new reports of some thirds of the rigs."""
        self.tick()
        wanted = set(thirds)
        for rig in self._rigs:
            if rig.number % 3 in wanted:
                self._report(rig, shares)

    def reboot(self) -> None:
        """Let a minute pass, in which everything changes that can."""
        self.report(EVERYTHING)
        for rig in self._rigs:
            rig.uptime = 100 + rig.uptime % 7
            rig.throttles = True

    def recover(self) -> None:
        """Let a minute pass, after which all rigs are well, as on most days."""
        self.tick()
        for rig in self._rigs:
            rig.uptime += 86_400
            rig.throttles = False

    def body(self) -> bytes:
        """Return what the panel answers."""
        said = {
            "rigs": {f"{0xA1B000 + rig.number:06x}": _told(rig) for rig in self._rigs},
            "total_hash": round(sum(sum(rig.hash_rates) for rig in self._rigs), 2),
            "alive_gpus": sum(len(rig.hash_rates) for rig in self._rigs),
            "total_gpus": sum(len(rig.hash_rates) for rig in self._rigs),
            "alive_rigs": len(self._rigs),
            "total_rigs": len(self._rigs),
            "current_version": "1.3.3",
            "avg_temp": 63,
            "capacity": "100.0",
            "per_info": {"ethminer": {"hash": 1, "current_time": self._time}},
        }
        return json.dumps(said, separators=(",", ":")).replace("/", "\\/").encode()

    def _report(self, rig: _Rig, shares: Shares) -> None:
        """Let a rig report."""
        reported_at = self._time - self._random.randint(5, 50)
        rig.uptime += reported_at - rig.reported_at
        rig.reported_at = reported_at
        for values, share, step in (
            (rig.hash_rates, shares.hash_rate, 0.01),
            (rig.fan_speeds, shares.fan_speed, 10),
            (rig.watts, shares.watts, 1),
            (rig.temperatures, shares.temperature, 1),
            (rig.fan_duties, shares.temperature, 1),
        ):
            for index in range(len(values)):
                if self._random.random() < share:
                    # To and fro, so that no value ever leaves what is plausible.
                    up = round(values[index] / step) % 2 == 0
                    values[index] += step if up else -step


def _told(rig: _Rig) -> dict[str, Any]:
    """Return what the panel says of a rig."""
    gpus = range(len(rig.hash_rates))
    return {
        "condition": "throttle" if rig.throttles else "mining",
        "version": "1.3.3",
        "driver": "amdgpu",
        "miner": "ethminer",
        "gpus": str(len(gpus)),
        "miner_instance": str(len(gpus)),
        "miner_hashes": _joined(rig.hash_rates, 2),
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
        "hash": round(sum(rig.hash_rates), 2),
        "pool": "pool.example.org:4444",
        "temp": _joined(rig.temperatures, 2),
        "powertune": " ".join("5" for _ in gpus),
        "voltage": " ".join("0.950" for _ in gpus),
        "rig_watts": round(sum(rig.watts)) + 60,
        "watts": _joined(rig.watts, 0),
        "fanrpm": _joined(rig.fan_speeds, 0),
        "fanpercent": _joined(rig.fan_duties, 0),
        "core": " ".join("1150" for _ in gpus),
        "mem": " ".join("2000" for _ in gpus),
    }


def _joined(values: list[float], digits: int) -> str:
    """Return the values as ethOS lists them."""
    return " ".join(f"{value:.{digits}f}" for value in values)
