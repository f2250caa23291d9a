"""Test who listens is told, and no longer than that."""

from functools import partial

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.conftest import Poll
from tests.farm import FakePanel, rig


@pytest.mark.parametrize("rig_id", ["a1b2c3", None], ids=["a rig", "all"])
async def test_a_listener_that_was_removed_hears_no_more(
    panel: FakePanel, loaded: MockConfigEntry, poll: Poll, rig_id: str | None
) -> None:
    """Test one that listens to the same still does."""
    heard: list[str] = []
    remove, remove_other = (
        loaded.runtime_data.async_add_listener(partial(heard.append, name), rig_id)
        for name in ("it", "other")
    )
    panel.rigs["a1b2c3"]["hash"] = 59
    await poll()
    assert heard == ["it", "other"]

    remove()
    panel.rigs["a1b2c3"]["hash"] = 58
    await poll()
    assert heard == ["it", "other", "other"]
    remove_other()


async def test_nothing_is_left_of_rigs_that_have_come_and_gone(
    hass: HomeAssistant, panel: FakePanel, loaded: MockConfigEntry, poll: Poll
) -> None:
    """Test a farm whose rigs are replaced for years does not fill the memory."""
    teller = vars(loaded.runtime_data)["_teller"]
    listeners = vars(teller)["_listeners"]
    stay = {None, "a1b2c3", "880577"}
    assert listeners.keys() == stay
    come = {"12e456": rig(1), "12e457": rig(1)}
    panel.rigs |= come
    await poll()
    assert listeners.keys() == stay | come.keys()
    for rig_id in come:
        del panel.rigs[rig_id]
    await poll(61)
    assert listeners.keys() == stay
    assert await hass.config_entries.async_unload(loaded.entry_id)
    assert listeners == {}
