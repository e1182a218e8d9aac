"""An invoice that was recorded and not paid: corrected, withdrawn or rejected, and kept.

The entry stays as it was recorded, with who ended it and why; its number is free again.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, TypeAlias

from models.base import AnyRow
from models.order_account import invoices_of, order_account
from rules.decisions import BaseDecision, Facts, Option, changed, decided, known, particular
from rules.documents.items import Item, stored_item
from rules.errors import InvalidDecisionError
from rules.identifiers import folded
from rules.payments.invoices import Sender, Source
from rules.payments.match import ENDED
from rules.people import OFFICERS, Role
from services.cases import Context, Effect, applies
from services.cases.corrections import before_and_after
from services.payments.matching import Received
from services.payments.payment import RecordInvoice, invoiced, look_again, notice_of, order_out
from services.payments.receive import CHANGE, called, receive, stop_clocks

_BY: Final = OFFICERS | {Role.FINANCE}
Entries: TypeAlias = tuple[AnyRow, list[AnyRow]]
_WHICH: Final = "Which invoice, by its number; the newest that stands if left out."


@decided("correct-invoice", at=None, by=_BY, any_time=True, of_file=True, corrects=RecordInvoice)
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
    sender: Sender | None = particular(
        "Whom it is from.", "--from", default=None, label="Whom it is from"
    )
    apart: bool = particular(
        "It is another invoice than the one with the same date and total.",
        "--not-the-same",
        default=False,
        label="It is not the one with the same date and total again",
    )
    which: str = particular(_WHICH, default="", label="Which invoice", seldom=True)

    def problems(self) -> tuple[str, ...]:
        """Return a correction that says nothing, or two things at once."""
        found = []
        given = (self.number, self.dated, self.total_pence, self.sender, self.apart or None)
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
    at=None,
    by=_BY,
    any_time=True,
    of_file=True,
    command="pay",
    flag=Option("--withdraw-invoice", "The contractor withdraws its invoice, or never sent it."),
    corrects=RecordInvoice,
)
class WithdrawInvoice(BaseDecision):
    """The contractor takes its unpaid invoice back, or it was never this contractor's."""

    which: str = particular(_WHICH, "--withdrawn", default="", label="Which invoice", seldom=True)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        return f"Invoice{known(' {}', facts['invoice'])} is withdrawn."


@decided(
    "reject-invoice",
    at=None,
    by=_BY,
    any_time=True,
    of_file=True,
    command="pay",
    flag=Option("--reject-invoice", "The invoice goes back to the contractor."),
    corrects=RecordInvoice,
)
class RejectInvoice(BaseDecision):
    """The unpaid invoice is not acceptable (s.37(4)) and goes back; the reason says why."""

    which: str = particular(_WHICH, "--rejected", default="", label="Which invoice", seldom=True)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        return f"Invoice{known(' {}', facts['invoice'])} is rejected and goes back."


def check_entries(context: Context) -> tuple[AnyRow, list[AnyRow]]:
    """Return the order in force and the invoices that stand for it unpaid, the newest first."""
    order = order_out(context)
    return order, unpaid_entries(context, order)


def unpaid_entries(context: Context, order: AnyRow) -> list[AnyRow]:
    """Return the invoices that stand for an order unpaid, the newest first.

    Raises:
        InvalidDecisionError: None does.
    """
    entries = [one for one in invoices_of(context.conn, order=order) if one.credits_id is None]
    standing = [one for one in reversed(entries) if one.status not in ENDED]
    if not standing:
        newest = entries[-1] if entries else None
        raise InvalidDecisionError(
            f"No invoice stands for {order.number}.",
            why=f"Invoice {newest.number} was {newest.status}." if newest else "",
            next_step="Record the contractor's invoice.",
        )
    account = order_account(context.conn, order=order)
    touched = {one.key for one in account.invoices if one.paid or one.credited}
    unpaid = [one for one in standing if one.id not in touched]
    if not unpaid:
        raise InvalidDecisionError(
            f"Invoice {standing[0].number} is paid or credited.",
            why="What rests on it stands.",
            next_step="Ask the contractor for a credit note or a further invoice.",
        )
    return unpaid


def entry_of(which: str, unpaid: list[AnyRow]) -> AnyRow:
    """Return the unpaid invoice that is meant.

    Raises:
        InvalidDecisionError: None has the number.
    """
    if not which.strip():
        return unpaid[0]
    found = next((one for one in unpaid if one.number_key == folded(which)), None)
    if found is None:
        raise InvalidDecisionError(
            f"No unpaid invoice {which[:40]} stands.",
            next_step=f"Those are: {', '.join(one.number for one in unpaid)}.",
        )
    return found


@applies(CorrectInvoice, check=check_entries)
def correct_invoice(context: Context, decision: CorrectInvoice, held: Entries) -> Effect:
    """End the entry as corrected, and keep the corrected one, which is matched anew."""
    order, unpaid = held
    found = entry_of(decision.which, unpaid)
    end_entry(context, found, "corrected")
    lines: Mapping[Item, int] = {stored_item(key): pence for key, pence in found.lines.items()}
    after: dict[str, Any] = {
        "number": decision.number.strip() if decision.number else found.number,
        "dated": decision.dated or found.dated,
        "lines": _lines(context, decision, order) or lines,
        "total_pence": decision.total_pence or found.total_pence,
        "sender": decision.sender or (Sender(found.sender) if found.sender else None),
        "apart": decision.apart or found.apart,
    }
    before = {name: getattr(found, name) for name in after} | {"lines": lines}
    what = f"Invoice {found.number} of {order.number}"
    facts = before_and_after(_plain(before), _plain(after), what=what)
    received = Received(
        received_on=found.received_on,
        source=Source(found.source) if found.source else None,
        **after,
    )
    matched = receive(context, order=order, received=received)
    look_again(context)
    return Effect(to=None, facts=facts, notice=notice_of(order, matched))


def _lines(context: Context, decision: CorrectInvoice, order: AnyRow) -> Mapping[Item, int]:
    if not (decision.as_ordered or decision.line_net_pence or decision.item_net_pence):
        return {}
    return invoiced(
        context,
        order,
        by_line=decision.line_net_pence,
        by_item=decision.item_net_pence,
        as_ordered=decision.as_ordered,
    )


@applies(WithdrawInvoice, check=check_entries)
def withdraw_invoice(context: Context, decision: WithdrawInvoice, held: Entries) -> Effect:
    """End the entry as withdrawn; the contractor's invoice is awaited again."""
    return _ended(context, entry_of(decision.which, held[1]), "withdrawn")


@applies(RejectInvoice, check=check_entries)
def reject_invoice(context: Context, decision: RejectInvoice, held: Entries) -> Effect:
    """End the entry as rejected; the contractor's invoice is awaited again."""
    return _ended(context, entry_of(decision.which, held[1]), "rejected")


def _ended(context: Context, found: AnyRow, how: str) -> Effect:
    end_entry(context, found, how)
    look_again(context)
    facts = {"invoice": found.number, "before": {"status": found.status}, "after": {"status": how}}
    return Effect(to=None, facts=facts)


def end_entry(context: Context, found: AnyRow, how: str) -> None:
    """End an entry that was not paid: its number is free again."""
    context.conn.execute(CHANGE, {"row_id": found.id, "status": how})
    stop_clocks(context, called=called(found), why=how)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    lines = {str(line): pence for line, pence in sorted(values["lines"].items())}
    return {**values, "dated": values["dated"].isoformat(), "lines": lines}
