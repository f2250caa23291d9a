"""Test the blueprints that cut power."""
