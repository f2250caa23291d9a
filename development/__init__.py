"""A real Home Assistant, to try the integration in and for the end-to-end tests."""
