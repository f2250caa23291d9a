"""A farm of mining rigs that behaves: a tool for development."""

from .errors import SimulatorError, UnknownError
from .farm import Farm
from .gpu import Loss
from .page import Page
from .rig import Phase, PlugFault, Rig
from .shapes import Shape

__all__ = [
    "Farm",
    "Loss",
    "Page",
    "Phase",
    "PlugFault",
    "Rig",
    "Shape",
    "SimulatorError",
    "UnknownError",
]
