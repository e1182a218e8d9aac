"""The contractor's invoice, as it was received: an instalment, or what is left at the end."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from models.base import AnyRow
from models.case_queries import ending_of, live_order, payable_on
from models.order_account import done_on, order_account
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.documents.items import Item, typed_item
from rules.errors import InvalidDecisionError, StepNotOpenError
from rules.pathway import StepName, StepStatus
from rules.payments.account import NOTHING
from rules.payments.invoices import Sender, Source
from rules.people import OFFICERS, Role
from services.cases import Context, Effect, applies
from services.orders.works import own_order
from services.payments.matching import Found, Received
from services.payments.receive import receive

_RECEIVES: Final = OFFICERS | {Role.FINANCE}
"""Who says of an invoice that came when it did, and whom it is from."""


@decided(
    "invoice", at=None, by=_RECEIVES | {Role.CONTRACTOR}, command="pay", any_time=True, of_file=True
)
class RecordInvoice(BaseDecision):
    """The contractor's invoice: as ordered, or net pounds by line, or by item of a package.

    Before completion it is an instalment, of lines that were found done.
    """

    number: str = particular(
        "The contractor's invoice number.", "--invoice", asks=True, label="Invoice number"
    )
    dated: date | None = particular(
        "The invoice's date; today's if left out.", otherwise=None, label="Date of the invoice"
    )
    total_pence: int = particular(
        "The invoice's total with VAT.", "--total", unit="pounds", label="Total with VAT"
    )
    line_net_pence: Mapping[int, int] = particular(
        "Net pounds of a line.",
        "--line",
        default_factory=dict,
        unit="pounds",
        entry="LINE=POUNDS",
        label="Net sum of each line",
        hint="Only where it does not charge as ordered.",
        offers="ordered_lines",
        seldom=True,
    )
    item_net_pence: Mapping[str, int] = particular(
        "Net pounds of an item, where a package prices the works as items A, B, C.",
        "--item",
        default_factory=dict,
        unit="pounds",
        entry="ITEM=POUNDS",
        example="A=4250.00",
        label="Net sum of each item",
        hint="Only where it does not charge as ordered.",
        offers="ordered_items",
        seldom=True,
    )
    as_ordered: bool = particular(
        "It charges every line as ordered; before completion, all that is done.", default=False
    )
    received_on: date | None = particular(
        "It was received on this day; today if left out.",
        default=None,
        label="Received on",
        by=_RECEIVES,
        seldom=True,
    )
    source: Source | None = particular(
        "How it came.", default=None, label="How it came", seldom=True
    )
    sender: Sender = particular(
        "Whom it is from: the contractor, somebody else, or the applicant or their family.",
        "--from",
        default=Sender.CONTRACTOR,
        label="Whom it is from",
        by=_RECEIVES,
        seldom=True,
    )
    apart: bool = particular(
        "It is another invoice than the one with the same date and total.",
        "--not-the-same",
        default=False,
        label="It is not the one with the same date and total again",
        seldom=True,
    )
    document: str = particular(
        "Where the invoice itself is, such as doc:5.",
        default="",
        evidence=True,
        label="The invoice itself",
        hint="A document received, such as doc:5; or where it is filed.",
        seldom=True,
    )

    def problems(self) -> tuple[str, ...]:
        """Return a missing number, missing lines and an amount that is not above zero."""
        found = [] if self.number.strip() else ["Give the invoice's number."]
        if self.total_pence <= 0:
            found.append("An invoice's total is above zero.")
        if [self.as_ordered, bool(self.line_net_pence), bool(self.item_net_pence)].count(True) != 1:
            found.append("Either the invoice charges as ordered, or give its lines.")
        if len({typed_item(item) for item in self.item_net_pence}) < len(self.item_net_pence):
            found.append("Give each item once.")
        return tuple(found)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        whose = known(" of {}", facts["contractor"])
        how = ", as ordered" if facts["as_ordered"] else ""
        dated = known(", dated {}", facts.day("dated"))
        total = facts.pounds("total_pence")
        return f"Invoice {facts['number']}{whose} for {total} with VAT{dated}{how}."


def order_out(context: Context) -> AnyRow:
    """Return the order in force, where one is out; a contractor's own.

    Raises:
        HandrailError: None is, or it is another firm's.
    """
    if live_order(context.conn, case_id=context.case.id) is None:
        raise StepNotOpenError(
            f"No work order is out on {context.case.reference}.",
            why="Only works executed are paid (s.37(4)).",
            next_step="An invoice is recorded once there is an order.",
        )
    return own_order(context)


def check_invoice(context: Context) -> AnyRow:
    """Return the order that an invoice may be recorded for: something of it is to be invoiced."""
    order = order_out(context)
    ended = ending_of(context.conn, order_id=order.id) is not None
    if order.started_on is None and not ended:
        raise StepNotOpenError(
            f"No works have begun on {order.number}.",
            why="Only works executed are paid (s.37(4)).",
            next_step="An instalment is invoiced once lines are done, the rest once they are "
            "signed off.",
        )
    check_something_left(context, order)
    return order


def check_something_left(context: Context, order: AnyRow) -> None:
    """Refuse an invoice where everything is invoiced.

    Raises:
        InvalidDecisionError: It is.
    """
    account = order_account(context.conn, order=order)
    left = [item for item in account.ordered if account.to_invoice(item) != NOTHING]
    standing = [one for one in account.invoices if any(one.stands(item) for item in one.lines)]
    if left or not standing:
        return
    number = standing[-1].number
    raise InvalidDecisionError(
        f"Invoice {number} is already recorded for {order.number}.",
        why="Everything that was ordered is invoiced.",
        next_step="Nothing was changed; a second payment for the same order is not made. "
        f"What was recorded wrongly: `handrail decide {context.case.reference} "
        "correct-invoice`.",
    )


@applies(RecordInvoice, check=check_invoice)
def invoice(context: Context, decision: RecordInvoice, order: AnyRow) -> Effect:
    """Record the contractor's invoice, matched with the order at once."""
    dated = decision.dated or context.today
    received = Received(
        number=decision.number.strip(),
        dated=dated,
        total_pence=decision.total_pence,
        lines=invoiced(
            context,
            order,
            by_line=decision.line_net_pence,
            by_item=decision.item_net_pence,
            as_ordered=decision.as_ordered,
        ),
        received_on=decision.received_on,
        source=_source(context, decision),
        sender=decision.sender,
        apart=decision.apart or None,
    )
    found = receive(context, order=order, received=received)
    facts = {"dated": str(dated), "contractor": order.contractor, "status": found.status}
    look_again(context)
    return Effect(to=None, facts=facts, notice=notice_of(order, found))


def _source(context: Context, decision: RecordInvoice) -> Source | None:
    """Return how an invoice came; what a contractor hands in is a file, or typed on its page."""
    if context.actor.role is Role.CONTRACTOR and decision.source is not Source.FILE:
        return Source.PAGE
    return decision.source


def notice_of(order: AnyRow, found: Found) -> str:
    """Return what whoever records an invoice is told of it: nothing, where it agrees."""
    if not found.findings:
        return ""
    return f"It goes back to {order.contractor}: {' '.join(found.findings)}"


def pay_is_open(context: Context) -> bool:
    """Say whether the case stands at its payment: the works are signed off, or ended."""
    return context.case.step_status(StepName.PAY) in (StepStatus.READY, StepStatus.WAITING)


def look_again(context: Context, *, outcome: str = "") -> None:
    """Let the flow of the payment look at how it stands now, where it waits."""
    status = context.case.step_status(StepName.PAY)
    if status is StepStatus.WAITING or (outcome and status is StepStatus.READY):
        context.case.move(StepName.PAY, StepStatus.READY, outcome=outcome)


def _chargeable(context: Context, order: AnyRow) -> dict[Item, int]:
    """Return, net, what an invoice charges that charges as ordered.

    That is what is not invoiced of each line; before completion, what is done of it.
    """
    account = order_account(context.conn, order=order)
    most = {line.item: line.net_pence for line in payable_on(context.conn, order=order)}
    last = order.certified_on is not None or ending_of(context.conn, order_id=order.id) is not None
    most = most if last else done_on(context.conn, order=order)
    left = {item: net - account.invoiced(item).net_pence for item, net in most.items()}
    known = account.invoiced_items
    found = {item: net for item, net in left.items() if net or (last and item not in known)}
    if found:
        return found
    raise InvalidDecisionError(
        f"Nothing of {order.number} was inspected and found done yet that is not invoiced.",
        why="Before completion only works executed are paid (s.37(4)).",
        next_step="An officer inspects lines, or values what is done of them, first: "
        f"`handrail decide {context.case.reference} value-done`.",
    )


def invoiced(
    context: Context,
    order: AnyRow,
    *,
    by_line: Mapping[int, int],
    by_item: Mapping[str, int],
    as_ordered: bool,
) -> Mapping[Item, int]:
    """Return what is charged of each line, or of each item of a package, as the order names them.

    Raises:
        InvalidDecisionError: Lines are given of an order that has items, or items where it has
            lines: the number of a works line says nothing of what an item costs.
    """
    if as_ordered:
        return _chargeable(context, order)
    ordered = [line.item for line in payable_on(context.conn, order=order)]
    lettered = any(isinstance(item, str) for item in ordered)
    if lettered == bool(by_line):
        named = ", ".join(map(str, ordered))
        what, option = ("items", "--item") if lettered else ("lines", "--line")
        raise InvalidDecisionError(
            f"{order.number} is invoiced by its {what} {named}.",
            why="A package prices several works lines as one item, so that no single works line "
            "has a price."
            if lettered
            else "Each of its works lines has its own price.",
            next_step=f"Give the net pounds of each with {option}, or --as-ordered.",
        )
    charged: dict[Item, int] = dict(by_line.items())
    return charged | {typed_item(item): pence for item, pence in by_item.items()}
