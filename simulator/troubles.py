"""What can be wrong with the panel itself."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Down:
    """It closes the connection without a word."""


@dataclass(frozen=True, slots=True)
class Slow:
    """It takes its time."""

    seconds: float
    """s of real time."""


@dataclass(frozen=True, slots=True)
class Status:
    """It answers with a status of HTTP."""

    status: int
    retry_after: int | None
    """s."""


@dataclass(frozen=True, slots=True)
class Password:
    """It asks for a user and a password (basic authentication)."""

    user: str
    password: str


@dataclass(frozen=True, slots=True)
class Redirect:
    """It sends elsewhere."""

    to: str


@dataclass(frozen=True, slots=True)
class Locked:
    """It answers with a page for people, as when it is "pending verification"."""


@dataclass(frozen=True, slots=True)
class Truncated:
    """Its answer ends in the middle."""


@dataclass(frozen=True, slots=True)
class Blank:
    """Its answer holds nothing."""


@dataclass(frozen=True, slots=True)
class Empty:
    """It knows no rig."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """Its answer stands still, clock included."""

    answer: Mapping[str, object]
    text: str
    """The same, encoded."""


type Trouble = (
    Down
    | Slow
    | Status
    | Password
    | Redirect
    | Locked
    | Truncated
    | Blank
    | Empty
    | Frozen
)
