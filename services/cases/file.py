"""A case's file as it is shown: notes, access, contact details and how they changed."""

from typing import Any

from sqlalchemy import Connection

from models.base import AnyRow
from models.case_queries import case_row
from services.cases.contacts import contact_history, contacts_on
from services.cases.notes import notes_on


def file_of(conn: Connection, *, reference: str) -> dict[str, Any]:
    """Return what the file of a case holds.

    Returns:
        ``notes`` and ``access``: lists of ``Note``; ``contacts``: whose, then field to value;
        ``contact_history``: a list of ``Changed``, oldest first.

    Raises:
        UnknownReferenceError: There is no such case.
    """
    return file_on(conn, case=case_row(conn, reference=reference))


def file_on(conn: Connection, *, case: AnyRow) -> dict[str, Any]:
    """Return the same of a case that was read."""
    notes = notes_on(conn, case_id=case.id)
    return {
        "reference": case.reference,
        "notes": [note for note in notes if not note.of_access],
        "access": [note for note in notes if note.of_access],
        "contacts": contacts_on(conn, case=case),
        "contact_history": contact_history(conn, case_id=case.id),
    }
