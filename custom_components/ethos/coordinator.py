"""Polling a panel, and telling those entities whose rig has changed."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_PASSWORD, CONF_URL, CONF_USERNAME
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from yarl import URL

from .access import login
from .activity import Activity
from .const import DOMAIN, LOGGER
from .devices import DeviceRoster
from .options import Options
from .panel import (
    Change,
    GpuKey,
    Memory,
    Panel,
    PanelAuthenticationError,
    PanelClient,
    PanelError,
    PanelStatusError,
    RigMemory,
    follow,
    from_record,
    review,
    show,
    to_record,
)
from .repairs import PATIENCE, async_forget_moved, async_tell_moved, is_wrong_place
from .store import EthosStore, Record

type EthosConfigEntry = ConfigEntry[EthosCoordinator]

# How long the event loop may be held before others get their turn, in seconds, and by
# how many entities: a frontend that is handed 4,096 changes at once is disconnected.
_SLICE_TIME: Final = 0.003
_SLICE_SIZE: Final = 500


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
        )
        self.roster = DeviceRoster(hass, entry, str(url.without_query_params("json")))
        self.activity = Activity(self.roster)
        self.adding = asyncio.Lock()
        """Held by whoever adds entities."""
        self._store = EthosStore(hass, entry)
        self._memory: Memory = {}
        self._changes: list[Change] = []
        self._followed: Panel | None = None
        self._wrong_answers = 0
        self._poll_listeners: list[CALLBACK_TYPE] = []
        self._callbacks: dict[object, dict[int, CALLBACK_TYPE]] = {}
        self._next_callback = 0
        self._told: Panel | None = None
        self._told_success = True
        self._waiting: Iterator[CALLBACK_TYPE] = iter(())
        self._dirty: dict[object, None] = {}
        self._slice: CALLBACK_TYPE | None = None

    @override
    async def _async_update_data(self) -> Panel:
        """Read the panel."""
        try:
            panel = await self.client.panel()
        except PanelAuthenticationError as err:
            raise ConfigEntryAuthFailed(
                translation_domain=DOMAIN, translation_key=err.reason
            ) from err
        except PanelError as err:
            self._note(err)
            raise self._update_failed(err) from err
        self._wrong_answers = 0
        async_forget_moved(self.hass, self.config_entry)
        self._followed = follow(self._followed, panel, self.options.offline_after)
        return self._judge(self._followed)

    def _judge(self, panel: Panel) -> Panel:
        """Return the panel with what is wrong, and note what is new."""
        result = review(self._memory, panel, self.options.limits)
        self._memory = result.memory
        self._changes.extend(result.changes)
        self._store.async_save_later(self._record)
        return result.panel

    @override
    async def _async_setup(self) -> None:
        """Remember what was known before the start."""
        if (record := await self._store.async_load()) is not None:
            self._memory = from_record(record["rigs"])
            self.activity.async_restore(record["activity"])

    def _record(self) -> Record:
        """Return what must survive a restart."""
        return {
            "rigs": to_record(self._memory),
            "activity": self.activity.as_record(),
        }

    @callback
    def async_set_maintenance(
        self, rig_id: str, *, on: bool, until: datetime | None = None
    ) -> None:
        """Tell nothing of a rig, until a moment or until told otherwise."""
        before = self._remembered(rig_id)
        self._remember(
            before.in_maintenance(until) if on else before.after_maintenance()
        )

    @callback
    def async_forget(self, device_id: str) -> bool:
        """Forget a device for good if it is gone from the panel; say whether it is."""
        is_gone = self.roster.async_forget(device_id)
        if is_gone and (gpu := self._remembered_gpu(device_id)) is not None:
            self._remember(self._remembered(gpu.rig_id).without_gpus({gpu.slot}))
        return is_gone

    def _remembered_gpu(self, device_id: str) -> GpuKey | None:
        """Return the GPU of a device, if it is remembered."""
        for rig_id, rig in self._memory.items():
            for slot in rig.gpus:
                device = self.roster.device(rig_id, slot)
                if device is not None and device.id == device_id:
                    return GpuKey(rig_id, slot)
        return None

    def _remembered(self, rig_id: str) -> RigMemory:
        """Return what is remembered of a rig."""
        new = RigMemory(rig_id=rig_id, is_judged=True, is_gone=True)
        return self._memory.get(rig_id, new)

    @callback
    def _remember(self, rig: RigMemory) -> None:
        """Remember something else of a rig, and show it."""
        self._memory = {**self._memory, rig.rig_id: rig}
        self._store.async_save_soon(self._record)
        self.data = show(self._followed or self.data, self._memory)
        self.async_update_listeners()

    async def async_close(self) -> None:
        """Write down what must survive a restart."""
        await self._store.async_close(self._record())

    def _note(self, err: PanelError) -> None:
        """Ask the user to look where the panel has gone, if it seems to have moved."""
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
            listener()
        self._async_tell_later()

    @property
    def memory(self) -> Memory:
        """What is remembered of the rigs."""
        return self._memory

    @callback
    def async_add_poll_listener(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call the listener after each poll, whatever it has brought."""
        self._poll_listeners.append(listener)
        return partial(self._poll_listeners.remove, listener)

    @callback
    def async_tell(self) -> None:
        """Tell what was added to the activity."""
        self._store.async_save_soon(self._record)
        self._async_tell_later()

    @callback
    def _async_log(self) -> None:
        """Queue what has happened, now that new rigs have a name too."""
        self.activity.async_add(self._changes)
        self._changes.clear()

    async def async_start(self) -> None:
        """Register all that the first answer shows."""
        await self.roster.async_start(self.data)
        self._async_log()

    @callback
    def async_open(self) -> None:
        """Tell what has happened, now that automations listen."""
        self.activity.async_open()
        self._async_tell_later()

    @override
    @callback
    def async_add_listener(
        self, update_callback: CALLBACK_TYPE, context: object = None
    ) -> Callable[[], None]:
        """Tell the callback of changes of the rig that is the context, or of all."""
        remove = super().async_add_listener(update_callback, context)
        key = self._next_callback
        self._next_callback += 1
        self._callbacks.setdefault(context, {})[key] = update_callback

        @callback
        def remove_from_both() -> None:
            del self._callbacks[context][key]
            remove()

        return remove_from_both

    @override
    @callback
    def async_update_listeners(self) -> None:
        """Tell the entities of the panel and of the rigs that are not what they were.

        A large farm is told in slices, since one that changes thousands of states at
        once stalls Home Assistant and disconnects its frontends.
        """
        told = self._told.rigs if self._told else {}
        if self._told_success != self.last_update_success:
            changed = list(self._callbacks)
        else:
            rigs = self.data.rigs
            changed = [
                None,
                *(
                    rig_id
                    for rig_id, rig in rigs.items()
                    if told.get(rig_id) is not rig
                ),
                *(rig_id for rig_id in told if rig_id not in rigs),
            ]
        self._told = self.data
        self._told_success = self.last_update_success
        self._dirty.update(dict.fromkeys(changed))
        self._async_tell_later()

    @callback
    def _async_tell_later(self) -> None:
        """Tell in the next slice."""
        if self._slice is None:
            self._slice = self.hass.loop.call_soon(self._async_tell_slice).cancel

    @callback
    def _async_tell_slice(self) -> None:
        """Tell as many as fit into a slice, and the others later."""
        self._slice = None
        deadline = self.hass.loop.time() + _SLICE_TIME
        told = 0
        while True:
            for update_callback in self._waiting:
                try:
                    update_callback()
                except Exception:
                    # As the base class: one bad entity must not silence the others.
                    self.logger.exception("Unexpected error updating an entity")
                told += 1
                if told == _SLICE_SIZE or self.hass.loop.time() >= deadline:
                    self._async_tell_later()
                    return
            if self._dirty:
                context = next(iter(self._dirty))
                del self._dirty[context]
                self._waiting = iter(list(self._callbacks.get(context, {}).values()))
            elif self._may_tell:
                # Last, so that who hears of it sees the states that go with it, and
                # sees it happen: triggers skip a change from unavailable.
                self._waiting = self._tellings()
            else:
                return

    @property
    def _may_tell(self) -> bool:
        """Whether something is to be told, and the states that go with it are."""
        return self.last_update_success and not self._dirty and self.activity.is_waiting

    def _tellings(self) -> Iterator[CALLBACK_TYPE]:
        """Return what tells the next thing, as long as it may."""
        while self._may_tell:
            self._store.async_save_soon(self._record)
            yield self.activity.async_tell_next

    @override
    async def async_shutdown(self) -> None:
        """Stop polling and telling."""
        await super().async_shutdown()
        if self._slice is not None:
            self._slice()
            self._slice = None
