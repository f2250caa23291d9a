"""Test every quirk of the JSON is met once, and costs no more than itself."""

from copy import replace
from datetime import timedelta
from typing import Any

import pytest

from custom_components.ethos.panel import Feature, Gpu, HashUnit, Rig
from custom_components.ethos.panel.exceptions import NotAPanelError
from tests.farm import START, Json, answer, rig
from tests.panel.reading import NOW, at, read, recorded

# Panels of several versions, as they are.


def test_ethos_1_1_8_of_2017_is_read() -> None:
    """Test the oldest: a hash rate that is text, no pool, no clock of its own."""
    panel = read(recorded("v1_1_8_2017"), date=at(1484500060))
    assert panel.time == at(1484500060)
    assert panel.own_clock is False
    assert panel.latest_version == "1.1.8"
    assert panel.licenses is None
    assert panel.hash_rates == {HashUnit.HASHES: 1332.0}
    gpu = Gpu(
        number=0,
        slot="01:00.0",
        model="Radeon R9 390",
        vbios="113-C67101-X04",
        memory="SK Hynix H5GC4H24AJR",
        vram=8.0,
        hash_unit=HashUnit.HASHES,
        hash_rate=671.9,
        temperature=70.0,
        fan_speed=3776.0,
        core_clock=1000.0,
        memory_clock=1500.0,
        powertune=20,
    )
    assert panel.rigs == {
        "0a1b2c": Rig(
            rig_id="0a1b2c",
            condition="mining",
            version="1.1.8",
            latest_version="1.1.8",
            driver="fglrx",
            miner="sgminer-gm-xmr",
            hash_unit=HashUnit.HASHES,
            capabilities=frozenset({HashUnit.HASHES}),
            total_gpus=2,
            gpus=(
                gpu,
                replace(
                    gpu,
                    number=1,
                    slot="02:00.0",
                    memory="Elpida EDW4032BABG",
                    hash_rate=660.1,
                    temperature=71.0,
                    fan_speed=3780.0,
                ),
            ),
            ip_address="10.1.2.3",
            motherboard="970 Board",
            lan_chip="Some Gigabit",
            drive="SSD 60GB",
            memory=3.0,
            reported_at=at(1484500000),
            hash_rate=1332.0,
            alive_gpus=2,
            booted_at=at(1484413600),
            cpu_temperature=50.0,
            load=0.9,
            free_space=3.2,
            received=0.1,
            sent=0.05,
        )
    }


def test_amd_of_1_2_9_is_read() -> None:
    """Test the most common: a rack location, a pool, voltages, no watts."""
    panel = read(recorded("v1_2_9_amd"))
    assert panel.time == at(1518895850)
    assert panel.own_clock is True
    one = panel.rigs["880577"]
    assert one.rack_location == "Shelf 2"
    assert one.pool == "pool.example.org:5001"
    assert one.hash_rate == 60.0
    assert one.hash_unit is HashUnit.MEGAHASHES
    assert one.power is None
    assert one.capabilities == {HashUnit.MEGAHASHES}
    assert one.booted_at == at(1518895822 - 5301)
    assert one.miner_started_at == at(1518895822 - 5219)
    assert one.gpus[1] == Gpu(
        number=1,
        slot="0a:00.0",
        model="Radeon RX 570",
        vbios="113-AA0001-A01",
        memory="Micron MT51J256M3",
        memory_type="GDDR5",
        chip="Polaris10",
        vram=4.0,
        hash_unit=HashUnit.MEGAHASHES,
        hash_rate=29.9,
        temperature=73.0,
        fan_speed=1288.0,
        core_clock=1168.0,
        memory_clock=1750.0,
        voltage=0.943,
        powertune=5,
    )


def test_nvidia_is_read_though_a_colon_splits_its_bus_id() -> None:
    """Test no field of meminfo is taken for its neighbour; 0 V is no voltage."""
    panel = read(recorded("v1_3_0_nvidia"))
    one = panel.rigs["12e456"]
    assert one.condition == "high_load"
    assert one.bios_version == "P1.50"
    assert one.power == 200.0
    assert one.capabilities == {HashUnit.SOLUTIONS, Feature.POWER, Feature.GPU_POWER}
    assert one.gpus[1] == Gpu(
        number=1,
        slot="0a:00.0",
        model="GeForce GTX 1060 6GB",
        vbios="86.06.0E.00.20",
        vram=6.0,
        hash_unit=HashUnit.SOLUTIONS,
        hash_rate=310.25,
        temperature=58.0,
        fan_speed=2295.0,
        power=101.5,
        core_clock=1835.0,
        memory_clock=4201.0,
        powertune=2,
    )


def test_the_last_version_is_read() -> None:
    """Test 2021: watts, the rig's own, fan duty, licences, a hash total as text."""
    panel = read(recorded("v1_3_3_2021"))
    assert panel.licenses == 1
    assert panel.time == at(1636143368)
    assert panel.power == 290.0
    one = panel.rigs["c0ffee"]
    assert one.flags == "--wallet 0xabc"
    assert one.external_temperatures == ()
    assert one.unknown_fields == ()
    assert [gpu.power for gpu in one.gpus] == [118.0, 122.0]
    assert [gpu.fan_duty for gpu in one.gpus] == [70.0, 75.0]
    assert one.capabilities == {
        HashUnit.MEGAHASHES,
        Feature.POWER,
        Feature.GPU_POWER,
        Feature.FAN_DUTY,
    }


def test_a_rig_that_is_unreachable_has_no_readings() -> None:
    """Test its last report, which stays on the panel, is not taken for live."""
    panel = read(recorded("unreachable"))
    dead = panel.rigs["dead01"]
    gpu = Gpu(
        number=0,
        slot="01:00.0",
        model="Radeon RX 580",
        vbios="113-AA0001-A01",
        memory="Samsung K4G80325FB",
        memory_type="GDDR5",
        chip="Polaris10",
        vram=8.0,
        hash_unit=HashUnit.MEGAHASHES,
    )
    other = replace(
        gpu,
        number=1,
        slot="0a:00.0",
        model="Radeon RX 570",
        memory="Micron MT51J256M3",
        vram=4.0,
    )
    assert dead == Rig(
        rig_id="dead01",
        online=False,
        condition="unreachable",
        version="1.2.9",
        latest_version="1.2.9",
        driver="amdgpu",
        miner="ethminer",
        hash_unit=HashUnit.MEGAHASHES,
        capabilities=frozenset({HashUnit.MEGAHASHES}),
        total_gpus=2,
        gpus=(gpu, other),
        rack_location="Shelf 9",
        ip_address="192.168.7.11",
        motherboard="B250 Board",
        lan_chip="Some Ethernet",
        drive="Fit USB 0001",
        memory=4.0,
        pool="pool.example.org:5001",
        reported_at=at(1518873951),
    )


def test_a_dead_rig_does_not_enter_the_totals_but_its_gpus_count() -> None:
    """Test the panel's own mean, 82 °C, which has the dead cards in it, is not used."""
    panel = read(recorded("unreachable"))
    assert panel.average_temperature == 73.5
    assert panel.hottest == 74.0
    assert panel.rigs_online == 1
    assert panel.total_rigs == 2
    assert panel.alive_gpus == 2
    assert panel.total_gpus == 4
    assert panel.capacity == 50.0


def test_two_coins_are_mined_at_once() -> None:
    """Test the second hash rate is told apart from the first."""
    one = read(recorded("dual_mining")).rigs["d0a1d0"]
    assert one.hash_rate == 60.0
    assert one.second_hash_rate == 900.0
    assert one.unknown_fields == ()
    assert one.second_coin == "dcr"
    assert one.second_pool == "dcr.example.org:3252"
    assert [gpu.second_hash_rate for gpu in one.gpus] == [450.5, 449.5]
    assert one.capabilities == {HashUnit.MEGAHASHES, Feature.SECOND_HASH_RATE}


# The answer as a whole.


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(None, id="null"),
        pytest.param("rigs", id="text"),
        pytest.param(7, id="number"),
        pytest.param([], id="list"),
        pytest.param(["rigs"], id="list that names rigs"),
        pytest.param({}, id="empty object"),
        pytest.param({"error": "no such panel"}, id="another object"),
        pytest.param({"rigs": "none"}, id="rigs are text"),
        pytest.param({"rigs": 3}, id="rigs are a number"),
        pytest.param({"rigs": [rig()]}, id="rigs are a list"),
    ],
)
def test_what_is_no_panel_is_refused(data: Any) -> None:
    """Test JSON of something else is not taken for a farm without rigs."""
    with pytest.raises(NotAPanelError) as caught:
        read(data)
    assert caught.value.reason == "not_a_panel"


@pytest.mark.parametrize("nothing", [[], {}, None, ""], ids=repr)
def test_a_panel_may_have_no_rigs(nothing: Any) -> None:
    """Test PHP's empty list is read as the empty object that it was."""
    panel = read({"rigs": nothing, "per_info": []}, date=at(START - 5))
    assert panel.rigs == {}
    assert panel.unreadable == ()
    assert panel.time == at(START - 5)


@pytest.mark.parametrize(
    ("per_info", "time"),
    [
        pytest.param({"a": {"current_time": START - 9}}, at(START - 9), id="integer"),
        pytest.param({"a": {"current_time": str(START)}}, at(START), id="text"),
        pytest.param(
            {"a": {"current_time": START - 9}, "b": {"current_time": START - 7}},
            at(START - 7),
            id="the latest of several",
        ),
        pytest.param(
            {"a": {"hash": 1}, "b": [], "c": {"current_time": START - 7}},
            at(START - 7),
            id="beside nonsense",
        ),
        pytest.param({"a": {"current_time": 0}}, None, id="zero"),
        pytest.param({"a": {}}, None, id="missing"),
        pytest.param({}, None, id="no miner"),
        pytest.param([], None, id="list"),
        pytest.param(None, None, id="null"),
    ],
)
def test_the_clock_is_the_panels_else_its_hosts_else_ours(
    per_info: Any, time: Any
) -> None:
    """Test old panels and broken ones do without a clock of their own."""
    data = {"rigs": [], "per_info": per_info}
    date = NOW - timedelta(seconds=30)
    assert read(data, date=date).time == (time or date)
    assert read(data).time == (time or NOW)
    assert read(data).own_clock is (time is not None)
    assert read(data).read_at == NOW
    assert read(data).moved_at == NOW


@pytest.mark.parametrize(
    ("licenses", "expected"),
    [(3, 3), ("3", 3), (0, 0), (-1, None), (None, None), ("1e300", None)],
)
def test_licenses_are_counted(licenses: Any, expected: int | None) -> None:
    """Test a number that nobody can have bought is not passed on."""
    assert read(answer({"a": rig()}, licenses=licenses)).licenses == expected


@pytest.mark.parametrize("rig_id", ["880577", "12e456", "000000", "0x1234", "1_0000"])
def test_a_rig_id_that_looks_like_a_number_stays_text(rig_id: str) -> None:
    """Test hexadecimal digits are not read as a decimal number."""
    rigs = read(answer({rig_id: rig()})).rigs
    assert list(rigs) == [rig_id]
    assert rigs[rig_id].rig_id == rig_id


@pytest.mark.parametrize("odd", [None, [], "rig", 7, True], ids=repr)
def test_a_rig_that_makes_no_sense_is_left_out(odd: Any) -> None:
    """Test the others are shown nevertheless, and it is named."""
    good = read(answer({"good": rig()}))
    rigs: Json = {"odd": odd, "good": rig()}
    panel = read(answer(rigs))
    assert panel.rigs == good.rigs
    assert panel.unreadable == ("odd",)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("", "''", id="empty"),
        pytest.param("  ", "'  '", id="blank"),
        pytest.param("\ud800", r"'\ud800'", id="lone surrogate"),
        pytest.param("good ", "good", id="second of its name"),
    ],
)
def test_a_rig_without_a_name_of_its_own_is_left_out(name: str, shown: str) -> None:
    """Test it is named in a way that can be stored."""
    panel = read(answer({"good": rig(), name: rig(3)}))
    assert panel.rigs == read(answer({"good": rig()})).rigs
    assert panel.unreadable == (shown,)


def test_the_name_of_what_is_left_out_is_short() -> None:
    """Test a panel gone mad does not fill a log."""
    rigs: Json = {"x" * 300: None}
    assert read(answer(rigs)).unreadable == ("x" * 64,)
