"""The invoice of a contractor that was replaced: matched with what was valued, and released.

It waits for nobody's sign-off: what is valued was inspected, and the valuation says on which day.
The case may have ended by then: what is owed stays owed.
"""

from datetime import date
from typing import Final

from sqlalchemy import bindparam, update

from models.base import AnyRow, rows_by
from models.case_queries import newest_invoice, payable_on
from models.contacts import contractor_of
from models.people import who_decided
from models.replaced import replaced_orders
from models.tables.works import Invoice, WorkOrder
from rules.decisions.declared import BaseDecision, decided, particular
from rules.decisions.facts import Facts, known
from rules.documents.items import stored_item
from rules.errors import InvalidDecisionError, StatuteError, StepNotOpenError
from rules.payments import AWAITED_AGAIN, lawful_vat, match_invoice
from rules.people import OFFICERS, Role, check_second_person
from services.cases.effect import Context, Effect, applies
from services.cases.messages import tell
from services.payments.due import check_held, due_on
from services.payments.payment import keep_invoice
from services.payments.release import VOUCHING, check_within_limit, keep_payment
from services.payments.withholding import check_not_withheld

_ORDER: Final = rows_by(WorkOrder, "id")
_STATUS: Final = update(Invoice).where(Invoice.id == bindparam("row_id"))
_BY: Final = OFFICERS | {Role.FINANCE}


@decided("invoice-replaced", at=None, by=_BY, after_end=True)
class InvoiceReplaced(BaseDecision):
    """The invoice of a contractor that was replaced, for what it did as it was valued."""

    order: str = particular("The order that it is for.", offers="replaced_orders")
    number: str = particular(
        "The contractor's invoice number.", "--invoice", label="Invoice number"
    )
    total_pence: int = particular(
        "The invoice's total with VAT.", "--total", unit="pounds", label="Total with VAT"
    )
    dated: date | None = particular(
        "The invoice's date; today's if left out.", default=None, label="Date of the invoice"
    )

    def problems(self) -> tuple[str, ...]:
        """Return a missing number and a total that is not above zero."""
        found = [] if self.number.strip() else ["Give the invoice's number."]
        return (*found, *(["An invoice's total is above zero."] if self.total_pence <= 0 else []))

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        total, status = facts.pounds("total_pence"), known(", {}", facts["status"])
        return f"Invoice {facts['number']} for {total} with VAT, on {facts['order']}{status}."


@decided("withdraw-replaced-invoice", at=None, by=_BY, after_end=True)
class WithdrawReplacedInvoice(BaseDecision):
    """The unpaid invoice of a contractor that was replaced is taken back, or typed wrongly."""

    order: str = particular("The order that it is for.", offers="replaced_orders")

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        return f"Invoice{known(' {}', facts['invoice'])} on {facts['order']} is withdrawn."


@decided(
    "release-replaced", at=None, by=frozenset({Role.FINANCE}), moves_money=True, after_end=True
)
class ReleaseReplaced(BaseDecision):
    """A second person releases what a contractor that was replaced is owed."""

    order: str = particular("The order that is paid.", offers="replaced_orders")
    materials_pence: int | None = particular(
        "Of the invoice without VAT, what it says of materials; asked where CIS is deducted.",
        "--materials",
        unit="pounds",
        default=None,
        label="Materials in it without VAT",
        seldom=True,
    )

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        paid = facts.pounds("amount_pence") or "The payment"
        whose = known(" to {}", facts["contractor"])
        return f"{paid} is released{whose} for what it did of {facts['order']}."


def check_some_replaced(context: Context) -> list[AnyRow]:
    """Return the orders of which something was done that another contractor took over."""
    held = replaced_orders(context.conn, case_id=context.case.id)
    done = [row for row in held if row.total_pence]
    if not done:
        raise StepNotOpenError(
            f"No contractor of {context.case.reference} was replaced that had done something.",
            next_step="The invoice of the order in force is recorded with its payment.",
        )
    return done


def _order_of(context: Context, held: list[AnyRow], number: str) -> AnyRow:
    wanted = number.strip().upper()
    found = next((row for row in held if row.number == wanted), None)
    if found is None:
        raise InvalidDecisionError(
            f"“{number[:40]}” is no order of {context.case.reference} that another contractor "
            "took over and of which something was done.",
            next_step=f"Those are: {', '.join(row.number for row in held)}.",
        )
    return context.conn.execute(_ORDER, {"id": found.order_id}).one()


@applies(InvoiceReplaced, check=check_some_replaced)
def invoice_replaced(context: Context, decision: InvoiceReplaced, held: list[AnyRow]) -> Effect:
    """Record the invoice and match it at once; one that does not agree goes back with why."""
    order = _order_of(context, held, decision.order)
    standing = newest_invoice(context.conn, order_id=order.id)
    if standing is not None and standing.status not in AWAITED_AGAIN:
        raise InvalidDecisionError(
            f"Invoice {standing.number} is already recorded for {order.number}.",
            next_step="Nothing was changed; a second payment for the same order is not made.",
        )
    dated = decision.dated or context.today
    if dated > context.today:
        raise InvalidDecisionError(
            f"An invoice cannot be dated in the future ({dated:%-d %B %Y}).",
            next_step="Check the date on the invoice.",
        )
    lines = payable_on(context.conn, order=order)
    keep_invoice(
        context,
        order=order,
        number=decision.number.strip(),
        dated=dated,
        lines={line.item: line.net_pence for line in lines},
        total_pence=decision.total_pence,
        clocks=False,
    )
    status, findings = _match(context, order)
    facts = {"order": order.number, "contractor": order.contractor, "status": status}
    said = f"It goes back to {order.contractor}: {' '.join(findings)}" if findings else ""
    return Effect(to=None, facts=facts, notice=said)


def _match(context: Context, order: AnyRow) -> tuple[str, list[str]]:
    """Match the newest invoice of an order with what was valued; return how it stands, and why."""
    lines = payable_on(context.conn, order=order)
    invoice = newest_invoice(context.conn, order_id=order.id)
    assert invoice is not None  # noqa: S101 - it was just kept
    matched = match_invoice(
        ordered={line.item: line.net_pence for line in lines},
        invoiced={stored_item(key): pence for key, pence in invoice.lines.items()},
        vat=lawful_vat((line.net_pence, line.vat_rate, line.vat_pence) for line in lines),
        invoice_total_pence=invoice.total_pence,
        ended=True,
    )
    status, findings = "matched" if matched.agrees else "queried", list(matched.findings)
    context.conn.execute(_STATUS, {"row_id": invoice.id, "status": status, "findings": findings})
    return status, findings


@applies(WithdrawReplacedInvoice, check=check_some_replaced)
def withdraw_replaced(
    context: Context, decision: WithdrawReplacedInvoice, held: list[AnyRow]
) -> Effect:
    """End the unpaid entry, so that the right one can be recorded."""
    order = _order_of(context, held, decision.order)
    invoice = newest_invoice(context.conn, order_id=order.id)
    if invoice is None or invoice.status not in ("matched", "queried"):
        raise InvalidDecisionError(
            f"No invoice stands unpaid for {order.number}.", next_step="Nothing was changed."
        )
    context.conn.execute(_STATUS, {"row_id": invoice.id, "status": "withdrawn"})
    return Effect(to=None, facts={"order": order.number, "invoice": invoice.number})


@applies(ReleaseReplaced, check=check_some_replaced)
def release_replaced(context: Context, decision: ReleaseReplaced, held: list[AnyRow]) -> Effect:
    """Release what was matched, once, by somebody who neither valued nor recorded it."""
    order = _order_of(context, held, decision.order)
    invoice = newest_invoice(context.conn, order_id=order.id)
    if invoice is None or invoice.status != "matched":
        raise StatuteError(
            f"No matched invoice is waiting for {order.number}.",
            why="Money is paid only on an acceptable invoice for works executed.",
            section="s.37(4)",
            next_step="Record the contractor's invoice; it is matched at once.",
        )
    check_second_person(
        actor=context.actor,
        earlier=who_decided(context.conn, case_id=context.case.id, kinds=VOUCHING),
        act="release the payment",
    )
    check_held(context.conn, reference=context.case.reference, order=order, invoice=invoice)
    check_not_withheld(context)
    due = due_on(context.conn, order=order, invoice=invoice)
    check_within_limit(context, pence=due.council_pence)
    facts = keep_payment(
        context, order=order, invoice=invoice, materials_pence=decision.materials_pence
    )
    if due.council_pence:
        tell(
            context.case,
            kind="payment_to_contractor",
            once_for=f"{order.number}:{invoice.number}",
            to=contractor_of(context.conn, code=order.contractor),
            context={
                "order_number": order.number,
                "invoice_number": invoice.number,
                "paid_pence": due.council_pence,
                "paid_on": context.today,
            },
        )
    return Effect(to=None, facts={"order": order.number, **facts})
