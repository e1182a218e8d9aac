"""The small service, for every test of the tasks that asks for it."""

from tests.served import sqlite_service, url

__all__ = ["sqlite_service", "url"]
