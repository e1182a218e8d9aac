"""The lot that covers some works: its contractors as they stand, and their prices."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from models.base import AnyRow
from models.remembered import shared
from models.tables.contractors import (
    Contractor,
    ContractorDocument,
    Lot,
    LotContractor,
    PackagePrice,
)
from rules.tenders import eligibility
from services.tenders.capacity import OnHand, on_hand

_IN_FORCE: Final = (
    select(*Lot.__table__.c)
    .where(Lot.valid_from <= bindparam("on"), Lot.valid_to >= bindparam("on"))
    .order_by(Lot.code)
)
_MEMBERS: Final = (
    select(*Contractor.__table__.c, LotContractor.rank, LotContractor.percentage)
    .join(LotContractor, LotContractor.contractor == Contractor.code)
    .where(LotContractor.lot == bindparam("lot"))
    .order_by(Contractor.code)
)
_DOCUMENTS: Final = (
    select(*ContractorDocument.__table__.c)
    .where(ContractorDocument.contractor.in_(bindparam("contractors", expanding=True)))
    .order_by(ContractorDocument.contractor, ContractorDocument.id)
)
_PACKAGE_PRICES: Final = select(*PackagePrice.__table__.c).where(
    PackagePrice.lot == bindparam("lot")
)


@dataclass(frozen=True, slots=True)
class Member:
    """A contractor of a lot: what decides its eligibility, its rank and its percentage."""

    contractor: eligibility.Contractor
    rank: int | None
    percentage: Decimal


def lot_for(conn: Connection, *, work_type: str, authority: str, on: date) -> AnyRow | None:
    """Return the lot in force for a work type and authority on a day; the first by code.

    Args:
        work_type: The work type.
        authority: The authority's code.
    """
    return next(iter(lots_for(conn, work_type=work_type, authority=authority, on=on)), None)


@shared
def lots_for(conn: Connection, *, work_type: str, authority: str, on: date) -> list[AnyRow]:
    """Return every lot in force for a work type and authority on a day, by code.

    Args:
        work_type: The work type.
        authority: The authority's code.
    """
    rows = conn.execute(_IN_FORCE, {"on": on})
    return [row for row in rows if work_type in row.work_types and authority in row.authorities]


@shared
def members(conn: Connection, *, lot: str) -> list[Member]:
    """Return a lot's contractors as they stand, by code."""
    rows = list(conn.execute(_MEMBERS, {"lot": lot}))
    codes = [row.code for row in rows]
    papers = _documents(conn, contractors=codes)
    held = on_hand(conn, contractors=codes)
    return [
        Member(
            contractor=_standing(row, papers.get(row.code, ()), held.get(row.code)),
            rank=row.rank,
            percentage=row.percentage,
        )
        for row in rows
    ]


def _standing(
    row: AnyRow, papers: tuple[eligibility.Document, ...], held: OnHand | None
) -> eligibility.Contractor:
    return eligibility.Contractor(
        code=row.code,
        name=row.name,
        trades=frozenset(row.trades),
        authorities=frozenset(row.authorities),
        documents=papers,
        suspended=row.suspended,
        capacity_orders=row.capacity_orders,
        capacity_value_pence=row.capacity_value_pence,
        open_orders=held.orders if held else 0,
        open_value_pence=held.net_pence if held else 0,
    )


def _documents(
    conn: Connection, *, contractors: list[str]
) -> dict[str, tuple[eligibility.Document, ...]]:
    found: dict[str, tuple[eligibility.Document, ...]] = {}
    for row in conn.execute(_DOCUMENTS, {"contractors": contractors}):
        paper = eligibility.Document(
            document=row.document,
            reference=row.reference,
            cover_pence=row.cover_pence,
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )
        found[row.contractor] = (*found.get(row.contractor, ()), paper)
    return found


@shared
def package_prices(conn: Connection, *, lot: str) -> dict[tuple[str, str], int]:
    """Return the pre-tendered prices of a lot in pence, by package and contractor."""
    rows = conn.execute(_PACKAGE_PRICES, {"lot": lot})
    return {(row.package, row.contractor): row.price_pence for row in rows}
