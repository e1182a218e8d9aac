"""The release of a payment, by a second person."""

from typing import Final

from sqlalchemy import bindparam, insert, update

from models.base import AnyRow
from models.case_queries import ending_of, newest_invoice, order_in_force
from models.people import who_decided
from models.tables.works import Invoice, Payment
from rules.decisions.declared import BaseDecision, Option, decided
from rules.decisions.facts import Facts, known
from rules.errors import StatuteError
from rules.pathway import CaseStatus, StepName, StepStatus
from rules.payments import PAY_CLOCKS
from rules.people import Role, check_second_person
from services.cases.effect import Context, Effect, applies
from services.clocks.pausing import end_open_pauses
from services.payments.due import check_held, due_on

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
    """A second person releases the payment."""

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        paid = facts.pounds("amount_pence") or "The payment"
        whose = known(" to {}", facts["contractor"])
        return f"{paid} is released{whose}{known(' on invoice {}', facts['invoice'])}."


def check_release(context: Context) -> AnyRow:
    """Return the matched invoice, for someone who did not sign off or record it."""
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
    return matched


@applies(Release, check=check_release)
def release(context: Context, _: Release, matched: AnyRow) -> Effect:
    """Release the payment of the matched invoice."""
    order = order_in_force(context.conn, case_id=context.case.id)
    due = due_on(context.conn, order=order, invoice=matched)
    context.conn.execute(
        _KEEP_PAYMENT,
        {
            "invoice_id": matched.id,
            "amount_pence": due.council_pence,
            "direct_pence": due.direct_pence,
            "released_on": context.today,
            "released_by": context.actor.identity,
        },
    )
    context.conn.execute(_RELEASED, {"row_id": matched.id})
    end_open_pauses(context.case, why="the works are paid", clocks_go_on=True)
    for clock in PAY_CLOCKS:
        context.case.stop_clock(clock, why="paid")
    if ending_of(context.conn, order_id=order.id) is None:
        context.case.set(status=CaseStatus.PAID)
    facts = {
        "invoice": matched.number,
        "contractor": matched.contractor,
        "amount_pence": due.council_pence,
        "direct_pence": due.direct_pence,
    }
    return Effect(to=StepStatus.READY, closes=True, outcome="released", facts=facts)
