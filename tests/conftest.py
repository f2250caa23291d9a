"""A fake panel, an entry that reads it, and time."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
import shutil
from typing import Any, Final
from unittest.mock import patch

from aiohttp import web
from aiohttp.test_utils import TestServer
from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import (
    CONF_URL,
    EVENT_STATE_CHANGED,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import Event, HomeAssistant, ServiceCall, State, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.entity import Entity
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_mock_service,
)
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension
from syrupy.assertion import SnapshotAssertion

# Whichever custom_components comes first is the one that Home Assistant looks in.
from custom_components.ethos.const import DOMAIN
from tests.farm import START, FakePanel

type Automate = Callable[..., Awaitable[None]]
type Poll = Callable[..., Awaitable[None]]

ROOT: Final = Path(__file__).parent.parent
CHAT: Final = -1001
ENTRY_ID: Final = "01J0000000000000000000ETH0S"
# More than a farm of a test needs on a slow machine.
_SLICES: Final = 300


def state_of(hass: HomeAssistant, entity_id: str) -> State:
    """Return a state that has to be there."""
    state = hass.states.get(entity_id)
    assert state is not None, entity_id
    return state


def with_blueprints(config_dir: str) -> str:
    """Put the blueprints where Home Assistant looks for them."""
    target = Path(config_dir) / "blueprints"
    shutil.copytree(ROOT / "blueprints", target, dirs_exist_ok=True)
    return config_dir


def texts(calls: list[ServiceCall]) -> list[str]:
    """Return the messages that were sent."""
    return [call.data["message"] for call in calls]


class Told:
    """What an event entity tells, as those hear it who listen."""

    def __init__(self, hass: HomeAssistant, entity_id: str) -> None:
        """Begin to listen."""
        self.events: list[dict[str, Any]] = []
        self._entity_id = entity_id
        hass.bus.async_listen(EVENT_STATE_CHANGED, self._hear)

    def __call__(self) -> list[str]:
        """Return what was told since the last call."""
        types = [str(event["event_type"]) for event in self.events]
        self.last, self.events = self.events, []
        return types

    @callback
    def _hear(self, event: Event[Any]) -> None:
        old, new = event.data["old_state"], event.data["new_state"]
        if event.data["entity_id"] != self._entity_id or old is None or new is None:
            return
        # What triggers make of it: neither a start nor an outage is an event.
        if STATE_UNAVAILABLE not in {old.state, new.state} and old.state != new.state:
            self.events.append(dict(new.attributes))


@pytest.fixture(autouse=True)
def _custom_integrations(enable_custom_integrations: None) -> None:
    """Let Home Assistant find the integration."""


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Write snapshots as Home Assistant does, whichever plugin was loaded last."""
    return snapshot.use_extension(HomeAssistantSnapshotExtension)


@asynccontextmanager
async def serve() -> AsyncGenerator[FakePanel]:
    """Serve a panel."""
    fake = FakePanel()
    app = web.Application()
    app.router.add_get("/{tail:.*}", fake.handle)
    server = TestServer(app)
    await server.start_server(access_log=None)
    fake.url = str(server.make_url("/"))
    yield fake
    await server.close()


@pytest.fixture
async def panel(socket_enabled: None) -> AsyncGenerator[FakePanel]:
    """Serve the panel."""
    async with serve() as fake:
        yield fake


@pytest.fixture
def entry(panel: FakePanel) -> MockConfigEntry:
    """Return an entry that reads the panel."""
    return MockConfigEntry(
        domain=DOMAIN,
        title="Farm",
        entry_id=ENTRY_ID,
        data={CONF_URL: f"{panel.url}?json=yes"},
    )


@pytest.fixture
async def loaded(
    hass: HomeAssistant, entry: MockConfigEntry, freezer: FrozenDateTimeFactory
) -> MockConfigEntry:
    """Set the entry up."""
    freezer.move_to(datetime.fromtimestamp(START, UTC))
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


@pytest.fixture
def told(hass: HomeAssistant) -> Told:
    """Return what is told of the rigs of the panel."""
    return Told(hass, "event.farm_activity")


@pytest.fixture
def all_enabled() -> Iterator[None]:
    """Enable every entity, those too that are not by default."""
    with patch.object(Entity, "entity_registry_enabled_default", new=True):
        yield


@pytest.fixture
def poll(hass: HomeAssistant, panel: FakePanel, freezer: FrozenDateTimeFactory) -> Poll:
    """Return what lets so many minutes pass, with a poll in each."""

    async def poll(times: int = 1, seconds: float = 60) -> None:
        for _ in range(times):
            freezer.tick(seconds)
            panel.tick(seconds)
            async_fire_time_changed(hass)
            await hass.async_block_till_done(wait_background_tasks=True)
            # Entities are told in slices, for which Home Assistant does not wait.
            for _ in range(_SLICES):
                await asyncio.sleep(0)
            await hass.async_block_till_done()

    return poll


@pytest.fixture
def messages(hass: HomeAssistant) -> list[ServiceCall]:
    """Return what is sent to Telegram."""
    return async_mock_service(hass, "telegram_bot", "send_message")


@pytest.fixture
def notified(hass: HomeAssistant) -> list[ServiceCall]:
    """Return what is sent to other notifiers."""
    return async_mock_service(hass, "notify", "send_message")


@pytest.fixture
def chat(hass: HomeAssistant) -> str:
    """Return the entity of a chat, as the Telegram integration registers it."""
    entry = MockConfigEntry(domain="telegram_bot")
    entry.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={("telegram_bot", f"77_{CHAT}")},
        name="Farm chat",
    )
    entity_id = (
        er.async_get(hass)
        .async_get_or_create(
            "notify", "telegram_bot", "77", config_entry=entry, device_id=device.id
        )
        .entity_id
    )
    hass.states.async_set(entity_id, STATE_UNKNOWN)
    return entity_id


@pytest.fixture
def panel_device(hass: HomeAssistant, loaded: MockConfigEntry) -> str:
    """Return the device of the panel."""
    device: str = loaded.runtime_data.roster.panels[None]
    return device


@pytest.fixture
async def automate(hass: HomeAssistant) -> AsyncGenerator[Automate]:
    """Return what makes an automation of a blueprint."""

    async def automate(name: str, **inputs: Any) -> None:
        assert await async_setup_component(
            hass,
            "automation",
            {
                "automation": {
                    "alias": name,
                    "use_blueprint": {"path": f"ethos/{name}.yaml", "input": inputs},
                }
            },
        )
        await hass.async_block_till_done()

    yield automate
    await hass.services.async_call(
        "automation", "turn_off", {"entity_id": "all"}, blocking=True
    )
