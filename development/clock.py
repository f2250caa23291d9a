"""The time of day, as another program sees it."""

from collections.abc import Mapping
from pathlib import Path
import struct
import subprocess
from typing import Final

from .process import ProcessError

_SOURCE: Final = Path(__file__).with_suffix(".c")


class Clock:
    """A clock that can be put forward while programs go by it.

    Only what time it is changes: what they wait for takes as long as ever. It is done
    by a library that is loaded before all others, which only Linux does.
    """

    def __init__(self, folder: Path) -> None:
        """Begin with the time it is; the folder is for what the programs go by."""
        self._file = folder / "clock"
        self._library = folder / "clock.so"
        self._ahead = 0
        self._file.write_bytes(bytes(8))
        done = subprocess.run(  # noqa: S603 our own source
            [*("cc", "-O2", "-shared", "-fPIC", "-o"), self._library, _SOURCE],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise ProcessError(f"The clock could not be compiled: {done.stderr}")

    def put_forward(self, seconds: int) -> None:
        """Let it be so many s later, at once."""
        self._ahead += seconds
        # The programs see this very file: it may neither be replaced nor be cut.
        with self._file.open("r+b", buffering=0) as file:
            file.write(struct.pack("=q", self._ahead))

    @property
    def environment(self) -> Mapping[str, str]:
        """What a program needs in its environment to go by this clock."""
        return {"LD_PRELOAD": str(self._library), "CLOCK_FILE": str(self._file)}
