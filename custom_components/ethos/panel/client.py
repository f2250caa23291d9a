"""Asking a panel, and turning every failure into a PanelError."""

from collections.abc import Callable, Generator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
import json
from typing import Final

from aiohttp import (
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    NonHttpUrlRedirectClientError,
)
from yarl import URL

from .exceptions import (
    PanelAuthenticationError,
    PanelConnectionError,
    PanelNotJsonError,
    PanelStatusError,
    PanelTimeoutError,
)
from .models import Answer
from .parse import PanelParser
from .pauses import with_pauses
from .units import UNIT_OF_MINER, HashUnit

# Rigs report every two or three minutes: a panel that takes longer than this is no use.
TIMEOUT: Final = ClientTimeout(total=10)

# A thousand rigs of twelve GPUs are about 2 MiB.
MAX_SIZE: Final = 32 * 1024 * 1024

# Longer numbers are no numbers, and Python refuses to read them.
_MAX_DIGITS: Final = 20

_DECODER: Final = json.JSONDecoder(
    parse_constant=lambda _: None,
    parse_int=lambda digits: int(digits) if len(digits) <= _MAX_DIGITS else None,
)
# JSON's, and the mark of UTF-8.
_BLANK: Final = " \t\r\n\ufeff"

# What a host may make us wait.
_MAX_RETRY_AFTER: Final = 3600.0


class PanelClient:
    """Reads one panel."""

    def __init__(
        self,
        session: ClientSession,
        url: URL,
        headers: Mapping[str, str] | None = None,
        units: Mapping[str, HashUnit] = UNIT_OF_MINER,
        *,
        quick_decode: Callable[[bytes], object] | None = None,
    ) -> None:
        """Keep the session, the panel's address, what to send along, and the units.

        ``quick_decode`` may be faster than Python and read good JSON only.
        """
        self._session = session
        self._url = url
        self._headers = headers
        self._parser = PanelParser(units)
        self._decode = quick_decode
        self.answered_by = url
        """The address that answered last, after all redirects."""

    async def panel(self) -> Answer:
        """Return what the panel shows now.

        Raises PanelError of the kind that tells what is wrong.
        """
        try:
            async with self._session.get(
                self._url, headers=self._headers, timeout=TIMEOUT
            ) as response:
                _raise_for_status(response)
                self.answered_by = response.url
                body = await _read(response)
                date = _date(response)
        except TimeoutError as err:
            raise PanelTimeoutError(f"no answer within {TIMEOUT.total} s") from err
        except NonHttpUrlRedirectClientError as err:
            raise PanelConnectionError(
                "redirected to something other than HTTP"
            ) from err
        # A host name that cannot be one is a ValueError.
        except (ClientError, OSError, ValueError) as err:
            raise PanelConnectionError(str(err) or type(err).__name__) from err
        return await with_pauses(self._steps(body, date))

    def _steps(
        self, body: bytes, date: datetime | None
    ) -> Generator[None, None, Answer]:
        """Return what an answer shows, with pauses."""
        said = decode(body, self._decode)
        read_at = datetime.now(UTC)
        yield
        return (yield from self._parser.steps(said, read_at=read_at, date=date))


def decode(
    body: bytes, quick_decode: Callable[[bytes], object] | None = None
) -> object:
    """Return what a body of JSON says.

    What is no number or no character costs its field alone; the content type, which
    panels give as text/html, tells nothing, and a warning of the host's before or after
    the answer is none of it. Raises PanelNotJsonError.
    """
    if quick_decode is not None:
        with suppress(ValueError):
            return quick_decode(body)
    text = body.decode(errors="replace").lstrip(_BLANK)
    start = 0 if text.startswith(("{", "[")) else max(text.find("{"), 0)
    try:
        said, _ = _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError) as err:
        raise PanelNotJsonError("the answer is not JSON") from err
    return said


def _raise_for_status(response: ClientResponse) -> None:
    """Raise what an answer other than 200 means."""
    if response.status == HTTPStatus.UNAUTHORIZED:
        raise PanelAuthenticationError("a user name and password are needed")
    if response.status != HTTPStatus.OK:
        raise PanelStatusError(response.status, _retry_after(response))


async def _read(response: ClientResponse) -> bytes:
    """Return the body, unless it is larger than any panel's."""
    chunks = []
    size = 0
    async for chunk in response.content.iter_chunked(64 * 1024):
        size += len(chunk)
        if size > MAX_SIZE:
            raise PanelNotJsonError(f"the answer is larger than {MAX_SIZE} bytes")
        chunks.append(chunk)
    return b"".join(chunks)


def _date(response: ClientResponse) -> datetime | None:
    """Return the server's time, from the Date header."""
    return _http_date(response.headers.get("Date", ""))


def _retry_after(response: ClientResponse) -> float | None:
    """Return how many seconds to wait, which the header gives as such or as a date."""
    header = response.headers.get("Retry-After", "")
    if header.isdecimal():
        return min(float(header), _MAX_RETRY_AFTER)
    if (until := _http_date(header)) is None:
        return None
    wait = (until - (_date(response) or datetime.now(UTC))).total_seconds()
    return min(max(wait, 0.0), _MAX_RETRY_AFTER)


def _http_date(header: str) -> datetime | None:
    """Return the moment a header names."""
    try:
        named = parsedate_to_datetime(header)
        # Without a zone it is GMT, as HTTP has it, and not this machine's.
        return named.replace(tzinfo=named.tzinfo or UTC).astimezone(UTC)
    except OverflowError, ValueError:
        return None
