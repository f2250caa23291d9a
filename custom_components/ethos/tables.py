"""All that can be shown: the tables of all platforms."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from homeassistant.const import Platform

from . import binary_sensor, button, event, sensor, switch, update
from .entity import PANEL, Table
from .power.entity import EthosPlugEntityDescription

TABLES: Final[Mapping[str, Sequence[Table]]] = {
    Platform.BINARY_SENSOR: (
        (PANEL, (binary_sensor.PANEL_CONNECTIVITY,)),
        *binary_sensor.TABLES,
        *binary_sensor.PROBLEM_TABLES,
    ),
    Platform.EVENT: event.TABLES,
    Platform.SENSOR: sensor.TABLES,
    Platform.SWITCH: switch.TABLES,
    Platform.UPDATE: update.TABLES,
}

PLUG_TABLES: Final[Mapping[str, Sequence[EthosPlugEntityDescription[Any]]]] = {
    Platform.BINARY_SENSOR: binary_sensor.PLUG_BINARY_SENSORS,
    Platform.BUTTON: button.PLUG_BUTTONS,
    Platform.SENSOR: sensor.PLUG_SENSORS,
}
