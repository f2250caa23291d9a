"""Test quiet hours lose nothing and repeat nothing."""

from datetime import UTC, datetime

from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import CoreState, HomeAssistant, ServiceCall
import pytest

from tests.conftest import Automate, Poll, texts
from tests.farm import FakePanel, rig


async def test_quiet_hours_lose_nothing(
    hass: HomeAssistant,
    panel: FakePanel,
    panel_device: str,
    chat: str,
    automate: Automate,
    poll: Poll,
    freezer: FrozenDateTimeFactory,
    messages: list[ServiceCall],
) -> None:
    """Test what has piled up is told when they end, with the times."""
    await hass.config.async_set_time_zone("UTC")
    # It is 12:00.
    await automate(
        "tell_activity",
        panels=[panel_device],
        telegram_chats=[chat],
        quiet_start="11:00:00",
        quiet_end="12:30:00",
    )
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll()
    panel.rigs["a1b2c3"].update(condition="mining", server_time=panel.time)
    await poll(2)
    assert messages == []
    await poll(28)
    (message,) = texts(messages)
    assert message.splitlines() == [
        "12:01 🔴 <b>Shelf 1</b>: Rig down",
        "12:02 🟢 <b>Shelf 1</b>: Rig is back after 3 min",
    ]
    panel.rigs["880577"]["condition"] = "unreachable"
    await poll()
    assert texts(messages)[1:] == ["🔴 <b>880577</b>: Rig down"]


@pytest.mark.parametrize(
    "eve",
    [
        datetime(2027, 3, 27, 20, 30, tzinfo=UTC),
        datetime(2027, 10, 30, 19, 30, tzinfo=UTC),
    ],
    ids=["forward", "back"],
)
async def test_quiet_hours_in_which_clocks_are_put(
    hass: HomeAssistant,
    panel: FakePanel,
    panel_device: str,
    automate: Automate,
    poll: Poll,
    notified: list[ServiceCall],
    eve: datetime,
) -> None:
    """Test what has piled up is told, and what was told before is not again."""
    await hass.config.async_set_time_zone("Europe/Berlin")
    panel.rigs["c0ffee"] = rig(1)
    await automate(
        "tell_activity",
        panels=[panel_device],
        notifiers=["notify.phone"],
        quiet_start="22:00:00",
        quiet_end="07:00:00",
    )
    # It is half past nine.
    await poll(seconds=(eve - datetime.now(UTC)).total_seconds())
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll()
    assert texts(notified) == ["🔴 Shelf 1: Rig down"]
    await poll(seconds=3600)
    panel.rigs["880577"]["condition"] = "unreachable"
    await poll()
    assert len(notified) == 1
    await poll(10, seconds=3600)
    assert texts(notified)[1:] == ["🔴 880577: Rig down"]


async def test_quiet_hours_that_end_unseen_lose_nothing(
    hass: HomeAssistant,
    panel: FakePanel,
    panel_device: str,
    chat: str,
    automate: Automate,
    poll: Poll,
    messages: list[ServiceCall],
) -> None:
    """Test their summary comes with the next start of Home Assistant, once."""
    await hass.config.async_set_time_zone("UTC")
    panel.rigs["a1b2c3"]["condition"] = "unreachable"
    await poll()
    hass.set_state(CoreState.not_running)
    await automate(
        "tell_activity",
        panels=[panel_device],
        telegram_chats=[chat],
        mute_hours=0,
        quiet_start="22:00:00",
        quiet_end="12:02:00",
    )
    await poll(2)
    await hass.async_start()
    await hass.async_block_till_done()
    assert texts(messages) == ["🔴 <b>Shelf 1</b>: Rig down"]
