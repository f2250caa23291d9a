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
import re
from typing import Any, Final

import pytest

from development.broker import mqtt_broker
from development.clock import Clock
from development.instance import HomeAssistantInstance
from development.plugs import add_broker, add_plug
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

# What Home Assistant logs of what this story does to it.
EXPECTED: Final = re.compile(r"Conflict: terminated by other getUpdates")

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
        async with asyncio.timeout(within):
            while not holds():  # noqa: ASYNC110 nobody tells
                await asyncio.sleep(0.01)

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


# --- What is cut ---


async def test_a_rig_that_hangs_is_brought_back(story: Story) -> None:
    """Test it is due, its plug is cut and given back, it boots and mines."""
    rig, name = story.rigs[0], story.name(story.rigs[0])
    rig.hang()
    await story.pass_time(9)
    assert await story.reason(rig) == "too_early"
    await story.pass_time(2)
    await story.until(lambda: rig.phase is Phase.OFF)
    await story.until(lambda: rig.phase is Phase.BOOTING)
    await story.until(lambda: story.step(rig) == "boot")
    await story.pass_time(3)
    assert await story.hear(4) == [
        f"{name}: power_cycle_due",
        f"{name}: power_cycled",
        f"⚡ {name} is being power-cycled …",
        f"🟢 {name} was power-cycled and is back.",
    ]
    assert rig.mining
    assert story.witness.orders(rig.rig_id) == ["OFF", "ON"]
    assert story.witness.plugs == {rig.rig_id}


@pytest.mark.parametrize("step", ["off", "stay", "on", "boot", "over"])
async def test_a_crash_leaves_no_rig_dark(story: Story, step: str) -> None:
    """Test Home Assistant is killed after each step that it has written down.

    The next start turns the plug on before all else and counts the attempt, but does
    not cut the power again.
    """
    rig, home, name = story.rigs[1], story.home, story.name(story.rigs[1])
    # For each step to take its time.
    rig.slow_plug(seconds=1)
    button = await story.entity(rig, "power_cycle")
    press = asyncio.create_task(
        home.call("button", "press", target={"entity_id": button})
    )
    if step == "over":
        await story.until(lambda: story.step(rig) == "boot")
        await story.pass_time(3)
        assert await story.hear(1) == [f"{name}: power_cycled"]
    await story.until(lambda: story.step(rig) == step)
    await story.until(lambda: "OFF" in story.witness.orders(rig.rig_id))
    await home.kill()
    await asyncio.gather(press, return_exceptions=True)
    # What the plug was told it does all the same.
    await asyncio.sleep(1.1)
    if step in {"off", "stay"}:
        assert rig.phase is Phase.OFF

    story.witness.forget()
    await home.start()
    if step != "over":
        await story.until(lambda: story.witness.orders(rig.rig_id) == ["ON"])
        await story.until(lambda: story.step(rig) == "boot")
        await story.pass_time(3)
        assert await story.hear(1) == [f"{name}: power_cycled"]
    assert rig.mining
    assert story.step(rig) == "over"
    assert (await story.state(rig, "power_cycles"))["state"] == "1"
    # It takes a while until it is heard of again.
    await home.wait_for_state(f"switch.plug_{rig.rig_id}", "on")
    assert await story.ask(rig, force=True) == "pause"
    assert "OFF" not in story.witness.orders(rig.rig_id)
    assert await story.hear(0) == []


# --- What does not help ---


async def test_a_plug_that_is_out_of_reach_is_waited_for(story: Story) -> None:
    """Test a rig that hangs is cycled once its plug is there again."""
    rig, name = story.rigs[2], story.name(story.rigs[2])
    rig.break_plug(fault=PlugFault.AWAY)
    rig.hang()
    await story.pass_time(15)
    assert await story.reason(rig) == "plug_unavailable"
    assert await story.ask(rig, force=True) == "plug_unavailable"
    assert story.witness.plugs == set()
    assert await story.hear(0) == []

    rig.mend_plug()
    await story.home.wait_for_state(f"switch.plug_{rig.rig_id}", "on")
    await story.pass_time(3)
    # Its socket may have been without power: then the rig boots by itself.
    assert await story.reason(rig) == "booting"
    await story.pass_time(13)
    await story.until(lambda: story.step(rig) == "boot")
    await story.pass_time(3)
    assert f"🟢 {name} was power-cycled and is back." in await story.hear(4)


async def test_a_plug_that_does_not_turn_off_is_told(story: Story) -> None:
    """Test nothing worse comes of it."""
    rig, name = story.rigs[2], story.name(story.rigs[2])
    rig.break_plug(fault=PlugFault.STUCK)
    rig.hang()
    await story.pass_time(11)
    await story.until(lambda: story.witness.orders(rig.rig_id) == ["OFF"])
    await story.pass_time(1)
    await story.until(lambda: story.witness.orders(rig.rig_id) == ["OFF", "ON"])
    await story.pass_time(1)
    assert await story.hear(4) == [
        f"{name}: power_cycle_due",
        f"{name}: power_cycle_failed plug_stayed_on",
        f"⚡ {name} is being power-cycled …",
        f"🔴 The plug of {name} did not turn off, so the rig was not power-cycled.",
    ]
    await story.pass_time(20)
    assert story.witness.orders(rig.rig_id) == ["OFF", "ON"]
    assert await story.hear(0) == []


async def test_a_plug_that_does_not_turn_on_is_tried_again_and_again(
    story: Story,
) -> None:
    """Test it is told once, and that a rig without power gets it in the end."""
    rig, name = story.rigs[2], story.name(story.rigs[2])
    rig.hang()
    await story.pass_time(11)
    await story.until(lambda: rig.phase is Phase.OFF)
    rig.break_plug(fault=PlugFault.STUCK)
    orders = ["OFF"]
    for _ in range(3):
        orders.append("ON")
        await story.until(lambda: story.witness.orders(rig.rig_id) == orders)
        await story.pass_time(1)
    assert await story.hear(4) == [
        f"{name}: power_cycle_due",
        f"{name}: power_cycle_failed plug_stayed_off",
        f"⚡ {name} is being power-cycled …",
        (
            f"🔴 The plug of {name} did not turn on again after three tries."
            " The rig has no power: please look at the plug."
        ),
    ]
    rig.mend_plug()
    await story.pass_time(5)
    await story.until(lambda: rig.phase is Phase.BOOTING)
    await story.until(lambda: story.step(rig) == "over")
    assert await story.hear(0) == []


async def test_a_rig_that_never_comes_back_is_given_up(story: Story) -> None:
    """Test it gets three attempts; that it is given up is told once."""
    rig, name = story.rigs[3], story.name(story.rigs[3])
    rig.kill()
    await story.pass_time(11)
    for told in [], [], [f"{name}: given_up"]:
        await story.until(lambda: story.step(rig) == "boot")
        await story.pass_time(16)
        assert await story.hear(4 + len(told)) == [
            *told,
            f"{name}: power_cycle_due",
            f"{name}: power_cycle_failed not_recovered",
            f"⚡ {name} is being power-cycled …",
            f"🔴 {name} was power-cycled, but has not come back within 15 minutes.",
        ]
        await story.pass_time(15)
    assert await story.reason(rig) == "given_up"
    assert await story.issues() == {"given_up"}
    await story.pass_time(60)
    assert await story.ask(rig, force=True) == "given_up"
    assert story.witness.orders(rig.rig_id) == ["OFF", "ON"] * 3
    assert await story.hear(0) == []

    # As soon as it has worked for half an hour, it is worth another try.
    rig.mend()
    await story.pass_time(5)
    await story.pass_time(31)
    assert await story.reason(rig) == "no_problem"
    assert await story.issues() == set()


# --- What is left alone ---


async def test_an_outage_cuts_nothing(story: Story) -> None:
    """Test all rigs fall silent at once, as when their internet is gone."""
    story.beside.farm.cut_network()
    for _ in range(2):
        await story.pass_time(20)
        assert not await story.due()
    assert {await story.reason(rig) for rig in story.rigs} == {"farm_failed"}
    story.beside.farm.restore_network()
    await story.pass_time(4)
    assert {await story.reason(rig) for rig in story.rigs} == {"no_problem"}
    assert (story.witness.plugs, await story.hear(0)) == (set(), [])


async def test_most_rigs_at_once_are_left_alone(story: Story) -> None:
    """Test all but one hang, as after a fault of the mains: no plug heals that."""
    *many, other = story.rigs
    for rig in many:
        rig.hang()
    for _ in range(2):
        await story.pass_time(20)
        assert not await story.due()
    assert {await story.reason(rig) for rig in many} == {"farm_failed"}
    assert await story.reason(other) == "no_problem"
    assert (story.witness.plugs, await story.hear(0)) == (set(), [])


async def test_a_rig_that_mines_unheard_is_left_alone(story: Story) -> None:
    """Test its plug tells that only its network is gone."""
    rig = story.rigs[0]
    rig.lose_network()
    for _ in range(2):
        await story.pass_time(20)
        assert not await story.due()
    assert await story.reason(rig) == "still_working"
    assert (story.witness.plugs, await story.hear(0)) == (set(), [])


async def test_a_hot_rig_is_left_alone(story: Story) -> None:
    """Test ethOS has ended its miner, which a power cycle would start again."""
    rig = story.rigs[1]
    rig.overheat()
    for _ in range(2):
        await story.pass_time(20)
        assert not await story.due()
    assert not rig.mining
    assert await story.reason(rig) == "hot"
    assert (story.witness.plugs, await story.hear(0)) == (set(), [])


# --- In the end ---


async def test_nothing_else_was_said(running: Story) -> None:
    """Test the log has nothing to complain of."""
    texts = [entry.text for entry in running.home.warnings()]
    assert [text for text in texts if not EXPECTED.search(text)] == []
