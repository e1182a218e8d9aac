"""The assessor's confirmation of works, where a case asks for it: before they are signed off."""

from typing import Final

from sqlalchemy import bindparam, insert, update

from models.base import AnyRow
from models.case_queries import live_order
from models.tables.agreement import Confirmation
from models.views import confirmation_of
from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.decisions.particulars import unwritable
from rules.errors import AlreadyDecidedError, StepNotOpenError
from rules.pathway import OVER, StepName, StepStatus
from rules.people import OFFICERS, Role
from services.cases import CaseInHand, Context, Effect, applies

_ASK: Final = insert(Confirmation)
_CHANGE: Final = update(Confirmation).where(Confirmation.id == bindparam("row_id"))
_MAY_ASK: Final = OFFICERS | {Role.ASSESSOR, Role.MANAGER}


@decided("ask-assessor", at=None, by=_MAY_ASK, any_time=True)
class AskAssessor(BaseDecision):
    """The works are not signed off before an assessor confirms that they meet the need."""

    no_longer: bool = particular(
        "It is not asked any more.", default=False, label="It is not asked any more"
    )

    @staticmethod
    def said(facts: Facts) -> str:
        """Say whether it is asked."""
        asked = "no longer asked" if facts["no_longer"] else "asked before sign-off"
        return f"The assessor’s confirmation is {asked}."


@decided("assessor-confirms", at=None, by=frozenset({Role.ASSESSOR}), any_time=True)
class AssessorConfirms(BaseDecision):
    """An assessor has looked: the works meet what was recommended, or they do not."""

    meets: bool = particular(
        "Whether they do.",
        "--meets/--does-not-meet",
        label="Do the works meet what was recommended?",
        answers=("They do", "They do not"),
    )
    missing: str = particular(
        "What is missing.", default="", long=True, label="What is missing, if they do not"
    )

    def problems(self) -> tuple[str, ...]:
        """Return a finding that contradicts itself, or says that something is missing, not what."""
        found = list(unwritable(self.missing))
        if self.meets and self.missing.strip():
            found.append("They meet it, or something is missing: not both.")
        if not self.meets and not self.missing.strip():
            found.append("Say what is missing.")
        return tuple(found)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what the assessor found."""
        if facts["meets"]:
            return "The assessor confirms that the works meet what was recommended."
        return f"The assessor does not confirm the works{known(': {}', facts['missing'])}."


def check_ask_assessor(context: Context) -> AnyRow | None:
    """Return the confirmation that stands; none is asked once the works are signed off."""
    if context.case.step_status(StepName.SIGN_OFF) in OVER:
        raise StepNotOpenError(
            f"The works of {context.case.reference} are signed off.",
            next_step="What is wrong with them now is a defect: record it as one.",
        )
    return confirmation_of(context.conn, case_id=context.case.id)


@applies(AskAssessor, check=check_ask_assessor)
def ask_assessor(context: Context, decision: AskAssessor, held: AnyRow | None) -> Effect:
    """Ask for a confirmation, anew after one that was given; or take the asking back."""
    open_ = held if held is not None and held.said_at is None else None
    if (open_ is None) is decision.no_longer:
        raise AlreadyDecidedError(
            "No confirmation is asked." if open_ is None else "It is asked already.",
            next_step="Nothing was changed.",
        )
    if open_ is not None:
        context.conn.execute(_CHANGE, {"row_id": open_.id, "withdrawn_at": context.now})
    else:
        by = {"asked_by": context.actor.identity, "asked_at": context.now}
        context.conn.execute(_ASK, {"case_id": context.case.id, "missing": "", **by})
    _look_again(context.case)
    return Effect(to=None)


def check_confirms(context: Context) -> AnyRow:
    """Return the confirmation that is asked, of works that are said to be complete."""
    check_ask_assessor(context)
    held = confirmation_of(context.conn, case_id=context.case.id)
    order = live_order(context.conn, case_id=context.case.id)
    if held is None or order is None or order.status != "complete":
        what = "No confirmation is asked" if held is None else "The works are not complete"
        raise StepNotOpenError(
            f"{what} on {context.case.reference}.",
            next_step="It is recorded between completion and sign-off, where it is asked.",
        )
    return held


@applies(AssessorConfirms, check=check_confirms)
def assessor_confirms(context: Context, decision: AssessorConfirms, held: AnyRow) -> Effect:
    """Record what the assessor found; a later finding stands in place of an earlier one."""
    if held.said_at is not None and (held.meets, held.missing) == (
        decision.meets,
        decision.missing.strip(),
    ):
        raise AlreadyDecidedError("This is recorded already.", next_step="Nothing was changed.")
    said = {"said_by": context.actor.identity, "said_at": context.now}
    values = {**said, "meets": decision.meets, "missing": decision.missing.strip()}
    if held.said_at is None:
        context.conn.execute(_CHANGE, {"row_id": held.id, **values})
    else:
        by = {"asked_by": held.asked_by, "asked_at": held.asked_at}
        context.conn.execute(_ASK, {"case_id": context.case.id, **by, **values})
    _look_again(context.case)
    return Effect(to=None)


def _look_again(case: CaseInHand) -> None:
    """Have sign-off look again at who it waits for, where it is open."""
    if case.step_status(StepName.SIGN_OFF) is StepStatus.WAITING:
        case.move(StepName.SIGN_OFF, StepStatus.READY)
