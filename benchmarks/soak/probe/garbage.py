"""How long Python's garbage collection holds everything, which nobody can interrupt."""

from collections.abc import Mapping
import gc
from time import perf_counter


class Garbage:
    """Measures collections."""

    def __init__(self) -> None:
        """Begin with none."""
        self.longest = 0.0
        """In seconds."""
        self._began = 0.0

    def start(self) -> None:
        """Begin anew."""
        self.longest = 0.0
        gc.callbacks.append(self._collect)

    def stop(self) -> None:
        """Measure no more."""
        gc.callbacks.remove(self._collect)

    def _collect(self, phase: str, _: Mapping[str, int]) -> None:
        """Note how long one takes."""
        if phase == "start":
            self._began = perf_counter()
        else:
            self.longest = max(self.longest, perf_counter() - self._began)
