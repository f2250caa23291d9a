"""Serve a simulated farm: ``python -m simulator --help``."""

from .cli import main

main()
