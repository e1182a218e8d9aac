"""What others than the officer say of a case's works: its client's view, an assessor's finding."""

from datetime import date
from typing import Final

from sqlalchemy import Connection

from models.asked import one
from models.base import AnyRow, rows_by
from models.tables.agreement import ClientView, Confirmation
from rules.agreement import View
from rules.completion import Confirmed

_CLIENT_VIEW: Final = rows_by(ClientView, "case_id").order_by(ClientView.number.desc()).limit(1)
_CONFIRMATION: Final = (
    rows_by(Confirmation, "case_id")
    .where(Confirmation.withdrawn_at.is_(None))
    .order_by(Confirmation.id.desc())
    .limit(1)
)

OF_CASE: Final = (_CLIENT_VIEW, _CONFIRMATION)
"""The questions of this module, by ``case_id``."""


def client_view(conn: Connection, *, case_id: int, since: date | None = None) -> View | None:
    """Return the client's own view of the works as it stands, or None while not asked.

    Args:
        since: When the works were said to be complete: what was said before and answered was said
            of works under way, and the client is asked anew.
    """
    row = one(conn, _CLIENT_VIEW, case_id=case_id)
    if row is None:
        return None
    view = View(row.agrees, row.said_on, row.answered_at is not None)
    return None if since and view.said_on < since and not view.holds else view


def confirmation_of(conn: Connection, *, case_id: int) -> AnyRow | None:
    """Return the confirmation that an assessor is asked for, given or not; None where none is."""
    return one(conn, _CONFIRMATION, case_id=case_id)


def confirmed(conn: Connection, *, case_id: int) -> Confirmed:
    """Return whether an assessor is asked to confirm the works, and what they found."""
    row = confirmation_of(conn, case_id=case_id)
    if row is None:
        return Confirmed.NOT_ASKED
    return {None: Confirmed.ASKED, True: Confirmed.MEETS, False: Confirmed.MISSING}[row.meets]
