"""Payment withheld at the request of a client who is dissatisfied, and released again (s.39)."""

from datetime import date
from typing import Final

from sqlalchemy import bindparam, insert, update

from models.asked import one
from models.base import AnyRow, rows_by
from models.case_queries import approval_in_force, approval_of
from models.tables.payments import Withholding
from rules.clocks.workdays import in_words
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.errors import AlreadyDecidedError, InvalidDecisionError, StatuteError, StepNotOpenError
from rules.people import OFFICERS, Role
from services.cases import Context, Effect, applies

LIVE: Final = rows_by(Withholding, "case_id").where(Withholding.lifted_at.is_(None))
_KEEP: Final = insert(Withholding)
_LIFT: Final = (
    update(Withholding)
    .where(Withholding.id == bindparam("row_id"))
    .values(lifted_at=bindparam("at"))
)
_BY: Final = OFFICERS | {Role.FINANCE, Role.MANAGER}


@decided("withhold-payment", at=None, by=_BY, any_time=True, after_end=True)
class WithholdPayment(BaseDecision):
    """The client is dissatisfied with the works and asks that payment is withheld (s.39)."""

    asked_on: date = particular("The client asked on this day.", label="The client asked on")

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        asked = known(", as the client asked on {}", facts.day("asked_on"))
        return f"Payment is withheld{asked} (s.39)."


@decided("lift-withholding", at=None, by=_BY, any_time=True, after_end=True)
class LiftWithholding(BaseDecision):
    """The client is satisfied, or their request is answered: payment may be released again."""

    @staticmethod
    def said(facts: Facts) -> str:  # noqa: ARG004 - every decision's
        """Say what was decided, from what is on record of it."""
        return "Payment is withheld no longer."


def check_approved(context: Context) -> None:
    """Refuse what is about the payment of a grant before there is one."""
    approval = approval_of(context.conn, case_id=context.case.id)
    if approval is None or approval.outcome != "approved":
        raise StepNotOpenError(
            f"No grant of {context.case.reference} is approved.",
            next_step="Until then nothing is paid; put what they say in a note.",
        )


def check_withhold(context: Context) -> None:
    """Refuse to withhold before there is a grant, and what is withheld already."""
    check_approved(context)
    if withheld(context) is not None:
        raise AlreadyDecidedError(
            "Payment is withheld already, at the client’s request.", next_step="Nothing changed."
        )


def check_lift(context: Context) -> AnyRow:
    """Return what is withheld."""
    found = withheld(context)
    if found is None:
        raise AlreadyDecidedError("No payment is withheld.", next_step="Nothing was changed.")
    return found


def withheld(context: Context) -> AnyRow | None:
    """Return the client's request that payment is withheld, while it stands."""
    return one(context.conn, LIVE, case_id=context.case.id)


def check_not_withheld(context: Context) -> None:
    """Refuse to pay the contractor while a dissatisfied client asks that payment is withheld.

    Raises:
        StatuteError: They do.
    """
    found = withheld(context)
    if found is None:
        return
    raise StatuteError(
        f"Payment is withheld: the client asked for it on {found.asked_on:%-d %B %Y}.",
        why="They are dissatisfied with the works.",
        section="s.39(2)",
        next_step="Answer the client and record why it is lifted: `handrail decide "
        f"{context.case.reference} lift-withholding`; or pay the applicant instead, where that is "
        f"right: `handrail decide {context.case.reference} pay-applicant`.",
    )


@applies(WithholdPayment, check=check_withhold)
def withhold(context: Context, decision: WithholdPayment, _: None) -> Effect:
    """Withhold the payment until it is lifted."""
    if decision.asked_on > context.today:
        raise InvalidDecisionError(
            f"The client cannot have asked in the future ({decision.asked_on:%-d %B %Y}).",
            next_step="Check the date.",
        )
    context.conn.execute(
        _KEEP,
        {
            "case_id": context.case.id,
            "asked_on": decision.asked_on,
            "withheld_by": context.actor.identity,
            "withheld_at": context.now,
        },
    )
    return Effect(to=None)


@applies(LiftWithholding, check=check_lift)
def lift(context: Context, _: LiftWithholding, found: AnyRow) -> Effect:
    """Let the payment be released again."""
    context.conn.execute(_LIFT, {"row_id": found.id, "at": context.now})
    return Effect(to=None, facts={"asked_on": found.asked_on.isoformat()})


def check_not_deferred(context: Context) -> None:
    """Refuse to pay before the day to which payment was deferred.

    Raises:
        StatuteError: It is still to come.
    """
    pay_from = approval_in_force(context.conn, case_id=context.case.id).pay_from
    if pay_from is not None and context.today < pay_from:
        raise StatuteError(
            f"Payment of the grant on {context.case.reference} is deferred until "
            f"{in_words(pay_from)}.",
            why="The applicant was notified that nothing is paid before that day.",
            section="s.36",
            next_step="Release it on that day or after it.",
        )
