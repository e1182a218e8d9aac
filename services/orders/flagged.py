"""What speaks against a contractor whose offer is accepted or whose order is under way.

A document that lapsed, a suspension, a conflict of interest recorded since: none of them takes
works back. They are shown on the case and raised to its officer until they are so no longer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection, func, select

from models.base import AnyRow
from models.case_queries import approval_of, live_offer, live_order, price_lines
from models.tables.cases import Case
from models.tables.prices import Offer, PriceLine
from models.tables.works import Approval, WorkOrder
from rules.tenders.eligibility import STANDING, Contractor, Found, Ground, Needs, findings
from rules.tenders.required import Asks
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
_AT_WORK: Final = frozenset({"raised", "sent"})
_AT_ONCE: Final = 1_000
"""Prices asked for in one statement."""


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
        return [one.kept for one in self.found]


@dataclass(frozen=True, slots=True)
class _Work:
    """A case, who has its works, under which order, and who approved the grant."""

    case: AnyRow
    firm: Contractor
    number: str | None
    approver: str | None


@dataclass(frozen=True, slots=True)
class _Lines:
    """What the lines of a price ask of whoever does them."""

    trades: frozenset[str]
    certificates: frozenset[str]


def flagged(conn: Connection, *, on: date) -> list[Flagged]:
    """Return what speaks against contractors at work on a day, by case."""
    rows = conn.execute(_UNDER_WAY).all()
    if not rows:
        return []
    lines = _lines(conn, {row.price_id for row in rows})
    firms = lots.contractors(conn, codes=sorted({row.contractor for row in rows}))
    asks = lots.asked(conn)
    found = (
        _found(
            _Work(row, firms[row.contractor], row.number, row.approver),
            lines[row.price_id],
            asks,
            on,
        )
        for row in rows
    )
    return [one for one in found if one]


def flags_of(conn: Connection, *, case: AnyRow, on: date) -> Flagged | None:
    """Return what speaks against the contractor at work on a case on a day, if anything does."""
    offer, order = live_offer(conn, case_id=case.id), live_order(conn, case_id=case.id)
    if offer is None or offer.status != "accepted" or (order and order.status not in _AT_WORK):
        return None
    priced = price_lines(conn, price_id=order.price_id if order else offer.price_id)
    lines = _Lines(
        frozenset(row.trade for row in priced if row.trade),
        frozenset(kind for row in priced for kind in row.certificates),
    )
    approval = approval_of(conn, case_id=case.id)
    approver = approval.decided_by if approval else None
    firm = lots.contractors(conn, codes=[offer.contractor])[offer.contractor]
    work = _Work(case, firm, order.number if order else None, approver)
    return _found(work, lines, lots.asked(conn), on)


def _found(work: _Work, lines: _Lines, asks: Asks, on: date) -> Flagged | None:
    """Return what speaks on a day against who has some works."""
    case, firm = work.case, work.firm
    needs = Needs(
        authority=case.authority,
        trades=lines.trades,
        certificates=lines.certificates,
        value_pence=0,
        on=on,
        required=asks.of(case.authority),
        parties=parties_of(case, approver=work.approver or ""),
    )
    every = findings(contractor=firm, needs=needs)
    against = tuple(one for one in every if one.ground in STANDING)
    if not against:
        return None
    place = (case.id, case.reference, case.authority)
    return Flagged(*place, firm.code, firm.name, work.number, against)


def _lines(conn: Connection, prices: Iterable[int]) -> dict[int, _Lines]:
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
    return {one: _Lines(frozenset(trades[one]), frozenset(certificates[one])) for one in ids}
