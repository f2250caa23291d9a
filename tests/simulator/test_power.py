"""Test a rig at its plug."""

import pytest

from simulator import Farm, Phase, Rig

from .conftest import shown


def test_cutting_the_power_silences_a_rig_at_once(farm: Farm, rig: Rig) -> None:
    """Test nothing runs, nothing is drawn, nothing is reported."""
    before = shown(farm, rig)
    rig.plug(on=False)
    assert (rig.phase, rig.power) == (Phase.OFF, 0)
    assert not any(rig.hash_rates)
    farm.advance(seconds=3600)
    assert shown(farm, rig)["server_time"] == before["server_time"]
    assert shown(farm, rig)["condition"] == "unreachable"


def test_a_cycle_brings_a_hung_rig_back(farm: Farm, rig: Rig) -> None:
    """Test the whole way, and what is drawn on it."""
    usual = rig.power
    assert usual > 300
    rig.hang()
    assert (rig.phase, rig.power) == (Phase.HUNG, 60)
    farm.advance(seconds=86_400)
    assert rig.phase is Phase.HUNG
    rig.plug(on=False)
    farm.advance(seconds=15)
    rig.plug(on=True)
    assert (rig.phase, rig.power) == (Phase.BOOTING, 90)
    farm.advance(seconds=110)
    assert shown(farm, rig)["condition"] == "just_booted"
    farm.advance(seconds=800)
    assert shown(farm, rig)["condition"] == "mining"
    assert rig.power == pytest.approx(usual)


def test_a_plug_that_is_set_as_it_is_changes_nothing(farm: Farm, rig: Rig) -> None:
    """Test a rig is not booted by an ON too many."""
    usual = rig.power
    rig.plug(on=True)
    assert (rig.phase, rig.power) == (Phase.RUNNING, usual)
    rig.plug(on=False)
    rig.plug(on=False)
    farm.advance(seconds=60)
    assert (rig.phase, rig.power) == (Phase.OFF, 0)


def test_a_rig_may_wait_for_its_button(farm: Farm, rig: Rig) -> None:
    """Test a BIOS that leaves the rig off when power comes back."""
    rig.stay_off()
    rig.plug(on=False)
    rig.plug(on=True)
    assert (rig.phase, rig.power) == (Phase.STANDBY, 5)
    farm.advance(seconds=3600)
    assert (rig.phase, rig.power) == (Phase.STANDBY, 5)
    rig.press_power_button()
    assert (rig.phase, rig.power) == (Phase.BOOTING, 90)
    farm.advance(seconds=90)
    rig.press_power_button()
    assert (rig.phase, rig.mining) == (Phase.RUNNING, False)


def test_a_rig_that_is_cut_while_booting_boots_anew(farm: Farm, rig: Rig) -> None:
    """Test the first boot comes to nothing."""
    rig.plug(on=False)
    rig.plug(on=True)
    farm.advance(seconds=50)
    rig.plug(on=False)
    farm.advance(seconds=300)
    rig.plug(on=True)
    farm.advance(seconds=59)
    assert rig.phase is Phase.BOOTING
    farm.advance(seconds=60)
    assert int(shown(farm, rig)["uptime"]) == 10


def test_a_dead_power_supply_draws_nothing(farm: Farm, rig: Rig) -> None:
    """Test no cycle and no button brings such a rig back."""
    rig.break_power_supply()
    assert (rig.phase, rig.power) == (Phase.OFF, 0)
    rig.plug(on=False)
    rig.plug(on=True)
    rig.press_power_button()
    farm.advance(seconds=3600)
    assert (rig.phase, rig.power) == (Phase.OFF, 0)
    assert shown(farm, rig)["condition"] == "unreachable"


def test_a_dead_rig_draws_little(farm: Farm, rig: Rig) -> None:
    """Test no cycle and no button brings such a rig back."""
    rig.kill()
    assert (rig.phase, rig.power) == (Phase.STANDBY, 5)
    rig.plug(on=False)
    assert rig.power == 0
    rig.plug(on=True)
    rig.press_power_button()
    farm.advance(seconds=3600)
    assert (rig.phase, rig.power) == (Phase.STANDBY, 5)


def test_mending_leaves_the_plug_alone(farm: Farm, rig: Rig) -> None:
    """Test the plug is somebody else's."""
    rig.plug(on=False)
    rig.kill()
    rig.mend()
    farm.advance(seconds=3600)
    assert rig.phase is Phase.OFF
    rig.plug(on=True)
    farm.advance(seconds=900)
    assert shown(farm, rig)["condition"] == "mining"
