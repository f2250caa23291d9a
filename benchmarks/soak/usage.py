"""What a process uses, as Linux tells it."""

from dataclasses import dataclass
import os
from pathlib import Path
from typing import Final, Self

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """What it has used so far, and uses now."""

    memory: float
    """Of the machine's, in MB."""
    cpu: float
    """Of one processor, in seconds."""
    files: int
    """That are open, connections among them."""

    @classmethod
    def of(cls, pid: int | None) -> Self:
        """Look at a process."""
        folder = Path("/proc") / str(pid)
        # What comes before is a name, which may hold anything.
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        user, system = map(int, fields[11:13])
        pages = int((folder / "statm").read_text().split()[1])
        return cls(
            memory=pages * _PAGE / 1_000_000,
            cpu=(user + system) / _TICKS,
            files=len(list((folder / "fd").iterdir())),
        )
