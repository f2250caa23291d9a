"""Tests of the panel library alone."""
