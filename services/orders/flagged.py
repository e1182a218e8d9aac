"""What speaks against a contractor whose offer is accepted or whose order is under way.

A document that lapsed, a suspension, a conflict of interest recorded since: none of them takes
works back. They are shown on the case and raised to its officer until they are so no longer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.engine import Connection

from models.base import AnyRow
from models.tables.cases import Case
from models.tables.prices import Offer, PriceLine
from models.tables.works import Approval, WorkOrder
from rules.tenders.eligibility import STANDING, Found, Ground, Needs, findings
from services.tenders import lots
from services.tenders.baskets import parties_of
from services.tenders.capacity import LIVE

_PRICE: Final = func.coalesce(WorkOrder.price_id, Offer.price_id)
_APPROVER: Final = (
    select(Approval.decided_by)
    .where(Approval.case_id == Case.id)
    .order_by(Approval.id.desc())
    .limit(1)
    .correlate(Case)
    .scalar_subquery()
)
_UNDER_WAY: Final = (
    select(Case.id, Case.reference, Case.authority, Case.client_name, Case.address, Case.postcode)
    .add_columns(Case.officer, Case.assessor, Offer.contractor, WorkOrder.number)
    .add_columns(_PRICE.label("price_id"), _APPROVER.label("approver"))
    .join(Offer, Offer.case_id == Case.id)
    .outerjoin(WorkOrder, WorkOrder.offer_id == Offer.id)
    .where(Offer.status == "accepted", LIVE)
    .order_by(Case.id)
)


@dataclass(frozen=True, slots=True)
class Flagged:
    """A case whose contractor would not be offered its works today.

    Args:
        number: The order's number, or None where none is raised yet.
        found: Why, each with its ground.
    """

    case_id: int
    reference: str
    authority: str
    contractor: str
    name: str
    number: str | None
    found: tuple[Found, ...]

    @property
    def conflicts(self) -> list[str]:
        """The conflicts of interest among them, in words."""
        return [one.words for one in self.found if one.ground is Ground.CONFLICT]

    @property
    def unnamed(self) -> list[str]:
        """Why, without what is said of people: a conflict of interest says with whom alone."""
        return [
            one.words.partition(":")[0] if one.ground is Ground.CONFLICT else one.words
            for one in self.found
        ]


def flagged(conn: Connection, *, on: date, case_id: int | None = None) -> list[Flagged]:
    """Return what speaks against contractors at work on a day, by case.

    Args:
        case_id: One case's row id; every case if left out.
    """
    query = _UNDER_WAY if case_id is None else _UNDER_WAY.where(Case.id == case_id)
    rows = conn.execute(query).all()
    if not rows:
        return []
    firms = lots.contractors(conn, codes=sorted({row.contractor for row in rows}))
    asks, lines = lots.asked(conn), _lines(conn, {row.price_id for row in rows})
    every = []
    for row in rows:
        trades, certificates = lines[row.price_id]
        needs = Needs(
            authority=row.authority,
            trades=trades,
            certificates=certificates,
            value_pence=0,
            on=on,
            required=asks.of(row.authority),
            parties=parties_of(row, approver=row.approver or ""),
        )
        found = findings(contractor=firms[row.contractor], needs=needs)
        against = tuple(one for one in found if one.ground in STANDING)
        if against:
            every.append(_flagged(row, firms[row.contractor].name, against))
    return every


def _flagged(row: AnyRow, name: str, found: tuple[Found, ...]) -> Flagged:
    return Flagged(row.id, row.reference, row.authority, row.contractor, name, row.number, found)


def _lines(
    conn: Connection, prices: Iterable[int]
) -> dict[int, tuple[frozenset[str], frozenset[str]]]:
    """Return the trades and the certificates of the lines of each price."""
    ids = sorted(prices)
    trades: dict[int, set[str]] = {one: set() for one in ids}
    certificates: dict[int, set[str]] = {one: set() for one in ids}
    for start in range(0, len(ids), _AT_ONCE):
        query = (
            select(PriceLine.price_id, PriceLine.trade, PriceLine.certificates)
            .where(PriceLine.price_id.in_(ids[start : start + _AT_ONCE]))
            .order_by(PriceLine.price_id, PriceLine.line)
        )
        for row in conn.execute(query):
            trades[row.price_id] |= {row.trade} - {""}
            certificates[row.price_id] |= set(row.certificates)
    return {one: (frozenset(trades[one]), frozenset(certificates[one])) for one in ids}


_AT_ONCE: Final = 1_000
"""Prices asked for in one statement."""
