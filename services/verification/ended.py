"""Orders ended with what was done: valued line by line within the order, and paid as valued."""

from typing import Any, Final

from sqlalchemy import Select, and_, func, or_, select

from models.tables.prices import PriceLine
from models.tables.works import Invoice, OrderEnding, Payment, ValuedLine, WorkOrder
from services.verification.checks import PLACE, Check, of_case
from services.verification.payers import RECEIVED_AND_TOP_UPS, with_approval


def _of_ended(*columns: Any) -> Select[*tuple[Any, ...]]:
    query = of_case(WorkOrder, WorkOrder.number, *columns)
    return query.join(OrderEnding, OrderEnding.order_id == WorkOrder.id)


def _of_lines(*columns: Any) -> Select[*tuple[Any, ...]]:
    query = _of_ended(ValuedLine.line, *columns)
    return query.join(ValuedLine, ValuedLine.order_id == WorkOrder.id)


def _of_payments(*columns: Any) -> Select[*tuple[Any, ...]]:
    query = _of_ended(*columns).join(Invoice, Invoice.order_id == WorkOrder.id)
    return query.join(Payment, Payment.invoice_id == Invoice.id)


_LINES = (
    select(
        ValuedLine.order_id,
        func.count().label("lines"),
        func.sum(ValuedLine.net_pence).label("net_pence"),
        func.sum(ValuedLine.vat_pence).label("vat_pence"),
    )
    .group_by(ValuedLine.order_id)
    .subquery()
    .c
)
_ORDERED = select(func.count()).where(PriceLine.price_id == WorkOrder.price_id).scalar_subquery()
_AS_ORDERED = and_(
    PriceLine.price_id == WorkOrder.price_id,
    PriceLine.line == ValuedLine.line,
    PriceLine.net_pence == ValuedLine.ordered_pence,
)
_PAID = func.sum(Payment.amount_pence + func.coalesce(Payment.direct_pence, 0))
_HELD = OrderEnding.grant_pence + RECEIVED_AND_TOP_UPS

ENDED_ORDERS: Final = (
    Check(
        _of_ended(WorkOrder.status).where(WorkOrder.status.not_in(("complete", "replaced"))),
        "{number} was ended with what was done, and it is {status}.",
    ),
    Check(
        _of_lines(ValuedLine.net_pence, ValuedLine.ordered_pence).where(
            or_(
                and_(
                    ValuedLine.ordered_pence >= 0, ValuedLine.net_pence > ValuedLine.ordered_pence
                ),
                and_(ValuedLine.ordered_pence < 0, ValuedLine.net_pence < ValuedLine.ordered_pence),
            )
        ),
        "Line {line} of {number} is valued at {net_pence}; {ordered_pence} was ordered.",
    ),
    Check(
        _of_lines().outerjoin(PriceLine, _AS_ORDERED).where(PriceLine.line.is_(None)),
        "Line {line} of {number} is valued, and is not as it was ordered.",
    ),
    Check(
        _of_ended(OrderEnding.total_pence)
        .outerjoin(_LINES.order_id.table, _LINES.order_id == WorkOrder.id)
        .where(
            or_(
                func.coalesce(_LINES.lines, 0) != _ORDERED,
                func.coalesce(_LINES.net_pence, 0) != OrderEnding.net_pence,
                func.coalesce(_LINES.vat_pence, 0) != OrderEnding.vat_pence,
                OrderEnding.total_pence != OrderEnding.net_pence + OrderEnding.vat_pence,
            )
        ),
        "{number} was ended at {total_pence}, and its lines do not come to that.",
    ),
    Check(
        _of_payments(_PAID.label("amount_pence"), OrderEnding.total_pence)
        .group_by(PLACE, WorkOrder.number, OrderEnding.total_pence)
        .having(OrderEnding.total_pence < _PAID),
        "{amount_pence} were paid for {number}, which was ended at {total_pence}.",
    ),
    Check(
        with_approval(_of_payments(Payment.amount_pence, _HELD.label("held_pence"))).where(
            Payment.amount_pence > _HELD
        ),
        "{amount_pence} were released for what was done of {number}; the grant pays, and else is "
        "held, {held_pence} of it.",
    ),
)
"""What was done is within what was ordered, and nothing is paid beyond it."""
