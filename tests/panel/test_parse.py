"""Test every quirk of the JSON is met once, and costs no more than itself."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from custom_components.ethos.panel import Feature, Gpu, HashUnit, Rig
from custom_components.ethos.panel.exceptions import NotAPanelError
from custom_components.ethos.panel.parse import MAX_GPUS
from tests.farm import START, Json, answer, rig, rig_2021
from tests.panel.reading import NOW, at, changed, read, read_gpu, read_rig, recorded

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
        index=0,
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
                    index=1,
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
        index=1,
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
        index=1,
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
        index=0,
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
        index=1,
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


def test_an_empty_rig_is_a_rig_of_which_nothing_is_known() -> None:
    """Test every field may be missing."""
    assert read_rig({}) == Rig(
        rig_id="a1b2c3",
        latest_version="1.3.3",
        capabilities=frozenset({HashUnit.UNKNOWN}),
    )


def test_fields_that_nobody_has_described_are_named() -> None:
    """Test they break nothing, and their names can be stored."""
    one = read_rig(rig(zeta=1, alpha=[{}], **{"\ud800": 1, "b\x00": 2}))
    assert one.unknown_fields == ("alpha", "b", "zeta")
    assert one == read_rig(rig())


# The fields of a rig.

_TEXTS = {
    "condition": "condition",
    "version": "version",
    "driver": "driver",
    "rack_loc": "rack_location",
    "ip": "ip_address",
    "mobo": "motherboard",
    "biosversion": "bios_version",
    "lan_chip": "lan_chip",
    "drive_name": "drive",
    "pool": "pool",
    "flags": "flags",
    "connected_displays": "connected_displays",
    "pdu_name": "pdu_name",
    "pdu_port": "pdu_port",
    "pdu_ip": "pdu_ip",
    "possible_intrusion": "possible_intrusion",
    "dualminer_coin": "second_coin",
    "dualminer_pool": "second_pool",
}


@pytest.mark.parametrize(("key", "name"), _TEXTS.items(), ids=_TEXTS.keys())
def test_a_text_has_a_field_of_its_own(key: str, name: str) -> None:
    """Test no text ends up in another field, and what is none is unknown."""
    empty = read_rig({})
    assert read_rig({key: " some text "}) == changed(empty, name, "some text")
    assert read_rig({key: 7}) == changed(empty, name, "7")
    nothings: list[Any] = [None, False, "", [], {}]
    for nothing in nothings:
        assert read_rig({key: nothing}) == read_rig({})


_NUMBERS = {
    "hash": ("hash_rate", 1e15),
    "cpu_temp": ("cpu_temperature", 150.0),
    "load": ("load", 10_000.0),
    "freespace": ("free_space", 1_000_000.0),
    "rx_kbps": ("received", 1e15),
    "tx_kbps": ("sent", 1e15),
    "ram": ("memory", 100_000.0),
}


@pytest.mark.parametrize(
    ("key", "name", "high"),
    [(key, *expected) for key, expected in _NUMBERS.items()],
    ids=_NUMBERS.keys(),
)
def test_a_number_has_a_field_of_its_own(key: str, name: str, high: float) -> None:
    """Test its type does not matter, and what cannot be is unknown."""
    for value in (12.5, "12.5", " 12.50 "):
        assert read_rig({key: value}) == changed(read_rig({}), name, 12.5)
    assert read_rig({key: high}) == changed(read_rig({}), name, high)
    nonsenses: list[Any] = [None, True, "", "n/a", [], {}, -1, high * 1.01, "1e999"]
    for nonsense in nonsenses:
        assert read_rig({key: nonsense}) == read_rig({})


@pytest.mark.parametrize(
    ("key", "zero"),
    [
        ("hash", 0.0),
        ("load", 0.0),
        ("freespace", 0.0),
        ("rx_kbps", 0.0),
        ("cpu_temp", None),
        ("ram", None),
    ],
)
def test_zero_is_a_reading_where_it_can_be_one(key: str, zero: float | None) -> None:
    """Test a rig that hashes nothing is told from one that says nothing."""
    assert getattr(read_rig({key: 0}), _NUMBERS[key][0]) == zero


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"hash": 0}, 0.0, id="zero is a hash rate"),
        pytest.param({"hash": "61.5"}, 61.5, id="its own figure"),
        pytest.param({"hash": ""}, 60.1, id="else the sum"),
        pytest.param({"hash": None, "miner_hashes": "30.0"}, 30.0, id="of those known"),
        pytest.param({"hash": None, "miner_hashes": ""}, None, id="else unknown"),
    ],
)
def test_a_rig_hashes_what_it_says_else_what_its_gpus_do(
    changes: dict[str, Any], expected: float | None
) -> None:
    """Test a missing sum is made up for."""
    assert read_rig(rig(2, **changes)).hash_rate == expected


def test_hash_rates_beyond_measure_do_not_make_an_infinite_sum() -> None:
    """Test a sum of nonsense cannot reach a sensor."""
    panel = read(answer({"a": rig(1, hash="1e308"), "b": rig(1, hash="1e308")}))
    assert panel.hash_rates == {HashUnit.MEGAHASHES: 60.0}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({"miner_instance": "1"}, 1, id="text"),
        pytest.param({"miner_instance": 0}, 0, id="none"),
        pytest.param({"miner_instance": ""}, 2, id="else those that hash"),
        pytest.param(
            {"miner_instance": None, "miner_hashes": "30.0 00.00"}, 1, id="not at zero"
        ),
        pytest.param({"miner_instance": "33"}, 2, id="too many"),
        pytest.param({"miner_instance": -1}, 2, id="negative"),
        pytest.param(
            {"miner_instance": None, "miner_hashes": None}, None, id="else unknown"
        ),
    ],
)
def test_the_gpus_that_work_are_counted(
    changes: dict[str, Any], expected: int | None
) -> None:
    """Test the miner's own count comes first."""
    assert read_rig(rig(2, **changes)).alive_gpus == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, 290.0, id="its own figure"),
        pytest.param({"rig_watts": "301.5"}, 301.5, id="as text"),
        pytest.param({"rig_watts": 0}, 0.0, id="zero"),
        pytest.param({"rig_watts": None}, 240.0, id="else all GPUs"),
        pytest.param({"rig_watts": 100_001}, 240.0, id="more than a socket gives"),
        pytest.param({"rig_watts": None, "watts": "120"}, None, id="one GPU missing"),
        pytest.param({"rig_watts": None, "watts": "120 n/a"}, None, id="one GPU odd"),
        pytest.param({"rig_watts": None, "watts": None}, None, id="nothing"),
    ],
)
def test_power_is_the_rigs_own_figure_else_that_of_all_its_gpus(
    changes: dict[str, Any], expected: float | None
) -> None:
    """Test half of the GPUs are not shown as the whole rig."""
    assert read_rig(rig_2021(2, **changes)).power == expected


def test_a_rig_without_gpus_draws_an_unknown_power() -> None:
    """Test no GPU at all does not make 0 W."""
    assert read_rig({"gpus": "0"}).power is None


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        pytest.param("7200", at(START - 7260), id="text"),
        pytest.param(7200, at(START - 7260), id="integer"),
        pytest.param(1_000_000_001, None, id="longer than ethOS exists"),
        pytest.param(-5, None, id="negative"),
        pytest.param(None, None, id="null"),
        pytest.param("", None, id="empty"),
    ],
)
def test_seconds_since_become_a_moment(seconds: Any, expected: Any) -> None:
    """Test uptimes do not tick."""
    one = read_rig(rig(uptime=seconds, miner_secs=seconds))
    assert one.booted_at == expected
    assert one.miner_started_at == expected


@pytest.mark.parametrize("zero", [0, "0", 0.0, None, ""], ids=repr)
def test_a_miner_that_started_just_now_is_not_believed(zero: Any) -> None:
    """Test the zero of miners that do not count leaves it unknown."""
    assert read_rig(rig(miner_secs=zero)).miner_started_at is None


def test_a_rig_may_have_booted_just_now() -> None:
    """Test zero is an uptime, though no time of mining."""
    assert read_rig(rig(uptime="0")).booted_at == at(START - 60)


@pytest.mark.parametrize("server_time", [None, 0, "", "soon"], ids=repr)
def test_without_the_moment_of_the_report_nothing_is_reckoned_from_it(
    server_time: Any,
) -> None:
    """Test a rig that does not tell when it reported is read nevertheless."""
    one = read_rig(rig(server_time=server_time))
    assert one.reported_at is None
    assert one.heard_at is None
    assert one.booted_at is None
    assert one.miner_started_at is None
    assert one.hash_rate == 60.1


def test_a_report_counts_as_heard_when_it_was_made() -> None:
    """Test the first look at a panel takes it at its word."""
    one = read_rig(rig(server_time=str(START - 70)))
    assert one.reported_at == at(START - 70)
    assert one.heard_at == at(START - 70)


def test_sensors_of_a_hosting_centre_keep_their_numbers() -> None:
    """Test the third sensor stays the third, and the others are unknown."""
    one = read_rig(rig(ext_temp1="", ext_temp3="21.5", ext_temp10=30))
    assert one.external_temperatures == (
        None,
        None,
        21.5,
        *[None] * 6,
        30.0,
    )


def test_no_sensor_of_a_hosting_centre_is_no_list() -> None:
    """Test ten unknown temperatures are not kept."""
    assert read_rig(rig(ext_temp1=None, ext_temp2=0)).external_temperatures == ()


# The miner and its unit.


@pytest.mark.parametrize(
    ("miner", "unit"),
    [
        ("ethminer", HashUnit.MEGAHASHES),
        (" Claymore-XMR ", HashUnit.HASHES),
        ("ccminer", HashUnit.UNKNOWN),
        ("t-rex", HashUnit.UNKNOWN),
        ("", HashUnit.UNKNOWN),
        (None, HashUnit.UNKNOWN),
        (["ethminer"], HashUnit.UNKNOWN),
    ],
)
def test_the_miner_decides_the_unit(miner: Any, unit: HashUnit) -> None:
    """Test a miner that nobody knows has no unit, rather than a wrong one."""
    one = read_rig(rig(1, miner=miner))
    assert one.hash_unit is unit
    assert one.gpus[0].hash_unit is unit
    assert one.capabilities == {unit}


def test_a_unit_can_be_told_for_a_miner() -> None:
    """Test what the user knows is taken in place of the table."""
    units = {"t-rex": HashUnit.MEGAHASHES}
    assert read_rig(rig(miner="T-Rex"), units).hash_unit is HashUnit.MEGAHASHES
    assert read_rig(rig(miner="ethminer"), units).hash_unit is HashUnit.UNKNOWN


@pytest.mark.parametrize(
    ("changes", "features"),
    [
        pytest.param({"watts": "100 100"}, {Feature.POWER, Feature.GPU_POWER}, id="W"),
        pytest.param({"rig_watts": 0}, {Feature.POWER}, id="W of the rig"),
        pytest.param({"rig_watts": ""}, set(), id="no W"),
        pytest.param({"fanpercent": "70"}, {Feature.FAN_DUTY}, id="fan"),
        pytest.param({"dualminer_hashes": "1"}, {Feature.SECOND_HASH_RATE}, id="dual"),
        pytest.param(
            {"watts": None, "fanpercent": "", "dualminer_hashes": []}, set(), id="none"
        ),
    ],
)
def test_a_rig_can_do_what_it_reports(
    changes: dict[str, Any], features: set[Feature]
) -> None:
    """Test what no version of it tells is not waited for."""
    assert read_rig(rig(2, **changes)).capabilities == {HashUnit.MEGAHASHES, *features}


def test_an_unreachable_rig_can_do_what_it_could() -> None:
    """Test its entities stay while it is down."""
    down = read_rig(rig_2021(condition="unreachable", miner_instance=0, hash=0))
    assert down.online is False
    assert down.capabilities == read_rig(rig_2021()).capabilities


@pytest.mark.parametrize(
    "condition", ["mining", "no_hash", "Unreachable!", "something new", "", None]
)
def test_only_unreachable_takes_a_rig_off_line(condition: str | None) -> None:
    """Test a condition that nobody has described keeps the readings."""
    one = read_rig(rig(condition=condition))
    assert one.online is True
    assert one.condition == (condition or None)
    assert one.hash_rate == 60.1


# The GPUs.


@pytest.mark.parametrize(
    ("gpus", "total", "listed"),
    [
        pytest.param("2", 2, 2, id="as many as listed"),
        pytest.param(2, 2, 2, id="integer"),
        pytest.param("4", 4, 4, id="more"),
        pytest.param("1", 1, 2, id="fewer"),
        pytest.param("0", 0, 2, id="none"),
        pytest.param("", 2, 2, id="empty"),
        pytest.param(None, 2, 2, id="null"),
        pytest.param("-3", 2, 2, id="negative"),
        pytest.param("32", 32, 32, id="most"),
        pytest.param("33", 2, 2, id="too many"),
        pytest.param("1e300", 2, 2, id="huge"),
    ],
)
def test_as_many_gpus_are_there_as_are_counted_or_listed(
    gpus: Any, total: int, listed: int
) -> None:
    """Test a count that cannot be makes no GPUs that do not exist."""
    one = read_rig(rig(2) | {"gpus": gpus})
    assert one.total_gpus == total
    assert [gpu.index for gpu in one.gpus] == list(range(listed))
    assert [gpu.temperature for gpu in one.gpus] == [64, 65, *[None] * (listed - 2)]


@pytest.mark.parametrize("gpus", ["0", "", None, "-1", 1000], ids=repr)
def test_a_rig_may_have_no_gpus(gpus: Any) -> None:
    """Test no GPUs are made up where none is listed."""
    one = read_rig({"gpus": gpus})
    assert one.gpus == ()
    assert one.total_gpus == (0 if gpus == "0" else None)


def test_a_list_longer_than_any_rig_is_cut() -> None:
    """Test a field gone mad does not make a thousand devices."""
    one = read_rig({"temp": " ".join(["60"] * 1000)})
    assert len(one.gpus) == MAX_GPUS
    assert one.total_gpus == MAX_GPUS


_LISTS = {
    "miner_hashes": ("hash_rate", 1e15, True),
    "dualminer_hashes": ("second_hash_rate", 1e15, True),
    "temp": ("temperature", 150.0, False),
    "fanrpm": ("fan_speed", 30_000.0, True),
    "fanpercent": ("fan_duty", 100.0, True),
    "watts": ("power", 2_000.0, True),
    "core": ("core_clock", 30_000.0, True),
    "mem": ("memory_clock", 30_000.0, True),
    "voltage": ("voltage", 10.0, False),
    "powertune": ("powertune", 1_000, True),
}


@pytest.mark.parametrize(
    ("key", "name", "high", "zero"),
    [(key, *expected) for key, expected in _LISTS.items()],
    ids=_LISTS.keys(),
)
def test_a_list_gives_each_gpu_its_reading(
    key: str, name: str, high: float, *, zero: bool
) -> None:
    """Test odd ones are unknown, in their place, and alter no other field."""
    listed = f"7 n/a {high} {high * 1.01 + 1} 0 -5"
    values = [7, None, high, None, 0 if zero else None, None, None]
    assert read_rig({key: listed, "gpus": "7"}).gpus == tuple(
        changed(Gpu(index=index), name, value) for index, value in enumerate(values)
    )


@pytest.mark.parametrize(
    ("temp", "expected"),
    [
        pytest.param("64 65", [64.0, 65.0], id="text"),
        pytest.param(["64", 65], [64.0, 65.0], id="list"),
        pytest.param([None, "65"], [None, 65.0], id="list with a gap"),
        pytest.param(64, [64.0, None], id="integer"),
        pytest.param("64", [64.0, None], id="too short"),
        pytest.param("", [None, None], id="empty"),
        pytest.param(None, [None, None], id="null"),
        pytest.param(False, [None, None], id="false"),
        pytest.param({"0": 64}, [None, None], id="object"),
    ],
)
def test_a_list_may_be_of_any_type_and_length(
    temp: Any, expected: list[float | None]
) -> None:
    """Test what is missing is unknown, not zero."""
    gpus = read_rig(rig(2, temp=temp)).gpus
    assert [gpu.temperature for gpu in gpus] == expected


def test_a_list_that_is_too_long_tells_of_more_gpus() -> None:
    """Test a GPU that one list alone has is not lost."""
    gpus = read_rig(rig(2, temp="64 65 66")).gpus
    assert [gpu.temperature for gpu in gpus] == [64.0, 65.0, 66.0]
    assert gpus[2] == Gpu(index=2, hash_unit=HashUnit.MEGAHASHES, temperature=66.0)


def test_seven_bioses_are_not_seven_gpus() -> None:
    """Test the inventory's lists, of which some have one entry too many, count none."""
    raw = rig(6, bioses="a b c d e f g", vramsize="8 8 8 8 8 8 8", meminfo="")
    gpus = read_rig(raw).gpus
    assert [gpu.vbios for gpu in gpus] == ["a", "b", "c", "d", "e", "f"]
    assert [gpu.vram for gpu in gpus] == [8.0] * 6


@pytest.mark.parametrize("bioses", ["", None, [None, None], [], {}], ids=repr)
def test_a_bios_that_is_not_told_is_unknown(bioses: Any) -> None:
    """Test null does not become the name of a BIOS."""
    assert [gpu.vbios for gpu in read_rig(rig(2, bioses=bioses, meminfo="")).gpus] == [
        None,
        None,
    ]


@pytest.mark.parametrize("vramsize", ["0", "", "1001", None], ids=repr)
def test_memory_of_no_size_is_unknown(vramsize: Any) -> None:
    """Test a card without memory is not one."""
    assert read_gpu(vramsize=vramsize).vram is None


@pytest.mark.parametrize(
    ("changes", "temperature", "powertune", "fault"),
    [
        pytest.param({"temp": "511.00"}, None, 5, True, id="511 °C"),
        pytest.param({"temp": "500"}, None, 5, True, id="500 °C"),
        pytest.param({"temp": "499"}, None, 5, False, id="implausible only"),
        pytest.param({"powertune": "-1"}, 64.0, None, True, id="powertune -1"),
        pytest.param({"powertune": "-2"}, 64.0, None, False, id="powertune -2"),
        pytest.param({"temp": "0.00"}, None, 5, False, id="0 °C"),
        pytest.param({"temp": "", "powertune": ""}, None, None, False, id="nothing"),
    ],
)
def test_a_broken_sensor_is_told_and_not_read(
    changes: dict[str, Any],
    temperature: float | None,
    powertune: int | None,
    *,
    fault: bool,
) -> None:
    """Test 511 °C neither burns down the farm nor goes unnoticed."""
    gpu = read_gpu(**changes)
    assert gpu.temperature == temperature
    assert gpu.powertune == powertune
    assert gpu.sensor_fault is fault


def test_one_broken_sensor_says_nothing_of_the_others() -> None:
    """Test the fault is that GPU's own."""
    gpus = read_rig(rig(3, temp="64 511 66", powertune="5 5 -1")).gpus
    assert [gpu.sensor_fault for gpu in gpus] == [False, True, True]


# What stays of a GPU of which meminfo tells nothing.
_UNTOLD = Gpu(index=0, vbios="113-OLD")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(
            "GPU0:01.00.0:Radeon RX 580:113-A:Samsung K4:GDDR5:Polaris10",
            Gpu(
                index=0,
                slot="01:00.0",
                model="Radeon RX 580",
                vbios="113-A",
                memory="Samsung K4",
                memory_type="GDDR5",
                chip="Polaris10",
            ),
            id="AMD since 1.2.7",
        ),
        pytest.param(
            "GPU0:01.00.0:Radeon R9 390:113-A:Samsung K4",
            Gpu(
                index=0,
                slot="01:00.0",
                model="Radeon R9 390",
                vbios="113-A",
                memory="Samsung K4",
            ),
            id="AMD before",
        ),
        pytest.param(
            "GPU0:0A:00.0:GeForce GTX 1060 6GB:86.06.0E.00.20:Unknown",
            Gpu(
                index=0,
                slot="0a:00.0",
                model="GeForce GTX 1060 6GB",
                vbios="86.06.0E.00.20",
            ),
            id="NVIDIA",
        ),
        pytest.param(
            "GPU0:0000:01:00.0:GeForce:86:Unknown",
            Gpu(index=0, slot="01:00.0", model="GeForce", vbios="86"),
            id="with its domain",
        ),
        pytest.param(
            "GPU0:01.00.0:Radeon::Unknown",
            Gpu(index=0, slot="01:00.0", model="Radeon", vbios="113-OLD"),
            id="no BIOS",
        ),
        pytest.param(
            "  gpu0:01.00.0: \r",
            Gpu(index=0, slot="01:00.0", vbios="113-OLD"),
            id="the slot alone",
        ),
        pytest.param(
            "GPU0:01.00.0:A:B:C:D:E:F:G",
            Gpu(
                index=0,
                slot="01:00.0",
                model="A",
                vbios="B",
                memory="C",
                memory_type="D",
                chip="E",
            ),
            id="fields yet to come",
        ),
        pytest.param("GPU0", _UNTOLD, id="no slot"),
        pytest.param("GPU0:zz.00.0:A", _UNTOLD, id="odd slot"),
        pytest.param("GPU:01.00.0:A", _UNTOLD, id="no number"),
        pytest.param("no cards", _UNTOLD, id="prose"),
        pytest.param("GPU32:01.00.0:A", _UNTOLD, id="GPU32"),
        pytest.param("GPU100:01.00.0:A", _UNTOLD, id="GPU100"),
        pytest.param("", _UNTOLD, id="empty"),
        pytest.param(None, _UNTOLD, id="null"),
        pytest.param(["GPU0:01.00.0:A"], _UNTOLD, id="list"),
    ],
)
def test_a_line_of_meminfo_tells_what_a_card_is(line: Any, expected: Gpu) -> None:
    """Test odd lines tell nothing, rather than something wrong."""
    (gpu,) = read_rig({"gpus": "1", "meminfo": line, "bioses": "113-OLD"}).gpus
    assert gpu == expected


def test_the_lines_of_meminfo_go_by_their_numbers() -> None:
    """Test neither their order, nor a gap, nor a line of prose matters."""
    meminfo = "GPU3:04.00.0:D\nwarning: slow bus\n\nGPU0:01.00.0:A\nGPU1:02.00.0:B"
    gpus = read_rig({"gpus": "2", "meminfo": meminfo}).gpus
    assert [gpu.slot for gpu in gpus] == ["01:00.0", "02:00.0", None, "04:00.0"]
    assert [gpu.model for gpu in gpus] == ["A", "B", None, "D"]
    assert [gpu.key for gpu in gpus] == ["01:00.0", "02:00.0", "2", "04:00.0"]


def test_two_cards_do_not_share_a_slot() -> None:
    """Test the second goes by its number, or the two would be one device."""
    meminfo = "GPU0:01.00.0:A\nGPU1:01:00.0:B\nGPU2:02.00.0:C"
    gpus = read_rig({"meminfo": meminfo}).gpus
    assert [gpu.key for gpu in gpus] == ["01:00.0", "1", "02:00.0"]
    assert [gpu.model for gpu in gpus] == ["A", "B", "C"]


def test_a_line_that_comes_twice_is_one_card() -> None:
    """Test a card does not lose its slot to itself."""
    meminfo = "GPU0:01.00.0:A\nGPU0:01.00.0:A\nGPU0:02.00.0:B\nGPU1:02.00.0:C"
    gpus = read_rig({"meminfo": meminfo}).gpus
    assert [gpu.key for gpu in gpus] == ["01:00.0", "02:00.0"]
    assert [gpu.model for gpu in gpus] == ["A", "C"]
