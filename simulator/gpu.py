"""A graphics card: how fast, how hot, how loud, and what can be wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Final

from .ethos import BROKEN_SENSOR
from .hardware import Algorithm, GpuModel

AMBIENT: Final = 24.0
"""°C of a GPU that is off."""
IDLE: Final = 37.0
"""°C of a GPU that does not mine."""
IDLE_POWER: Final = 14.0
"""W of a GPU that does not mine."""
IDLE_DUTY: Final = 20
"""% of a fan that has little to do."""
WITHOUT_FAN: Final = 78.0
"""°C: the neighbours' air keeps a GPU without a fan below where ethOS acts."""
THROTTLED: Final = 0.65
"""Share of its hash rate and its power that is left to a throttled GPU."""


RELIEF: Final = 4.0
"""°C by which throttling cools a GPU."""


class Loss(StrEnum):
    """How a GPU is lost."""

    STUCK = "stuck"
    """It is listed, but hashes nothing: the miner has given it up."""
    VANISHED = "vanished"
    """It is gone from the bus: those behind it move up."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """A card as it was bought."""

    model: GpuModel
    bus: int
    """Number of its PCI slot."""
    bios: str
    memory: str
    rates: Mapping[Algorithm, float]
    """Its own hash rates, in the unit of each algorithm."""
    power: float
    """W while mining."""
    warmth: float
    """°C while mining."""
    duty: int
    """% of the fan while mining."""
    voltage: float
    """V; 0 where the driver does not tell."""

    @classmethod
    def bought(cls, model: GpuModel, bus: int, rng: Random) -> Card:
        """Return one of a model: no two are alike."""
        quality = rng.uniform(0.97, 1.03)
        return cls(
            model=model,
            bus=bus,
            bios=rng.choice(model.bioses),
            memory=rng.choice(model.memories),
            rates={
                algorithm: rate * quality for algorithm, rate in model.rates.items()
            },
            power=model.power * rng.uniform(0.94, 1.06),
            warmth=rng.uniform(58, 74),
            duty=rng.randint(45, 85),
            voltage=model.voltage * rng.uniform(0.95, 1.2),
        )


class Gpu:
    """A card at work."""

    def __init__(self, card: Card) -> None:
        """Put a card to work."""
        self.card = card
        self.temperature = AMBIENT
        self.mend()

    def mend(self) -> None:
        """Undo all that is wrong."""
        self.loss: Loss | None = None
        self.loss_is_lasting = False
        self.factor = 1.0
        self.decline_per_hour = 0.0
        self.declining_since = 0.0
        self.fan_stopped = False
        self.sensor_broken = False
        self.cool_down()

    def cool_down(self) -> None:
        """Take away what heats it, and wait until it is as warm as usual."""
        self.heated_to: float | None = None
        self.throttled = False
        self.temperature = min(self.temperature, self.card.warmth)

    def boot(self) -> None:
        """Begin anew, which heals what a boot can."""
        self.throttled = False
        if not self.loss_is_lasting:
            self.loss = None

    def hash_rate(self, algorithm: Algorithm, now: float) -> float:
        """Return what it truly does at a moment (Unix time, s), in its unit."""
        if self.loss:
            return 0.0
        rate = self.card.rates[algorithm] * self.factor
        if self.throttled:
            rate *= THROTTLED
        if self.decline_per_hour:
            hours = (now - self.declining_since) / 3600
            rate *= (1 - self.decline_per_hour) ** hours
        return rate

    def settles_at(self, *, mining: bool) -> float:
        """Return the temperature that it approaches, in °C."""
        if not mining or self.loss:
            return IDLE
        if self.heated_to is not None:
            return self.heated_to - (RELIEF if self.throttled else 0)
        return WITHOUT_FAN if self.fan_stopped else self.card.warmth

    def sensed(self, waver: float) -> float:
        """Return what its sensor tells, in whole °C, wavering by so many."""
        return BROKEN_SENSOR if self.sensor_broken else round(self.temperature + waver)

    def fan_duty(self, *, mining: bool, waver: int) -> int:
        """Return how its fan is driven, in %, wavering by so many."""
        if self.fan_stopped:
            return 0
        if self.heated_to is not None:
            return 100
        return waver + (self.card.duty if mining else IDLE_DUTY)

    def power(self, *, mining: bool) -> float:
        """Return what it draws, in W."""
        if not mining or self.loss:
            return IDLE_POWER
        return self.card.power * (THROTTLED if self.throttled else 1)

    @property
    def problems(self) -> list[str]:
        """What is wrong with it."""
        wrong = {
            f"gpu_{self.loss}": self.loss,
            "hash_rate_dropped": self.factor < 1,
            "hash_rate_declines": self.decline_per_hour,
            "fan_stopped": self.fan_stopped,
            "sensor_broken": self.sensor_broken,
            "heated": self.heated_to is not None,
        }
        return [name for name, holds in wrong.items() if holds]
