"""Test what Home Assistant and people read beside the code."""

from collections.abc import Iterator, Mapping
import json
from pathlib import Path
import re
import struct
from typing import Any, Final

from homeassistant.util.yaml import load_yaml_dict
import pytest

from custom_components.ethos import binary_sensor, sensor, update
from custom_components.ethos.panel import exceptions

ROOT: Final = Path(__file__).parent.parent
INTEGRATION: Final = ROOT / "custom_components" / "ethos"
LANGUAGES: Final = sorted((INTEGRATION / "translations").glob("*.json"))

RULES: Final = frozenset(
    [
        "action-exceptions",
        "action-setup",
        "appropriate-polling",
        "async-dependency",
        "brands",
        "common-modules",
        "config-entry-unloading",
        "config-flow",
        "config-flow-test-coverage",
        "dependency-transparency",
        "devices",
        "diagnostics",
        "discovery",
        "discovery-update-info",
        "docs-actions",
        "docs-conditions",
        "docs-configuration-parameters",
        "docs-data-update",
        "docs-examples",
        "docs-high-level-description",
        "docs-installation-instructions",
        "docs-installation-parameters",
        "docs-known-limitations",
        "docs-removal-instructions",
        "docs-supported-devices",
        "docs-supported-functions",
        "docs-triggers",
        "docs-troubleshooting",
        "docs-use-cases",
        "dynamic-devices",
        "entity-category",
        "entity-device-class",
        "entity-disabled-by-default",
        "entity-event-setup",
        "entity-translations",
        "entity-unavailable",
        "entity-unique-id",
        "exception-translations",
        "has-entity-name",
        "icon-translations",
        "inject-websession",
        "integration-owner",
        "log-when-unavailable",
        "parallel-updates",
        "reauthentication-flow",
        "reconfiguration-flow",
        "repair-issues",
        "runtime-data",
        "stale-devices",
        "strict-typing",
        "test-before-configure",
        "test-before-setup",
        "test-coverage",
        "unique-config-entry",
    ]
)

IMAGES: Final = {
    "icon.png": (256, 256),
    "icon@2x.png": (512, 512),
    "dark_icon.png": (256, 256),
    "dark_icon@2x.png": (512, 512),
    "logo.png": (None, 128),
    "logo@2x.png": (None, 256),
    "dark_logo.png": (None, 128),
    "dark_logo@2x.png": (None, 256),
}


def load(path: Path) -> Any:
    """Return what a JSON file says."""
    return json.loads(path.read_text(encoding="utf-8"))


def strings(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Return all texts with the path of their keys."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from strings(item, f"{path}.{key}" if path else str(key))
    else:
        yield path, str(value)


def placeholders(text: str) -> set[str]:
    """Return what a text leaves open."""
    return set(re.findall(r"{(\w+)}", text))


def used() -> dict[tuple[str, str], bool]:
    """Return the translation keys in use, and whether a class gives an icon."""
    tables = {
        "sensor": sensor.TABLES,
        "binary_sensor": binary_sensor.TABLES,
        "update": update.TABLES,
    }
    return {
        (platform, description.translation_key): description.device_class is not None
        for platform, table in tables.items()
        for _, descriptions in table
        for description in descriptions
        if description.translation_key
    }


ENGLISH: Final = load(INTEGRATION / "translations" / "en.json")


def test_the_manifest_is_as_home_assistant_wants_it() -> None:
    """Test keys and their order."""
    manifest = load(INTEGRATION / "manifest.json")
    keys = list(manifest)
    assert keys == ["domain", "name", *sorted(set(keys) - {"domain", "name"})]
    assert manifest["domain"] == INTEGRATION.name
    assert re.fullmatch(r"\d+\.\d+\.\d+", manifest["version"])
    assert manifest["documentation"].startswith("https://")
    assert manifest["issue_tracker"].startswith("https://")
    assert all(owner.startswith("@") for owner in manifest["codeowners"])
    assert manifest["requirements"] == []


def test_hacs_knows_every_key() -> None:
    """Test another key would fail its check."""
    known = {"name", "filename", "hide_default_branch", "homeassistant", "zip_release"}
    assert load(ROOT / "hacs.json").keys() <= known


@pytest.mark.parametrize("path", LANGUAGES, ids=lambda path: path.stem)
def test_texts_are_plain(path: Path) -> None:
    """Test the rules for translations."""
    for key, text in strings(load(path)):
        assert re.fullmatch(r"[a-z0-9_.-]+", key), key
        assert text == text.strip(), key
        assert text, key
        assert not re.search(r"<[^>]*>|https?://|www\.|'{\w+}'", text), key


@pytest.mark.parametrize("path", LANGUAGES, ids=lambda path: path.stem)
def test_every_language_says_the_same(path: Path) -> None:
    """Test keys and placeholders agree with English."""
    english = dict(strings(ENGLISH))
    other = dict(strings(load(path)))
    assert other.keys() == english.keys()
    for key, text in other.items():
        assert placeholders(text) == placeholders(english[key]), key


def test_every_field_is_described() -> None:
    """Test a form leaves no question open."""
    for kind in ("config", "options"):
        for name, step in ENGLISH[kind]["step"].items():
            assert step["data"].keys() == step["data_description"].keys(), name


def test_every_entity_has_a_name_and_nothing_else_has() -> None:
    """Test names in code and translations agree."""
    named = {
        (platform, key) for platform, keys in ENGLISH["entity"].items() for key in keys
    }
    assert named == used().keys()


def test_every_entity_has_an_icon() -> None:
    """Test icons are there where no device class gives one, and for nobody else."""
    icons = load(INTEGRATION / "icons.json")["entity"]
    have = {(platform, key) for platform, keys in icons.items() for key in keys}
    assert {name for name, has_class in used().items() if not has_class} <= have
    assert have <= used().keys()
    for keys in icons.values():
        for icon in keys.values():
            assert all(text.startswith("mdi:") for _, text in strings(icon))
            assert icon["default"] not in icon.get("state", {}).values()


def test_every_failure_has_its_message() -> None:
    """Test nobody is told a key, in the config flow, in the repair and in the log."""
    reasons = {
        kind.reason
        for kind in vars(exceptions).values()
        if isinstance(kind, type) and issubclass(kind, exceptions.PanelError)
    }
    own = {"already_configured", "no_rigs"}
    assert ENGLISH["config"]["error"].keys() == reasons | own
    assert ENGLISH["exceptions"].keys() == reasons - {"unknown", "invalid_address"}
    repair = ENGLISH["issues"]["panel_moved"]["fix_flow"]["error"]
    assert repair.keys() == reasons - {"unknown"} | own


def test_the_quality_scale_is_answered() -> None:
    """Test each rule is kept, or exempt with a reason."""
    rules = load_yaml_dict(str(INTEGRATION / "quality_scale.yaml"))["rules"]
    assert isinstance(rules, dict)
    assert rules.keys() == RULES
    for rule, answer in rules.items():
        assert answer == "done" or (
            answer["status"] == "exempt" and answer["comment"]
        ), rule


@pytest.mark.parametrize("name", IMAGES)
def test_the_brand_is_there(name: str) -> None:
    """Test the images have the sizes that Home Assistant wants."""
    data = (INTEGRATION / "brand" / name).read_bytes()
    assert data.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", data[16:24])
    assert (IMAGES[name][0] or width, IMAGES[name][1]) == (width, height)
