"""Imports in measure: a full disk, a case with too many lines, a name the record keeps."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import event

from models.database import engine_for, writing
from rules.errors import DatabaseDownError
from rules.imports.case_checks import MOST_WORKS_LINES
from services.imports import run_import
from tests.factories import new_case
from tests.looking import contents
from tests.services.imports.importing import refused, said, sheet
from tests.small_service import MIA, NOW

HOUSE = Path(__file__).parents[3]
CASES = (
    "reference | authority | client_name | address | postcode | tenure | work_type | urgent"
    " | complexity | contact_on"
)
CASE = "RBC | Mrs Ashby | 14 Hill Road, Rugby | CV22 5AA | owner | grab_rails | no | simple"


def many_cases(number: int) -> str:
    rows = (f"DFG-{one} | {CASE} | 2026-04-01" for one in range(number))
    return "\n".join((CASES, *rows))


@pytest.mark.parametrize("name", ["service", "Service", "SERVICE"])
def test_no_case_shares_the_name_of_the_services_own_record(sqlite_service: str, name: str) -> None:
    problems = refused(sqlite_service, "cases", f"{CASES}\n{name} | {CASE} | 2026-04-01")
    wrong = "the record keeps under that name what concerns no single case"
    assert said(problems) == [(2, "reference", wrong)]


def test_a_case_has_works_in_measure(sqlite_service: str) -> None:
    reference = new_case(sqlite_service)
    lines = (f"{reference} | {one} | RAIL | 1" for one in range(1, MOST_WORKS_LINES + 3))
    text = "\n".join(("case | line | code | quantity", *lines))
    (problem,) = refused(sqlite_service, "works", text)
    assert (problem.row, problem.column) == (MOST_WORKS_LINES + 2, "case")
    assert problem.wrong == "the file has 502 works lines for this case"
    assert problem.right.startswith("At most 500 lines a case")


def test_an_import_on_a_disk_that_fills_says_so_and_changes_nothing(sqlite_service: str) -> None:
    before = contents(sqlite_service)
    engine = engine_for(sqlite_service)

    def full(dbapi_connection: object, *_: object) -> None:
        pages = dbapi_connection.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]  # the driver's own
        dbapi_connection.execute(f"PRAGMA max_page_count={pages + 2}")  # type: ignore[attr-defined]  # the driver's own

    engine.dispose()
    event.listen(engine, "connect", full)
    with pytest.raises(DatabaseDownError) as refusal, writing(sqlite_service) as conn:
        run_import(conn, kind="cases", sheet=sheet(many_cases(400)), now=NOW, actor=MIA)
    event.remove(engine, "connect", full)
    engine.dispose()
    assert "disk is full" in refusal.value.why
    assert contents(sqlite_service) == before


def test_the_command_says_in_words_that_the_disk_is_full(
    sqlite_service: str, tmp_path: Path
) -> None:
    file = tmp_path / "cases.csv"
    text = many_cases(400).replace("Road, Rugby", "Road").replace(" | ", ",")
    file.write_text(text, encoding="utf-8")
    before = contents(sqlite_service)
    room = 100_000  # bytes of any one file, such as the database's log
    limited = (
        "import resource, sys; "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room})); "
        "from desk.cli import app; app(sys.argv[1:])"
    )
    done = subprocess.run(
        [sys.executable, "-c", limited, "import", "cases", str(file), "--by", MIA],
        capture_output=True,
        text=True,
        check=False,
        cwd=HOUSE,
        env={**os.environ, "PYTHONPATH": str(HOUSE)},
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert "cannot be used now" in done.stderr
    assert "Check that it runs and has room" in done.stderr
    assert contents(sqlite_service) == before
