"""Test a reading is shown when it has really moved."""

from typing import Final

import pytest

from custom_components.ethos.panel import (
    FAN_DUTY,
    FAN_SPEED,
    HASH_RATE,
    POWER,
    Band,
)

TEXT: Final = "n/a"


@pytest.mark.parametrize(
    ("band", "shown", "value", "holds"),
    [
        pytest.param(HASH_RATE, 30.0, 30.149, True, id="0.49 % more"),
        pytest.param(HASH_RATE, 30.0, 29.851, True, id="0.49 % less"),
        pytest.param(HASH_RATE, 30.0, 30.16, False, id="0.5 % more"),
        pytest.param(HASH_RATE, 30.0, 29.84, False, id="0.5 % less"),
        pytest.param(HASH_RATE, 3_000.0, 3_014.0, True, id="of a large number"),
        pytest.param(POWER, 130.0, 132.9, True, id="2.9 W of a GPU"),
        pytest.param(POWER, 130.0, 133.0, False, id="3 W of a GPU"),
        pytest.param(POWER, 80_000.0, 80_399.0, True, id="0.5 % of a farm"),
        pytest.param(POWER, 80_000.0, 80_400.0, False, id="more of a farm"),
        pytest.param(FAN_DUTY, 70, 72, True, id="2 points of a fan"),
        pytest.param(FAN_DUTY, 70, 73, False, id="3 points of a fan"),
        pytest.param(FAN_SPEED, 3_000, 3_089, True, id="2.9 % of a fan"),
        pytest.param(FAN_SPEED, 3_000, 2_910, False, id="3 % of a fan"),
        pytest.param(POWER, 2.0, 0.0, False, id="to zero"),
        pytest.param(POWER, 0.0, 2.0, False, id="from zero"),
        pytest.param(POWER, 2.0, None, False, id="to nothing"),
        pytest.param(POWER, None, 2.0, False, id="from nothing"),
        pytest.param(POWER, TEXT, 2.0, False, id="from a text"),
        pytest.param(POWER, 2.0, TEXT, False, id="to a text"),
        pytest.param(Band(width=3), -1.0, 1.0, True, id="across zero"),
        pytest.param(Band(share=0.5), -10.0, -14.0, True, id="below zero"),
    ],
)
def test_a_band_holds_what_has_hardly_moved(
    *, band: Band, shown: object, value: object, holds: bool
) -> None:
    """Test the edges, and that no step from or to nothing is lost."""
    assert band.holds(shown, value) is holds
