"""Test what Home Assistant and people read beside the code."""

from collections.abc import Iterator, Mapping
import json
from pathlib import Path
import re
import struct
from typing import Any, Final

from homeassistant.components.event import EventEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import NumberSelector
from homeassistant.util.yaml import load_yaml_dict
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.ethos import (
    binary_sensor,
    button,
    event,
    sensor,
    switch,
    update,
)
from custom_components.ethos.activity import Happening
from custom_components.ethos.chat import Column
from custom_components.ethos.const import DOMAIN
from custom_components.ethos.entity import GPU, PANEL, RIG, EthosEntityDescription
from custom_components.ethos.options import options_schema
from custom_components.ethos.panel import (
    BEGINS,
    ENDS,
    UNIT_OF_MINER,
    HashUnit,
    Problem,
    exceptions,
)
from custom_components.ethos.power.cycler import Outcome
from custom_components.ethos.power.options import CONF_POWER, LIMITS
from custom_components.ethos.power.policy import Refusal
from custom_components.ethos.repairs import PanelMovedRepairFlow

ROOT: Final = Path(__file__).parent.parent
INTEGRATION: Final = ROOT / "custom_components" / "ethos"
LANGUAGES: Final = sorted((INTEGRATION / "translations").glob("*.json"))
WORKFLOWS: Final = sorted((ROOT / ".github" / "workflows").glob("*.yml"))

TABLES: Final = {
    "sensor": sensor.TABLES,
    "binary_sensor": (*binary_sensor.TABLES, *binary_sensor.PROBLEM_TABLES),
    "event": event.TABLES,
    "switch": switch.TABLES,
    "update": update.TABLES,
}
PLUG: Final = "plug"
# Those that stand alone, since they do not show what is read of the panel.
ALONE: Final[dict[str, Any]] = {
    "binary_sensor": (
        (PANEL, (binary_sensor.PANEL_CONNECTIVITY,)),
        (PLUG, binary_sensor.PLUG_BINARY_SENSORS),
    ),
    "sensor": ((PLUG, sensor.PLUG_SENSORS),),
    "button": ((PLUG, button.PLUG_BUTTONS),),
}

# Those of the schema of HACS' own check.
HACS_KEYS: Final = frozenset(
    [
        "content_in_root",
        "country",
        "filename",
        "hacs",
        "hide_default_branch",
        "homeassistant",
        "name",
        "persistent_directory",
        "render_readme",
        "zip_release",
    ]
)

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
    "logo.png": (450, 128),
    "logo@2x.png": (899, 256),
}

HEADINGS: Final = {
    ("sensor", PANEL): "Sensors of the panel",
    ("binary_sensor", PANEL): "Binary sensors of the panel",
    ("event", PANEL): "Events of the panel",
    ("sensor", RIG): "Sensors of a rig",
    ("binary_sensor", RIG): "Binary sensors of a rig",
    ("event", RIG): "Events of a rig",
    ("switch", RIG): "Switches of a rig",
    ("update", RIG): "Updates of a rig",
    ("binary_sensor", GPU): "Binary sensors of a GPU",
    ("sensor", GPU): "Sensors of a GPU",
    ("binary_sensor", PLUG): "Binary sensors of a plug",
    ("sensor", PLUG): "Sensors of a plug",
    ("button", PLUG): "Buttons of a plug",
}


def load(path: Path) -> Any:
    """Return what a JSON file says."""
    return json.loads(path.read_text(encoding="utf-8"))


ENGLISH: Final = load(INTEGRATION / "translations" / "en.json")
ICONS: Final = load(INTEGRATION / "icons.json")
DOCUMENTATION: Final = (ROOT / "docs" / "entities.md").read_text(encoding="utf-8")
EVENTS: Final = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
ACTIONS: Final[dict[str, Any]] = dict(
    load_yaml_dict(str(INTEGRATION / "services.yaml"))
)


def strings(value: object, *keys: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Return all texts, each with the keys that lead to it."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from strings(item, *keys, str(key))
    else:
        assert isinstance(value, str), keys
        yield keys, value


def placeholders(value: object) -> set[str]:
    """Return what the texts leave open."""
    return {name for _, text in strings(value) for name in re.findall(r"{(.*?)}", text)}


def described() -> Iterator[tuple[str, Any, EthosEntityDescription[Any, Any]]]:
    """Return all that describes an entity, with its platform and level."""
    for tables in (TABLES, ALONE):
        for platform, table in tables.items():
            for level, descriptions in table:
                for description in descriptions:
                    yield platform, level, description


def used() -> dict[tuple[str, str], bool]:
    """Return the translation keys in use, and whether a class gives an icon."""
    return {
        (platform, description.translation_key): description.device_class is not None
        for platform, _, description in described()
        if description.translation_key
    }


def name_of(platform: str, description: EthosEntityDescription[Any, Any]) -> str:
    """Return the English name of an entity."""
    if description.translation_key:
        name: str = ENGLISH["entity"][platform][description.translation_key]["name"]
        return name
    return str(description.device_class).capitalize()


def unit_of(platform: str, description: EthosEntityDescription[Any, Any]) -> str:
    """Return the unit that is shown with an entity."""
    texts = ENGLISH["entity"][platform].get(description.translation_key, {})
    native = getattr(description, "native_unit_of_measurement", None)
    return str(native or texts.get("unit_of_measurement", ""))


def enabled(description: Any, level: object) -> str:
    """Return whether an entity is enabled, and on lower levels of detail too."""
    if level in {RIG, GPU} and description.is_essential:
        return "essential"
    return "yes" if description.entity_registry_enabled_default else "no"


def rows(heading: str, page: str = DOCUMENTATION) -> list[list[str]]:
    """Return the cells of the first table below a heading of the documentation."""
    _, _, below = page.partition(f"# {heading}\n")
    table, *_ = below[below.index("\n|") + 1 :].split("\n\n", 1)
    lines = table.splitlines()[2:]
    return [[cell.strip() for cell in line[1:-1].split("|")] for line in lines]


def test_the_manifest_is_as_home_assistant_wants_it() -> None:
    """Test keys and their order."""
    manifest = load(INTEGRATION / "manifest.json")
    keys = list(manifest)
    assert keys == ["domain", "name", *sorted(set(keys) - {"domain", "name"})]
    assert manifest["domain"] == DOMAIN == INTEGRATION.name
    assert re.fullmatch(r"\d+\.\d+\.\d+", manifest["version"])
    assert manifest["documentation"].startswith("https://")
    assert manifest["issue_tracker"].startswith("https://")
    assert manifest["codeowners"]
    assert all(owner.startswith("@") for owner in manifest["codeowners"])
    assert manifest["iot_class"] == "cloud_polling"
    assert manifest["requirements"] == []


def test_hacs_knows_every_key() -> None:
    """Test another key would fail its check, as would an archive without a name."""
    hacs = load(ROOT / "hacs.json")
    assert hacs.keys() <= HACS_KEYS
    assert hacs["name"] == load(INTEGRATION / "manifest.json")["name"]
    assert hacs["zip_release"] is True
    release = (ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8")
    assert f'gh release upload "$TAG" {hacs["filename"]} ' in release


def test_the_oldest_home_assistant_is_the_same_wherever_it_is_named() -> None:
    """Test neither README nor requirements promise another one than HACS is told."""
    oldest = load(ROOT / "hacs.json")["homeassistant"].removesuffix(".0")
    assert f"Home Assistant {oldest} or\nlater" in (ROOT / "README.md").read_text(
        "utf-8"
    )
    requirements = (ROOT / "requirements_test.txt").read_text("utf-8")
    assert f"Home Assistant {oldest}, the oldest supported" in requirements


@pytest.mark.parametrize("path", LANGUAGES, ids=lambda path: path.stem)
def test_texts_are_plain(path: Path) -> None:
    """Test the rules for translations."""
    for keys, text in strings(load(path)):
        assert all(re.fullmatch(r"[a-z0-9_-]+", key) for key in keys), keys
        assert text == text.strip(), keys
        assert text, keys
        assert not re.search(r"<[^>]*>|\w+://|www\.", text), keys
        assert not re.search(r"'{\w+}'", text), keys
        assert text.count("{") == len(re.findall(r"{[a-z_]+}", text)), keys


@pytest.mark.parametrize("path", LANGUAGES, ids=lambda path: path.stem)
def test_every_language_says_the_same(path: Path) -> None:
    """Test keys and placeholders agree with English."""
    english = dict(strings(ENGLISH))
    other = dict(strings(load(path)))
    assert other.keys() == english.keys()
    for keys, text in other.items():
        assert placeholders(text) == placeholders(english[keys]), keys


def test_every_field_is_described() -> None:
    """Test a form leaves no question open, and none is described that is not there."""
    repair = ENGLISH["issues"]["panel_moved"]["fix_flow"]
    plug = ENGLISH["config_subentries"]["plug"]
    for form in (ENGLISH["config"], ENGLISH["options"], repair, plug):
        for name, step in form["step"].items():
            assert step["data"].keys() == step["data_description"].keys(), name
    shown = {str(key) for key in options_schema(()).schema}
    init = ENGLISH["options"]["step"]["init"]
    assert init["data"].keys() == shown
    assert init["sections"].keys() == {CONF_POWER}
    power = init["sections"][CONF_POWER]
    assert power["data"].keys() == power["data_description"].keys() == LIMITS.keys()


async def test_forms_fill_in_every_placeholder(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Test nobody reads a pair of braces, be it in a form or in its errors."""
    config, repair = ENGLISH["config"], ENGLISH["issues"]["panel_moved"]["fix_flow"]
    forms = [
        await hass.config_entries.flow.async_init(DOMAIN, context={"source": "user"}),
        await loaded.start_reconfigure_flow(hass),
        await loaded.start_reauth_flow(hass),
    ]
    assert {form["step_id"] for form in forms} == config["step"].keys()
    for form in forms:
        filled = set(form["description_placeholders"] or {})
        texts = config["step"][form["step_id"]], config["error"]
        assert set().union(*map(placeholders, texts)) <= filled, form["step_id"]

    mending = await PanelMovedRepairFlow(loaded).async_step_init()
    assert repair["step"].keys() == {mending["step_id"]}
    assert placeholders(repair) <= set(mending["description_placeholders"] or {})

    assert not placeholders(config["abort"])
    setting = await hass.config_entries.options.async_init(loaded.entry_id)
    filled = set(setting["description_placeholders"] or {})
    assert placeholders(ENGLISH["options"]) == filled
    assert placeholders(ENGLISH["issues"]["outgrown"]) == {"title", "limit"}
    assert placeholders(ENGLISH["issues"]["panel_moved"]["title"]) == {"title"}
    assert placeholders(ENGLISH["issues"]["given_up"]) == {"rig"}
    assert placeholders(ENGLISH["issues"]["no_power"]) == {"rig"}
    assert placeholders(ENGLISH["issues"]["plug_missing"]) == {"rig", "title"}
    adding = await hass.config_entries.subentries.async_init(
        (loaded.entry_id, "plug"), context={"source": "user"}
    )
    plug = ENGLISH["config_subentries"]["plug"]
    assert placeholders(plug) <= set(adding["description_placeholders"] or {})
    assert placeholders(ENGLISH["device"]["gpu"]) == {"index"}


def test_every_entity_has_a_name_and_nothing_else_has() -> None:
    """Test names in code and translations agree."""
    named = {
        (platform, key) for platform, keys in ENGLISH["entity"].items() for key in keys
    }
    assert named == used().keys()


def test_every_entity_has_an_icon_and_nothing_else_has() -> None:
    """Test icons are there where no device class gives one, and for nobody else."""
    have = {
        (platform, key) for platform, keys in ICONS["entity"].items() for key in keys
    }
    assert {name for name, has_class in used().items() if not has_class} <= have
    assert have <= used().keys()


def test_icons_are_material_and_tell_states_apart() -> None:
    """Test a state has its own icon, or none."""
    for platform, keys in ICONS["entity"].items():
        for key, icon in keys.items():
            texts = ENGLISH["entity"][platform][key]
            states = icon.get("state", {})
            for _, text in strings(icon):
                assert re.fullmatch(r"mdi:[a-z0-9-]+", text), key
            assert icon["default"] not in states.values(), key
            known = texts.get("state", {}).keys() | {"on", "off"}
            assert states.keys() <= known, key


def test_every_failure_has_its_message() -> None:
    """Test nobody is told a key, in the config flow, in the repair and in the log."""
    reasons = {
        kind.reason
        for kind in vars(exceptions).values()
        if isinstance(kind, type) and issubclass(kind, exceptions.PanelError)
    }
    own = {"already_configured", "no_rigs"}
    assert ENGLISH["config"]["error"].keys() == reasons | own | {"wrong_login"}
    told = reasons - {"unknown", "invalid_address"} | {"no_rig", "not_a_rig"}
    # What Home Assistant shows, and what an action answers.
    of_power = {kind.value for kind in (*Refusal, *Outcome)}
    assert ENGLISH["exceptions"].keys() == told | of_power
    due = ENGLISH["entity"]["binary_sensor"]["power_cycle_due"]["state_attributes"]
    hidden = {Refusal.NO_PLUG, Refusal.NOT_WRITTEN, Refusal.LIMIT_REACHED}
    assert due["reason"]["state"].keys() == set(Refusal) - hidden
    table = rows("When a power cycle is due")
    assert {reason.strip("`") for reason, *_ in table} == set(Refusal) - hidden
    assert {name.strip("`") for name, _ in rows("Outcomes", EVENTS)} == {
        *Outcome,
        "refused",
    }
    phrases = ENGLISH["selector"]["phrases"]["options"]
    assert {it.value for it in Outcome if it is not Outcome.RECOVERED} <= phrases.keys()
    repair = ENGLISH["issues"]["panel_moved"]["fix_flow"]["error"]
    assert repair.keys() == reasons - {"unknown"} | own
    for reason, texts in ENGLISH["exceptions"].items():
        filled = {"http_status": {"status"}}
        filled |= {key: {"device"} for key in ("no_rig", "not_a_rig")}
        filled |= {reason: {"rig"} for reason in of_power}
        assert placeholders(texts) == filled.get(reason, set()), reason


@pytest.mark.parametrize(
    ("platform", "level", "heading"),
    [(*where, heading) for where, heading in HEADINGS.items()],
    ids=HEADINGS.values(),
)
def test_every_entity_is_documented(platform: str, level: object, heading: str) -> None:
    """Test name, unit and whether it is enabled are those of the code."""
    shown = sorted(
        (
            name_of(platform, description),
            unit_of(platform, description),
            enabled(description, its_level),
        )
        for its_platform, its_level, description in described()
        if (its_platform, its_level) == (platform, level)
    )
    assert sorted((name, unit, on) for name, unit, on, _ in rows(heading)) == shown


def test_the_documentation_leaves_no_table_of_entities_out() -> None:
    """Test each platform at each level has its heading."""
    assert {(platform, level) for platform, level, _ in described()} == HEADINGS.keys()


def test_every_condition_is_documented() -> None:
    """Test the words are those that Home Assistant shows."""
    states = ENGLISH["entity"]["sensor"]["condition"]["state"]
    assert {state.strip("`"): name for name, state, _ in rows("Conditions")} == states


def event_types() -> list[str]:
    """Return all that is told, which is the same for all who tell."""
    (types,) = {
        tuple(description.event_types or ())
        for _, _, description in described()
        if isinstance(description, EventEntityDescription)
    }
    return list(types)


def test_every_event_type_has_its_name() -> None:
    """Test it is called the same wherever it is shown or chosen."""
    attributes = ENGLISH["entity"]["event"]["activity"]["state_attributes"]
    names = attributes["event_type"]["state"]
    assert names.keys() == set(event_types())
    assert ENGLISH["selector"]["change_types"]["options"] == names
    chosen = ACTIONS["get_activity"]["fields"]["types"]["selector"]["select"]
    assert sorted(chosen["options"]) == sorted(event_types())
    assert chosen["translation_key"] == "change_types"


def test_every_event_type_is_documented() -> None:
    """Test names are those that are shown, with the problem that begins or ends."""
    attributes = ENGLISH["entity"]["event"]["activity"]["state_attributes"]
    problems = {
        kind.value: f"`{problem.value}`"
        for kinds in (BEGINS, ENDS)
        for problem, kind in kinds.items()
    }
    found = {
        kind.strip("`"): (name, problem)
        for name, kind, _, problem in rows("Event types", EVENTS)
    }
    assert found == {
        kind: (name, problems.get(kind, ""))
        for kind, name in attributes["event_type"]["state"].items()
    }


def test_all_that_an_event_says_is_named_and_documented() -> None:
    """Test an automation finds it."""
    said = {"event_type", *Happening.__annotations__} - {"type"}
    attributes = ENGLISH["entity"]["event"]["activity"]["state_attributes"]
    assert attributes.keys() == said
    assert {name.strip("`") for name, _ in rows("Event data", EVENTS)} == said


def test_every_problem_is_documented() -> None:
    """Test limits are called what the form of the options calls them."""
    found = {name.strip("`"): limit for name, _, limit, _ in rows("Problems")}
    assert found.keys() == set(Problem)
    options = ENGLISH["options"]["step"]["init"]["data"].values()
    assert {limit.strip("*") for limit in found.values() if limit} <= set(options)


async def test_every_action_is_described_and_documented(
    hass: HomeAssistant, loaded: MockConfigEntry
) -> None:
    """Test forms, texts, icons and the documentation have the fields of the code."""
    actions = hass.services.async_services_for_domain(DOMAIN)
    texts = ENGLISH["services"]
    assert actions.keys() == ACTIONS.keys() == texts.keys() == ICONS["services"].keys()
    for name, action in actions.items():
        fields = ACTIONS[name]["fields"]
        assert isinstance(action.schema, vol.Schema)
        keys = {str(key): key for key in action.schema.schema}
        assert fields.keys() == keys.keys() == texts[name]["fields"].keys(), name
        assert [field for field in fields if fields[field].get("required", False)] == [
            field for field in fields if isinstance(keys[field], vol.Required)
        ], name
        for field, form in fields.items():
            if "default" in form:
                assert keys[field].default() == form["default"], (name, field)
        shown = rows(f"`ethos.{name}`", EVENTS)
        assert [field.strip("`") for field, _ in shown] == list(fields), name
        assert not placeholders(texts[name])


def test_every_column_is_described_and_documented() -> None:
    """Test a table shows what can be chosen, and no more."""
    form = ACTIONS["get_stats"]["fields"]["columns"]["selector"]["select"]
    assert form["options"] == list(Column)
    names = ENGLISH["selector"][form["translation_key"]]["options"]
    assert names.keys() == set(Column)
    table = re.findall(
        r"^\| `(\w+)` \|", EVENTS.partition("| Column |")[2], re.MULTILINE
    )
    assert table[: len(Column)] == list(Column)


def test_every_option_is_documented() -> None:
    """Test defaults and bounds are those of the form."""
    init = ENGLISH["options"]["step"]["init"]
    names = init["data"]
    found = {name: (default, bounds) for name, default, bounds, _ in rows("Options")}
    assert len(found) >= len(names)
    limits = {
        init["sections"][CONF_POWER]["data"][key]: (
            f"{default} {unit or ''}".strip(),
            f"{least} to {most} {unit or ''}".strip(),
        )
        for key, (least, default, most, unit) in LIMITS.items()
    }
    power = rows("Options of power cycling")
    assert {name: (default, bounds) for name, default, bounds, _ in power} == limits
    for key, field in options_schema(()).schema.items():
        if isinstance(field, NumberSelector):
            said = found[names[str(key)]]
            config = field.config
            unit = config["unit_of_measurement"]
            assert said == (
                f"{key.default()} {unit}",
                f"{config['min']:g} to {config['max']:g} {unit}",
            ), key


def test_every_known_miner_is_documented() -> None:
    """Test people see which miners need no unit."""
    _, _, below = DOCUMENTATION.partition("These miners have a unit")
    for unit in HashUnit:
        miners = sorted(name for name, its in UNIT_OF_MINER.items() if its is unit)
        if miners:
            assert f"\n| {unit} | {', '.join(miners)} |\n" in below


def test_the_quality_scale_is_answered() -> None:
    """Test each rule is kept, or exempt with a reason."""
    rules = load_yaml_dict(str(INTEGRATION / "quality_scale.yaml"))["rules"]
    assert isinstance(rules, dict)
    assert rules.keys() == RULES
    for rule, answer in rules.items():
        if answer != "done":
            assert isinstance(answer, dict), rule
            assert answer["status"] == "exempt", rule
            assert answer["comment"], rule


@pytest.mark.parametrize("prefix", ["", "dark_"], ids=["light", "dark"])
@pytest.mark.parametrize("name", IMAGES)
def test_the_brand_is_there(prefix: str, name: str) -> None:
    """Test the images have the sizes that Home Assistant wants."""
    data = (INTEGRATION / "brand" / f"{prefix}{name}").read_bytes()
    assert data.startswith(b"\x89PNG")
    assert struct.unpack(">II", data[16:24]) == IMAGES[name]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_workflows_run_only_what_was_looked_at(path: Path) -> None:
    """Test actions are pinned by commit, and a job may write only if it says so."""
    text = path.read_text("utf-8")
    assert "\npermissions:\n  contents: read\n" in text
    for action in re.findall(r"uses: (.*)", text):
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # \S+", action), action
    assert text.count("actions/checkout@") == text.count("persist-credentials: false")


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        *(
            f"docs/{name}.md"
            for name in ("blueprints", "dashboard", "entities", "events")
        ),
    ],
)
def test_links_lead_somewhere(name: str) -> None:
    """Test every file and heading that is linked to is there."""
    page = ROOT / name
    for target in re.findall(r"\]\(([^)]+)\)", page.read_text("utf-8")):
        if "://" in target:
            continue
        file, _, anchor = target.partition("#")
        path = page.parent / file if file else page
        assert path.is_file(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", path.read_text("utf-8"), re.MULTILINE)
            assert anchor in {
                re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
                for heading in headings
            }, target
