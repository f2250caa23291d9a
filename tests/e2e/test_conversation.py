"""Test the talk in a group: what goes wrong on a farm, and what people ask the bot.

It is one story. Home Assistant reads the panel every second, and between two of these
polls as much time passes on the farm as the story wants: a minute, mostly.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator
from http import HTTPStatus
import re
from statistics import median
import time

import pytest

from development.instance import HomeAssistantInstance
from tests.e2e.answers import (
    ages,
    gpus,
    hash_rate,
    hash_rates,
    said,
    summary,
    table,
    temperatures,
    width,
)
from tests.e2e.beside import FarmBeside, hurry
from tests.e2e.conftest import SCREENSHOTS
from tests.e2e.conversation import GPUS, HOT, RIGS, STRANGE, Story, automate_all, set_up


@pytest.fixture(scope="module")
async def story(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Story]:
    """Run all of it, and keep what was said for those who want to read it."""
    beside = FarmBeside(rigs=RIGS, gpus=GPUS)
    await beside.start()
    home = HomeAssistantInstance(tmp_path_factory.mktemp("conversation"))
    story = Story(home, beside)
    try:
        async with story.server:
            await home.start()
            await set_up(story)
            await home.stop()
            hurry(home.folder)
            await home.start()
            await automate_all(story)
            # After that, a rig's usual hash rate is known.
            for _ in range(6):
                beside.pass_time(3)
                await beside.polls()
            yield story
            SCREENSHOTS.mkdir(exist_ok=True)
            text = "\n".join(story.transcript())
            (SCREENSHOTS / "conversation.txt").write_text(text, encoding="utf-8")
            await home.stop()
    finally:
        await home.kill()
        await beside.stop()


# --- What goes wrong ---


async def test_a_rig_that_dies_is_told_and_that_it_is_back(story: Story) -> None:
    """Test it is told once each, at once, and how long it was away."""
    rig, beside = story.rigs[0], story.beside
    rig.push()
    await beside.polls()
    rig.hang()
    await beside.minutes(8)
    await story.hear_nothing()
    await beside.minutes(1)
    message = await story.hear_told(f"🔴 {STRANGE}: Rig down")
    assert [(it.type, it.start, it.end) for it in message.content.entities] == [
        ("bold", 2, 2 + len(STRANGE))
    ]
    assert message.labels == [[f"🔧 {STRANGE}: mute for 8 h"]]

    story.power_cycle(rig)
    await beside.minutes(2)
    message = await story.hear_told(
        f"🟢 {STRANGE}: Rig is back after 9 min", f"🔵 {STRANGE}: Rebooted"
    )
    assert message.labels == []


async def test_a_hash_rate_that_drops_is_told(story: Story) -> None:
    """Test how much is left of how much, and that it recovered."""
    rig, beside = story.rigs[1], story.beside
    usual = median(beside.hash_rates[rig.rig_id].values())
    rig.drop_hash_rate(factor=0.7)
    rig.push()
    await beside.minutes(2)
    name, rate = story.name(rig), beside.rigs[rig.rig_id]["hash"]
    assert rate < 0.72 * usual
    message = await story.hear_told()
    what, _, told_usual = message.text.partition(" (usual ")
    assert what == f"🟠 {name}: Hash rate dropped: {rate:.1f} Sol/s"
    # It wavers by some tenths of a percent.
    assert float(told_usual.removesuffix(" Sol/s)")) == pytest.approx(usual, rel=5e-3)
    rig.drop_hash_rate(factor=1.0)
    rig.push()
    await beside.minutes(2)
    await story.hear_told(f"🟢 {name}: Hash rate recovered after 1 min")


async def test_a_gpu_that_is_lost_is_told_and_that_it_is_found(story: Story) -> None:
    """Test which one it is."""
    rig, beside = story.rigs[2], story.beside
    rig.lose_gpu(gpu=1)
    rig.push()
    await beside.minutes(2)
    await story.hear_told(f"🔴 {story.name(rig)} GPU 1: GPU lost")
    rig.restore_gpu(gpu=1)
    rig.push()
    await beside.minutes(2)
    await story.hear_told(f"🟢 {story.name(rig)} GPU 1: GPU works again after 1 min")


async def test_a_gpu_that_overheats_is_told(story: Story) -> None:
    """Test how hot it is, and what is too hot; all of a poll is one message."""
    rig, beside = story.rigs[3], story.beside
    rig.stop_fan(gpu=0)
    beside.pass_time(20)
    rig.push()
    await beside.minutes(2)
    where = f"{story.name(rig)} GPU 0"
    degrees = float(beside.rigs[rig.rig_id]["temp"].split()[0])
    assert degrees > HOT
    await story.hear_told(
        f"🔴 {where}: Overheated: {degrees:.0f} °C (limit {HOT} °C)",
        f"🟠 {where}: Fan stopped: {degrees:.0f} °C",
    )
    rig.restore_gpu(gpu=0)
    rig.push()
    await beside.minutes(2)
    await story.hear_told(
        f"🟢 {where}: Cooled down after 1 min",
        f"🟢 {where}: Fan turns again after 1 min",
    )


async def test_what_happens_to_all_rigs_at_once_is_one_message(story: Story) -> None:
    """Test a farm that is gone in one poll."""
    beside, names = story.beside, story.names
    for rig in story.rigs:
        rig.push()
    beside.farm.cut_network()
    await beside.polls()
    beside.pass_time(14)
    await beside.minutes(1)
    message = await story.hear_told(*(f"🔴 {it}: Rig down" for it in names))
    assert message.labels == [[f"🔧 {it}: mute for 8 h"] for it in names]

    beside.farm.restore_network()
    for rig in story.rigs:
        rig.push()
    await beside.minutes(1)
    await story.hear_told(*(f"🟢 {it}: Rig is back after 15 min" for it in names))


async def test_an_outage_is_told_once_of_each_rig(story: Story) -> None:
    """Test a farm that is gone rig after rig, as each would have had to report."""
    beside, names = story.beside, set(story.names)

    async def hear_of_each(pattern: str) -> None:
        messages = await story.hear()
        story.told.extend(message.text for message in messages)
        lines = [line for message in messages for line in message.text.splitlines()]
        found = [re.fullmatch(pattern, line) for line in lines]
        assert {it[1] for it in found if it} == names
        assert len(lines) == len(names)
        # They report every three minutes.
        assert len(messages) <= 3

    # Until they report in turn again.
    beside.pass_time(3)
    await beside.polls()
    beside.farm.cut_network()
    beside.pass_time(6)
    await beside.minutes(8)
    await hear_of_each(r"🔴 (.+): Rig down")
    beside.farm.restore_network()
    await beside.minutes(5)
    await hear_of_each(r"🟢 (.+): Rig is back after \d+ min")


async def test_a_panel_that_is_silent_is_told(story: Story) -> None:
    """Test nobody takes no news for good news, and that it is over."""
    beside, began = story.beside, time.monotonic()
    beside.farm.page.status(status=503)
    # That is told in an even minute.
    await story.hear_told(
        "🟠 Farm: the panel does not answer. What its rigs do is not known.",
        within=150,
    )
    # The farm's time has stood still meanwhile.
    beside.farm.advance(seconds=time.monotonic() - began)
    beside.farm.page.mend()
    await story.hear_told("🟢 Farm: the panel answers again.")


# --- What is asked ---


async def test_rigs_are_told_at_a_glance(story: Story) -> None:
    """Test /rigs against the panel's JSON."""
    rigs = await said(story)
    farm, each = await story.ask("/rigs", 2)
    assert farm.splitlines() == summary(story)
    assert each == table(
        {
            name: (hash_rate(rig), gpus(rig), f"{max(temperatures(rig), key=float)}°")
            for name, rig in rigs.items()
        }
    )


async def test_everything_is_told(story: Story) -> None:
    """Test /all_stats, word for word, in lines that a phone does not break."""
    rigs = await said(story)
    farm, each = await story.ask("/all_stats@EthosMinerBot", 2)
    assert farm.splitlines() == summary(story)
    words: list[str] = []
    for name, rig in rigs.items():
        # Some drivers do not tell it.
        power = f"{rig['rig_watts']} W" if rig["rig_watts"] else ""
        heat = f"{' '.join(temperatures(rig))}°"
        cells = (hash_rate(rig), gpus(rig), heat, power, *ages(rig))
        words.extend(f"🟢 {name} {' '.join(cells)}".split())
    assert each.split() == words
    assert max(map(width, each.splitlines())) <= 40


async def test_hash_rates_temperatures_and_ages_are_told(story: Story) -> None:
    """Test the other questions against the panel's JSON."""
    rigs = await said(story)
    assert await story.ask("/hashrates") == [
        table({name: (hash_rate(rig), hash_rates(rig)) for name, rig in rigs.items()})
    ]
    assert await story.ask("/gpu_temps") == [
        table(
            {name: (f"{' '.join(temperatures(rig))}°",) for name, rig in rigs.items()}
        )
    ]
    assert await story.ask("/timestamp@EthosMinerBot") == [
        table({name: ages(rig) for name, rig in rigs.items()})
    ]


async def test_one_rig_is_asked_for_by_its_name(story: Story) -> None:
    """Test a name that is nearly mark-up, one that is a number, and one of nobody."""
    rigs = await said(story)
    rig = rigs[STRANGE]
    assert await story.ask(f"/hashrates {STRANGE}") == [
        table({STRANGE: (hash_rate(rig), hash_rates(rig))})
    ]
    name = story.name(story.rigs[3])
    assert name.isdecimal()
    assert await story.ask(f"/gpu_temps@EthosMinerBot {name}") == [
        table({name: (f"{' '.join(temperatures(rigs[name]))}°",)})
    ]
    assert await story.ask("/rigs <nobody>") == ["There is no rig <nobody>."]


async def test_help_tells_what_can_be_asked(story: Story) -> None:
    """Test it names every question."""
    (answer,) = await story.ask("/help")
    assert re.findall(r"^/\w+", answer, re.MULTILINE) == [
        "/rigs",
        "/all_stats",
        "/hashrates",
        "/gpu_temps",
        "/timestamp",
        "/power_cycle",
    ]


async def test_only_the_group_gets_answers(story: Story) -> None:
    """Test strangers get none, nor does in another chat who may ask in the group."""
    server, telegram = story.server, story.telegram
    strangers = server.add_chat(-1009876543210, "supergroup", "Strangers")
    private = server.chats[telegram.ann.id]
    server.say(strangers, telegram.ben, "/rigs")
    server.say(strangers, telegram.ann, "/rigs@EthosMinerBot")
    server.say(private, telegram.ann, "/all_stats")
    # The bot hears one after the other.
    assert len(await story.ask("/gpu_temps")) == 1
    await story.hear_nothing()
    assert server.messages(strangers) == []
    assert server.messages(private) == []


# --- What is done ---


async def test_a_button_mutes_a_rig(story: Story) -> None:
    """Test nothing is told of it meanwhile, and that others still are told of."""
    rig, other, beside = story.rigs[2], story.rigs[3], story.beside
    name = story.name(rig)
    rig.lose_gpu(gpu=1)
    rig.push()
    await beside.minutes(2)
    message = await story.hear_told(f"🔴 {name} GPU 1: GPU lost")
    press = story.press(message, f"🔧 {name}: mute for 8 h")
    answer = await story.server.wait_for_answer(press)
    assert answer.text == "Muted. Its Maintenance switch ends it sooner."
    switch = "switch.r1_3_maintenance"
    await story.home.wait_for_state(switch, "on")

    rig.hang()
    other.lose_gpu(gpu=2)
    beside.pass_time(14)
    await beside.minutes(2)
    where = f"{story.name(other)} GPU 2"
    await story.hear_told(f"🔴 {where}: GPU lost")
    other.restore_gpu(gpu=2)
    story.power_cycle(rig)
    beside.pass_time(20)
    await beside.minutes(2)
    await story.hear_told(f"🟢 {where}: GPU works again after 1 min")

    await story.home.call("switch", "turn_off", target={"entity_id": switch})
    await beside.minutes(2)
    await story.hear_told(f"🟢 {name} GPU 1: GPU works again after 1 min")


async def test_a_restart_tells_what_happened_meanwhile(story: Story) -> None:
    """Test it is told once, and nothing from before again."""
    down, rebooted, beside = story.rigs[0], story.rigs[1], story.beside
    assert story.complaints == []
    await story.home.stop()
    down.push()
    down.hang()
    rebooted.reboot()
    beside.pass_time(15)
    await story.home.start()
    await story.hear_told(
        f"🔵 {story.name(rebooted)}: Rebooted", f"🔴 {STRANGE}: Rig down"
    )
    await story.hear_nothing()


async def test_a_crash_tells_nothing_twice(story: Story) -> None:
    """Test it comes two seconds after a message, and what happens then is told."""
    down, beside = story.rigs[3], story.beside
    story.power_cycle(story.rigs[0])
    beside.pass_time(20)
    await beside.minutes(1)
    await story.hear_told(
        f"🟢 {STRANGE}: Rig is back after 15 min", f"🔵 {STRANGE}: Rebooted"
    )
    await asyncio.sleep(2)
    assert story.complaints == []
    await story.home.kill()
    down.push()
    down.hang()
    beside.pass_time(15)
    await story.home.start()
    name = story.name(down)
    await story.hear_told(f"🔴 {name}: Rig down")
    await story.hear_nothing()

    story.power_cycle(down)
    beside.pass_time(20)
    await beside.minutes(1)
    await story.hear_told(
        f"🟢 {name}: Rig is back after 15 min", f"🔵 {name}: Rebooted"
    )


async def test_the_day_is_reported(story: Story) -> None:
    """Test its numbers are those of the panel, and of what was told."""
    kinds = Counter(
        f"{line[0]} {found[1]}"
        for text in story.told
        for line in text.splitlines()
        if (found := re.fullmatch(r"[🔴🟠🔵🟢] .+?: ([^:]+?)(?: after .+|: .+)?", line))
        and not line[2:].startswith("Farm: ")
    )
    await said(story)
    await story.home.call(
        "automation", "trigger", target={"entity_id": "automation.daily_report"}
    )
    (message,) = await story.hear()
    story.told.append(message.text)
    title, farm, *happened = message.text.splitlines()
    assert title == "Daily report"
    numbers, _, working = farm.rpartition("  ⏱ ")
    assert numbers == ":  ".join(summary(story))
    assert re.fullmatch(r"9\d\.\d %", working)
    assert sorted(happened) == sorted(f"{kind}: {it}" for kind, it in kinds.items())
    assert [line[0] for line in happened] == sorted(
        (line[0] for line in happened), key="🔴🟠🔵🟢".index
    )


async def test_another_notifier_was_told_the_same(story: Story) -> None:
    """Test a plain notifier, which writes a file, has all of it in the same words."""
    _, _, *lines = story.notifier_file.read_text(encoding="utf-8").splitlines()
    assert lines == "\n".join(story.told).splitlines()


async def test_nothing_else_was_said(story: Story) -> None:
    """Test neither the group, nor Telegram, nor the log has anything to complain of."""
    await story.hear_nothing()
    # A Home Assistant that was killed leaves a poll behind, which the next one ends.
    left = {("getupdates", HTTPStatus.CONFLICT)}
    refused = {(it.method, it.status) for it in story.server.refusals}
    assert refused <= left
    assert story.complaints == []
