"""Test rigs are power-cycled by plugs that speak MQTT, and when they are left alone.

Home Assistant reads the panel every second. Between two of these polls its clock is put
forward together with the farm's, since what it waits for takes hours; what a plug does
takes as long as ever.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from pathlib import Path
import re
from typing import Final

import pytest

from development.broker import mqtt_broker
from development.clock import Clock
from development.instance import HomeAssistantInstance
from development.process import free_port
from simulator import Phase, PlugFault
from tests.e2e.beside import FarmBeside, hurry
from tests.e2e.plugs import Story
from tests.e2e.witness import witness

RIGS: Final = 4
GPUS: Final = 2

# What Home Assistant logs of what this story does to it.
EXPECTED: Final = re.compile(r"Conflict: terminated by other getUpdates")


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
