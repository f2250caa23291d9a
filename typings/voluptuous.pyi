# Home Assistant puts probatio in voluptuous' place, whose types say otherwise.
from probatio import *
