"""A group, the farm that it talks about, and Home Assistant between them."""

from collections.abc import Iterator
from itertools import count, takewhile
import re
import time
from typing import Final

from development.instance import HomeAssistantInstance
from development.waiting import until
from simulator.rig import Rig
from tests.e2e.beside import FarmBeside
from tests.e2e.conftest import Telegram
from tests.e2e.telegram import Message, Press, TelegramServer

RIGS: Final = 4
GPUS: Final = 3
STRANGE: Final = "a_b*<x>&"

# ethogram's limit, since a fan that stops heats a simulated GPU no further than 78 °C.
HOT: Final = 75
# Less than anybody can choose, since this is real time.
SILENT_MINUTES: Final = 0.05

# What Home Assistant logs of what this story does to it.
EXPECTED: Final = re.compile(
    r"Error fetching Farm data: The panel's host refuses with HTTP status 503"
    r"|Unauthorized update - neither user id"
)


class Story:
    """The group, the farm that it talks about, and Home Assistant between them."""

    def __init__(self, home: HomeAssistantInstance, beside: FarmBeside) -> None:
        """Begin with a group that has not heard of anything."""
        self.home = home
        self.beside = beside
        self.server = TelegramServer(clock=self._clock)
        self.telegram = Telegram(home, self.server)
        self.group = self.telegram.group
        self.told: list[str] = []
        """What was told without being asked for."""
        self.idle_seconds = 0
        """For how long nobody has done anything, by Telegram's clock."""
        self.notifier_file = home.folder / "www" / "told.txt"
        self._last: Message | None = None
        self._presses: list[Press] = []

    @property
    def rigs(self) -> list[Rig]:
        """All rigs: one with a strange name, two that have none but their ID."""
        return list(self.beside.farm.rigs.values())

    @staticmethod
    def name(rig: Rig) -> str:
        """Return what people call a rig."""
        return rig.rack_location or rig.rig_id

    @property
    def names(self) -> list[str]:
        """What people call the rigs, as the panel lists them."""
        rigs = self.beside.farm.rigs
        return [self.name(rigs[rig_id]) for rig_id in self.beside.rigs]

    @property
    def new(self) -> list[Message]:
        """What the bot has said since anybody last listened."""
        return self.server.messages(self.group, after=self._last)

    async def hear(self, number: int = 1, within: float = 30) -> list[Message]:
        """Wait for messages, some s at most, and return what there is then."""
        await until(lambda: len(self.new) >= number, within)
        messages = self.new
        self._last = messages[-1]
        return messages

    async def hear_told(self, *lines: str, within: float = 30) -> Message:
        """Wait for one message, which has these lines if any, and return it."""
        messages = await self.hear(within=within)
        self.told.extend(message.text for message in messages)
        (message,) = messages
        assert not lines or message.text.splitlines() == list(lines)
        return message

    async def hear_nothing(self) -> None:
        """Assert that the group is left alone."""
        await self.beside.polls(2)
        assert [message.text for message in self.new] == []

    async def ask(self, question: str, answers: int = 1) -> list[str]:
        """Ask the bot something in the group and return its answers."""
        self.server.say(self.group, self.telegram.ann, question)
        messages = await self.hear(answers)
        # Who asks also reads.
        self.idle_seconds += 20
        return [message.text for message in messages]

    def press(self, message: Message, label: str) -> Press:
        """Press a button below a message."""
        press = self.server.press(message, label, self.telegram.ben)
        self._presses.append(press)
        return press

    def power_cycle(self, rig: Rig) -> None:
        """Pull the plug of a rig and put it back."""
        rig.plug(on=False)
        rig.plug(on=True)

    def _clock(self) -> float:
        """Return Telegram's clock, for which time passes as on the farm."""
        farm = self.beside.farm.now - self.beside.began
        return time.monotonic() + farm + self.idle_seconds

    @property
    def complaints(self) -> list[str]:
        """What is in the log that has no business there."""
        texts = [entry.text for entry in self.home.warnings()]
        return [text for text in texts if not EXPECTED.search(text)]

    def transcript(self) -> Iterator[str]:
        """Return the talk as a reader sees it."""
        messages = (self.server.find(self.group, number) for number in count(1))
        for message in takewhile(lambda it: it is not None, messages):
            assert message
            first, *others = message.text.splitlines()
            name = f"{message.sender.first_name + ':':7}"
            yield f"{name} {first}"
            yield from (f"{'':7} {line}" for line in others)
            for row in message.labels:
                yield f"{'':7} [ {' ] [ '.join(row)} ]"
            for press in self._presses:
                if press.message is message and press.answer:
                    label, answer = press.button.text, press.answer.text
                    yield f"        ({press.user.first_name} presses {label!r}"
                    yield f"         and is shown {answer!r})"
            yield ""


async def set_up(story: Story) -> None:
    """Add all there is to add, as a person does."""
    home, beside, telegram = story.home, story.beside, story.telegram
    await telegram.connect()
    await telegram.allow(story.group)
    # She may talk to the bot in private; in the group of others this says nothing.
    ann = telegram.ann
    await telegram.allow(story.server.add_chat(ann.id, "private", ann.first_name))
    await home.run_flow(
        "file",
        {"next_step_id": "notify"},
        {"file_path": str(story.notifier_file), "timestamp": False},
    )
    story.rigs[0].rename(rack_location=STRANGE)
    # For all to report once more.
    beside.pass_time(4)
    entry = await home.add_panel(beside.url)
    entry_id = entry["entry_id"]
    await home.command("config_entries/update", entry_id=entry_id, title="Farm")
    await home.run_options_flow(
        entry_id,
        {
            "scan_interval": 60,
            "offline_limit": 8,
            "temperature_high": HOT,
            "temperature_low": 35,
            "hash_rate_drop": 10,
        },
    )


async def automate(home: HomeAssistantInstance, name: str, **inputs: object) -> None:
    """Make an automation of a blueprint, as its form does."""
    blueprint = {"path": f"ethos/{name}.yaml", "input": inputs}
    await home.post(
        f"/api/config/automation/config/{name}",
        {"alias": name, "use_blueprint": blueprint},
    )
    await home.wait_for_state(f"automation.{name}", "on")


async def automate_all(story: Story) -> None:
    """Make all automations: those that tell do so in the group and in a file."""
    home, telegram = story.home, story.telegram
    devices = await home.command("config/device_registry/list")
    (panel,) = (it["id"] for it in devices if it.get("model") == "Panel")
    chat = await telegram.notifier(story.group)
    where = {"telegram_chats": [chat], "notifiers": ["notify.file"]}
    minutes = SILENT_MINUTES
    await automate(
        home, "tell_activity", panels=[panel], panel_minutes=minutes, **where
    )
    await automate(home, "daily_report", panels=[panel], **where)
    await automate(home, "chat_commands", telegram_chats=[chat])
