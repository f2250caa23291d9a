"""Test what the recorder keeps of a farm, beside what the ordinary way leaves in it.

A morning instead of a week, which takes minutes: ``python -m benchmarks.history``.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle
import logging
from typing import Final, Self

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.recorder import Recorder
from homeassistant.components.recorder.statistics import (
    statistics_during_period,
    validate_statistics,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import session_scope
from homeassistant.loader import Integration, async_get_custom_components
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
    do_adhoc_statistics,
)
from pytest_homeassistant_custom_component.typing import (
    RecorderInstanceContextManager,
)
from sqlalchemy import text

import benchmarks
from benchmarks.farm import Farm, Size
from benchmarks.mirror import ROWS, rows
from tests.conftest import Poll
from tests.farm import START, FakePanel

type Compiled = Callable[..., Awaitable[None]]

HOUR: Final = 60
"""min."""
PERIOD: Final = 5
"""min, that statistics sum up."""


@pytest.fixture
def mock_recorder_before_hass(
    async_test_recorder: RecorderInstanceContextManager,
) -> None:
    """Set the recorder up before Home Assistant, as it wants it."""


@pytest.fixture
def compiled(hass: HomeAssistant, recorder_mock: Recorder, poll: Poll) -> Compiled:
    """Return what lets so many minutes pass, and sums them up as the recorder does."""
    # Otherwise most of the time is spent on writing down what is asked.
    logging.getLogger("sqlalchemy.engine").setLevel(logging.WARNING)

    async def compiled(minutes: int, each: Callable[[], None] = lambda: None) -> None:
        for _ in range(minutes):
            each()
            await poll()
            now = dt_util.utcnow()
            if now.minute % PERIOD == 0:
                await async_wait_recording_done(hass)
                start = now - timedelta(minutes=PERIOD)
                do_adhoc_statistics(hass, start=start.replace(second=0, microsecond=0))
        await async_wait_recording_done(hass)

    return compiled


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """What is in a database."""

    rows: int
    """Of states, without statistics."""
    bytes: int

    def since(self, before: Self) -> Self:
        """Return what has come since then."""
        return replace(
            self, rows=self.rows - before.rows, bytes=self.bytes - before.bytes
        )


def kept_by(recorder: Recorder) -> Kept:
    """Return what a recorder has in its database."""
    with session_scope(session=recorder.get_session()) as session:

        def number(query: str) -> int:
            return int(session.execute(text(query)).scalar_one())

        pages = number("SELECT page_count FROM pragma_page_count()")
        return Kept(
            rows=number("SELECT count(*) FROM states"),
            bytes=pages * number("SELECT page_size FROM pragma_page_size()"),
        )


async def test_the_recorder_keeps_less_than_of_the_ordinary_way(
    hass: HomeAssistant,
    recorder_mock: Recorder,
    panel: FakePanel,
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    compiled: Compiled,
) -> None:
    """Test rows and bytes of 10 rigs of 6 GPUs: noise and counters are not kept."""
    farm = Farm(Size(rigs=10, gpus=6))
    thirds = cycle(range(3))

    def report() -> None:
        farm.report([next(thirds)])
        panel.body = farm.body()

    async def kept() -> Kept:
        return await hass.async_add_executor_job(kept_by, recorder_mock)

    freezer.move_to(datetime.fromtimestamp(START, UTC))
    panel.body = farm.body()
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await compiled(PERIOD, report)
    before = await kept()
    await compiled(HOUR, report)
    ours = (await kept()).since(before)

    hass.data[ROWS] = rows(hass, entry)
    await hass.config_entries.async_unload(entry.entry_id)
    integration = Integration.resolve_from_root(hass, benchmarks, "ordinary")
    assert integration is not None
    (await async_get_custom_components(hass))["ordinary"] = integration
    ordinary = MockConfigEntry(domain="ordinary", data=dict(entry.data), title="Farm")
    ordinary.add_to_hass(hass)
    assert await hass.config_entries.async_setup(ordinary.entry_id)
    await compiled(PERIOD, report)
    before = await kept()
    for _ in range(HOUR):
        # It is asked by nobody else.
        await ordinary.runtime_data.async_refresh()
        await compiled(1, report)
    others = (await kept()).since(before)

    assert others.rows > 2.5 * ours.rows > 0
    # Of the same sensors there are the same statistics.
    assert others.bytes > 1.5 * ours.bytes > 0


@pytest.mark.usefixtures("recorder_mock", "loaded")
async def test_statistics_have_no_gap_and_keep_their_unit(
    hass: HomeAssistant,
    recorder_mock: Recorder,
    panel: FakePanel,
    loaded: MockConfigEntry,
    compiled: Compiled,
) -> None:
    """Test miners, units, rigs and GPUs come and go, and every sensor is still one."""
    await compiled(2 * PERIOD)
    panel.rigs["a1b2c3"] |= {"miner": "dstm-zcash", "hash": 600}
    await compiled(2 * PERIOD)
    panel.rigs["a1b2c3"] |= {"miner": "no-such-miner"}
    await compiled(2 * PERIOD)
    units = [{"miner": "no-such-miner", "unit": "kH/s"}]
    hass.config_entries.async_update_entry(loaded, options={"units": units})
    await hass.config_entries.async_reload(loaded.entry_id)
    await compiled(2 * PERIOD)
    gone = panel.rigs.pop("a1b2c3")
    await compiled(2 * PERIOD)
    panel.rigs["a1b2c3"] = gone | {"miner": "ethminer", "hash": 60}
    await compiled(2 * PERIOD)
    panel.rigs["a1b2c3"] |= {"hash": 30, "miner_hashes": "30 00", "miner_instance": "1"}
    await compiled(2 * PERIOD)
    panel.status = 503
    await compiled(2 * PERIOD)
    panel.status = 200
    await compiled(2 * PERIOD)

    wrong = await recorder_mock.async_add_executor_job(validate_statistics, hass)
    assert wrong == {}

    found = await recorder_mock.async_add_executor_job(
        partial(
            statistics_during_period,
            hass,
            datetime.fromtimestamp(START, UTC),
            None,
            None,
            "5minute",
            None,
            {"mean"},
        )
    )
    missing = {
        entity_id: set(range(18)) - {(row["start"] - START) / PERIOD / 60 for row in of}
        for entity_id, of in found.items()
    }
    # The panel was away, for two periods but for their edges.
    away = {15}
    assert missing["sensor.farm_hash_rate"] == away
    of_the_other_rig = [name for name in missing if name.startswith("sensor.880577_")]
    assert len(of_the_other_rig) > 10
    assert all(missing[name] == away for name in of_the_other_rig)
    # The rig was away too.
    gone_too = {9} | away
    assert missing["sensor.shelf_1_gpu_1_temperature"] == gone_too
    # And had miners of other units.
    assert missing["sensor.shelf_1_hash_rate"] == {3, 4, 5, 6, 7, 8} | gone_too
    others = {"sol_s": {2, 3, 4}, "unit_unknown": {4, 5, 6}, "kh_s": {6, 7, 8}}
    for unit, periods in others.items():
        there = set(range(18)) - missing[f"sensor.shelf_1_hash_rate_{unit}"]
        assert there == periods, unit
