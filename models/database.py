"""Connections and migrations. One writer at a time on SQLite; row locks on PostgreSQL.

``writing`` is the only way to change anything: one transaction, committed at the end of the block
or rolled back whole. SQLite writers take their lock at the start (``BEGIN IMMEDIATE``), so that a
transaction that has read never fails later for want of the lock.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, OperationalError

from models import covering, written
from models.asked import remember_answers
from rules.errors import BrokenStateError, DatabaseBusyError, DatabaseDownError, HandrailError

BUSY_TIMEOUT_MS = 15_000
ASK_AGAIN: Final = 0.2  # seconds
VERSION_TABLE = "handrail_version"
BUSY = (DatabaseBusyError, OperationalError)
"""What is mended by waiting."""


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
    sqlite = url.get_backend_name() == "sqlite"
    engine = _sqlite_engine(url) if sqlite else _engine(url, pool_pre_ping=True)
    remember_answers(engine)
    written.watch_statements(engine)
    return engine


def _engine(url: sa.URL, **how: Any) -> Engine:
    """Make an engine whose faults, which are logged, say nothing of what a statement was given."""
    return sa.create_engine(url, hide_parameters=True, **how)


def _sqlite_engine(url: sa.URL) -> Engine:
    if url.database:
        _make_file(Path(url.database))
    # A case asks more different statements than Python's driver keeps prepared by itself.
    engine = _engine(url, connect_args={"cached_statements": 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_file(file: Path) -> None:
    """Make the file for its owner alone, or close one to others; its log takes the same mode."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(OSError):  # somebody else's file, or a full disk: SQLite says so in its own words
        if file.exists():
            file.chmod(0o600)  # never opened and closed: that would lose SQLite's locks on it
        else:
            os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


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

    What it wrote is put on record in the ledger before it commits.

    Raises:
        DatabaseBusyError: Another writer held the database for the whole waiting time.
        DatabaseDownError: It does not answer, or cannot be written.
        BrokenStateError: The file is not a database Handrail can use.
    """
    with sentences(url), engine_for(url).begin() as connection:
        written.begin(connection)
        yield connection
        if connection.in_transaction():  # whoever rolled it back wrote nothing
            covering.end(connection)


@contextmanager
def reading(url: str) -> Iterator[Connection]:
    """Open one consistent view of the database, for reading only."""
    with sentences(url), engine_for(url).connect() as connection:
        if connection.dialect.name == "sqlite":
            connection = connection.execution_options(handrail_reader=True)
        else:
            connection = connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        yield connection
        connection.rollback()


@contextmanager
def alone(url: str, *, what: str) -> Iterator[None]:
    """Have PostgreSQL keep everybody else on any machine from the same for the block; they wait.

    It is freed with the connection, so that nothing waits for one that was killed. Whoever waits
    asks again and again: one that waits in PostgreSQL keeps a snapshot all the while, for whose end
    a migration of Prefect's in the same database would wait (``CREATE INDEX CONCURRENTLY``).

    Args:
        what: What is done, the same words for all who do it.
    """
    key = sa.func.hashtextextended(f"handrail: {what}", 0)
    with sentences(url), engine_for(url).connect() as connection:
        connection = connection.execution_options(isolation_level="AUTOCOMMIT")
        while not connection.scalar(sa.select(sa.func.pg_try_advisory_lock(key))):
            time.sleep(ASK_AGAIN)
        try:
            yield
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(key)))


@contextmanager
def sentences(url: str) -> Iterator[None]:
    """Turn what the database says of itself into errors of ours."""
    try:
        yield
    except DBAPIError as error:
        said = filter(None, (_sentence(sa.make_url(url), one) for one in _with_causes(error)))
        told = next(said, None)
        if told is None:
            raise
        raise told from error


def _with_causes(error: BaseException) -> Iterator[DBAPIError]:
    """Yield an error of the database and those it came of, the first of them first.

    A full disk ends SQLite's transaction, and going back to a savepoint of it fails as well.
    """
    found = []
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, DBAPIError):
            found.append(cause)
        cause = cause.__context__
    yield from reversed(found)


def _sentence(url: sa.URL, error: DBAPIError) -> HandrailError | None:
    """Return what a fault of the database means for people, or None for a fault of ours."""
    words = str(error.orig)
    place = url.database if url.get_backend_name() == "sqlite" else url.render_as_string()
    if any(sign in words for sign in _BUSY):
        return DatabaseBusyError(
            "The database is busy with another change.",
            why="Nothing was recorded.",
            next_step="Try again in a moment.",
        )
    if any(sign in words for sign in _BROKEN):
        return BrokenStateError(
            f"{place} is not a usable Handrail database.",
            why=words,
            next_step="Restore it from a backup, or set HANDRAIL_HOME to another folder.",
        )
    if any(sign in words for sign in _OTHER_VERSION) or _undefined(error):
        return BrokenStateError(
            f"{place} is not made ready for this version of Handrail.",
            next_step="Run `handrail init`, which changes nothing that is in it.",
        )
    if isinstance(error, OperationalError) and _out_of_reach(url, words):
        return DatabaseDownError(
            f"The database {place} cannot be used now.",
            why=f"Nothing was recorded. The system says: {words.splitlines()[0]}.",
            next_step="Check that it runs and has room; then try again.",
        )
    return None


_BUSY: Final = ("is locked", "is busy", "deadlock detected")
_BROKEN: Final = ("not a database", "malformed")
_OTHER_VERSION: Final = ("no such table", "no such column")
_OUT_OF_REACH: Final = ("unable to open", "readonly database", "is full", "disk I/O error")


def _undefined(error: DBAPIError) -> bool:
    return type(error.orig).__name__ in {"UndefinedTable", "UndefinedColumn"}  # psycopg's names


def _out_of_reach(url: sa.URL, words: str) -> bool:
    """Return whether it is the server or the disk; PostgreSQL's are about nothing else."""
    return url.get_backend_name() != "sqlite" or any(sign in words for sign in _OUT_OF_REACH)


def close(url: str) -> None:
    """Close every connection of this process to one database; what is in its log is in the file."""
    with _making:
        found = _engines.pop(url, None)
    if found is not None:
        found.dispose()


def dispose() -> None:
    """Close every pooled connection of this process, as tests and forked workers need."""
    with _making:
        for engine in _engines.values():
            engine.dispose()
        _engines.clear()
