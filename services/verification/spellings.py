"""Identifiers that an earlier version took for two, and that differ in spelling alone."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, select

from models.tables.cases import Case
from models.tables.contractors import Contractor, Lot
from models.tables.reference import Officer, Provider
from models.tables.schedules import Package
from models.tables.works import Invoice
from rules.identifiers import folded
from rules.payments.match import ENDED
from services.verification.checks import Finding, Severity, broken

_HELD: Final = {
    "case": Case.reference,
    "contractor": Contractor.code,
    "lot": Lot.code,
    "officer": Officer.email,
    "package": Package.code,
    "provider": Provider.code,
}
_INVOICES: Final = (
    select(Invoice.contractor, Invoice.number, Invoice.status)
    .where(Invoice.status.not_in(ENDED))
    .order_by(Invoice.id)
)


def spelt_twice(conn: Connection) -> Iterator[Finding]:
    """Yield records that differ in case, blanks or dashes only; invoices paid so are an error."""
    for what, column in _HELD.items():
        first: dict[str, str] = {}
        for held in conn.execute(select(column).order_by(column)).scalars():
            other = first.setdefault(folded(held), held)
            if other != held:
                words = f"The {what} {held} differs from {other} in case, blanks or dashes only."
                yield Finding(Severity.WARNING, held, words)
    yield from _invoices(conn)


def _invoices(conn: Connection) -> Iterator[Finding]:
    seen: dict[tuple[str, str], tuple[str, str]] = {}
    for row in conn.execute(_INVOICES):
        key = (row.contractor, folded(row.number))
        number, status = seen.setdefault(key, (row.number, row.status))
        if number == row.number:
            continue
        words = f"Invoice {row.number} differs from {number} in case, blanks or dashes only"
        if status == row.status == "released":
            yield broken(row.contractor, f"{words}, and both are paid.")
        else:
            yield Finding(Severity.WARNING, row.contractor, f"{words}.")
