"""What is in is taken out in its own columns; imported again it changes nothing."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from adapters.spreadsheets import read
from adapters.workbooks import workbook
from desk.csv_output import write_lines
from models.database import reading, writing
from models.tables.cases import Case
from rules.imports import KINDS, Sheet, spec
from services.imports import ScheduleOptions
from services.imports.export import exported
from tests.services.imports.importing import bring, founded, service
from tests.small_service import PLANS, TERMS

SAMPLE = Path(__file__).parents[3] / "deployments" / "sample"
VERSION = ScheduleOptions("sample", date(2025, 4, 1))
ODD = "lot | contractor | percentage\nLOT4-BESPOKE | QUILBY | 0.5%"


def taken_out(url: str, kind: str, file: Path) -> Sheet:
    """Return a kind as it is after it was taken out to a file, and read from it."""
    header = tuple(column.name for column in spec(kind).columns)
    with reading(url) as conn:
        of_version = VERSION if kind == "schedule" else None
        rows = list(exported(conn, kind=kind, viewer=None, schedule=of_version))
    assert rows
    if file.suffix == ".xlsx":
        file.write_bytes(workbook({kind: [header, *rows]}))
    else:
        out = io.StringIO()
        write_lines(out, header, rows)
        file.write_text(out.getvalue(), encoding="utf-8")
    return read(file, kind=kind)


@pytest.fixture(name="filled")
def filled_url(sqlite_url: str) -> str:
    founded(sqlite_url)
    for kind in (one for one in KINDS if one not in PLANS):
        schedule = VERSION if kind == "schedule" else None
        bring(sqlite_url, kind, read(SAMPLE / f"{kind}.csv", kind=kind), schedule=schedule)
    bring(sqlite_url, "lot_contractors", ODD)
    for kind in PLANS:
        bring(sqlite_url, kind, TERMS[kind])
    return sqlite_url


def test_every_kind_taken_out_and_brought_back_changes_nothing(filled: str, tmp_path: Path) -> None:
    for kind in KINDS:
        for ending in ("csv", "xlsx"):
            sheet = taken_out(filled, kind, tmp_path / f"{kind}.{ending}")
            report = bring(
                filled, kind, sheet, schedule=VERSION if kind == "schedule" else None, dry_run=True
            )
            assert (kind, report.added, report.changed, report.removed) == (kind, 0, 0, 0)
            assert report.unchanged == len(sheet.rows)


def test_a_case_whose_client_is_erased_is_not_taken_out(sqlite_url: str) -> None:
    service(sqlite_url)
    with writing(sqlite_url) as conn:
        gone = sa.update(Case).where(Case.reference == "DFG-1")
        conn.execute(gone.values(client_name="erased", address="erased", postcode="", uprn=""))
        assert [row[0] for row in exported(conn, kind="cases", viewer=None)] == ["DFG-2"]
