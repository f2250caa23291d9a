"""How a rig is put together."""

from collections.abc import Collection
from dataclasses import dataclass
from random import Random
from typing import Final

from .gpu import Card
from .hardware import (
    BOARDS,
    DRIVES,
    DUAL_MINERS,
    GPU_MODELS,
    MINERS,
    Board,
    Driver,
)
from .shapes import Era, Version, version

NVIDIA_SHARE: Final = 0.25
"""Share of rigs with NVIDIA cards, where the miners leave a choice."""
BATCH_SHARE: Final = 0.85
"""Share of GPUs that were bought with the rig; the others replaced one of them."""
DUAL_SHARE: Final = 0.3
"""Share of rigs that mine two coins, where the miner can."""
LOOSE_SHARE: Final = 0.5
"""Share of rigs that nobody gave a place in a rack."""


POOL: Final = "eu1.pool.example:4444"


@dataclass(frozen=True, kw_only=True, slots=True)
class Build:
    """What a rig is made of and how it is set up at first."""

    version: Version
    driver: Driver
    miner: str
    second_coin: str | None
    cards: tuple[Card, ...]
    board: Board
    drive: str
    memory: int
    """GB."""
    free_space: float
    """GB."""
    rack_location: str
    address: str
    pool: str

    @classmethod
    def planned(
        cls, rng: Random, *, number: int, gpus: int, era: Era, miners: Collection[str]
    ) -> Build:
        """Return what one would have built as the rig of that number."""
        driver = Driver.NVIDIA if rng.random() < NVIDIA_SHARE else era.amd
        suiting = [name for name in miners if driver in MINERS[name].drivers]
        if not suiting:
            # The other make, then: every miner runs on one of the two.
            driver = era.amd if driver is Driver.NVIDIA else Driver.NVIDIA
            suiting = [name for name in miners if driver in MINERS[name].drivers]
        miner = rng.choice(suiting)
        board = rng.choice(BOARDS)
        models = [model for model in GPU_MODELS if model.driver is driver]
        batch = rng.choice(models)
        return cls(
            version=version(rng.choice(era.versions)),
            driver=driver,
            miner=miner,
            second_coin="decred"
            if miner in DUAL_MINERS and rng.random() < DUAL_SHARE
            else None,
            cards=tuple(
                Card.bought(
                    batch if rng.random() < BATCH_SHARE else rng.choice(models),
                    bus,
                    rng,
                )
                for bus in board.buses[:gpus]
            ),
            board=board,
            drive=f"{rng.choice(DRIVES)}{rng.randrange(10**8):08}",
            memory=rng.choice((3, 4, 7)),
            free_space=round(rng.uniform(0.5, 25), 1),
            rack_location=""
            if rng.random() < LOOSE_SHARE
            else f"r{number // 12 + 1}_{number % 12 + 1}",
            address=f"192.168.{number // 200}.{number % 200 + 10}",
            pool=POOL,
        )
