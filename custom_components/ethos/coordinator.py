"""Polling a panel, and telling what it shows."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_PASSWORD, CONF_URL, CONF_USERNAME
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util.json import json_loads
from yarl import URL

from .access import login
from .activity import Activity
from .const import DOMAIN, LOGGER
from .devices import DeviceRoster
from .issues import (
    PATIENCE,
    async_forget_login,
    async_forget_moved,
    async_tell_moved,
    is_wrong_place,
)
from .options import Options
from .panel import (
    GpuKey,
    Judge,
    Panel,
    PanelAuthenticationError,
    PanelClient,
    PanelError,
    PanelStatusError,
    RigMemory,
    from_record,
    to_record,
)
from .store import EthosStore, Record
from .telling import Subjects, Teller

if TYPE_CHECKING:
    from .budget import Budget

type EthosConfigEntry = ConfigEntry[EthosCoordinator]


class EthosCoordinator(DataUpdateCoordinator[Panel]):
    """Holds the last panel."""

    config_entry: EthosConfigEntry

    def __init__(self, hass: HomeAssistant, entry: EthosConfigEntry) -> None:
        """Prepare to poll the panel of an entry."""
        self.options = Options.of(entry.options)
        super().__init__(
            hass,
            LOGGER,
            config_entry=entry,
            name=entry.title,
            update_interval=self.options.update_interval,
            always_update=False,
        )
        url = URL(entry.data[CONF_URL])
        self.client = PanelClient(
            async_get_clientsession(hass),
            url,
            login(entry.data.get(CONF_USERNAME), entry.data.get(CONF_PASSWORD)),
            self.options.units,
            quick_decode=json_loads,
        )
        self.roster = DeviceRoster(hass, entry, str(url.without_query_params("json")))
        self.activity = Activity(self.roster)
        self.adding = asyncio.Lock()
        """Held by whoever adds entities."""
        self._store = EthosStore(hass, entry)
        self.judge = Judge(self.options.patience, self.options.limits)
        self._wrong_answers = 0
        self._poll_listeners: list[CALLBACK_TYPE] = []
        self._memory_listeners: list[CALLBACK_TYPE] = []
        self.subjects = Subjects()
        """What entities show."""
        self._teller = Teller(hass, LOGGER, self._last_to_tell)

    @override
    async def _async_update_data(self) -> Panel:
        """Read the panel."""
        try:
            answer = await self.client.panel()
        except PanelError as err:
            self._note(err)
            raise self._update_failed(err) from err
        self._wrong_answers = 0
        if not self.data or not self.last_update_success:
            async_forget_moved(self.hass, self.config_entry)
            async_forget_login(self.hass, self.config_entry)
        panel = await self.judge.judge(answer)
        self._store.async_save_later(self._record)
        return panel

    @override
    async def _async_setup(self) -> None:
        """Remember what was known before the start."""
        if (record := await self._store.async_load()) is not None:
            self.judge.memory = from_record(record["rigs"])
            self.activity.async_restore(record["activity"])

    def _record(self) -> Record:
        """Return what must survive a restart."""
        return {
            "rigs": to_record(self.judge.memory),
            "activity": self.activity.as_record(),
        }

    @callback
    def async_set_maintenance(
        self, rig_id: str, *, on: bool, until: datetime | None = None
    ) -> None:
        """Tell nothing of a rig, until a moment or until told otherwise."""
        before = self.judge.known(rig_id)
        self._remember(
            before.in_maintenance(until) if on else before.after_maintenance()
        )

    @callback
    def async_forget(self, device_id: str) -> bool:
        """Forget a device for good if it is gone from the panel; say whether it is."""
        is_gone = self.roster.async_forget(device_id)
        if is_gone and (gpu := self._remembered_gpu(device_id)) is not None:
            self._remember(self.judge.known(gpu.rig_id).without_gpus({gpu.slot}))
        return is_gone

    def _remembered_gpu(self, device_id: str) -> GpuKey | None:
        """Return the GPU of a device, if it is remembered."""
        for rig_id, rig in self.judge.memory.items():
            for slot in rig.gpus:
                device = self.roster.device(rig_id, slot)
                if device is not None and device.id == device_id:
                    return GpuKey(rig_id, slot)
        return None

    @callback
    def _remember(self, rig: RigMemory) -> None:
        """Remember something else of a rig, and show it."""
        self.data = self.judge.remember(rig, self.data)
        self._store.async_save_soon(self._record)
        for listener in self._memory_listeners.copy():
            listener()
        self.async_update_listeners()

    async def async_close(self) -> None:
        """Write down what must survive a restart."""
        await self._store.async_close(self._record())

    def _note(self, err: PanelError) -> None:
        """Ask the user for what is missing: a login, or where the panel has gone."""
        if isinstance(err, PanelAuthenticationError):
            # It is polled on, unlike by ConfigEntryAuthFailed: a host in trouble may
            # ask for a login too, and be well again while nobody looks.
            self.config_entry.async_start_reauth(self.hass)
        self._wrong_answers = self._wrong_answers + 1 if is_wrong_place(err) else 0
        # There is no waiting for what cannot even be set up.
        if self._wrong_answers >= (PATIENCE if self.data else 1):
            async_tell_moved(self.hass, self.config_entry)

    def _update_failed(self, err: PanelError) -> UpdateFailed:
        """Return the failure as Home Assistant tells it."""
        wait = None
        placeholders = {}
        if isinstance(err, PanelStatusError):
            placeholders["status"] = str(err.status)
            if err.retry_after is not None:
                # Nor is it asked sooner than usual.
                usual = self.options.update_interval.total_seconds()
                wait = max(err.retry_after, usual)
        return UpdateFailed(
            retry_after=wait,
            translation_domain=DOMAIN,
            translation_key=err.reason,
            translation_placeholders=placeholders,
        )

    @override
    @callback
    def _async_refresh_finished(self) -> None:
        """Keep the devices in step, before the entities hear of the new data."""
        if self.last_update_success and self.roster.is_ready:
            self.roster.async_sync(self.data)
            self._async_log()
        for listener in self._poll_listeners.copy():
            try:
                listener()
            except Exception:
                # What the panel shows is told all the same.
                LOGGER.exception("Unexpected error after a poll")
        if self.activity.is_waiting:
            self._teller.async_tell()

    @callback
    def async_add_poll_listener(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call the listener after each poll, whatever it has brought."""
        self._poll_listeners.append(listener)
        return partial(self._poll_listeners.remove, listener)

    @callback
    def async_add_memory_listener(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call the listener when somebody changes what is remembered of a rig."""
        self._memory_listeners.append(listener)
        return partial(self._memory_listeners.remove, listener)

    @callback
    def async_tell(self) -> None:
        """Tell what was added to the activity."""
        self._store.async_save_soon(self._record)
        self._teller.async_tell()

    @callback
    def _async_log(self) -> None:
        """Queue what has happened, now that new rigs have a name too."""
        if changes := self.judge.take_changes():
            self.activity.async_add(changes)

    async def async_start(self, budget: Budget) -> None:
        """Register what the first answer shows, as far as there is room."""
        await self.roster.async_start(self.data, budget)
        self._async_log()

    @callback
    def async_open(self) -> None:
        """Tell what has happened, now that automations listen."""
        self.activity.async_open()
        self._teller.async_tell()

    @override
    @callback
    def async_add_listener(
        self, update_callback: CALLBACK_TYPE, context: str | None = None
    ) -> Callable[[], None]:
        """Tell the callback of changes of the rig that is the context, or of all."""
        remove = super().async_add_listener(update_callback, context)
        self._teller.async_add(update_callback, context)
        # A closure for each of so many entities would be half of what they take.
        return partial(
            EthosCoordinator._async_remove_listener,
            self,
            remove,
            update_callback,
            context,
        )

    @callback
    def _async_remove_listener(
        self, remove: CALLBACK_TYPE, listener: CALLBACK_TYPE, rig_id: str | None
    ) -> None:
        """Tell a listener nothing any more."""
        self._teller.async_remove(listener, rig_id)
        remove()

    @override
    @callback
    def async_update_listeners(self) -> None:
        """Tell the entities of the panel and of the rigs that have changed."""
        panel = self.data if self.last_update_success else None
        self._teller.async_tell(self.subjects.follow(panel))

    def _last_to_tell(self) -> CALLBACK_TYPE | None:
        """Return what tells the next thing that happened.

        Last, so that who hears of it sees the states that go with it, and sees it
        happen: triggers skip a change from unavailable.
        """
        if not self.last_update_success or not self.activity.is_waiting:
            return None
        self._store.async_save_soon(self._record)
        return self.activity.async_tell_next

    @override
    async def async_shutdown(self) -> None:
        """Stop polling and telling."""
        await super().async_shutdown()
        self._teller.async_stop()
