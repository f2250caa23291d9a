"""Chance that falls the same way each time."""

from random import Random


def dice(*seed: object) -> Random:
    """Return a source of chance of its own for each seed."""
    return Random("/".join(map(str, seed)))
