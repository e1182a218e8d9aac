"""Connections and migrations. One writer at a time on SQLite; row locks on PostgreSQL.

``writing`` is the only way to change anything: one transaction, committed at the end of the block
or rolled back whole. SQLite writers take their lock at the start (``BEGIN IMMEDIATE``), so that a
transaction that has read never fails later for want of the lock.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DatabaseError, OperationalError

from rules.errors import BrokenStateError, DatabaseBusyError

BUSY_TIMEOUT_MS = 15_000
VERSION_TABLE = "handrail_version"


_engines: dict[str, Engine] = {}
_making = Lock()


def engine_for(url: str) -> Engine:
    """Return the engine of a database URL, one for each process and URL.

    Args:
        url: ``sqlite:///…`` or ``postgresql://…``.
    """
    with _making:
        found = _engines.get(url)
        if found is None:
            found = _engines[url] = _make_engine(sa.make_url(url))
        return found


def _make_engine(url: sa.URL) -> Engine:
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(url)
    return sa.create_engine(url, pool_pre_ping=True)


def _sqlite_engine(url: sa.URL) -> Engine:
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(url)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(dbapi_connection: Any, _record: Any) -> None:
    dbapi_connection.isolation_level = None  # we say BEGIN ourselves
    cursor = dbapi_connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    reader = connection.get_execution_options().get("handrail_reader", False)
    connection.exec_driver_sql("BEGIN" if reader else "BEGIN IMMEDIATE")


@contextmanager
def writing(url: str) -> Iterator[Connection]:
    """Open one transaction that changes something; it commits when the block ends without error.

    Args:
        url: The database URL.

    Raises:
        DatabaseBusyError: Another writer held the database for the whole waiting time.
        BrokenStateError: The file is not a database Handrail can use.
    """
    with _sentences(url), engine_for(url).begin() as connection:
        yield connection


@contextmanager
def reading(url: str) -> Iterator[Connection]:
    """Open one consistent view of the database, for reading only.

    Args:
        url: The database URL.
    """
    with _sentences(url), engine_for(url).connect() as connection:
        if connection.dialect.name == "sqlite":
            connection = connection.execution_options(handrail_reader=True)
        else:
            connection = connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        yield connection
        connection.rollback()


@contextmanager
def _sentences(url: str) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if "locked" in str(error) or "busy" in str(error):
            raise DatabaseBusyError(
                "The database is busy with another change.",
                why="Nothing was recorded.",
                next_step="Try again in a moment.",
            ) from error
        raise
    except DatabaseError as error:
        if "not a database" in str(error) or "malformed" in str(error):
            raise BrokenStateError(
                f"{sa.make_url(url).database} is not a usable Handrail database.",
                why=str(error.orig),
                next_step="Restore it from a backup, or set HANDRAIL_HOME to another folder.",
            ) from error
        raise


def dispose() -> None:
    """Close every pooled connection of this process, as tests and forked workers need."""
    with _making:
        for engine in _engines.values():
            engine.dispose()
        _engines.clear()


def alembic_config(url: str) -> Config:
    """Return Alembic's configuration for a database URL.

    Args:
        url: The database URL.
    """
    config = Config()
    config.set_main_option("script_location", "models:migrations")
    config.attributes["url"] = url
    return config


def migrate(url: str) -> None:
    """Bring the database to the newest version; running it again changes nothing.

    Args:
        url: The database URL.
    """
    with _sentences(url):
        command.upgrade(alembic_config(url), "head")
