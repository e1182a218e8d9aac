"""Contractors that were replaced: orders valued, and nothing ordered again but what was left."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from sqlalchemy import Connection, and_, or_, select

from models.base import AnyRow
from models.case_queries import price_lines
from models.tables.cases import WorksLine
from models.tables.prices import Award, Offer
from models.tables.replacements import Replacement
from models.tables.variations import Variation, VariationLine
from models.tables.works import Invoice, OrderEnding, Payment, WorkOrder
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
    of_case(
        Replacement,
        *(Replacement.case_id, Replacement.offer_id, Replacement.order_id, Replacement.left),
    )
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


_VARIED: Final = (
    select(
        *(WorkOrder.case_id, Variation.order_id, VariationLine.line, VariationLine.before),
        VariationLine.agreed_quantity,
    )
    .join(Variation, Variation.id == VariationLine.variation_id)
    .join(WorkOrder, WorkOrder.id == Variation.order_id)
    .where(Variation.status == "approved", VariationLine.taken.is_(True))
    .order_by(Variation.order_id, Variation.number, VariationLine.line)
)


def beyond_what_was_left(conn: Connection) -> Iterator[Finding]:
    """Yield each line that is left, or was ordered again, beyond what was left before."""
    held = conn.execute(_HELD).all()
    if not held:
        return
    cases = {row.case_id for row in held}
    orders = conn.execute(_ORDERS.where(WorkOrder.case_id.in_(cases))).all()
    varied = conn.execute(_VARIED.where(WorkOrder.case_id.in_(cases))).all()
    works = _at_first(conn, cases, varied)
    for place, row in enumerate(held):
        of_case = [one for one in held[place + 1 :] if one.case_id == row.case_id]
        had = _varied(works[row.case_id], [one for one in varied if one.order_id == row.order_id])
        now = {int(line): Decimal(much) for line, much in row.left.items()}
        for line, much in now.items():
            if much > had.get(line, Decimal(0)):
                words = f"Line {line}: {written(much)} is left, of "
                yield broken(row.place, f"{words}{written(had.get(line, Decimal(0)))}.")
        works[row.case_id] = now
        last = of_case[0].offer_id if of_case else None
        following = [
            one
            for one in orders
            if one.case_id == row.case_id and (last is None or one.offer_id <= last)
        ]
        yield from _ordered(conn, row, now, following)


def _at_first(
    conn: Connection, cases: set[int], varied: Sequence[AnyRow]
) -> dict[int, dict[int, Decimal]]:
    """Return the works lines of cases as they were before any variation of an order of theirs."""
    found: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for row in conn.execute(_WORKS.where(WorksLine.case_id.in_(cases))):
        found[row.case_id][row.line] = row.quantity
    for row in reversed(varied):
        found[row.case_id].pop(row.line, None)
        if row.before is not None:
            found[row.case_id][row.line] = row.before
    return found


def _varied(works: Mapping[int, Decimal], varied: Sequence[AnyRow]) -> dict[int, Decimal]:
    """Return works as the approved variations of an order made them."""
    changed = {row.line: row.agreed_quantity for row in varied}
    return {line: much for line, much in {**works, **changed}.items() if much is not None}


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
