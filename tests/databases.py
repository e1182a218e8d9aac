"""A fresh, migrated database for each test: a copied file on SQLite, a copied template elsewhere.

Migrating takes about a second and copying some milliseconds, so what a test starts from is made
once a run for each kind of database: nothing but the bank holidays, or a stock of its own.
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from models.database import close
from services.ready import prepare
from tests import postgres
from tests.ground import made_once

POSTGRESQL_TEMPLATE = "-postgresql"
FIRST_WITH_STRATEGY = 150_000  # as PostgreSQL numbers itself
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Stock:
    """What a database holds when a test gets it.

    Args:
        name: What it is called in the shared folder, in small letters.
        fill: Puts it into a database at the newest migration, given its URL.
    """

    name: str
    fill: Callable[[str], None]


NOTHING = Stock("template", lambda _url: None)


@contextmanager
def fresh_database(
    *, kind: str, ground: Path, folder: Path, stock: Stock = NOTHING
) -> Iterator[str]:
    """Make a database at the newest migration, and remove it afterwards.

    Args:
        kind: ``sqlite`` or ``postgresql``.
        ground: The folder that the test run shares.
        folder: Where an SQLite file goes.
        stock: What it holds.

    Yields:
        The database's URL.

    Raises:
        PostgresMissingError: This machine has no PostgreSQL that the tests may use.
    """
    make = fresh_sqlite if kind == "sqlite" else fresh_postgresql
    with make(ground=ground, folder=folder, stock=stock) as url:
        yield url


@contextmanager
def fresh_sqlite(*, ground: Path, folder: Path, stock: Stock = NOTHING) -> Iterator[str]:
    """Copy the migrated SQLite file.

    Args:
        ground: The folder that the test run shares.
        folder: Where the copy goes; whoever owns it removes it.
        stock: What it holds.

    Yields:
        The copy's URL.
    """

    def make() -> str:
        file = ground / f"{stock.name}.db"
        _prepare(f"sqlite:///{file}", stock)
        return str(file)

    template = made_once(ground=ground, name=f"{stock.name}-sqlite", make=make)
    copy = folder / "handrail.db"
    shutil.copyfile(template, copy)
    try:
        yield f"sqlite:///{copy}"
    finally:
        close(f"sqlite:///{copy}")


@contextmanager
def fresh_postgresql(*, ground: Path, folder: Path, stock: Stock = NOTHING) -> Iterator[str]:
    """Copy the migrated PostgreSQL database.

    Args:
        ground: The folder that the test run shares.
        folder: Not used; PostgreSQL keeps its own files.
        stock: What it holds.

    Yields:
        The copy's URL.
    """
    server = _server(ground)
    template = made_once(
        ground=ground,
        name=f"{stock.name}{POSTGRESQL_TEMPLATE}",
        make=lambda: _template(server, ground, stock),
    )
    name = f"{template}_{os.getpid()}_{next(_numbers)}"
    copy = f"CREATE DATABASE {{}} TEMPLATE {{}}{_strategy(server)}"
    _administer(server, copy, sql.Identifier(name), sql.Identifier(template))
    try:
        yield _within(server, name)
    finally:
        close(_within(server, name))
        _administer(server, "DROP DATABASE {} WITH (FORCE)", sql.Identifier(name))


@cache
def _strategy(server: str) -> str:
    """Return how a server is to copy: file by file takes two thirds of the time, from 15 on."""
    with psycopg.connect(server) as conn:
        return " STRATEGY FILE_COPY" if conn.info.server_version >= FIRST_WITH_STRATEGY else ""


def remove_templates(ground: Path) -> None:
    """Take our templates off a server that is not ours to stop.

    Args:
        ground: The folder that the test run shares.
    """
    own = os.environ.get(postgres.OWN_SERVER)
    for answer in ground.glob(f"*{POSTGRESQL_TEMPLATE}") if own else ():
        name = sql.Identifier(answer.read_text(encoding="utf-8"))
        _administer(str(own), "DROP DATABASE {} WITH (FORCE)", name)


def _server(ground: Path) -> str:
    own = os.environ.get(postgres.OWN_SERVER)
    if own:
        return own
    return made_once(ground=ground, name="server", make=lambda: postgres.start(ground))


def _template(server: str, ground: Path, stock: Stock) -> str:
    name = f"{ground.name.replace('-', '_').lower()}_{stock.name}"
    _administer(server, "CREATE DATABASE {}", sql.Identifier(name))
    _prepare(_within(server, name), stock)
    # Nobody may connect to it from here on: a connected template cannot be copied.
    _administer(server, "ALTER DATABASE {} ALLOW_CONNECTIONS false", sql.Identifier(name))
    return name


def _prepare(url: str, stock: Stock) -> None:
    prepare(url)  # migrated, and with the bank holidays that every due date needs
    stock.fill(url)
    close(url)  # also moves what SQLite's log holds into the file that is copied


def _within(server: str, database: str) -> str:
    return urlunsplit(urlsplit(server)._replace(path=f"/{database}"))


def _administer(server: str, statement: str, *names: sql.Identifier) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*names))
