"""Test messages say what happened, and arrive as they were written."""

from html import unescape
import re
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

import pytest

from custom_components.ethos.activity import Happening
from custom_components.ethos.chat import Format, Wording, counts, messages
from custom_components.ethos.chat.messages import SIZE
from custom_components.ethos.panel import BEGINS, ENDS, ChangeType
from custom_components.ethos.power.control import PowerChange

WORDING: Final = Wording(
    types={
        kind.value: kind.value.replace("_", " ") for kind in (*ChangeType, *PowerChange)
    },
    phrases={
        "after": "after {duration}",
        "days": "{number} days",
        "hours": "{number} h",
        "limit": "limit {value}",
        "minutes": "{number} min",
        "not_recovered": "the rig did not come back",
        "usual": "usual {value}",
    },
    timezone=ZoneInfo("Europe/Berlin"),
)
ODD: Final = "a_b*<x>&"


def happening(kind: str, at: str = "01T11:00", **changes: Any) -> Happening:
    """Return something that happened to a rig, at a time in November."""
    result: Happening = {
        "type": kind,
        "at": f"2026-11-{at}:00.000+00:00",
        "rig_id": "a1b2c3",
        "rig_name": "Shelf 1",
        "device_id": None,
        "gpu": None,
        "problem": None,
        "value": None,
        "limit": None,
        "unit": None,
        "duration": None,
        "remaining": 0,
    }
    return cast("Happening", {**result, **changes})


def told(*happenings: Happening, form: Format = Format.PLAIN) -> list[str]:
    """Return the lines of what fits into a message."""
    (message,) = messages(happenings, WORDING, form)
    return message.splitlines()


@pytest.mark.parametrize(
    ("kind", "changes", "line"),
    [
        ("rig_down", {}, "🔴 Shelf 1: rig down"),
        ("power_cycle_due", {}, "🟠 Shelf 1: power cycle due"),
        ("power_cycled", {"duration": 200}, "🟢 Shelf 1: power cycled after 3 min"),
        (
            "power_cycle_failed",
            {"value": "not_recovered"},
            "🔴 Shelf 1: power cycle failed: the rig did not come back",
        ),
        ("given_up", {}, "🔴 Shelf 1: given up"),
        ("rig_up", {"duration": 20}, "🟢 Shelf 1: rig up after 1 min"),
        ("rig_up", {"duration": 7_100}, "🟢 Shelf 1: rig up after 118 min"),
        ("rig_up", {"duration": 7_200}, "🟢 Shelf 1: rig up after 2 h"),
        ("rig_up", {"duration": 172_000}, "🟢 Shelf 1: rig up after 48 h"),
        ("rig_up", {"duration": 180_000}, "🟢 Shelf 1: rig up after 2 days"),
        (
            "overheated",
            {"gpu": "GPU 1", "value": 85.4, "limit": 80, "unit": "°C"},
            "🔴 Shelf 1 GPU 1: overheated: 85.4 °C (limit 80 °C)",
        ),
        (
            "cooled_down",
            {"gpu": "GPU 1", "value": 85.4, "limit": 80, "duration": 300},
            "🟢 Shelf 1 GPU 1: cooled down after 5 min",
        ),
        (
            "hash_rate_dropped",
            {"value": 150.26, "limit": 180.2, "unit": "MH/s"},
            "🟠 Shelf 1: hash rate dropped: 150.3 MH/s (usual 180.2 MH/s)",
        ),
        (
            "hash_rate_risen",
            {"value": 12_345.6, "limit": 9_999.9, "unit": None},
            "🟢 Shelf 1: hash rate risen: 12346 (usual 9999.9)",
        ),
        ("throttled", {"value": 83, "unit": "°C"}, "🟠 Shelf 1: throttled: 83 °C"),
        (
            "condition_unknown",
            {"value": "rig on fire"},
            "🟠 Shelf 1: condition unknown: rig on fire",
        ),
        ("rig_rebooted", {}, "🔵 Shelf 1: rig rebooted"),
    ],
)
def test_a_change_is_a_line(kind: str, changes: dict[str, Any], line: str) -> None:
    """Test it says which rig, what, by how much, and for how long it lasted."""
    assert told(happening(kind, **changes)) == [line]


def test_what_a_panel_says_arrives_as_it_was_written() -> None:
    """Test Telegram neither refuses a message nor hides a part of it."""
    one = happening(
        "condition_unknown", rig_name=ODD, gpu="<i>GPU</i>", value="</b>&lt;"
    )
    (line,) = told(one, form=Format.HTML)
    assert line == (
        "🟠 <b>a_b*&lt;x&gt;&amp;</b> &lt;i&gt;GPU&lt;/i&gt;: "
        "condition unknown: &lt;/b&gt;&amp;lt;"
    )
    (plain,) = told(one)
    assert unescape(re.sub("</?b>", "", line)) == plain
    assert plain == f"🟠 {ODD} <i>GPU</i>: condition unknown: </b>&lt;"


@pytest.mark.parametrize(("number", "lines"), [(5, 5), (6, 1)])
def test_many_of_a_kind_are_a_line(number: int, lines: int) -> None:
    """Test an outage of a farm neither floods the chat nor hides what else happened."""
    down = [happening("rig_down", rig_name=f"R{i}") for i in range(number)]
    found = told(*down, happening("rig_rebooted"))
    assert len(found) == lines + 1
    assert found[-1] == "🔵 Shelf 1: rig rebooted"
    if lines == 1:
        assert found[0] == "🔴 rig down (6): R0, R1, R2, R3, R4, R5"


def test_a_line_of_many_names_some() -> None:
    """Test each rig is named once, and not all of a thousand."""
    lost = [happening("gpu_lost", gpu=f"GPU {i}", rig_name=ODD) for i in range(6)]
    (line,) = told(*lost, form=Format.HTML)
    assert line == "🔴 <b>gpu lost (6)</b>: a_b*&lt;x&gt;&amp;"
    down = [happening("rig_down", rig_name=f"{i:03}{'&' * 90}") for i in range(1000)]
    (line,) = told(*down, form=Format.HTML)
    assert line.startswith("🔴 <b>rig down (1000)</b>: 000&amp;")
    assert line.endswith("&amp;, …")
    assert line.count("…") == 21
    assert "019&amp;" in line
    assert "020&amp;" not in line


def test_times_are_told_where_they_differ() -> None:
    """Test they are those of the owner's clock, with days where one is not enough."""
    down, up = happening("rig_down"), happening("rig_up", "01T11:05", duration=300)
    assert told(down, happening("rig_rebooted", rig_name="R2")) == [
        "🔴 Shelf 1: rig down",
        "🔵 R2: rig rebooted",
    ]
    assert told(down, up) == [
        "12:00 🔴 Shelf 1: rig down",
        "12:05 🟢 Shelf 1: rig up after 5 min",
    ]
    night = happening("rig_down", "01T23:30")
    assert told(down, night) == [
        "12:00 🔴 Shelf 1: rig down",
        "00:30 🔴 Shelf 1: rig down",
    ]
    later = happening("rig_down", "03T07:00")
    assert told(down, up, night, later, form=Format.HTML) == [
        "<b>2026-11-01</b>",
        "12:00 🔴 <b>Shelf 1</b>: rig down",
        "12:05 🟢 <b>Shelf 1</b>: rig up after 5 min",
        "<b>2026-11-02</b>",
        "00:30 🔴 <b>Shelf 1</b>: rig down",
        "<b>2026-11-03</b>",
        "08:00 🔴 <b>Shelf 1</b>: rig down",
    ]


def test_a_long_story_is_more_than_one_message() -> None:
    """Test none is longer than Telegram takes, which counts a sign as two."""
    story = [
        happening("rig_down", f"01T{i // 60:02}:{i % 60:02}", rig_name=f"Shelf {i}")
        for i in range(500)
    ]
    found = messages(story, WORDING, Format.HTML)
    assert len(found) > 2
    assert all(len(it.encode("utf-16-le")) // 2 <= SIZE for it in found)
    assert max(len(it.encode("utf-16-le")) // 2 for it in found) > SIZE - 60
    lines = "\n".join(found).splitlines()
    assert len(lines) == 500
    assert messages([], WORDING, Format.HTML) == []


def test_counts_begin_with_the_worst() -> None:
    """Test what ended comes last, and what is frequent first."""
    kinds = ["rig_up", "rig_down", "gpu_lost", "gpu_lost", "throttled", "rig_rebooted"]
    assert counts([happening(kind) for kind in kinds], WORDING) == [
        "🔴 gpu lost: 2",
        "🔴 rig down: 1",
        "🟠 throttled: 1",
        "🔵 rig rebooted: 1",
        "🟢 rig up: 1",
    ]
    assert counts([], WORDING) == []


def test_what_begins_is_never_good_and_what_ends_always() -> None:
    """Test the signs agree with what they mean."""
    for kinds, signs in ((BEGINS, "🔴🟠"), (ENDS, "🟢")):
        for kind in kinds.values():
            (line,) = told(happening(kind.value))
            assert line[0] in signs, kind
