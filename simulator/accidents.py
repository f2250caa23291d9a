"""What goes wrong on a farm by itself, and gets mended after a while."""

from collections.abc import Callable, Mapping
from functools import partial
from random import Random
from typing import Final

from .ethos import INTERVAL
from .gpu import Loss
from .machine import Phase
from .rig import Rig
from .state import problems
from .timeline import Timeline

DAY: Final = 86_400
"""s."""
UNTIL_MENDED: Final = 3600
"""s that pass on average until somebody mends it."""

ACCIDENTS: Mapping[Callable[[Rig, int], None], int] = {
    lambda rig, _: rig.hang(): 5,
    lambda rig, gpu: rig.lose_gpu(gpu=gpu): 5,
    lambda rig, gpu: rig.lose_gpu(gpu=gpu, kind=Loss.VANISHED): 2,
    lambda rig, gpu: rig.drop_hash_rate(factor=0.7, gpu=gpu): 2,
    lambda rig, gpu: rig.decline_hash_rate(per_hour=0.1, gpu=gpu): 1,
    lambda rig, gpu: rig.overheat(gpu=gpu): 2,
    lambda rig, gpu: rig.throttle(gpu=gpu): 2,
    lambda rig, gpu: rig.stop_fan(gpu=gpu): 1,
    lambda rig, gpu: rig.break_sensor(gpu=gpu): 1,
    lambda rig, _: rig.stop_miner(): 2,
    lambda rig, _: rig.lose_network(): 1,
    lambda rig, _: rig.reboot(): 3,
    lambda rig, _: rig.autoreboot(): 2,
    lambda rig, _: rig.kill(): 1,
}
"""The usual ones, and how often each happens beside the others."""


class Accidents:
    """Lets accidents happen to a rig, so many a day on average."""

    def __init__(
        self, rig: Rig, timeline: Timeline, rng: Random, per_day: float
    ) -> None:
        """Begin, unless nothing ever happens."""
        self._rig = rig
        self._timeline = timeline
        self._rng = rng
        self._per_day = per_day
        self._ended = False
        if per_day:
            # Not before its first report: the panel lists no rig it never heard of.
            timeline.at(timeline.now + INTERVAL, self._wait)

    def end(self) -> None:
        """Let nothing more happen to the rig."""
        self._ended = True

    def _wait(self) -> None:
        """Let the next one come."""
        self._timeline.at(
            self._timeline.now + self._rng.expovariate(self._per_day / DAY),
            self._happen,
        )

    def _happen(self) -> None:
        """Let one happen, unless something is wrong already, perhaps made by hand."""
        if self._ended:
            return
        if self._rig.phase is Phase.RUNNING and not problems(self._rig):
            (accident,) = self._rng.choices(list(ACCIDENTS), list(ACCIDENTS.values()))
            accident(self._rig, self._rng.randrange(len(self._rig.gpus)))
            mended_at = self._timeline.now + self._rng.expovariate(1 / UNTIL_MENDED)
            caused = frozenset(problems(self._rig))
            self._timeline.at(mended_at, partial(self._mend, caused))
        self._wait()

    def _mend(self, caused: frozenset[str]) -> None:
        """Mend what happened, unless something else is wrong by now."""
        if not self._ended and caused.issuperset(left := problems(self._rig)) and left:
            self._rig.mend()
