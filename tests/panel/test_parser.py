"""Test one answer after another is read without reading twice what stays the same."""

from collections.abc import Generator
from datetime import UTC, datetime
from typing import Any

from custom_components.ethos.panel.models import Answer
from custom_components.ethos.panel.parse import PanelParser
from tests.farm import START, answer, rig

NOW = datetime.fromtimestamp(START, UTC)


def run(steps: Generator[None, None, Answer]) -> tuple[int, Answer]:
    """Return how many pauses there were, and the panel."""
    pauses = 0
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return pauses, end.value
        pauses += 1


def test_a_rig_that_says_the_same_is_not_read_again() -> None:
    """Test it is the very same object, and costs no pause."""
    parser = PanelParser()
    rigs = {f"{i:06x}": rig() for i in range(5)}
    pauses, before = run(parser.steps(answer(rigs), read_at=NOW))
    assert pauses == 5
    rigs = {rig_id: rig() for rig_id in rigs}
    rigs["000003"]["hash"] = 1
    pauses, after = run(parser.steps(answer(rigs, START + 60), read_at=NOW))
    assert pauses == 1
    assert after.rigs["000003"].hash_rate == 1
    assert [
        rig_id for rig_id in rigs if after.rigs[rig_id] is not before.rigs[rig_id]
    ] == ["000003"]


def test_a_newer_ethos_is_news_to_every_rig() -> None:
    """Test what a rig shows of the panel is followed too."""
    parser = PanelParser()
    rigs = {"a1b2c3": rig()}
    run(parser.steps(answer(rigs), read_at=NOW))
    said = answer(rigs, current_version="1.3.4")
    pauses, panel = run(parser.steps(said, read_at=NOW))
    assert pauses == 1
    assert panel.rigs["a1b2c3"].latest_version == "1.3.4"


def test_a_rig_that_was_left_out_is_read_when_it_makes_sense() -> None:
    """Test what was not read is not remembered as read."""
    parser = PanelParser()
    odd: dict[str, Any] = {"a1b2c3": 5}
    _, panel = run(parser.steps(answer(odd), read_at=NOW))
    assert panel.rigs == {}
    _, panel = run(parser.steps(answer({"a1b2c3": rig()}), read_at=NOW))
    assert panel.rigs["a1b2c3"].hash_rate == 60.1


def test_rigs_called_the_same_are_not_taken_for_each_other() -> None:
    """Test what one of them said is forgotten when only the other is left."""
    parser = PanelParser()
    other = rig(hash=1)
    for _ in range(2):
        said = answer({" a1b2c3": rig(), "a1b2c3": other})
        _, panel = run(parser.steps(said, read_at=NOW))
        assert panel.rigs["a1b2c3"].hash_rate == 60.1
        assert panel.unreadable == ("a1b2c3",)
    _, panel = run(parser.steps(answer({"a1b2c3": other}), read_at=NOW))
    assert panel.rigs["a1b2c3"].hash_rate == 1
