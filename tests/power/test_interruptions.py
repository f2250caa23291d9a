"""Test a rig that was without power, or in somebody's hands, is given its time."""

from datetime import timedelta

import pytest

from custom_components.ethos.power.control import Control
from custom_components.ethos.power.cycler import Plug, PlugState, Sight
from custom_components.ethos.power.history import History
from custom_components.ethos.power.policy import Refusal, Settings
from tests.power.control import PLUGS, Farm


def test_a_rig_that_a_person_has_turned_on_is_left_to_boot() -> None:
    """Test its button was pressed, which only the meter tells."""
    farm = Farm(history=History(usual=300.0))
    farm.watch.silent.add("a")
    farm.sights["a"] = Sight(plug=PlugState.ON, watts=4.0)
    farm.look(15)
    assert farm.refusal() is None
    farm.sights["a"] = Sight(plug=PlugState.ON, watts=90.0)
    farm.look()
    assert farm.refusal() is Refusal.BOOTING
    farm.look(13)
    assert farm.refusal() is Refusal.BOOTING
    farm.look(2)
    assert farm.refusal() is not Refusal.BOOTING


def test_a_rig_whose_plug_is_on_again_may_boot() -> None:
    """Test who worked at it has just turned it on: it is not cut at once."""
    farm = Farm()
    farm.sights["a"] = Sight(plug=PlugState.OFF)
    farm.watch.silent.add("a")
    farm.look(60)
    assert farm.refusal() is Refusal.PLUG_OFF
    farm.sights["a"] = Sight(plug=PlugState.ON)
    farm.look(14)
    assert farm.refusal() is Refusal.BOOTING
    farm.look(2)
    assert farm.refusal() is None


@pytest.mark.parametrize("away", [PlugState.UNKNOWN, PlugState.UNAVAILABLE])
def test_a_plug_that_is_away_now_and_then_hides_no_dead_rig(away: PlugState) -> None:
    """Test poor Wi-Fi says nothing of the rig's power."""
    farm = Farm()
    farm.watch.silent.add("a")
    farm.look(15)
    for _ in range(3):
        farm.sights["a"] = Sight(plug=away)
        farm.look(3)
        assert farm.refusal() is Refusal.PLUG_UNAVAILABLE
        farm.sights["a"] = Sight(plug=PlugState.ON)
        farm.control.notice("a", farm.sights["a"], farm.watch.now)
        assert farm.refusal() is None


def test_a_rig_whose_plug_had_no_power_may_boot() -> None:
    """Test one that was away for minutes may have been without, and the rig too."""
    farm = Farm()
    farm.watch.silent.add("a")
    farm.look(15)
    farm.sights["a"] = Sight(plug=PlugState.UNAVAILABLE)
    farm.look(3)
    farm.sights["a"] = Sight(plug=PlugState.ON)
    farm.look()
    assert farm.refusal() is Refusal.BOOTING
    farm.look(14)
    assert farm.refusal() is Refusal.BOOTING
    farm.look()
    assert farm.refusal() is None


def test_a_rig_may_boot_when_its_plug_is_new() -> None:
    """Test nobody saw what was before: an outage, say, or a plug that was put in."""
    farm = Farm(10)
    farm.watch.silent.add("a")
    farm.look(15)
    assert farm.refusal() is None
    farm.control = Control(Settings(), {})
    farm.control.set_plugs(PLUGS, farm.watch.now)
    farm.look(14)
    assert farm.refusal() is Refusal.BOOTING
    farm.look()
    assert farm.refusal() is None
    farm.control.set_plugs({**PLUGS, "a": Plug(switch="switch.c")}, farm.watch.now)
    assert farm.refusal() is Refusal.BOOTING
    farm.look(15)
    assert farm.refusal() is None
    other = Plug(switch="switch.c", off_time=timedelta(seconds=30))
    farm.control.set_plugs({**PLUGS, "a": other}, farm.watch.now)
    assert farm.refusal() is None


def test_a_rig_on_which_somebody_has_worked_may_boot() -> None:
    """Test who has just turned it on and ends maintenance does not see it cut."""
    farm = Farm()
    farm.watch.maintain()
    farm.watch.silent.add("a")
    farm.look(60)
    assert farm.refusal() is Refusal.MAINTENANCE
    farm.watch.end_maintenance()
    farm.look()
    assert farm.refusal() is Refusal.BOOTING
    assert farm.refusal(forced=True) is None
    farm.look(14)
    assert farm.refusal() is Refusal.BOOTING
    farm.look()
    assert farm.refusal() is None
