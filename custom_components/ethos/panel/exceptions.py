"""What can go wrong between here and a panel."""

from typing import ClassVar


class PanelError(Exception):
    """A panel could not be read."""

    reason: ClassVar[str] = "unknown"
    """The failure's name, the same wherever it is told."""


class PanelAddressError(PanelError):
    """What was given as an address is none."""

    reason = "invalid_address"


class PanelConnectionError(PanelError):
    """No answer came back, or not all of it."""

    reason = "cannot_connect"


class PanelTimeoutError(PanelConnectionError):
    """The answer took too long."""

    reason = "timeout"


class PanelAuthenticationError(PanelError):
    """The panel asks for a user name and password, or for others."""

    reason = "invalid_auth"


class PanelStatusError(PanelError):
    """The panel's host refused to answer."""

    reason = "http_status"

    def __init__(self, status: int, retry_after: float | None = None) -> None:
        """Keep the HTTP status, and for how many seconds not to ask again."""
        super().__init__(f"HTTP status {status}")
        self.status = status
        self.retry_after = retry_after


class PanelNotJsonError(PanelError):
    """The answer is not JSON: the panel is locked, or this is no panel."""

    reason = "not_json"


class NotAPanelError(PanelError):
    """The answer is JSON, but no panel's."""

    reason = "not_a_panel"
