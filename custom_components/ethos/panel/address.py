"""Where a panel is, from what people have at hand."""

from dataclasses import dataclass
import re
from typing import Final, Self

from yarl import URL

from .exceptions import PanelAddressError

# The first six characters of ethOS' custompanel, or of a hash of the farm's public
# address.
_PANEL_ID: Final = re.compile(r"[0-9A-Za-z]{6}")
_OFFICIAL_HOST: Final = "ethosdistro.com"


@dataclass(frozen=True, kw_only=True, slots=True)
class PanelAddress:
    """The address of a panel's JSON, apart from its credentials."""

    url: URL
    username: str | None = None
    password: str | None = None

    @classmethod
    def parse(cls, address: str) -> Self:
        """Return what a panel ID, a host or a URL stands for.

        ``6af48c``, ``6af48c.ethosdistro.com`` and
        ``http://6af48c.ethosdistro.com/?json=yes`` are the same. Raises
        PanelAddressError.
        """
        address = address.strip()
        if _PANEL_ID.fullmatch(address):
            address = f"{address}.{_OFFICIAL_HOST}"
        # The panels themselves speak plain HTTP only.
        if "://" not in address:
            address = f"http://{address}"
        try:
            url = URL(address)
            if url.scheme not in {"http", "https"} or not url.host or not url.port:
                raise PanelAddressError(f"not an HTTP address: {url.scheme}")
            return cls(
                url=url.with_user(None).with_fragment(None).update_query(json="yes"),
                username=url.user,
                password=url.password,
            )
        except ValueError as err:
            raise PanelAddressError("not an address") from err

    @property
    def name(self) -> str:
        """What people call the panel: its ID, else its host."""
        host = self.url.host or ""
        return host.removesuffix(f".{_OFFICIAL_HOST}").removeprefix("www.")

    def is_same(self, other: URL) -> bool:
        """Return whether another URL, HTTP or HTTPS, leads to the same panel."""
        return _place(self.url) == _place(other)


def _place(url: URL) -> tuple[str | None, int | None, str, frozenset[tuple[str, str]]]:
    """Return what two URLs of one panel have in common."""
    port = None if url.is_default_port() else url.port
    return url.host, port, url.path.rstrip("/"), frozenset(url.query.items())
