"""A farm of mining rigs that behaves: a tool for development."""

from .errors import SimulatorError, UnknownError
from .farm import Farm
from .gpu import Loss
from .page import Page
from .plan import Plan
from .rig import Phase, PlugFault, Rig
from .shapes import Shape

__all__ = [
    "Farm",
    "Loss",
    "Page",
    "Phase",
    "Plan",
    "PlugFault",
    "Rig",
    "Shape",
    "SimulatorError",
    "UnknownError",
]
