"""Whose money a payment is made of, in the order that the authority has set."""

from datetime import date
from typing import Final

from sqlalchemy import Connection, bindparam, func, select

from models.base import AnyRow
from models.case_queries import approval_in_force, ending_of
from models.tables.cases import Case
from models.tables.works import Invoice, Payment, WorkOrder
from rules.grants.payers import PayerHow
from rules.sources import spread
from services.grants.payers import cover_of
from services.payments.terms import payers_on

_USED: Final = (
    select(
        *(
            func.coalesce(func.sum(column), 0).label(column.key)
            for column in (Payment.received_pence, Payment.grant_pence, Payment.top_up_pence)
        )
    )
    .join(Invoice, Invoice.id == Payment.invoice_id)
    .join(WorkOrder, WorkOrder.id == Invoice.order_id)
    .where(WorkOrder.case_id == bindparam("case_id"))
)
_AUTHORITY: Final = select(Case.authority).where(Case.id == bindparam("case_id"))


def sources(conn: Connection, *, order: AnyRow, pence: int, on: date) -> dict[str, int]:
    """Return of which money a payment on an order is: of others, of the grant, of the top-up.

    Where an order ended with what was done, the grant pays what the valuation says, no more.
    """
    cover = cover_of(conn, approval=approval_in_force(conn, case_id=order.case_id))
    ending = ending_of(conn, order_id=order.id)
    row = conn.execute(_USED, {"case_id": order.case_id}).one()
    used = {
        "received": int(row.received_pence),
        "grant": int(row.grant_pence),
        "top_up": int(row.top_up_pence),
    }
    received = (one for one in cover.shares if one.how is PayerHow.RECEIVED)
    held = {
        "received": sum(one.amount_pence for one in received),
        "grant": used["grant"] + ending.grant_pence if ending else cover.grant_pence,
        "top_up": cover.top_up_pence,
    }
    authority = conn.execute(_AUTHORITY, {"case_id": order.case_id}).scalar_one()
    return spread(pence, order=payers_on(conn, authority=authority, on=on), held=held, used=used)
