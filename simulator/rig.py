"""What people and accidents do to a rig."""

from typing import Final

from .actions import action
from .errors import SimulatorError
from .ethos import OVERHEAT_ABOVE, THROTTLE_ABOVE
from .gpu import Gpu, Loss
from .hardware import MINERS
from .machine import Machine, Phase, PlugFault

__all__ = ["Phase", "PlugFault", "Rig"]

MOST_FACTOR: Final = 10.0
"""How many times as much a GPU can be made to do."""
MOST_DELAY: Final = 60.0
"""s that a plug can be made to take."""


class Rig(Machine):
    """A rig in the hands of people.

    Its GPUs are counted as they are plugged in, whichever of them the driver finds.
    """

    @action
    def plug(self, *, on: bool) -> None:
        """Cut the power, or give it back.

        The rig then boots, unless it cannot, or its BIOS leaves that to its button.
        """
        if on == self.plugged:
            return
        if not on:
            self._stop()
        self.plugged = on
        if on and not self.stays_off:
            self._turn_on()

    @action
    def break_plug(self, *, fault: PlugFault) -> None:
        """Let its smart plug fail; the power stays as it is."""
        self.plug_fault = fault

    @action
    def slow_plug(self, *, seconds: float) -> None:
        """Let its smart plug take so many s of real time to do what it is told."""
        if not 0 <= seconds <= MOST_DELAY:
            raise SimulatorError(f"seconds must be 0 to {MOST_DELAY:g}, not {seconds}")
        self.plug_delay = seconds

    @action
    def mend_plug(self) -> None:
        """Let its smart plug do what it is told, at once."""
        self.plug_fault, self.plug_delay = None, 0.0

    @action
    def press_power_button(self) -> None:
        """Turn the rig on if it is off and can be."""
        if self.phase is Phase.STANDBY:
            self._turn_on()

    @action
    def stay_off(self, *, enabled: bool = True) -> None:
        """Set the BIOS to leave the rig off when power comes back, or not to."""
        self.stays_off = enabled

    @action
    def kill(self) -> None:
        """Let the mainboard die: the rig never reports again nor turns on."""
        self._stop()
        self.dead = True

    @action
    def break_power_supply(self) -> None:
        """Let the power supply die: the rig draws nothing and never turns on."""
        self._stop()
        self.supply_broken = True

    @action
    def hang(self) -> None:
        """Let the rig hang: it reports no more and needs its power cut."""
        self._awake()
        self._settle()
        self._life += 1
        self.hung = True

    @action
    def lose_network(self) -> None:
        """Take the rig off the network: it mines on and is not heard."""
        self.isolated = True

    @action
    def restore_network(self) -> None:
        """Put the rig back on the network: its next report arrives."""
        self.isolated = False

    @action
    def reboot(self) -> None:
        """Reboot the rig, as its owner would over SSH."""
        self._awake()
        self._boot()

    @action
    def autoreboot(self) -> None:
        """Let ethOS reboot the rig since a GPU hung."""
        self.reboot()
        self.autoreboots += 1

    @action
    def lose_gpu(
        self, *, gpu: int = 0, kind: Loss = Loss.STUCK, lasting: bool = False
    ) -> None:
        """Lose a GPU until the next boot, or beyond it."""
        lost = self._gpu(gpu)
        lost.loss, lost.loss_is_lasting = kind, lasting
        self._inventory = None

    @action
    def restore_gpu(self, *, gpu: int = 0) -> None:
        """Undo all that is wrong with a GPU."""
        self._gpu(gpu).mend()
        self._inventory = None

    @action
    def drop_hash_rate(self, *, factor: float, gpu: int | None = None) -> None:
        """Let a GPU, or all, do the given share of their hash rate; 1 is all of it."""
        if not 0 <= factor <= MOST_FACTOR:
            raise SimulatorError(f"factor must be 0 to {MOST_FACTOR:g}, not {factor}")
        for each in self._gpus(gpu):
            each.factor = factor

    @action
    def decline_hash_rate(self, *, per_hour: float, gpu: int | None = None) -> None:
        """Let a GPU, or all, lose this share of their hash rate an hour; 0 ends it."""
        if not 0 <= per_hour < 1:
            raise SimulatorError(f"per_hour must be 0 to below 1, not {per_hour}")
        for each in self._gpus(gpu):
            each.decline_per_hour = per_hour
            each.declining_since = self._timeline.now

    @action
    def overheat(self, *, gpu: int = 0) -> None:
        """Let a GPU get so hot that ethOS ends the miner, now and after each boot."""
        self._heat(gpu, OVERHEAT_ABOVE + 7)

    @action
    def throttle(self, *, gpu: int = 0) -> None:
        """Let a GPU get so hot that ethOS throttles it, now and after each boot."""
        self._heat(gpu, THROTTLE_ABOVE + 3)

    @action
    def stop_fan(self, *, gpu: int = 0) -> None:
        """Stop the fan of a GPU."""
        self._gpu(gpu).fan_stopped = True

    @action
    def break_sensor(self, *, gpu: int = 0) -> None:
        """Let a GPU tell 511 °C."""
        self._gpu(gpu).sensor_broken = True

    @action
    def cool_down(self) -> None:
        """Take away all heat and forget about it, as ``clear-thermals`` does.

        The miner starts if heat ended it.
        """
        self._settle()
        for gpu in self.gpus:
            gpu.cool_down()
        self.autoreboots = 0
        if self.overheated:
            self.overheated = False
            self._start_miner()

    @action
    def stop_miner(self) -> None:
        """Let the miner end and not start until the next boot."""
        self._awake()
        self._end_miner()

    @action
    def restart_miner(self) -> None:
        """Start the miner anew."""
        self._awake()
        self._end_miner()
        self._start_miner()

    @action
    def disallow(self) -> None:
        """Set the miner off for good, boots included."""
        self.disallowed = True
        self._end_miner()

    @action
    def allow(self) -> None:
        """Allow the miner again and start it."""
        self.disallowed = False
        self._start_miner()

    @action
    def change_miner(self, *, miner: str) -> None:
        """Let another miner run."""
        driver = self.build.driver
        suiting = [name for name in MINERS if driver in MINERS[name].drivers]
        if miner not in suiting:
            raise SimulatorError(f"miner must be {' or '.join(suiting)} with {driver}")
        self.miner_name = miner
        self._inventory = None
        if self.mining:
            self.restart_miner()

    @action
    def set_condition(self, *, condition: str | None = None) -> None:
        """Let the panel use this word for the rig's condition, or its own again."""
        self.odd_condition = condition

    @action
    def set_load(self, *, load: float | None = None) -> None:
        """Set the system load, or leave it to itself again."""
        self.load = load

    @action
    def rename(self, *, rack_location: str) -> None:
        """Give the rig a place in a rack, which is its name; "" is none."""
        self.rack_location = rack_location
        self._inventory = None

    @action
    def push(self) -> None:
        """Let the rig report at once, beside its usual times, as ``update`` does."""
        self._report(self._awake())

    @action
    def mend(self) -> None:
        """Undo all that is wrong and let the rig mine.

        The plug and the BIOS stay as they are.
        """
        self._settle()
        for gpu in self.gpus:
            gpu.mend()
        self._inventory = None
        self.dead = self.supply_broken = self.isolated = False
        self.disallowed = self.overheated = False
        self.autoreboots = 0
        self.odd_condition = self.load = None
        if self.plugged and self.phase in {Phase.STANDBY, Phase.HUNG}:
            self._boot()
        elif self.miner_starts_at is None:
            self._start_miner()

    def _turn_on(self) -> None:
        """Boot, if the hardware can."""
        if not self.dead and not self.supply_broken:
            self._boot()

    def _awake(self) -> float:
        """Return when it booted (Unix time, s), or say that it does not run."""
        if self.phase is not Phase.RUNNING or self.booted_at is None:
            raise SimulatorError(f"Rig {self.rig_id} is {self.phase}, not running")
        return self.booted_at

    def _start_miner(self) -> None:
        """Start the miner, if it may."""
        if self.booted_at is not None and not self.hung and not self.disallowed:
            self.miner_starts_at = max(self._timeline.now, self.booted_at)
            self.miner_ended_at = None

    def _heat(self, index: int, temperature: float) -> None:
        """Heat a GPU to a temperature (°C)."""
        gpu = self._gpu(index)
        gpu.heated_to = temperature
        if self.mining:
            self._settle()
            gpu.temperature = temperature
            self._protect()

    def _gpus(self, index: int | None) -> tuple[Gpu, ...]:
        """Return one GPU, or all."""
        return self.gpus if index is None else (self._gpu(index),)

    def _gpu(self, index: int) -> Gpu:
        """Return a GPU, or say that there is none of this number."""
        if not 0 <= index < len(self.gpus):
            raise SimulatorError(f"gpu must be 0 to {len(self.gpus) - 1}, not {index}")
        return self.gpus[index]
