"""A case that was ended in error goes on again, if nothing has lapsed since."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import bindparam, select

from models.approved import finish_from
from models.case_queries import approval_of, consent_of, decided_on, orders_on
from models.contacts import client_of, landlord_of
from models.tables.personal import RetentionCase
from rules.clocks.dates import finish_by, london_date
from rules.clocks.workdays import in_words
from rules.decisions import BaseDecision, Facts, decided, known
from rules.errors import StepNotOpenError
from rules.pathway import EXITS, OVER, CaseStatus, StepName, StepStatus
from rules.people import Role
from services.cases import Context, Effect, applies, tell
from services.grants.budgets import held_by, hold_again
from services.grants.budgets_handed import draw_back
from services.grants.charges_after import charges_paid

_ERASED: Final = select(RetentionCase.case_id).where(
    RetentionCase.case_id == bindparam("case_id"), RetentionCase.erased_at.is_not(None)
)


@decided("reopen-case", at=None, by=frozenset({Role.MANAGER}), after_end=True, moves_money=True)
class ReopenCase(BaseDecision):
    """A case was withdrawn or ended in error: it goes on where it stood.

    Only while nothing has lapsed since; whoever was told that it ended is told that it goes on.
    """

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        was = known(" ({})", facts.words("ended_as"))
        return f"The case was ended in error{was} and goes on."


def check_reopen(context: Context) -> None:
    """Refuse a case that did not end by a recorded exit, or of which something has lapsed since."""
    case = context.case
    left = [row for row in decided_on(context.conn, case_id=case.id) if row.kind == "exit"]
    if case.status not in EXITS or not left or left[-1].decided_at != case.row.ended_at:
        raise StepNotOpenError(
            f"{case.reference} was not ended by a recorded exit.",
            why="Works that stopped are valued and paid, and a refusal is a decision that the "
            "client may ask to have reviewed: neither is undone so.",
            next_step="A new need is a new case.",
        )
    lapsed = list(_lapsed(context))
    if lapsed:
        raise StepNotOpenError(
            f"{case.reference} cannot go on where it stood.",
            why=" ".join(lapsed),
            next_step="Open a new case.",
        )


def _lapsed(context: Context) -> Iterator[str]:
    """Yield, a sentence each, what has lapsed or was undone since the case ended."""
    case, conn = context.case, context.conn
    if conn.execute(_ERASED, {"case_id": case.id}).first() is not None:
        yield "Its personal details were erased."
    if charges_paid(conn, case_id=case.id):
        yield "Charges were paid after it had ended."
    if case.step_status(StepName.ASSIGN) in OVER or orders_on(conn, case_id=case.id):
        yield "The contractor who had taken the works on was released from them."
    consent = consent_of(conn, case_id=case.id)
    if consent is not None and consent.valid_to is not None and consent.valid_to < context.today:
        yield f"The landlord's consent lapsed on {in_words(consent.valid_to)}."
    approval = approval_of(conn, case_id=case.id)
    if approval is not None and approval.outcome == "approved":
        until = finish_by(approved_on=finish_from(conn, case_id=case.id))
        if until < context.today:
            yield f"The works were to be finished by {in_words(until)} (s.37(1))."


@applies(ReopenCase, check=check_reopen)
def reopen(context: Context, _: ReopenCase, __: None) -> Effect:
    """Open again what the end closed, hold the grant again, and tell whoever was told of the end.

    Raises:
        BudgetError: The grant was given back, and the budget has no room for it any more.
    """
    case, ended_as = context.case, context.case.status
    ended_on = london_date(case.row.ended_at)
    held = held_by(context.conn, case_id=case.id)
    draw_back(context.conn, case=case.row, pence=held[1] if held else 0, on=context.today)
    hold_again(context.conn, case=case.row)
    case.set(status=CaseStatus.OPEN, ended_at=None, ended_stage=None, ended_reason=None)
    for name, row in list(case.steps.items()):
        if row.status is StepStatus.ENDED:
            case.reopen(name, reason="the case was ended in error")
    if ended_as is not CaseStatus.DIED:
        _tell(context, ended_on=ended_on)
    return Effect(to=None, facts={"ended_as": ended_as.value})


def _tell(context: Context, *, ended_on: object) -> None:
    """Tell the client, and a landlord that was asked; after a death nobody had been written to."""
    case = context.case
    once_for = f"goes on:{case.revision}"
    tell(
        case,
        kind="case_goes_on_to_client",
        once_for=once_for,
        to=client_of(case.row),
        context={"ended_on": ended_on},
    )
    asked = consent_of(case.conn, case_id=case.id)
    if asked is not None and asked.asked_on is not None:
        tell(
            case,
            kind="case_goes_on_to_landlord",
            once_for=once_for,
            to=landlord_of(case.conn, case=case.row),
            context={"ended_on": ended_on},
        )
