"""Test the panel over HTTP, and what can be wrong with it."""

import asyncio
from base64 import b64encode
from email.utils import parsedate_to_datetime
import json
import time
from typing import TYPE_CHECKING

from aiohttp import ClientError
from aiohttp.test_utils import TestClient, TestServer
import pytest

from simulator import Farm, Plan, Rig, Shape
from simulator.server import create_app

from .conftest import Client, Clock

if TYPE_CHECKING:
    from collections.abc import Mapping

PANEL = "/?json=yes"


async def test_the_panel_serves_json_as_html(client: Client, farm: Farm) -> None:
    """Test the content type is what the real one's is, and so are its slashes."""
    response = await client.get(PANEL)
    assert response.status == 200
    assert response.content_type == "text/html"
    assert json.loads(await response.text()) == farm.panel()


async def test_the_panel_serves_a_page_for_people(
    client: Client, farm: Farm, rig: Rig
) -> None:
    """Test it lists the rigs, and escapes names."""
    rig.rename(rack_location="a_b*<x>&")
    rig.push()
    response = await client.get("/")
    text = await response.text()
    assert response.content_type == "text/html"
    assert all(f"<tr><td>{rig_id}<td>" in text for rig_id in farm.rigs)
    assert "a_b*&lt;x&gt;&amp;" in text
    assert "<h1>&lt;b&gt;</h1>" in text
    farm.page.empty()
    assert "<tr><td>" not in await (await client.get("/")).text()


async def test_the_answer_is_dated_by_the_panels_clock(
    client: Client, farm: Farm
) -> None:
    """Test those who lack current_time can go by the header."""
    response = await client.get(PANEL)
    date = parsedate_to_datetime(response.headers["Date"])
    assert date.timestamp() == int(farm.now)


async def test_time_passes_at_the_speed_it_is_given(
    client: Client, farm: Farm, clock: Clock
) -> None:
    """Test ten seconds pass for each one of the clock."""
    start = farm.now
    clock.now += 90
    await client.get(PANEL)
    assert farm.now == start + 900
    await client.get(PANEL)
    assert farm.now == start + 900


async def test_time_passes_while_nobody_asks(
    client: Client, farm: Farm, clock: Clock
) -> None:
    """Test the farm catches up by itself."""
    start = farm.now
    clock.now += 90
    for _ in range(500):
        await asyncio.sleep(0.01)
        if farm.now > start:
            break
    assert farm.now == start + 900
    assert client.server.started


async def test_a_night_of_sleep_is_not_made_up_for(
    client: Client, farm: Farm, clock: Clock
) -> None:
    """Test a laptop that was closed for a year."""
    start = farm.now
    clock.now += 365 * 86_400
    await client.get(PANEL)
    assert farm.now == start + 31 * 86_400


@pytest.mark.parametrize("speed", [-1, 1e9, float("nan")])
def test_an_odd_speed_is_refused(farm: Farm, speed: float) -> None:
    """Test the message says what is possible."""
    with pytest.raises(ValueError, match="speed must be 0 to"):
        create_app(farm, speed=speed)


@pytest.mark.parametrize(
    ("path", "body", "status", "headers"),
    [
        ("status", {"status": 404}, 404, {}),
        ("status", {"status": 500}, 500, {}),
        ("status", {"status": 429, "retry_after": 120}, 429, {"Retry-After": "120"}),
        (
            "require_password",
            {},
            401,
            {"WWW-Authenticate": 'Basic realm="ethOS"'},
        ),
    ],
    ids=["404", "500", "429", "401"],
)
async def test_the_panel_answers_with_a_status(
    client: Client,
    path: str,
    body: Mapping[str, object],
    status: int,
    headers: Mapping[str, str],
) -> None:
    """Test it is as wished, to people and programs, and mended again."""
    assert (await client.post(f"/control/panel/{path}", json=body)).status == 200
    for page in ("/", PANEL):
        response = await client.get(page)
        assert response.status == status
        assert headers.items() <= response.headers.items()
    assert (await client.post("/control/panel/mend")).status == 200
    assert (await client.get(PANEL)).status == 200


async def test_the_panel_answers_who_knows_the_password(client: Client) -> None:
    """Test basic authentication."""
    login = {"user": "a", "password": "ü"}
    await client.post("/control/panel/require_password", json=login)
    wrong, right = (
        {"Authorization": f"Basic {b64encode(text.encode()).decode()}"}
        for text in ("a:u", "a:ü")
    )
    assert (await client.get(PANEL, headers=wrong)).status == 401
    response = await client.get(PANEL, headers=right)
    assert "rigs" in json.loads(await response.text())


async def test_the_panel_closes_the_connection(client: Client) -> None:
    """Test a panel that is down."""
    await client.post("/control/panel/down")
    with pytest.raises(ClientError):
        await client.get(PANEL)
    await client.post("/control/panel/mend")
    assert (await client.get(PANEL)).status == 200


async def test_the_panel_takes_its_time(client: Client) -> None:
    """Test it answers in the end."""
    await client.post("/control/panel/slow", json={"seconds": 0.2})
    start = time.monotonic()
    response = await client.get(PANEL)
    assert time.monotonic() - start >= 0.19
    assert "rigs" in json.loads(await response.text())


async def test_the_panel_sends_elsewhere(client: Client) -> None:
    """Test the other place has the answer, unless told otherwise."""
    await client.post("/control/panel/redirect")
    response = await client.get(PANEL)
    assert response.url.path == "/moved/"
    assert "rigs" in json.loads(await response.text())
    elsewhere = {"to": "http://panel.example/?json=yes"}
    await client.post("/control/panel/redirect", json=elsewhere)
    response = await client.get(PANEL, allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (302, elsewhere["to"])


async def test_the_panel_is_locked(client: Client) -> None:
    """Test it answers well, but with a page."""
    await client.post("/control/panel/lock")
    response = await client.get(PANEL)
    assert response.status == 200
    assert "pending verification" in await response.text()


async def test_the_answer_ends_in_the_middle(client: Client, farm: Farm) -> None:
    """Test half of it arrives."""
    await client.post("/control/panel/truncate")
    text = await (await client.get(PANEL)).text()
    assert farm.page.text.startswith(text)
    assert len(text) > 1000
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)


async def test_the_answer_holds_nothing(client: Client) -> None:
    """Test status 200 without a body."""
    await client.post("/control/panel/blank")
    response = await client.get(PANEL)
    assert (response.status, await response.text()) == (200, "")


async def test_the_panel_knows_no_rig(client: Client, farm: Farm) -> None:
    """Test empty lists, and all the rigs again afterwards."""
    await client.post("/control/panel/empty")
    panel = json.loads(await (await client.get(PANEL)).text())
    assert (panel["rigs"], panel["per_info"], panel["total_rigs"]) == ([], [], 0)
    assert farm.panel() == panel
    await client.post("/control/panel/mend")
    assert len(json.loads(await (await client.get(PANEL)).text())["rigs"]) == 10


async def test_the_panel_stands_still(client: Client, farm: Farm, clock: Clock) -> None:
    """Test its clock stands still too, the rigs' does not, and that it catches up."""
    await client.post("/control/panel/freeze")
    before = await (await client.get(PANEL)).text()
    clock.now += 360
    await client.post("/control/panel/freeze")
    clock.now += 360
    after = await (await client.get(PANEL)).text()
    assert json.loads(after)["per_info"]["ethminer"]["current_time"] == farm.now - 3600
    assert after != before
    assert farm.panel() == json.loads(after)
    await client.post("/control/panel/mend")
    mended = json.loads(await (await client.get(PANEL)).text())
    assert mended["per_info"]["ethminer"]["current_time"] == farm.now


@pytest.mark.parametrize("shape", Shape)
async def test_every_shape_is_served(shape: Shape, socket_enabled: None) -> None:
    """Test a farm whose time stands still."""
    farm = Farm(Plan(shape=shape, rigs=20))
    async with TestClient(TestServer(create_app(farm, speed=0))) as client:
        for _ in range(2):
            text = await (await client.get(PANEL)).text()
            assert json.loads(text) == farm.panel()
            assert (await client.get("/")).status == 200
