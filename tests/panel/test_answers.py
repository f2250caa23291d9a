"""Test what is read of an answer, and what of it is lost."""

import asyncio
import json
from typing import Any

from aiohttp import ClientSession
import pytest
from yarl import URL

from custom_components.ethos.panel import (
    NotAPanelError,
    PanelClient,
    PanelNotJsonError,
    client as client_module,
    pauses,
)
from custom_components.ethos.panel.client import decode
from tests.farm import FakePanel, answer, rig
from tests.panel.asking import ask
from tests.panel.reading import read

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


# A large answer.


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
