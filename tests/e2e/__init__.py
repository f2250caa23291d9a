"""End-to-end tests: a real Home Assistant, a simulated farm and a browser."""
