"""Taking a case in hand: found however its reference is typed, and locked to be changed."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, select

from models import written
from models.asked import know_case
from models.base import can_be_stored
from models.case_queries import case_reference, no_case
from models.tables.cases import Case
from services.cases.case_steps import Look, look
from services.cases.in_hand import CaseInHand

_LOCK: Final = select(Case.id).where(Case.reference == bindparam("reference")).with_for_update()


def take(conn: Connection, *, reference: str, now: datetime, to_change: bool = True) -> CaseInHand:
    """Lock a case, however its reference is typed; without ``to_change`` nothing is locked.

    Raises:
        UnknownReferenceError: There is no such case.
    """
    if not can_be_stored(reference):
        raise no_case(reference)
    found = _look(conn, reference, to_change=to_change)
    if found is None:
        typed = case_reference(conn, typed=reference)
        found = _look(conn, typed, to_change=to_change)
    assert found is not None  # noqa: S101 - a case is never removed
    written.in_hand(conn, case_id=found.row.id)
    know_case(conn, found.row.id, found.row.reference, found.state)
    return CaseInHand(conn, found, now)


def _look(conn: Connection, reference: str, *, to_change: bool) -> Look | None:
    """Look at a case once it is locked: what was recorded while we waited for the lock is seen.

    On SQLite whoever changes anything has had the lock since the transaction began.
    """
    if to_change and conn.dialect.name != "sqlite":
        conn.execute(_LOCK, {"reference": reference})
    return look(conn, reference=reference)
