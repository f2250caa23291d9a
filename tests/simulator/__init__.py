"""Tests of the simulated farm."""
