"""Acting on the plugs of a panel: what is decided is written down, done and told."""

import asyncio
from datetime import datetime
from typing import Final

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
    ConfigSubentry,
)
from homeassistant.core import (
    CALLBACK_TYPE,
    Event,
    EventStateChangedData,
    HassJob,
    HomeAssistant,
    callback,
)
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_call_later, async_track_state_change_event
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN, LOGGER
from ..coordinator import EthosCoordinator
from .control import Control, PowerEvent
from .cycler import Action, Outcome, Sight, Step
from .history import Histories
from .issues import async_tell_issues
from .journal import Journal
from .lookout import Lookout
from .options import settings_of
from .plugs import (
    async_entity_id,
    async_fix_identities,
    async_look,
    plug_of,
    subentries_of,
)
from .policy import TURN, Refusal, Settings
from .switching import async_switch

_POWER: Final[HassKey[dict[str, EthosPower]]] = HassKey(f"{DOMAIN}_power")

# A disk that takes longer is not waited for, to give power back.
_WRITE: Final = 10
# When nothing is seen to happen although it should have by now, in seconds.
_AGAIN: Final = 30.0


async def async_start_power(hass: HomeAssistant) -> None:
    """Give power back to rigs from which it was taken when Home Assistant went."""
    hass.data[_POWER] = {}
    for entry in hass.config_entries.async_entries(DOMAIN):
        await async_get_power(hass, entry)


async def async_get_power(hass: HomeAssistant, entry: ConfigEntry) -> EthosPower:
    """Return what acts on the plugs of a panel."""
    known = hass.data.setdefault(_POWER, {})
    if (power := known.get(entry.entry_id)) is None:
        power = known[entry.entry_id] = EthosPower(hass, entry)
        await power.async_start()
    return power


async def async_remove_power(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Forget the plugs of a panel."""
    power = await async_get_power(hass, entry)
    del hass.data[_POWER][entry.entry_id]
    await power.async_remove()


class EthosPower:
    """Acts on the plugs of a panel.

    It outlives the set-up of its entry: a panel that cannot be read, or an entry that
    is unloaded, must not leave a rig without power.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        """Begin with nothing."""
        self.control = Control(Settings(), {})
        self._hass = hass
        self._entry = entry
        self._journal = Journal(hass, entry)
        self._written: Histories = {}
        self._coordinator: EthosCoordinator | None = None
        self._attached: list[CALLBACK_TYPE] = []
        self._listeners: list[CALLBACK_TYPE] = []
        self._locks: dict[str, asyncio.Lock] = {}
        self._watches: dict[str, list[CALLBACK_TYPE]] = {}
        self._lookout = Lookout(hass, self._notice)
        self._outcomes: dict[str, list[asyncio.Future[Outcome]]] = {}
        self._turns: list[asyncio.Future[None]] = []
        self._untold: list[tuple[datetime, tuple[PowerEvent, ...]]] = []
        self._is_stopped = False
        self._let_go: CALLBACK_TYPE | None = None

    @property
    def subentries(self) -> dict[str, ConfigSubentry]:
        """The plugs as the user has set them up, by rig."""
        return subentries_of(self._entry)

    @callback
    def async_add_listener(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call the listener when something may have changed."""
        self._listeners.append(listener)

        @callback
        def remove() -> None:
            self._listeners.remove(listener)

        return remove

    async def async_start(self) -> None:
        """Go on from what was written, with power first."""
        self.control.histories = await self._journal.async_load()
        self._written = dict(self.control.histories)
        self.control.resume(dt_util.utcnow())
        self._let_go = self._hass.async_add_shutdown_job(HassJob(self.async_stop))
        for rig_id in self.control.cycles():
            self._wake(rig_id)

    async def async_stop(self) -> None:
        """Give power back before Home Assistant goes."""
        await self._async_interrupt()
        self._is_stopped = True
        for rig_id in list(self._watches):
            self._unwatch(rig_id)
        for rig_id in list(self._outcomes):
            self._tell_waiting(rig_id, Outcome.INTERRUPTED)
        self._next_turn()

    @callback
    def async_attach(self, coordinator: EthosCoordinator) -> None:
        """Follow a panel that is read."""
        self._coordinator = coordinator
        self.control.settings = settings_of(
            self._entry.options, coordinator.options.offline_after
        )

        @callback
        def follow_entry(change: ConfigEntryChange, entry: ConfigEntry) -> None:
            if entry is self._entry and change is ConfigEntryChange.UPDATED:
                self._follow_plugs()

        @callback
        def follow_memory() -> None:
            memory = coordinator.judge.memory
            self.control.look(coordinator.data, memory, dt_util.utcnow())
            self._review()

        self._attached = [
            coordinator.async_add_poll_listener(self._follow_poll),
            coordinator.async_add_memory_listener(follow_memory),
            async_dispatcher_connect(
                self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, follow_entry
            ),
        ]
        self._follow_plugs()
        # Nothing is due of what was before, and what was kept is told.
        self._review()

    async def async_detach(self) -> None:
        """Act no more on what cannot be seen."""
        while self._attached:
            self._attached.pop()()
        self._coordinator = None
        self.control.see(None, {}, {})
        self._next_turn()
        await self._async_interrupt()

    async def async_remove(self) -> None:
        """Forget the panel; what is under way still ends with power."""
        self.control.set_plugs({}, dt_util.utcnow())
        self._lookout.async_follow(self.control.plugs)
        async_tell_issues(self._hass, self._entry, given_up={}, missing={}, dark={})
        await self._async_interrupt()
        await self._journal.async_remove()
        if self._let_go is not None and not self.control.cycles():
            self._let_go()

    async def async_arm(self, rig_id: str) -> None:
        """Try a rig again that was given up."""
        self.control.arm(rig_id, dt_util.utcnow())
        self._review()
        await self._async_write()

    async def async_begin(self, rig_id: str, *, forced: bool) -> Refusal | None:
        """Cut the power of a rig, to give it back later; or return why not."""
        if (plug := self.control.plugs.get(rig_id)) is None:
            return Refusal.NO_PLUG
        if self._is_stopped:
            return Refusal.PANEL_UNSTEADY
        now = dt_util.utcnow()
        sight = async_look(self._hass, plug)
        if refusal := self.control.refusal(rig_id, sight, now, forced=forced):
            return refusal
        self.control.begin(rig_id, now)
        # Whoever asks may go away at any time; what was begun goes on all the same.
        return await asyncio.shield(
            self._hass.async_create_task(
                self._async_cut(rig_id), "ethOS cuts a rig's power"
            )
        )

    async def async_cycle(self, rig_id: str, *, forced: bool) -> Refusal | Outcome:
        """Cycle a rig, and return what came of it; only a person does not queue."""
        while refusal := await self.async_begin(rig_id, forced=forced):
            if forced or refusal not in TURN:
                return refusal
            turn: asyncio.Future[None] = self._hass.loop.create_future()
            self._turns.append(turn)
            await turn
        outcome: asyncio.Future[Outcome] = self._hass.loop.create_future()
        self._outcomes.setdefault(rig_id, []).append(outcome)
        return await outcome

    async def _async_cut(self, rig_id: str) -> Refusal | None:
        """Write down that a cycle has begun, and cut the power; or return why not."""
        async with self._lock(rig_id):
            if not await self._async_write():
                self.control.cancel(rig_id)
                return Refusal.NOT_WRITTEN
            self._review()
            # Somebody may have unloaded the entry meanwhile.
            if (plug := self.control.cut(rig_id, dt_util.utcnow())) is not None:
                await async_switch(self._hass, plug, Action.TURN_OFF)
        await self._async_step(rig_id)
        return None

    @callback
    def _follow_plugs(self) -> None:
        """Know the plugs as the user has set them up now."""
        async_fix_identities(self._hass, self._entry)
        plugs = {
            rig_id: plug_of(subentry.data)
            for rig_id, subentry in self.subentries.items()
        }
        if plugs == self.control.plugs:
            return
        cut = self.control.set_plugs(plugs, dt_util.utcnow())
        self._lookout.async_follow(self.control.plugs)
        for rig_id in cut:
            self._wake(rig_id)
        self._review()

    @callback
    def _notice(self, rig_id: str, sight: Sight) -> None:
        """Know what was seen of a plug between two polls."""
        self.control.notice(rig_id, sight, dt_util.utcnow())

    @callback
    def _follow_poll(self) -> None:
        """Look at what the panel says now, if it says anything."""
        coordinator = self._coordinator
        if coordinator is None or not (self.control.plugs or self._watches):
            # What is not followed is old when there is a plug again.
            self.control.see(None, {}, {})
            return
        panel = coordinator.data if coordinator.last_update_success else None
        # Somebody may have renamed an entity.
        self._lookout.async_follow(self.control.plugs)
        self.control.see(panel, coordinator.judge.memory, self._sights())
        self._review()
        for rig_id in self.control.cycles():
            self._wake(rig_id)
        self._next_turn()

    @callback
    def _review(self) -> None:
        """Judge all plugs anew, and show and tell it."""
        sights = self._sights()
        self._tell(*self.control.review(sights, dt_util.utcnow()))
        if self.control.histories != self._written:
            self._hass.async_create_task(self._async_write(), "ethOS writes a journal")
        names = {rig_id: self.name_of(rig_id) for rig_id in self.control.plugs}
        async_tell_issues(
            self._hass,
            self._entry,
            given_up={
                rig_id: name
                for rig_id, name in names.items()
                if self.control.history(rig_id).given_up_at is not None
            },
            missing={
                rig_id: name
                for rig_id, name in names.items()
                if sights[rig_id].is_missing
            },
            # Such a cycle goes on without its panel, or its plug in the options.
            dark={
                rig_id: self.name_of(rig_id)
                for rig_id, cycle in self.control.cycles().items()
                if cycle.step is Step.DARK
            },
        )
        for listener in self._listeners.copy():
            try:
                listener()
            except Exception:
                # One bad entity must not silence the others.
                LOGGER.exception("Unexpected error telling of a plug")

    def _sights(self) -> dict[str, Sight]:
        """Look at all plugs."""
        return {
            rig_id: async_look(self._hass, plug)
            for rig_id, plug in self.control.plugs.items()
        }

    def name_of(self, rig_id: str) -> str:
        """Return what people call a rig."""
        if self._coordinator is not None:
            return self._coordinator.roster.rig_name(rig_id)
        subentry = self.subentries.get(rig_id)
        return subentry.title if subentry else rig_id

    def entities_of(self, rig_id: str) -> tuple[str | None, str | None]:
        """Return the entity IDs of the switch and the meter that a rig has."""
        plug = self.control.plugs.get(rig_id)
        switch, meter = (plug.switch, plug.meter) if plug else (None, None)
        return async_entity_id(self._hass, switch), async_entity_id(self._hass, meter)

    @callback
    def _tell(self, *events: PowerEvent) -> None:
        """Tell what happened at the same time, as soon as the panel is followed."""
        if events:
            self._untold.append((dt_util.utcnow(), events))
        if not self._untold or (coordinator := self._coordinator) is None:
            return
        for at, batch in self._untold:
            coordinator.activity.async_add_power(batch, at)
        self._untold.clear()
        coordinator.async_tell()

    async def _async_write(self) -> bool:
        """Write down how things are; return whether that was possible."""
        histories = dict(self.control.histories)
        try:
            is_written = await self._journal.async_save(histories)
        except Exception:
            # Whatever a disk does, power must come back.
            LOGGER.exception("A journal of power cycles cannot be written")
            return False
        if is_written:
            self._written = histories
        return is_written

    async def _async_interrupt(self) -> None:
        """Give power back wherever it is off, and see that the plugs have heard it."""
        self.control.interrupt(dt_util.utcnow())
        for rig_id in self.control.cycles():
            await self._async_step(rig_id)

    async def _async_step(self, rig_id: str) -> None:
        """Take a cycle as far as it can go now."""
        async with self._lock(rig_id):
            try:
                while cycle := self.control.cycles().get(rig_id):
                    sight = async_look(self._hass, cycle.plug)
                    now = dt_util.utcnow()
                    if (move := self.control.advance(rig_id, sight, now)) is None:
                        break
                    write = self._hass.async_create_task(
                        self._async_write(), "ethOS writes a journal"
                    )
                    # Nor must a disk that hangs keep a rig dark.
                    await asyncio.wait({write}, timeout=_WRITE)
                    if move.action is not None:
                        await async_switch(self._hass, cycle.plug, move.action)
                    if move.event is not None:
                        self._tell(move.event)
            finally:
                self._watch(rig_id)
        last = self.control.history(rig_id).last
        if last is not None and last.outcome is not None:
            self._tell_waiting(rig_id, last.outcome)
        self._review()
        self._next_turn()

    def _lock(self, rig_id: str) -> asyncio.Lock:
        """Return what lets only one act on a plug."""
        return self._locks.setdefault(rig_id, asyncio.Lock())

    @callback
    def _wake(self, rig_id: str) -> None:
        """Look at a cycle again."""
        self._hass.async_create_task(
            self._async_step(rig_id), "ethOS cycles a rig's power"
        )

    @callback
    def _watch(self, rig_id: str) -> None:
        """Wake up a cycle when its plug changes, or when its time has come."""
        self._unwatch(rig_id)
        cycle = self.control.cycles().get(rig_id)
        if cycle is None or self._is_stopped:
            return

        @callback
        def wake(_: Event[EventStateChangedData] | datetime) -> None:
            self._wake(rig_id)

        identities = (cycle.plug.switch, cycle.plug.meter)
        entities = [async_entity_id(self._hass, it) for it in identities]
        left = (cycle.wakes_at - dt_util.utcnow()).total_seconds()
        self._watches[rig_id] = [
            async_track_state_change_event(
                self._hass, [it for it in entities if it], wake
            ),
            async_call_later(self._hass, left if left > 0 else _AGAIN, wake),
        ]

    @callback
    def _unwatch(self, rig_id: str) -> None:
        """Let a cycle be."""
        for stop in self._watches.pop(rig_id, []):
            stop()

    @callback
    def _tell_waiting(self, rig_id: str, outcome: Outcome) -> None:
        """Answer those who wait for an outcome."""
        for future in self._outcomes.pop(rig_id, []):
            if not future.done():
                future.set_result(outcome)

    @callback
    def _next_turn(self) -> None:
        """Let those who wait in line ask again."""
        turns, self._turns = self._turns, []
        for turn in turns:
            if not turn.done():
                turn.set_result(None)
