"""The panel's JSON, in the shape of each version; the field names are the panel's."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
import json

from .ethos import BASE_POWER, SILENT
from .hardware import Driver
from .reading import Inventory, Reading
from .shapes import Version

IDLE_CORE = 300
"""MHz of the core and the memory of a GPU that does nothing."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A field that follows from what the rig is."""

    key: str
    value: Callable[[Inventory, Version], object]
    """From the inventory and the panel's version."""
    since: Version = (0, 0, 0)
    """The panel that first had it."""
    dual: bool = False
    """Whether only rigs with two coins have it."""


@dataclass(frozen=True, slots=True)
class Live:
    """A field that differs with each report."""

    key: str
    value: Callable[[Reading, Version], object]
    """From the report and the panel's version."""
    since: Version = (0, 0, 0)
    """The panel that first had it."""
    dual: bool = False
    """Whether only rigs with two coins have it."""


def encode(value: object) -> str:
    """Return JSON as PHP writes it."""
    return json.dumps(value, separators=(",", ":")).replace("/", "\\/")


def number(value: float) -> float:
    """Return a number as PHP encodes it: without a fraction where that is nought."""
    return int(value) if value == int(value) else value


def shown(hash_rates: Iterable[float]) -> float:
    """Return the sum of hash rates as printed, in six digits as awk prints it."""
    return float(f"{sum(round(rate, 2) for rate in hash_rates):.6g}")


def tells_power(inventory: Inventory) -> bool:
    """Return whether the rig knows the power of its GPUs."""
    return inventory.version >= (
        (1, 2, 0) if inventory.driver is Driver.NVIDIA else (1, 3, 1)
    )


def all_power(reading: Reading) -> int:
    """Return what the panel takes for the rig's power, in W."""
    return BASE_POWER + sum(reading.powers)


def _each(values: Iterable[object]) -> str:
    """Return one value for each GPU as a text."""
    return " ".join(map(str, values))


def _meminfo(inventory: Inventory) -> str:
    """Return the lines about the GPUs; NVIDIA's bus holds one more colon."""
    colon = ":" if inventory.driver is Driver.NVIDIA else "."
    return "\n".join(
        f"GPU{index}:{card.bus:02x}{colon}00.0:{card.model.name}:{card.bios}:{card.memory}"
        + (
            f":{card.model.chip}"
            if card.model.chip and inventory.version >= (1, 2, 7)
            else ""
        )
        for index, card in enumerate(inventory.cards)
    )


def _hashes(reading: Reading, scale: float = 1) -> str | None:
    """Return the hash rate of each GPU; since 1.3.0 rigs leave out an empty one."""
    if not reading.hash_rates:
        return None if reading.inventory.version >= (1, 3, 0) else ""
    if reading.silence >= SILENT:
        return _each(0 for _ in reading.hash_rates)
    return _each(f"{rate * scale:05.2f}" for rate in reading.hash_rates)


def _hash(reading: Reading, panel: Version) -> object:
    """Return the rig's hash rate, which was a text in January 2017."""
    rate = shown(reading.hash_rates)
    return f"{rate:g}" if panel < (1, 2, 0) else number(rate)


def _alive(reading: Reading, panel: Version) -> object:
    """Return how many GPUs hash, which was a number in 2017."""
    alive = sum(map(bool, reading.hash_rates))
    return alive if panel < (1, 2, 2) else str(alive)


def _temperatures(reading: Reading, _: Version) -> str:
    """Return the temperature of each GPU, in whole numbers from NVIDIA's driver."""
    whole = reading.inventory.driver is Driver.NVIDIA
    return _each(
        f"{value:.0f}" if whole else f"{value:.2f}" for value in reading.temperatures
    )


def _fan_speeds(reading: Reading, _: Version) -> str:
    """Return the fan speed of each GPU; old versions made it up from the duty."""
    made_up = reading.inventory.version < (1, 2, 9)
    return _each(
        duty * 45 if made_up else round(duty * card.model.full_fan / 100)
        for duty, card in zip(reading.fan_duties, reading.inventory.cards, strict=True)
    )


def _clocks(reading: Reading, clocks: Iterable[int]) -> str:
    """Return a clock of each GPU: its own while it hashes."""
    rates = reading.hash_rates or (0.0,) * len(reading.inventory.cards)
    return _each(
        clock if rate else IDLE_CORE for clock, rate in zip(clocks, rates, strict=True)
    )


NEVER = [f"ext_temp{number}" for number in range(1, 11)]
"""Fields for computing centres, which nobody saw a value of."""

FIELDS: tuple[Fixed | Live, ...] = (
    Live("condition", lambda report, _: report.condition),
    Fixed("version", lambda rig, _: ".".join(map(str, rig.version))),
    Live(
        "rig_watts",
        lambda report, _: all_power(report) if tells_power(report.inventory) else None,
        since=(1, 3, 3),
    ),
    Fixed("driver", lambda rig, _: rig.driver.value),
    Fixed("miner", lambda rig, _: rig.miner_name),
    Fixed("gpus", lambda rig, _: str(len(rig.cards))),
    Live("miner_instance", _alive),
    Live("miner_hashes", lambda report, _: _hashes(report)),
    Fixed("bioses", lambda rig, _: _each(card.bios for card in rig.cards)),
    Fixed("meminfo", lambda rig, _: _meminfo(rig)),
    Fixed("vramsize", lambda rig, _: _each(card.model.vram for card in rig.cards)),
    Fixed("drive_name", lambda rig, _: rig.drive),
    Fixed("mobo", lambda rig, _: rig.board.name),
    Fixed(
        "biosversion",
        lambda rig, _: rig.board.bios if rig.version >= (1, 3, 0) else None,
        since=(1, 3, 0),
    ),
    Fixed("lan_chip", lambda rig, _: rig.board.lan_chip),
    Fixed(
        "connected_displays", lambda rig, _: None if rig.version >= (1, 3, 0) else ""
    ),
    Fixed("ram", lambda rig, _: str(rig.memory)),
    Fixed(
        "flags",
        lambda rig, _: rig.miner.flags if rig.version >= (1, 3, 0) else None,
        since=(1, 3, 0),
    ),
    Fixed(
        "rack_loc",
        lambda rig, panel: rig.rack_location or ("" if panel >= (1, 2, 2) else False),
    ),
    *(
        Fixed(key, lambda *_: None, since=(1, 3, 3))
        for key in ("pdu_name", "pdu_port", "pdu_ip", *NEVER)
    ),
    Fixed("ip", lambda rig, _: rig.address),
    Live("server_time", lambda report, _: int(report.reported_at)),
    Live("uptime", lambda report, _: str(int(report.uptime))),
    Live("miner_secs", lambda report, _: int(report.miner_age)),
    Live("rx_kbps", lambda report, _: f"{report.traffic:.2f}"),
    Live("tx_kbps", lambda report, _: f"{report.traffic * 0.97:.2f}"),
    Fixed("possible_intrusion", lambda *_: None, since=(1, 3, 3)),
    Live("load", lambda report, _: f"{report.load:.2f}"),
    Live("cpu_temp", lambda report, _: str(report.cpu_temperature)),
    Fixed("freespace", lambda rig, _: number(rig.free_space)),
    Live("hash", _hash),
    Fixed("pool", lambda rig, _: rig.pool, since=(1, 2, 0)),
    Live("temp", _temperatures),
    Fixed(
        "powertune", lambda rig, _: _each(card.model.powertune for card in rig.cards)
    ),
    Fixed("voltage", lambda rig, _: _voltages(rig), since=(1, 2, 0)),
    Live(
        "watts",
        lambda report, _: (
            _each(report.powers) if tells_power(report.inventory) else None
        ),
    ),
    Live("fanrpm", _fan_speeds),
    Live("fanpercent", lambda report, _: _each(report.fan_duties), since=(1, 3, 3)),
    Live(
        "core",
        lambda report, _: _clocks(
            report, (card.model.core_clock for card in report.inventory.cards)
        ),
    ),
    Live(
        "mem",
        lambda report, _: _clocks(
            report, (card.model.memory_clock for card in report.inventory.cards)
        ),
    ),
    Fixed("dualminer_status", lambda *_: "enabled", dual=True),
    Fixed("dualminer_coin", lambda rig, _: rig.second_coin, dual=True),
    Fixed("dualminer_pool", lambda rig, _: f"{rig.second_coin}.{rig.pool}", dual=True),
    # Owners report about 20 times as many MH/s of decred as of ethash.
    Live("dualminer_hashes", lambda report, _: _hashes(report, 20), dual=True),
)


def _voltages(inventory: Inventory) -> str:
    """Return the voltage of each GPU, which 1.2.1 and NVIDIA's driver do not know."""
    if inventory.driver is Driver.NVIDIA or inventory.version < (1, 2, 2):
        return _each("0.00" for _ in inventory.cards)
    return _each(f"{card.voltage:.3f}" for card in inventory.cards)


LIVE: tuple[Live, ...] = tuple(field for field in FIELDS if isinstance(field, Live))


def fixed_part(inventory: Inventory, panel: Version) -> Mapping[str, object]:
    """Return a rig with all its fields, those that differ with each report empty."""
    return {
        field.key: field.value(inventory, panel) if isinstance(field, Fixed) else None
        for field in FIELDS
        if field.since <= panel and (inventory.second_coin or not field.dual)
    }


def rig_answer(
    reading: Reading, fixed: Mapping[str, object], panel: Version
) -> dict[str, object]:
    """Return a rig as the panel shows it after a report."""
    answer = dict(fixed)
    for field in LIVE:
        if field.key in fixed:
            answer[field.key] = field.value(reading, panel)
    return answer


def unreachable(rig: Mapping[str, object]) -> dict[str, object]:
    """Return a rig that is silent for too long: all but three fields stay."""
    return {**rig, "condition": "unreachable", "hash": 0, "miner_instance": 0}
