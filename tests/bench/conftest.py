"""The small service, for the back-test of a database."""

from tests.served import sqlite_service

__all__ = ["sqlite_service"]
