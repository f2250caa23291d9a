"""Test whether a rig that is silent is down."""

from datetime import timedelta

import pytest

from custom_components.ethos.panel import Panel, Patience, Rig, follow
from custom_components.ethos.panel.parse import PanelParser
from tests.farm import START, answer, rig
from tests.panel.following import LIMIT, TURN, look, online, reporting
from tests.panel.reading import NOW, OFFLINE_AFTER, PATIENCE, at, read


def test_a_rig_that_is_quiet_for_too_long_is_down() -> None:
    """Test it is, once its report is older than the limit, and has no readings then."""
    panel = look({"a": reporting(0), "b": reporting(0)})
    panel = look({"a": reporting(0), "b": reporting(TURN)}, TURN, panel)
    panel = look({"a": reporting(0), "b": reporting(LIMIT)}, LIMIT, panel)
    assert online(panel) == {"a": True, "b": True}
    panel = look({"a": reporting(0), "b": reporting(LIMIT)}, LIMIT + 1, panel)
    assert online(panel) == {"a": False, "b": True}
    assert panel.rigs["a"].hash_rate is None
    assert panel.rigs["a"].gpus[0].temperature is None
    assert panel.rigs["a"].gpus[0].slot == "01:00.0"
    assert panel.rigs["b"].hash_rate == 60.1
    assert panel.rigs_online == 1
    assert panel.stale is False


def test_a_rig_that_says_the_very_same_is_down_after_a_while() -> None:
    """Test its silence counts, though nothing of it is read again."""
    parser = PanelParser()
    panel = first = look({"a": reporting(0), "b": reporting(0)}, 0, None, parser)
    for seconds in (LIMIT // 2, LIMIT, LIMIT + 1, LIMIT + 60):
        rigs = {"a": reporting(0), "b": reporting(seconds)}
        panel = look(rigs, seconds, panel, parser)
        assert panel.parsed["a"] is first.parsed["a"]
        assert online(panel) == {"a": seconds <= LIMIT, "b": True}
    assert panel.rigs["a"].hash_rate is None


def test_a_rig_that_is_quiet_at_the_first_look_is_down_at_once() -> None:
    """Test a clock that another rig proves right is believed."""
    panel = look({"a": reporting(-LIMIT - 1), "b": reporting(-LIMIT // 2)})
    assert online(panel) == {"a": False, "b": True}


def test_a_quiet_rig_that_reports_again_is_back() -> None:
    """Test one report is enough, with its readings."""
    panel = look({"a": reporting(-LIMIT - 1), "b": reporting(0)})
    panel = look({"a": reporting(30), "b": reporting(0)}, 60, panel)
    assert online(panel) == {"a": True, "b": True}
    assert panel.rigs["a"].hash_rate == 60.1


def test_a_quiet_rig_is_the_same_while_it_is_down() -> None:
    """Test nothing is written of it with every poll."""
    panel = look({"a": reporting(-LIMIT - 1), "b": reporting(0)})
    later = look({"a": reporting(-LIMIT - 1), "b": reporting(60)}, 60, panel)
    assert later.rigs["a"] is panel.rigs["a"]
    assert later.rigs["a"].online is False


def test_a_new_rig_is_measured_by_its_own_report() -> None:
    """Test one that was added to the panel while it was down is down."""
    panel = look({"b": reporting(0)})
    panel = look({"a": reporting(-LIMIT - 1), "b": reporting(60)}, 60, panel)
    assert online(panel) == {"a": False, "b": True}


def test_a_rig_is_down_when_the_panel_says_so() -> None:
    """Test the panel need not wait for the limit."""
    panel = look({"a": reporting(0), "b": reporting(0)})
    gone = {"a": reporting(0, condition="unreachable"), "b": reporting(0)}
    panel = look(gone, 60, panel)
    assert online(panel) == {"a": False, "b": True}
    assert panel.stale is False


def test_a_rig_that_never_tells_when_it_reported_is_not_down() -> None:
    """Test what is not told cannot be late."""
    rigs = {"a": rig(server_time=None), "b": reporting(0)}
    panel = look(rigs)
    for seconds in (LIMIT, 2 * LIMIT + 2):
        rigs["b"] = reporting(seconds)
        panel = look(rigs, seconds, panel)
    assert online(panel) == {"a": True, "b": True}
    assert panel.rigs["a"].heard_at is None


def test_a_rig_that_never_tells_when_it_reported_is_back_when_it_has_readings() -> None:
    """Test it need not prove that its report is another one."""
    dead = rig(server_time=None, condition="unreachable")
    panel = look({"a": dead, "b": reporting(0)})
    assert online(panel) == {"a": False, "b": True}
    panel = look({"a": rig(server_time=None), "b": reporting(60)}, 60, panel)
    assert online(panel) == {"a": True, "b": True}


def test_a_rig_that_no_longer_tells_when_it_reported_is_not_down() -> None:
    """Test its last known report does not count against it."""
    panel = look({"a": reporting(0), "b": reporting(0)})
    panel = look({"a": rig(server_time=None), "b": reporting(LIMIT)}, LIMIT + 1, panel)
    assert online(panel) == {"a": True, "b": True}
    assert panel.rigs["a"].heard_at is None


def test_a_single_rig_that_goes_quiet_is_down() -> None:
    """Test a panel whose clock moves is not old because its only rig is quiet."""
    panel = look({"a": reporting(0)})
    panel = look({"a": reporting(0)}, LIMIT + 1, panel)
    assert online(panel) == {"a": False}
    assert panel.stale is False


def test_the_only_rig_that_is_not_unreachable_is_a_single_rig() -> None:
    """Test rigs that the panel gave up say nothing of its age."""
    dead = reporting(-9999, condition="unreachable")
    panel = look({"a": reporting(0), "b": dead})
    panel = look({"a": reporting(0), "b": dead}, LIMIT + 1, panel)
    assert online(panel) == {"a": False, "b": False}
    assert panel.stale is False


def test_a_rig_that_was_quiet_before_nobody_was_heard_is_down_the_sooner() -> None:
    """Test only the time in which none was heard does not count."""
    rigs = {"a": reporting(0), "b": reporting(TURN)}
    panel = look(rigs, TURN)
    rigs["b"] = reporting(9000)
    panel = look(rigs, 9000, panel)
    assert online(panel) == {"a": True, "b": True}
    rigs["b"] = reporting(9100)
    panel = look(rigs, 9000 + LIMIT - TURN, panel)
    assert online(panel) == {"a": True, "b": True}
    panel = look(rigs, 9001 + LIMIT - TURN, panel)
    assert online(panel) == {"a": False, "b": True}


def test_a_rig_that_is_quiet_while_no_answer_comes_is_not_down_at_once() -> None:
    """Test those come back in turn whose network was gone, as was ours."""
    first = {"a": reporting(0), "b": reporting(60), "c": reporting(120)}
    panel = look(first, 120)
    panel = look({**first, "b": reporting(1260)}, 1270, panel)
    assert online(panel) == {"a": True, "b": True, "c": True}
    panel = look(
        {"a": reporting(1380), "b": reporting(1260), "c": reporting(1320)}, 1390, panel
    )
    assert online(panel) == {"a": True, "b": True, "c": True}


def test_a_panel_that_is_seldom_asked_still_shows_who_is_down() -> None:
    """Test each time long since the last report is not taken for an outage."""
    patience = Patience.of(OFFLINE_AFTER, timedelta(minutes=15))
    panel: Panel | None = None
    for seconds in (0, 900, 1800):
        rigs = {"a": reporting(0), "b": reporting(seconds)}
        said = read(
            answer(rigs, time=START + seconds),
            read_at=NOW + timedelta(seconds=seconds),
        )
        panel = follow(panel, said, patience)
    assert panel is not None
    assert online(panel) == {"a": False, "b": True}


def test_two_rigs_that_fall_silent_one_after_the_other_are_not_down() -> None:
    """Test the first is only the first of all when none has been heard for so long."""
    rigs = {"a": reporting(0), "b": reporting(LIMIT // 2)}
    panel = look(rigs, LIMIT // 2)
    panel = look(rigs, LIMIT + 1, panel)
    assert online(panel) == {"a": True, "b": True}
    assert panel.stale is False
    panel = look(rigs, LIMIT // 2 + LIMIT + 1, panel)
    assert online(panel) == {"a": True, "b": True}
    assert panel.stale is True


def test_the_last_rig_goes_down_after_all_others() -> None:
    """Test those that were told to be down say nothing of the panel's age."""
    rigs = {"a": reporting(0), "b": reporting(0), "c": reporting(-LIMIT - 1)}
    panel = look(rigs)
    for seconds in range(0, 2 * LIMIT, 60):
        rigs["a"] = reporting(seconds)
        panel = look(rigs, seconds, panel)
    assert online(panel) == {"a": True, "b": False, "c": False}
    panel = look(rigs, 3 * LIMIT, panel)
    assert online(panel) == {"a": False, "b": False, "c": False}
    assert panel.stale is False


@pytest.mark.parametrize("moved", [-3600, 3600])
def test_a_rig_that_is_down_stays_so_until_it_reports(moved: int) -> None:
    """Test a clock that is put back or forward does not wake it."""
    rigs = {"a": reporting(-LIMIT - 1), "b": reporting(0)}
    panel = look(rigs)
    assert online(panel) == {"a": False, "b": True}
    rigs["b"] = reporting(moved + 60)
    panel = look(rigs, 60, panel, time=START + moved + 60)
    assert online(panel) == {"a": False, "b": True}
    rigs["a"] = reporting(moved + 100)
    panel = look(rigs, 120, panel, time=START + moved + 120)
    assert online(panel) == {"a": True, "b": True}


def test_a_rig_that_the_panel_takes_back_is_down_until_it_reports() -> None:
    """Test its last report is no newer for it."""
    dead = {"a": reporting(0, condition="unreachable"), "b": reporting(0)}
    panel = look({"a": reporting(0), "b": reporting(60)}, 60, look(dead))
    assert online(panel) == {"a": False, "b": True}


# What is remembered.


def known(*, online: bool, reported: float = 0) -> dict[str, Rig]:
    """Return what is remembered of a rig."""
    return {
        "a": Rig(rig_id="a", online=online, reported_at=at(START + reported)),
        "b": Rig(rig_id="b", reported_at=at(START)),
    }


def test_a_rig_that_was_down_before_the_start_still_is() -> None:
    """Test neither a wrong clock nor being the only rig wakes it."""
    for rigs, time in (
        ({"a": reporting(0)}, START + 60),
        ({"a": reporting(0), "b": reporting(60)}, START + 9999),
    ):
        panel = follow(
            None, read(answer(rigs, time=time)), PATIENCE, known(online=False)
        )
        assert panel.rigs["a"].online is False
        assert panel.rigs["a"].hash_rate is None


def test_a_rig_that_reported_before_the_start_is_back() -> None:
    """Test one report is enough, whenever it came."""
    said = answer({"a": reporting(60)}, time=START + 120)
    panel = follow(None, read(said), PATIENCE, known(online=False))
    assert online(panel) == {"a": True}


def test_rigs_that_start_with_us_come_back_in_turn() -> None:
    """Test a power cut that Home Assistant has shared takes none of them down."""
    said = answer({"a": reporting(0), "b": reporting(3600)}, time=START + 3610)
    panel = follow(None, read(said), PATIENCE, known(online=True))
    assert online(panel) == {"a": True, "b": True}
    for seconds in (3800, 3940, 3600 + LIMIT, 3601 + LIMIT):
        panel = look({"a": reporting(0), "b": reporting(seconds)}, seconds, panel)
        assert online(panel) == {"a": seconds <= 3600 + LIMIT, "b": True}
