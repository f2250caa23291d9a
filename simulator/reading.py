"""What a rig tells the panel."""

from dataclasses import dataclass

from .gpu import Card
from .hardware import Board, Driver, Miner
from .shapes import Version


@dataclass(eq=False, frozen=True, kw_only=True, slots=True)
class Inventory:
    """What a rig is; one object for as long as nothing of it changes."""

    version: Version
    driver: Driver
    miner_name: str
    miner: Miner
    second_coin: str | None
    """What is mined beside the miner's own coin."""
    cards: tuple[Card, ...]
    """The cards that the driver finds, in its order."""
    board: Board
    drive: str
    memory: int
    """GB."""
    free_space: float
    """GB."""
    rack_location: str
    address: str
    pool: str


@dataclass(eq=False, frozen=True, kw_only=True, slots=True)
class Reading:
    """One report; what it holds for each card is in the order of the cards."""

    inventory: Inventory
    reported_at: float
    """Unix time, s."""
    uptime: float
    """s."""
    miner_age: float
    """s since the miner started; 0 when it does not run."""
    silence: float
    """s since the miner ended; 0 while it runs or if it never has."""
    condition: str
    load: float
    cpu_temperature: int
    """°C."""
    traffic: float
    """kbit/s in either direction."""
    hash_rates: tuple[float, ...]
    """In the miner's unit; empty before the miner first ran."""
    temperatures: tuple[float, ...]
    """°C."""
    fan_duties: tuple[int, ...]
    """%."""
    powers: tuple[int, ...]
    """W."""
