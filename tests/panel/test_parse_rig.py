"""Test the fields of a rig are read, and an odd one costs no more than itself."""

from typing import Any

import pytest

from custom_components.ethos.panel import Feature, HashUnit, Rig
from tests.farm import START, answer, rig, rig_2021
from tests.panel.reading import at, changed, read, read_rig


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


def test_a_report_is_heard_when_it_is_read() -> None:
    """Test it is read off the panel's clock."""
    panel = read(answer({"a": rig(server_time=str(START - 70))}, START - 10))
    assert panel.rigs["a"].reported_at == at(START - 70)
    assert panel.rigs["a"].heard_at == panel.time == at(START - 10)


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
            {"dualminer_hashes": "0 0", "dualminer_status": "disabled"},
            set(),
            id="dual, disabled",
        ),
        pytest.param({"watts": "0.00 0.00"}, set(), id="no watts"),
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
