"""Rigs and changes to be told."""

import pytest


@pytest.fixture(autouse=True)
def _custom_integrations() -> None:
    """Start no Home Assistant: what is tested here needs none."""
