"""Test the journal is there when it is needed, on a real disk."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_test_home_assistant,
)

from custom_components.ethos.const import DOMAIN
from custom_components.ethos.panel import Problem
from custom_components.ethos.power.cycler import Outcome, Plug, Step, begin
from custom_components.ethos.power.history import (
    Attempt,
    History,
    from_record,
    to_record,
)
from custom_components.ethos.power.journal import Journal
from tests.conftest import ENTRY_ID

NOW: Final = datetime(2026, 11, 1, 12, tzinfo=UTC)
PLUG: Final = Plug(switch="switch.plug", off_time=timedelta(seconds=20))
CYCLE: Final = begin(PLUG, Problem.OFFLINE, NOW)
FULL: Final = {
    "empty": History(),
    "given up": History(given_up_at=NOW, armed_at=NOW, usual=812.5),
    "begun": History(usual=3).with_begun(CYCLE),
    "over": History(
        attempts=(Attempt(at=NOW, powered_at=NOW, outcome=Outcome.NOT_RECOVERED),)
    ),
    "dark": History(attempts=(Attempt(at=NOW),)).with_cycle(
        replace(
            CYCLE,
            plug=replace(PLUG, meter="sensor.power"),
            problem=None,
            step=Step.DARK,
            tries=3,
            tried_at=NOW,
            powered_at=NOW,
            failure=Outcome.PLUG_STAYED_ON,
            outcome=Outcome.PLUG_STAYED_OFF,
        )
    ),
}
ENTRY: Final = MockConfigEntry(domain=DOMAIN, entry_id=ENTRY_ID)


@pytest.fixture(autouse=True)
def _custom_integrations() -> None:
    """Start no Home Assistant but the one whose files are real."""


@pytest.fixture
async def home(tmp_path: Path) -> AsyncGenerator[HomeAssistant]:
    """Return a Home Assistant that writes files."""
    async with async_test_home_assistant(config_dir=str(tmp_path)) as hass:
        yield hass
        await hass.async_stop(force=True)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """Return the journal and its copy."""
    folder = tmp_path / ".storage"
    name = f"{DOMAIN}.{ENTRY_ID}.power"
    return folder / name, folder / f"{name}_copy"


def test_a_record_holds_all() -> None:
    """Test what is written can be read, after JSON too."""
    record = json.loads(json.dumps(to_record(FULL)))
    assert from_record(record) == FULL


def test_attempts_are_kept_for_a_day_and_the_last_one_for_longer() -> None:
    """Test the file does not grow, and the last one can be shown."""
    history = History()
    for hour in range(50):
        now = NOW + timedelta(hours=hour)
        history = history.with_begun(begin(PLUG, None, now))
    assert len(history.attempts) == 24
    assert history.attempts_in(timedelta(hours=6), now) == 6
    assert history.last == Attempt(at=now)
    later = begin(PLUG, None, now + timedelta(days=9))
    assert len(history.with_begun(later).attempts) == 1


async def test_what_is_written_is_read(home: HomeAssistant) -> None:
    """Test the next Home Assistant knows it; the first knows nothing."""
    journal = Journal(home, ENTRY)
    assert await journal.async_load() == {}
    assert await journal.async_save({"a": History()})
    assert await journal.async_save(FULL)
    assert await Journal(home, ENTRY).async_load() == FULL


@pytest.mark.parametrize("torn", [0, 1], ids=["file", "copy"])
@pytest.mark.parametrize(
    "rest",
    ["", "{", "null", '{"version": 1', '{"version": 1, "data": {}}', "half"],
    ids=str,
)
async def test_a_torn_file_loses_nothing(
    home: HomeAssistant, files: tuple[Path, Path], torn: int, rest: str
) -> None:
    """Test the other one is read, whatever is left of one."""
    journal = Journal(home, ENTRY)
    assert await journal.async_save({"a": History()})
    assert await journal.async_save(FULL)
    text = files[torn].read_text()
    files[torn].write_text(text[: len(text) // 2] if rest == "half" else rest)
    again = Journal(home, ENTRY)
    assert await again.async_load() == FULL
    # Both are whole again after the next write.
    assert await again.async_save({"a": History()})
    for file in files:
        assert "a" in json.loads(file.read_text())["data"]["rigs"]


async def test_a_torn_file_on_a_disk_that_is_read_only_loses_nothing(
    home: HomeAssistant, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Test a store cannot put such a file aside then, which is an error."""
    assert await Journal(home, ENTRY).async_save(FULL)
    files[0].write_text("{")

    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("homeassistant.helpers.storage.os.rename", refuse)
    assert await Journal(home, ENTRY).async_load() == FULL


async def test_the_newer_of_the_two_counts(
    home: HomeAssistant, files: tuple[Path, Path]
) -> None:
    """Test a kill between the two writes takes nothing back."""
    journal = Journal(home, ENTRY)
    await journal.async_save({"a": History()})
    before = files[1].read_text()
    await journal.async_save(FULL)
    files[1].write_text(before)
    assert await Journal(home, ENTRY).async_load() == FULL


async def test_what_makes_no_sense_is_passed_over(
    home: HomeAssistant, files: tuple[Path, Path]
) -> None:
    """Test the copy is better than a file of a version that knew other things."""
    journal = Journal(home, ENTRY)
    await journal.async_save(FULL)
    for file in files:
        file.write_text(file.read_text().replace('"attempts"', '"other"'))
    assert await Journal(home, ENTRY).async_load() == {}


async def test_a_newer_version_is_not_read(
    home: HomeAssistant, files: tuple[Path, Path]
) -> None:
    """Test who goes back to an older version can still start."""
    journal = Journal(home, ENTRY)
    await journal.async_save(FULL)
    for file in files:
        record = json.loads(file.read_text())
        file.write_text(json.dumps(record | {"version": 9}))
    assert await Journal(home, ENTRY).async_load() == {}


async def test_a_disk_that_is_full_is_noticed(
    home: HomeAssistant, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Test nothing is taken for written that is not."""
    journal = Journal(home, ENTRY)
    assert await journal.async_save(FULL)

    def fill(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(
        "homeassistant.util.file.AtomicWriter.commit", fill, raising=False
    )
    monkeypatch.setattr("atomicwrites.AtomicWriter.commit", fill)
    assert not await journal.async_save({"a": History()})
    monkeypatch.undo()
    assert await journal.async_save({"a": History()})


async def test_what_is_removed_stays_away(
    home: HomeAssistant, files: tuple[Path, Path]
) -> None:
    """Test a cycle that ends later leaves no file behind."""
    journal = Journal(home, ENTRY)
    await journal.async_save(FULL)
    await journal.async_remove()
    assert not await journal.async_save(FULL)
    assert not any(file.exists() for file in files)
    assert ir.async_get(home).issues == {}
