"""How a rig behaves by itself: it boots, mines, warms, guards itself and reports."""

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from math import exp
from random import Random
from typing import Final

from . import ethos
from .build import Build
from .gpu import AMBIENT, Gpu, Loss
from .hardware import MINERS
from .reading import Inventory, Reading
from .timeline import Timeline

WARM_UP: Final = 60
"""s until a miner does all it can."""
THERMAL_TIME: Final = 150.0
"""s in which a GPU goes about two thirds of the way to its new temperature."""


class Phase(StrEnum):
    """What a rig is up to."""

    OFF = "off"
    """No power reaches it."""
    STANDBY = "standby"
    """It has power, but is not turned on, or is broken."""
    BOOTING = "booting"
    RUNNING = "running"
    HUNG = "hung"
    """It is on and does nothing until its power is cut."""


class PlugFault(StrEnum):
    """What can be wrong with a rig's smart plug."""

    AWAY = "away"
    """It neither hears nor speaks."""
    STUCK = "stuck"
    """It hears and speaks, but does not switch."""


POWER: Final = {
    Phase.OFF: 0.0,
    Phase.STANDBY: 5.0,
    Phase.BOOTING: 90.0,
    Phase.RUNNING: float(ethos.BASE_POWER),
    Phase.HUNG: 60.0,
}
"""W drawn in each phase, beside what the GPUs of a running rig draw."""


class Machine:
    """A rig, left alone."""

    def __init__(
        self,
        rig_id: str,
        build: Build,
        rng: Random,
        timeline: Timeline,
        send: Callable[[str, Reading], None],
    ) -> None:
        """Set a rig up, plugged in and turned off, with a way to send reports."""
        self.rig_id = rig_id
        self.build = build
        self.gpus = tuple(Gpu(card) for card in build.cards)
        self.miner_name = build.miner
        self.rack_location = build.rack_location
        self.plugged = True
        self.plug_fault: PlugFault | None = None
        self.plug_delay = 0.0
        self.supply_broken = False
        self.dead = False
        self.stays_off = False
        self.hung = False
        self.isolated = False
        self.disallowed = False
        self.overheated = False
        self.autoreboots = 0
        self.odd_condition: str | None = None
        self.load: float | None = None
        self.booted_at: float | None = None
        self.miner_starts_at: float | None = None
        self.miner_ended_at: float | None = None
        self._rng = rng
        self._timeline = timeline
        self._send = send
        self._life = 0
        self._settled_at = timeline.now
        self._usual_load = rng.uniform(0.3, 1.6)
        self._inventory: Inventory | None = None

    def has_run_for(self, seconds: float) -> None:
        """Turn it on as if that had been so many s ago, warm and amid its reports."""
        now = self._timeline.now
        due = now + self._rng.uniform(0, ethos.interval(seconds))
        self._start(now - seconds, first_report=due)
        for gpu in self.gpus:
            gpu.temperature = gpu.settles_at(mining=True)

    @property
    def phase(self) -> Phase:
        """What it is up to."""
        if not self.plugged or self.supply_broken:
            return Phase.OFF
        if self.booted_at is None:
            return Phase.STANDBY
        if self.hung:
            return Phase.HUNG
        return Phase.BOOTING if self._timeline.now < self.booted_at else Phase.RUNNING

    @property
    def mining_for(self) -> float | None:
        """For how long its miner has been running, in s; none if it does not run."""
        if self.miner_starts_at is None or self.phase is not Phase.RUNNING:
            return None
        age = self._timeline.now - self.miner_starts_at
        return age if age >= 0 else None

    @property
    def mining(self) -> bool:
        """Whether its miner runs."""
        return self.mining_for is not None

    @property
    def present(self) -> tuple[Gpu, ...]:
        """The GPUs that its driver finds."""
        return tuple([gpu for gpu in self.gpus if gpu.loss is not Loss.VANISHED])

    @property
    def hash_rates(self) -> tuple[float, ...]:
        """What each GPU that is present truly does, in the miner's unit."""
        warm = min(1.0, (self.mining_for or 0.0) / WARM_UP)
        now, algorithm = self._timeline.now, MINERS[self.miner_name].algorithm
        return tuple([warm * gpu.hash_rate(algorithm, now) for gpu in self.present])

    @property
    def temperatures(self) -> tuple[float, ...]:
        """How hot each GPU truly is, in °C, those that are lost included."""
        left = exp((self._settled_at - self._timeline.now) / THERMAL_TIME)
        off, mining = self.phase in {Phase.OFF, Phase.STANDBY}, self.mining
        goals = [AMBIENT if off else gpu.settles_at(mining=mining) for gpu in self.gpus]
        return tuple(
            [
                goal + (gpu.temperature - goal) * left
                for gpu, goal in zip(self.gpus, goals, strict=True)
            ]
        )

    @property
    def power(self) -> float:
        """What it draws from its plug, in W."""
        if self.phase is not Phase.RUNNING:
            return POWER[self.phase]
        mining = self.mining
        return POWER[Phase.RUNNING] + sum(
            gpu.power(mining=mining) for gpu in self.present
        )

    @property
    def inventory(self) -> Inventory:
        """What it is, as it would report it."""
        if self._inventory is None:
            build = self.build
            self._inventory = Inventory(
                version=build.version,
                driver=build.driver,
                miner_name=self.miner_name,
                miner=MINERS[self.miner_name],
                second_coin=(
                    build.second_coin if self.miner_name == build.miner else None
                ),
                cards=tuple(gpu.card for gpu in self.present),
                board=build.board,
                drive=build.drive,
                memory=build.memory,
                free_space=build.free_space,
                rack_location=self.rack_location,
                address=build.address,
                pool=build.pool,
            )
        return self._inventory

    def _settle(self) -> None:
        """Let the GPUs come to this moment, before what heats them changes."""
        for gpu, temperature in zip(self.gpus, self.temperatures, strict=True):
            gpu.temperature = temperature
        self._settled_at = self._timeline.now

    def _protect(self) -> None:
        """Throttle what is hot, and end the miner where that is too late."""
        for gpu in self.present:
            if gpu.temperature > ethos.OVERHEAT_ABOVE:
                self.overheated = True
            elif gpu.temperature > ethos.THROTTLE_ABOVE:
                gpu.throttled = True
        if self.overheated and self.mining:
            self._end_miner()

    def _start(self, booted_at: float, *, first_report: float) -> None:
        """Begin a life (moments in Unix time, s): all that a boot heals is healed."""
        self._life += 1
        self.hung = self.overheated = False
        for gpu in self.gpus:
            gpu.boot()
        self._inventory = None
        self.booted_at = booted_at
        # Panels showed miners 59 to 82 s younger than the boot.
        started = booted_at + self._rng.uniform(59, 82)
        self.miner_starts_at = None if self.disallowed else started
        self.miner_ended_at = None
        self._timeline.at(first_report, partial(self._report_on, self._life))

    def _boot(self) -> None:
        """Turn it on, or let it begin anew."""
        self._settle()
        booted_at = self._timeline.now + self._rng.uniform(60, 90)
        self._start(booted_at, first_report=booted_at + ethos.FIRST_REPORT)

    def _stop(self) -> None:
        """Let nothing run any more."""
        self._settle()
        self._life += 1
        self.booted_at = self.miner_starts_at = None
        self.hung = False

    def _end_miner(self) -> None:
        """End the miner and leave the rest alone."""
        self._settle()
        self.miner_starts_at = None
        self.miner_ended_at = self._timeline.now

    def _report_on(self, life: int) -> None:
        """Report again and again, for as long as a life lasts."""
        if life != self._life or self.booted_at is None:
            return
        self._report(self.booted_at)
        now = self._timeline.now
        due = now + ethos.interval(now - self.booted_at)
        self._timeline.at(due, partial(self._report_on, life))

    def _report(self, booted_at: float) -> None:
        """Tell the panel how things are, at a time since the boot (Unix time, s)."""
        self._settle()
        self._protect()
        reading = self._read(self._timeline.now - booted_at)
        if not self.isolated:
            self._send(self.rig_id, reading)

    def _read(self, uptime: float) -> Reading:
        """Return how things are, as far as sensors tell, at an uptime (s)."""
        now, random, gpus = self._timeline.now, self._rng.random, self.present
        age, ended_at = self.mining_for, self.miner_ended_at
        mining = age is not None
        # What ethOS calls a GPU's hash rate wavers by some tenths of a percent.
        rates = tuple([rate * (0.997 + 0.006 * random()) for rate in self.hash_rates])
        load = self.load or self._usual_load * (0.9 + 0.2 * random())
        return Reading(
            inventory=self.inventory,
            reported_at=now,
            uptime=uptime,
            miner_age=age or 0.0,
            silence=0.0 if ended_at is None else now - ended_at,
            condition=self.odd_condition
            or ethos.condition(
                ethos.Signs(
                    uptime=uptime,
                    hash_rates=rates,
                    load=load,
                    overheated=self.overheated,
                    throttled=any(gpu.throttled for gpu in gpus),
                    autorebooted=self.autoreboots > 0,
                )
            ),
            load=load,
            cpu_temperature=round(30 + 6 * random()),
            traffic=0.18 + 0.06 * random(),
            hash_rates=rates if mining or ended_at is not None else (),
            temperatures=tuple([gpu.sensed(2 * random() - 1) for gpu in gpus]),
            fan_duties=tuple(
                [gpu.fan_duty(mining=mining, waver=int(3 * random())) for gpu in gpus]
            ),
            powers=tuple(
                [
                    round(gpu.power(mining=mining) * (0.98 + 0.04 * random()))
                    for gpu in gpus
                ]
            ),
        )
