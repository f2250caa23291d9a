"""Test what is derived of rigs and panels, and what stays of them."""

from copy import replace
from dataclasses import FrozenInstanceError
from typing import Any

import pytest

from custom_components.ethos.panel import Feature, Gpu, HashUnit, Panel, Rig
from tests.farm import answer, rig, rig_2021
from tests.panel.reading import NOW, at, read


def panel_of(*rigs: Rig) -> Panel:
    """Return a panel of rigs."""
    return Panel(
        rigs={one.rig_id: one for one in rigs}, time=NOW, read_at=NOW, moved_at=NOW
    )


def test_a_gpu_goes_by_its_slot_else_by_its_number() -> None:
    """Test numbers, which shift, are used where there is nothing better."""
    assert Gpu(number=3, slot="01:00.0").key == "01:00.0"
    assert Gpu(number=3).key == "3"


def test_a_gpu_keeps_its_inventory_and_no_reading() -> None:
    """Test what a card is does not depend on whether its rig runs."""
    inventory = Gpu(
        number=1,
        slot="01:00.0",
        model="Radeon",
        vbios="113",
        memory="Samsung",
        memory_type="GDDR5",
        chip="Polaris10",
        vram=8.0,
        hash_unit=HashUnit.MEGAHASHES,
    )
    gpu = inventory._replace(
        hash_rate=1.0,
        second_hash_rate=2.0,
        temperature=3.0,
        fan_speed=4.0,
        fan_duty=5.0,
        power=6.0,
        core_clock=7.0,
        memory_clock=8.0,
        voltage=9.0,
        powertune=10,
        sensor_fault=True,
    )
    assert gpu.without_readings() == inventory


def test_a_rig_keeps_its_inventory_and_no_reading() -> None:
    """Test where and what it is stays known, what it does not."""
    inventory = Rig(
        rig_id="a",
        condition="mining",
        version="1.3.3",
        capabilities=frozenset({Feature.POWER}),
        total_gpus=1,
        gpus=(Gpu(number=0, slot="01:00.0"),),
        rack_location="Shelf",
        ip_address="10.0.0.2",
        pool="pool",
        second_coin="dcr",
        reported_at=at(1_600_000_000),
    )
    one = replace(
        inventory,
        gpus=(Gpu(number=0, slot="01:00.0", temperature=60.0),),
        hash_rate=1.0,
        second_hash_rate=2.0,
        alive_gpus=3,
        power=4.0,
        booted_at=NOW,
        miner_started_at=NOW,
        cpu_temperature=5.0,
        load=6.0,
        free_space=7.0,
        received=8.0,
        sent=9.0,
        external_temperatures=(10.0,),
    )
    down = one.without_readings()
    assert down == replace(inventory, online=False)
    assert down.hottest is None
    assert down.gpus_by_key == {"01:00.0": Gpu(number=0, slot="01:00.0")}


def test_temperatures_of_a_rig_are_those_of_the_gpus_that_have_one() -> None:
    """Test a GPU that tells none does not pull the mean down."""
    one = Rig(
        rig_id="a",
        gpus=(
            Gpu(number=0, temperature=60.0),
            Gpu(number=1),
            Gpu(number=2, temperature=71.0),
        ),
    )
    assert one.hottest == 71.0
    assert one.coolest == 60.0
    assert one.average_temperature == 65.5


def test_a_rig_without_temperatures_has_no_mean() -> None:
    """Test no GPUs are not at 0 °C."""
    one = Rig(rig_id="a")
    assert (one.hottest, one.coolest, one.average_temperature) == (None, None, None)
    assert one.gpus_by_key == {}


def test_gpus_are_found_by_their_keys() -> None:
    """Test slots and numbers both lead to them."""
    first, second = Gpu(number=0, slot="01:00.0"), Gpu(number=1)
    one = Rig(rig_id="a", gpus=(first, second))
    assert one.gpus_by_key == {"01:00.0": first, "1": second}


@pytest.mark.parametrize(
    ("hash_rate", "mining"), [(None, None), (0.0, False), (0.01, True)]
)
def test_a_rig_mines_when_it_hashes(
    hash_rate: float | None, *, mining: bool | None
) -> None:
    """Test what is not known is neither yes nor no."""
    assert Rig(rig_id="a", hash_rate=hash_rate).mining is mining


@pytest.mark.parametrize(
    ("hash_rate", "power", "expected"),
    [
        (60.0, 240.0, 0.25),
        (0.0, 240.0, 0.0),
        (None, 240.0, None),
        (60.0, None, None),
        (60.0, 0.0, None),
    ],
)
def test_efficiency_is_the_hash_rate_for_each_watt(
    hash_rate: float | None, power: float | None, expected: float | None
) -> None:
    """Test nothing is divided by zero or by what is not known."""
    assert Rig(rig_id="a", hash_rate=hash_rate, power=power).efficiency == expected


@pytest.mark.parametrize("field", ["rig_id", "hash_rate", "hottest", "gpus_by_key"])
def test_a_rig_never_changes(field: str) -> None:
    """Test it can be kept and compared."""
    with pytest.raises(FrozenInstanceError):
        setattr(Rig(rig_id="a"), field, None)


def test_when_a_report_was_heard_does_not_tell_rigs_apart() -> None:
    """Test what is only remembered makes no news."""
    assert Rig(rig_id="a", heard_at=NOW, unknown_fields=("x",)) == Rig(rig_id="a")
    assert Rig(rig_id="a", reported_at=NOW) != Rig(rig_id="a")


def test_when_a_panel_was_read_does_not_tell_panels_apart() -> None:
    """Test the same farm a minute later is the same."""
    panel = panel_of(Rig(rig_id="a"))
    later = at(NOW.timestamp() + 60)
    assert panel == replace(panel, time=later, read_at=later, moved_at=later)
    assert panel != replace(panel, stale=True)


def test_hash_rates_add_up_by_their_units_alone() -> None:
    """Test megahashes are not added to solutions."""
    panel = panel_of(
        Rig(rig_id="a", hash_unit=HashUnit.MEGAHASHES, hash_rate=60.0),
        Rig(rig_id="b", hash_unit=HashUnit.SOLUTIONS, hash_rate=600.0),
        Rig(rig_id="c", hash_unit=HashUnit.MEGAHASHES, hash_rate=30.5),
        Rig(rig_id="d", hash_unit=HashUnit.HASHES),
    )
    assert panel.hash_rates == {HashUnit.MEGAHASHES: 90.5, HashUnit.SOLUTIONS: 600.0}


def test_totals_of_a_panel_count_what_is_known() -> None:
    """Test a rig that tells nothing takes nothing away."""
    panel = panel_of(
        Rig(
            rig_id="a",
            total_gpus=3,
            alive_gpus=2,
            power=300.0,
            capabilities=frozenset({Feature.POWER, HashUnit.MEGAHASHES}),
            gpus=(Gpu(number=0, temperature=60.0), Gpu(number=1, temperature=70.0)),
        ),
        Rig(
            rig_id="b",
            total_gpus=1,
            alive_gpus=1,
            power=100.5,
            capabilities=frozenset({HashUnit.SOLUTIONS}),
            gpus=(Gpu(number=0, temperature=80.0),),
        ),
        Rig(rig_id="c", online=False),
    )
    assert panel.total_rigs == 3
    assert panel.rigs_online == 2
    assert panel.total_gpus == 4
    assert panel.alive_gpus == 3
    assert panel.capacity == 75.0
    assert panel.power == 400.5
    assert panel.hottest == 80.0
    assert panel.average_temperature == 70.0
    assert panel.capabilities == {
        Feature.POWER,
        HashUnit.MEGAHASHES,
        HashUnit.SOLUTIONS,
    }


def test_an_empty_panel_has_no_totals_but_counts() -> None:
    """Test nothing is divided by no rigs."""
    panel = panel_of()
    assert panel.total_rigs == 0
    assert panel.rigs_online == 0
    assert panel.total_gpus == 0
    assert panel.alive_gpus == 0
    assert panel.capacity is None
    assert panel.power is None
    assert panel.hottest is None
    assert panel.average_temperature is None
    assert panel.hash_rates == {}
    assert panel.capabilities == frozenset()
    assert panel.efficiencies == {}


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        pytest.param({"miner": "ethminer"}, {HashUnit.MEGAHASHES: 0.25}, id="one unit"),
        pytest.param({"miner": "xmrig"}, {}, id="two units"),
        pytest.param(
            {"miner": "xmrig", "condition": "unreachable"},
            {HashUnit.MEGAHASHES: 0.25},
            id="the other is down",
        ),
    ],
)
def test_efficiency_of_a_panel_is_that_of_its_only_unit(
    second: dict[str, Any], expected: dict[HashUnit, float]
) -> None:
    """Test watts are not shared out between two kinds of work."""
    same = {"hash": 60, "rig_watts": 240}
    panel = read(answer({"a": rig_2021(**same), "b": rig_2021(**same, **second)}))
    assert panel.efficiencies == expected


def test_efficiency_of_a_panel_without_power_is_unknown() -> None:
    """Test most rigs do not measure it."""
    assert read(answer({"a": rig()})).efficiencies == {}
    assert read(answer({"a": rig(rig_watts=0)})).efficiencies == {}
