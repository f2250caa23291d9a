"""Test a panel that answers, but with old data or by a wrong clock."""

from datetime import timedelta

from custom_components.ethos.panel import follow
from tests.farm import START, answer, rig
from tests.panel.following import LIMIT, TURN, look, online, reporting
from tests.panel.reading import NOW, PATIENCE, at, read


def test_when_all_rigs_go_quiet_the_panel_is_old() -> None:
    """Test a farm does not die at once; its rigs stay what they were."""
    rigs = {"a": reporting(0), "b": reporting(0), "c": reporting(-LIMIT - 1)}
    panel = look(rigs)
    later = look(rigs, LIMIT + 1, panel)
    assert later.stale is True
    assert online(later) == {"a": True, "b": True, "c": False}
    assert all(later.rigs[rig_id] is one for rig_id, one in panel.rigs.items())


def test_when_rigs_go_quiet_in_turn_none_is_down() -> None:
    """Test a panel that is old but for its clock is not told rig by rig."""
    rigs = {"a": reporting(0), "b": reporting(90), "c": reporting(170)}
    panel = look(rigs, 180)
    for seconds in range(180, 2 * LIMIT, 60):
        panel = look(rigs, seconds, panel)
        assert all(online(panel).values())
    assert panel.stale is True
    rigs["a"] = reporting(2 * LIMIT)
    panel = look(rigs, 2 * LIMIT, panel)
    assert panel.stale is False
    assert all(online(panel).values())


def test_a_panel_may_be_old_at_the_first_look() -> None:
    """Test nobody is taken down then, of whom nothing is known from before."""
    gone = reporting(0, condition="unreachable")
    panel = look({"a": reporting(-LIMIT - 1), "b": reporting(-LIMIT - 1), "c": gone})
    assert panel.stale is True
    assert online(panel) == {"a": True, "b": True, "c": False}


def test_a_panel_is_no_longer_old_once_a_rig_reports() -> None:
    """Test those that still do not have all their time for it."""
    rigs = {"a": reporting(0), "b": reporting(0)}
    panel = look(rigs, LIMIT + 1, look(rigs))
    assert panel.stale is True
    for seconds in range(0, LIMIT + 1, 60):
        rigs["b"] = reporting(2 * LIMIT + seconds)
        panel = look(rigs, 2 * LIMIT + seconds, panel)
        assert panel.stale is False
        assert online(panel) == {"a": True, "b": True}
    panel = look(rigs, 3 * LIMIT + 1, panel)
    assert online(panel) == {"a": False, "b": True}
    assert panel.rigs["a"].heard_at == at(START + 2 * LIMIT)


def test_a_panel_whose_clock_stands_still_is_old() -> None:
    """Test a page that some cache serves for ever is found out."""
    rigs = {"a": reporting(-60), "b": reporting(-30)}
    first = look(rigs)
    panel = look(rigs, LIMIT, first, time=START)
    assert panel.stale is False
    assert panel.moved_at == NOW
    panel = look(rigs, LIMIT + 1, panel, time=START)
    assert panel.stale is True
    assert panel.moved_at == NOW
    assert all(panel.rigs[rig_id] is one for rig_id, one in first.rigs.items())


def test_a_panel_whose_clock_moves_again_is_not_old() -> None:
    """Test it is forgiven at once."""
    rigs = {"a": reporting(-60), "b": reporting(-30)}
    panel = look(rigs, LIMIT + 1, look(rigs), time=START)
    panel = look(rigs, LIMIT + 61, panel, time=START + 60)
    assert panel.stale is False
    assert panel.moved_at == NOW + timedelta(seconds=LIMIT + 61)


def test_a_single_rig_on_an_old_panel_stays_what_it_was() -> None:
    """Test a clock that stands still says nothing of the rig."""
    panel = look({"a": reporting(0)})
    later = look({"a": reporting(0)}, LIMIT + 1, panel, time=START)
    assert later.stale is True
    assert later.rigs["a"] is panel.rigs["a"]
    assert online(later) == {"a": True}


def test_a_panel_without_a_clock_of_its_own_does_not_stand_still() -> None:
    """Test the time of its host is not taken for the panel's."""
    data = answer({"a": reporting(0)}, per_info=[])
    panel = None
    for seconds in (0, LIMIT + 1):
        read_at = NOW + timedelta(seconds=seconds)
        panel = follow(panel, read(data, read_at=read_at, date=NOW), PATIENCE)
        assert panel.stale is False
        assert panel.moved_at == read_at


def test_a_rig_that_appears_on_an_old_panel_is_online() -> None:
    """Test an old panel judges nobody."""
    rigs = {"a": reporting(0), "b": reporting(0)}
    panel = look(rigs)
    panel = look({**rigs, "c": reporting(-1)}, LIMIT + 1, panel, time=START)
    assert panel.stale is True
    assert online(panel) == {"a": True, "b": True, "c": True}


def test_an_old_panel_may_still_call_a_rig_unreachable() -> None:
    """Test what it says itself is believed, and a dead rig's readings are not kept."""
    rigs = {"a": reporting(0), "b": reporting(0)}
    panel = look(rigs)
    rigs["b"] = reporting(0, condition="unreachable")
    panel = look(rigs, LIMIT + 1, panel, time=START)
    assert panel.stale is True
    assert online(panel) == {"a": True, "b": False}


def test_a_panel_without_rigs_is_not_old() -> None:
    """Test no rigs are not all quiet."""
    panel = look({}, LIMIT + 1, look({}))
    assert panel.stale is False
    assert panel.rigs == {}


# A clock that is wrong.


def test_by_a_wrong_clock_the_first_reports_count_from_now() -> None:
    """Test a clock an hour ahead does not take the whole farm down."""
    rigs = {"a": reporting(-3600), "b": reporting(-3700)}
    panel = look(rigs)
    assert online(panel) == {"a": True, "b": True}
    assert panel.stale is False
    assert {one.heard_at for one in panel.rigs.values()} == {NOW}
    assert panel.rigs["a"].reported_at == at(START - 3600)


def test_by_a_wrong_clock_a_quiet_rig_is_still_found() -> None:
    """Test from then on it matters when a report was first seen."""
    panel = look({"a": reporting(-3600), "b": reporting(-3600)})
    panel = look({"a": reporting(-3600), "b": reporting(-3400)}, TURN, panel)
    fresh = {"a": reporting(-3600), "b": reporting(LIMIT - 3600)}
    panel = look(fresh, LIMIT, panel)
    assert online(panel) == {"a": True, "b": True}
    panel = look(fresh, LIMIT + 1, panel)
    assert online(panel) == {"a": False, "b": True}
    assert panel.stale is False


def test_by_a_wrong_clock_a_rig_without_a_report_has_none() -> None:
    """Test nothing is heard of a rig that never said when it spoke."""
    panel = look({"a": rig(server_time=None), "b": reporting(-3600)})
    assert panel.rigs["a"].heard_at is None
    assert panel.rigs["b"].heard_at == NOW


def test_a_clock_behind_its_rigs_is_not_wrong() -> None:
    """Test a report from the future is a fresh one."""
    panel = look({"a": reporting(300), "b": reporting(-LIMIT - 1)})
    assert online(panel) == {"a": True, "b": False}


def test_a_report_is_heard_when_it_is_first_seen() -> None:
    """Test a new one counts from the panel's now, the same one from before."""
    panel = look({"a": reporting(-60)})
    assert panel.rigs["a"].heard_at == at(START - 60)
    panel = look({"a": reporting(30)}, 60, panel)
    assert panel.rigs["a"].heard_at == at(START + 60)
    panel = look({"a": reporting(30)}, 120, panel)
    assert panel.rigs["a"].heard_at == at(START + 60)
