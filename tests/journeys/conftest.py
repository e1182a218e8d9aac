"""The small service, for journeys that need no `handrail up`."""

from tests.served import sqlite_service

__all__ = ["sqlite_service"]
