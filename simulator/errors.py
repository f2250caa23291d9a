"""What can be wrong with a wish."""


class SimulatorError(ValueError):
    """Something that cannot be done; its text says why."""


class UnknownError(SimulatorError):
    """Something that does not exist."""
