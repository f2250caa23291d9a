"""Test what goes wrong by itself."""

from collections import Counter

import pytest

from simulator import Farm, Plan
from simulator.state import problems

from .conftest import seen

DAY = 86_400


def test_nothing_goes_wrong_unless_told() -> None:
    """Test a farm can be trusted to be well."""
    farm = Farm(Plan(rigs=20))
    farm.advance(seconds=7 * DAY)
    assert {rig["condition"] for rig in farm.panel()["rigs"].values()} == {"mining"}
    assert all(int(rig["uptime"]) > 7 * DAY for rig in farm.panel()["rigs"].values())


def test_all_sorts_of_things_go_wrong_and_right_again() -> None:
    """Test each kind of accident is seen, and most rigs are well at any time."""
    farm = Farm(Plan(rigs=30, faults=4))
    kinds: Counter[str] = Counter()
    conditions: Counter[str] = Counter()

    def look() -> None:
        for rig in farm.rigs.values():
            kinds.update({problem.partition(":")[0] for problem in problems(rig)})
        conditions.update(rig["condition"] for rig in farm.panel()["rigs"].values())

    for _ in seen(farm, 4 * DAY, look, step=600):
        pass
    assert kinds.keys() == {
        "autorebooted",
        "dead",
        "fan_stopped",
        "gpu_stuck",
        "gpu_vanished",
        "hash_rate_declines",
        "hash_rate_dropped",
        "heated",
        "hung",
        "miner_stopped",
        "network_lost",
        "overheated",
        "sensor_broken",
    }
    assert conditions.keys() == {
        "autorebooted",
        "just_booted",
        "mining",
        "no_hash",
        "overheat",
        "stuck_miners",
        "throttle",
        "unreachable",
    }
    assert 0.75 < conditions["mining"] / conditions.total() < 0.97


def test_accidents_come_as_often_as_asked_for() -> None:
    """Test about two a day, with those left out that would hit a rig in trouble."""
    farm = Farm(Plan(rigs=50, faults=2))
    begun = 0
    before = dict.fromkeys(farm.rigs, False)

    def look() -> dict[str, bool]:
        return {rig_id: bool(problems(rig)) for rig_id, rig in farm.rigs.items()}

    for _ in range(4 * 144):
        farm.advance(seconds=600)
        after = look()
        begun += sum(after[rig_id] and not before[rig_id] for rig_id in after)
        before = after
    # A reboot is no lasting problem, and an hour's accident hides one in ten.
    assert begun / 50 / 4 == pytest.approx(1.6, abs=0.3)


def test_what_was_broken_by_hand_stays_broken() -> None:
    """Test nobody comes to mend it."""
    farm = Farm(Plan(rigs=5, faults=10))
    farm.heal()
    farm.advance(seconds=200)
    for rig in farm.rigs.values():
        rig.break_power_supply()
    farm.advance(seconds=3 * DAY)
    assert all("power_supply_broken" in problems(rig) for rig in farm.rigs.values())


def test_a_farm_with_accidents_has_some_from_the_start() -> None:
    """Test a demonstration need not wait."""
    farm = Farm(Plan(rigs=100, faults=3))
    assert any(problems(rig) for rig in farm.rigs.values())


def test_a_rig_is_listed_however_soon_it_breaks() -> None:
    """Test each has reported before something happens."""
    assert Farm(Plan(rigs=100, faults=500)).panel()["total_rigs"] == 100


def test_no_accident_befalls_a_rig_that_was_taken_away() -> None:
    """Test a rig that returned has its own accidents only."""
    farm = Farm(Plan(rigs=1, faults=100))
    (rig_id,) = farm.rigs
    old = farm.rig(rig_id)
    farm.remove(rig_id=rig_id)
    left = problems(old)
    farm.add(rig_id=rig_id)
    farm.advance(seconds=DAY)
    assert problems(old) == left
    assert rig_id in farm.panel()["rigs"]
