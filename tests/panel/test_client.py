"""Test asking a panel over real HTTP: whatever goes wrong has a name."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
import json
import logging
import time
from typing import Any

from aiohttp import ClientSession, ClientTimeout, encode_basic_auth
from aiohttp.test_utils import unused_port
import pytest
from yarl import URL

from custom_components.ethos.panel import (
    HashUnit,
    NotAPanelError,
    PanelAuthenticationError,
    PanelClient,
    PanelConnectionError,
    PanelError,
    PanelNotJsonError,
    PanelStatusError,
    PanelTimeoutError,
    client as client_module,
    pauses,
)
from custom_components.ethos.panel.client import decode
from custom_components.ethos.panel.models import Answer
from tests.farm import START, FakePanel, answer, rig
from tests.panel.conftest import RawHost
from tests.panel.reading import at, read


async def ask(
    session: ClientSession, url: str, headers: Mapping[str, str] | None = None
) -> Answer:
    """Ask a panel once."""
    return await PanelClient(session, URL(url), headers).panel()


def http(body: bytes, *headers: str, length: int | None = None) -> bytes:
    """Return an answer as it goes over the wire."""
    lines = [
        "HTTP/1.1 200 OK",
        f"Content-Length: {len(body) if length is None else length}",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


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
    monkeypatch.setattr(client_module, "_TIMEOUT", ClientTimeout(total=0.1))
    raw_host.sends = sends
    raw_host.stays_silent = True
    with pytest.raises(PanelTimeoutError) as caught:
        await ask(session, raw_host.url)
    assert caught.value.reason == "timeout"
    assert str(caught.value) == "no answer within 0.1 s"


def test_a_host_has_ten_seconds() -> None:
    """Test a poll ends well before the next one is due."""
    assert client_module._TIMEOUT.total == 10  # noqa: SLF001


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


# A host that refuses.

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


# A panel that has moved.


async def test_a_redirect_is_followed(session: ClientSession, panel: FakePanel) -> None:
    """Test who answered in the end is known."""
    panel.redirect = f"{panel.url}moved?json=yes"
    client = PanelClient(session, URL(panel.url))
    assert client.answered_by == URL(panel.url)
    assert list((await client.panel()).rigs) == ["a1b2c3", "880577"]
    assert client.answered_by == URL(f"{panel.url}moved?json=yes")
    assert panel.requests == 2


async def test_a_redirect_to_a_refusal_is_no_answer(
    session: ClientSession, panel: FakePanel
) -> None:
    """Test who refuses has not answered."""
    panel.redirect = f"{panel.url}moved"
    panel.status = 404
    client = PanelClient(session, URL(panel.url))
    with pytest.raises(PanelStatusError):
        await client.panel()
    assert client.answered_by == URL(panel.url)


@pytest.mark.parametrize("target", ["ftp://127.0.0.1/", "javascript:alert(1)"])
async def test_a_redirect_to_something_other_than_http_is_told(
    session: ClientSession, panel: FakePanel, target: str
) -> None:
    """Test it is neither followed nor repeated to the user."""
    panel.redirect = target
    with pytest.raises(PanelConnectionError) as caught:
        await ask(session, panel.url)
    assert caught.value.reason == "cannot_connect"
    assert str(caught.value) == "redirected to something other than HTTP"


@pytest.mark.parametrize("target", ["http://[::1", "http://", "http://a:99999/"])
async def test_a_redirect_to_nowhere_is_told(
    session: ClientSession, raw_host: RawHost, target: str
) -> None:
    """Test an address that is none is not followed."""
    raw_host.sends = f"HTTP/1.1 302 Found\r\nLocation: {target}\r\n\r\n".encode()
    with pytest.raises(PanelConnectionError) as caught:
        await ask(session, raw_host.url)
    assert caught.value.reason == "cannot_connect"
    assert len(raw_host.requests) == 1


async def test_a_redirect_that_never_ends_is_told(
    session: ClientSession, panel: FakePanel
) -> None:
    """Test a host that leads round in circles."""
    panel.redirect = panel.url
    with pytest.raises(PanelConnectionError) as caught:
        await ask(session, panel.url)
    assert caught.value.reason == "cannot_connect"
    assert panel.requests == 10


# An answer that is none.


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<!DOCTYPE html><html>locked</html>", id="HTML page"),
        pytest.param(b"", id="empty"),
        pytest.param(b" \r\n", id="blank"),
        pytest.param(b'{"rigs": {"a1b2c3": {"hash": 1', id="cut in the middle"),
        pytest.param(b"{'rigs': []}", id="wrong quotes"),
        pytest.param(b"\x1f\x8b\x08\x00", id="binary"),
        pytest.param('{"rigs": []}'.encode("utf-16"), id="UTF-16"),
        pytest.param(b'<script>f({"a": b});</script>', id="HTML page with a script"),
        pytest.param(b"[" * 1_000_000, id="deep nesting"),
        pytest.param(b'{"rigs":' * 1_000_000, id="deep nesting of objects"),
    ],
)
async def test_an_answer_that_is_not_json_is_told(
    session: ClientSession, panel: FakePanel, body: bytes
) -> None:
    """Test a panel that is locked, or a page of something else."""
    panel.body = body
    with pytest.raises(PanelNotJsonError) as caught:
        await ask(session, panel.url)
    assert caught.value.reason == "not_json"
    assert str(caught.value) == "the answer is not JSON"


async def test_json_of_something_else_is_told(
    session: ClientSession, panel: FakePanel
) -> None:
    """Test a host that speaks JSON is not a panel yet."""
    panel.body = b'{"error": "unknown"}'
    with pytest.raises(NotAPanelError) as caught:
        await ask(session, panel.url)
    assert caught.value.reason == "not_a_panel"


async def test_an_answer_larger_than_any_panel_is_not_read(
    session: ClientSession, panel: FakePanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Test a host cannot fill our memory; the very limit is still read."""
    panel.body = b'{"rigs": []}'.ljust(100_000)
    monkeypatch.setattr(client_module, "MAX_SIZE", 100_000)
    assert (await ask(session, panel.url)).rigs == {}
    monkeypatch.setattr(client_module, "MAX_SIZE", 99_999)
    with pytest.raises(PanelNotJsonError) as caught:
        await ask(session, panel.url)
    assert str(caught.value) == "the answer is larger than 99999 bytes"


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


# What JSON should not hold, and what of it is lost.


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(b"[NaN, Infinity, -Infinity, 1]", [None, None, None, 1], id="NaN"),
        pytest.param(b"[" + b"9" * 20 + b"]", [99999999999999999999], id="20 digits"),
        pytest.param(b"[" + b"9" * 21 + b"]", [None], id="21 digits"),
        pytest.param(b"[-" + b"9" * 19 + b"]", [-9999999999999999999], id="negative"),
        pytest.param(b"[-" + b"9" * 20 + b"]", [None], id="huge negative"),
        pytest.param(b"[" + b"9" * 10_000 + b", 1]", [None, 1], id="endless integer"),
        pytest.param(b'\xef\xbb\xbf{"a": 1}', {"a": 1}, id="BOM"),
        pytest.param(b'\xef\xbb\xbf\xef\xbb\xbf{"a": 1}', {"a": 1}, id="two BOMs"),
        pytest.param(b"\n [1, {}]", [1, {}], id="a list"),
        pytest.param(
            b'<br />\n<b>Notice</b>: Undefined index <br />\n{ "a": {"b": 1}}',
            {"a": {"b": 1}},
            id="a warning before it",
        ),
        pytest.param(b'{"a": 1}\n<!-- 0.02 s -->', {"a": 1}, id="something after it"),
        pytest.param(b'["a\xff\xfeb"]', ["a\ufffd\ufffdb"], id="invalid UTF-8"),
        pytest.param(b'["\\ud83d"]', ["\ud83d"], id="lone surrogate"),
        pytest.param(b'["http:\\/\\/a"]', ["http://a"], id="escaped slashes"),
        pytest.param(b'{"a": 1, "a": 2}', {"a": 2}, id="a name twice"),
        pytest.param('["矿机"]'.encode(), ["矿机"], id="any language"),
    ],
)
def test_what_json_should_not_hold_costs_its_field_alone(
    body: bytes, expected: Any
) -> None:
    """Test PHP's liberties and broken texts do not hide the farm."""
    assert decode(body) == expected


async def test_odd_values_of_one_rig_cost_their_fields_alone(
    session: ClientSession, panel: FakePanel
) -> None:
    """Test what is left of the rig, and the other one, are as they were."""
    panel.rigs = {
        "good": rig(),
        "odd": rig(1, hash="H", pool="P", mobo="M", uptime="U", load="L"),
    }
    panel.body = (
        json.dumps(answer(panel.rigs))
        .encode()
        .replace(b'"H"', b"NaN")
        .replace(b'"P"', b'"a\\ud800b"')
        .replace(b'"M"', b'"Stra\xdfe"')
        .replace(b'"U"', b"9" * 5000)
        .replace(b'"L"', b"1e999")
    )
    result = await ask(session, panel.url)
    expected = rig(1, hash=None, pool="ab", mobo="Stra\ufffde", uptime=None, load=None)
    assert result.rigs == read(answer({"good": rig(), "odd": expected})).rigs
    assert result.rigs["odd"].hash_rate == 30.0


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return how often the event loop was given away."""
    result = []
    sleep = asyncio.sleep

    async def turn(seconds: float) -> None:
        result.append(seconds)
        await sleep(seconds)

    monkeypatch.setattr(asyncio, "sleep", turn)
    return result


async def test_a_large_panel_gives_others_their_turn(
    panel: FakePanel,
    session: ClientSession,
    monkeypatch: pytest.MonkeyPatch,
    turns: list[float],
) -> None:
    """Test the event loop is free after every slice, here after decoding and rigs."""
    monkeypatch.setattr(pauses, "SLICE", -1)
    panel.rigs = {f"{i:06x}": rig() for i in range(20)}
    await ask(session, panel.url)
    # One more before the panel is handed on.
    assert turns == [0] * 22


async def test_a_small_panel_is_read_in_one_go(
    panel: FakePanel,
    session: ClientSession,
    monkeypatch: pytest.MonkeyPatch,
    turns: list[float],
) -> None:
    """Test no turn is given away for less than a slice."""
    monkeypatch.setattr(pauses, "SLICE", 60)
    await ask(session, panel.url)
    assert turns == []


# A reader of JSON that is quicker and more particular than Python's.


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(b'{"a": 1}', "read quickly", id="good JSON"),
        pytest.param(b"[NaN]", [None], id="JSON with liberties"),
    ],
)
def test_what_is_no_good_json_is_read_the_slow_way(body: bytes, expected: Any) -> None:
    """Test a reader that refuses PHP's liberties costs no field."""

    def quick(body: bytes) -> object:
        if b"NaN" in body:
            raise ValueError(body)
        return "read quickly"

    assert decode(body, quick) == expected


async def test_a_quick_reader_is_used(session: ClientSession, panel: FakePanel) -> None:
    """Test the client asks the one it is given."""
    client = PanelClient(
        session, URL(panel.url), quick_decode=lambda _: answer({"quick": rig()})
    )
    assert list((await client.panel()).rigs) == ["quick"]
