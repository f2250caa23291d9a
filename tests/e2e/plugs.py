"""A farm with plugs, Home Assistant that acts on them, and who reads along."""

import asyncio
from collections.abc import Callable
import json
from typing import Any, Final

from development.instance import HomeAssistantInstance
from development.plugs import add_broker, add_plug
from development.waiting import until
from simulator import Rig
from tests.e2e.beside import FarmBeside
from tests.e2e.conftest import Telegram
from tests.e2e.telegram import TelegramServer
from tests.e2e.witness import Witness

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

    @staticmethod
    def name(rig: Rig) -> str:
        """Return what people call a rig."""
        return rig.rack_location or rig.rig_id

    # --- Setting up ---

    async def set_up(self, broker_port: int) -> None:
        """Add all there is to add, as a person does."""
        home = self.home
        await self.telegram.connect()
        await self.telegram.allow(self.telegram.group)
        await add_broker(home, broker_port)
        self._entry_id = (await home.add_panel(self.beside.url))["entry_id"]
        for rig_id in self.beside.farm.rigs:
            await add_plug(home, self._entry_id, rig_id, off_time=OFF_SECONDS)

    async def automate(self) -> None:
        """Make the automations: one cycles what is due, one tells what happens."""
        chat = await self.telegram.notifier(self.telegram.group)
        activity = await self._find(f"{self._entry_id}_activity")
        await self._automate(
            "power_cycle",
            use_blueprint={
                "path": "ethos/power_cycle.yaml",
                "input": {
                    "panels": [await self._device(activity)],
                    "dry_run": False,
                    "telegram_chats": [chat],
                },
            },
        )
        await self._automate(
            "tell",
            mode="queued",
            max=100,
            triggers={
                "trigger": "state",
                "entity_id": activity,
                "not_from": "unavailable",
                "attribute": "event_type",
            },
            conditions=(f"{{{{ trigger.to_state.attributes.event_type in {TYPES} }}}}"),
            actions={
                "action": "telegram_bot.send_message",
                "data": {
                    "entity_id": chat,
                    "message": "{{ trigger.to_state.attributes.rig_name }}:"
                    " {{ trigger.to_state.attributes.event_type }}"
                    " {{ trigger.to_state.attributes.value or '' }}",
                    "parse_mode": "plain_text",
                },
            },
        )

    async def _automate(self, name: str, **config: object) -> None:
        """Make an automation, as its editor does."""
        await self.home.post(
            f"/api/config/automation/config/{name}", {"alias": name, **config}
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

    async def _device(self, entity_id: str) -> Any:
        """Return the device of an entity."""
        return await self.home.post(
            "/api/template", {"template": f"{{{{ device_id('{entity_id}') }}}}"}
        )

    async def reason(self, rig: Rig) -> Any:
        """Return why a rig is not cycled now."""
        return (await self.state(rig, "power_cycle_due"))["attributes"]["reason"]

    async def due(self) -> list[str]:
        """Return the rigs that are due."""
        return [
            rig.rig_id
            for rig in self.rigs
            if (await self.state(rig, "power_cycle_due"))["state"] == "on"
        ]

    async def ask(self, rig: Rig, *, force: bool = False) -> Any:
        """Ask for a power cycle, and return why not."""
        device_id = await self._device(await self.entity(rig, "power_cycle"))
        answer = await self.home.call(
            "ethos",
            "power_cycle",
            {"device_id": device_id, "force": force},
            return_response=True,
        )
        assert answer["outcome"] == "refused"
        return answer["reason"]

    async def issues(self) -> set[str]:
        """Return what the user is asked to repair."""
        found = (await self.home.command("repairs/list_issues"))["issues"]
        return {it["translation_key"] for it in found if it["domain"] == "ethos"}

    def step(self, rig: Rig) -> str:
        """Return how far the power cycle of a rig has come, as it is written down."""
        file = self.home.folder / ".storage" / f"ethos.{self._entry_id}.power"
        stored = json.loads(file.read_text(encoding="utf-8"))
        cycle = stored["data"]["rigs"][rig.rig_id]["cycle"]
        return str(cycle["step"]) if cycle else "over"

    async def until(self, holds: Callable[[], bool], within: float = 30) -> None:
        """Wait until something holds."""
        await until(holds, within, pause=0.01)

    async def hear(self, number: int) -> list[str]:
        """Wait for so many messages, and return all in the order of the alphabet."""
        group = self.telegram.group

        def new() -> list[str]:
            messages = self.server.messages(group)[self._heard :]
            return [message.text.strip() for message in messages]

        await self.until(lambda: len(new()) >= number)
        found = new()
        self._heard += len(found)
        return sorted(found)

    # --- Doing ---

    async def pass_time(self, minutes: float) -> None:
        """Let time pass, and the panel be read often enough to act on it."""
        # Until the answer to the last poll was read, by the clock as it was.
        await asyncio.sleep(0.3)
        self.beside.pass_time(minutes)
        await self.beside.polls(2)

    async def learn(self) -> None:
        """Let the rigs report often enough that their usual power is known."""
        await self._hear_of_plugs()
        for _ in range(3):
            await self.pass_time(3)

    async def _hear_of_plugs(self) -> None:
        """Wait until it is known how the plugs are."""
        for rig in self.rigs:
            await self.home.wait_for_state(f"switch.plug_{rig.rig_id}", "on")

    async def begin(self) -> None:
        """Begin on another day, with a farm that is well."""
        if not self.home.process.running:
            await self.home.start()
        self.beside.farm.heal()
        await self.pass_time(DAY + 1)
        await self._hear_of_plugs()
        self.witness.forget()
        self._heard = len(self.server.messages(self.telegram.group))
