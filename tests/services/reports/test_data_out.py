"""Data for analysts: without names unless asked for, and on record that it left."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from adapters import clock
from models.data_views import VIEWS
from models.database import dispose, engine_for, reading, writing
from models.migrate import alembic_config, migrate
from models.people import actor_for
from models.tables.record import Audit
from rules.errors import (
    HandrailError,
    InvalidDecisionError,
    MissingReasonError,
    NotPermittedError,
    StorageError,
)
from services.reports.counting import count_what_grew
from services.reports.data_out import GIVEN, copy_out, let_role_read
from tests.factories import case_at
from tests.small_service import ADAM, MIA, TESS

WHAT_FOR = "the county's analysts"


def copied(
    url: str, file: Path, *, by: str = ADAM, people: bool = False, why: str = WHAT_FOR
) -> int:
    with writing(url) as conn:
        actor = actor_for(conn, identity=by)
        return copy_out(conn, file=file, by=actor, people=people, reason=why, now=clock.now())


def test_a_copy_has_no_name_and_no_address(url: str, tmp_path: Path) -> None:
    case_at(url, "aftercare")
    count_what_grew()
    with reading(url) as conn:
        case = conn.execute(sa.text("SELECT * FROM data_people")).one()

    copied(url, tmp_path / "without.db")
    copied(url, tmp_path / "with.db", people=True)

    for file, told in (("without.db", False), ("with.db", True)):
        data = (tmp_path / file).read_bytes()
        for value in (case.client_name, case.address, case.postcode):
            assert (value.encode() in data) is told, (file, value)
    with sqlite3.connect(tmp_path / "without.db") as made:
        (found,) = made.execute("SELECT approved_on, grant_pence FROM data_cases").fetchall()
        there = {row[0] for row in made.execute("SELECT name FROM sqlite_master")}
    with reading(url) as conn:
        held = conn.execute(sa.text("SELECT approved_on, grant_pence FROM data_cases")).one()
    assert found == (str(held.approved_on)[:10], held.grant_pence)
    assert there == {name for name, view in VIEWS.items() if not view.people}


def test_that_it_left_is_on_record(url: str, tmp_path: Path) -> None:
    copied(url, tmp_path / "one.db", people=True)

    with reading(url) as conn:
        row = conn.execute(sa.select(Audit.actor, Audit.detail).where(Audit.action == GIVEN)).one()
    assert row.actor == ADAM
    assert "data_people" in row.detail["views"]


@pytest.mark.parametrize(
    ("by", "people", "why", "error"),
    [
        (MIA, True, WHAT_FOR, NotPermittedError),
        (TESS, False, WHAT_FOR, NotPermittedError),
        (ADAM, False, "", MissingReasonError),
    ],
)
def test_whoever_may_not_gets_nothing(
    url: str, tmp_path: Path, by: str, people: bool, why: str, error: type[HandrailError]
) -> None:
    file = tmp_path / "none.db"

    with pytest.raises(error):
        copied(url, file, by=by, people=people, why=why)

    assert not file.exists()


def test_no_file_is_written_over(url: str, tmp_path: Path) -> None:
    file = tmp_path / "there.db"
    file.write_text("mine")

    with pytest.raises(StorageError, match="there already"):
        copied(url, file)

    assert file.read_text() == "mine"


def test_a_role_reads_the_views_and_nothing_behind_them(url: str) -> None:
    engine = engine_for(url)
    if engine.dialect.name != "postgresql":
        with writing(url) as conn, pytest.raises(InvalidDecisionError, match="no roles in SQLite"):
            let_role_read(
                conn, role="x", by=actor_for(conn, identity=ADAM), people=False,
                reason=WHAT_FOR, now=clock.now(),
            )  # fmt: skip
        return
    role = "handrail_test_analyst"
    with engine.begin() as conn:
        conn.execute(sa.text(f"DROP ROLE IF EXISTS {role}"))
        conn.execute(sa.text(f"CREATE ROLE {role}"))
    try:
        with writing(url) as conn:
            actor = actor_for(conn, identity=ADAM)
            let_role_read(conn, role=role, by=actor, people=False, reason=WHAT_FOR, now=clock.now())
        migrate(url)  # makes the views anew
        with engine.connect() as conn:
            conn.execute(sa.text(f"SET ROLE {role}"))
            assert conn.execute(sa.text("SELECT count(*) FROM data_cases")).scalar() == 0
        for behind in ("data_people", "case_facts", "officer"):
            with engine.connect() as conn:
                conn.execute(sa.text(f"SET ROLE {role}"))
                with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
                    conn.execute(sa.select(sa.func.count()).select_from(sa.table(behind)))
    finally:
        with engine.begin() as conn:
            conn.execute(sa.text(f"DROP OWNED BY {role}"))
            conn.execute(sa.text(f"DROP ROLE {role}"))


def test_an_earlier_version_and_back_has_them_again(url: str) -> None:
    command.downgrade(alembic_config(url), "0056")
    dispose()
    with engine_for(url).connect() as conn:
        assert not set(VIEWS) & set(sa.inspect(conn).get_view_names())
    migrate(url)

    with engine_for(url).connect() as conn:
        assert set(VIEWS) <= set(sa.inspect(conn).get_view_names())
