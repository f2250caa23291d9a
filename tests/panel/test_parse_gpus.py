"""Test the lists of a rig make its GPUs."""

from typing import Any

import pytest

from custom_components.ethos.panel import Gpu, HashUnit
from custom_components.ethos.panel.parse_gpus import MAX_GPUS
from tests.farm import rig, rig_2021
from tests.panel.reading import changed, read_gpu, read_rig


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
    assert [gpu.number for gpu in one.gpus] == list(range(listed))
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
    "watts": ("power", 2_000.0, False),
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
        changed(Gpu(number=index), name, value) for index, value in enumerate(values)
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
    assert gpus[2] == Gpu(number=2, hash_unit=HashUnit.MEGAHASHES, temperature=66.0)


@pytest.mark.parametrize("key", _LISTS)
@pytest.mark.parametrize(
    "said",
    [
        pytest.param("Error on device 0000:0C:00.0: reset it, then reboot", id="alone"),
        pytest.param("7 Error on device 0000:0C:00.0: reset it", id="after a reading"),
    ],
)
def test_the_words_of_a_message_are_no_gpus(key: str, said: str) -> None:
    """Test a driver that complains where a list should be adds no cards to a rig."""
    gpus = read_rig(rig_2021(2) | {key: said}).gpus
    assert [gpu.slot for gpu in gpus] == ["01:00.0", "02:00.0"]


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


def test_what_is_often_misread_is_no_temperature() -> None:
    """Test it is unknown, and no fault that lasts."""
    gpus = read_rig(rig(6, temp="108.00 115 128 135 109 60")).gpus
    assert [gpu.temperature for gpu in gpus] == [None, None, None, None, 109, 60]
    assert not any(gpu.sensor_fault for gpu in gpus)


# What stays of a GPU of which meminfo tells nothing.
_UNTOLD = Gpu(number=0, vbios="113-OLD")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(
            "GPU0:01.00.0:Radeon RX 580:113-A:Samsung K4:GDDR5:Polaris10",
            Gpu(
                number=0,
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
                number=0,
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
                number=0,
                slot="0a:00.0",
                model="GeForce GTX 1060 6GB",
                vbios="86.06.0E.00.20",
            ),
            id="NVIDIA",
        ),
        pytest.param(
            "GPU0:0000:01:00.0:GeForce:86:Unknown",
            Gpu(number=0, slot="01:00.0", model="GeForce", vbios="86"),
            id="with its domain",
        ),
        pytest.param(
            "GPU0:01.00.0:Radeon::Unknown",
            Gpu(number=0, slot="01:00.0", model="Radeon", vbios="113-OLD"),
            id="no BIOS",
        ),
        pytest.param(
            "  gpu0:01.00.0: \r",
            Gpu(number=0, slot="01:00.0", vbios="113-OLD"),
            id="the slot alone",
        ),
        pytest.param(
            "GPU0:01.00.0:A:B:C:D:E:F:G",
            Gpu(
                number=0,
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
