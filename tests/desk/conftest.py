"""The small service, for tests of commands that need one."""

from tests.served import sqlite_service

__all__ = ["sqlite_service"]
