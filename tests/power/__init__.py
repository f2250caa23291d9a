"""Tests of power cycling."""
