"""Reading ethOS panels; knows nothing of Home Assistant."""

from .address import PanelAddress
from .client import PanelClient
from .continuity import follow
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
from .models import Capability, Feature, Gpu, GpuKey, Panel, Rig
from .parse import parse_panel
from .units import UNIT_OF_MINER, HashUnit

__all__ = [
    "UNIT_OF_MINER",
    "Capability",
    "Feature",
    "Gpu",
    "GpuKey",
    "HashUnit",
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
    "Rig",
    "follow",
    "parse_panel",
]
