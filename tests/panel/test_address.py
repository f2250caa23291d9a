"""Test a panel is found from what people have at hand."""

from hypothesis import given, strategies as st
import pytest
from yarl import URL

from custom_components.ethos.panel import PanelAddress, PanelAddressError
from tests.panel.reading import ALARM_IS_FALSE, STEADY


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        pytest.param("6af48c", "http://6af48c.ethosdistro.com/?json=yes", id="ID"),
        pytest.param(" 6AF48C\n", "http://6af48c.ethosdistro.com/?json=yes", id="loud"),
        pytest.param(
            "6af48c.ethosdistro.com",
            "http://6af48c.ethosdistro.com/?json=yes",
            id="host",
        ),
        pytest.param(
            "http://6AF48C.ethosdistro.com/?json=yes",
            "http://6af48c.ethosdistro.com/?json=yes",
            id="URL",
        ),
        pytest.param(
            "HTTPS://panel.example.org", "https://panel.example.org/?json=yes", id="TLS"
        ),
        pytest.param(
            "panel.example.org:8080/farm",
            "http://panel.example.org:8080/farm?json=yes",
            id="port and path",
        ),
        pytest.param("10.0.0.2", "http://10.0.0.2/?json=yes", id="IPv4"),
        pytest.param("http://[fd00::2]:81", "http://[fd00::2]:81/?json=yes", id="IPv6"),
        pytest.param("router7", "http://router7/?json=yes", id="seven letters"),
        pytest.param(
            "http://a.example.org/?night=yes&json=no#top",
            "http://a.example.org/?night=yes&json=yes",
            id="query and fragment",
        ),
    ],
)
def test_what_people_have_at_hand_leads_to_the_json(typed: str, url: str) -> None:
    """Test an ID, a host and a URL all do."""
    address = PanelAddress.parse(typed)
    assert address == PanelAddress(url=URL(url))


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("", id="nothing"),
        pytest.param("   ", id="blank"),
        pytest.param("ftp://panel.example.org", id="FTP"),
        pytest.param("file:///etc/passwd", id="file"),
        pytest.param("http://", id="no host"),
        pytest.param("http://panel.example.org:0", id="port zero"),
        pytest.param("http://panel.example.org:99999", id="port too large"),
        pytest.param("http://panel.example.org:x", id="port no number"),
        pytest.param("http://[fd00::2", id="half a bracket"),
        pytest.param("http://\ud800", id="lone surrogate"),
        pytest.param("panel?to=http://example.org", id="URL within a URL"),
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    """Test the failure has a name of its own."""
    with pytest.raises(PanelAddressError) as caught:
        PanelAddress.parse(typed)
    assert caught.value.reason == "invalid_address"


def test_credentials_are_kept_apart_from_the_address() -> None:
    """Test the URL can be shown and stored without giving anything away."""
    address = PanelAddress.parse("https://me:p%40ss@panel.example.org/")
    assert address.url == URL("https://panel.example.org/?json=yes")
    assert (address.username, address.password) == ("me", "p@ss")


def test_credentials_do_not_show_up_in_a_refusal() -> None:
    """Test a typing error does not put a password on the screen."""
    with pytest.raises(PanelAddressError) as caught:
        PanelAddress.parse("ftp://me:hunter2@panel.example.org/")
    assert str(caught.value) == "not an HTTP address: ftp"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("6af48c", "6af48c"),
        ("https://6af48c.ethosdistro.com/", "6af48c"),
        ("www.example.org", "example.org"),
        ("10.0.0.2:8080", "10.0.0.2"),
    ],
)
def test_a_panel_is_named_by_its_id_or_its_host(typed: str, name: str) -> None:
    """Test people see what they call it."""
    assert PanelAddress.parse(typed).name == name


def test_an_address_without_a_host_has_no_name() -> None:
    """Test an entry that somebody broke by hand does not raise."""
    assert PanelAddress(url=URL("/farm")).name == ""


@pytest.mark.parametrize(
    ("other", "same"),
    [
        pytest.param("http://a.example.org/farm?json=yes", True, id="itself"),
        pytest.param("https://a.example.org/farm?json=yes", True, id="TLS"),
        pytest.param("http://a.example.org:80/farm/?json=yes", True, id="default port"),
        pytest.param("http://a.example.org:8080/farm?json=yes", False, id="port"),
        pytest.param("http://b.example.org/farm?json=yes", False, id="host"),
        pytest.param("http://a.example.org/barn?json=yes", False, id="path"),
        pytest.param("http://a.example.org/farm?json=yes&id=2", False, id="query"),
    ],
)
def test_one_panel_is_known_by_several_addresses(other: str, *, same: bool) -> None:
    """Test a panel is not added twice, nor two taken for one."""
    address = PanelAddress.parse("http://a.example.org/farm")
    assert address.is_same(URL(other)) is same


def test_the_order_of_a_query_makes_no_other_panel() -> None:
    """Test what comes first does not matter."""
    address = PanelAddress.parse("a.example.org?id=1")
    assert address.is_same(URL("http://a.example.org/?json=yes&id=1"))


@ALARM_IS_FALSE
@STEADY
@given(st.one_of(st.text(), st.text().map("http://{}".format)))
def test_whatever_is_typed_is_an_address_or_is_refused(typed: str) -> None:
    """Test nothing but a refusal comes of a typing error."""
    try:
        address = PanelAddress.parse(typed)
    except PanelAddressError:
        return
    assert address.url.query["json"] == "yes"
    assert address.url.user is None
    assert address.name
