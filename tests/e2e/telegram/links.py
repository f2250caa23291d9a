"""Which links Telegram takes."""

import re
from typing import Final

URL: Final = re.compile(
    r"(?:(?P<protocol>[^:/?#@\[\]]*)://)?"
    r"(?:(?P<userinfo>[^/?#]*)@)?"
    r"(?P<host>\[[^\]/?#]*\]|[^/?#]*?)"
    r"(?::(?P<port>[^:\]/?#]*))?"
    r"(?P<rest>(?:[/?#].*)?)",
    re.DOTALL,
)
BLANK: Final = re.compile(r"[\x00-\x20]")
OWN: Final = re.compile(
    r"(?P<protocol>tg|ton):(?://)?(?P<host>[a-z0-9_-]+)/?(?P<rest>[/?#].*)?",
    re.IGNORECASE | re.DOTALL,
)
PART: Final = r"[\w.\-!$,~*'();&+=]|[^\x00-\x7f]|%[0-9a-fA-F]{2}"
HOST: Final = re.compile(f"(?:{PART})+")
USERINFO: Final = re.compile(f"(?:{PART}|:)*")
ADDRESS: Final = re.compile(r"\[[0-9a-fA-F:.]+\]")
LARGEST_PORT: Final = 65535


class LinkError(Exception):
    """A link is not taken."""


def checked_link(link: str) -> str:
    """Return a link as Telegram writes it."""
    if own := OWN.fullmatch(link):
        protocol, host, rest = own["protocol"], own["host"], own["rest"] or "/"
        return f"{protocol.lower()}://{host.lower()}{rest}"
    # Every part may be missing, so something always matches.
    url = URL.fullmatch(link)
    assert url
    protocol, host, port = (url["protocol"] or "http").lower(), url["host"], url["port"]
    if protocol not in {"http", "https"}:
        raise LinkError("Unsupported URL protocol")
    if port is not None and not (port.isdecimal() and 0 < int(port) <= LARGEST_PORT):
        raise LinkError("Wrong port number specified in the URL")
    if not host:
        raise LinkError("URL host is empty")
    if host == ".":
        raise LinkError("Host is invalid")
    if not ADDRESS.fullmatch(host):
        if not HOST.fullmatch(host):
            raise LinkError("Disallowed character in URL host")
        if "." not in host:
            raise LinkError("Wrong HTTP URL")
    if not USERINFO.fullmatch(url["userinfo"] or ""):
        raise LinkError("Disallowed character in URL userinfo")
    userinfo = f"{url['userinfo']}@" if url["userinfo"] else ""
    rest = BLANK.sub(lambda blank: f"%{ord(blank[0]):02X}", url["rest"].rstrip())
    return (
        f"{protocol}://{userinfo}{host.lower()}{f':{port}' if port else ''}"
        f"{'' if rest.startswith('/') else '/'}{rest}"
    )
