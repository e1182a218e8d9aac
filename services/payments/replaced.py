"""The invoice of a contractor that was replaced: matched with what was valued, and released.

It waits for nobody's sign-off: what is valued was inspected, and the valuation says on which day.
The case may have ended by then: what is owed stays owed.
"""

from datetime import date
from typing import Final

from models.base import AnyRow, rows_by
from models.replaced import replaced_orders
from models.tables.works import WorkOrder
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.errors import InvalidDecisionError, StepNotOpenError
from rules.paying import Payee
from rules.people import OFFICERS, Role
from services.cases import Context, Effect, applies
from services.completion.views import check_client_answered
from services.payments.entries import end_entry, unpaid_entries
from services.payments.matching import Received
from services.payments.payment import check_something_left, invoiced, notice_of
from services.payments.receive import receive
from services.payments.release import check_payable, release_order

_ORDER: Final = rows_by(WorkOrder, "id")
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
        whose = " to the applicant" if facts["payee"] == Payee.APPLICANT else whose
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


def check_release_replaced(context: Context) -> list[AnyRow]:
    """Return those orders; nothing is released while a client's report has no answer in writing."""
    check_client_answered(context)
    return check_some_replaced(context)


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
    check_something_left(context, order)
    received = Received(
        number=decision.number.strip(),
        dated=decision.dated or context.today,
        lines=invoiced(context, order, by_line={}, by_item={}, as_ordered=True),
        total_pence=decision.total_pence,
    )
    found = receive(context, order=order, received=received)
    facts = {"order": order.number, "contractor": order.contractor, "status": found.status}
    return Effect(to=None, facts=facts, notice=notice_of(order, found))


@applies(WithdrawReplacedInvoice, check=check_some_replaced)
def withdraw_replaced(
    context: Context, decision: WithdrawReplacedInvoice, held: list[AnyRow]
) -> Effect:
    """End the unpaid entry, so that the right one can be recorded."""
    order = _order_of(context, held, decision.order)
    unpaid = unpaid_entries(context, order)
    end_entry(context, unpaid[0], "withdrawn")
    return Effect(to=None, facts={"order": order.number, "invoice": unpaid[0].number})


@applies(ReleaseReplaced, check=check_release_replaced)
def release_replaced(context: Context, decision: ReleaseReplaced, held: list[AnyRow]) -> Effect:
    """Release what was matched, once, by somebody who neither valued nor recorded it."""
    order = _order_of(context, held, decision.order)
    facts = release_order(
        context, order, check_payable(context, order), materials_pence=decision.materials_pence
    )
    return Effect(to=None, facts={"order": order.number} | facts)
