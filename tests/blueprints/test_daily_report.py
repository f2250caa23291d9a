"""Test the daily report."""

from datetime import UTC, datetime, timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant, ServiceCall

from tests.conftest import Automate, Poll, texts
from tests.farm import START, FakePanel


async def test_the_day_is_reported(
    hass: HomeAssistant,
    panel: FakePanel,
    panel_device: str,
    chat: str,
    automate: Automate,
    poll: Poll,
    freezer: FrozenDateTimeFactory,
    messages: list[ServiceCall],
    notified: list[ServiceCall],
) -> None:
    """Test numbers, working time and what happened."""
    await hass.config.async_set_time_zone("UTC")
    await automate(
        "daily_report",
        panels=[panel_device],
        telegram_chats=["notify.renamed", chat],
        notifiers=["notify.phone"],
        time="13:00:00",
    )
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll(30)
    panel.rigs["a1b2c3"].update(condition="mining", server_time=panel.time)
    await poll(30)
    (message,) = texts(notified)
    title, farm, *rest = message.splitlines()
    assert title == "Daily report"
    assert farm.startswith("Farm:  🖥 2/2  🎛 5/5  ⛏ 150.4 MH/s")
    assert farm.endswith("⏱ 98.9 %")
    assert rest == ["🔴 Rig down: 1", "🟢 Rig is back: 1"]
    assert texts(messages) == [message.replace(title, f"<b>{title}</b>")]
    assert messages[0].data["entity_id"] == [chat]
    assert datetime.now(UTC) == datetime.fromtimestamp(START, UTC) + timedelta(hours=1)
