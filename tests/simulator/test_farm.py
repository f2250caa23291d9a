"""Test what a farm does when nobody touches it."""

from itertools import pairwise
import json
import re
from typing import Any

import pytest

from simulator import Farm, Phase, Plan, Rig, Shape, SimulatorError, UnknownError

from .conftest import numbers, seen, shown


def test_the_same_seed_is_the_same_farm() -> None:
    """Test whoever finds something can show it to others."""
    farms = [Farm(Plan(seed=5, faults=20)) for _ in range(2)]
    for farm in farms:
        farm.advance(seconds=86_400)
    assert farms[0].page.text == farms[1].page.text
    assert Farm(Plan(seed=5)).page.text != Farm(Plan(seed=6)).page.text


def test_looking_changes_nothing() -> None:
    """Test a farm goes on the same whether or not it is looked at."""
    watched, alone = Farm(Plan(seed=2)), Farm(Plan(seed=2))
    for _ in seen(watched, 7200, watched.panel):
        for rig in watched.rigs.values():
            assert rig.power > 0
            assert rig.temperatures
    alone.advance(seconds=7200)
    assert watched.panel() == alone.panel()


def test_a_farm_has_been_running_at_its_start() -> None:
    """Test all rigs mine, have reported, and run for hours to weeks."""
    panel = Farm(Plan(rigs=200, start=1_700_000_000)).panel()
    now = panel["per_info"]["ethminer"]["current_time"]
    assert now == 1_700_000_000
    assert {rig["condition"] for rig in panel["rigs"].values()} == {"mining"}
    assert all(0 <= now - rig["server_time"] <= 180 for rig in panel["rigs"].values())
    ages = sorted(int(rig["uptime"]) for rig in panel["rigs"].values())
    assert ages[0] > 2 * 3600
    assert ages[0] < 6 * 3600
    assert ages[-1] > 20 * 86_400


def test_ids_are_six_hex_digits_and_some_look_like_numbers() -> None:
    """Test whoever takes an ID for a number finds out here."""
    ids = list(Farm(Plan(rigs=1000)).panel()["rigs"])
    assert len(set(ids)) == 1000
    assert all(re.fullmatch("[0-9a-f]{6}", rig_id) for rig_id in ids)
    assert {"402817", "12e456"} <= set(ids)


def test_no_two_rigs_share_a_place_or_an_address() -> None:
    """Test what must be unique is, and that some rigs have no place."""
    rigs = Farm(Plan(rigs=1000)).panel()["rigs"].values()
    places = [rig["rack_loc"] for rig in rigs if rig["rack_loc"]]
    assert 300 < len(places) < 700
    assert len(set(places)) == len(places)
    assert len({rig["ip"] for rig in rigs}) == 1000


def test_reports_come_every_three_minutes(farm: Farm, rig: Rig) -> None:
    """Test a rig that has run for more than an hour."""
    times = sorted(
        set(seen(farm, 3600, lambda: shown(farm, rig)["server_time"], step=1))
    )
    assert [later - earlier for earlier, later in pairwise(times)][1:] == [180] * (
        len(times) - 2
    )
    assert len(times) >= 20


def test_reports_come_every_two_minutes_in_the_first_hour(farm: Farm, rig: Rig) -> None:
    """Test a rig that was rebooted: first report after 10 s."""
    rig.reboot()
    uptimes = list(
        dict.fromkeys(seen(farm, 4200, lambda: int(shown(farm, rig)["uptime"]), step=1))
    )
    assert uptimes[1:4] == [10, 130, 250]
    assert {3610, 3790} <= set(uptimes)


def test_a_rig_boots_then_warms_up_then_mines(farm: Farm, rig: Rig) -> None:
    """Test the way from a reboot to mining takes the time it does."""
    usual = sum(rig.hash_rates)
    rig.reboot()
    assert rig.phase is Phase.BOOTING
    assert rig.power == 90
    phases = list(seen(farm, 100, lambda: rig.phase, step=1))
    assert 60 <= phases.count(Phase.BOOTING) <= 90
    farm.advance(seconds=15)
    first = shown(farm, rig)
    assert first["condition"] == "just_booted"
    assert first["miner_instance"] == "0"
    assert first["hash"] == 0
    assert first["miner_secs"] == 0
    farm.advance(seconds=240)
    warm = shown(farm, rig)
    assert warm["condition"] == "just_booted"
    assert 59 <= int(warm["uptime"]) - warm["miner_secs"] <= 83
    assert warm["hash"] == pytest.approx(usual, rel=0.01)
    farm.advance(seconds=480)
    assert shown(farm, rig)["condition"] == "mining"


@pytest.mark.parametrize(
    ("shape", "before"), [(Shape.V1_2_9, ""), (Shape.V1_3_0, None)]
)
def test_hashes_are_empty_until_the_miner_has_started(
    shape: Shape, before: str | None
) -> None:
    """Test what is empty is left out since 1.3.0."""
    farm = Farm(Plan(rigs=1, shape=shape))
    (rig,) = farm.rigs.values()
    rig.reboot()
    farm.advance(seconds=101)
    assert shown(farm, rig)["uptime"] == "10"
    assert shown(farm, rig)["miner_hashes"] == before


def test_a_rig_heats_up_slowly(farm: Farm, rig: Rig) -> None:
    """Test a GPU takes minutes to get from cold to warm."""
    usual = rig.temperatures
    rig.plug(on=False)
    farm.advance(seconds=3600)
    assert all(temperature < 26 for temperature in rig.temperatures)
    rig.plug(on=True)
    farm.advance(seconds=240)
    assert all(
        30 < temperature < later - 5
        for temperature, later in zip(rig.temperatures, usual, strict=True)
    )
    farm.advance(seconds=1800)
    assert rig.temperatures == pytest.approx(usual, abs=0.1)


def test_values_waver_a_little(farm: Farm, rig: Rig) -> None:
    """Test two reports differ, and how much."""
    first = shown(farm, rig)
    farm.advance(seconds=180)
    second = shown(farm, rig)
    for key in ("miner_hashes", "temp", "fanrpm"):
        assert first[key] != second[key]
        assert numbers(first[key]) == pytest.approx(numbers(second[key]), rel=0.1)
    assert first["hash"] == pytest.approx(second["hash"], rel=0.006)
    assert numbers(first["miner_hashes"]) == pytest.approx(rig.hash_rates, rel=0.004)
    assert numbers(first["temp"]) == pytest.approx(rig.temperatures, abs=1.6)
    assert first["bioses"] == second["bioses"]


def test_totals_are_the_panels(farm: Farm) -> None:
    """Test the totals count as the panel does: the dead among the GPUs and degrees."""
    dead, *_ = farm.rigs.values()
    dead.kill()
    farm.advance(seconds=900)
    panel = farm.panel()
    rigs = panel["rigs"]
    assert rigs[dead.rig_id]["condition"] == "unreachable"
    assert (panel["alive_rigs"], panel["total_rigs"]) == (9, 10)
    assert (panel["alive_gpus"], panel["total_gpus"]) == (54, 60)
    assert panel["capacity"] == "90.0"
    assert panel["total_hash"] == pytest.approx(
        sum(rig["hash"] for rig in rigs.values())
    )
    every = [value for rig in rigs.values() for value in numbers(rig["temp"])]
    assert panel["avg_temp"] == pytest.approx(sum(every) / len(every), abs=0.005)
    info = panel["per_info"]
    assert sum(each["per_total_rigs"] for each in info.values()) == 10
    assert sum(each["per_alive_gpus"] for each in info.values()) == 54
    for miner, each in info.items():
        total = sum(rig["hash"] for rig in rigs.values() if rig["miner"] == miner)
        assert float(each["hash"]) == pytest.approx(total, abs=0.1)
        assert float(each["per_hash-rig"]) == pytest.approx(
            total / max(1, each["per_alive_rigs"]), abs=0.1
        )


def test_a_silent_rig_is_unreachable_and_frozen(farm: Farm, rig: Rig) -> None:
    """Test all but three values of a rig that hangs stay as they were."""
    rig.hang()
    before = shown(farm, rig)
    farm.advance(seconds=590 - (farm.now - before["server_time"]))
    assert shown(farm, rig) == before
    farm.advance(seconds=20)
    dead = {"condition": "unreachable", "hash": 0, "miner_instance": 0}
    assert shown(farm, rig) == {**before, **dead}
    farm.advance(seconds=86_400)
    assert shown(farm, rig) == {**before, **dead}


def test_the_timeout_can_be_set() -> None:
    """Test a panel that is more patient."""
    farm = Farm(Plan(rigs=1, timeout=3600))
    (rig,) = farm.rigs.values()
    rig.hang()
    farm.advance(seconds=3300)
    assert shown(farm, rig)["condition"] == "mining"
    farm.advance(seconds=300)
    assert shown(farm, rig)["condition"] == "unreachable"


def test_the_text_is_the_answer_as_php_writes_it(farm: Farm) -> None:
    """Test the text that is put together from pieces is the answer."""
    rig = next(iter(farm.rigs.values()))
    rig.rename(rack_location="a/b é")
    rig.push()
    assert json.loads(farm.page.text) == farm.panel()
    assert r'"rack_loc":"a\/b \u00e9",' in farm.page.text


def test_a_farm_without_rigs_has_empty_lists() -> None:
    """Test PHP knows no empty object."""
    farm = Farm(Plan(rigs=0))
    panel = farm.panel()
    assert panel["rigs"] == []
    assert panel["per_info"] == []
    assert panel["capacity"] == "0.0"
    assert json.loads(farm.page.text) == panel


def test_a_rig_can_be_added_taken_away_and_brought_back(farm: Farm) -> None:
    """Test a rig that returns is the same rig, and no ID is given twice."""
    new = farm.add()
    assert new not in farm.panel()["rigs"]
    farm.advance(seconds=300)
    before = farm.panel()["rigs"][new]
    farm.remove(rig_id=new)
    assert new not in farm.panel()["rigs"]
    assert f'"{new}"' not in farm.page.text
    farm.advance(seconds=86_400)
    assert new not in farm.panel()["rigs"]
    other = farm.add()
    assert other != new
    farm.add(rig_id=new)
    farm.advance(seconds=300)
    after = farm.panel()["rigs"][new]
    for key in ("bioses", "meminfo", "mobo", "drive_name", "ip", "rack_loc", "miner"):
        assert after[key] == before[key]


def test_a_rig_of_a_given_id_can_be_added(farm: Farm) -> None:
    """Test tests can choose, within what an ID is."""
    assert farm.add(rig_id="0e1234") == "0e1234"
    with pytest.raises(SimulatorError, match="already"):
        farm.add(rig_id="0e1234")
    with pytest.raises(SimulatorError, match="six hex digits"):
        farm.add(rig_id="A1B2C3")


def test_no_id_is_given_twice() -> None:
    """Test an ID that somebody took is not given to another rig."""
    _, taken = (farm := Farm(Plan(rigs=0))).add(), farm.add()
    farm = Farm(Plan(rigs=0))
    farm.add(rig_id=taken)
    assert farm.add() != taken
    assert len(farm.rigs) == 2


def test_an_unknown_rig_is_said_to_be(farm: Farm) -> None:
    """Test the message names it."""
    with pytest.raises(UnknownError, match="'nobody'"):
        farm.rig("nobody")


def test_an_outage_silences_all_and_stops_none(farm: Farm) -> None:
    """Test rigs mine on during an outage and come back one by one after it."""
    farm.cut_network(seconds=1800)
    farm.advance(seconds=900)
    assert farm.panel()["alive_rigs"] == 0
    assert all(rig.mining for rig in farm.rigs.values())
    farm.advance(seconds=901)
    alive = list(seen(farm, 180, lambda: farm.panel()["alive_rigs"]))
    assert alive[0] != 10
    assert alive[-1] == 10
    assert all(int(rig["uptime"]) > 3600 for rig in farm.panel()["rigs"].values())


def test_an_outage_lasts_until_it_is_restored(farm: Farm) -> None:
    """Test the end of an earlier outage does not end a later one."""
    farm.cut_network(seconds=600)
    farm.cut_network()
    farm.advance(seconds=86_400)
    assert farm.panel()["alive_rigs"] == 0
    farm.restore_network()
    farm.advance(seconds=180)
    assert farm.panel()["alive_rigs"] == 10
    with pytest.raises(SimulatorError, match="seconds"):
        farm.cut_network(seconds=-1)


def test_healing_heals_everything(farm: Farm) -> None:
    """Test a farm on which everything is broken mines again."""
    farm.page.down()
    farm.cut_network()
    for number, rig in enumerate(farm.rigs.values()):
        rig.stay_off()
        (rig.kill, rig.break_power_supply, rig.hang, rig.disallow)[number % 4]()
        rig.plug(on=number % 2 == 0)
    farm.heal()
    assert farm.page.trouble is None
    farm.advance(seconds=1200)
    panel = farm.panel()
    assert {rig["condition"] for rig in panel["rigs"].values()} == {"mining"}


@pytest.mark.parametrize(
    ("measures", "message"),
    [
        ({"rigs": -1}, "rigs must be 0 to 1000"),
        ({"rigs": 1001}, "rigs must be 0 to 1000"),
        ({"gpus": 0}, "gpus must be 1 to 16"),
        ({"gpus": 17}, "gpus must be 1 to 16"),
        ({"miners": ()}, "miners must be some of ethminer"),
        ({"miners": ("ethminer", "x")}, "miners must be some of ethminer"),
        ({"faults": -1}, "faults must be 0 to 1000"),
        ({"faults": float("nan")}, "faults must be 0 to 1000"),
    ],
    ids=str,
)
def test_a_farm_of_odd_measures_is_refused(
    measures: dict[str, Any], message: str
) -> None:
    """Test the message says what is possible."""
    with pytest.raises(SimulatorError, match=message):
        Farm(Plan(**measures))


@pytest.mark.parametrize("seconds", [-1, float("nan"), 32 * 86_400])
def test_time_moves_forward_and_not_too_far(farm: Farm, seconds: float) -> None:
    """Test a slip of the pen does not take the evening."""
    with pytest.raises(SimulatorError, match="seconds must be"):
        farm.advance(seconds=seconds)


def test_a_big_farm_answers_quickly() -> None:
    """Test a second look encodes only what was reported since."""
    farm = Farm(Plan(rigs=50, gpus=12))
    before = farm.panel()["rigs"]
    farm.advance(seconds=30)
    after = farm.panel()["rigs"]
    kept = [rig_id for rig_id in before if after[rig_id] is before[rig_id]]
    assert 25 < len(kept) < 50
