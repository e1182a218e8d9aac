"""Who pays: no order before every penny has a payer, nothing released beyond what is held."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Select, func, not_, select

from models.tables.cases import Case
from models.tables.funding import PayerShare
from models.tables.prices import Price
from models.tables.works import ORDER_IN_FORCE, Approval, Invoice, Payment, WorkOrder
from rules.grants.payers import PayerHow
from services.verification.checks import Check, of_case
from services.verification.orders import DONE_BEFORE, ENDED


def _shares(*where: ColumnElement[bool]) -> ColumnElement[int]:
    """Return in SQL what others pay on a case now, of those shares that are as said."""
    found = select(func.sum(PayerShare.amount_pence)).where(
        PayerShare.case_id == Case.id, PayerShare.ended_at.is_(None), *where
    )
    return func.coalesce(found.scalar_subquery(), 0)


def with_approval(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Return a query of orders with the approval that each rests on."""
    return query.join(Approval, Approval.id == WorkOrder.approval_id)


def _of_orders(*columns: Any) -> Select[*tuple[Any, ...]]:
    query = with_approval(of_case(WorkOrder, WorkOrder.number, *columns))
    return query.join(Price, Price.id == WorkOrder.price_id)


def _of_payments(*columns: Any) -> Select[*tuple[Any, ...]]:
    query = _of_orders(Payment.amount_pence, *columns)
    query = query.join(Invoice, Invoice.order_id == WorkOrder.id)
    return query.join(Payment, Payment.invoice_id == Invoice.id)


_GRANTED: Final = Approval.grant_pence + Approval.top_up_pence
_OPEN: Final = DONE_BEFORE + Price.total_pence + Approval.fees_pence - _GRANTED - _shares()
RECEIVED_AND_TOP_UPS: Final = Approval.top_up_pence + _shares(PayerShare.how == PayerHow.RECEIVED)
"""What the council holds for a case beside the grant."""

_HELD: Final = Approval.grant_pence + RECEIVED_AND_TOP_UPS
_COULD_BE_HELD: Final = _GRANTED + Approval.funders_pence + Approval.contribution_pence
_LESS_ROUNDING: Final = Payment.amount_pence - func.abs(Invoice.total_pence - Price.total_pence)

PAYERS: Final = (
    Check(
        _of_orders(_OPEN.label("open_pence")).where(
            ORDER_IN_FORCE, WorkOrder.covered_pence.is_not(None), _OPEN > 0
        ),
        "{number} is in force, and {open_pence} of its cost is covered by nobody.",
    ),
    Check(
        _of_payments(_HELD.label("held_pence")).where(
            Payment.direct_pence.is_not(None), _LESS_ROUNDING > _HELD, not_(ENDED)
        ),
        "{amount_pence} were released for {number}; the grant and what else is held come to "
        "{held_pence}.",
    ),
    Check(
        _of_payments(_COULD_BE_HELD.label("held_pence")).where(
            Payment.direct_pence.is_(None), Payment.amount_pence > _COULD_BE_HELD
        ),
        "{amount_pence} were released for {number}; the grant and all that others were to pay come "
        "to {held_pence}.",
    ),
)
"""Orders and payments of earlier versions, on which nobody was asked who pays, say nothing of it:
such a payment is wrong only where it is more than everybody together was to pay."""
