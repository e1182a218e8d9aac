"""Payment: the invoice matched with the order line by line, and the contractor told of it."""

from typing import Final

from sqlalchemy import bindparam, update

from models.audit import AUTOMATIC
from models.base import AnyRow
from models.case_queries import ending_of, newest_invoice, order_in_force, payable_on, payment_of
from models.contacts import contractor_of
from models.tables.works import Invoice
from rules.clocks.dates import london_date
from rules.documents.items import stored_item
from rules.money import pounds
from rules.pathway import StepName, StepStatus
from rules.payments import PAY_CLOCKS, entry_words, lawful_vat, match_invoice
from services.cases.in_hand import CaseInHand
from services.cases.messages import tell
from services.cases.unit import at_step
from services.orders.ended import close_ended
from services.payments.due import due_on

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
        elif invoice.status in ("withdrawn", "rejected"):
            words = f"the contractor’s invoice; {invoice.number} was {invoice.status}"
            _await_invoice(case, words=words, instead_of=_called(invoice))
        elif invoice.status == "released":
            _tell_paid(case, order=order, invoice=invoice)
        elif invoice.status == "received":
            _match(case, order=order, invoice=invoice)


def _called(invoice: AnyRow) -> str:
    return entry_words(number=invoice.number, entry=invoice.entry)


def _await_invoice(case: CaseInHand, *, words: str, instead_of: str = "") -> None:
    case.start_clock("send_invoice", subject=instead_of)
    case.move(StepName.PAY, StepStatus.WAITING, owner="contractor", waiting_for=words)


def _match(case: CaseInHand, *, order: AnyRow, invoice: AnyRow) -> None:
    lines = payable_on(case.conn, order=order)
    matched = match_invoice(
        ordered={line.item: line.net_pence for line in lines},
        invoiced={stored_item(key): pence for key, pence in invoice.lines.items()},
        vat=lawful_vat((line.net_pence, line.vat_rate, line.vat_pence) for line in lines),
        invoice_total_pence=invoice.total_pence,
        ended=ending_of(case.conn, order_id=order.id) is not None,
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
        for clock in PAY_CLOCKS:
            case.stop_clock(clock, subject=_called(invoice), why="queried")
        _await_invoice(case, words=words, instead_of=_called(invoice))
        return
    due = due_on(case.conn, order=order, invoice=invoice)
    others = f"; {pounds(due.direct_pence)} is paid directly by others" if due.direct_pence else ""
    case.move(
        StepName.PAY,
        StepStatus.WAITING,
        owner="finance",
        waiting_for=f"a second person releases {pounds(due.council_pence)} "
        f"on invoice {invoice.number}{others}",
    )


def _tell_paid(case: CaseInHand, *, order: AnyRow, invoice: AnyRow) -> None:
    paid = payment_of(case.conn, invoice_id=invoice.id).amount_pence
    if paid:  # nothing is, where others pay the contractor all of it
        tell(
            case,
            kind="payment_to_contractor",
            once_for=f"{order.number}:{invoice.number}",
            to=contractor_of(case.conn, code=order.contractor),
            context={
                "order_number": order.number,
                "invoice_number": invoice.number,
                "paid_pence": paid,
                "paid_on": london_date(case.now),
            },
        )
    case.move(StepName.PAY, StepStatus.DONE)
    close_ended(case, order=order)
