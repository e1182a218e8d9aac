"""Aftercare: the survey sent, and what is still awaited while the defects period runs."""

from typing import Final

from sqlalchemy import bindparam, select

from models.case_queries import order_in_force
from models.contacts import client_of
from models.tables.record import Decision
from rules.pathway import StepName, StepStatus
from services.aftercare.charges import charge_due, registered_as
from services.cases.in_hand import CaseInHand
from services.cases.messages import tell, working_days_on
from services.cases.unit import at_step

_SURVEY: Final = "the client’s survey"
_DECIDED: Final = select(Decision.kind).where(Decision.case_id == bindparam("case_id"))


def follow_up(case_ref: str) -> None:
    """Send the client HEART's six questions, and say what the case still waits for."""
    with at_step(case_ref, StepName.AFTERCARE) as case:
        if case is None:
            return
        order = order_in_force(case.conn, case_id=case.id)
        tell(
            case,
            kind="survey_to_client",
            once_for=order.number,
            to=client_of(case.row),
            context={"reply_by": working_days_on(case, case.days("answer_survey"))},
        )
        awaited = _awaited(case)
        case.start_clock("defects_period", due_on=order.defects_until)
        if _SURVEY in awaited:
            case.start_clock("answer_survey")
        case.move(
            StepName.AFTERCARE,
            StepStatus.WAITING,
            owner="technical officer",
            waiting_for="; ".join(awaited),
        )


def _awaited(case: CaseInHand) -> list[str]:
    done = set(case.conn.execute(_DECIDED, {"case_id": case.id}).scalars())
    awaited = ["end of the defects period"]
    if "survey" not in done:
        awaited.append(_SURVEY)
    due = charge_due(case.conn, case_id=case.id, tenure=case.row.tenure)
    if due and registered_as(case.conn, case_id=case.id) is None:
        awaited.append("the charge registered")
    return awaited
