"""Test the levers over HTTP."""

from typing import Any

import pytest

from simulator import Farm, Phase, Rig
from simulator.actions import describe, perform
from simulator.page import Page

from .conftest import Client, shown


async def post(client: Client, path: str, body: object = None) -> Any:
    """Pull a lever and return what it says."""
    response = await client.post(f"/control/{path}", json=body)
    assert response.status == 200
    return await response.json()


async def test_the_help_names_all_there_is(client: Client) -> None:
    """Test each lever says what it does and takes."""
    help_ = await (await client.get("/control")).json()
    lose_gpu = help_["POST /control/rigs/<rig>/<action>"]["lose_gpu"]
    assert lose_gpu == {
        "does": "Lose a GPU until the next boot, or beyond it.",
        "takes": {
            "gpu": "a whole number",
            "kind": "stuck or vanished",
            "lasting": "true or false",
        },
    }
    assert help_["POST /control/<action>"]["cut_network"]["takes"] == {
        "seconds": "a number or null"
    }
    assert "freeze" in help_["POST /control/panel/<action>"]


async def test_a_rig_is_broken_and_mended(client: Client, farm: Farm, rig: Rig) -> None:
    """Test what a lever answers is how the rig truly is."""
    path = f"rigs/{rig.rig_id}"
    body = {"gpu": 1, "kind": "vanished", "lasting": True}
    state = await post(client, f"{path}/lose_gpu", body)
    assert state["problems"] == ["gpu_vanished:1"]
    assert len(state["hash_rates"]) == 5
    assert (await post(client, f"{path}/drop_hash_rate", {"factor": 1, "gpu": None}))[
        "problems"
    ] == ["gpu_vanished:1"]
    state = await post(client, f"{path}/mend")
    assert state["problems"] == []
    assert state["hash_rates"] == [round(rate, 2) for rate in rig.hash_rates]
    state = await post(client, f"{path}/plug", {"on": False})
    assert (state["phase"], state["power"], state["plugged"]) == ("off", 0, False)
    assert rig.phase is Phase.OFF
    await post(client, f"{path}/rename", {"rack_location": "a_b*<x>&"})
    await post(client, f"{path}/plug", {"on": True})
    await post(client, "advance", {"seconds": 300})
    assert shown(farm, rig)["rack_loc"] == "a_b*<x>&"
    response = await client.get(f"/control/{path}")
    assert (await response.json())["rack_location"] == "a_b*<x>&"


async def test_time_passes_at_once(client: Client, farm: Farm) -> None:
    """Test the answer tells the clock."""
    start = farm.now
    answer = await post(client, "advance", {"seconds": 3600})
    assert answer == {"result": None, "now": start + 3600}


async def test_the_truth_about_the_farm_is_told(
    client: Client, farm: Farm, rig: Rig
) -> None:
    """Test what the panel does not say, of all rigs."""
    before = await (await client.get("/control/farm")).json()
    assert (before["panel"], before["network_up"]) == ("", True)
    assert before["now"] == farm.now
    assert {state["phase"] for state in before["rigs"].values()} == {"running"}
    rig.hang()
    farm.page.truncate()
    farm.cut_network()
    after = await (await client.get("/control/farm")).json()
    assert (after["panel"], after["network_up"]) == ("truncated", False)
    changed = [r for r in farm.rigs if before["rigs"][r] != after["rigs"][r]]
    assert changed == [rig.rig_id]
    state = after["rigs"][rig.rig_id]
    assert (state["phase"], state["power"], state["mining"]) == ("hung", 60, False)
    await post(client, "heal")
    healed = await (await client.get("/control/farm")).json()
    assert (healed["panel"], healed["network_up"]) == ("", True)
    assert all(state["problems"] == [] for state in healed["rigs"].values())


async def test_rigs_come_and_go(client: Client, farm: Farm) -> None:
    """Test a rig that is added tells its ID."""
    rig_id = (await post(client, "add"))["result"]
    assert rig_id in farm.rigs
    await post(client, "remove", {"rig_id": rig_id})
    assert rig_id not in farm.rigs
    assert (await post(client, "add", {"rig_id": rig_id}))["result"] == rig_id


@pytest.mark.parametrize(
    ("path", "body", "status", "message"),
    [
        ("explode", "", 404, "There is no 'explode' here, but add, advance,"),
        ("state", "", 404, "There is no 'state'"),
        ("rigs/nobody/hang", "", 404, "There is no rig 'nobody' on this farm"),
        ("rigs/{rig}/explode", "", 404, "There is no 'explode' here, but allow,"),
        ("panel/explode", "", 404, "There is no 'explode' here, but blank,"),
        ("remove", '{"rig_id": "nobody"}', 404, "There is no rig 'nobody'"),
        ("advance", "", 400, "advance needs seconds"),
        ("advance", "{", 400, "The body is not JSON"),
        ("advance", b"\xff\xfe\xfd", 400, "The body is not JSON"),
        ("advance", "[]", 400, "The body must be a JSON object"),
        ("advance", '{"hours": 1, "seconds": 1}', 400, "takes seconds, not hours"),
        ("advance", '{"seconds": "1"}', 400, "seconds must be a number, not '1'"),
        ("advance", '{"seconds": true}', 400, "seconds must be a number, not True"),
        ("advance", '{"seconds": null}', 400, "seconds must be a number, not None"),
        ("advance", '{"seconds": NaN}', 400, "seconds must be a number, not nan"),
        ("advance", '{"seconds": 1e999}', 400, "seconds must be a number, not inf"),
        ("advance", f'{{"seconds": 1{"0" * 400}}}', 400, "must be a number, not 1000"),
        ("advance", '{"seconds": -1}', 400, "seconds must be 0 or more, not -1"),
        ("heal", '{"all": true}', 400, "heal takes nothing, not all"),
        ("rigs/{rig}/plug", '{"on": 1}', 400, "on must be true or false, not 1"),
        (
            "rigs/{rig}/plug",
            '{"on": "off"}',
            400,
            "on must be true or false, not 'off'",
        ),
        (
            "rigs/{rig}/lose_gpu",
            '{"kind": "eaten"}',
            400,
            "kind must be stuck or vanished, not 'eaten'",
        ),
        (
            "rigs/{rig}/lose_gpu",
            '{"gpu": 1.5}',
            400,
            "gpu must be a whole number, not 1.5",
        ),
        ("rigs/{rig}/rename", '{"rack_location": 7}', 400, "must be a text, not 7"),
        (
            "rigs/{rig}/drop_hash_rate",
            '{"factor": 1, "gpu": "all"}',
            400,
            "gpu must be a whole number or null, not 'all'",
        ),
        ("panel/status", '{"status": 99}', 400, "status must be 200 to 599, not 99"),
        ("panel/slow", '{"seconds": -1}', 400, "seconds must be 0 to 3600, not -1"),
    ],
)
async def test_nonsense_is_refused(
    client: Client, rig: Rig, path: str, body: str | bytes, status: int, message: str
) -> None:
    """Test the answer is JSON and says what is wrong."""
    response = await client.post(f"/control/{path.format(rig=rig.rig_id)}", data=body)
    assert response.status == status
    assert message in (await response.json())["error"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/control/rigs", 405),
        ("POST", "/control/farm/all/of/it", 404),
        ("DELETE", "/control/farm", 405),
        ("GET", "/control/rigs/nobody", 404),
    ],
)
async def test_a_wrong_way_is_refused(
    client: Client, method: str, path: str, status: int
) -> None:
    """Test the answer is JSON too."""
    response = await client.request(method, path)
    assert response.status == status
    assert "error" in await response.json()


@pytest.mark.parametrize("target", [Farm, Page, Rig])
def test_each_action_is_described(target: type) -> None:
    """Test none is without a sentence."""
    for name, described in describe(target).items():
        assert isinstance(described, dict)
        assert described["does"], name


def test_only_actions_are_performed(farm: Farm) -> None:
    """Test nobody gets at what is not meant for them."""
    with pytest.raises(ValueError, match="There is no 'panel' here"):
        perform(farm, "panel", {})
