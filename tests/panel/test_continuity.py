"""Test what one answer owes to the one before it."""

from datetime import timedelta
from typing import Any

import pytest

from custom_components.ethos.panel import Panel, Patience, Rig, follow
from custom_components.ethos.panel.parse import PanelParser
from custom_components.ethos.panel.pauses import without_pauses
from tests.farm import START, Json, answer, rig
from tests.panel.reading import NOW, OFFLINE_AFTER, PATIENCE, at, read

LIMIT = int(OFFLINE_AFTER.total_seconds())
TURN = int(PATIENCE.farm.total_seconds())


def look(
    rigs: dict[str, Json],
    seconds: float = 0,
    before: Panel | None = None,
    parser: PanelParser | None = None,
    **changes: Any,
) -> Panel:
    """Look at a panel so many seconds after the start."""
    changes = {"time": START + int(seconds), **changes}
    read_at = NOW + timedelta(seconds=seconds)
    steps = (parser or PanelParser()).steps(answer(rigs, **changes), read_at=read_at)
    return follow(before, without_pauses(steps), PATIENCE)


def reporting(seconds: float, gpus: int = 2, **changes: Any) -> Json:
    """Return a rig that reported so many seconds after the start."""
    return rig(gpus, server_time=START + int(seconds), **changes)


def online(panel: Panel) -> dict[str, bool]:
    """Return which rigs are online."""
    return {rig_id: one.online for rig_id, one in panel.rigs.items()}


def test_the_first_look_is_the_panel_as_it_is() -> None:
    """Test nothing is made up without an answer before."""
    panel = look({"a": reporting(-60)})
    assert panel == read(answer({"a": reporting(-60)}))
    assert panel.stale is False
    assert panel.moved_at == NOW


# A rig that goes quiet.


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


def test_moments_that_jitter_are_held_over_a_restart() -> None:
    """Test what is remembered is as good as what was seen."""
    before = Rig(rig_id="a", booted_at=at(START - 30), miner_started_at=at(START))
    said = answer({"a": reporting(7200, uptime="7200", miner_secs=7190)})
    one = follow(None, read(said), PATIENCE, {"a": before}).rigs["a"]
    assert one.booted_at == at(START - 30)
    assert one.miner_started_at == at(START)


# A panel that grows old.


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


# What is kept from before.


def test_an_unchanged_rig_is_the_very_same() -> None:
    """Test entities can tell by one comparison that nothing is new."""
    panel = look({"a": reporting(0), "b": reporting(0)})
    later = look({"a": reporting(0), "b": reporting(0, hash=1)}, 60, panel)
    assert later.rigs["a"] is panel.rigs["a"]
    assert later.rigs["b"] is not panel.rigs["b"]
    assert later.rigs["b"].hash_rate == 1.0


def test_a_rig_that_is_gone_is_gone() -> None:
    """Test the panel decides which rigs there are."""
    panel = look({"b": reporting(60)}, 60, look({"a": reporting(0)}))
    assert list(panel.rigs) == ["b"]


@pytest.mark.parametrize(
    ("shift", "held"),
    [
        pytest.param(59, True, id="later"),
        pytest.param(-59, True, id="earlier"),
        pytest.param(60, False, id="much later"),
        pytest.param(-60, False, id="much earlier"),
    ],
)
def test_moments_that_jitter_are_held(shift: int, *, held: bool) -> None:
    """Test a boot does not move with every report, and a real one is seen."""
    first = reporting(0, uptime="7200", miner_secs=7100)
    panel = look({"a": first})
    uptimes: Json = {"uptime": str(7380 - shift), "miner_secs": 7280 - shift}
    one = look({"a": reporting(180, **uptimes)}, 180, panel).rigs["a"]
    moved = 0 if held else shift
    assert one.booted_at == at(START - 7200 + moved)
    assert one.miner_started_at == at(START - 7100 + moved)


def test_moments_do_not_creep() -> None:
    """Test what is held is the first moment, so that jitter does not add up."""
    panel = look({"a": reporting(0, uptime="7200")})
    for seconds, uptime in ((180, 7340), (360, 7520)):
        panel = look({"a": reporting(seconds, uptime=str(uptime))}, seconds, panel)
    assert panel.rigs["a"].booted_at == at(START - 7200)
    panel = look({"a": reporting(540, uptime="7680")}, 540, panel)
    assert panel.rigs["a"].booted_at == at(START - 7140)


def test_a_moment_comes_and_goes() -> None:
    """Test one that is no longer told is not kept, and one that is new is taken."""
    panel = look({"a": reporting(0, uptime=None, miner_secs=100)})
    one = look({"a": reporting(60, uptime="60", miner_secs=None)}, 60, panel).rigs["a"]
    assert one.booted_at == at(START)
    assert one.miner_started_at is None


def slots(one: Rig) -> list[str | None]:
    """Return the slots of a rig's GPUs."""
    return [gpu.slot for gpu in one.gpus]


def test_gpus_keep_their_slots_while_a_rig_boots() -> None:
    """Test a list that is not there yet does not make new GPUs of the old ones."""
    panel = look({"a": reporting(0)})
    panel = look({"a": reporting(60, meminfo="", temp="50 51")}, 60, panel)
    one = panel.rigs["a"]
    assert slots(one) == ["01:00.0", "02:00.0"]
    assert [gpu.model for gpu in one.gpus] == ["Radeon RX 580"] * 2
    assert [gpu.temperature for gpu in one.gpus] == [50.0, 51.0]
    assert list(one.gpus_by_key) == ["01:00.0", "02:00.0"]


def test_gpus_get_the_slots_that_are_told() -> None:
    """Test a card that moved is not held where it was."""
    panel = look({"a": reporting(0)})
    moved = "GPU0:07.00.0:Radeon RX 570\nnot ready"
    panel = look({"a": reporting(60, meminfo=moved)}, 60, panel)
    assert slots(panel.rigs["a"]) == ["07:00.0", None]
    assert panel.rigs["a"].gpus[0].model == "Radeon RX 570"


@pytest.mark.parametrize("gpus", [1, 3])
def test_slots_are_not_kept_when_the_number_of_gpus_differs(gpus: int) -> None:
    """Test nobody knows then which one is missing."""
    panel = look({"a": reporting(0)})
    panel = look({"a": reporting(60, gpus, meminfo="")}, 60, panel)
    assert slots(panel.rigs["a"]) == [None] * gpus


def test_slots_of_one_rig_are_not_those_of_another() -> None:
    """Test a rig that is new has no GPUs from before."""
    panel = look({"a": reporting(0)})
    panel = look({"a": reporting(0), "b": reporting(0, meminfo="")}, 60, panel)
    assert slots(panel.rigs["b"]) == [None, None]


def test_a_panel_keeps_what_else_it_says() -> None:
    """Test what has nothing to do with rigs comes through."""
    rigs: Json = {"a": reporting(0), "odd": []}
    panel = look(rigs, 0, look({}), licenses=3)
    assert panel.unreadable == ("odd",)
    assert panel.licenses == 3
    assert panel.latest_version == "1.3.3"
