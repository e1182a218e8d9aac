"""A case is closed when its defects period is over and nothing is outstanding."""

from typing import Final

from rules.aftercare.lapses import CHARGE, OUTCOMES, PERIOD, SURVEY, Awaited, awaited
from rules.decisions import BaseDecision, Facts, Option, decided
from rules.errors import StepNotOpenError
from rules.money import pounds
from rules.pathway import CaseStatus, StepName, StepStatus
from rules.people import OFFICERS, Role
from services.aftercare.charges import charge_due
from services.aftercare.standing import standing_of
from services.cases import Context, Effect, applies


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
    """Refuse to close a case while something holds it open that does not lapse.

    That the survey or the outcomes are not answered holds nobody up: a person may close it so.
    """
    known = standing_of(context.conn, case=context.case.row)
    left = [one for one in awaited(known, on=context.today) if one.what not in _MAY_BE_LEFT]
    if left:
        raise StepNotOpenError(
            f"{context.case.reference} cannot be closed yet.",
            why=" ".join(_sentence(context, one) for one in left),
            next_step="Close it when they are settled.",
        )


_MAY_BE_LEFT: Final = frozenset({SURVEY, OUTCOMES})


def _sentence(context: Context, one: Awaited) -> str:
    if one.what == PERIOD:
        return f"The defects period runs until {one.until:%-d %B %Y}."
    if one.what == CHARGE:
        case = context.case
        due = charge_due(context.conn, case_id=case.id, tenure=case.row.tenure)
        return f"The charge of {pounds(due)} is not registered."
    return f"{one.what[0].upper()}{one.what[1:]} is awaited of the {one.holder}."


@applies(CloseCase, check=check_close)
def close(context: Context, _: CloseCase, __: None) -> Effect:
    """Close the case."""
    context.case.set(status=CaseStatus.CLOSED, ended_at=context.now)
    return Effect(to=StepStatus.DONE, closes=True, outcome="closed")
