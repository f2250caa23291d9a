"""Tests of the configuration folder."""

import json
from pathlib import Path

from development.configuration import REPOSITORY, write_configuration


def test_a_folder_is_kept(tmp_path: Path) -> None:
    """Test only what belongs to the start is written again, such as the port."""
    write_configuration(tmp_path, 8123, "input_boolean:\n")
    configuration = tmp_path / "configuration.yaml"
    assert configuration.read_text().endswith("\ninput_boolean:\n")
    configuration.write_text("history:\n")
    (tmp_path / "automations.yaml").write_text("- alias: Mine\n")

    write_configuration(tmp_path, 8124)
    assert configuration.read_text() == "history:\n"
    assert (tmp_path / "automations.yaml").read_text() == "- alias: Mine\n"
    http = json.loads((tmp_path / ".storage" / "http").read_text())
    assert http["data"]["stable"]["server_port"] == 8124


def test_the_integration_is_the_one_that_is_worked_on(tmp_path: Path) -> None:
    """Test a link is mended when the repository has moved."""
    link = tmp_path / "custom_components" / "ethos"
    link.parent.mkdir()
    link.symlink_to(tmp_path / "gone")

    write_configuration(tmp_path, 8123)
    assert link.resolve() == REPOSITORY / "custom_components" / "ethos"
