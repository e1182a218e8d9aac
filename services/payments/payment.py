"""The contractor's invoice, as it was received."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from sqlalchemy import bindparam, insert, select

from models.base import AnyRow
from models.case_queries import (
    newest_invoice,
    payable_on,
    price_by_id,
)
from models.tables.works import Invoice
from rules.contracting import ContractingParty, last_day_to_pay
from rules.decisions.declared import BaseDecision, decided, particular
from rules.decisions.facts import Facts, known
from rules.documents.items import Item, typed_item
from rules.errors import InvalidDecisionError
from rules.identifiers import folded
from rules.pathway import StepName, StepStatus
from rules.payments import AWAITED_AGAIN, ENDED, entry_words
from rules.people import OFFICERS, Role
from services.cases.effect import Context, Effect, applies
from services.orders.works import own_order
from services.tenders.contracting import party_of_price

_OF_NUMBER: Final = (
    select(Invoice.id, Invoice.number, Invoice.status)
    .where(
        Invoice.contractor == bindparam("contractor"),
        Invoice.number_key == bindparam("number_key"),
    )
    .order_by(Invoice.id)
)
_KEEP_INVOICE: Final = insert(Invoice)


@decided("invoice", at=StepName.PAY, by=OFFICERS | {Role.FINANCE, Role.CONTRACTOR}, command="pay")
class RecordInvoice(BaseDecision):
    """The contractor's invoice: as ordered, or net pounds by line, or by item of a package."""

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
    as_ordered: bool = particular("It charges every line as ordered.", default=False)
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


def check_invoice(context: Context) -> AnyRow:
    """Return the order that an invoice may be recorded for: none waits or is paid."""
    order = own_order(context)
    standing = newest_invoice(context.conn, order_id=order.id)
    if standing is not None and standing.status not in AWAITED_AGAIN:
        raise InvalidDecisionError(
            f"Invoice {standing.number} is already recorded for {order.number}.",
            next_step="Nothing was changed; a second payment for the same order is not made. "
            f"What was recorded wrongly: `handrail decide {context.case.reference} "
            "correct-invoice`.",
        )
    return order


@applies(RecordInvoice, check=check_invoice)
def invoice(context: Context, decision: RecordInvoice, order: AnyRow) -> Effect:
    """Record the contractor's invoice; the pay flow matches it with the order."""
    dated = decision.dated or context.today
    if dated > context.today:
        raise InvalidDecisionError(
            f"An invoice cannot be dated in the future ({dated:%-d %B %Y}).",
            next_step="Check the date on the invoice.",
        )
    ordered = {line.item: line.net_pence for line in payable_on(context.conn, order=order)}
    lines = invoiced(
        order,
        ordered,
        by_line=decision.line_net_pence,
        by_item=decision.item_net_pence,
        as_ordered=decision.as_ordered,
    )
    keep_invoice(
        context,
        order=order,
        number=decision.number.strip(),
        dated=dated,
        lines=lines,
        total_pence=decision.total_pence,
    )
    return Effect(to=StepStatus.READY, facts={"dated": str(dated), "contractor": order.contractor})


def keep_invoice(
    context: Context,
    *,
    order: AnyRow,
    number: str,
    dated: date,
    lines: Mapping[Item, int],
    total_pence: int,
    clocks: bool = True,
) -> None:
    """Keep an invoice as received under a number that no other of the contractor's has.

    Args:
        clocks: Whether the clocks of the case's payment move by it.

    Raises:
        InvalidDecisionError: One that stands has the number, in whatever spelling.
    """
    key = {"contractor": order.contractor, "number_key": folded(number)}
    earlier = context.conn.execute(_OF_NUMBER, key).all()
    _check_number_is_new(order.contractor, number, earlier)
    net, entry = sum(lines.values()), len(earlier) + 1
    context.conn.execute(
        _KEEP_INVOICE,
        {
            **key,
            "order_id": order.id,
            "number": number,
            "entry": entry,
            "dated": dated,
            "lines": {str(line): pence for line, pence in lines.items()},
            "net_pence": net,
            "vat_pence": total_pence - net,
            "total_pence": total_pence,
            "status": "received",
            "findings": [],
            "recorded_by": context.actor.identity,
        },
    )
    if not clocks:
        return
    context.case.stop_clock("send_invoice", why="sent")
    called = entry_words(number=number, entry=entry)
    context.case.start_clock("pay_invoice", subject=called)
    price = price_by_id(context.conn, price_id=order.price_id)
    if party_of_price(price) is ContractingParty.COUNCIL:  # from its date: never too late
        last = last_day_to_pay(received_on=dated)
        context.case.start_clock("pay_by_law", subject=called, due_on=last)


def invoiced(
    order: AnyRow,
    ordered: Mapping[Item, int],
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
        return ordered
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
