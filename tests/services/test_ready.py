"""Made ready: by one at a time, for this version and no other, and back again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from adapters.settings import settings
from models.database import VERSION_TABLE, close, engine_for, reading
from models.migrate import check_version
from models.tables.reference import ClosedDay
from rules.errors import BrokenStateError
from services.backups.restore import restore
from services.backups.take import take
from services.ready import check_ready, prepare
from tests.desk.web.desk import Desk
from tests.looking import contents, rows
from tests.small_service import NOW

AT_ONCE = 3


@pytest.fixture
def empty(database_url: str) -> str:
    """Give an empty database of each kind."""
    make_empty(database_url)
    return database_url


def make_empty(url: str) -> None:
    if url.startswith("sqlite"):
        close(url)
        Path(str(sa.make_url(url).database)).unlink()
        return
    with engine_for(url).begin() as conn:
        conn.exec_driver_sql("DROP SCHEMA public CASCADE")
        conn.exec_driver_sql("CREATE SCHEMA public")
    close(url)


def test_several_that_make_one_database_ready_at_once_all_end_well(empty: str) -> None:
    command = [sys.executable, "-m", "desk.cli", "init"]
    environment = {**os.environ, "HANDRAIL_DATABASE_URL": empty}
    started = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for _ in range(AT_ONCE)
    ]
    said = [one.communicate(timeout=240)[0].decode() for one in started]
    assert [one.returncode for one in started] == [0] * AT_ONCE, said
    days = [(row["authority"], row["day"]) for row in rows(empty, ClosedDay)]
    assert len(days) == len(set(days)) > 200
    check_ready()


def at_version(url: str, version: str) -> None:
    with engine_for(url).begin() as conn:
        held = sa.table(VERSION_TABLE, sa.column("version_num"))
        conn.execute(sa.update(held).values(version_num=version))


def test_an_empty_database_is_not_ready_and_says_what_to_do(empty: str) -> None:
    with reading(empty) as conn, pytest.raises(BrokenStateError, match=r"not made ready yet.*init"):
        check_version(conn)


@pytest.mark.parametrize(
    ("version", "said"),
    [("0060", "at version 0060; this Handrail works.*handrail init"), ("9999", "Update Handrail")],
)
def test_a_database_of_another_version_is_ready_for_nobody(
    url: str, version: str, said: str
) -> None:
    assert Desk().get("/health/ready").text == "ok"
    at_version(url, version)
    with pytest.raises(BrokenStateError, match=said):
        check_ready()
    desk = Desk()
    assert (desk.get("/health/ready").status_code, desk.get("/health/ready").text) == (503, "no")
    assert (desk.get("/health/live").status_code, desk.get("/health/live").text) == (200, "ok")


def test_the_way_back_from_an_update_is_the_back_up_made_before_it(
    url: str, tmp_path: Path
) -> None:
    before = contents(url)
    kept, home = tmp_path / "kept", settings().resolved_home
    take(url=url, home=home, to=kept, now=NOW)
    at_version(url, "9999")
    with pytest.raises(BrokenStateError, match="another version"):
        prepare(url)
    if not url.startswith("sqlite"):
        make_empty(url)
    close(url)  # as everybody does who is stopped for it
    restore(source=kept, url=url, home=home, set_aside=True, now=NOW)
    check_ready()
    assert contents(url) == before
