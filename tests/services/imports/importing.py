"""Helpers for tests of imports: sheets written in place, and a service that works can rest on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

import sqlalchemy as sa

from models.base import Base
from models.database import reading, writing
from models.tables import cases, prices, works
from models.tables.reference import Officer
from rules.errors import ImportProblemsError, Problem
from rules.imports import Cell, RawRow, Sheet
from rules.imports.choices import ACCEPTS, Choices
from services.imports import ImportReport, ScheduleOptions, first_administrator, run_import

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
ACTOR = "adam@rbc.example"  # the small service's administrator
ALL_MEANT = Choices(accepted=frozenset(ACCEPTS))
VERSION = ScheduleOptions("BASE", date(2026, 4, 1))


def sheet(text: str, *, file: str = "file.csv") -> Sheet:
    """Return a sheet from lines of cells separated by ``|``; the first line is the header."""
    lines = [tuple(cell.strip() for cell in line.split("|")) for line in text.strip().splitlines()]
    rows = tuple(RawRow(number, cells) for number, cells in enumerate(lines[1:], start=2))
    return sheet_of(lines[0], rows, file=file)


def sheet_of(header: Sequence[Cell], rows: Sequence[RawRow], *, file: str = "file.csv") -> Sheet:
    """Return a sheet; its SHA-256 stands for its content."""
    digest = hashlib.sha256(repr((header, rows)).encode("utf-8", "surrogatepass")).hexdigest()
    return Sheet(file, None, digest, tuple(header), tuple(rows))


def founded(url: str, by: str = ACTOR) -> None:
    """Make the administrator who imports, unless somebody else was the first."""
    with writing(url) as conn:
        if conn.execute(sa.select(Officer.email)).first() is None:
            first_administrator(conn, email=by, name="Adam Admin", now=NOW)


def bring(
    url: str,
    kind: str,
    content: str | Sheet,
    *,
    schedule: ScheduleOptions | None = None,
    dry_run: bool = False,
    now: datetime = NOW,
    said: Choices = ALL_MEANT,
) -> ImportReport:
    """Import what is meant, in a transaction of its own that is committed even after a dry run."""
    read = sheet(content) if isinstance(content, str) else content
    if kind == "schedule" and schedule is None:
        schedule = VERSION
    founded(url)
    with writing(url) as conn:
        return run_import(
            conn,
            kind=kind,
            sheet=read,
            now=now,
            actor=ACTOR,
            schedule=schedule,
            dry_run=dry_run,
            said=said,
        )


def refused(url: str, kind: str, content: str | Sheet, **options: Any) -> tuple[Problem, ...]:
    """Import what must be refused, committing whatever was done; return the problems."""
    founded(url)
    before = contents(url)
    read = sheet(content) if isinstance(content, str) else content
    if kind == "schedule":
        options.setdefault("schedule", VERSION)
    options = {"schedule": None, "dry_run": False, "now": NOW, **options}
    problems: tuple[Problem, ...] = ()
    with writing(url) as conn:
        try:
            run_import(conn, kind=kind, sheet=read, actor=ACTOR, **options)
        except ImportProblemsError as error:
            problems = error.problems
    assert problems, "it was not refused"
    assert contents(url) == before, "a refused import changed something"
    return problems


def said(problems: Sequence[Problem]) -> list[tuple[int | None, str | None, str]]:
    """Return where each problem is and what is wrong."""
    return [(problem.row, problem.column, problem.wrong) for problem in problems]


def contents(url: str) -> dict[str, list[Any]]:
    """Return every row of every table."""
    with reading(url) as conn:
        filled = conn.execute(_which_hold_any()).one()._asdict()
        return {
            name: [tuple(row) for row in conn.execute(query)] if filled[name] else []
            for name, query in _everything().items()
        }


@cache
def _which_hold_any() -> sa.Select[*tuple[Any, ...]]:
    """Return the query for which tables hold a row: most hold none, and need not be asked."""
    return sa.select(
        *(
            sa.exists(sa.select(1).select_from(table)).label(table.name)
            for table in Base.metadata.sorted_tables
        )
    )


@cache
def _everything() -> dict[str, sa.Select[*tuple[Any, ...]]]:
    """Return the query for each table; building one takes longer than executing it."""
    tables = Base.metadata.sorted_tables
    return {table.name: sa.select(table).order_by(*table.primary_key) for table in tables}


def rows(url: str, model: Any) -> list[dict[str, Any]]:
    """Return the rows of a model's table, in order of its primary key."""
    table = model.__table__
    with reading(url) as conn:
        found = conn.execute(sa.select(table).order_by(*table.primary_key)).mappings()
        return [dict(row) for row in found]


def service(url: str) -> None:
    """Bring in an authority, an officer, a schedule, a contractor, a provider and one case."""
    bring(url, "authorities", "authority | name\nWDC | Warwick\nRBC | Rugby")
    bring(url, "officers", "email | name | role\no@wdc.example | Officer | technical_officer")
    bring(url, "schedule", SCHEDULE)
    bring(url, "contractors", CONTRACTORS)
    bring(url, "providers", "provider | name\nOAK | Oak Homes")
    bring(url, "cases", CASES)


SCHEDULE = """
code | short_description | unit | rate   | trade    | vat_reliefs
A1   | Grab rail         | each | 25.50  | joinery  | mobility_aid_60plus
A2   | Tray              | each | 310    | plumbing | disabled_adaptation
A3   | Tiling            | m2   | 41.125 | tiling   |
"""
CONTRACTORS = """
contractor | name      | email         | trades           | authorities
QB         | Quilby    | q@qb.example  | joinery;plumbing | WDC;RBC
HR         | Hedgerow  | h@hr.example  | tiling           | WDC
"""
CASES = """
reference|authority|clientname|address|postcode|tenure|landlord|worktype|urgent|complexity|contacton
DFG-1|WDC|Mrs A|1 The Road|CV34 4LX|owner||shower|no|simple|2026-01-05
DFG-2|RBC|Mr B|2 The Road|CV21 3LW|rp_tenant|OAK|rails|yes|simple|2026-02-09
"""
WORKS = """
case  | line | code | quantity | description | unit | location
DFG-1 | 1    | A1   | 2        |             |      | Hall
DFG-1 | 2    |      | 1        | Move a door | item |
DFG-2 | 1    | A3   | 4.5      |             | m2   | Bathroom
"""


def specify(url: str, *, reference: str) -> None:
    """Say that a case's works are specified, as the decision does."""
    with writing(url) as conn:
        conn.execute(
            sa.insert(cases.CaseStep),
            {
                "case_id": case_id(conn, reference),
                "step": "specify",
                "revision": 1,
                "current": True,
                "status": "done",
                "owner": "technical officer",
                "opened_at": NOW,
                "closed_at": NOW,
            },
        )


def price(url: str, *, reference: str, code: str, at: datetime) -> None:
    """Keep a price of one line, as pricing does."""
    with writing(url) as conn:
        kept = conn.execute(
            sa.insert(prices.Price).returning(prices.Price.id),
            {
                "case_id": case_id(conn, reference),
                "kind": "estimate",
                "version": 1,
                "basis": {},
                "net_pence": 100,
                "vat_pence": 20,
                "total_pence": 120,
                "priced_at": at,
            },
        ).scalar_one()
        conn.execute(
            sa.insert(prices.PriceLine),
            {
                "price_id": kept,
                "line": 1,
                "code": code,
                "description": "",
                "location": "",
                "quantity": Decimal(1),
                "unit": "each",
                "rate": Decimal(1),
                "net_pence": 100,
                "vat_rate": Decimal("0.2"),
                "vat_pence": 20,
                "vat_reason": "",
                "calculation": "",
                "trade": "",
                "certificates": (),
            },
        )


def decide_grant(url: str, *, reference: str) -> None:
    """Record the s.34 decision of a case."""
    with writing(url) as conn:
        conn.execute(
            sa.insert(works.Approval),
            {
                "case_id": case_id(conn, reference),
                "step_revision": 1,
                "outcome": "approved",
                "works_pence": 100,
                "fees_pence": 0,
                "contribution_pence": 0,
                "maximum_pence": 3_000_000,
                "grant_pence": 100,
                "decided_on": NOW.date(),
                "decided_by": "o@wdc.example",
                "reason": "necessary and appropriate",
            },
        )


def case_id(conn: sa.Connection, reference: str) -> int:
    """Return a case's row id."""
    query = sa.select(cases.Case.id).where(cases.Case.reference == reference)
    return int(conn.execute(query).scalar_one())
