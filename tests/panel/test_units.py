"""Test each miner counts in its own unit."""

import pytest

from custom_components.ethos.panel import UNIT_OF_MINER, HashUnit


@pytest.mark.parametrize(
    ("miner", "unit"),
    [
        ("claymore", "MH/s"),
        ("ethminer", "MH/s"),
        ("phoenixminer", "MH/s"),
        ("teamredminer", "MH/s"),
        ("tdxminer", "kH/s"),
        ("claymore-xmr", "H/s"),
        ("xmrig", "H/s"),
        ("claymore-zcash", "Sol/s"),
        ("ewbf-equihash", "Sol/s"),
    ],
)
def test_a_miner_has_the_unit_that_ethos_scales_it_to(miner: str, unit: str) -> None:
    """Test variants of one program for two coins are told apart."""
    assert UNIT_OF_MINER[miner].value == unit


@pytest.mark.parametrize(
    "miner", ["ccminer", "nevermore", "gminer", "lolminer", "miniz"]
)
def test_a_miner_whose_unit_depends_on_what_is_not_told_has_none(miner: str) -> None:
    """Test no unit is shown that may be wrong by a factor of a thousand."""
    assert miner not in UNIT_OF_MINER


def test_every_miner_is_written_as_it_is_looked_up() -> None:
    """Test no miner of the table is missed by its spelling, or has no unit."""
    assert [miner for miner in UNIT_OF_MINER if miner != miner.lower().strip()] == []
    assert HashUnit.UNKNOWN not in UNIT_OF_MINER.values()
