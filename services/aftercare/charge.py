"""The charge on an owner's property is registered (2008 General Consent)."""

from rules.decisions import BaseDecision, Facts, decided, known, particular
from rules.errors import InvalidDecisionError
from rules.pathway import StepName, StepStatus
from rules.people import OFFICERS, Role
from services.aftercare.charges import charge_due, registered_as
from services.cases import Context, Effect, applies


@decided("charge", at=StepName.AFTERCARE, by=OFFICERS | {Role.FINANCE}, command="aftercare")
class RegisterCharge(BaseDecision):
    """The charge on an owner's property is registered (2008 General Consent)."""

    registration: str = particular("The charge's registration reference.", "--charge", asks=True)

    def problems(self) -> tuple[str, ...]:
        """Return a missing registration."""
        return () if self.registration.strip() else ("Give the charge's registration reference.",)

    @staticmethod
    def said(facts: Facts) -> str:
        """Say what was decided, from what is on record of it."""
        much = known(" of {}", facts.pounds("charge_pence"))
        return f"The charge{much} on the property is registered as {facts['registration']}."


def check_charge(context: Context) -> int:
    """Return the charge that is due, in pence, where it is not registered yet."""
    if registered_as(context.conn, case_id=context.case.id) is not None:
        raise InvalidDecisionError(
            "The charge is registered already.",
            next_step="Nothing was changed; a registration recorded wrongly is put right by "
            f"`handrail decide {context.case.reference} correct-charge`.",
        )
    amount = charge_due(context.conn, case_id=context.case.id, tenure=context.case.row.tenure)
    if amount == 0:
        raise InvalidDecisionError(
            f"No charge is due on {context.case.reference}.",
            why="Only owners' grants above £5,000 are charged (2008 General Consent).",
            next_step="Nothing was recorded.",
        )
    return amount


@applies(RegisterCharge, check=check_charge)
def charge(_: Context, __: RegisterCharge, amount: int) -> Effect:
    """Record that the charge is registered."""
    return Effect(to=StepStatus.READY, facts={"charge_pence": amount})
