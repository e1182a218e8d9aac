"""A case is closed when its defects period is over and nothing is outstanding."""

from models.case_queries import order_in_force
from rules.decisions.declared import BaseDecision, Option, decided
from rules.decisions.facts import Facts
from rules.errors import StepNotOpenError
from rules.money import pounds
from rules.pathway import CaseStatus, StepName, StepStatus
from rules.people import OFFICERS, Role
from services.aftercare.charges import charge_due, registered_as
from services.cases.effect import Context, Effect, applies


@decided(
    "close",
    at=StepName.AFTERCARE,
    by=OFFICERS | {Role.MANAGER},
    command="aftercare",
    flag=Option("--close", "Close the case."),
)
class CloseCase(BaseDecision):
    """The defects period is over and nothing is outstanding."""

    @staticmethod
    def said(_: Facts) -> str:
        """Say what was decided: it needs no particulars."""
        return "The case is closed."


def check_close(context: Context) -> None:
    """Refuse to close a case before its defects period is over and any charge is registered."""
    order = order_in_force(context.conn, case_id=context.case.id)
    problems = []
    if order.defects_until is not None and context.today < order.defects_until:
        problems.append(f"The defects period runs until {order.defects_until:%-d %B %Y}.")
    due = charge_due(context.conn, case_id=context.case.id, tenure=context.case.row.tenure)
    if due and registered_as(context.conn, case_id=context.case.id) is None:
        problems.append(f"The charge of {pounds(due)} is not registered.")
    if problems:
        raise StepNotOpenError(
            f"{context.case.reference} cannot be closed yet.",
            why=" ".join(problems),
            next_step="Close it when they are settled.",
        )


@applies(CloseCase, check=check_close)
def close(context: Context, _: CloseCase, __: None) -> Effect:
    """Close the case."""
    context.case.set(status=CaseStatus.CLOSED, ended_at=context.now)
    return Effect(to=StepStatus.DONE, closes=True, outcome="closed")
