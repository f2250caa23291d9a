"""Test every language says all that English says, in its own words, also in a chat.

A new text goes into ``en.json`` first. These tests then name, language by language, the
keys that are missing, each with the English text, at the place where it belongs.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
import re
from string import Formatter
from typing import Any, Final, cast
from unicodedata import name

from homeassistant.core import HomeAssistant
from homeassistant.generated.languages import LANGUAGES as HOME_ASSISTANTS
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.ethos.activity import Happening
from custom_components.ethos.const import DOMAIN
from custom_components.ethos.panel import ENDS, ChangeType
from custom_components.ethos.power.control import PowerChange
from custom_components.ethos.power.cycler import Outcome
from tests.farm import START

ROOT: Final = Path(__file__).parent.parent
FILES: Final = ROOT / "custom_components" / "ethos" / "translations"
LANGUAGES: Final = sorted(path.stem for path in FILES.glob("*.json"))
OTHERS: Final = [language for language in LANGUAGES if language != "en"]

EVENTS: Final = "entity.event.activity.state_attributes.event_type.state."
CHOICES: Final = "selector.change_types.options."
PHRASES: Final = "selector.phrases.options."

NAMES: Final = {
    "ethOS": "the operating system",
    "Powertune": "what the panel and AMD call it",
    "VBIOS": "an abbreviation that is the same everywhere",
}
# What is the same as in English, and why that is right.
SAME: Final[Mapping[str, Mapping[str, str]]] = {
    "de": {
        **NAMES,
        "GPU": "the abbreviation is German too",
        "GPU {index}": "as GPU",
        "GPUs": "as GPU, and so is its plural",
        "Miner": "what German miners call the program",
        "Mining": "what German miners call it; schürfen is for newspapers",
        "Panel": "a German word, and ethOS's name for it",
        "Panels": "as Panel, and so is its plural",
        "Pool": "what German miners call it",
        "Problem": "a German word",
        "Rig": "what German miners call it",
        "Rigs": "as Rig, and so is its plural",
        "Rig-ID": "as Rig, and the abbreviation is German too",
        "Rigs online": "both words are German too",
        "VRAM": "the abbreviation is German too",
        "{number} Min.": "German but for its point",
    },
    "es": {
        **NAMES,
        "GPU": "the abbreviation is Spanish too",
        "GPU {index}": "as GPU",
        "Panel": "a Spanish word",
        "Pool": "what Spanish miners call it",
        "Rig": "what Spanish miners call it",
        "Rigs": "as Rig, and so is its plural",
        "VRAM": "the abbreviation is Spanish too",
        "{number} h": "the sign of the unit",
        "{number} min": "the sign of the unit",
    },
    "fr": {
        **NAMES,
        "GPU": "the abbreviation is French too",
        "GPU {index}": "as GPU",
        "Maintenance": "a French word",
        "Pool": "what French miners call it",
        "Rig": "what French miners call it",
        "Rigs": "as Rig, and so is its plural",
        "VRAM": "the abbreviation is French too",
        "{number} h": "the sign of the unit",
        "{number} min": "the sign of the unit",
    },
    "ru": {**NAMES, "GPU {index}": "written so in Russian too, and short in a chat"},
    "zh-Hans": NAMES,
}
# Words that need no letters of another script.
LATIN: Final = {*NAMES, "GPU"}
SCRIPTS: Final = {"ru": "CYRILLIC", "zh-Hans": "CJK"}

# How it reads: the same happenings in each language.
STORY: Final[Mapping[str, Sequence[str]]] = {
    "de": [
        "🟢 Alpha: Rig wieder online nach 25 Min.",
        "🟢 Beta: Rig wieder online nach 5 Std.",
        "🟢 Gamma: Rig wieder online nach 3 Tagen",
        "🔴 Alpha GPU 3: Überhitzt: 84 °C (Grenze 80 °C)",
        "🟠 Beta: Hashrate gefallen: 150.0 MH/s (sonst 180.0 MH/s)",
        "🟢 Alpha: Per Steckdose neu gestartet, wieder online nach 4 Min.",
        "🔴 Beta: Neustart per Steckdose fehlgeschlagen: das Rig kam nicht zurück",
    ],
    "en": [
        "🟢 Alpha: Rig is back after 25 min",
        "🟢 Beta: Rig is back after 5 h",
        "🟢 Gamma: Rig is back after 3 days",
        "🔴 Alpha GPU 3: Overheated: 84 °C (limit 80 °C)",
        "🟠 Beta: Hash rate dropped: 150.0 MH/s (usual 180.0 MH/s)",
        "🟢 Alpha: Power-cycled, is back after 4 min",
        "🔴 Beta: Power cycle failed: the rig did not come back",
    ],
    "es": [
        "🟢 Alpha: El rig vuelve a estar en línea tras 25 min",
        "🟢 Beta: El rig vuelve a estar en línea tras 5 h",
        "🟢 Gamma: El rig vuelve a estar en línea tras 3 días",
        "🔴 Alpha GPU 3: Sobrecalentamiento: 84 °C (límite 80 °C)",
        "🟠 Beta: El hashrate ha bajado: 150.0 MH/s (normalmente 180.0 MH/s)",
        "🟢 Alpha: Reiniciado desde el enchufe, vuelve a estar en línea tras 4 min",
        "🔴 Beta: Ha fallado el reinicio desde el enchufe: el rig no ha vuelto",
    ],
    "fr": [
        "🟢 Alpha: Rig de nouveau en ligne après 25 min",
        "🟢 Beta: Rig de nouveau en ligne après 5 h",
        "🟢 Gamma: Rig de nouveau en ligne après 3 jours",
        "🔴 Alpha GPU 3: Surchauffe: 84 °C (limite 80 °C)",
        "🟠 Beta: Baisse du hashrate: 150.0 MH/s (habituellement 180.0 MH/s)",
        "🟢 Alpha: Redémarré par la prise, de nouveau en ligne après 4 min",
        "🔴 Beta: Échec du redémarrage par la prise: le rig n'est pas revenu",
    ],
    "ru": [
        "🟢 Alpha: Риг снова в сети спустя 25 мин",
        "🟢 Beta: Риг снова в сети спустя 5 ч",
        "🟢 Gamma: Риг снова в сети спустя 3 дн.",
        "🔴 Alpha GPU 3: Перегрев: 84 °C (предел 80 °C)",
        "🟠 Beta: Хешрейт упал: 150.0 MH/s (обычно 180.0 MH/s)",
        "🟢 Alpha: Перезагружен по питанию, снова в сети спустя 4 мин",
        "🔴 Beta: Перезагрузка по питанию не удалась: риг не вернулся в сеть",
    ],
    "zh-Hans": [
        "🟢 Alpha: 矿机恢复在线 (历时 25 分钟)",
        "🟢 Beta: 矿机恢复在线 (历时 5 小时)",
        "🟢 Gamma: 矿机恢复在线 (历时 3 天)",
        "🔴 Alpha GPU 3: 过热: 84 °C (阈值 80 °C)",
        "🟠 Beta: 算力下降: 150.0 MH/s (通常 180.0 MH/s)",
        "🟢 Alpha: 断电重启后恢复在线 (历时 4 分钟)",
        "🔴 Beta: 断电重启失败: 矿机未恢复在线",
    ],
}


def flat(texts: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Return all texts in their order, by the keys that lead to them."""
    found: dict[str, str] = {}
    for key, value in texts.items():
        if isinstance(value, str):
            found[prefix + key] = value
        else:
            found.update(flat(value, f"{prefix}{key}."))
    return found


def texts_of(language: str) -> dict[str, str]:
    """Return the texts of a language."""
    return flat(json.loads((FILES / f"{language}.json").read_text("utf-8")))


ENGLISH: Final = texts_of("en")

type Kind = ChangeType | PowerChange
KINDS: Final[Sequence[Kind]] = (*ChangeType, *PowerChange)
BEGINNING: Final = {"value": 84, "limit": 80, "unit": "°C"}
ENDING: Final = {"duration": 1500}


def listed(keys: Iterable[str]) -> str:
    """Return keys with their English texts, a line each."""
    return "".join(f"\n  {key}: {ENGLISH.get(key)!r}" for key in keys)


def open_in(text: str) -> set[str]:
    """Return the placeholders of a text, whose braces have to match."""
    return {field for _, field, _, _ in Formatter().parse(text) if field is not None}


def bare(text: str) -> str:
    """Return a text without what does not make it another language."""
    return re.sub(r"\W+", " ", text).strip().casefold()


def happening(kind: Kind, rig_name: str, **details: Any) -> Happening:
    """Return something that happened."""
    known = {
        "type": kind.value,
        "at": "",
        "rig_id": "000000",
        "rig_name": rig_name,
        "device_id": None,
        "gpu": None,
        "problem": None,
        "value": None,
        "limit": None,
        "unit": None,
        "duration": None,
        "remaining": 0,
    }
    return cast("Happening", known | details)


async def ask(
    hass: HomeAssistant, loaded: MockConfigEntry, happenings: Sequence[Happening]
) -> dict[str, list[str]]:
    """Return the answer when this has happened at once, before all else."""
    at = datetime.fromtimestamp(START, UTC) - timedelta(hours=1)
    log = [{**it, "at": at.isoformat(timespec="milliseconds")} for it in happenings]
    loaded.runtime_data.activity.async_restore({"log": log, "queue": []})
    answer = await hass.services.async_call(
        DOMAIN,
        "get_activity",
        {"since": at.isoformat(), "until": at.isoformat()},
        blocking=True,
        return_response=True,
    )
    assert answer is not None
    return {
        form: "\n".join(map(str, texts)).splitlines()
        for form in ("counts", "html", "messages")
        if isinstance(texts := answer[form], list)
    }


@pytest.mark.parametrize("language", OTHERS)
def test_home_assistant_knows_the_language(language: str) -> None:
    """Test it can be chosen, and is under test here."""
    assert language in HOME_ASSISTANTS
    assert language in SAME
    assert language in STORY


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_missing(language: str) -> None:
    """Test there are all keys of English, and no other."""
    texts = texts_of(language)
    missing = [key for key in ENGLISH if key not in texts]
    assert not missing, f"{language}.json lacks{listed(missing)}"
    strange = [key for key in texts if key not in ENGLISH]
    assert not strange, f"{language}.json has what en.json has not{listed(strange)}"
    assert list(texts) == list(ENGLISH), f"{language}.json is sorted otherwise"


@pytest.mark.parametrize("language", OTHERS)
def test_placeholders_are_the_same(language: str) -> None:
    """Test what is filled in has its place, and can be filled in."""
    for key, text in texts_of(language).items():
        assert open_in(text) == open_in(ENGLISH.get(key, text)), key
        # To the frontend, an apostrophe before a brace says that it is none.
        assert "'{" not in text, key


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_left_in_english(language: str) -> None:
    """Test only that is the same which has a reason to be, and no reason is idle."""
    same = {
        key: text
        for key, text in texts_of(language).items()
        if bare(text) == bare(ENGLISH.get(key, ""))
    }
    allowed = {bare(text) for text in SAME[language]}
    copied = [key for key, text in same.items() if bare(text) not in allowed]
    assert not copied, f"{language}.json has in English{listed(copied)}"
    idle = allowed - {bare(text) for text in same.values()}
    assert not idle, f"{language}.json has these in its own words"


@pytest.mark.parametrize("language", SCRIPTS)
def test_its_script_is_used(language: str) -> None:
    """Test no text of some words has none of its own."""
    for key, text in texts_of(language).items():
        words = re.findall(r"[^\W\d_]+", re.sub(r"{.*?}", "", text))
        has_own = any(SCRIPTS[language] in name(character, "") for character in text)
        assert has_own or LATIN.issuperset(words), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_change_is_called_the_same_everywhere(language: str) -> None:
    """Test one finds in a message what one has chosen, and every type has a name."""
    texts = texts_of(language)
    for kind in KINDS:
        assert texts[f"{EVENTS}{kind}"] == texts[f"{CHOICES}{kind}"], kind
    # A line of a chat tells by it alone what has happened.
    names = [texts[f"{EVENTS}{kind}"] for kind in KINDS]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_change_makes_a_message(
    hass: HomeAssistant, loaded: MockConfigEntry, language: str
) -> None:
    """Test one of each type, as a problem's begin, as its end, or as itself."""
    hass.config.language = language
    ends: set[Kind] = {*ENDS.values(), PowerChange.POWER_CYCLED}
    plain: Sequence[Kind] = (*ChangeType, PowerChange.POWER_CYCLED)
    happenings = [
        *(
            happening(kind, "Alpha", **(ENDING if kind in ends else BEGINNING))
            for kind in plain
        ),
        # What is due heals a problem, which the message leaves to others.
        happening(PowerChange.POWER_CYCLE_DUE, "Alpha", problem="offline"),
        happening(PowerChange.GIVEN_UP, "Alpha", problem="offline"),
        *(
            happening(PowerChange.POWER_CYCLE_FAILED, "Alpha", value=outcome.value)
            for outcome in Outcome
            if outcome is not Outcome.RECOVERED
        ),
    ]
    answer = await ask(hass, loaded, happenings)
    lines = answer["messages"]
    assert len(lines) == len(answer["html"]) == len(happenings)
    assert len(answer["counts"]) == len(KINDS)
    texts = texts_of(language)
    for it, line in zip(happenings, lines, strict=True):
        _, said, detail = line.partition(f" Alpha: {texts[EVENTS + it['type']]}")
        assert said, line
        if it["duration"] is not None:
            assert re.fullmatch(r" \(?\w.* 25 \w+\.?\)?", detail), line
        elif it["problem"] is not None:
            assert not detail, line
        elif it["limit"] is None:
            assert detail == f": {texts[f'{PHRASES}{it["value"]}']}", line
        else:
            assert re.fullmatch(r": 84 °C \(\w.* 80 °C\)", detail), line
    for line in (text for texts in answer.values() for text in texts):
        assert not re.search(r"[{}]|  |\s$", line), line


@pytest.mark.parametrize("language", LANGUAGES)
async def test_messages_read_well(
    hass: HomeAssistant, loaded: MockConfigEntry, language: str
) -> None:
    """Test values and durations stand where the language has them."""
    hass.config.language = language
    happenings = [
        happening(ChangeType.RIG_UP, "Alpha", duration=25 * 60),
        happening(ChangeType.RIG_UP, "Beta", duration=5 * 3600),
        happening(ChangeType.RIG_UP, "Gamma", duration=3 * 86400),
        happening(
            ChangeType.OVERHEATED, "Alpha", gpu="GPU 3", value=84, limit=80, unit="°C"
        ),
        happening(
            ChangeType.HASH_RATE_DROPPED, "Beta", value=150, limit=180, unit="MH/s"
        ),
        happening(PowerChange.POWER_CYCLED, "Alpha", duration=4 * 60),
        happening(PowerChange.POWER_CYCLE_FAILED, "Beta", value="not_recovered"),
    ]
    answer = await ask(hass, loaded, happenings)
    assert answer["messages"] == STORY[language]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_outage_is_one_line(
    hass: HomeAssistant, loaded: MockConfigEntry, language: str
) -> None:
    """Test many rigs at once are named after what happened to them."""
    hass.config.language = language
    rigs = [f"R{number}" for number in range(12)]
    answer = await ask(
        hass, loaded, [happening(ChangeType.RIG_DOWN, rig) for rig in rigs]
    )
    headline = texts_of(language)[f"{EVENTS}rig_down"]
    assert answer["messages"] == [f"🔴 {headline} (12): {', '.join(rigs)}"]
    assert answer["counts"] == [f"🔴 {headline}: 12"]
