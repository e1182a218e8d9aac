"""What is typed at the desk of a case: the case itself, its works lines, its package.

It is checked exactly as an imported file is, whether a command or a page was typed into, and every
problem is told at once.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from models.base import AnyRow
from models.case_queries import works_lines
from rules.clocks.dates import london_date
from rules.errors import InvalidDecisionError, InvalidWorksError, UnknownReferenceError
from rules.people import Actor, check_may_enter
from rules.pricing.package_works import Alterations
from services.imports.job import ImportReport
from services.imports.run import run_import
from services.imports.typed import typed
from services.rates.package_works import keep_package, lines_from_package


def open_case(
    conn: Connection, *, given: Mapping[str, object], actor: Actor, now: datetime
) -> None:
    """Open a new case.

    Args:
        given: Its columns as ``handrail import cases`` names them, as they were typed.

    Raises:
        ImportProblemsError: Something typed cannot stand; all of it is listed.
        InvalidDecisionError: There is a case of that reference.
        NotPermittedError: The role may not enter cases, or the authority is not theirs.
    """
    authority = str(given["authority"])
    report = _enter(conn, kind="cases", records=[given], actor=actor, authority=authority, now=now)
    if not report.added:
        raise InvalidDecisionError(
            f"There is a case {str(given['reference']).strip()} already.",
            why="Nothing was changed.",
            next_step="Choose another reference; `handrail import cases FILE` corrects a case.",
        )


def enter_line(
    conn: Connection,
    *,
    case: AnyRow,
    number: int,
    given: Mapping[str, object],
    actor: Actor,
    now: datetime,
) -> None:
    """Add one works line to a case, or change it, until the works are specified.

    Args:
        number: The line's number.
        given: The other columns of ``handrail import works``, as they were typed.

    Raises:
        ImportProblemsError: Something typed cannot stand; all of it is listed.
        NotPermittedError: The role may not enter works, or the authority is not theirs.
    """
    others = [row for row in lines_held(conn, case) if row["line"] != number]
    records = [*others, {"case": case.reference, "line": number, **given}]
    _enter(conn, kind="works", records=records, actor=actor, authority=case.authority, now=now)


def add_line(
    conn: Connection, *, case: AnyRow, given: Mapping[str, object], actor: Actor, now: datetime
) -> int:
    """Add one works line under the next number, and return that; as ``enter_line`` otherwise."""
    number = max((row.line for row in works_lines(conn, case_id=case.id)), default=0) + 1
    enter_line(conn, case=case, number=number, given=given, actor=actor, now=now)
    return number


def remove_line(
    conn: Connection, *, case: AnyRow, number: int, actor: Actor, now: datetime
) -> None:
    """Remove one works line of a case, until the works are specified.

    Raises:
        UnknownReferenceError: There is no such line.
        InvalidWorksError: It is the only one.
        ImportProblemsError: The works are specified.
        NotPermittedError: The role may not enter works, or the authority is not theirs.
    """
    held = lines_held(conn, case)
    others = [row for row in held if row["line"] != number]
    if len(others) == len(held):
        raise UnknownReferenceError(
            f"{case.reference} has no line {number}.", next_step="Somebody may have removed it."
        )
    if not others:
        raise InvalidWorksError(
            f"Line {number} is the only line of {case.reference}.",
            why="Nothing was changed.",
            next_step="Add what is to be done instead first, or change this line.",
        )
    _enter(conn, kind="works", records=others, actor=actor, authority=case.authority, now=now)


def enter_package(
    conn: Connection,
    *,
    case: AnyRow,
    package: str,
    altered: Alterations,
    location: str,
    replace: bool,
    actor: Actor,
    now: datetime,
) -> tuple[list[dict[str, object]], bool]:
    """Make a case's works lines from a package, until the works are specified.

    Args:
        altered: How the case differs from the basket.
        location: Where in the home; if empty, a line keeps its place.
        replace: Whether lines that the package does not make may be lost.

    Returns:
        The lines, and whether anything is other now.

    Raises:
        UnknownReferenceError: There is no such package.
        InvalidWorksError: The works cannot be made so; every problem is listed.
        StepNotOpenError: The works are specified already.
        NotPermittedError: The role may not enter works, or the authority is not theirs.
    """
    records = lines_from_package(
        conn,
        case=case,
        package=package,
        altered=altered,
        location=location,
        on=london_date(now),
        replace=replace,
    )
    report = _enter(
        conn, kind="works", records=records, actor=actor, authority=case.authority, now=now
    )
    changed = keep_package(
        conn,
        reference=case.reference,
        package=package,
        altered=altered,
        changed=bool(report.added or report.changed or report.removed),
        actor=actor.identity,
        now=now,
    )
    return records, changed


def _enter(
    conn: Connection,
    *,
    kind: str,
    records: Sequence[Mapping[str, object]],
    actor: Actor,
    authority: str,
    now: datetime,
) -> ImportReport:
    """Bring in what was typed, in the name of somebody who may, checked as an import is."""
    report = run_import(
        conn, kind=kind, sheet=typed(kind=kind, records=records), now=now, actor=actor.identity
    )
    check_may_enter(actor=actor, authority=authority)  # last, so that all problems are told at once
    return report


def lines_held(conn: Connection, case: AnyRow) -> list[dict[str, Any]]:
    """Return the works lines of a case as they would be typed."""
    return [
        {
            "case": case.reference,
            "line": row.line,
            "code": row.code,
            "quantity": _digits(row.quantity),
            "description": row.description,
            "unit": row.unit,
            "location": row.location,
            "certificates": ";".join(row.certificates),
            "no_certificates_because": row.no_certificates_because,
        }
        for row in works_lines(conn, case_id=case.id)
    ]


def _digits(number: Decimal) -> str:
    return f"{number:f}"
