"""The invoice that stands for an order that another contractor took over."""

from models.case_queries import newest_invoice
from rules.errors import InvalidDecisionError
from rules.payments.match import ENDED
from services.cases import Context


def check_nothing_invoiced(context: Context, *, order_id: int) -> None:
    """Refuse to take a valuation back that an invoice stands on.

    Raises:
        InvalidDecisionError: One does; the message says what to do.
    """
    invoice = newest_invoice(context.conn, order_id=order_id)
    if invoice is None or invoice.status in ENDED:
        return
    paid = invoice.status == "released"
    raise InvalidDecisionError(
        f"Invoice {invoice.number} {'was paid' if paid else 'stands'} for what was done as it was "
        "valued.",
        next_step="What was done is paid; nothing was changed."
        if paid
        else f"Withdraw it first: `handrail decide {context.case.reference} "
        "withdraw-replaced-invoice`.",
    )
