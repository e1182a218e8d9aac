"""An invoice that was recorded and not paid: corrected, withdrawn or rejected, and kept.

The entry stays as it was recorded, with who ended it and why; its number is free again.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import bindparam, update

from models.base import AnyRow
from models.case_queries import newest_invoice, order_in_force, payable_on
from models.tables.works import Invoice
from rules.decisions.declared import BaseDecision, Option, decided, particular
from rules.decisions.facts import Facts, changed, known
from rules.documents.items import Item, stored_item
from rules.errors import InvalidDecisionError
from rules.pathway import StepName, StepStatus
from rules.payments import ENDED, PAY_CLOCKS, entry_words
from rules.people import OFFICERS, Role
from services.cases.corrections import before_and_after
from services.cases.effect import Context, Effect, applies
from services.payments.payment import RecordInvoice, invoiced, keep_invoice

_END: Final = update(Invoice).where(Invoice.id == bindparam("row_id"))
_BY: Final = OFFICERS | {Role.FINANCE}
_PAID: Final = {
    "release": "It is paid. Ask the contractor for a credit note or a further invoice, and settle "
    "it in the authority's own ledger."
}


@decided("correct-invoice", at=StepName.PAY, by=_BY, corrects=RecordInvoice, rests=_PAID)
class CorrectInvoice(BaseDecision):
    """An unpaid invoice was typed wrongly: what is given replaces what was recorded."""

    number: str | None = particular(
        "Its number.", "--invoice", default=None, label="Invoice number"
    )
    dated: date | None = particular("Its date.", default=None, label="Date of the invoice")
    total_pence: int | None = particular(
        "Its total with VAT.", "--total", unit="pounds", default=None, label="Total with VAT"
    )
    line_net_pence: Mapping[int, int] = particular(
        "Net pounds of a line; all of its lines are given anew.",
        "--line",
        default_factory=dict,
        unit="pounds",
        entry="LINE=POUNDS",
        label="Net sum of each line",
        offers="ordered_lines",
    )
    item_net_pence: Mapping[str, int] = particular(
        "Net pounds of an item of a package; all of its items are given anew.",
        "--item",
        default_factory=dict,
        unit="pounds",
        entry="ITEM=POUNDS",
        example="A=4250.00",
        label="Net sum of each item",
        offers="ordered_items",
    )
    as_ordered: bool = particular("It charges every line as ordered.", default=False)

    def problems(self) -> tuple[str, ...]:
        """Return a correction that says nothing, or two things at once."""
        found = []
        given = (self.number, self.dated, self.total_pence)
        charged = [self.as_ordered, bool(self.line_net_pence), bool(self.item_net_pence)]
        if not (any(charged) or any(one is not None for one in given)):
            found.append("Say what is corrected.")
        if self.number is not None and not self.number.strip():
            found.append("Give the invoice's number.")
        if self.total_pence is not None and self.total_pence <= 0:
            found.append("An invoice's total is above zero.")
        if charged.count(True) > 1:
            found.append("Either the invoice charges as ordered, or give its lines.")
        return tuple(found)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was corrected, from what to what."""
        return f"The invoice is corrected: {changed(facts)}."


@decided(
    "withdraw-invoice",
    at=StepName.PAY,
    by=_BY,
    command="pay",
    flag=Option("--withdraw-invoice", "The contractor withdraws its invoice, or never sent it."),
    corrects=RecordInvoice,
    rests=_PAID,
)
class WithdrawInvoice(BaseDecision):
    """The contractor takes its unpaid invoice back, or it was never this contractor's."""

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        return f"Invoice{known(' {}', facts['invoice'])} is withdrawn."


@decided(
    "reject-invoice",
    at=StepName.PAY,
    by=_BY,
    command="pay",
    flag=Option("--reject-invoice", "The invoice goes back to the contractor."),
    corrects=RecordInvoice,
    rests=_PAID,
)
class RejectInvoice(BaseDecision):
    """The unpaid invoice is not acceptable (s.37(4)) and goes back; the reason says why."""

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        return f"Invoice{known(' {}', facts['invoice'])} is rejected and goes back."


def check_entry(context: Context) -> AnyRow:
    """Return the invoice that stands unpaid for the order."""
    order = order_in_force(context.conn, case_id=context.case.id)
    found = newest_invoice(context.conn, order_id=order.id)
    if found is None or found.status in ENDED:
        ended = f"Invoice {found.number} was {found.status}." if found else ""
        raise InvalidDecisionError(
            f"No invoice stands for {order.number}.",
            why=ended,
            next_step="Record the contractor's invoice.",
        )
    return found


@applies(CorrectInvoice, check=check_entry)
def correct_invoice(context: Context, decision: CorrectInvoice, found: AnyRow) -> Effect:
    """End the entry as corrected, and keep the corrected one, which is matched anew."""
    order = order_in_force(context.conn, case_id=context.case.id)
    if decision.dated is not None and decision.dated > context.today:
        raise InvalidDecisionError(
            f"An invoice cannot be dated in the future ({decision.dated:%-d %B %Y}).",
            next_step="Check the date on the invoice.",
        )
    lines: Mapping[Item, int] = {}
    if decision.as_ordered or decision.line_net_pence or decision.item_net_pence:
        lines = invoiced(
            order,
            {line.item: line.net_pence for line in payable_on(context.conn, order=order)},
            by_line=decision.line_net_pence,
            by_item=decision.item_net_pence,
            as_ordered=decision.as_ordered,
        )
    held = {stored_item(key): pence for key, pence in found.lines.items()}
    after: dict[str, Any] = {
        "number": decision.number.strip() if decision.number else found.number,
        "dated": decision.dated or found.dated,
        "lines": dict(lines or held),
        "total_pence": decision.total_pence or found.total_pence,
    }
    before = {name: getattr(found, name) for name in after} | {"lines": held}
    what = f"Invoice {found.number} of {order.number}"
    facts = before_and_after(_plain(before), _plain(after), what=what)
    _end(context, found, "corrected")
    keep_invoice(context, order=order, **after)
    return Effect(to=StepStatus.READY, facts=facts)


@applies(WithdrawInvoice, check=check_entry)
def withdraw_invoice(context: Context, _: WithdrawInvoice, found: AnyRow) -> Effect:
    """End the entry as withdrawn; the contractor's invoice is awaited again."""
    return _ended(context, found, "withdrawn")


@applies(RejectInvoice, check=check_entry)
def reject_invoice(context: Context, _: RejectInvoice, found: AnyRow) -> Effect:
    """End the entry as rejected; the contractor's invoice is awaited again."""
    return _ended(context, found, "rejected")


def _ended(context: Context, found: AnyRow, how: str) -> Effect:
    _end(context, found, how)
    facts = {"invoice": found.number, "before": {"status": found.status}, "after": {"status": how}}
    return Effect(to=StepStatus.READY, facts=facts)


def _end(context: Context, found: AnyRow, how: str) -> None:
    context.conn.execute(_END, {"row_id": found.id, "status": how})
    called = entry_words(number=found.number, entry=found.entry)
    for clock in PAY_CLOCKS:
        context.case.stop_clock(clock, subject=called, why=how)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    lines = {str(line): pence for line, pence in sorted(values["lines"].items())}
    return {**values, "dated": values["dated"].isoformat(), "lines": lines}
