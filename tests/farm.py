"""A farm as a panel of 2018 tells it, and a host that serves it."""

from collections.abc import Mapping
from email.utils import formatdate
import json
from typing import Any, Final

from aiohttp import web

# 2026-11-01 12:00:00 UTC
START: Final = 1_793_534_400

type Json = dict[str, Any]


def rig(gpus: int = 2, **changes: Any) -> Json:
    """Return a healthy rig of Polaris cards, with some fields changed."""
    return {
        "condition": "mining",
        "version": "1.2.9",
        "driver": "amdgpu",
        "miner": "ethminer",
        "gpus": str(gpus),
        "miner_instance": str(gpus),
        "miner_hashes": " ".join(f"{30 + i / 10:05.2f}" for i in range(gpus)),
        "bioses": " ".join("113-AB12345-001" for _ in range(gpus)),
        "meminfo": "\n".join(
            f"GPU{i}:{i + 1:02x}.00.0:Radeon RX 580:113-AB12345-001"
            ":Micron MT51J256M3:GDDR5:Polaris10"
            for i in range(gpus)
        ),
        "vramsize": " ".join("8" for _ in range(gpus)),
        "drive_name": "Fit USB 20000001",
        "mobo": "B250 Board ",
        "lan_chip": "Some Ethernet",
        "connected_displays": "",
        "ram": "4",
        "rack_loc": "",
        "ip": "192.168.7.10",
        "server_time": START - 60,
        "uptime": "7200",
        "miner_secs": 7100,
        "rx_kbps": "0.21",
        "tx_kbps": "0.09",
        "load": "0.53",
        "cpu_temp": "41",
        "freespace": 4.4,
        "hash": round(sum(30 + i / 10 for i in range(gpus)), 2),
        "pool": "pool.example.org:4444",
        "temp": " ".join(f"{64 + i:.2f}" for i in range(gpus)),
        "powertune": " ".join("5" for _ in range(gpus)),
        "voltage": " ".join("1.050" for _ in range(gpus)),
        "watts": None,
        "fanrpm": " ".join(str(1500 + 10 * i) for i in range(gpus)),
        "core": " ".join("1150" for _ in range(gpus)),
        "mem": " ".join("2000" for _ in range(gpus)),
        **changes,
    }


def rig_2021(gpus: int = 2, **changes: Any) -> Json:
    """Return a rig as ethOS 1.3.3 reports it: watts and fans too."""
    return rig(
        gpus,
        **{
            "version": "1.3.3",
            "biosversion": "P1.20",
            "flags": "--wallet 0xabc",
            "connected_displays": None,
            "pdu_ip": None,
            "possible_intrusion": None,
            "rig_watts": 50 + 120 * gpus,
            "watts": " ".join("120" for _ in range(gpus)),
            "fanpercent": " ".join("70" for _ in range(gpus)),
            **changes,
        },
    )


def answer(rigs: Mapping[str, Json], time: int = START, **changes: Any) -> Json:
    """Return what a panel says of rigs."""
    return {
        "rigs": dict(rigs) or [],
        "total_hash": 1,
        "alive_gpus": 1,
        "total_gpus": 1,
        "alive_rigs": 1,
        "total_rigs": 1,
        "current_version": "1.3.3",
        "avg_temp": 1,
        "capacity": "100.0",
        "per_info": {"ethminer": {"hash": 1, "current_time": time}} if rigs else [],
        **changes,
    }


class FakePanel:
    """A panel on a host of its own, which can be made to misbehave."""

    def __init__(self) -> None:
        """Start with two rigs."""
        self.time = START
        self.rigs: dict[str, Any] = {
            "a1b2c3": rig(2, rack_loc="Shelf 1"),
            "880577": rig_2021(3),
        }
        self.changes: Json = {}
        self.status = 200
        self.headers: dict[str, str] = {}
        self.body: bytes | None = None
        self.login: str | None = None
        self.redirect: str | None = None
        self.stands_still = False
        self._dead: set[str] = set()
        self.requests = 0
        self.url = ""

    def tick(self, seconds: float) -> None:
        """Let time pass; rigs that are well report again every three minutes."""
        if self.stands_still:
            return
        self.time += int(seconds)
        for rig_id, one in self.rigs.items():
            if not isinstance(one, dict):
                continue
            if one["condition"] == "unreachable" or one.get("silent"):
                self._dead.add(rig_id)
                continue
            age = self.time - one["server_time"]
            # One that is back has reported at once.
            back = age - int(seconds)
            since = back if rig_id in self._dead else max(0, (age - 1) // 180 * 180)
            self._dead.discard(rig_id)
            one["server_time"] += since
            one["uptime"] = str(int(one["uptime"]) + since)
            one["miner_secs"] += since

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer as the panel would."""
        self.requests += 1
        if self.redirect is not None and request.path == "/":
            raise web.HTTPFound(self.redirect)
        if (
            self.login is not None
            and request.headers.get("Authorization") != self.login
        ):
            return web.Response(status=401)
        body = self.body
        if body is None:
            said = answer(self.rigs, self.time, **self.changes)
            body = json.dumps(said).replace("/", "\\/").encode()
        return web.Response(
            status=self.status,
            body=body,
            headers={
                "Content-Type": "text/html",
                "Date": formatdate(self.time, usegmt=True),
                **self.headers,
            },
        )
