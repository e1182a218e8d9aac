"""The release of a payment, by a second person."""

from typing import Any, Final

from sqlalchemy import bindparam, insert, update

from models.base import AnyRow
from models.case_queries import ending_of, newest_invoice, order_in_force
from models.people import who_decided
from models.tables.works import Invoice, Payment
from rules.decisions.declared import BaseDecision, Option, decided, particular
from rules.decisions.facts import Facts, known
from rules.errors import NotPermittedError, StatuteError
from rules.money import pounds
from rules.pathway import CaseStatus, StepName, StepStatus
from rules.payments import PAY_CLOCKS
from rules.people import Role, check_second_person
from rules.sources import WORDS
from services.cases.effect import Context, Effect, applies
from services.clocks.pausing import end_open_pauses
from services.completion.views import check_client_answered
from services.payments.cis import deducted
from services.payments.due import check_held, due_on
from services.payments.sources import sources
from services.payments.withholding import check_not_withheld

_RELEASED: Final = (
    update(Invoice).where(Invoice.id == bindparam("row_id")).values(status="released")
)
_KEEP_PAYMENT: Final = insert(Payment)

VOUCHING: Final = (
    *("certify", "end-order", "correct-end-order", "replace-contractor"),
    *("invoice", "correct-invoice", "invoice-replaced"),
)
"""Decisions whose makers may not release the payment that rests on them."""


@decided(
    "release",
    at=StepName.PAY,
    by=frozenset({Role.FINANCE}),
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
        whose = known(" to {}", facts["contractor"])
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


def check_release(context: Context) -> AnyRow:
    """Return the matched invoice, for someone who did not sign off or record it.

    Nothing is released while the client reports works outstanding and has no answer in writing.
    """
    check_client_answered(context)
    order = order_in_force(context.conn, case_id=context.case.id)
    matched = newest_invoice(context.conn, order_id=order.id)
    if matched is None or matched.status != "matched":
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
    check_held(context.conn, reference=context.case.reference, order=order, invoice=matched)
    check_not_withheld(context)
    check_within_limit(
        context, pence=due_on(context.conn, order=order, invoice=matched).council_pence
    )
    return matched


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


def keep_payment(
    context: Context, *, order: AnyRow, invoice: AnyRow, materials_pence: int | None
) -> dict[str, Any]:
    """Keep a payment as released, and return the facts of it.

    Raises:
        HandrailError: CIS is due on it, and the contractor's status or its materials are not known.
    """
    due = due_on(context.conn, order=order, invoice=invoice)
    cis = deducted(
        context.conn,
        order=order,
        invoice=invoice,
        council_pence=due.council_pence,
        materials_pence=materials_pence,
        on=context.today,
    )
    of_whom = sources(context.conn, order=order, pence=due.council_pence, on=context.today)
    taken = {f"{name}_pence": pence for name, pence in of_whom.items()}
    context.conn.execute(
        _KEEP_PAYMENT,
        {
            "invoice_id": invoice.id,
            "amount_pence": due.council_pence,
            "direct_pence": due.direct_pence,
            **taken,
            "deducted_pence": cis.pence if cis else 0,
            "cis_percent": cis.percent if cis else None,
            "labour_pence": cis.labour_pence if cis else None,
            "released_on": context.today,
            "released_by": context.actor.identity,
        },
    )
    context.conn.execute(_RELEASED, {"row_id": invoice.id})
    return {
        "invoice": invoice.number,
        "contractor": invoice.contractor,
        "amount_pence": due.council_pence,
        "direct_pence": due.direct_pence,
        **taken,
        **({"deducted_pence": cis.pence} if cis and cis.pence else {}),
    }


@applies(Release, check=check_release)
def release(context: Context, decision: Release, matched: AnyRow) -> Effect:
    """Release the payment of the matched invoice; it leaves with the next payment run."""
    order = order_in_force(context.conn, case_id=context.case.id)
    facts = keep_payment(
        context, order=order, invoice=matched, materials_pence=decision.materials_pence
    )
    end_open_pauses(context.case, why="the works are paid", clocks_go_on=True)
    for clock in PAY_CLOCKS:
        context.case.stop_clock(clock, why="paid")
    if ending_of(context.conn, order_id=order.id) is None:
        context.case.set(status=CaseStatus.PAID)
    return Effect(to=StepStatus.READY, closes=True, outcome="released", facts=facts)
