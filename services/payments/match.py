"""Payment: the invoice matched with the order line by line, and the contractor told of it."""

from typing import Final

from sqlalchemy import bindparam, update

from models.audit import AUTOMATIC
from models.base import AnyRow
from models.case_queries import newest_invoice, order_in_force, price_lines
from models.contacts import contractor_of
from models.tables.works import Invoice
from rules.clocks.dates import london_date
from rules.documents.items import stored_item
from rules.money import pounds
from rules.pathway import StepName, StepStatus
from rules.payments import lawful_vat, match_invoice
from services.cases.in_hand import CaseInHand
from services.cases.messages import tell
from services.cases.unit import at_step
from services.payments.ordered import ordered_items

_MATCHED: Final = update(Invoice).where(Invoice.id == bindparam("row_id"))


def match_payment(case_ref: str) -> None:
    """Match the invoice with its order; one that does not agree goes back with the reasons."""
    with at_step(case_ref, StepName.PAY) as case:
        if case is None:
            return
        order = order_in_force(case.conn, case_id=case.id)
        invoice = newest_invoice(case.conn, order_id=order.id)
        if invoice is None:
            _await_invoice(case, words="the contractor’s invoice")
        elif invoice.status == "released":
            _tell_paid(case, order=order, invoice=invoice)
        elif invoice.status == "received":
            _match(case, order=order, invoice=invoice)


def _await_invoice(case: CaseInHand, *, words: str, instead_of: str = "") -> None:
    case.start_clock("send_invoice", subject=instead_of)
    case.move(StepName.PAY, StepStatus.WAITING, owner="contractor", waiting_for=words)


def _match(case: CaseInHand, *, order: AnyRow, invoice: AnyRow) -> None:
    lines = price_lines(case.conn, price_id=order.price_id)
    matched = match_invoice(
        ordered=ordered_items(case.conn, order=order),
        invoiced={stored_item(key): pence for key, pence in invoice.lines.items()},
        vat=lawful_vat((line.net_pence, line.vat_rate, line.vat_pence) for line in lines),
        invoice_total_pence=invoice.total_pence,
    )
    status = "matched" if matched.agrees else "queried"
    findings = list(matched.findings)
    case.conn.execute(_MATCHED, {"row_id": invoice.id, "status": status, "findings": findings})
    case.note(
        actor=AUTOMATIC,
        action=f"pay: invoice {invoice.number} {'matched' if matched.agrees else 'queried'}",
        reason=" ".join(matched.findings)
        or f"it agrees with the order line by line, with {matched.vat_words}",
        detail={"total_pence": invoice.total_pence},
    )
    if not matched.agrees:
        words = f"a corrected invoice: {' '.join(matched.findings)}"
        case.stop_clock("pay_invoice", subject=invoice.number, why="queried")
        _await_invoice(case, words=words, instead_of=invoice.number)
        return
    case.move(
        StepName.PAY,
        StepStatus.WAITING,
        owner="finance",
        waiting_for=f"a second person releases {pounds(invoice.total_pence)} "
        f"on invoice {invoice.number}",
    )


def _tell_paid(case: CaseInHand, *, order: AnyRow, invoice: AnyRow) -> None:
    tell(
        case,
        kind="payment_to_contractor",
        once_for=f"{order.number}:{invoice.number}",
        to=contractor_of(case.conn, code=order.contractor),
        context={
            "order_number": order.number,
            "invoice_number": invoice.number,
            "paid_pence": invoice.total_pence,
            "paid_on": london_date(case.now),
        },
    )
    case.move(StepName.PAY, StepStatus.DONE)
