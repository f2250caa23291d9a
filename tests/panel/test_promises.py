"""Test promises of a review that hold for every story."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from hypothesis import given, settings, strategies as st

from custom_components.ethos.panel import (
    BEGINS,
    ENDS,
    Ailment,
    Change,
    ChangeType,
    Problem,
    review,
    to_record,
)
from tests.farm import Json, rig
from tests.panel.looks import LIMITS, Watch
from tests.panel.reading import ALARM_IS_FALSE, STEADY

pytestmark = ALARM_IS_FALSE

_RIGS = st.fixed_dictionaries(
    {},
    optional={
        "condition": st.sampled_from(
            [
                "mining",
                "just_booted",
                "stuck_miners",
                "overheat",
                "throttle",
                "no_hash",
                "rofs",
                "unreachable",
                None,
            ]
        ),
        "hash": st.sampled_from([0, 50, 60, 62, 70, None]),
        "miner_hashes": st.sampled_from(["30.00 30.00", "30 00.00", "00.00 00.00", ""]),
        "temp": st.sampled_from(
            ["64 65", "91 64", "79 78", "30 64", "511 64", "", "9"]
        ),
        "fanrpm": st.sampled_from(["1500 1500", "0 1500", "0 0", ""]),
        "powertune": st.sampled_from(["5 5", "-1 5", ""]),
        "meminfo": st.sampled_from(
            [rig(1)["meminfo"], rig(2)["meminfo"], rig(3)["meminfo"], ""]
        ),
        "miner": st.sampled_from(["ethminer", "claymore-xmr"]),
    },
)
_EVENTS = st.sampled_from(
    ["", "", "", "", "boot", "miner", "quiet", "maintain", "end", "restart", "empty"]
)
_LOOKS = st.lists(
    st.tuples(
        st.sampled_from([30, 60, 60, 180, 900, 4000]),
        st.dictionaries(st.sampled_from(["a", "b"]), st.none() | _RIGS, min_size=1),
        _EVENTS,
        st.integers(1, 4),
    ),
    max_size=12,
)


def lives(looks: list[tuple[int, dict[str, Json | None], str, int]]) -> Iterator[Watch]:
    """Live through some looks; each is yielded, after it was taken."""
    watch = Watch({"a": rig(hash=60), "b": rig(hash=60)})
    for seconds, rigs, event, times in looks:
        for rig_id, said in rigs.items():
            watch.rigs[rig_id] = rig(hash=60) | (said or {})
            if said is None:
                del watch.rigs[rig_id]
        watch.silent = {"a"} if event == "quiet" else set()
        match event:
            case "boot":
                watch.boot()
            case "miner":
                watch.start_miner()
            case "maintain" if "a" in watch.result.memory:
                watch.maintain(watch.now + timedelta(minutes=10))
            case "end" if "a" in watch.result.memory:
                watch.end_maintenance()
            case "restart":
                watch.restart()
        for _ in range(times):
            rigs_said = {} if event == "empty" else watch.rigs
            watch.look(seconds, rigs=rigs_said)
            yield watch


_BEGIN = {change: problem for problem, change in BEGINS.items()}
_END = {change: problem for problem, change in ENDS.items()}


@settings(STEADY, max_examples=150)
@given(_LOOKS)
def test_nothing_is_told_twice(looks: Any) -> None:
    """Test beginnings and ends take turns, unless what began was forgotten.

    What is told and what is shown are the same, but for rigs in maintenance.
    """
    told: dict[str, set[Ailment]] = {"a": set(), "b": set()}
    for watch in lives(looks):
        for change in watch.result.changes:
            check(change, told[change.rig_id])
        for rig_id, said in told.items():
            memory = watch.result.memory.get(rig_id)
            # What is not told to be over was forgotten, never invented.
            said &= set(memory.told if memory else ())
            if memory and not memory.maintenance:
                assert said == memory.told.keys() == memory.findings.keys()


def check(change: Change, told: set[Ailment]) -> None:
    """Check a change is about what was not told yet, and tell it."""
    if (problem := _BEGIN.get(change.type)) is not None:
        ailment = Ailment(problem, change.gpu)
        assert change.problem is problem
        assert ailment not in told
        told.add(ailment)
    elif (problem := _END.get(change.type)) is not None:
        ailment = Ailment(problem, change.gpu)
        assert change.problem is problem
        assert ailment in told
        assert change.duration is not None
        assert change.duration >= timedelta(0)
        told.remove(ailment)
    else:
        assert change.problem is None


@settings(STEADY, max_examples=150)
@given(_LOOKS)
def test_a_rig_is_down_and_up_and_added_and_removed_in_turn(looks: Any) -> None:
    """Test nobody hears of the end of what never began."""
    state = {"a": True, "b": True}
    for watch in lives(looks):
        in_maintenance = {
            rig_id for rig_id, one in watch.result.memory.items() if one.maintenance
        }
        for change in watch.result.changes:
            assert change.rig_id not in in_maintenance
            if change.type is ChangeType.RIG_REMOVED:
                assert state[change.rig_id]
                state[change.rig_id] = False
            elif change.type is ChangeType.RIG_ADDED:
                state[change.rig_id] = True


@settings(STEADY, max_examples=100)
@given(_LOOKS)
def test_what_is_remembered_is_bounded(looks: Any) -> None:
    """Test a year of looks takes no more room than a day."""
    for watch in lives([*looks, *looks, *looks]):
        assert len(watch.result.memory) <= 2
        for memory in watch.result.memory.values():
            assert len(memory.usual.hour) <= 34
            assert len(memory.usual.day.medians) <= 24
            assert len(memory.gpus) <= 32
            most = len(Problem) * (1 + 32)
            assert len(memory.findings) + len(memory.doubts) <= most
            assert len(memory.told) <= most


@settings(STEADY, max_examples=100)
@given(_LOOKS)
def test_the_same_look_says_the_same(looks: Any) -> None:
    """Test a review depends on nothing but what it is given, and leaves that alone."""
    for watch in lives(looks):
        memory, panel = watch.result.memory, watch.followed
        assert panel is not None
        before = to_record(memory), repr(panel)
        first = review(memory, panel, LIMITS)
        assert first == review(memory, panel, LIMITS)
        assert (to_record(memory), repr(panel)) == before


@settings(STEADY, max_examples=100)
@given(_LOOKS)
def test_what_is_shown_is_what_is_remembered(looks: Any) -> None:
    """Test each problem is on its rig, and on its GPU if that is there."""
    for watch in lives(looks):
        for rig_id, one in watch.result.panel.rigs.items():
            memory = watch.result.memory[rig_id]
            assert one.maintenance is memory.maintenance
            expected = [
                it
                for ailment, it in memory.findings.items()
                if one.online or ailment.problem is Problem.OFFLINE
            ]
            assert list(one.problems) == expected
            for gpu in one.gpus:
                assert list(gpu.problems) == [
                    it for it in expected if it.ailment.gpu == gpu.key
                ]
