"""The lot that covers some works: its contractors as they stand, and their prices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from models.asked import reference_rows
from models.base import AnyRow, rows_by
from models.remembered import shared
from models.tables import contractors as tables
from models.tables.contractors import (
    ContractorAbsence,
    ContractorConflict,
    ContractorDocument,
    Lot,
    LotContractor,
    PackagePrice,
    RequiredDocument,
)
from rules.plain import made_of
from rules.tenders.conflicts import Conflict
from rules.tenders.eligibility import Absence, Contractor, Document
from rules.tenders.required import Asked, Asks
from services.tenders.capacity import OnHand, on_hand

_IN_FORCE: Final = (
    select(*Lot.__table__.c)
    .where(Lot.valid_from <= bindparam("on"), Lot.valid_to >= bindparam("on"))
    .order_by(Lot.code)
)
_MEMBERS: Final = (
    select(*tables.Contractor.__table__.c, LotContractor.rank, LotContractor.percentage)
    .join(LotContractor, LotContractor.contractor == tables.Contractor.code)
    .where(LotContractor.lot == bindparam("lot"))
    .order_by(tables.Contractor.code)
)
_CONTRACTORS: Final = (
    select(*tables.Contractor.__table__.c)
    .where(tables.Contractor.code.in_(bindparam("contractors", expanding=True)))
    .order_by(tables.Contractor.code)
)
_HANGS: Final = {
    held: select(*held.__table__.c)
    .where(held.contractor.in_(bindparam("contractors", expanding=True)))
    .order_by(held.contractor, held.id)
    for held in (ContractorDocument, ContractorAbsence, ContractorConflict)
}
_ASKED: Final = select(*RequiredDocument.__table__.c).order_by(RequiredDocument.id)
_PACKAGE_PRICES: Final = rows_by(PackagePrice, "lot")


@dataclass(frozen=True, slots=True)
class Member:
    """A contractor of a lot: what decides its eligibility, its rank and its percentage.

    Args:
        asks: The documents that the authorities ask of every contractor.
    """

    contractor: Contractor
    rank: int | None
    percentage: Decimal
    asks: Asks


def lot_for(conn: Connection, *, work_type: str, authority: str, on: date) -> AnyRow | None:
    """Return the lot in force for a work type and authority on a day; the first by code."""
    return next(iter(lots_for(conn, work_type=work_type, authority=authority, on=on)), None)


@shared
def lots_for(conn: Connection, *, work_type: str, authority: str, on: date) -> list[AnyRow]:
    """Return every lot in force for a work type and authority on a day, by code."""
    rows = reference_rows(conn, _IN_FORCE, on=on)
    return [row for row in rows if work_type in row.work_types and authority in row.authorities]


@shared
def members(conn: Connection, *, lot: str) -> list[Member]:
    """Return a lot's contractors as they stand, by code."""
    rows = reference_rows(conn, _MEMBERS, lot=lot)
    asks, held = asked(conn), on_hand(conn, contractors=tuple(row.code for row in rows))
    return [
        made_of(Member, row, contractor=contractor, asks=asks)
        for row, contractor in zip(rows, _as_they_stand(conn, rows, held), strict=True)
    ]


def contractors(conn: Connection, *, codes: Sequence[str]) -> dict[str, Contractor]:
    """Return contractors as they stand, by code, whatever they have on hand."""
    rows = reference_rows(conn, _CONTRACTORS, contractors=tuple(sorted(codes)))
    return {one.code: one for one in _as_they_stand(conn, rows, {})}


@shared
def asked(conn: Connection) -> Asks:
    """Return the documents that the authorities ask of contractors."""
    return Asks(tuple(made_of(Asked, row) for row in reference_rows(conn, _ASKED)))


def _as_they_stand(
    conn: Connection, rows: Sequence[AnyRow], held: Mapping[str, OnHand]
) -> list[Contractor]:
    codes = tuple(row.code for row in rows)
    documents = _hanging(conn, ContractorDocument, codes)
    absences = _hanging(conn, ContractorAbsence, codes)
    conflicts = _hanging(conn, ContractorConflict, codes)
    return [
        made_of(
            Contractor,
            row,
            trades=frozenset(row.trades),
            authorities=frozenset(row.authorities),
            documents=tuple(made_of(Document, one) for one in documents.get(row.code, ())),
            absences=tuple(
                made_of(Absence, one) for one in absences.get(row.code, ()) if not one.withdrawn
            ),
            conflicts=tuple(made_of(Conflict, one) for one in conflicts.get(row.code, ())),
            open_orders=held.get(row.code, OnHand(0, 0)).orders,
            open_value_pence=held.get(row.code, OnHand(0, 0)).net_pence,
        )
        for row in rows
    ]


def _hanging(conn: Connection, held: Any, codes: tuple[str, ...]) -> dict[str, list[AnyRow]]:
    found: dict[str, list[AnyRow]] = {}
    for row in reference_rows(conn, _HANGS[held], contractors=codes):
        found.setdefault(row.contractor, []).append(row)
    return found


@shared
def package_prices(conn: Connection, *, lot: str) -> dict[tuple[str, str], int]:
    """Return the pre-tendered prices of a lot in pence, by package and contractor."""
    rows = reference_rows(conn, _PACKAGE_PRICES, lot=lot)
    return {(row.package, row.contractor): row.price_pence for row in rows}
