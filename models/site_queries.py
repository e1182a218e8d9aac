"""What is recorded of works on site: more time, visits, and what was said from the home."""

from datetime import date
from typing import Final

from sqlalchemy import Connection

from models.asked import rows
from models.base import AnyRow, rows_by
from models.tables.record import Decision
from models.tables.site import Appointment, Extension
from rules.site import KINDS as ON_SITE_KINDS
from rules.site import OnSite, on_site

_EXTENSIONS: Final = rows_by(Extension, "case_id").order_by(Extension.number)
_APPOINTMENTS: Final = rows_by(Appointment, "case_id").order_by(Appointment.number)
_ON_SITE: Final = (
    rows_by(Decision, "case_id").where(Decision.kind.in_(ON_SITE_KINDS)).order_by(Decision.id)
)

OF_CASE: Final = (_EXTENSIONS, _ON_SITE, _APPOINTMENTS)
"""The questions of this module, by ``case_id``."""


def extensions_on(conn: Connection, *, case_id: int) -> list[AnyRow]:
    """Return every time that more time was allowed for the works of a case, in order."""
    return list(rows(conn, _EXTENSIONS, case_id=case_id))


def extended_to(conn: Connection, *, case_id: int) -> date | None:
    """Return the day up to which the twelve months of s.37(1) were extended, or None."""
    found = (row.limit_to for row in extensions_on(conn, case_id=case_id))
    return max(filter(None, found), default=None)


def appointments_on(conn: Connection, *, case_id: int) -> list[AnyRow]:
    """Return every visit that was agreed on a case, those cancelled as well, in order."""
    return list(rows(conn, _APPOINTMENTS, case_id=case_id))


def order_on_site(conn: Connection, *, order: AnyRow) -> OnSite:
    """Return how the works of an order go, as people said it."""
    return on_site(rows(conn, _ON_SITE, case_id=order.case_id), number=order.number)
