"""Runs that last, to see that nothing grows and nothing is left behind."""
