"""Test what one answer owes to the one before it."""

import pytest

from custom_components.ethos.panel import Rig, follow
from tests.farm import START, Json, answer
from tests.panel.following import look, reporting
from tests.panel.reading import NOW, PATIENCE, at, read


def test_the_first_look_is_the_panel_as_it_is() -> None:
    """Test nothing is made up without an answer before."""
    panel = look({"a": reporting(-60)})
    assert panel == read(answer({"a": reporting(-60)}))
    assert panel.stale is False
    assert panel.moved_at == NOW


def test_an_unchanged_rig_is_the_very_same() -> None:
    """Test entities can tell by one comparison that nothing is new."""
    panel = look({"a": reporting(0), "b": reporting(0)})
    later = look({"a": reporting(0), "b": reporting(0, hash=1)}, 60, panel)
    assert later.rigs["a"] is panel.rigs["a"]
    assert later.rigs["b"] is not panel.rigs["b"]
    assert later.rigs["b"].hash_rate == 1.0


def test_a_rig_that_is_gone_is_gone() -> None:
    """Test the panel decides which rigs there are."""
    panel = look({"b": reporting(60)}, 60, look({"a": reporting(0)}))
    assert list(panel.rigs) == ["b"]


@pytest.mark.parametrize(
    ("shift", "held"),
    [
        pytest.param(59, True, id="later"),
        pytest.param(-59, True, id="earlier"),
        pytest.param(60, False, id="much later"),
        pytest.param(-60, False, id="much earlier"),
    ],
)
def test_moments_that_jitter_are_held(shift: int, *, held: bool) -> None:
    """Test a boot does not move with every report, and a real one is seen."""
    first = reporting(0, uptime="7200", miner_secs=7100)
    moved = 0 if held else shift
    # Each by itself, and both at once.
    for boot, miner in ((1, 0), (0, 1), (1, 1)):
        uptimes: Json = {
            "uptime": str(7380 - boot * shift),
            "miner_secs": 7280 - miner * shift,
        }
        panel = look({"a": first})
        one = look({"a": reporting(180, **uptimes)}, 180, panel).rigs["a"]
        assert one.booted_at == at(START - 7200 + boot * moved)
        assert one.miner_started_at == at(START - 7100 + miner * moved)


def test_moments_do_not_creep() -> None:
    """Test what is held is the first moment, so that jitter does not add up."""
    panel = look({"a": reporting(0, uptime="7200")})
    for seconds, uptime in ((180, 7340), (360, 7520)):
        panel = look({"a": reporting(seconds, uptime=str(uptime))}, seconds, panel)
    assert panel.rigs["a"].booted_at == at(START - 7200)
    panel = look({"a": reporting(540, uptime="7680")}, 540, panel)
    assert panel.rigs["a"].booted_at == at(START - 7140)


def test_a_moment_comes_and_goes() -> None:
    """Test one that is no longer told is not kept, and one that is new is taken."""
    panel = look({"a": reporting(0, uptime=None, miner_secs=100)})
    one = look({"a": reporting(60, uptime="60", miner_secs=None)}, 60, panel).rigs["a"]
    assert one.booted_at == at(START)
    assert one.miner_started_at is None


def slots(one: Rig) -> list[str | None]:
    """Return the slots of a rig's GPUs."""
    return [gpu.slot for gpu in one.gpus]


def test_gpus_keep_their_slots_while_a_rig_boots() -> None:
    """Test a list that is not there yet does not make new GPUs of the old ones."""
    panel = look({"a": reporting(0)})
    panel = look({"a": reporting(60, meminfo="", temp="50 51")}, 60, panel)
    one = panel.rigs["a"]
    assert slots(one) == ["01:00.0", "02:00.0"]
    assert [gpu.model for gpu in one.gpus] == ["Radeon RX 580"] * 2
    assert [gpu.temperature for gpu in one.gpus] == [50.0, 51.0]
    assert list(one.gpus_by_key) == ["01:00.0", "02:00.0"]


def test_gpus_get_the_slots_that_are_told() -> None:
    """Test a card that moved is not held where it was."""
    panel = look({"a": reporting(0)})
    moved = "GPU0:07.00.0:Radeon RX 570\nnot ready"
    panel = look({"a": reporting(60, meminfo=moved)}, 60, panel)
    assert slots(panel.rigs["a"]) == ["07:00.0", None]
    assert panel.rigs["a"].gpus[0].model == "Radeon RX 570"


@pytest.mark.parametrize("gpus", [1, 3])
def test_slots_are_not_kept_when_the_number_of_gpus_differs(gpus: int) -> None:
    """Test nobody knows then which one is missing."""
    panel = look({"a": reporting(0)})
    panel = look({"a": reporting(60, gpus, meminfo="")}, 60, panel)
    assert slots(panel.rigs["a"]) == [None] * gpus


def test_slots_of_one_rig_are_not_those_of_another() -> None:
    """Test a rig that is new has no GPUs from before."""
    panel = look({"a": reporting(0)})
    panel = look({"a": reporting(0), "b": reporting(0, meminfo="")}, 60, panel)
    assert slots(panel.rigs["b"]) == [None, None]


def test_a_panel_keeps_what_else_it_says() -> None:
    """Test what has nothing to do with rigs comes through."""
    rigs: Json = {"a": reporting(0), "odd": []}
    panel = look(rigs, 0, look({}), licenses=3)
    assert panel.unreadable == ("odd",)
    assert panel.licenses == 3
    assert panel.latest_version == "1.3.3"


def test_moments_that_jitter_are_held_over_a_restart() -> None:
    """Test what is remembered is as good as what was seen."""
    before = Rig(rig_id="a", booted_at=at(START - 30), miner_started_at=at(START))
    said = answer({"a": reporting(7200, uptime="7200", miner_secs=7190)})
    one = follow(None, read(said), PATIENCE, {"a": before}).rigs["a"]
    assert one.booted_at == at(START - 30)
    assert one.miner_started_at == at(START)
