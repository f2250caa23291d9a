"""Plugs that obey, or do not, and rigs that hang."""

from collections.abc import Callable
from typing import Any, Final, override

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.sensor import SensorDeviceClass, SensorEntity
from homeassistant.components.switch import SwitchEntity
from homeassistant.config_entries import ConfigEntry, ConfigFlow, ConfigSubentryData
from homeassistant.const import CONF_URL, UnitOfPower
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    mock_config_flow,
    mock_integration,
    mock_platform,
    setup_test_component_platform,
)

from custom_components.ethos.const import DOMAIN
from tests.conftest import ENTRY_ID, Poll
from tests.farm import FakePanel, rig_2021

type Hang = Callable[[str], None]

RIG: Final = "a1b2c3"
OTHER: Final = "880577"


class FakePlug(SwitchEntity):
    """A smart plug."""

    _attr_should_poll = False

    def __init__(self, name: str) -> None:
        """Begin as people leave it: on."""
        self._attr_name = self._attr_unique_id = name
        self._attr_is_on = True
        self.obeys = True
        self.error: Exception | None = None
        self.calls: list[str] = []
        """What it was told."""

    def _turn(self, *, on: bool) -> None:
        self.calls.append("on" if on else "off")
        if self.error is not None:
            raise self.error
        if self.obeys:
            self.set(on=on)

    def set(self, *, on: bool) -> None:
        """Be on or off."""
        self._attr_is_on = on
        self.async_write_ha_state()

    def set_quietly(self, *, on: bool) -> None:
        """Be on or off before anybody looks."""
        self._attr_is_on = on

    def be_there(self, *, there: bool) -> None:
        """Answer, or do not."""
        self._attr_available = there
        self.async_write_ha_state()

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        self._turn(on=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        self._turn(on=False)


class FakeMeter(SensorEntity):
    """What tells the power that flows through a plug."""

    _attr_should_poll = False
    _attr_device_class = SensorDeviceClass.POWER
    _attr_native_unit_of_measurement = UnitOfPower.WATT

    def __init__(self, name: str) -> None:
        """Tell nothing yet."""
        self._attr_name = self._attr_unique_id = name

    def read(self, watts: float | None) -> None:
        """Tell a reading."""
        self._attr_native_value = watts
        self.async_write_ha_state()


class Plugs:
    """The plugs of a home, and the meter of the first."""

    def __init__(self) -> None:
        """Make them."""
        self.one = FakePlug("plug_1")
        self.two = FakePlug("plug_2")
        self.meter = FakeMeter("plug_1_power")

    async def async_set_up(self, hass: HomeAssistant) -> None:
        """Let Home Assistant know them."""

        async def set_up(hass: HomeAssistant, entry: ConfigEntry) -> bool:
            await hass.config_entries.async_forward_entry_setups(
                entry, ["switch", "sensor"]
            )
            return True

        module = MockModule("test", async_setup_entry=set_up)
        mock_integration(hass, module, built_in=False)
        mock_platform(hass, "test.config_flow", None, built_in=False)
        for domain, entities in (
            ("switch", [self.one, self.two]),
            ("sensor", [self.meter]),
        ):
            setup_test_component_platform(
                hass, domain, entities, from_config_entry=True, built_in=False
            )
        entry = MockConfigEntry(domain="test")
        entry.add_to_hass(hass)
        with mock_config_flow("test", ConfigFlow):
            assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()


def subentry(rig_id: str, switch: str, meter: str | None = None) -> ConfigSubentryData:
    """Return a plug as the user has set it up."""
    data: dict[str, Any] = {"rig": rig_id, "switch": switch, "off_time": 15}
    if meter is not None:
        data["meter"] = meter
    return ConfigSubentryData(
        data=data, subentry_type="plug", title=f"Rig {rig_id}", unique_id=rig_id
    )


def make_entry(url: str, **changes: Any) -> MockConfigEntry:
    """Return an entry of which both rigs have a plug."""
    return MockConfigEntry(
        domain=DOMAIN,
        title="Farm",
        entry_id=ENTRY_ID,
        data={CONF_URL: f"{url}?json=yes"},
        subentries_data=(
            subentry(RIG, "switch.plug_1", "sensor.plug_1_power"),
            subentry(OTHER, "switch.plug_2"),
        ),
        **changes,
    )


@pytest.fixture
def entry(panel: FakePanel) -> MockConfigEntry:
    """Return an entry of which both rigs have a plug."""
    return make_entry(panel.url)


@pytest.fixture
async def plugs(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Plugs:
    """Return the plugs of the home, which are there before the panel."""
    made = Plugs()
    await made.async_set_up(hass)
    return made


@pytest.fixture
async def farm(
    hass: HomeAssistant,
    panel: FakePanel,
    plugs: Plugs,
    loaded: MockConfigEntry,
    poll: Poll,
) -> MockConfigEntry:
    """Return the entry, loaded and looked at often enough to be trusted.

    A third rig without a plug always works.
    """
    panel.rigs["c0ffee"] = rig_2021(2)
    panel.rigs["c0ffee"]["server_time"] = panel.time
    plugs.meter.read(800)
    await poll(4)
    return loaded


@pytest.fixture
def hang(panel: FakePanel, plugs: Plugs) -> Hang:
    """Return what lets a rig hang."""

    def hang(rig_id: str) -> None:
        panel.rigs[rig_id]["silent"] = True
        if rig_id == RIG:
            plugs.meter.read(60)

    return hang


@pytest.fixture
def boot(panel: FakePanel, plugs: Plugs) -> Hang:
    """Return what lets a rig boot that got its power back, and report."""

    def boot(rig_id: str) -> None:
        panel.rigs[rig_id] |= {
            "silent": False,
            "server_time": panel.time,
            "uptime": "70",
            "miner_secs": 5,
            "condition": "just_booted",
        }
        if rig_id == RIG:
            plugs.meter.read(500)

    return boot
