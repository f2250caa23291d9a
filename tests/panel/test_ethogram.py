"""Test what ethogram told is told still, and what it got wrong is not."""

from collections.abc import Mapping
from typing import Any, override

import pytest

from custom_components.ethos.panel import Change, ChangeType
from tests.ethogram import POLL, Ethogram
from tests.farm import START, Json, rig
from tests.panel.looks import DAY, DEAD, SECOND, Watch, types

_POLL = int(POLL.total_seconds())


class Both(Watch):
    """Looks every minute, and lets ethogram look at the same panel when it would."""

    def __init__(self, rigs: Mapping[str, Any] | None = None) -> None:
        """Begin to look, when nothing is new to either."""
        self.ethogram = Ethogram()
        self.it_says: list[tuple[str, str]] = []
        # Whole degrees, as NVIDIA cards tell: the others it cannot read.
        super().__init__(rigs or {"a": rig(hash=60, temp="64 65")})
        self.looks(20)
        assert all(kind == "added" for _, kind in self.it_says)
        self.it_says.clear()

    @override
    def look(
        self, seconds: int = 60, *, reports: bool = True, **said: Any
    ) -> list[Change]:
        """Look; let ethogram look too, if it is time."""
        told = super().look(seconds, reports=reports, **said)
        if self.seconds % _POLL == 0:
            self.it_says += self.ethogram.look(self.said, self.now)
        return told

    def heard(self) -> list[str]:
        """Return what ethogram has said of the rig since it was last asked."""
        kinds = [kind for rig_id, kind in self.it_says if rig_id == "a"]
        self.it_says.clear()
        return kinds


# What it got right.


@pytest.mark.parametrize(
    ("said", "kinds", "ours"),
    [
        pytest.param(
            {"hash": 50},
            ["hash_rate_dropped"],
            [ChangeType.HASH_RATE_DROPPED],
            id="drop",
        ),
        pytest.param(
            {"hash": 70},
            ["hash_rate_increased"],
            [ChangeType.HASH_RATE_RISEN],
            id="rise",
        ),
        pytest.param(
            {"hash": 0, "miner_hashes": "00.00 00.00"},
            ["hash_rate_dropped"],
            [ChangeType.MINING_STOPPED],
            id="no hash rate",
        ),
        pytest.param(
            {"temp": "81 82"},
            ["high_temperature"],
            [ChangeType.OVERHEATED] * 2,
            id="hot",
        ),
        pytest.param(
            {"temp": "33 34"},
            ["low_temperature"],
            [ChangeType.UNDERHEATED] * 2,
            id="cold",
        ),
    ],
)
def test_what_ethogram_tells_is_told(
    said: Json, kinds: list[str], ours: list[ChangeType]
) -> None:
    """Test nobody who comes from it misses a message."""
    watch = Both()
    watch.a.update(said)
    assert types(watch.looks(60)) == ours
    assert watch.heard() == kinds


def test_what_ethogram_tells_of_a_rigs_life_is_told() -> None:
    """Test silence, boots, starts of the miner, coming and going."""
    watch = Both({name: rig(hash=60, temp="64 65") for name in "ab"})
    watch.boot()
    assert types(watch.looks(60)) == [ChangeType.RIG_REBOOTED]
    assert watch.heard() == ["rebooted"]
    watch.start_miner()
    assert types(watch.looks(60)) == [ChangeType.MINER_RESTARTED]
    assert watch.heard() == ["miner_restarted"]
    watch.silent.add("a")
    assert types(watch.looks(60)) == [ChangeType.RIG_DOWN]
    assert watch.heard() == ["offline"]
    gone = watch.rigs.pop("a")
    assert types(watch.looks(20)) == [ChangeType.RIG_REMOVED]
    assert watch.heard() == ["removed"]
    watch.rigs["a"] = gone
    assert types(watch.looks(20)) == [ChangeType.RIG_ADDED]
    assert watch.heard() == ["added"]


# It compares two polls only.


def test_a_slow_decline_is_not_missed() -> None:
    """Test a rig that loses a percent an hour is nearly a quarter down in a day."""
    watch = Both()
    told = []
    for hour in range(24):
        watch.a["hash"] = round(60 * (1 - hour / 100), 2)
        told += watch.looks(60)
    assert types(told) == [ChangeType.HASH_RATE_DROPPED]
    assert watch.heard() == []


def test_what_goes_down_in_steps_is_not_missed() -> None:
    """Test a rig that loses a twelfth every four minutes is soon at half."""
    watch = Both()
    told = []
    for rate in (55, 50.5, 46.4, 42.6, 39.1, 36, 33.1, 30):
        watch.a["hash"] = rate
        told += watch.looks(4)
    assert types(told) == [ChangeType.HASH_RATE_DROPPED]
    assert watch.heard() == []


def test_a_temperature_that_goes_up_and_down_is_told_once() -> None:
    """Test a rig that stays hot is one problem, whatever its last degree does."""
    watch = Both()
    told = []
    for temperature in (82, 83, 82, 84, 83, 85, 84, 86):
        watch.a["temp"] = f"{temperature} {temperature}"
        told += watch.looks(4)
    assert types(told) == [ChangeType.OVERHEATED] * 2
    assert watch.heard() == ["high_temperature"] * 5


def test_what_is_over_is_told() -> None:
    """Test one need not ask whether a rig has cooled, or reports again."""
    watch = Both()
    watch.a["temp"] = "82 83"
    watch.looks(20)
    watch.silent.add("a")
    watch.looks(60)
    assert watch.heard() == ["high_temperature", "offline"]
    watch.silent.clear()
    watch.a["temp"] = "64 65"
    assert types(watch.looks(20)) == [
        ChangeType.RIG_UP,
        ChangeType.COOLED_DOWN,
        ChangeType.COOLED_DOWN,
    ]
    assert watch.heard() == []


# It takes the frozen values of a dead rig for live ones.


def test_a_dead_rig_has_no_hash_rate_that_drops_and_rises() -> None:
    """Test its panel writes zero, which nobody has measured."""
    watch = Both()
    well = dict(watch.a)
    watch.a.update(DEAD)
    assert types(watch.looks(60)) == [ChangeType.RIG_DOWN]
    assert watch.seen.hash_rate is None
    watch.rigs["a"] = well
    assert types(watch.looks(60)) == [ChangeType.RIG_UP]
    assert watch.heard() == ["hash_rate_dropped", "offline", "hash_rate_increased"]


def test_a_rig_that_comes_back_is_not_compared_with_its_frozen_temperature() -> None:
    """Test it is cold from having been off, not from mining badly."""
    watch = Both()
    well = dict(watch.a)
    watch.silent.add("a")
    watch.looks(60)
    watch.heard()
    watch.silent.clear()
    watch.boot()
    watch.rigs["a"] = well | {"temp": "25 26", "condition": "just_booted"}
    assert types(watch.looks(4)) == [ChangeType.RIG_UP, ChangeType.RIG_REBOOTED]
    assert watch.heard() == ["low_temperature", "rebooted"]
    watch.rigs["a"] = well
    assert watch.looks(20) == []


def test_a_boot_is_seen_though_a_dead_rig_was_young() -> None:
    """Test a rig that hangs after three minutes has no age that it can fall below."""
    watch = Both()
    watch.boot()
    watch.looks(4)
    watch.heard()
    frozen = int(watch.a["uptime"])
    watch.silent.add("a")
    assert types(watch.looks(20)) == [ChangeType.RIG_DOWN]
    assert watch.heard() == ["offline"]
    watch.silent.clear()
    watch.boot(frozen + 240)
    watch.seconds += 240
    assert types(watch.looks(8)) == [ChangeType.RIG_UP, ChangeType.RIG_REBOOTED]
    assert watch.heard() == []


# It loses whole days of a rig's age.


def test_a_rig_that_is_down_for_days_is_told_once() -> None:
    """Test ethogram finds it fresh again after each day, and down eight minutes on."""
    watch = Both({name: rig(hash=60, temp="64 65") for name in "ab"})
    watch.silent.add("a")
    told = watch.looks(3 * DAY // 240 + 10, 240)
    assert types(told) == [ChangeType.RIG_DOWN]
    assert watch.heard() == ["offline"] * 4


def test_a_rig_that_reports_from_the_future_is_not_down() -> None:
    """Test a panel's clock may be a second behind: that is no day less a second."""
    watch = Both({name: rig(hash=60, temp="64 65") for name in "ab"})
    watch.silent.add("a")
    for _ in range(20):
        # As the panel will show it at the next look.
        watch.a["server_time"] = START + watch.seconds + 61
        assert watch.look() == []
    assert watch.heard() == ["offline"]


# What else it gets wrong.


def test_one_hot_gpu_among_cool_ones_is_told() -> None:
    """Test ethogram looks at the coolest one."""
    watch = Both()
    watch.a["temp"] = "64 95"
    (change,) = watch.looks(20)
    assert (change.type, change.gpu) == (ChangeType.OVERHEATED, SECOND)
    assert watch.heard() == []


def test_temperatures_of_amd_cards_are_read() -> None:
    """Test they have decimals, which ethogram takes for no temperature at all."""
    watch = Both({"a": rig(hash=60)})
    watch.a["temp"] = "90.00 95.00"
    assert types(watch.looks(20)) == [ChangeType.OVERHEATED] * 2
    assert watch.heard() == []


def test_temperatures_that_are_missing_are_not_cold() -> None:
    """Test a list that is empty for once is no zero."""
    watch = Both()
    watch.a["temp"] = ""
    assert watch.looks(20) == []
    assert watch.heard() == ["low_temperature"]


def test_one_odd_rig_does_not_hide_the_others() -> None:
    """Test ethogram says nothing of a whole farm while one rig cannot be read."""
    watch = Both({"a": rig(hash=60, temp="64 65"), "b": rig(hash=60, temp="64 65")})
    watch.rigs["b"]["temp"] = None
    watch.a["hash"] = 40
    assert types(watch.looks(20)) == [ChangeType.HASH_RATE_DROPPED]
    assert watch.heard() == []


def test_a_restart_does_not_add_every_rig_anew() -> None:
    """Test what was seen before it is not new."""
    watch = Both()
    watch.ethogram = Ethogram()
    watch.restart()
    assert watch.looks(20) == []
    assert watch.heard() == ["added"]
