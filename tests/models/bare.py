"""Databases whose own checks are switched off, so that a test can break what they keep whole."""

from __future__ import annotations

import sqlite3

import psycopg
import sqlalchemy as sa
from psycopg import sql

from models.database import engine_for


def lay_bare(url: str) -> None:
    """Take every trigger, constraint and index off a database; its rows stay as they are.

    Args:
        url: The database URL.
    """
    engine_for(url).dispose()
    if url.startswith("sqlite"):
        _bare_sqlite(str(sa.make_url(url).database))
    else:
        _bare_postgresql(url)


def _bare_sqlite(file: str) -> None:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA legacy_alter_table = ON")  # others keep naming the table renamed
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (name,) in tables:
        connection.execute(f'ALTER TABLE "{name}" RENAME TO kept')
        copy = f'CREATE TABLE "{name}" AS SELECT * FROM kept'  # noqa: S608 - our own tables' names
        connection.execute(copy)
        connection.execute("DROP TABLE kept")  # its constraints, indexes and triggers go with it
    connection.close()


def _bare_postgresql(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        constraints = connection.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint"
            " WHERE connamespace = 'public'::regnamespace AND contype IN ('f', 'c', 'u', 'p')"
            " ORDER BY contype = 'f' DESC"
        ).fetchall()
        for table, name in constraints:
            statement = sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}")
            connection.execute(statement.format(sql.SQL(table), sql.Identifier(name)))
        indexes = connection.execute(
            "SELECT indexname FROM pg_indexes WHERE schemaname = 'public'"
        ).fetchall()
        for (name,) in indexes:
            connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
        connection.execute("ALTER TABLE audit DISABLE TRIGGER USER")
