"""Homes that a demo made: there, and nowhere else, a printed link signs somebody in by itself."""

from typing import Final

from adapters.settings import settings

MARK: Final = "demo"
"""A file in the state folder that says a demo made it."""


def is_demo_home() -> bool:
    """Say whether a demo made the state folder in force."""
    return (settings().resolved_home / MARK).is_file()
