"""Tests of the trials, and short ones."""
