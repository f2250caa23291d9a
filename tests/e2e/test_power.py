"""Test rigs are power-cycled by plugs that speak MQTT, and when they are left alone.

Home Assistant reads the panel every second. Between two of these polls its clock is put
forward together with the farm's, since what it waits for takes hours; what a plug does
takes as long as ever.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack
import json
from pathlib import Path
from typing import Any, Final

import pytest

from development.broker import mqtt_broker
from development.clock import Clock
from development.configuration import HOST
from development.instance import HomeAssistantInstance
from development.process import free_port
from simulator import Phase, PlugFault, Rig
from tests.e2e.beside import FarmBeside, hurry
from tests.e2e.conftest import Telegram
from tests.e2e.telegram import TelegramServer
from tests.e2e.witness import Witness, witness

RIGS: Final = 4
GPUS: Final = 2
DAY: Final = 24 * 60
"""min."""
OFF_SECONDS: Final = 5
"""The least that anybody can choose, since this is real time."""

TYPES: Final = ["given_up", "power_cycle_due", "power_cycle_failed", "power_cycled"]


class Story:
    """A farm with plugs, Home Assistant that acts on them, and who reads along."""

    def __init__(
        self, home: HomeAssistantInstance, beside: FarmBeside, witness: Witness
    ) -> None:
        """Begin before anything is set up."""
        self.home = home
        self.beside = beside
        self.witness = witness
        # Nobody is told too often by a clock that is not the farm's.
        self.server = TelegramServer(clock=lambda: beside.farm.now)
        self.telegram = Telegram(home, self.server)
        self._entry_id = ""
        self._heard = 0

    @property
    def rigs(self) -> list[Rig]:
        """All rigs."""
        return list(self.beside.farm.rigs.values())

    # --- Setting up ---

    async def set_up(self, broker_port: int) -> None:
        """Add all there is to add, as a person does."""
        home = self.home
        await self.telegram.connect()
        await self.telegram.allow(self.telegram.group)
        await home.run_flow(
            "mqtt",
            {
                "broker": HOST,
                "port": broker_port,
                "protocol": "5",
                "other_settings": {"set_client_cert": False, "set_ca_cert": "off"},
            },
        )
        self._entry_id = (await home.add_panel(self.beside.url))["entry_id"]
        for rig_id in self.beside.farm.rigs:
            switch, meter = f"switch.plug_{rig_id}", f"sensor.plug_{rig_id}_power"
            await home.wait_for_state(switch, "on", within=60)
            await home.run_subentry_flow(
                self._entry_id,
                "plug",
                {
                    "rig": rig_id,
                    "switch": switch,
                    "meter": meter,
                    "off_time": OFF_SECONDS,
                },
            )

    async def automate(self) -> None:
        """Make the automations: one cycles what is due, one tells what happens."""
        due = [await self.entity(rig, "power_cycle_due") for rig in self.rigs]
        chat = await self.telegram.notifier(self.telegram.group)
        await self._automate(
            "power_cycle",
            {"trigger": "state", "entity_id": due, "to": "on"},
            {
                "action": "ethos.power_cycle",
                "data": {"device_id": "{{ device_id(trigger.entity_id) }}"},
                "response_variable": "answer",
            },
            _tell(chat, "{{ answer.message }}"),
        )
        activity = await self._find(f"{self._entry_id}_activity")
        await self._automate(
            "tell",
            {
                "trigger": "state",
                "entity_id": activity,
                "not_from": "unavailable",
                "attribute": "event_type",
            },
            {
                "condition": "template",
                "value_template": f"{{{{ trigger.to_state.attributes.event_type in {TYPES} }}}}",
            },
            _tell(
                chat,
                "{{ trigger.to_state.attributes.rig_name }}:"
                " {{ trigger.to_state.attributes.event_type }}"
                " {{ trigger.to_state.attributes.value }}",
            ),
        )

    async def _automate(
        self, name: str, trigger: dict[str, object], *actions: dict[str, object]
    ) -> None:
        """Make an automation, as its editor does."""
        await self.home.post(
            f"/api/config/automation/config/{name}",
            {
                "alias": name,
                "mode": "queued",
                "max": 100,
                "triggers": [trigger],
                "actions": actions,
            },
        )
        await self.home.wait_for_state(f"automation.{name}", "on")

    # --- Looking ---

    async def entity(self, rig: Rig, key: str) -> str:
        """Return an entity ID of a rig."""
        return await self._find(f"{self._entry_id}_{rig.rig_id}_{key}")

    async def state(self, rig: Rig, key: str) -> Any:
        """Return a state of a rig."""
        return await self.home.state(await self.entity(rig, key))

    async def _find(self, unique_id: str) -> str:
        """Return an entity ID."""
        registry = await self.home.command("config/entity_registry/list")
        (entity_id,) = (
            str(entity["entity_id"])
            for entity in registry
            if entity["platform"] == "ethos" and entity["unique_id"] == unique_id
        )
        return entity_id

    async def reason(self, rig: Rig) -> Any:
        """Return why a rig is not cycled now."""
        return (await self.state(rig, "power_cycle_due"))["attributes"]["reason"]

    def journal(self, rig: Rig) -> Any:
        """Return what is written down of a rig."""
        file = self.home.folder / ".storage" / f"ethos.{self._entry_id}.power"
        stored = json.loads(file.read_text(encoding="utf-8"))
        return stored["data"]["rigs"][rig.rig_id]

    async def until(self, holds: Callable[[], bool], within: float = 30) -> None:
        """Wait until something holds."""
        async with asyncio.timeout(within):
            while not holds():  # noqa: ASYNC110 nobody tells
                await asyncio.sleep(0.01)

    async def hear(self, number: int) -> list[str]:
        """Wait for so many messages, and return them in the order of the alphabet."""
        group = self.telegram.group

        def new() -> list[str]:
            return [it.text for it in self.server.messages(group)[self._heard :]]

        await self.until(lambda: len(new()) >= number)
        found = new()
        self._heard += len(found)
        return sorted(found)

    # --- Doing ---

    async def pass_time(self, minutes: float) -> None:
        """Let time pass, and the panel be read often enough to act on it."""
        await self.beside.polls()
        self.beside.pass_time(minutes)
        await self.beside.polls(2)

    async def learn(self) -> None:
        """Let the rigs report often enough that their usual power is known."""
        for _ in range(3):
            await self.pass_time(3)

    async def begin(self) -> None:
        """Begin on another day, with a farm that is well."""
        self.beside.farm.heal()
        await self.pass_time(DAY + 1)
        await self.pass_time(31)
        for rig in self.rigs:
            await self.home.wait_for_state(f"switch.plug_{rig.rig_id}", "on")
        self.witness.forget()
        assert self.server.messages(self.telegram.group)[self._heard :] == []


def _tell(chat: str, message: str) -> dict[str, object]:
    """Return the action that tells something in a chat."""
    return {
        "action": "telegram_bot.send_message",
        "data": {
            "entity_id": chat,
            "message": message,
            "parse_mode": "plain_text",
        },
    }


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Story]:
    """Run all of it."""
    folder: Path = tmp_path_factory.mktemp("power")
    port = free_port()
    beside = FarmBeside(rigs=RIGS, gpus=GPUS, speed=1)
    clock = Clock(folder)
    beside.clocks.append(clock)
    beside.plug_in(port)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(mqtt_broker(folder, port))
        heard = await stack.enter_async_context(witness(port))
        await beside.start()
        stack.push_async_callback(beside.stop)
        home = HomeAssistantInstance(folder / "home", clock=clock)
        story = Story(home, beside, heard)
        await stack.enter_async_context(story.server)
        stack.push_async_callback(home.kill)
        await home.start()
        await story.set_up(port)
        await home.stop()
        hurry(home.folder)
        await home.start()
        await story.automate()
        await story.learn()
        yield story
        await home.stop()


@pytest.fixture
async def story(running: Story) -> Story:
    """Return it on another day, with a farm that is well."""
    await running.begin()
    return running


async def test_a_rig_that_hangs_is_brought_back(story: Story) -> None:
    """Test it is due, its plug is cut and given back, it boots and mines."""
    rig = story.rigs[0]
    rig.hang()
    await story.pass_time(9)
    assert await story.reason(rig) == "too_early"
    await story.pass_time(2)
    await story.until(lambda: rig.phase is Phase.OFF)
    await story.until(lambda: rig.phase is Phase.BOOTING)
    await story.until(lambda: story.journal(rig)["cycle"]["step"] == "boot")
    await story.pass_time(3)
    assert await story.hear(3) == []
    assert rig.mining
    assert story.witness.orders(rig.rig_id) == ["OFF", "ON"]
    assert story.witness.plugs == {rig.rig_id}
