"""Test the library can be taken out of Home Assistant."""

import ast
from pathlib import Path
import sys
from typing import Final

import pytest

from custom_components.ethos import panel

_ALLOWED: Final = sys.stdlib_module_names | {"aiohttp", "yarl"}
_FOLDER: Final = Path(panel.__file__).parent
_FILES: Final = sorted(_FOLDER.glob("**/*.py"))


def foreign_imports(source: str) -> list[str]:
    """Return the imports of what is neither Python's, aiohttp's nor the library's."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [
                alias.name
                for alias in node.names
                if alias.name.split(".")[0] not in _ALLOWED
            ]
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            # One dot is this folder, two are what is around it.
            if node.level > 1 or (
                node.level == 0 and module.split(".")[0] not in _ALLOWED
            ):
                found.append("." * node.level + module)
    return found


@pytest.mark.parametrize("path", _FILES, ids=[path.stem for path in _FILES])
def test_the_library_imports_nothing_of_home_assistant(path: Path) -> None:
    """Test a module needs the standard library, aiohttp and yarl alone."""
    assert foreign_imports(path.read_text()) == []


def test_every_module_is_looked_at() -> None:
    """Test the files are where they are looked for."""
    assert {path.stem for path in _FILES} == {
        "__init__",
        "address",
        "bands",
        "changes",
        "client",
        "continuity",
        "exceptions",
        "health",
        "judge",
        "memory",
        "models",
        "parse",
        "parse_gpus",
        "parse_rig",
        "pauses",
        "problems",
        "record",
        "review",
        "units",
        "usual",
        "values",
    }


def test_a_foreign_import_is_seen_wherever_it_hides() -> None:
    """Test the check itself, within functions and under other names too."""
    source = """
import json, homeassistant.core as core
from aiohttp import web
from .models import Rig
from ..const import DOMAIN
def late():
    from homeassistant.util import dt
    import voluptuous
"""
    assert foreign_imports(source) == [
        "homeassistant.core",
        "..const",
        "homeassistant.util",
        "voluptuous",
    ]
