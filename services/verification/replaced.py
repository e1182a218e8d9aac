"""Contractors that were replaced: orders valued, and nothing ordered again but what was left."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from sqlalchemy import and_, or_, select
from sqlalchemy.engine import Connection

from models.base import AnyRow
from models.case_queries import price_lines
from models.tables.cases import WorksLine
from models.tables.prices import Award, Offer
from models.tables.works import Invoice, OrderEnding, Payment, Replacement, WorkOrder
from rules.numbers import written
from rules.tenders.routes import Route
from services.verification.checks import Check, Finding, broken, of_case

_STANDS: Final = Replacement.withdrawn_at.is_(None)

REPLACEMENTS: Final = (
    Check(
        of_case(WorkOrder, WorkOrder.number)
        .outerjoin(OrderEnding, OrderEnding.order_id == WorkOrder.id)
        .where(WorkOrder.status == "replaced", OrderEnding.order_id.is_(None)),
        "Another contractor took over from {number}, and what was done of it is not valued.",
    ),
    Check(
        of_case(WorkOrder, WorkOrder.number)
        .outerjoin(Replacement, and_(Replacement.order_id == WorkOrder.id, _STANDS))
        .where((WorkOrder.status == "replaced") != Replacement.id.is_not(None)),
        "Whether another contractor took over from {number} is said otherwise by its order.",
    ),
    Check(
        of_case(Offer, Offer.contractor)
        .outerjoin(Replacement, and_(Replacement.offer_id == Offer.id, _STANDS))
        .where((Offer.status == "replaced") != Replacement.id.is_not(None)),
        "Whether {contractor} was replaced is said otherwise by its offer.",
    ),
    Check(
        of_case(Replacement, WorkOrder.number)
        .join(WorkOrder, WorkOrder.id == Replacement.order_id)
        .join(OrderEnding, OrderEnding.order_id == WorkOrder.id)
        .where(
            _STANDS,
            OrderEnding.total_pence > 0,
            or_(
                Replacement.inspected_on.is_(None),
                Replacement.inspected_on > Replacement.replaced_on,
            ),
        ),
        "What was done of {number} is valued, and was not inspected by then (s.37(4)).",
    ),
    Check(
        of_case(Replacement, WorkOrder.number)
        .join(WorkOrder, WorkOrder.id == Replacement.order_id)
        .join(Invoice, Invoice.order_id == WorkOrder.id)
        .join(Payment, Payment.invoice_id == Invoice.id)
        .where(_STANDS, Payment.released_on < Replacement.inspected_on),
        "{number} was paid before what was done of it was inspected (s.37(4)).",
    ),
)
"""Another contractor takes over from one whose order is valued, and was inspected before it is
paid."""

_HELD: Final = (
    of_case(Replacement, Replacement.case_id, Replacement.offer_id, Replacement.left)
    .where(_STANDS)
    .order_by(Replacement.id)
)
_WORKS: Final = select(WorksLine.case_id, WorksLine.line, WorksLine.quantity)
_ORDERS: Final = (
    select(WorkOrder.case_id, WorkOrder.offer_id, WorkOrder.number, Offer.price_id, Award.route)
    .join(Offer, Offer.id == WorkOrder.offer_id)
    .join(Award, Award.id == Offer.award_id)
    .order_by(WorkOrder.id)
)
"""Orders as they were raised: what came to them later by a variation was never left."""


def beyond_what_was_left(conn: Connection) -> Iterator[Finding]:
    """Yield each line that is left, or was ordered again, beyond what was left before."""
    held = conn.execute(_HELD).all()
    if not held:
        return
    cases = {row.case_id for row in held}
    left: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for row in conn.execute(_WORKS.where(WorksLine.case_id.in_(cases))):
        left[row.case_id][row.line] = row.quantity
    orders = conn.execute(_ORDERS.where(WorkOrder.case_id.in_(cases))).all()
    for row in held:
        before = left[row.case_id]
        now = {int(line): Decimal(much) for line, much in row.left.items()}
        for line, much in now.items():
            if much > before.get(line, Decimal(0)):
                held_before = written(before.get(line, Decimal(0)))
                words = f"Line {line}: {written(much)} is left, of {held_before}."
                yield broken(row.place, words)
        left[row.case_id] = now
        following = [one for one in orders if one.case_id == row.case_id]
        yield from _ordered(conn, row, now, following)


def _ordered(
    conn: Connection, row: AnyRow, left: dict[int, Decimal], orders: list[AnyRow]
) -> Iterator[Finding]:
    """Yield each line of the orders after a replacement that was not left by it."""
    for order in orders:
        if order.offer_id <= row.offer_id:
            continue
        for line in price_lines(conn, price_id=order.price_id):
            works = (line.line,) if line.covers is None else line.covers
            for number in sorted(set(works) - left.keys()):
                yield broken(row.place, f"{order.number} orders line {number}, which was done.")
            counted = order.route != Route.QUOTES and line.covers is None and line.line in left
            if counted and line.quantity > left[line.line]:
                ordered, much = written(line.quantity), written(left[line.line])
                words = f"{order.number} orders {ordered} of line {line.line}; {much} was left."
                yield broken(row.place, words)
