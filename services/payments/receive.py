"""An invoice as it is received: kept, matched with its order at once, accepted or queried.

One way for every order, whether it goes on, ended, or was given to another contractor.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import bindparam, insert, select, update

from models.audit import AUTOMATIC
from models.base import AnyRow
from models.case_queries import price_by_id
from models.order_account import family_said
from models.tables.works import Invoice
from rules.contracting import ContractingParty, last_day_to_pay
from rules.errors import InvalidDecisionError, StatuteError
from rules.identifiers import folded
from rules.payments.invoices import Sender
from rules.payments.match import ENDED, PAY_CLOCKS, entry_words
from services.cases import Context
from services.payments.matching import Found, Received, matched_with
from services.tenders.contracting import party_of_price

_OF_NUMBER: Final = (
    select(Invoice.id, Invoice.number, Invoice.status)
    .where(
        Invoice.contractor == bindparam("contractor"), Invoice.number_key == bindparam("number_key")
    )
    .order_by(Invoice.id)
)
_KEEP: Final = insert(Invoice)
CHANGE: Final = update(Invoice).where(Invoice.id == bindparam("row_id"))


def receive(context: Context, *, order: AnyRow, received: Received) -> Found:
    """Keep an invoice and match it with its order; one that does not agree is queried with why.

    Its clocks run from then on: also before the case stands at its payment, while it has not ended.

    Raises:
        InvalidDecisionError: Its number is taken, or it is dated in the future.
        StatuteError: The contractor is the applicant's family (s.37(4)).
    """
    check_dated(context, received)
    check_sender(context, received)
    entry = entry_of_number(context, order, received)
    found = matched_with(context, order=order, received=received)
    keep_entry(context, order=order, received=received, entry=entry, found=found)
    context.case.note(
        actor=AUTOMATIC,
        action=f"pay: invoice {received.number} {found.status}",
        reason=" ".join(found.findings)
        or f"it agrees with the order line by line, with {found.vat_words}",
        detail={"total_pence": received.total_pence},
    )
    if not context.case.status_is_exit():
        _move_clocks(context, order, received, entry, queried=bool(found.findings))
    return found


def check_dated(context: Context, received: Received) -> None:
    """Refuse a date to come.

    Raises:
        InvalidDecisionError: It is one.
    """
    for what, day in (("dated", received.dated), ("received", received.received_on)):
        if day is not None and day > context.today:
            raise InvalidDecisionError(
                f"An invoice cannot be {what} in the future ({day:%-d %B %Y}).",
                next_step="Check the date on the invoice.",
            )


def check_sender(context: Context, received: Received) -> None:
    """Refuse an invoice of the applicant or of their family.

    Raises:
        StatuteError: It is one, or the contractor is recorded to be.
    """
    family = family_said(context.conn, case_id=context.case.id)
    if received.sender is not Sender.FAMILY and not family:
        return
    raise StatuteError(
        f"Invoice {received.number} is the applicant’s own, or a member of their family’s.",
        why="A grant is paid on an acceptable invoice, and one of the applicant or a member of "
        "their family is none.",
        section="s.37(4)",
        next_step="Where that is a mistake: record whom it is from, or `handrail decide "
        f"{context.case.reference} related --not-related`.",
    )


def entry_of_number(context: Context, order: AnyRow, received: Received) -> int:
    """Return which entry of its number an invoice is.

    Raises:
        InvalidDecisionError: Another that stands has the number, in whatever spelling.
    """
    key = {"contractor": order.contractor, "number_key": folded(received.number)}
    earlier = context.conn.execute(_OF_NUMBER, key).all()
    _check_number_is_new(order.contractor, received.number, earlier)
    return len(earlier) + 1


def _check_number_is_new(contractor: str, number: str, earlier: Sequence[AnyRow]) -> None:
    taken = next((one for one in earlier if one.status not in ENDED), None)
    if taken is not None:
        spelt = f", spelt {taken.number}" if taken.number != number else ""
        raise InvalidDecisionError(
            f"{contractor} has sent an invoice with the number {number} before{spelt}.",
            why="An invoice is paid once.",
            next_step="Ask the contractor for an invoice with its own number; one that was "
            "recorded by mistake is corrected, withdrawn or rejected first.",
        )


def keep_entry(
    context: Context, *, order: AnyRow, received: Received, entry: int, found: Found
) -> None:
    """Keep an invoice or a credit note as it was received and matched."""
    net = sum(received.lines.values())
    context.conn.execute(
        _KEEP,
        {
            "contractor": order.contractor,
            "number_key": folded(received.number),
            "order_id": order.id,
            "number": received.number,
            "entry": entry,
            "dated": received.dated,
            "lines": {str(line): pence for line, pence in received.lines.items()},
            "net_pence": net,
            "vat_pence": received.total_pence - net,
            "total_pence": received.total_pence,
            "status": found.status,
            "findings": list(found.findings),
            "recorded_by": context.actor.identity,
            "credits_id": received.credits_id,
            "received_on": received.received_on or context.today,
            "source": received.source,
            "sender": received.sender or Sender.CONTRACTOR,
            "apart": received.apart,
            "line_vat": {str(item): one.vat_pence for item, one in found.lines.items()}
            if found.lines
            else None,
        },
    )


def _move_clocks(
    context: Context, order: AnyRow, received: Received, entry: int, *, queried: bool
) -> None:
    context.case.stop_clock("send_invoice", why="sent")
    called = entry_words(number=received.number, entry=entry)
    context.case.start_clock("pay_invoice", subject=called)
    price = price_by_id(context.conn, price_id=order.price_id)
    if party_of_price(price) is ContractingParty.COUNCIL:
        last = last_day_to_pay(received_on=received.received_on or context.today)
        context.case.start_clock("pay_by_law", subject=called, due_on=last)
    if queried:
        stop_clocks(context, called=called, why="queried")


def called(invoice: AnyRow) -> str:
    """Return what the clocks of an entry of an invoice are named by."""
    return entry_words(number=invoice.number, entry=invoice.entry)


def stop_clocks(context: Context, *, called: str, why: str) -> None:
    """Stop the clocks in which one entry of an invoice is paid."""
    for clock in PAY_CLOCKS:
        context.case.stop_clock(clock, subject=called, why=why)
