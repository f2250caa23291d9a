"""Reading ethOS panels; knows nothing of Home Assistant."""

from .address import PanelAddress
from .bands import FAN_DUTY, FAN_SPEED, HASH_RATE, POWER, Band
from .changes import BEGINS, ENDS, Change, ChangeType
from .client import PanelClient
from .continuity import Patience, follow
from .exceptions import (
    NotAPanelError,
    PanelAddressError,
    PanelAuthenticationError,
    PanelConnectionError,
    PanelError,
    PanelNotJsonError,
    PanelStatusError,
    PanelTimeoutError,
)
from .health import BOOT_GRACE
from .judge import Judge
from .memory import Memory, RigMemory
from .models import Capability, Feature, Gpu, GpuKey, Panel, Rig
from .parse import parse_panel
from .pauses import SLICE
from .problems import Ailment, Finding, Limits, Problem
from .record import from_record, to_record
from .review import Review, review
from .units import UNIT_OF_MINER, HashUnit

__all__ = [
    "BEGINS",
    "BOOT_GRACE",
    "ENDS",
    "FAN_DUTY",
    "FAN_SPEED",
    "HASH_RATE",
    "POWER",
    "SLICE",
    "UNIT_OF_MINER",
    "Ailment",
    "Band",
    "Capability",
    "Change",
    "ChangeType",
    "Feature",
    "Finding",
    "Gpu",
    "GpuKey",
    "HashUnit",
    "Judge",
    "Limits",
    "Memory",
    "NotAPanelError",
    "Panel",
    "PanelAddress",
    "PanelAddressError",
    "PanelAuthenticationError",
    "PanelClient",
    "PanelConnectionError",
    "PanelError",
    "PanelNotJsonError",
    "PanelStatusError",
    "PanelTimeoutError",
    "Patience",
    "Problem",
    "Review",
    "Rig",
    "RigMemory",
    "follow",
    "from_record",
    "parse_panel",
    "review",
    "to_record",
]
