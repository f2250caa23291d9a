"""Tests of what runs a real Home Assistant."""
