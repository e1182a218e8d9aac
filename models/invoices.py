"""What an entry of an invoice is called in a question, and what was released of a grant."""

from typing import Final

from sqlalchemy import Connection, Text, case, cast, func, select

from models.tables.works import Invoice, Payment, WorkOrder

CALLED: Final = case(
    (Invoice.entry == 1, Invoice.number),
    else_=Invoice.number + " (" + cast(Invoice.entry, Text) + ")",
)
"""What the clocks of an invoice are named by."""

GRANT_PAID: Final = (
    select(func.coalesce(func.sum(Payment.grant_pence), 0))
    .join(Invoice, Invoice.id == Payment.invoice_id)
    .join(WorkOrder, WorkOrder.id == Invoice.order_id)
)
"""What was released of a grant, of the orders that are asked for."""


def grant_paid(conn: Connection, *, case_id: int) -> int:
    """Return what was released of a case's grant, in pence."""
    return conn.execute(GRANT_PAID.where(WorkOrder.case_id == case_id)).scalar_one() or 0
