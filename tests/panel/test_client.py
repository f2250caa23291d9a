"""Test asking a panel over real HTTP, and what goes wrong on the way."""

from datetime import UTC, datetime
import time

from aiohttp import ClientSession, ClientTimeout
from aiohttp.test_utils import unused_port
import pytest
from yarl import URL

from custom_components.ethos.panel import (
    HashUnit,
    PanelClient,
    PanelConnectionError,
    PanelNotJsonError,
    PanelStatusError,
    PanelTimeoutError,
    client as client_module,
)
from tests.farm import START, FakePanel, answer
from tests.panel.asking import ask, http
from tests.panel.conftest import RawHost
from tests.panel.reading import at, read

# What goes well.


async def test_a_panel_is_read(session: ClientSession, panel: FakePanel) -> None:
    """Test its content type, text/html, is no hindrance."""
    before = datetime.now(UTC)
    result = await ask(session, f"{panel.url}?json=yes")
    assert before <= result.read_at <= datetime.now(UTC)
    assert result.rigs == read(answer(panel.rigs)).rigs
    assert list(result.rigs) == ["a1b2c3", "880577"]
    assert result.time == at(START)
    assert result.own_clock is True
    assert panel.requests == 1


async def test_a_unit_can_be_told_for_a_miner(
    session: ClientSession, panel: FakePanel
) -> None:
    """Test what the user knows reaches the rigs."""
    units = {"ethminer": HashUnit.SOLUTIONS}
    result = await PanelClient(session, URL(panel.url), units=units).panel()
    assert {one.hash_unit for one in result.rigs.values()} == {HashUnit.SOLUTIONS}


async def test_a_date_tells_the_time_of_a_panel_that_does_not(
    session: ClientSession, panel: FakePanel
) -> None:
    """Test panels of 2017 have no clock of their own."""
    panel.changes["per_info"] = []
    panel.headers["Date"] = "Wed, 18 Oct 2017 10:20:30 GMT"
    result = await ask(session, panel.url)
    assert result.time == datetime(2017, 10, 18, 10, 20, 30, tzinfo=UTC)
    assert result.own_clock is False


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        pytest.param(
            "Wed, 18 Oct 2017 10:20:30 +0200",
            datetime(2017, 10, 18, 8, 20, 30, tzinfo=UTC),
            id="another zone",
        ),
        pytest.param(
            "Wed, 18 Oct 2017 10:20:30",
            datetime(2017, 10, 18, 10, 20, 30, tzinfo=UTC),
            id="no zone",
        ),
        pytest.param(
            "Wed, 18 Oct 2017 10:20:30 -0000",
            datetime(2017, 10, 18, 10, 20, 30, tzinfo=UTC),
            id="zone not told",
        ),
    ],
)
async def test_a_date_without_a_zone_is_not_local(
    session: ClientSession,
    panel: FakePanel,
    monkeypatch: pytest.MonkeyPatch,
    date: str,
    expected: datetime,
) -> None:
    """Test where this machine stands does not matter."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        panel.changes["per_info"] = []
        panel.headers["Date"] = date
        assert (await ask(session, panel.url)).time == expected
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    "date",
    [
        pytest.param("soon", id="word"),
        pytest.param("", id="empty"),
        pytest.param("Wed, 99 Oct 2017 10:20:30 GMT", id="no such day"),
        pytest.param("Fri, 31 Dec 9999 23:59:59 -2300", id="beyond the last year"),
        pytest.param("Wed, 18 Oct 99999999999999999999 10:20:30 GMT", id="huge year"),
        pytest.param("Wed, 18 Oct 2017 10:20:30 +99999999999999999999", id="huge zone"),
    ],
)
async def test_a_date_that_is_none_leaves_us_our_own_clock(
    session: ClientSession, raw_host: RawHost, date: str
) -> None:
    """Test a nonsense header costs no more than itself."""
    raw_host.sends = http(b'{"rigs": []}', f"Date: {date}")
    result = await ask(session, raw_host.url)
    assert result.time == result.read_at


async def test_no_date_leaves_us_our_own_clock(
    session: ClientSession, raw_host: RawHost
) -> None:
    """Test a host need not tell the time."""
    raw_host.sends = http(b'{"rigs": []}')
    result = await ask(session, raw_host.url)
    assert result.time == result.read_at


# What goes wrong on the way.


async def test_a_refused_connection_is_told(session: ClientSession) -> None:
    """Test a host on which nothing listens."""
    with pytest.raises(PanelConnectionError) as caught:
        await ask(session, f"http://127.0.0.1:{unused_port()}/")
    assert caught.value.reason == "cannot_connect"
    assert "127.0.0.1" in str(caught.value)


async def test_a_host_name_that_cannot_be_one_is_told(session: ClientSession) -> None:
    """Test a label of more than 63 characters."""
    with pytest.raises(PanelConnectionError) as caught:
        await ask(session, f"http://{'a' * 64}.invalid/")
    assert caught.value.reason == "cannot_connect"


async def test_what_cannot_be_sent_is_told(
    session: ClientSession, panel: FakePanel
) -> None:
    """Test a header with a line break is refused before it does harm."""
    with pytest.raises(PanelConnectionError) as caught:
        await ask(session, panel.url, {"X-Farm": "a\r\nb"})
    assert caught.value.reason == "cannot_connect"
    assert panel.requests == 0


@pytest.mark.parametrize(
    "sends",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(http(b'{"rigs"', length=12), id="within the body"),
    ],
)
async def test_a_host_that_is_too_slow_is_told(
    session: ClientSession,
    raw_host: RawHost,
    monkeypatch: pytest.MonkeyPatch,
    sends: bytes,
) -> None:
    """Test a host that takes the call and then says no more."""
    monkeypatch.setattr(client_module, "TIMEOUT", ClientTimeout(total=0.1))
    raw_host.sends = sends
    raw_host.stays_silent = True
    with pytest.raises(PanelTimeoutError) as caught:
        await ask(session, raw_host.url)
    assert caught.value.reason == "timeout"
    assert str(caught.value) == "no answer within 0.1 s"


def test_a_host_has_ten_seconds() -> None:
    """Test a poll ends well before the next one is due."""
    assert client_module.TIMEOUT.total == 10


@pytest.mark.parametrize(
    "sends",
    [
        pytest.param(b"", id="hangs up"),
        pytest.param(b"SSH-2.0-OpenSSH_9.9\r\n\r\n", id="another protocol"),
        pytest.param(http(b'{"rigs": []', length=12), id="hangs up within the body"),
        pytest.param(
            b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"rig\r\n',
            id="hangs up within the chunks",
        ),
        pytest.param(
            http(b'{"rigs": []}', "Content-Encoding: gzip"), id="not compressed"
        ),
        pytest.param(http(b"{}", "X-Long: " + "x" * 10_000), id="endless header"),
    ],
)
async def test_an_answer_that_breaks_off_is_told(
    session: ClientSession, raw_host: RawHost, sends: bytes
) -> None:
    """Test half an answer is none."""
    raw_host.sends = sends
    with pytest.raises(PanelConnectionError) as caught:
        await ask(session, raw_host.url)
    assert caught.value.reason == "cannot_connect"
    assert str(caught.value)


async def test_a_panel_recovers_from_any_failure(
    session: ClientSession, panel: FakePanel
) -> None:
    """Test one client can be asked again and again."""
    client = PanelClient(session, URL(panel.url))
    panel.status = 503
    with pytest.raises(PanelStatusError):
        await client.panel()
    panel.status, panel.body = 200, b"<html>"
    with pytest.raises(PanelNotJsonError):
        await client.panel()
    panel.body = None
    assert list((await client.panel()).rigs) == ["a1b2c3", "880577"]
