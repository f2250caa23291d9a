"""The roster: which rigs and GPUs have a device, and since when one is gone."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import AnyDeviceEntry, DeviceEntryType

from .const import DOMAIN
from .detail import Detail
from .panel import Capability, GpuKey, Panel, Rig

if TYPE_CHECKING:
    from .budget import Budget
    from .coordinator import EthosConfigEntry

# One short answer proves nothing; a rig that is down stays on its panel for hours.
STALE_AFTER: Final = timedelta(hours=1)


def identifier(entry: ConfigEntry, *parts: str) -> tuple[str, str]:
    """Return what identifies the panel, a rig or a GPU among all devices.

    It begins with the entry, since a panel's address may change and a rig that moved
    may stay listed on its old panel.
    """
    return DOMAIN, "_".join((entry.entry_id, *parts))


class DeviceRoster:
    """The devices of one panel, by what they stand for."""

    def __init__(self, hass: HomeAssistant, entry: EthosConfigEntry, url: str) -> None:
        """Register the panel, of which the rigs are parts."""
        self._entry = entry
        self._registry = dr.async_get(hass)
        self._listeners: list[CALLBACK_TYPE] = []
        self._shown: Mapping[str, Rig] = {}
        # Of the panel too, which may have no rig yet.
        self._capabilities: dict[str | None, frozenset[Capability]] = {
            None: frozenset()
        }
        self._absent: dict[str, tuple[datetime, int]] = {}
        self.budget: Budget
        """How much is shown, from the start on."""
        self.is_ready = False
        """Whether all that the first answer showed is registered."""
        self.panels: dict[None, str] = {
            None: self._registry.async_get_or_create(
                config_entry_id=entry.entry_id,
                configuration_url=url,
                entry_type=DeviceEntryType.SERVICE,
                identifiers={self.identifier()},
                manufacturer="ethOS",
                model="Panel",
                name=entry.title,
            ).id
        }
        self.rigs: dict[str, str] = {}
        self.gpus: dict[GpuKey, str] = {}

    def identifier(self, *parts: str) -> tuple[str, str]:
        """Return what identifies the panel, a rig or a GPU among all devices."""
        return identifier(self._entry, *parts)

    def device(self, rig_id: str, slot: str | None = None) -> AnyDeviceEntry | None:
        """Return the device of a rig or a GPU, of one too that is gone meanwhile."""
        if slot is None:
            return self._registry.async_get_device_by_identifier(
                self.identifier(rig_id), self._entry.entry_id
            )
        return self._registry.async_get_child_device_by_identifier(
            self.identifier(rig_id, slot), self._entry.entry_id
        )

    def rig_name(self, rig_id: str) -> str:
        """Return what people call a rig."""
        return _name(self.device(rig_id)) or rig_id

    def gpu_name(self, rig_id: str, slot: str) -> str:
        """Return what people call a GPU of a rig."""
        if (name := _name(self.device(rig_id, slot))) is not None:
            return name
        rig = self._shown.get(rig_id)
        gpu = rig and rig.gpus_by_key.get(slot)
        return f"GPU {gpu.number if gpu else slot}"

    def shows(
        self,
        key: str | GpuKey | None,
        detail: Detail,
        capability: Capability | None,
    ) -> bool:
        """Return whether so much is shown of the panel, a rig or a GPU.

        What needs a capability is shown once it has ever had that.
        """
        rig_id = key.rig_id if isinstance(key, GpuKey) else key
        if detail > self.budget.detail_of(rig_id):
            return False
        return capability is None or capability in self._capabilities[rig_id]

    @callback
    def async_add_listener(self, listener: CALLBACK_TYPE) -> Callable[[], None]:
        """Call the listener when there is more or less to show."""
        self._listeners.append(listener)

        @callback
        def remove() -> None:
            self._listeners.remove(listener)

        return remove

    async def async_start(self, panel: Panel, budget: Budget) -> None:
        """Register all there is room for, giving others their turn."""
        self.budget = budget
        await budget.async_settle(panel)
        for _ in self._sync(panel):
            await asyncio.sleep(0)
        self.is_ready = True

    @callback
    def async_sync(self, panel: Panel) -> None:
        """Register what is new, follow what changed, remove what has long been gone."""
        for _ in self._sync(panel):
            pass

    def _sync(self, panel: Panel) -> Iterator[None]:
        """Do so with a pause after each rig of which there is more to show."""
        before: tuple[object, ...] | None = None
        room: int | None = None
        for rig_id, rig in panel.rigs.items():
            old = self._shown.get(rig_id)
            if rig is old:
                continue
            if rig_id not in self.rigs or old is None or _facts(rig) != _facts(old):
                before = before or self._extent()
                self._register_rig(rig)
            if not self._has_news(rig):
                self.budget.async_accept(rig_id)
                continue
            before = before or self._extent()
            if self.is_ready:
                room = self.budget.room() if room is None else room
                room, is_admitted = self.budget.async_admit(rig, room)
                if not is_admitted:
                    continue
            if self.budget.detail_of(rig_id) >= Detail.GPUS:
                self._register_gpus(rig)
            self._grow(rig_id, rig.capabilities)
            yield
        self._shown = panel.rigs
        self._remove_stale(panel)
        if before is not None:
            self._grow(None, panel.capabilities)
            if before != self._extent():
                self._notify()
        self.budget.async_follow(self.rigs)

    def _extent(self) -> tuple[object, ...]:
        """Return what tells whether there is more or less to show."""
        capabilities = self._capabilities.copy()
        return len(self.rigs), len(self.gpus), capabilities, self.budget.lowered

    @callback
    def async_forget(self, device_id: str) -> bool:
        """Forget a device for good if it is gone from the panel; say whether it is."""
        for rig_id, known in self.rigs.items():
            if known == device_id:
                if gone := rig_id not in self._shown:
                    self._drop_rig(rig_id)
                return gone
        for key, known in self.gpus.items():
            if known == device_id:
                rig = self._shown.get(key.rig_id)
                if gone := rig is None or key.slot not in rig.gpus_by_key:
                    del self.gpus[key]
                    self._notify()
                return gone
        # Left over from a time before the last start.
        return device_id != self.panels[None]

    def _has_news(self, rig: Rig) -> bool:
        """Return whether there could be more entities of a rig than there are."""
        known = self._capabilities.get(rig.rig_id)
        if known is None or not rig.capabilities <= known:
            return True
        if not self.budget.is_whole(rig.rig_id):
            return True
        return self.budget.detail >= Detail.GPUS and any(
            (rig.rig_id, slot) not in self.gpus for slot in rig.gpus_by_key
        )

    def _register_rig(self, rig: Rig) -> None:
        """Register a rig, or follow what changed of it."""
        self.rigs[rig.rig_id] = self._registry.async_get_or_create(
            config_entry_id=self._entry.entry_id,
            identifiers={self.identifier(rig.rig_id)},
            manufacturer="ethOS",
            model=rig.motherboard,
            name=rig.rack_location or rig.rig_id,
            serial_number=rig.rig_id,
            sw_version=rig.version,
            via_device_id=self.panels[None],
        ).id

    def _register_gpus(self, rig: Rig) -> None:
        """Register the GPUs of a rig that are new."""
        entry_id = self._entry.entry_id
        rig_device_id = self.rigs[rig.rig_id]
        new = [
            gpu
            for slot, gpu in rig.gpus_by_key.items()
            if (rig.rig_id, slot) not in self.gpus
        ]
        for gpu in new:
            device = self.device(rig.rig_id, gpu.key)
            if device is None:
                # A rig that boots does not tell the slots of its GPUs yet.
                if gpu.slot is None and (not rig.mining or self._has_slots(rig)):
                    continue
                device = self._registry.async_get_or_create_child(
                    config_entry_id=entry_id,
                    identifiers={self.identifier(rig.rig_id, gpu.key)},
                    parent_device_id=rig_device_id,
                    # Its first number: later ones shift when another GPU drops out.
                    translation_key="gpu",
                    translation_placeholders={"index": str(gpu.number)},
                )
            self.gpus[GpuKey(rig.rig_id, gpu.key)] = device.id

    def _has_slots(self, rig: Rig) -> bool:
        """Return whether GPUs of a rig are registered by their slot."""
        numbered = {
            self.identifier(rig.rig_id, str(index)) for index in range(len(rig.gpus))
        }
        children = dr.async_entries_for_parent_device(
            self._registry, self.rigs[rig.rig_id]
        )
        return any(numbered.isdisjoint(child.identifiers) for child in children)

    def _grow(self, rig_id: str | None, capabilities: frozenset[Capability]) -> None:
        """Remember capabilities; one that ends leaves its entities where they are."""
        known = self._capabilities.get(rig_id, frozenset())
        if not capabilities <= known or rig_id not in self._capabilities:
            self._capabilities[rig_id] = known | capabilities

    def _remove_stale(self, panel: Panel) -> None:
        """Remove the rigs that the panel, while well, has not shown for an hour."""
        if panel.stale or not panel.rigs:
            self._absent.clear()
            return
        devices = dr.async_entries_for_config_entry(
            self._registry, self._entry.entry_id
        )
        # All that is shown is registered, so this many are all.
        if len(devices) == len(panel.rigs) + 1:
            self._absent.clear()
            return
        listed = (*panel.rigs, *panel.unreadable)
        shown = {self.identifier(), *map(self.identifier, listed)}
        absent = {
            device.id: self._absent.get(device.id, (panel.read_at, 0))
            for device in devices
            if device.identifiers.isdisjoint(shown)
        }
        # A clock that is set after the start, as a Raspberry Pi's, jumps; so it is
        # counted too how often the rig was missing.
        needed = STALE_AFTER / self._entry.runtime_data.options.update_interval
        for device_id, (since, times) in absent.items():
            absent[device_id] = since, times + 1
            if panel.read_at - since >= STALE_AFTER and times + 1 >= needed / 2:
                self.async_forget(device_id)
                self._registry.async_remove_device(device_id)
        self._absent = {
            device_id: missing
            for device_id, missing in absent.items()
            if self._registry.async_get(device_id)
        }

    def _drop_rig(self, rig_id: str) -> None:
        """Forget a rig and its GPUs, so that they are new when they come back."""
        del self.rigs[rig_id]
        del self._capabilities[rig_id]
        self.gpus = {
            key: device_id
            for key, device_id in self.gpus.items()
            if key.rig_id != rig_id
        }
        self._notify()

    def _notify(self) -> None:
        """Tell that there is more or less to show."""
        for listener in self._listeners.copy():
            listener()


def called(hass: HomeAssistant, device_ids: Iterable[str]) -> str:
    """Return what people call some devices; one that is not there has its ID alone."""
    registry = dr.async_get(hass)
    names = [_name(registry.async_get(it)) or it for it in device_ids]
    return ", ".join(sorted(names))


def _name(device: AnyDeviceEntry | None) -> str | None:
    """Return the name of a device."""
    return None if device is None else device.name_by_user or device.name


def _facts(rig: Rig) -> tuple[str | None, ...]:
    """Return what the device of a rig shows."""
    return rig.rack_location, rig.motherboard, rig.version
