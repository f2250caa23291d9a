"""Test the JSON of each version: what it has, and as what.

The fields and types are those of real panels' answers of each time.
"""

from collections.abc import Mapping
import re
from typing import Any

import pytest

from simulator import Farm, Plan, Rig, Shape

from .conftest import shown

type Kinds = Mapping[str, type | tuple[type, ...]]

RIG: Kinds = {
    "condition": str,
    "version": str,
    "driver": str,
    "miner": str,
    "gpus": str,
    "miner_instance": str,
    "miner_hashes": str,
    "bioses": str,
    "meminfo": str,
    "vramsize": str,
    "drive_name": str,
    "mobo": str,
    "lan_chip": str,
    "connected_displays": str,
    "ram": str,
    "rack_loc": str,
    "ip": str,
    "server_time": int,
    "uptime": str,
    "miner_secs": int,
    "rx_kbps": str,
    "tx_kbps": str,
    "load": str,
    "cpu_temp": str,
    "freespace": (int, float),
    "hash": (int, float),
    "pool": str,
    "temp": str,
    "powertune": str,
    "voltage": str,
    "watts": (str, type(None)),
    "fanrpm": str,
    "core": str,
    "mem": str,
}
"""A rig of 2018, one coin."""

TOTALS: Kinds = {
    "rigs": dict,
    "total_hash": (int, float),
    "alive_gpus": int,
    "total_gpus": int,
    "alive_rigs": int,
    "total_rigs": int,
    "current_version": str,
    "avg_temp": (int, float),
    "capacity": str,
    "per_info": dict,
}

OF_MINER: Kinds = {
    "hash": int,
    "per_alive_gpus": int,
    "per_total_gpus": int,
    "per_alive_rigs": int,
    "per_total_rigs": int,
    "per_hash-gpu": str,
    "per_hash-rig": str,
    "current_time": int,
}

NOTHING = type(None)
EARLIER: Kinds = {"miner_instance": int, "rack_loc": (bool, str)}
LATER: Kinds = {
    "biosversion": str,
    "connected_displays": NOTHING,
    "flags": (str, NOTHING),
}
LAST: Kinds = {
    **LATER,
    "rig_watts": int,
    "watts": str,
    "fanpercent": str,
    **dict.fromkeys(("pdu_name", "pdu_port", "pdu_ip", "possible_intrusion"), NOTHING),
    **{f"ext_temp{number}": NOTHING for number in range(1, 11)},
}


def without(kinds: Kinds, *keys: str) -> Kinds:
    """Return all kinds but some."""
    return {key: kind for key, kind in kinds.items() if key not in keys}


SHAPES: Mapping[Shape, tuple[Kinds, Kinds, Kinds]] = {
    Shape.V1_1_8: (
        {**without(RIG, "pool", "voltage"), **EARLIER, "hash": str, "watts": NOTHING},
        TOTALS,
        without(OF_MINER, "current_time"),
    ),
    Shape.V1_2_1: ({**RIG, **EARLIER}, TOTALS, without(OF_MINER, "current_time")),
    Shape.V1_2_9: (RIG, TOTALS, OF_MINER),
    Shape.V1_3_0: ({**RIG, **LATER}, TOTALS, OF_MINER),
    Shape.V1_3_3: (
        {**RIG, **LAST},
        {**TOTALS, "total_watts": int, "licenses": int},
        {**OF_MINER, "hash": str, "per_total_watts": int, "per_watts-rig": str},
    ),
}


def check(answer: Mapping[str, object], kinds: Kinds) -> None:
    """Check an answer has just these fields, and each its type; true is no number."""
    assert answer.keys() == kinds.keys()
    for key, value in answer.items():
        kind = kinds[key]
        assert type(value) in (kind if isinstance(kind, tuple) else (kind,)), key


@pytest.mark.parametrize("shape", SHAPES)
def test_each_version_has_its_fields(shape: Shape) -> None:
    """Test all rigs and totals, by name and type."""
    rig, totals, of_miner = SHAPES[shape]
    farm = Farm(Plan(rigs=60, shape=shape, seed=3))
    panel = farm.panel()
    check(panel, totals)
    for info in panel["per_info"].values():
        check(info, of_miner)
    for answer in panel["rigs"].values():
        single = {key: answer[key] for key in answer if not key.startswith("dual")}
        check(single, rig)
        assert single.keys() == answer.keys() or answer["miner"] == "claymore"


@pytest.mark.parametrize("shape", SHAPES)
def test_a_silent_rig_is_told_with_whole_numbers(shape: Shape) -> None:
    """Test what is text in other rigs is a number there."""
    farm = Farm(Plan(rigs=1, shape=shape))
    (rig,) = farm.rigs.values()
    rig.kill()
    farm.advance(seconds=900)
    answer = shown(farm, rig)
    assert (answer["hash"], answer["miner_instance"]) == (0, 0)
    assert {type(answer["hash"]), type(answer["miner_instance"])} == {int}


def of(farm: Farm, driver: str, *versions: str) -> list[dict[str, Any]]:
    """Return the rigs of a driver and of some versions, or all, as they are shown."""
    found = [
        rig
        for rig in farm.panel()["rigs"].values()
        if rig["driver"] == driver and (rig["version"] in versions or not versions)
    ]
    assert found
    return found


def test_makes_differ_in_how_they_write() -> None:
    """Test AMD's and NVIDIA's temperatures, voltages and bus addresses."""
    farm = Farm(Plan(rigs=60, shape=Shape.V1_2_9))
    for rig in of(farm, "nvidia"):
        assert re.fullmatch(r"\d\d( \d\d){5}", rig["temp"])
        assert rig["voltage"] == "0.00 0.00 0.00 0.00 0.00 0.00"
        assert re.fullmatch(r"\d+( \d+){5}", rig["watts"])
        for index, line in enumerate(rig["meminfo"].split("\n")):
            name = rf"GPU{index}:[01]\w:00\.0:GeForce [^:]+:86[^:]+:Unknown"
            assert re.fullmatch(name, line)
    for rig in of(farm, "amdgpu", "1.2.7", "1.2.9"):
        assert re.fullmatch(r"\d\d\.00( \d\d\.00){5}", rig["temp"])
        assert re.fullmatch(r"[01]\.\d{3}( [01]\.\d{3}){5}", rig["voltage"])
        assert rig["watts"] is None
        for index, line in enumerate(rig["meminfo"].split("\n")):
            name = (
                rf"GPU{index}:[01]\w\.00\.0:Radeon [^:]+:[^:]+:[^:]+:GDDR5:Polaris1\d"
            )
            assert re.fullmatch(name, line)
    for rig in of(farm, "amdgpu", "1.2.5"):
        assert all(line.count(":") == 4 for line in rig["meminfo"].split("\n"))


def test_old_versions_make_fan_speeds_up() -> None:
    """Test they are 45 times the duty before 1.2.9, and the GPU's own since."""
    farm = Farm(Plan(rigs=60, shape=Shape.MIXED))
    for rig in farm.panel()["rigs"].values():
        speeds, duties = (
            [int(value) for value in rig[key].split()]
            for key in ("fanrpm", "fanpercent")
        )
        made_up = [duty * 45 for duty in duties]
        assert (speeds == made_up) is (rig["version"] == "1.2.5") or (
            rig["driver"] == "nvidia"
        )


def test_in_2017_drivers_were_older() -> None:
    """Test fglrx is there, and the voltage 1.2.1 did not know."""
    for rig in of(Farm(Plan(rigs=30, shape=Shape.V1_1_8)), "fglrx"):
        assert re.fullmatch(r"20( 20){5}", rig["powertune"])
        assert "Radeon R9" in rig["meminfo"]
    for rig in of(Farm(Plan(rigs=30, shape=Shape.V1_2_1)), "amdgpu"):
        assert set(rig["voltage"].split()) == {"0.00"}


def test_a_mixed_farm_has_the_newest_panel_and_older_rigs() -> None:
    """Test what a rig does not tell is nothing there."""
    farm = Farm(Plan(rigs=100, shape=Shape.MIXED))
    panel = farm.panel()
    assert panel["current_version"] == "1.3.3"
    versions = {rig["version"] for rig in panel["rigs"].values()}
    assert versions == {"1.2.5", "1.2.9", "1.3.0", "1.3.1", "1.3.3"}
    for rig in of(farm, "amdgpu", "1.2.9"):
        assert (rig["biosversion"], rig["flags"], rig["watts"], rig["rig_watts"]) == (
            (None,) * 4
        )
        assert rig["connected_displays"] == ""
    for rig in of(farm, "amdgpu", "1.3.1"):
        watts = [int(value) for value in rig["watts"].split()]
        assert rig["rig_watts"] == sum(watts) + 50
    told = sum(rig["rig_watts"] or 0 for rig in panel["rigs"].values())
    assert panel["total_watts"] == told
    assert sum(i["per_total_watts"] for i in panel["per_info"].values()) == told


def test_units_are_the_miners() -> None:
    """Test the usual rates of one GPU in MH/s, Sol/s and H/s."""
    rates = {
        "ethminer": (12, 40),
        "claymore": (12, 40),
        "phoenixminer": (12, 40),
        "claymore-zcash": (120, 350),
        "ewbf-zcash": (280, 750),
        "dstm-zcash": (280, 750),
        "xmr-stak": (360, 900),
    }
    panel = Farm(Plan(rigs=200)).panel()
    assert panel["per_info"].keys() == rates.keys()
    for rig in panel["rigs"].values():
        low, high = rates[rig["miner"]]
        tokens = rig["miner_hashes"].split()
        assert all(low < float(token) < high for token in tokens)
        assert all(re.fullmatch(r"\d{2,}\.\d\d", token) for token in tokens)
        assert rig["hash"] == pytest.approx(sum(map(float, tokens)), rel=1e-5)


def test_a_low_rate_keeps_its_two_digits(farm: Farm, rig: Rig) -> None:
    """Test ``%05.2f``."""
    rig.drop_hash_rate(factor=0.1)
    farm.advance(seconds=180)
    assert re.fullmatch(r"0\d\.\d\d( 0\d\.\d\d){5}", shown(farm, rig)["miner_hashes"])


def test_some_rigs_mine_two_coins() -> None:
    """Test only they have the fields for it, and only with a miner that can."""
    panel = Farm(Plan(rigs=100, miners=["claymore"])).panel()
    dual = [rig for rig in panel["rigs"].values() if "dualminer_status" in rig]
    assert 10 < len(dual) < 60
    for rig in dual:
        assert rig["dualminer_status"] == "enabled"
        assert rig["dualminer_coin"] == "decred"
        assert rig["dualminer_pool"].startswith("decred")
        assert len(rig["dualminer_hashes"].split()) == 6
        assert float(rig["dualminer_hashes"].split()[0]) > 200
    others = Farm(Plan(rigs=100, miners=["phoenixminer"])).panel()["rigs"].values()
    assert not any("dualminer_status" in rig for rig in others)


@pytest.mark.parametrize(
    ("miner", "driver"), [("ewbf-zcash", "nvidia"), ("claymore-zcash", "amdgpu")]
)
def test_a_farm_of_one_miner_has_what_it_runs_on(miner: str, driver: str) -> None:
    """Test the GPUs suit the miner."""
    rigs = Farm(Plan(rigs=30, miners=[miner])).panel()["rigs"].values()
    assert {(rig["miner"], rig["driver"]) for rig in rigs} == {(miner, driver)}


def test_rates_change_with_the_second_coin() -> None:
    """Test a rig that is given another miner mines one coin."""
    farm = Farm(Plan(rigs=100, miners=["claymore"]))
    rig_id = next(
        rig_id
        for rig_id, rig in farm.panel()["rigs"].items()
        if "dualminer_coin" in rig
    )
    rig = farm.rig(rig_id)
    rig.change_miner(miner="ethminer")
    farm.advance(seconds=180)
    assert "dualminer_coin" not in shown(farm, rig)
