"""The lot that covers some works: its contractors as they stand, and their prices."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from models.asked import reference_rows
from models.base import AnyRow, rows_by
from models.remembered import shared
from models.tables import contractors as tables
from models.tables.contractors import ContractorDocument, Lot, LotContractor, PackagePrice
from rules.plain import made_of
from rules.tenders.eligibility import Contractor, Document
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
_DOCUMENTS: Final = (
    select(*ContractorDocument.__table__.c)
    .where(ContractorDocument.contractor.in_(bindparam("contractors", expanding=True)))
    .order_by(ContractorDocument.contractor, ContractorDocument.id)
)
_PACKAGE_PRICES: Final = rows_by(PackagePrice, "lot")


@dataclass(frozen=True, slots=True)
class Member:
    """A contractor of a lot: what decides its eligibility, its rank and its percentage."""

    contractor: Contractor
    rank: int | None
    percentage: Decimal


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
    codes = tuple(row.code for row in rows)
    documents: dict[str, list[Document]] = {}
    for row in reference_rows(conn, _DOCUMENTS, contractors=codes):
        documents.setdefault(row.contractor, []).append(made_of(Document, row))
    held = on_hand(conn, contractors=codes)
    return [
        made_of(
            Member,
            row,
            contractor=_as_it_stands(
                row, tuple(documents.get(row.code, ())), held.get(row.code, OnHand(0, 0))
            ),
        )
        for row in rows
    ]


def _as_it_stands(row: AnyRow, documents: tuple[Document, ...], held: OnHand) -> Contractor:
    return made_of(
        Contractor,
        row,
        trades=frozenset(row.trades),
        authorities=frozenset(row.authorities),
        documents=documents,
        open_orders=held.orders,
        open_value_pence=held.net_pence,
    )


@shared
def package_prices(conn: Connection, *, lot: str) -> dict[tuple[str, str], int]:
    """Return the pre-tendered prices of a lot in pence, by package and contractor."""
    rows = reference_rows(conn, _PACKAGE_PRICES, lot=lot)
    return {(row.package, row.contractor): row.price_pence for row in rows}
