"""How the Bot API refuses a request."""

from dataclasses import dataclass
from http import HTTPStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """A request that was refused."""

    method: str
    """The method in small letters."""
    status: int
    """The HTTP status."""
    description: str
    """What the bot was told."""
    arguments: dict[str, str]
    """What it had asked for."""


class RequestError(Exception):
    """A request is refused."""

    def __init__(
        self, status: int, description: str, retry_after: int | None = None
    ) -> None:
        """Remember what the bot is told."""
        super().__init__(description)
        self.status = status
        self.description = description
        self.retry_after = retry_after


class BadRequestError(RequestError):
    """A request makes no sense."""

    def __init__(self, message: str) -> None:
        """Begin as the real one does: small, except what is a constant's name."""
        if not (message[1:2].isupper() or message[1:2] == "_"):
            message = message[0].lower() + message[1:]
        super().__init__(HTTPStatus.BAD_REQUEST, f"Bad Request: {message}")


class TooManyRequestsError(RequestError):
    """The bot is too fast."""

    def __init__(self, retry_after: int) -> None:
        """Tell when to try again, in seconds from now."""
        super().__init__(
            HTTPStatus.TOO_MANY_REQUESTS,
            f"Too Many Requests: retry after {retry_after}",
            retry_after,
        )
