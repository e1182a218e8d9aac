"""What the tests stand on: fresh databases, and a server that never outlives the run."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

import models.schema  # noqa: F401 - fills Base.metadata
from adapters.settings import settings
from models.base import Base
from models.database import VERSION_TABLE, reading, writing
from tests import postgres
from tests.databases import fresh_database
from tests.ground import VARIABLE

STOPPED_WITHIN = 20.0  # seconds
A_RUN = """
import sys, time
from tests.ground import test_ground
from tests.postgres import start
with test_ground() as ground:
    print(ground, start(ground), flush=True)
    time.sleep(600)
"""


def test_this_process_uses_the_database_it_was_given(database_url: str, tmp_path: Path) -> None:
    assert settings().resolved_database_url == database_url
    assert settings().resolved_home == tmp_path


def test_two_databases_know_nothing_of_each_other(
    database_kind: str, ground: Path, tmp_path: Path
) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
    with (
        fresh_database(kind=database_kind, ground=ground, folder=folders[0]) as one,
        fresh_database(kind=database_kind, ground=ground, folder=folders[1]) as two,
    ):
        with writing(one) as connection:
            connection.execute(sa.text("CREATE TABLE mark (n integer)"))
        with reading(two) as connection:
            names = sa.inspect(connection).get_table_names()
    assert "mark" not in names
    assert "audit" in names


def test_the_migrations_make_the_tables_that_the_models_describe(database_url: str) -> None:
    with reading(database_url) as connection:
        opts = {"compare_type": True, "version_table": VERSION_TABLE}
        compared = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(compared, Base.metadata) == []
        held = set(sa.inspect(connection).get_table_names())
    assert held == {*Base.metadata.tables, VERSION_TABLE}


@pytest.mark.postgresql
def test_the_server_stops_when_the_run_is_killed() -> None:
    if postgres.binaries() is None or "postgresql" not in postgres.kinds():
        pytest.skip(f"no server of our own in this run: {postgres.described()}")
    environment = {name: value for name, value in os.environ.items() if name != VARIABLE}
    with subprocess.Popen(
        [sys.executable, "-c", A_RUN],
        cwd=Path(__file__).parent.parent,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stdout is not None
        ground, url = run.stdout.readline().split()
        port = urlsplit(url).port or 0
        answered = _answers(port)
        run.send_signal(signal.SIGKILL)
    until = time.monotonic() + STOPPED_WITHIN
    while (_answers(port) or Path(ground).exists()) and time.monotonic() < until:
        time.sleep(0.05)
    assert answered
    assert not _answers(port)
    assert not Path(ground).exists()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
