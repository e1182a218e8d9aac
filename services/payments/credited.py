"""Credit notes against an invoice, what is paid back of them, and contractors who are family."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from sqlalchemy import insert

from models.base import AnyRow
from models.case_queries import orders_on, payable_on
from models.order_account import family_said, invoices_of, order_account, with_vat
from models.tables.payment_lines import Refund
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.documents.items import Item, item_words, typed_item
from rules.errors import AlreadyDecidedError, InvalidDecisionError, NotPermittedError
from rules.identifiers import folded
from rules.money import pounds
from rules.payments.account import Invoiced, Sums, shares, summed
from rules.payments.match import lawful_vat
from rules.people import OFFICERS, Role
from services.cases import Context, Effect, applies
from services.payments.matching import Found, Received
from services.payments.payment import look_again
from services.payments.receive import called, check_dated, entry_of_number, keep_entry, stop_clocks

_REFUND: Final = insert(Refund)


@decided(
    "credit-note",
    at=None,
    by=OFFICERS | {Role.FINANCE, Role.CONTRACTOR},
    any_time=True,
    of_file=True,
)
class RecordCredit(BaseDecision):
    """The contractor's credit note against an invoice: all of it, or net pounds by line or item.

    What was paid of it is owed back, and is set off against the next payment.
    """

    number: str = particular("The credit note's number.", "--number", label="Credit note number")
    against: str = particular(
        "The number of the invoice that it credits.", label="Invoice that it credits"
    )
    total_pence: int = particular(
        "The credit note's total with VAT.", "--total", unit="pounds", label="Total with VAT"
    )
    credited: Mapping[str, int] = particular(
        "Net pounds credited of a line, or of an item A, B, C; all of the invoice if left out.",
        "--line",
        default_factory=dict,
        unit="pounds",
        entry="LINE=POUNDS",
        example="2=450",
        label="Net sum credited of each line",
        hint="Only where it does not credit all of the invoice.",
        offers="ordered",
    )
    dated: date | None = particular(
        "Its date; today's if left out.", default=None, label="Date of the credit note"
    )
    document: str = particular(
        "Where the credit note itself is, such as doc:5.",
        default="",
        evidence=True,
        label="The credit note itself",
        hint="A document received, such as doc:5; or where it is filed.",
        seldom=True,
    )

    def problems(self) -> tuple[str, ...]:
        """Return missing numbers and sums that are not above zero."""
        found = [] if self.number.strip() else ["Give the credit note's number."]
        if self.total_pence <= 0:
            found.append("A credit note's total is above zero: it is taken off as it is.")
        if len({typed_item(one) for one in self.credited}) < len(self.credited):
            found.append("Give each line once.")
        return tuple(found)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        total, whose = facts.pounds("total_pence"), known(" of {}", facts["contractor"])
        owed = known("; {} is owed back", facts.pounds("owed_back_pence"))
        return f"Credit note {facts['number']}{whose} takes {total} off {facts['against']}{owed}."


@decided("refund", at=None, by=frozenset({Role.FINANCE}), any_time=True, of_file=True)
class RecordRefund(BaseDecision):
    """A contractor paid back what it was paid and credited afterwards."""

    order: str = particular("The order that it is for.", offers="orders")
    amount_pence: int = particular("The sum.", "--amount", unit="pounds", label="Sum")
    received_on: date = particular("It was received on this day.", label="Received on")

    def problems(self) -> tuple[str, ...]:
        """Return a sum that is not above zero."""
        return () if self.amount_pence > 0 else ("What is paid back is above zero.",)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        return f"{facts.pounds('amount_pence')} was paid back on {facts['order']}."


@decided("related", at=None, by=OFFICERS | {Role.FINANCE}, any_time=True, of_file=True)
class SayRelated(BaseDecision):
    """Whether the contractor is the applicant, or a member of their family (s.37(4))."""

    related: bool = particular(
        "The contractor is the applicant or family.",
        "--related/--not-related",
        label="The contractor",
        answers=("Is the applicant or a member of their family", "Is neither"),
    )

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        if facts["related"]:
            return "The contractor is the applicant or their family: no invoice of it is paid."
        return "The contractor is neither the applicant nor their family."


def check_credit(context: Context) -> tuple[tuple[AnyRow, Invoiced], ...]:
    """Return the invoices that stand on the case, each with its order; a firm's own only."""
    actor = context.actor
    orders = [
        order
        for order in orders_on(context.conn, case_id=context.case.id)
        if actor.role is not Role.CONTRACTOR or actor.identity == order.contractor
    ]
    if actor.role is Role.CONTRACTOR and not orders:
        raise NotPermittedError(
            f"No order of {context.case.reference} is to {actor.name}.",
            next_step="A contractor credits its own invoices only.",
        )
    found = tuple(
        (order, invoice)
        for order in orders
        for invoice in order_account(context.conn, order=order).invoices
    )
    if not found:
        raise InvalidDecisionError(
            f"No invoice stands on {context.case.reference}.",
            why="A credit note is against an invoice.",
            next_step="One that was queried is corrected or withdrawn instead.",
        )
    return found


@applies(RecordCredit, check=check_credit)
def credit(
    context: Context, decision: RecordCredit, found: tuple[tuple[AnyRow, Invoiced], ...]
) -> Effect:
    """Keep a credit note: never more of a line than was invoiced, with VAT as it was charged."""
    order, invoice = _against(decision.against, found)
    left = {item: one for item in invoice.lines if (one := invoice.stands(item)).net_pence}
    nets = {typed_item(one): pence for one, pence in decision.credited.items()}
    nets = nets or {item: one.net_pence for item, one in left.items()}
    received = Received(
        number=decision.number.strip(),
        dated=decision.dated or context.today,
        total_pence=decision.total_pence,
        lines=nets,
        credits_id=invoice.key,
    )
    check_dated(context, received)
    lines = _credited(context, order, invoice, nets)
    problems = tuple(_problems(context, order, invoice, nets, lines, decision.total_pence))
    if problems:
        raise InvalidDecisionError(
            " ".join(problems), next_step="Ask the contractor to correct it; nothing was recorded."
        )
    entry = entry_of_number(context, order, received)
    shared = shares(lines, total_pence=decision.total_pence)
    keep_entry(context, order=order, received=received, entry=entry, found=Found((), "", shared))
    account = order_account(context.conn, order=order)
    owed = account.owed_back_pence
    if not next(one for one in account.invoices if one.key == invoice.key).unpaid:
        row = next(row for row in invoices_of(context.conn, order=order) if row.id == invoice.key)
        stop_clocks(context, called=called(row), why="credited")
    look_again(context)
    facts = {"contractor": order.contractor, "owed_back_pence": owed or None}
    return Effect(to=None, facts=facts)


def _against(number: str, found: tuple[tuple[AnyRow, Invoiced], ...]) -> tuple[AnyRow, Invoiced]:
    one = next((pair for pair in found if folded(pair[1].number) == folded(number)), None)
    if one is None:
        raise InvalidDecisionError(
            f"No invoice {number[:40]} stands on the case.",
            next_step=f"Those that do: {', '.join(pair[1].number for pair in found)}.",
        )
    return one


def _credited(context: Context, order: AnyRow, invoice: Invoiced, nets: Mapping[Item, int]) -> Sums:
    """Return what is credited of each line with its VAT: of all that is left, all of its VAT."""
    reckoned = with_vat(context.conn, order=order, nets=nets, before={})
    stands = {item: invoice.stands(item) for item in nets}
    return {
        item: stands[item] if nets[item] == stands[item].net_pence else one
        for item, one in reckoned.items()
    }


def _problems(
    context: Context,
    order: AnyRow,
    invoice: Invoiced,
    nets: Mapping[Item, int],
    lines: Sums,
    total_pence: int,
) -> Iterator[str]:
    """Yield, a sentence each, what is wrong with a credit note: everything at once."""
    wrong = False
    for item, net in nets.items():
        most = invoice.stands(item).net_pence
        if not (0 < net <= most or most <= net < 0):
            wrong = True
            yield (
                f"{item_words(item)}: {pounds(net)} is credited, and {pounds(most)} net is left "
                f"of it on invoice {invoice.number}."
            )
    if not nets:
        yield f"Nothing is left of invoice {invoice.number} to credit."
    elif not wrong:
        rates = {line.item: line.vat_rate for line in payable_on(context.conn, order=order)}
        vat = lawful_vat((one.net_pence, rates[item], one.vat_pence) for item, one in lines.items())
        if not vat.words_of(total_pence - sum(nets.values())):
            yield (
                f"Its total with VAT is {pounds(total_pence)}; what it credits was charged at "
                f"{pounds(summed(lines.values()).total_pence)}."
            )


@applies(RecordRefund)
def refund(context: Context, decision: RecordRefund) -> Effect:
    """Record money that came back: no more than is owed back on the order."""
    orders = {one.number: one for one in orders_on(context.conn, case_id=context.case.id)}
    order = orders.get(decision.order.strip().upper())
    if order is None:
        raise InvalidDecisionError(
            f"“{decision.order[:40]}” is no order of {context.case.reference}.",
            next_step=f"Its orders are: {', '.join(orders) or 'none'}.",
        )
    owed = order_account(context.conn, order=order).owed_back_pence
    if decision.amount_pence > owed:
        raise InvalidDecisionError(
            f"{pounds(owed)} is owed back on {order.number}, and {pounds(decision.amount_pence)} "
            "is said to be paid back.",
            why="Only what was paid and credited afterwards is owed back.",
            next_step="Record the contractor's credit note first.",
        )
    if decision.received_on > context.today:
        raise InvalidDecisionError(
            "Money cannot be received in the future.", next_step="Check the date."
        )
    values = {
        "order_id": order.id,
        "amount_pence": decision.amount_pence,
        "received_on": decision.received_on,
        "recorded_by": context.actor.identity,
    }
    context.conn.execute(_REFUND, values)
    return Effect(to=None)


@applies(SayRelated)
def say_related(context: Context, decision: SayRelated) -> Effect:
    """Record it; an invoice of a contractor that is family is refused from then on."""
    before = family_said(context.conn, case_id=context.case.id)
    if before is decision.related:
        raise AlreadyDecidedError("That is recorded already.", next_step="Nothing was changed.")
    return Effect(to=None)
