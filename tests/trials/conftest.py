"""What the tests of the trials share."""

import pytest


@pytest.fixture(autouse=True)
def _custom_integrations() -> None:
    """Start no Home Assistant: the trials do without."""
