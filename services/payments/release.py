"""The release of a payment, by a second person: what is payable of an order's invoices now."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import bindparam, insert, update

from models.base import AnyRow
from models.case_queries import approval_in_force, ending_of, live_order
from models.contacts import client_of, contractor_of
from models.order_account import instalments_pence, invoices_of, order_account, payable_now
from models.people import who_decided
from models.tables.payment_lines import PaymentLine
from models.tables.works import Invoice, Payment
from rules.decisions import BaseDecision, Facts, Option, decided, known, particular
from rules.errors import NotPermittedError, StatuteError, StepNotOpenError
from rules.money import pounds
from rules.pathway import CaseStatus
from rules.paying import Payee
from rules.payments.account import NOTHING, PayNow, most_before_completion, summed
from rules.people import Role, check_second_person
from rules.sources import WORDS
from services.cases import Context, Effect, applies, tell
from services.clocks.pausing import end_open_pauses
from services.completion.views import check_client_answered
from services.grants.proportions import undecided
from services.payments.cis import deducted
from services.payments.due import Due, check_held, due_on
from services.payments.payee import check_payee, payee_of
from services.payments.payment import look_again, pay_is_open
from services.payments.receive import called, stop_clocks
from services.payments.sources import sources
from services.payments.withholding import check_not_deferred

_RELEASED: Final = (
    update(Invoice).where(Invoice.id == bindparam("row_id")).values(status="released")
)
_KEEP_PAYMENT: Final = insert(Payment).returning(Payment.id)
_KEEP_LINES: Final = insert(PaymentLine)
_SUMMED: Final = ("received_pence", "grant_pence", "top_up_pence", "deducted_pence")

VOUCHING: Final = (
    *("certify", "end-order", "correct-end-order", "replace-contractor"),
    "recalculate-grant",
    *("invoice", "correct-invoice", "invoice-replaced", "value-done"),
)
"""Decisions whose makers may not release the payment that rests on them."""


@decided(
    "release",
    at=None,
    by=frozenset({Role.FINANCE}),
    any_time=True,
    of_file=True,
    moves_money=True,
    command="pay",
    flag=Option("--release", "Release the payment."),
)
class Release(BaseDecision):
    """A second person releases the payment, within what they may release."""

    materials_pence: int | None = particular(
        "Of the invoice without VAT, what it says of materials; asked where CIS is deducted.",
        "--materials",
        unit="pounds",
        default=None,
        label="Materials in it without VAT",
        hint="Only where the council or the landlord is the contracting party: CIS is deducted of "
        "labour alone. 0 for none.",
        seldom=True,
    )

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        paid = facts.pounds("amount_pence") or "The payment"
        to_applicant = facts["payee"] == Payee.APPLICANT
        whose = " to the applicant" if to_applicant else known(" to {}", facts["contractor"])
        parts = [
            f"{sum_} {words}"
            for name, words in WORDS.items()
            if (sum_ := facts.pounds(f"{name}_pence")) and sum_ != "£0.00"
        ]
        of_whom = f" ({', '.join(parts)})" if len(parts) > 1 else ""
        less = known(", of which {} is deducted for CIS", facts.pounds("deducted_pence"))
        return (
            f"{paid} is released{whose}{known(' on invoice {}', facts['invoice'])}{of_whom}{less}."
        )


def check_release(context: Context) -> tuple[AnyRow, tuple[PayNow, ...]]:
    """Return the order in force and what is payable, for someone who did not vouch for it.

    Nothing is released while the client reports works outstanding and has no answer in writing.
    """
    check_client_answered(context)
    order = live_order(context.conn, case_id=context.case.id)
    if order is None:
        raise StepNotOpenError(
            f"No work order is out on {context.case.reference}.",
            next_step="Money is released on the invoice of an order.",
        )
    return order, check_payable(context, order)


def check_payable(context: Context, order: AnyRow) -> tuple[PayNow, ...]:
    """Return what is payable of an order now, for someone who did not vouch for it.

    Raises:
        StatuteError: Nothing is, or more would be paid than may be.
        NotPermittedError: They signed off, valued or recorded what it rests on.
    """
    payable = payable_now(context.conn, order=order)
    if not payable:
        raise StatuteError(
            f"No matched invoice is waiting for {order.number}.",
            why=_held_words(context, order)
            or "Money is paid only on an acceptable invoice for works executed.",
            section="s.37(4)",
            next_step="Record the contractor's invoice; it is matched at once.",
        )
    check_second_person(
        actor=context.actor,
        earlier=who_decided(context.conn, case_id=context.case.id, kinds=VOUCHING),
        act="release the payment",
    )
    check_not_deferred(context)
    _check_proportion(context, order)
    check_held(context.conn, reference=context.case.reference, order=order, payable=payable)
    _check_instalments(context, order, payable)
    due = due_on(context.conn, order=order, payable=payable)
    if due.council_pence:
        check_payee(context, order)
    check_within_limit(context, pence=due.council_pence)
    return payable


def _held_words(context: Context, order: AnyRow) -> str:
    account = order_account(context.conn, order=order)
    if not account.held_pence:
        return ""
    return (
        f"{pounds(account.held_pence)} is invoiced of lines with a snag: it is payable once that "
        "is cleared."
    )


def _check_proportion(context: Context, order: AnyRow) -> None:
    """Refuse to pay the end of works that came out cheaper before it is decided who pays less."""
    if order.certified_on is None:
        return
    approval = approval_in_force(context.conn, case_id=context.case.id)
    found = undecided(context.conn, approval=approval)
    if found is None:
        return
    raise StatuteError(
        f"The works, fees and charges came to {pounds(found.outturn_pence)}, and "
        f"{pounds(found.estimated_pence)} was approved: what the grant pays is not decided.",
        why=f"In proportion it would be {found.working}.",
        section="s.42",
        next_step="Ask the case’s officer to decide it: "
        f"`handrail decide {context.case.reference} recalculate-grant`.",
    )


def _check_instalments(context: Context, order: AnyRow, payable: Sequence[PayNow]) -> None:
    if order.certified_on is not None or ending_of(context.conn, order_id=order.id) is not None:
        return
    grant = approval_in_force(context.conn, case_id=context.case.id).grant_pence
    paid = instalments_pence(context.conn, case_id=context.case.id)
    due = due_on(context.conn, order=order, payable=payable)
    most = most_before_completion(grant)
    if paid + due.council_pence <= most:
        return
    raise StatuteError(
        f"{pounds(due.council_pence)} would be released before the works are complete, after "
        f"{pounds(paid)}.",
        why=f"Instalments before completion come to at most {pounds(most)}, nine tenths of the "
        f"grant of {pounds(grant)}.",
        section="s.35(3)",
        next_step="The rest is paid once the works are signed off.",
    )


def check_within_limit(context: Context, *, pence: int) -> None:
    """Refuse to release more than somebody may in one payment; who has no limit may any sum.

    Raises:
        NotPermittedError: It is more.
    """
    limit = context.actor.approval_limit_pence
    if limit is None or pence <= limit:
        return
    raise NotPermittedError(
        f"{context.actor.name} may release up to {pounds(limit)}, and this payment is "
        f"{pounds(pence)}.",
        next_step="Ask an officer of finance with a higher limit, who neither signed off the "
        "works nor recorded the invoice.",
    )


@applies(Release, check=check_release)
def release(
    context: Context, decision: Release, found: tuple[AnyRow, tuple[PayNow, ...]]
) -> Effect:
    """Release what is payable; it leaves with the next run. With all of it, the case is paid."""
    order, payable = found
    facts = release_order(context, order, payable, materials_pence=decision.materials_pence)
    over = pay_is_open(context) and _nothing_left(context, order)
    if over:
        end_open_pauses(context.case, why="the works are paid", clocks_go_on=True)
        for one in invoices_of(context.conn, order=order):
            stop_clocks(context, called=called(one), why="paid")
        if ending_of(context.conn, order_id=order.id) is None:
            context.case.set(status=CaseStatus.PAID)
    look_again(context, outcome="released" if over else "")
    return Effect(to=None, closes=over, facts=facts)


def _nothing_left(context: Context, order: AnyRow) -> bool:
    account = order_account(context.conn, order=order)
    left = any(account.to_invoice(item) != NOTHING for item in account.ordered)
    return not (left or account.held_pence or account.payable_pence)


def release_order(
    context: Context, order: AnyRow, payable: Sequence[PayNow], *, materials_pence: int | None
) -> dict[str, Any]:
    """Keep the payments of what is payable of an order, tell its contractor, return the facts.

    Raises:
        HandrailError: CIS is due on it, and the contractor's status or its materials are not known.
    """
    due, left = due_on(context.conn, order=order, payable=payable), materials_pence
    payee = payee_of(context, order=order)
    kept = []
    for one, council_pence in _parts(payable, due):
        net_pence = summed(one.lines.values()).net_pence
        materials = None if left is None else min(left, max(net_pence, 0))
        if left is not None and one is not payable[-1]:
            left -= materials or 0
        elif left is not None:
            materials = left  # what is beyond it is refused
        kept.append(_keep(context, order, one, council_pence, materials, payee))
    sums = {name: sum(row[name] or 0 for row in kept) for name in _SUMMED}
    return {
        "invoice": " and ".join(one.invoice.number for one in payable),
        "contractor": order.contractor,
        "payee": payee and payee.value,
        "amount_pence": due.council_pence,
        "direct_pence": due.direct_pence,
        **{name: pence for name, pence in sums.items() if pence or name != "deducted_pence"},
    }


def _parts(payable: Sequence[PayNow], due: Due) -> Iterator[tuple[PayNow, int]]:
    """Yield what is paid of each invoice with what the council pays of it: the first first."""
    left = due.council_pence
    for one in payable:
        part = min(left, one.total_pence)
        left -= part
        yield one, part


def _keep(
    context: Context,
    order: AnyRow,
    one: PayNow,
    council_pence: int,
    materials_pence: int | None,
    payee: Payee | None,
) -> dict[str, Any]:
    charged = summed(one.lines.values())
    cis = deducted(
        context.conn,
        order=order,
        net_pence=charged.net_pence,
        total_pence=charged.total_pence,
        council_pence=council_pence,
        materials_pence=materials_pence,
        on=context.today,
    )
    of_whom = sources(context.conn, order=order, pence=council_pence, on=context.today)
    payment = {
        "invoice_id": one.invoice.key,
        "amount_pence": council_pence,
        "direct_pence": one.total_pence - council_pence,
        "set_off_pence": one.set_off_pence,
        **{f"{name}_pence": pence for name, pence in of_whom.items()},
        "deducted_pence": cis.pence if cis else 0,
        "cis_percent": cis.percent if cis else None,
        "labour_pence": cis.labour_pence if cis else None,
        "payee": payee and payee.value,
        "released_on": context.today,
        "released_by": context.actor.identity,
    }
    payment_id = context.conn.execute(_KEEP_PAYMENT, payment).scalar_one()
    paid_of = {"payment_id": payment_id, "invoice_id": one.invoice.key}
    lines = [{**paid_of, "item": str(item), **line._asdict()} for item, line in one.lines.items()]
    context.conn.execute(_KEEP_LINES, lines)
    if one.lines.keys() == one.invoice.unpaid.keys():
        context.conn.execute(_RELEASED, {"row_id": one.invoice.key})
        entries = {row.id: row for row in invoices_of(context.conn, order=order)}
        stop_clocks(context, called=called(entries[one.invoice.key]), why="paid")
    if council_pence:  # nothing is, where others pay the contractor all of it
        _tell_paid(context, order, one, council_pence, to_applicant=payee is Payee.APPLICANT)
    return payment


def _tell_paid(
    context: Context, order: AnyRow, one: PayNow, council_pence: int, *, to_applicant: bool
) -> None:
    again = f":{len(one.invoice.paid)}" if one.invoice.paid else ""
    firm = contractor_of(context.conn, code=order.contractor)
    kinds = {"payment_to_contractor": firm}
    if to_applicant:
        applicant = client_of(context.case.row)
        kinds = {"paid_to_applicant": applicant, "applicant_paid_to_contractor": firm}
    for kind, whom in kinds.items():
        tell(
            context.case,
            kind=kind,
            once_for=f"{order.number}:{one.invoice.number}{again}",
            to=whom,
            context={
                "contractor_name": firm.name,
                "order_number": order.number,
                "invoice_number": one.invoice.number,
                "paid_pence": council_pence,
                "paid_on": context.today,
            },
        )
