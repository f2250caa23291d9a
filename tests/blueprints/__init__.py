"""Test the blueprints that tell and answer: the real files, by real automations."""
