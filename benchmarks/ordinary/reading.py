"""From the panel's JSON to plain dicts, trusting that nothing is odd."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

type Values = dict[str, Any]
"""Of the panel, a rig or a GPU, by key."""
type Reading = dict[tuple[str, ...], Values]
"""All values, by what they are about."""


def read(said: Mapping[str, Any]) -> Reading:
    """Return the values of an answer."""
    result: Reading = {}
    rigs = []
    for rig_id, raw in said["rigs"].items():
        gpus = _gpus(raw)
        for slot, gpu in gpus.items():
            result[rig_id, slot] = gpu
        rig = result[rig_id,] = _rig(raw, gpus)
        rigs.append(rig)
    result[()] = _panel(said, rigs)
    return result


def _panel(said: Mapping[str, Any], rigs: list[Values]) -> Values:
    """Return the values of the panel."""
    hash_rate = sum(rig["hash_rate_megahashes"] for rig in rigs)
    power = sum(rig["power"] for rig in rigs)
    alive = sum(rig["alive_gpus"] for rig in rigs)
    total = sum(rig["total_gpus"] for rig in rigs)
    problems = sum(rig["problem"] == "on" for rig in rigs)
    return {
        "connectivity": "on",
        "stale_data": "off",
        "hash_rate_megahashes": hash_rate,
        "alive_gpus": alive,
        "total_gpus": total,
        "rigs_online": len(rigs),
        "rigs": len(rigs),
        "power": power,
        "hottest": max(rig["hottest"] for rig in rigs),
        "average_temperature": _mean(rig["average_temperature"] for rig in rigs),
        "capacity": 100 * alive / total,
        "efficiency_megahashes": hash_rate / power,
        "latest_version": said["current_version"],
        "rigs_with_problems": problems,
        "problem": "on" if problems else "off",
        "activity": problems,
    }


def _rig(raw: Mapping[str, Any], gpus: Mapping[str, Values]) -> Values:
    """Return the values of a rig."""
    temperatures = [gpu["temperature"] for gpu in gpus.values()]
    reported_at = datetime.fromtimestamp(raw["server_time"], UTC)
    return {
        "connectivity": "off" if raw["condition"] == "unreachable" else "on",
        "mining": "on" if raw["hash"] else "off",
        "version": raw["version"],
        "hash_rate_megahashes": raw["hash"],
        "condition": raw["condition"],
        "hottest": max(temperatures),
        "alive_gpus": int(raw["miner_instance"]),
        "total_gpus": int(raw["gpus"]),
        "power": raw["rig_watts"],
        "booted_at": int(raw["uptime"]),
        "miner_started_at": raw["miner_secs"],
        "reported_at": reported_at,
        "coolest": min(temperatures),
        "average_temperature": _mean(temperatures),
        "efficiency_megahashes": raw["hash"] / raw["rig_watts"],
        "cpu_temperature": float(raw["cpu_temp"]),
        "load": float(raw["load"]),
        "free_space": raw["freespace"],
        "memory": float(raw["ram"]),
        "received": float(raw["rx_kbps"]),
        "sent": float(raw["tx_kbps"]),
        "miner": raw["miner"],
        "pool": raw["pool"],
        "driver": raw["driver"],
        "ip_address": raw["ip"],
        "rack_location": raw["rack_loc"],
        "throttled": "on" if raw["condition"] == "throttle" else "off",
        "problem": "off" if raw["condition"] == "mining" else "on",
        "activity": raw["condition"],
        "overheating": "off",
        "maintenance": "off",
    }


def _gpus(raw: Mapping[str, Any]) -> dict[str, Values]:
    """Return the values of the GPUs of a rig, by slot."""
    result = {}
    for (
        inventory,
        hash_rate,
        temperature,
        fan_duty,
        watts,
        fan_speed,
        core,
        memory,
        voltage,
        powertune,
        vram,
    ) in zip(
        raw["meminfo"].splitlines(),
        raw["miner_hashes"].split(),
        raw["temp"].split(),
        raw["fanpercent"].split(),
        raw["watts"].split(),
        raw["fanrpm"].split(),
        raw["core"].split(),
        raw["mem"].split(),
        raw["voltage"].split(),
        raw["powertune"].split(),
        raw["vramsize"].split(),
        strict=True,
    ):
        _, bus, model, vbios, chips, *_ = inventory.split(":")
        result[bus.replace(".", ":", 1)] = {
            "hash_rate_megahashes": float(hash_rate),
            "temperature": float(temperature),
            "fan_duty": float(fan_duty),
            "power": float(watts),
            "fan_speed": float(fan_speed),
            "core_clock": float(core),
            "memory_clock": float(memory),
            "voltage": float(voltage),
            "powertune": int(powertune),
            "model": model,
            "vbios": vbios,
            "vram": float(vram),
            "memory": chips,
            "problem": "off",
        }
    return result


def _mean(values: Iterable[float]) -> float:
    """Return the mean."""
    known = list(values)
    return sum(known) / len(known)
