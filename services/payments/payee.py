"""Whom the grant is paid to: the contractor, where that is lawful, or the applicant (s.39)."""

from typing import Final

from sqlalchemy import bindparam, literal_column, select

from models.asked import one
from models.base import AnyRow
from models.case_queries import award_in_force, live_order, price_by_id
from models.tables.record import Decision
from rules.clocks.workdays import in_words
from rules.decisions import BaseDecision, Facts, decided
from rules.errors import AlreadyDecidedError, StatuteError
from rules.paying import Payee, payee_by
from rules.people import OFFICERS, Role
from services.cases import Context, Effect, applies
from services.grants.direct import told_of_direct_payment
from services.payments.payment import look_again
from services.payments.withholding import check_approved, check_not_withheld, withheld
from services.tenders.contracting import party_of_price

SAID: Final = (
    select(Decision.decided_at)
    .where(
        Decision.case_id == bindparam("case_id"), Decision.kind == literal_column("'pay-applicant'")
    )
    .order_by(Decision.id.desc())
    .limit(1)
)


@decided(
    "pay-applicant",
    at=None,
    by=OFFICERS | {Role.APPROVING_OFFICER, Role.MANAGER},
    any_time=True,
    after_end=True,
    plan="Whether the applicant is paid instead of the contractor is discretionary (s.39(2)).",
)
class PayApplicant(BaseDecision):
    """What is still to be paid of the grant goes to the applicant, not the contractor (s.39(2))."""

    @staticmethod
    def said(facts: Facts) -> str:  # noqa: ARG004 - every decision's
        """Say whom the grant is paid to."""
        return "The grant is paid to the applicant (s.39(2))."


def payee_of(context: Context, *, order: AnyRow) -> Payee | None:
    """Return whom a payment on an order or an award goes to; None where s.39 has no say."""
    conn, case = context.conn, context.case
    said, request = one(conn, SAID, case_id=case.id), withheld(context)
    return payee_by(
        person=party_of_price(price_by_id(conn, price_id=order.price_id)).is_person,
        chosen_at=said.decided_at if said else None,
        withheld_at=request.withheld_at if request else None,
        told=told_of_direct_payment(conn, case=case.row) is not None,
    )


def check_payee(context: Context, order: AnyRow) -> Payee | None:
    """Return whom a payment goes to.

    Raises:
        StatuteError: It would be the contractor, of whom the applicant was not told before the
            approval, or for whom they ask that payment is withheld.
    """
    payee = payee_of(context, order=order)
    if payee is Payee.APPLICANT:
        return payee
    check_not_withheld(context)
    if payee and told_of_direct_payment(context.conn, case=context.case.row) is None:
        reference = context.case.reference
        raise StatuteError(
            "Nothing on record says that the applicant was told before the approval that the "
            "contractor may be paid directly.",
            why="The contractor is paid directly only where they were.",
            section="s.39(1)",
            next_step="Ask the case’s officer to pay the applicant (s.39(2)): `handrail decide "
            f"{reference} pay-applicant`; or to record when they were told, with what shows it: "
            f"`handrail decide {reference} tell-direct-payment`.",
        )
    return payee


def check_pay_applicant(context: Context) -> None:
    """Refuse it where there is no grant, where s.39 has no say, and where nobody asks for it."""
    conn, case = context.conn, context.case
    check_approved(context)
    order = live_order(conn, case_id=case.id) or award_in_force(conn, case_id=case.id)
    payee = payee_of(context, order=order)
    told = told_of_direct_payment(conn, case=case.row)
    if payee is Payee.APPLICANT:
        raise AlreadyDecidedError("That is decided already.", next_step="Nothing was changed.")
    if payee is None:
        raise StatuteError(
            f"The contract of {case.reference} is not the applicant’s.",
            why="The council or the landlord owes its contractor what it ordered.",
            section="s.39",
            next_step="Nothing was changed.",
        )
    if told and withheld(context) is None:
        raise StatuteError(
            f"The applicant was told on {in_words(told)} that the contractor is paid directly, and "
            "does not ask that payment is withheld.",
            why="They are paid instead where they are dissatisfied with the works and ask for it.",
            section="s.39(2)",
            next_step="Record their request first: "
            f"`handrail decide {case.reference} withhold-payment`.",
        )


@applies(PayApplicant, check=check_pay_applicant)
def pay_applicant(context: Context, _: PayApplicant, __: None) -> Effect:
    """Record it; finance asks for bank details. Once they no longer ask, it lapses."""
    look_again(context)
    return Effect(to=None)
