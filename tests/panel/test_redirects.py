"""Test a panel that has moved is followed to where it answers."""

from aiohttp import ClientSession
import pytest
from yarl import URL

from custom_components.ethos.panel import (
    PanelClient,
    PanelConnectionError,
    PanelStatusError,
)
from tests.farm import FakePanel
from tests.panel.asking import ask
from tests.panel.conftest import RawHost


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
