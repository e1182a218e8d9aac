"""The documents of a case that a form offers by name: received, handed in, to be pointed at."""

from datetime import date
from typing import TypeAlias

from sqlalchemy import Connection

from models.base import AnyRow
from models.case_queries import live_order
from models.findings import handed_on, shown_words
from rules.decisions import BaseDecision
from rules.decisions.fields import fields_of
from services.documents.received import received_on

Choice: TypeAlias = tuple[str, str]
"""What is typed, and what a person knows it by."""


def pointed(conn: Connection, *, case: AnyRow, kind: type[BaseDecision]) -> tuple[Choice, ...]:
    """Return the documents received that a kind of decision may point at: ``doc:3``, and its name.

    None, where nothing that it asks for is shown by a document.
    """
    if not any(field.shows for field in fields_of(kind)):
        return ()
    held = documents_received(conn, case, date.min)
    return tuple((f"doc:{number}", f"{number}: {words}") for number, words in held)


def handed_in(conn: Connection, case: AnyRow, _: date) -> list[Choice]:
    """Return what was handed in of the order out, and counts."""
    order = live_order(conn, case_id=case.id)
    held: dict[int, list[str]] = {}
    for row in handed_on(conn, order_id=order.id) if order is not None else ():
        held.setdefault(row.document, []).append(shown_words(row))
    return [(str(n), f"Document {n}: {'; '.join(shows)}") for n, shows in sorted(held.items())]


def documents_received(conn: Connection, case: AnyRow, _: date) -> list[Choice]:
    """Return the documents received that were not withdrawn, by number."""
    held = [one for one in received_on(conn, case_id=case.id) if not one.withdrawn]
    return [(str(one.number), f"{one.name}, {one.kind.replace('_', ' ')}") for one in held]
