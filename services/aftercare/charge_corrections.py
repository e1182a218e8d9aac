"""Correction of the charge on an owner's property: registered as something else, or not at all."""

from typing import Final

from rules.decisions import BaseDecision, Facts, changed, decided, particular
from rules.errors import InvalidDecisionError
from rules.pathway import StepName, StepStatus
from rules.people import OFFICERS, Role
from services.aftercare.charge import RegisterCharge
from services.aftercare.charges import registered_as
from services.cases import Context, Effect, applies
from services.cases.corrections import before_and_after

_CLOSED: Final = {
    "close": "The case is closed. Put it right with the registry, and file what it says with the "
    "case."
}


@decided(
    "correct-charge",
    at=StepName.AFTERCARE,
    by=OFFICERS | {Role.FINANCE},
    corrects=RegisterCharge,
    rests=_CLOSED,
)
class CorrectCharge(BaseDecision):
    """The charge's registration was recorded wrongly, or it was not registered."""

    registration: str = particular(
        "The charge's registration reference.", "--charge", default="", label="Registered as"
    )
    withdrawn: bool = particular(
        "No charge was registered; it is awaited again.", "--withdraw", default=False
    )

    def problems(self) -> tuple[str, ...]:
        """Return a correction that says nothing, or two things at once."""
        if self.withdrawn and self.registration.strip():
            return ("It is registered or withdrawn, not both.",)
        if not self.withdrawn and not self.registration.strip():
            return ("Give the registration as it is right, or say that it is withdrawn.",)
        return ()

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was corrected, from what to what."""
        return f"The charge is corrected: {changed(facts)}."


def check_correct_charge(context: Context) -> str:
    """Return the registration that stands."""
    held = registered_as(context.conn, case_id=context.case.id)
    if held is None:
        raise InvalidDecisionError(
            f"No charge is registered on {context.case.reference} any more.",
            next_step="Record its registration with `decide … aftercare --charge`.",
        )
    return held


@applies(CorrectCharge, check=check_correct_charge)
def correct_charge(context: Context, decision: CorrectCharge, held: str) -> Effect:
    """Record what is right, and let the run say what the case waits for."""
    right = None if decision.withdrawn else decision.registration.strip()
    facts = before_and_after(
        {"registration": held},
        {"registration": right},
        what=f"The charge on {context.case.reference}",
    )
    return Effect(to=StepStatus.READY, facts=facts)
