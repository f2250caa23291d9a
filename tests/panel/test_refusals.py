"""Test a host that refuses: without a password, by a status, and for how long."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
import logging

from aiohttp import ClientSession, encode_basic_auth
from aiohttp.test_utils import unused_port
import pytest

from custom_components.ethos.panel import (
    PanelAuthenticationError,
    PanelError,
    PanelStatusError,
)
from tests.farm import START, FakePanel
from tests.panel.asking import ask, http
from tests.panel.conftest import RawHost
from tests.panel.reading import at

_LOGIN = encode_basic_auth("miner", "hunter2")


async def test_a_panel_behind_a_password_is_read_with_it(
    session: ClientSession, panel: FakePanel
) -> None:
    """Test credentials are sent along."""
    panel.login = _LOGIN
    result = await ask(session, panel.url, {"Authorization": _LOGIN})
    assert list(result.rigs) == ["a1b2c3", "880577"]


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(None, id="none"),
        pytest.param(
            {"Authorization": encode_basic_auth("miner", "wrong")}, id="wrong ones"
        ),
    ],
)
async def test_a_panel_behind_a_password_asks_for_credentials(
    session: ClientSession, panel: FakePanel, headers: Mapping[str, str] | None
) -> None:
    """Test missing and wrong ones are one failure, which asking anew can cure."""
    panel.login = _LOGIN
    with pytest.raises(PanelAuthenticationError) as caught:
        await ask(session, panel.url, headers)
    assert caught.value.reason == "invalid_auth"


@pytest.mark.parametrize("status", [401, 403, 500, None])
async def test_credentials_show_up_nowhere(
    session: ClientSession,
    panel: FakePanel,
    caplog: pytest.LogCaptureFixture,
    status: int | None,
) -> None:
    """Test neither the text of a failure, nor what caused it, nor a log has them."""
    caplog.set_level(logging.DEBUG)
    panel.status = status or 200
    url = panel.url if status else f"http://127.0.0.1:{unused_port()}/"
    with pytest.raises(PanelError) as caught:
        await ask(session, url, {"Authorization": _LOGIN})
    told = [caplog.text]
    error: BaseException | None = caught.value
    while error is not None:
        told += [str(error), repr(error)]
        error = error.__cause__ or error.__context__
    assert [text for text in told if "hunter2" in text or _LOGIN[6:] in text] == []


async def test_credentials_are_not_sent_to_another_host(
    session: ClientSession, panel: FakePanel, raw_host: RawHost
) -> None:
    """Test a panel that has moved elsewhere does not take them along."""
    panel.redirect = raw_host.url
    raw_host.sends = http(b'{"rigs": []}')
    await ask(session, panel.url, {"Authorization": _LOGIN, "X-Farm": "1"})
    (request,) = raw_host.requests
    assert b"X-Farm: 1" in request
    assert b"Authorization" not in request


@pytest.mark.parametrize("status", [201, 204, 400, 403, 404, 429, 500, 503])
async def test_any_other_status_is_told_by_its_number(
    session: ClientSession, panel: FakePanel, status: int
) -> None:
    """Test only 200 is an answer."""
    panel.status = status
    panel.body = b""
    with pytest.raises(PanelStatusError) as caught:
        await ask(session, panel.url)
    assert caught.value.reason == "http_status"
    assert caught.value.status == status
    assert caught.value.retry_after is None
    assert str(caught.value) == f"HTTP status {status}"


def date_in(seconds: float, *, start: float = START) -> str:
    """Return a date as HTTP writes it, so many seconds after the panel's now."""
    return format_datetime(at(start) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param("120", 120.0, id="seconds"),
        pytest.param("0", 0.0, id="at once"),
        pytest.param("3601", 3600.0, id="more than an hour"),
        pytest.param("9" * 400, 3600.0, id="huge"),
        pytest.param(date_in(300), 300.0, id="date"),
        pytest.param(date_in(-300), 0.0, id="date that is past"),
        pytest.param(date_in(86_400), 3600.0, id="date far off"),
        pytest.param("Fri, 31 Dec 9999 23:59:59 -2300", None, id="no date"),
        pytest.param("-5", None, id="negative"),
        pytest.param("1.5", None, id="broken"),
        pytest.param("later", None, id="word"),
        pytest.param("", None, id="empty"),
    ],
)
async def test_how_long_a_host_makes_us_wait_is_understood(
    session: ClientSession, panel: FakePanel, header: str, expected: float | None
) -> None:
    """Test a date counts from the host's own, and no host blocks us for a day."""
    panel.status = 503
    panel.headers["Retry-After"] = header
    with pytest.raises(PanelStatusError) as caught:
        await ask(session, panel.url)
    assert caught.value.status == 503
    assert caught.value.retry_after == expected


async def test_how_long_to_wait_counts_from_our_clock_without_the_hosts(
    session: ClientSession, panel: FakePanel
) -> None:
    """Test a host that tells no time may still name a date."""
    panel.status = 429
    panel.headers["Date"] = "none"
    panel.headers["Retry-After"] = date_in(
        600, start=int(datetime.now(UTC).timestamp())
    )
    with pytest.raises(PanelStatusError) as caught:
        await ask(session, panel.url)
    assert caught.value.retry_after == pytest.approx(600, abs=10)
