"""References: every row that points at another points at one that is there.

The database itself sees to that, except where a backup was restored, or rows were repaired, with
its checks switched off.
"""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import (
    Connection,
    ForeignKeyConstraint,
    Table,
    and_,
    exists,
    func,
    literal,
    not_,
    select,
)

import models.schema  # noqa: F401 - fills Base.metadata
from models.base import Base
from models.tables.cases import Case
from models.tables.contractors import Contractor, Lot
from models.tables.reference import Officer, Provider
from models.tables.schedules import Package
from models.tables.works import Invoice
from rules.identifiers import folded
from rules.payments.match import ENDED
from services.verification.checks import Check, Finding, Severity, broken


def _pointing_nowhere(table: Table, key: ForeignKeyConstraint) -> Check:
    target = key.referred_table.alias()
    pairs = [(part.parent, target.c[part.column.name]) for part in key.elements]
    found = exists().where(*(here == there for here, there in pairs))
    given = and_(*(here.is_not(None) for here, _ in pairs))
    columns = ", ".join(here.name for here, _ in pairs)
    return Check(
        select(literal(table.name).label("place"), func.count().label("rows"))
        .select_from(table)
        .where(given, not_(found))
        .having(func.count() > 0),
        f"{{rows}} rows of {table.name} name a {key.referred_table.name} that is not there "
        f"({columns}).",
    )


REFERENCES: Final = tuple(
    _pointing_nowhere(table, key)
    for table in Base.metadata.sorted_tables
    for key in sorted(table.foreign_key_constraints, key=lambda key: str(key.name))
)
"""One check for each foreign key of each table."""


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
