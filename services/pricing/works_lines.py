"""The works lines of a case as they are entered, and whether somebody may change them."""

from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection

from models.base import AnyRow
from models.case_queries import works_lines
from rules.clocks.dates import london_date
from rules.errors import NotPermittedError
from rules.pathway import OVER, StepName
from rules.people import Actor, check_may_enter
from services.cases.take import take
from services.cases.visible import visible_case
from services.rates.items import in_force


@dataclass(frozen=True, slots=True)
class WorksView:
    """The works of a case to somebody.

    Args:
        lines: Each line as plain values, with ``was``: how it stands, to notice a change.
        why_not: Why they may not change the lines now; empty where they may.
    """

    case: AnyRow
    lines: tuple[dict[str, Any], ...]
    why_not: str


def works_view(conn: Connection, *, reference: str, viewer: Actor, now: datetime) -> WorksView:
    """Return the works lines of a case to somebody who may look at it.

    Raises:
        UnknownReferenceError: There is no such case, or it is not theirs to see.
    """
    case = visible_case(conn, reference=reference, viewer=viewer)
    hand = take(conn, reference=case.reference, now=now, to_change=False)
    why = _not_theirs(case, viewer)
    if not why and hand.status_is_exit():
        why = f"Case {case.reference} has ended, and its record is closed."
    elif not why and hand.step_status(StepName.SPECIFY) in OVER:
        why = "The works are specified, and prices, consents and orders rest on these lines."
    held = works_lines(conn, case_id=case.id)
    return WorksView(case, lines_shown(conn, held, on=london_date(now)), why)


def lines_shown(conn: Connection, held: list[AnyRow], *, on: date) -> tuple[dict[str, Any], ...]:
    """Return works lines as plain values, each with the words and the unit of its item."""
    items = in_force(conn, codes={row.code for row in held if row.code}, on=on).items
    return tuple(_shown(row, items.get(row.code)) for row in held)


def _shown(row: AnyRow, item: AnyRow | None) -> dict[str, Any]:
    return {
        "line": row.line,
        "code": row.code,
        "description": row.description or (item.short_description if item else ""),
        "own_description": row.description,
        "quantity": row.quantity,
        "unit": row.unit or (item.unit if item else ""),
        "location": row.location,
        "certificates": item.certificates if item else row.certificates,
        "no_certificates_because": row.no_certificates_because,
        "preventive_because": row.preventive_because,
        "was": mark_of(row),
    }


def mark_of(row: AnyRow) -> str:
    """Return a mark of how a line stands, which is another one once anything of it is changed."""
    held = (row.code, f"{row.quantity:f}", row.description, row.unit, row.location)
    said = (*held, *row.certificates, row.no_certificates_because)
    return sha256(repr(said).encode()).hexdigest()[:16]


def _not_theirs(case: AnyRow, viewer: Actor) -> str:
    try:
        check_may_enter(actor=viewer, authority=case.authority)
    except NotPermittedError as error:
        return " ".join(filter(None, (error.what, error.next_step)))
    return ""
