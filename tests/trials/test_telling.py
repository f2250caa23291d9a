"""Test that what goes wrong is told: all of it, once, soon, and nothing else."""

from pathlib import Path

import pytest

from custom_components.ethos.panel import ChangeType
from simulator import Farm, Plan
from trials.page import renew
from trials.telling.court import WAIT, Case, Court
from trials.telling.kinds import KINDS, REMOVED, RETURNING, Fault, Kind
from trials.telling.look import Look
from trials.telling.report import LATEST, Tally, complaints, report
from trials.telling.run import Run, Setting
from trials.telling.watchers import Integration, Word

SHORT = Setting(seed=1, rigs=20, days=0.5, peace=0.2)
RIG = "a1b2c3"


@pytest.fixture(scope="module")
def short() -> Run:
    """Run half a day of a small farm that has little peace."""
    run = Run(SHORT)
    run.run()
    return run


def kind(name: str) -> Kind:
    """Return a kind of fault by how its name begins."""
    (one,) = (each for each in KINDS if each.name.startswith(name))
    return one


def case(name: str, *, slot: str = "") -> Case:
    """Return a fault that an answer has shown."""
    fault = Fault(kind=kind(name), rig_id=RIG, at=0, until=600, slot=slot)
    result = Case(fault=fault)
    result.begun.at, result.begun.polls = 1, 3
    return result


def hear(court: Court, one: Case, kind: ChangeType, gpu: str | None = None) -> None:
    """Let a court hear something at the second poll."""
    court.hear(Word(RIG, kind, gpu), [one], 2, 60)


def test_all_is_told_once_soon_and_nothing_else(short: Run) -> None:
    """Test the promise, by chance: the long run is started by hand."""
    assert list(complaints(short)) == []
    tally = Tally.of(short.integration, short.cases)
    assert tally.told == tally.shown > 30
    assert tally.ends_told == tally.ends_shown > 20
    assert max(tally.delays) <= LATEST


def test_ethogram_would_not_have_kept_it(short: Run) -> None:
    """Test the run is hard enough to tell good from bad."""
    tally = Tally.of(short.ethogram, short.cases)
    assert tally.told < tally.shown
    assert short.ethogram.false


def test_the_run_is_full_of_bad_luck(short: Run) -> None:
    """Test faults of many kinds were done, and much that is none."""
    assert len({one.fault.kind.name for one in short.cases}) > 12
    assert len(short.done) > 8
    assert short.failed > 10


def test_the_report_has_a_row_for_each_kind_of_fault(short: Run) -> None:
    """Test nothing that was done is left out."""
    lines = report(short).splitlines()
    for name in {one.fault.kind.name for one in short.cases} | set(short.done):
        assert any(line.startswith(f"| {name} |") for line in lines)


def test_the_same_seed_is_the_same_run() -> None:
    """Test whoever finds something can show it to others."""
    runs = [Run(Setting(seed=2, rigs=5, days=0.25)) for _ in range(2)]
    for run in runs:
        run.run()
    one, other = (report(run).splitlines()[1:] for run in runs)
    assert one == other


# The court.


def test_what_no_fault_explains_is_false() -> None:
    """Test a word about another GPU, of another kind, or without a fault."""
    court = Court(Integration())
    one = case("GPU stuck until a reboot", slot="01:00.0")
    hear(court, one, ChangeType.GPU_LOST, "02:00.0")
    hear(court, one, ChangeType.OVERHEATED, "01:00.0")
    court.hear(Word(RIG, ChangeType.RIG_DOWN), [], 2, 60)
    assert len(court.false) == 3
    assert Tally.of(court, [one]).told == 0
    hear(court, one, ChangeType.GPU_LOST, "01:00.0")
    assert Tally.of(court, [one]).told == 1
    assert len(court.false) == 3


def test_an_end_before_the_end_is_false() -> None:
    """Test a recovery is believed only of what was undone."""
    court = Court(Integration())
    one = case("fan stopped")
    hear(court, one, ChangeType.FAN_RESTARTED)
    assert len(court.false) == 1
    one.is_undone = True
    hear(court, one, ChangeType.FAN_RESTARTED)
    assert len(court.false) == 1
    one.over.at = 2
    hear(court, one, ChangeType.FAN_STOPPED)
    assert len(court.false) == 2


def test_what_is_told_again_is_twice() -> None:
    """Test it is no false alarm, but no better."""
    court = Court(Integration())
    one = case("overheated")
    hear(court, one, ChangeType.OVERHEATED, "01:00.0")
    hear(court, one, ChangeType.MINING_STOPPED)
    assert court.verdicts[id(one)].twice == []
    hear(court, one, ChangeType.OVERHEATED)
    hear(court, one, ChangeType.MINING_STOPPED)
    assert len(court.verdicts[id(one)].twice) == 2
    assert court.false == []


def test_a_case_is_closed_some_polls_after_its_end_showed() -> None:
    """Test what comes later is a false alarm."""
    one = case("fan stopped")
    assert not one.is_closed(1000)
    one.over.at = 7
    assert not one.is_closed(7 + WAIT)
    assert one.is_closed(8 + WAIT)


# What is done to rigs.


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_each_kind_shows_and_ends_by_its_own_rule(kind: Kind) -> None:
    """Test against the simulator, whose panel shows what truly is."""
    farm = Farm(Plan(seed=2, rigs=4))
    rig = next(iter(farm.rigs.values()))
    fault = Fault(
        kind=kind, rig_id=rig.rig_id, at=farm.now, until=None, gpu=1, size=0.5
    )
    fault.slot = f"{rig.gpus[1].card.bus:02x}:00.0"
    farm.advance(seconds=600)
    fault.level = look(farm, rig.rig_id).hash_rate
    fault.at = farm.now
    assert not kind.shows(look(farm, rig.rig_id), fault)
    kind.begin(farm, fault)
    farm.advance(seconds=(kind.lasts(0.5) + 0.5) * 3600 if kind.lasts else 900)
    assert kind.shows(look(farm, rig.rig_id), fault) is kind.is_fault
    assert not kind.is_over(look(farm, rig.rig_id), fault)
    if kind.end is None:
        return
    fault.until = farm.now
    kind.end(farm, fault)
    farm.advance(seconds=1200)
    assert kind.is_over(look(farm, rig.rig_id), fault) is bool(kind.ends)


def look(farm: Farm, rig_id: str) -> Look:
    """Look at a rig while others report."""
    return Look(farm.panel()["rigs"].get(rig_id), farm.now, others_report=True)


def test_a_rig_that_is_silent_with_all_others_is_not_down() -> None:
    """Test a panel that is old says nothing."""
    rig = {"server_time": 0, "condition": "mining"}
    assert Look(rig, 481, others_report=True).is_down
    assert not Look(rig, 480, others_report=True).is_down
    assert not Look(rig, 481, others_report=False).is_down
    rig["condition"] = "unreachable"
    assert Look(rig, 1, others_report=False).is_down


def test_a_rig_that_is_not_listed_is_not_down_but_gone() -> None:
    """Test one is never taken for the other."""
    gone = Look(None, 9999, others_report=True)
    assert not gone.is_down
    for kind in (REMOVED, RETURNING):
        fault = Fault(kind=kind, rig_id=RIG, at=0, until=None)
        assert kind.shows(gone, fault)
        assert not kind.is_over(gone, fault)


# The page.


def test_the_page_keeps_what_is_not_the_trials(tmp_path: Path) -> None:
    """Test each trial writes its own section, again and again."""
    page = tmp_path / "page.md"
    page.write_text(
        "# A\n<!-- one: written by the trial -->\nold\n<!-- end of one -->\nB\n"
    )
    for tables in ("new", "newer"):
        renew("one", tables, page)
    assert page.read_text() == (
        "# A\n<!-- one: written by the trial -->\n\nnewer\n\n<!-- end of one -->\nB\n"
    )
    with pytest.raises(ValueError, match="no place for other"):
        renew("other", "", page)
