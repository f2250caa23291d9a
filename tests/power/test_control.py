"""Test what is decided of all plugs of a panel, without Home Assistant."""

from dataclasses import replace
from datetime import timedelta

import pytest

from custom_components.ethos.panel import review
from custom_components.ethos.power.control import Control, PowerChange
from custom_components.ethos.power.cycler import Outcome, Plug, PlugState, Sight
from custom_components.ethos.power.history import Attempt, History
from custom_components.ethos.power.policy import Refusal, Settings
from tests.panel.looks import DEAD, LIMITS
from tests.panel.reading import NOW
from tests.power.control import PLUGS, Farm


def test_three_polls_in_a_row_are_trusted() -> None:
    """Test one that failed, one that is stale and one that is old begin anew."""
    assert Control(Settings(), {}).refusal("a", Sight(plug=PlugState.ON), NOW) is (
        Refusal.PANEL_UNSTEADY
    )
    farm = Farm()
    assert farm.refusal(forced=True) is None
    farm.see(None)
    assert farm.refusal(forced=True) is Refusal.PANEL_UNSTEADY
    farm.look(2)
    assert farm.refusal(forced=True) is Refusal.PANEL_UNSTEADY
    farm.look()
    assert farm.refusal(forced=True) is None
    farm.look(stale=True)
    assert farm.refusal(forced=True) is Refusal.PANEL_STALE
    farm.look(3)
    assert farm.refusal(forced=True) is None
    moved_at = farm.panel.read_at
    farm.look(moved_at=moved_at)
    assert farm.refusal(forced=True) is None
    farm.look(moved_at=moved_at)
    assert farm.refusal(forced=True) is Refusal.PANEL_UNSTEADY


@pytest.mark.parametrize(("rigs", "minutes"), [(2, 4), (6, 3), (16, 2)])
def test_polls_in_which_no_rig_reports_are_not_trusted(rigs: int, minutes: int) -> None:
    """Test the more there are, the sooner it is seen that their network is gone."""
    farm = Farm(rigs)
    farm.watch.silent.update("abcdefghijklmnop")
    farm.look(minutes - 1)
    assert farm.refusal(forced=True) is None
    farm.look()
    assert farm.refusal(forced=True) is Refusal.PANEL_UNSTEADY
    farm.watch.silent.clear()
    farm.look(2)
    assert farm.refusal(forced=True) is Refusal.PANEL_UNSTEADY
    farm.look()
    assert farm.refusal(forced=True) is None


def test_a_rig_that_has_been_hot_but_once_is_not_cut() -> None:
    """Test heat counts before it is sure, also of a rig that then falls silent."""
    farm = Farm()
    farm.watch.rigs["a"]["miner_hashes"] = "30.00 00.00"
    farm.look(25)
    assert farm.refusal() is None
    farm.watch.rigs["a"]["temp"] = "96.00 95.00"
    farm.look()
    assert farm.refusal() is Refusal.HOT
    farm.watch.rigs["a"] |= DEAD
    farm.look(60)
    assert farm.refusal() is Refusal.HOT


def test_a_rig_is_due_once() -> None:
    """Test it is told when it becomes so, and again when it becomes so again."""
    farm = Farm()
    farm.watch.silent.add("a")
    farm.look(15)
    assert farm.control.is_due("a")
    assert not farm.control.is_due("b")
    assert not farm.control.is_due("c")
    assert farm.told == [("a", PowerChange.POWER_CYCLE_DUE)]
    farm.see(None)
    farm.look(4)
    assert farm.told == [("a", PowerChange.POWER_CYCLE_DUE)] * 2


def test_the_limit_gives_up_and_is_told_once() -> None:
    """Test the rig is left until a person says otherwise, who counts anew."""
    farm = Farm()
    now = farm.watch.now
    farm.control.histories["a"] = History(
        attempts=tuple(Attempt(at=now - timedelta(hours=it)) for it in (3, 2, 1))
    )
    farm.watch.silent.add("a")
    farm.look(20)
    assert farm.told == [("a", PowerChange.GIVEN_UP)]
    farm.look(20)
    assert farm.told == [("a", PowerChange.GIVEN_UP)]
    farm.control.arm("a", farm.watch.now)
    farm.look()
    assert farm.told[1:] == [("a", PowerChange.POWER_CYCLE_DUE)]


def test_what_was_armed_by_health_still_counts() -> None:
    """Test rigs that mine for half an hour between do not go on for ever."""
    farm = Farm()
    now = farm.watch.now
    farm.control.histories["a"] = History(
        given_up_at=now,
        attempts=tuple(Attempt(at=now - timedelta(minutes=it)) for it in (3, 2, 1)),
    )
    farm.look(26)
    assert farm.control.history("a").given_up_at is not None
    farm.look(2)
    assert farm.control.history("a").given_up_at is None
    farm.watch.silent.add("a")
    farm.look(15)
    assert farm.told == [("a", PowerChange.GIVEN_UP)]


def test_what_is_not_listed_is_not_healthy() -> None:
    """Test a rig that was off the panel begins its half an hour anew."""
    farm = Farm()
    farm.control.histories["a"] = History(given_up_at=farm.watch.now)
    farm.look()
    taken = farm.watch.rigs.pop("a")
    farm.look(40)
    farm.watch.rigs["a"] = taken
    farm.look(30)
    assert farm.control.history("a").given_up_at is not None
    farm.look()
    assert farm.control.history("a").given_up_at is None


def test_the_usual_power_is_learned_from_a_rig_that_is_well() -> None:
    """Test neither from one that hangs, nor from a meter that is broken."""
    farm = Farm()
    farm.sights["a"] = Sight(plug=PlugState.ON, watts=800)
    farm.look(4)
    assert farm.control.history("a").usual == 800
    farm.sights["a"] = Sight(plug=PlugState.ON, watts=3)
    farm.look(20)
    assert farm.control.history("a").usual == 800
    farm.sights["a"] = Sight(plug=PlugState.ON, watts=60)
    farm.watch.silent.add("a")
    farm.look(20)
    assert farm.control.history("a").usual == 800
    farm.watch.silent.clear()
    farm.sights["a"] = Sight(plug=PlugState.ON, watts=600)
    farm.look(60)
    assert farm.control.history("a").usual == pytest.approx(600, rel=0.06)


def test_a_cycle_that_is_cancelled_was_none() -> None:
    """Test it counts for nothing."""
    farm = Farm()
    before = farm.control.history("a")
    farm.control.begin("a", farm.watch.now)
    assert farm.refusal() is Refusal.RIG_BUSY
    assert farm.refusal("b", forced=True) is Refusal.OTHER_BUSY
    farm.control.cancel("a")
    assert farm.control.history("a") == before
    assert farm.refusal("b", forced=True) is None


def test_a_plug_is_turned_off_once_that_is_written_down() -> None:
    """Test it has its time from then on, and is left if that must not be any more."""
    farm = Farm()
    control, late = farm.control, farm.watch.now + timedelta(seconds=40)
    control.begin("a", farm.watch.now)
    assert control.cut("a", late) == PLUGS["a"]
    assert control.advance("a", Sight(plug=PlugState.ON), late) is None
    control.interrupt(late)
    assert control.cut("a", late) is None


def test_the_cycle_of_a_rig_ends_when_it_has_booted() -> None:
    """Test a report from before, and one of a rig that did not boot, prove nothing."""
    farm = Farm()
    control, watch = farm.control, farm.watch
    assert control.advance("a", farm.sights["a"], watch.now) is None
    control.begin("a", watch.now)
    control.advance("a", Sight(plug=PlugState.OFF), watch.now)
    later = watch.now + timedelta(seconds=15)
    control.advance("a", Sight(plug=PlugState.OFF), later)
    on = Sight(plug=PlugState.ON)
    control.advance("a", on, later)
    assert control.advance("a", on, later) is None
    # It reports, but did not boot: it is fed by another plug.
    farm.look()
    assert control.advance("a", on, watch.now) is None
    watch.booted_at["a"] = watch.seconds + 10
    farm.look()
    move = control.advance("a", on, watch.now)
    assert move is not None
    assert move.event is not None
    assert move.event.type is PowerChange.POWER_CYCLED
    assert move.event.duration == timedelta(minutes=2)
    assert control.history("a").last is not None
    assert control.history("a").cycle is None


def test_a_plug_that_turns_off_late_and_stays_so_is_told_again() -> None:
    """Test somebody was told that it stays on, and now has to look at a dark rig."""
    farm = Farm()
    control, now = farm.control, farm.watch.now
    control.begin("a", now)
    told = []
    for second in range(0, 240, 10):
        plug = PlugState.ON if second < 120 else PlugState.OFF
        later = now + timedelta(seconds=second)
        while move := control.advance("a", Sight(plug=plug), later):
            told += [move.event.outcome] if move.event else []
    assert told == [Outcome.PLUG_STAYED_ON, Outcome.PLUG_STAYED_OFF]


@pytest.mark.parametrize(("hash_rate", "is_back"), [(0, False), (60, True)])
def test_a_rig_that_does_not_say_when_it_booted_has_to_mine(
    hash_rate: float, *, is_back: bool
) -> None:
    """Test old versions of ethOS, and rigs in other states."""
    farm = Farm()
    control, watch = farm.control, farm.watch
    control.begin("a", watch.now)
    control.advance("a", Sight(plug=PlugState.OFF), watch.now)
    control.interrupt(watch.now)
    control.resume(watch.now)
    on = Sight(plug=PlugState.ON)
    control.histories["a"] = replace(
        control.histories["a"],
        cycle=replace(control.cycles()["a"], failure=None),
    )
    control.advance("a", on, watch.now)
    control.advance("a", on, watch.now)
    watch.look(60)
    seen = watch.result.panel.rigs["a"]
    odd = replace(seen, booted_at=None, hash_rate=hash_rate)
    farm.see(replace(watch.result.panel, rigs={"a": odd}))
    move = control.advance("a", on, watch.now)
    assert (move is not None) is is_back
    farm.see(replace(watch.result.panel, rigs={}))
    assert control.advance("a", on, watch.now) is None
    late = watch.now + timedelta(minutes=20)
    move = control.advance("a", on, late)
    assert (move is None) is is_back
    if move is not None:
        assert move.event is not None
        assert move.event.outcome is Outcome.NOT_RECOVERED
        assert move.event.duration is None


def test_plugs_come_and_go() -> None:
    """Test who takes a plug away wants no more of it, and what is old is forgotten."""
    farm = Farm()
    control, now = farm.control, farm.watch.now
    control.histories |= {
        "a": History(given_up_at=now, attempts=(Attempt(at=now),)),
        "z": History(attempts=(Attempt(at=now - timedelta(days=2)),)),
    }
    control.begin("b", now)
    assert control.set_plugs({}, now) == ["b"]
    assert control.history("a").given_up_at is None
    assert control.history("a").attempts
    assert "z" not in control.histories
    assert control.cycles()["b"].failure is Outcome.INTERRUPTED
    assert control.refusals == {}
    assert control.set_plugs(PLUGS, now) == []


def test_a_plug_of_another_switch_ends_the_cycle_of_the_first() -> None:
    """Test the first is turned on again."""
    farm = Farm()
    farm.control.begin("a", farm.watch.now)
    other = {**PLUGS, "a": Plug(switch="switch.c")}
    assert farm.control.set_plugs(other, farm.watch.now) == ["a"]
    assert farm.control.cycles()["a"].plug.switch == "switch.a"


def test_a_review_needs_no_memory() -> None:
    """Test a panel of which nothing is remembered yet is judged all the same."""
    farm = Farm()
    fresh = review(None, farm.panel, LIMITS)
    farm.control.see(fresh.panel, {}, farm.sights)
    assert farm.refusal() is Refusal.NO_PROBLEM
