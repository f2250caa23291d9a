"""Where the results are kept, and how they are written."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
import csv
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
import platform
import re
from typing import TYPE_CHECKING, Final

from homeassistant.const import __version__

from development.log import RECORD
from trials.page import renew

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_FOLDER: Final = Path(__file__).parent
_README: Final = _FOLDER.with_name("README.md")
# Before a run puts its clock forward.
_TODAY: Final = datetime.now(UTC).date()


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What a run has shown."""

    tables: str
    complaints: Sequence[str]
    """What the log had to say, beyond what was to be expected."""
    samples: Sequence[DataclassInstance] = ()
    picture: str = ""
    """Of the samples."""


def table(*head: str, rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield the lines of a table."""
    yield f"| {' | '.join(head)} |"
    yield "|---" * len(head) + "|"
    for row in rows:
        yield f"| {' | '.join(map(str, row))} |"


def named(left: Counter[str]) -> str:
    """Return what there is, by name."""
    return ", ".join(f"{number} {name}" for name, number in left.items()) or "nothing"


def said(complaints: Iterable[str]) -> str:
    """Return what the log had to say: each first line, and how often."""
    entries = Counter(
        re.sub(r"\d[\d.]*", "…", RECORD.sub("", text).partition("\n")[0])
        for text in complaints
    )
    lines = [f"* {text} ({times})" for text, times in entries.items()]
    return "\n".join(lines) or "* nothing"


def keep(name: str, result: Result) -> None:
    """Put the tables of a run into the README, and its samples beside this."""
    made = (
        f"{_TODAY}, Home Assistant {__version__}, Python {platform.python_version()}."
    )
    log = f"Warnings and errors in the log:\n\n{said(result.complaints)}"
    renew(f"soak {name}", f"{made}\n\n{result.tables}\n\n{log}", _README)
    if samples := result.samples:
        with (_FOLDER / f"{name}.csv").open("w", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(field.name for field in fields(samples[0]))
            writer.writerows(map(astuple, samples))
        (_FOLDER / f"{name}.svg").write_text(result.picture, encoding="utf-8")
