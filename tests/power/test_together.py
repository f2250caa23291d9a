"""Test what rigs that fail at once say of each other."""

from datetime import timedelta

import pytest

from custom_components.ethos.power.cycler import PlugState, Sight
from custom_components.ethos.power.history import Attempt, History
from custom_components.ethos.power.policy import Refusal
from tests.panel.reading import NOW
from tests.power.control import Farm


@pytest.mark.parametrize(
    ("rigs", "silent", "refusal"),
    [
        (2, "ab", Refusal.PANEL_STALE),
        (3, "abc", Refusal.PANEL_STALE),
        (3, "ab", None),
        (6, "abc", Refusal.FARM_FAILED),
        (10, "ab", None),
        (10, "abcd", Refusal.FARM_FAILED),
    ],
)
def test_what_many_have_is_no_rigs_own(
    rigs: int, silent: str, refusal: Refusal | None
) -> None:
    """Test from the first minute on, for as long as it lasts."""
    farm = Farm(rigs)
    for name in silent:
        farm.look(1)
        farm.watch.silent.add(name)
    seen = set()
    for _ in range(120):
        farm.look()
        seen.add(farm.refusal())
    if refusal is None:
        assert None in seen
    else:
        assert None not in seen
        assert seen & {refusal, Refusal.FARM_FAILED}


def test_rigs_that_fall_silent_together_may_share_a_switch() -> None:
    """Test none is cut while nothing tells that it does not mine."""
    farm = Farm(10)
    farm.watch.silent.update("abc")
    farm.look(30)
    assert farm.refusal() is Refusal.FARM_FAILED
    farm.sights["a"] = Sight(plug=PlugState.ON, watts=5)
    assert farm.refusal() is None


def test_the_last_behind_a_switch_is_given_its_time() -> None:
    """Test those that came back already fell silent with it, too."""
    farm = Farm(10)
    farm.watch.silent.update("abc")
    farm.look(30)
    farm.watch.silent.difference_update("bc")
    farm.look(14)
    assert farm.refusal() is Refusal.FARM_FAILED
    farm.look(2)
    assert farm.refusal() is None


def test_rigs_that_fall_silent_one_by_one_hang() -> None:
    """Test three of ten are no outage."""
    farm = Farm(10)
    for name in "abc":
        farm.look(6)
        farm.watch.silent.add(name)
    farm.look(30)
    assert farm.refusal() is None


def test_who_was_given_up_does_not_keep_others_from_it() -> None:
    """Test rigs that are dead for good are no outage."""
    farm = Farm(6)
    farm.watch.silent.update("abc")
    farm.look(15)
    assert farm.refusal() is Refusal.FARM_FAILED
    farm.control.histories["b"] = History(given_up_at=NOW)
    farm.look(15)
    assert farm.refusal() is None


def test_the_last_to_come_back_is_not_taken_for_one_that_hangs() -> None:
    """Test rigs report in turn after an outage: each is given its time."""
    farm = Farm(6)
    farm.watch.silent.update("abcdef")
    farm.look(60)
    farm.watch.silent.difference_update("cdef")
    farm.look(4)
    assert farm.refusal() is Refusal.NO_PROBLEM
    farm.watch.silent.remove("b")
    farm.look(9)
    assert farm.refusal() is Refusal.FARM_FAILED
    farm.look(9)
    assert farm.refusal() is None


@pytest.mark.parametrize(("minutes", "refusal"), [(59, Refusal.FARM_LIMIT), (60, None)])
def test_the_cycles_of_all_rigs_count_for_an_hour(
    minutes: int, refusal: Refusal | None
) -> None:
    """Test those of other rigs, with which this one has to share."""
    farm = Farm()
    farm.watch.silent.add("a")
    farm.look(30)
    assert farm.refusal() is None
    at = farm.watch.now - timedelta(minutes=minutes)
    farm.control.histories["b"] = History(attempts=(Attempt(at=at),) * 4)
    assert farm.refusal() is refusal
