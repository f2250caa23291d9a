"""Test the files of the blueprints."""

from pathlib import Path
import re
from typing import Final

from homeassistant.components.automation.config import AUTOMATION_BLUEPRINT_SCHEMA
from homeassistant.components.blueprint.models import Blueprint
from homeassistant.util.yaml import load_yaml_dict
import pytest

from tests.conftest import ROOT

BLUEPRINTS: Final = sorted((ROOT / "blueprints").rglob("*.yaml"))
REPOSITORY: Final = "https://github.com/ethos-home-assistant/ethos/blob/main/"


@pytest.mark.parametrize("path", BLUEPRINTS, ids=lambda path: path.stem)
def test_a_blueprint_is_valid_and_says_where_it_comes_from(path: Path) -> None:
    """Test what is imported can be imported again, and every input is explained."""
    blueprint = Blueprint(
        load_yaml_dict(str(path)),
        expected_domain="automation",
        path=str(path),
        schema=AUTOMATION_BLUEPRINT_SCHEMA,
    )
    assert blueprint.validate() is None
    metadata = blueprint.metadata
    assert metadata["source_url"] == REPOSITORY + path.relative_to(ROOT).as_posix()
    assert metadata["homeassistant"] == {"min_version": "2026.10.0"}
    for name, field in blueprint.inputs.items():
        assert field["name"], name
        assert field["description"], name
        assert len(field["selector"]) == 1, name
    assert set(re.findall(r"!input (\w+)", path.read_text("utf-8"))) == set(
        blueprint.inputs
    )
    # What may wait for a power cycle must not keep others waiting.
    waits = path.stem in {"tell_activity", "chat_commands"}
    assert blueprint.data["mode"] == ("parallel" if waits else "queued")
