"""Test plain values come out of whatever they are wrapped in."""

from datetime import UTC, datetime
import math
from typing import Any

import pytest

from custom_components.ethos.panel.values import (
    ABOVE_ZERO,
    between,
    count,
    listed,
    moment,
    number,
    text,
    tokens,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(7, 7.0, id="integer"),
        pytest.param(-7, -7.0, id="negative"),
        pytest.param(4.4, 4.4, id="float"),
        pytest.param("0.21", 0.21, id="text"),
        pytest.param(" 05.20\n", 5.2, id="padded text"),
        pytest.param("1e3", 1000.0, id="exponent"),
        pytest.param(0, 0.0, id="zero is a number"),
        pytest.param("00.00", 0.0, id="zero as text"),
        pytest.param(True, None, id="true"),
        pytest.param(False, None, id="false"),
        pytest.param(None, None, id="null"),
        pytest.param("", None, id="empty"),
        pytest.param("n/a", None, id="word"),
        pytest.param("1_0", None, id="underscore"),
        pytest.param("1,5", None, id="comma"),
        pytest.param("nan", None, id="not a number"),
        pytest.param("-Infinity", None, id="infinity"),
        pytest.param("1e999", None, id="text too large"),
        pytest.param(math.inf, None, id="float infinity"),
        pytest.param(10**400, None, id="integer too large"),
        pytest.param("\x00", None, id="NUL"),
        pytest.param("\ud800", None, id="lone surrogate"),
        pytest.param([1], None, id="list"),
        pytest.param({"a": 1}, None, id="object"),
    ],
)
def test_a_number_is_read_from_whatever_holds_one(
    value: Any, expected: float | None
) -> None:
    """Test only what means a finite number is one."""
    assert number(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("-0.1", None, id="below"),
        pytest.param("0", 0.0, id="lowest"),
        pytest.param("100", 100.0, id="highest"),
        pytest.param("100.1", None, id="above"),
        pytest.param("", None, id="no number"),
    ],
)
def test_a_number_outside_its_range_is_unknown(
    value: str, expected: float | None
) -> None:
    """Test both ends belong to a range."""
    assert between(0, 100)(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("-1", None, id="negative"),
        pytest.param("0.00", None, id="zero"),
        pytest.param("0.01", 0.01, id="little"),
        pytest.param("150", 150.0, id="highest"),
        pytest.param("150.5", None, id="above"),
        pytest.param(None, None, id="no number"),
    ],
)
def test_zero_is_unknown_where_it_cannot_be(value: Any, expected: float | None) -> None:
    """Test a card is never at 0 °C or 0 V."""
    assert between(ABOVE_ZERO, 150)(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("6", 6, id="text"),
        pytest.param(6, 6, id="integer"),
        pytest.param("6.9", 6, id="broken"),
        pytest.param("0", 0, id="none"),
        pytest.param("32", 32, id="highest"),
        pytest.param("33", None, id="too many"),
        pytest.param("-1", None, id="negative"),
        pytest.param("", None, id="empty"),
        pytest.param(False, None, id="false"),
    ],
)
def test_a_count_is_whole_and_not_negative(value: Any, expected: int | None) -> None:
    """Test things are counted one by one."""
    result = count(32)(value)
    assert result == expected
    assert not isinstance(result, float)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(1518895822, datetime(2018, 2, 17, 19, 30, 22, tzinfo=UTC), id="s"),
        pytest.param(
            "1400000000", datetime(2014, 5, 13, 16, 53, 20, tzinfo=UTC), id="text"
        ),
        pytest.param(1388534400, datetime(2014, 1, 1, tzinfo=UTC), id="earliest"),
        pytest.param(1388534399, None, id="before ethOS"),
        pytest.param(4102444800, datetime(2100, 1, 1, tzinfo=UTC), id="latest"),
        pytest.param(4102444801, None, id="too late"),
        pytest.param(1518895822000, None, id="milliseconds"),
        pytest.param(0, None, id="zero"),
        pytest.param(-1518895822, None, id="negative"),
        pytest.param(None, None, id="null"),
        pytest.param("yesterday", None, id="word"),
    ],
)
def test_a_moment_is_within_the_life_of_ethos(
    value: Any, expected: datetime | None
) -> None:
    """Test a clock far off says nothing."""
    assert moment(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("Shelf 1", "Shelf 1", id="text"),
        pytest.param("H110 Pro BTC ", "H110 Pro BTC", id="trailing space"),
        pytest.param(12, "12", id="integer"),
        pytest.param(1.5, "1.5", id="float"),
        pytest.param("", None, id="empty"),
        pytest.param(" \t\n", None, id="blank"),
        pytest.param(None, None, id="null"),
        pytest.param(False, None, id="false"),
        pytest.param(True, None, id="true"),
        pytest.param([], None, id="list"),
        pytest.param({}, None, id="object"),
        pytest.param("a\x00b\x1b", "ab", id="control characters"),
        pytest.param("\x00 a \x00", "a", id="space within control characters"),
        pytest.param("\ud800", None, id="lone surrogate"),
        pytest.param("Grüße 矿机", "Grüße 矿机", id="any language"),
        pytest.param("x" * 256, "x" * 255, id="too long"),
    ],
)
def test_a_text_can_be_shown_stored_and_compared(
    value: Any, expected: str | None
) -> None:
    """Test nothing gets through that a database or JSON chokes on."""
    assert text(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("64.00 65.00", ["64.00", "65.00"], id="text"),
        pytest.param("  64.00 \n 65.00 ", ["64.00", "65.00"], id="odd spaces"),
        pytest.param("", [], id="empty"),
        pytest.param(None, [], id="null"),
        pytest.param(False, [], id="false"),
        pytest.param({"0": "64"}, [], id="object"),
        pytest.param(64, ["64"], id="integer"),
        pytest.param(64.5, ["64.5"], id="float"),
        pytest.param([], [], id="empty list"),
        pytest.param([64, "65", 66.5], ["64", "65", "66.5"], id="list"),
        pytest.param([None, 65, [1], {}, True], ["", "65", "", "", ""], id="odd items"),
    ],
)
def test_a_list_has_an_entry_for_each_gpu(value: Any, expected: list[str]) -> None:
    """Test what is no value still keeps its place."""
    assert tokens(value) == expected


def test_a_list_of_very_deep_lists_is_a_list_of_nothing() -> None:
    """Test nothing is written out that nests deeper than Python can write."""
    deep: list[object] = []
    for _ in range(200_000):
        deep = [deep]
    assert tokens([deep, "65"]) == ["", "65"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("1 100 50.5", (1.0, 100.0, 50.5), id="text"),
        pytest.param("\t 1\n 2 ", (1.0, 2.0), id="any space"),
        pytest.param("0 101 nan inf 5", (None, None, None, None, 5.0), id="range"),
        pytest.param("1 n/a 1_0 5", (1.0, None, None, 5.0), id="words"),
        pytest.param("1_0 5", (None, 5.0), id="underscore"),
        pytest.param(["1", 2, None, [3], "4"], (1.0, 2.0, None, None, 4.0), id="list"),
        pytest.param(7, (7.0,), id="number"),
        pytest.param("5 " * 1000, (5.0,) * 1000, id="endless"),
        pytest.param("", (), id="empty"),
        pytest.param(None, (), id="null"),
        pytest.param({"0": 1}, (), id="object"),
    ],
)
def test_a_list_is_read_number_by_number(
    value: Any, expected: tuple[float | None, ...]
) -> None:
    """Test what cannot be read keeps its place, whatever is beside it."""
    assert listed(1, 100)(value) == expected
