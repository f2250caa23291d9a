"""Test that rigs are healed by their plugs, and none is cut that should not be."""

from dataclasses import replace
from typing import override

import pytest

from custom_components.ethos.power.cycler import PlugState
from simulator import Farm, Phase, Plan, Rig
from simulator.dice import dice
from simulator.plan import START
from trials.power.accidents import HOUR, KINDS, Accident, Kind, Need
from trials.power.agenda import Agenda
from trials.power.plug import LEFT_DARK, MINUTE, Fault, Plug
from trials.power.report import complaints, report
from trials.power.run import Cut, Killed, Run, Setting
from trials.power.tally import Tally
from trials.power.truth import (
    BOOTING,
    HOT,
    MAINS,
    MINING,
    PANEL,
    UNHEARD,
    WORKED_AT,
    is_well,
    wrong,
)
from trials.power.watchers import WATCHERS, Integration

SHORT = Setting(seed=1, rigs=14, days=2.5, peace=0.15)


def tally(setting: Setting, number: int = 0) -> Tally:
    """Run one of the watchers."""
    run = Run(setting, WATCHERS[number])
    run.run()
    return Tally.of(run)


@pytest.fixture(scope="module")
def short() -> list[Tally]:
    """Run some days of a small farm that has little peace."""
    return [tally(SHORT, number) for number in range(len(WATCHERS))]


def test_rigs_are_healed_and_no_other_is_touched(short: list[Tally]) -> None:
    """Test the promise, by chance: the long run is started by hand."""
    ours = short[0]
    assert list(complaints(ours)) == []
    hung = ours.fates_of(Need.CYCLE, is_silent=True)
    assert len(hung) > 3
    assert all(fate.took is not None for fate in hung)
    assert len(ours.cuts) > 9
    assert ours.done["Home Assistant killed amid a power cycle"] > 0


def test_others_would_not_have_kept_it(short: list[Tally]) -> None:
    """Test the run is hard enough to tell good from bad."""
    for theirs in short[1:]:
        assert theirs.wrongs
        assert theirs.over_limit
        assert list(complaints(theirs))
    assert short[2].darks


def test_the_report_has_a_row_for_each_kind_of_accident(short: list[Tally]) -> None:
    """Test nothing that happened is left out."""
    lines = report(SHORT, short).splitlines()
    for name in {fate.kind for fate in short[0].fates} | set(short[0].done):
        assert any(line.startswith(f"| {name} |") for line in lines)


def test_the_same_seed_is_the_same_run() -> None:
    """Test whoever finds something can show it to others."""
    setting = Setting(seed=2, rigs=3, days=1.2, peace=0.1)
    one, other = (tally(setting) for _ in range(2))
    assert one == other
    assert one.cuts


# Home Assistant.


class Deadly(Run):
    """A run in which Home Assistant is killed at a certain moment of a cycle."""

    dies_at = -1

    @override
    def may_die(self) -> None:
        """Count the moments."""
        self.dies_at -= 1
        if self.dies_at == 0:
            raise Killed


@pytest.mark.parametrize("moment", range(1, 14))
def test_power_comes_back_whenever_home_assistant_is_killed(moment: int) -> None:
    """Test each moment of a cycle: none leaves the rig dark, or cuts it twice."""
    run = Deadly(Setting(seed=3, rigs=4, days=0.2, peace=9), Integration)
    rig = next(iter(run.farm.rigs.values()))
    run.dies_at = moment
    run.agenda.at(START + HOUR, rig.hang)
    run.run()
    assert run.done["Home Assistant killed amid a power cycle"] == (moment <= 12)
    assert is_well(rig)
    assert len(run.cuts) == 1
    assert run.plugs[rig.rig_id].longest_dark < LEFT_DARK


# Plugs.


class Bench:
    """A plug and its rig."""

    def __init__(self, *, has_meter: bool = True) -> None:
        """Let the rig mine."""
        self.farm = Farm(Plan(seed=1, rigs=1))
        self.rig: Rig = next(iter(self.farm.rigs.values()))
        self.agenda = Agenda(self.farm)
        self.changes = 0
        self.plug = Plug(
            self.rig,
            self.agenda,
            dice(1),
            self.note,
            has_meter=has_meter,
        )

    def note(self, _: str) -> None:
        """Count a change."""
        self.changes += 1

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        end = self.agenda.now + seconds
        self.agenda.at(end, lambda: None)
        while (event := self.agenda.next(end)) is not None:
            event()

    def turn(self, *, on: bool | None) -> PlugState:
        """Tell it, and see what it is then."""
        self.plug.turn(on=on)
        self.wait(60)
        return self.plug.state


def test_a_plug_obeys_and_its_meter_follows() -> None:
    """Test it takes a moment, and the meter some more."""
    bench = Bench()
    usual = bench.plug.watts
    assert usual is not None
    assert usual > 300
    bench.plug.turn(on=False)
    assert bench.plug.is_on
    bench.wait(1)
    assert (bench.plug.state, bench.rig.phase) == (PlugState.OFF, Phase.OFF)
    assert bench.plug.watts == pytest.approx(usual, rel=0.05)
    bench.wait(5)
    assert bench.plug.watts == pytest.approx(0, abs=0.6)
    assert bench.changes == 2
    assert bench.turn(on=None) is PlugState.ON
    assert bench.turn(on=None) is PlugState.OFF
    assert Bench(has_meter=False).plug.watts is None


@pytest.mark.parametrize(
    ("fault", "off", "on", "phase"),
    [
        (Fault.ABSENT, PlugState.UNAVAILABLE, PlugState.UNAVAILABLE, Phase.RUNNING),
        (Fault.STUCK_ON, PlugState.ON, PlugState.ON, Phase.RUNNING),
        (Fault.STUCK_OFF, PlugState.OFF, PlugState.OFF, Phase.OFF),
        (Fault.WELDED, PlugState.OFF, PlugState.ON, Phase.RUNNING),
        (Fault.FAINT, PlugState.UNAVAILABLE, PlugState.UNAVAILABLE, Phase.OFF),
        (Fault.SLOW, PlugState.OFF, PlugState.ON, Phase.OFF),
    ],
)
def test_a_plug_fails_in_its_own_way(
    fault: Fault, off: PlugState, on: PlugState, phase: Phase
) -> None:
    """Test what it says, what its rig does, and that a person mends it."""
    bench = Bench()
    bench.plug.fail(fault)
    assert bench.turn(on=False) is off
    assert bench.rig.phase is phase
    assert bench.turn(on=True) is on
    bench.wait(20 * MINUTE)
    bench.plug.mend()
    assert bench.turn(on=False) is PlugState.OFF
    assert bench.rig.phase is Phase.OFF


def test_a_forgetful_plug_hears_now_and_then() -> None:
    """Test it does not obey each time, but does sometimes."""
    bench = Bench()
    bench.plug.fail(Fault.FORGETFUL)
    said = [bench.turn(on=number % 2 == 1) for number in range(40)]
    wanted = [PlugState.ON if number % 2 else PlugState.OFF for number in range(40)]
    obeyed = sum(one is other for one, other in zip(said, wanted, strict=True))
    assert 10 < obeyed < 40


def test_a_rig_is_left_dark_only_where_its_plug_would_hear() -> None:
    """Test neither a person's plug counts, nor one that cannot be turned on."""
    bench = Bench()
    bench.plug.take()
    bench.wait(2 * LEFT_DARK)
    bench.plug.mend()
    assert bench.plug.darks == 0
    bench.plug.fail(Fault.STUCK_OFF)
    bench.turn(on=False)
    bench.wait(2 * LEFT_DARK)
    bench.plug.mend()
    assert bench.plug.darks == 0
    bench.turn(on=False)
    bench.wait(2 * LEFT_DARK)
    assert bench.turn(on=True) is PlugState.ON
    assert bench.plug.darks == 1
    bench.turn(on=False)
    bench.wait(2 * LEFT_DARK)
    bench.plug.finish()
    assert bench.plug.darks == 2


def test_mains_that_are_gone_take_plug_and_rig_along() -> None:
    """Test both come back as they were."""
    bench = Bench()
    bench.plug.lose_mains()
    assert (bench.plug.state, bench.rig.phase) == (PlugState.UNAVAILABLE, Phase.OFF)
    bench.plug.get_mains()
    assert (bench.plug.state, bench.rig.phase) == (PlugState.ON, Phase.BOOTING)


# What is judged.


@pytest.mark.parametrize("has_meter", [True, False])
def test_what_speaks_against_a_cut(*, has_meter: bool) -> None:
    """Test each reason, and that there is none for a rig that hangs."""
    bench = Bench(has_meter=has_meter)

    def judge(
        *, is_hot: bool = False, is_panel_wrong: bool = False, is_unheard: bool = False
    ) -> str | None:
        return wrong(
            bench.plug,
            is_hot=is_hot,
            is_panel_wrong=is_panel_wrong,
            is_unheard=is_unheard,
        )

    assert judge() == MINING
    assert judge(is_unheard=True) == (MINING if has_meter else UNHEARD)
    bench.rig.hang()
    assert judge() is None
    assert judge(is_hot=True) == HOT
    assert judge(is_panel_wrong=True) == PANEL
    bench.plug.lose_mains()
    assert judge() == MAINS
    bench.plug.get_mains()
    assert judge() == BOOTING
    bench.wait(100)
    assert judge() == BOOTING
    bench.wait(100)
    assert judge() == MINING
    bench.rig.lose_gpu()
    assert judge() is None
    bench.plug.take()
    assert judge() == WORKED_AT


@pytest.mark.parametrize(
    ("before", "over"),
    [
        ([], 0),
        ([(59, "b")], 1),
        ([(61, "b")], 0),
        ([(29 * MINUTE, "a")], 1),
        ([(31 * MINUTE, "a")], 0),
        ([(number * 14 * MINUTE, name) for number, name in enumerate("edcb", 1)], 1),
        ([(number * 16 * MINUTE, name) for number, name in enumerate("edcb", 1)], 0),
        ([(number * 1.9 * HOUR, "a") for number in (1, 2, 3)], 1),
        ([(number * 2.1 * HOUR, "a") for number in (1, 2, 3)], 0),
        ([(number * 3.9 * HOUR, "a") for number in range(1, 7)], 1),
        ([(number * 4.1 * HOUR, "a") for number in range(1, 7)], 0),
    ],
)
def test_limits_are_counted_from_what_was_done(
    before: list[tuple[float, str]], over: int
) -> None:
    """Test each limit, just within and just beyond."""
    cuts = [Cut(at=START - age, rig_id=name, wrong=None) for age, name in before[::-1]]
    cuts.append(Cut(at=START, rig_id="a", wrong=None))
    empty = tally(Setting(rigs=1, days=0.01))
    assert len(replace(empty, cuts=cuts).over_limit) == over


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_accident_needs_what_it_says(kind: Kind) -> None:
    """Test a cycle by hand heals what it can heal, and nothing else."""
    run = Run(Setting(seed=3, rigs=4, days=1, peace=99), Integration)
    rig = next(iter(run.farm.rigs.values()))
    plug = run.plugs[rig.rig_id]
    assert is_well(rig)
    kind.begin(
        run,
        Accident(kind=kind, rig_id=rig.rig_id, at=START, until=START + HOUR, gpu=1),
    )
    run.farm.advance(seconds=60)
    needs_nothing = kind.need is Need.NOTHING
    assert needs_nothing or not is_well(rig)
    if needs_nothing:
        return
    for on in (False, True) * 8:
        plug.turn(on=on)
        end = run.agenda.now + 2000
        while run.agenda.now < end and (event := run.agenda.next(end)) is not None:
            event()
    assert is_well(rig) is (kind.need is Need.CYCLE)
