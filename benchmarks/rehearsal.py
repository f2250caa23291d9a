"""What the integration shows and writes, counted and not timed."""

from collections import Counter
from dataclasses import dataclass
import json

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import (
    Event,
    EventStateChangedData,
    EventStateReportedData,
    HomeAssistant,
    callback,
)
from homeassistant.helpers import entity_registry as er

from .farm import Size
from .home import add_entry, home_assistant
from .meter import Meter
from .mirror import Row, rows
from .ordinary.reading import Reading, read
from .scenario import Scenario, first, polls
from .transport import Transport


@dataclass(frozen=True, kw_only=True, slots=True)
class Writes:
    """What one poll led to."""

    scenario: Scenario
    values: int
    """Values that changed in the answer, of those for which an entity is enabled."""
    changed: int
    """States that were written because they are new."""
    again: int
    """States that were written although they were the same."""
    most_in_block: int
    """States that changed while nothing else could run."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Script:
    """All that a farm of one size leads to."""

    size: Size
    rows: list[Row]
    writes: list[Writes]
    by_default: int
    """Entities that are enabled unless the user chooses a level of detail."""


async def rehearse(
    size: Size, rounds: int, meter: Meter, panel: Transport, *, exact: bool
) -> Script:
    """Let the integration take all polls, and note what it writes."""
    panel.body = first(size)
    async with home_assistant() as hass:
        entry = await add_entry(hass, "ethos", exact_values=exact)
        await meter.end()
        known = rows(hass, entry)
        before = read(json.loads(panel.body))
        writes = []
        for poll in polls(size, rounds):
            panel.body, panel.status = poll.body, poll.status
            now = read(json.loads(poll.body)) if poll.body else None
            values = _values(known, before, now, poll.scenario)
            note = _Note(hass, meter)
            await entry.runtime_data.async_refresh()
            await meter.end()
            written = note.end(poll.scenario, values)
            if poll.number >= 0:
                writes.append(written)
            before = now or before
        by_default = await _by_default(hass, entry)
    return Script(size=size, rows=known, writes=writes, by_default=by_default)


async def _by_default(hass: HomeAssistant, entry: ConfigEntry) -> int:
    """Return how many entities are enabled when the user has chosen nothing."""
    hass.config_entries.async_update_entry(entry, options={})
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    known = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return sum(one.disabled_by is None for one in known)


def _values(
    known: list[Row], before: Reading, now: Reading | None, scenario: Scenario
) -> int:
    """Return how many of the values change for which there is an enabled entity."""
    enabled = [row for row in known if row.enabled]
    if now is None or scenario is Scenario.RECOVERY:
        return len(enabled)
    return sum(
        before[row.parts].get(row.key) != now[row.parts].get(row.key) for row in enabled
    )


class _Note:
    """Notes what is written."""

    def __init__(self, hass: HomeAssistant, meter: Meter) -> None:
        """Begin."""
        self._meter = meter
        self._changed = 0
        self._again = 0
        self._blocks: Counter[int] = Counter()
        self._unsubscribe = [
            hass.bus.async_listen(EVENT_STATE_CHANGED, self._note_change),
            # Which Home Assistant otherwise keeps from listeners for all entities.
            hass.bus.async_listen(
                EVENT_STATE_REPORTED, self._note_report, event_filter=_every
            ),
        ]

    def end(self, scenario: Scenario, values: int) -> Writes:
        """Return what was written."""
        for remove in self._unsubscribe:
            remove()
        return Writes(
            scenario=scenario,
            values=values,
            changed=self._changed,
            again=self._again,
            most_in_block=max(self._blocks.values(), default=0),
        )

    @callback
    def _note_change(self, event: Event[EventStateChangedData]) -> None:
        """Note a state that changed."""
        if event.data["new_state"]:
            self._changed += 1
            self._blocks[len(self._meter.blocks)] += 1

    @callback
    def _note_report(self, _: Event[EventStateReportedData]) -> None:
        """Note a state that was written although it is the same."""
        self._again += 1


@callback
def _every(_: object) -> bool:
    """Listen to every event."""
    return True
