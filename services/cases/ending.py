"""When a case has left the pathway: the client, its landlord and its contractor are told.

After a death no letter goes out by itself: nobody but the one who died is on record to be written
to, and a letter to them about their own death is worse than none. The officer is told to call.
Contractors invited to quote are told with the decision that ends the case.
"""

from sqlalchemy import select

from models.case_queries import case_row, consent_of, decided_on, ending_of, live_order
from models.contacts import client_of, contractor_of, landlord_of
from models.tables.prices import Offer
from models.tables.works import WorkOrder
from rules.clocks.dates import london_date
from rules.pathway import EXITS, CaseStatus, StepName, StepStatus
from services.cases.in_hand import CaseInHand
from services.cases.messages import tell
from services.cases.unit import in_hand


def leave_pathway(case: CaseInHand, *, outcome: CaseStatus, reason: str, stage: StepName) -> None:
    """End whatever steps are open, and the case with them."""
    for name, row in case.steps.items():
        if row.status in {StepStatus.READY, StepStatus.WAITING}:
            case.move(name, StepStatus.ENDED, outcome=outcome)
    case.set(status=outcome, ended_at=case.now, ended_stage=stage, ended_reason=reason)


def tell_everyone(case_ref: str) -> None:
    """Put the messages about the end of a case in the outbox, once."""
    with in_hand(case_ref) as case:
        if case.status not in EXITS:
            return
        case.row = case_row(case.conn, reference=case_ref)
        order = live_order(case.conn, case_id=case.id)
        if order is not None and ending_of(case.conn, order_id=order.id) is not None:
            return  # everyone was told when the works stopped
        if case.status != CaseStatus.DIED:
            tell_ended(case)
        tell_landlord(case)
        offer = case.conn.execute(
            select(Offer.contractor, WorkOrder.number)
            .outerjoin(WorkOrder, WorkOrder.offer_id == Offer.id)
            .where(
                Offer.case_id == case.id,
                Offer.status == "withdrawn",
                Offer.answered_at >= case.row.ended_at,  # not one that was taken back before
            )
            .order_by(Offer.id.desc())
            .limit(1)
        ).one_or_none()
        if offer is not None:
            tell_withdrawn(case, contractor=offer.contractor, order_number=offer.number)


def _once_for(case: CaseInHand) -> str:
    """Return which end is told: a case that was ended in error may end again."""
    again = sum(row.kind == "reopen-case" for row in decided_on(case.conn, case_id=case.id))
    return f"ended:{again}" if again else "ended"


def tell_ended(case: CaseInHand) -> None:
    """Tell the client that the case has ended."""
    tell(
        case,
        kind="case_ended_to_client",
        once_for=_once_for(case),
        to=client_of(case.row),
        context={"reason": case.row.ended_reason, "ended_on": london_date(case.row.ended_at)},
    )


def tell_landlord(case: CaseInHand) -> None:
    """Tell a landlord that was asked for consent, or gave it, that the works do not go ahead.

    It learns nothing of why: that is the client's own.
    """
    asked = consent_of(case.conn, case_id=case.id)
    if asked is None or asked.asked_on is None:
        return
    tell(
        case,
        kind="case_ended_to_landlord",
        once_for=_once_for(case),
        to=landlord_of(case.conn, case=case.row),
        context={"asked_on": asked.asked_on, "ended_on": london_date(case.row.ended_at)},
    )


def tell_withdrawn(case: CaseInHand, *, contractor: str, order_number: str | None = None) -> None:
    """Tell a contractor that its order, or works offered to it or put to quote, do not go ahead."""
    tell(
        case,
        kind="case_ended_to_contractor" if order_number else "works_withdrawn_to_contractor",
        once_for=f"{_once_for(case)}:{contractor}",
        to=contractor_of(case.conn, code=contractor),
        context={"order_number": order_number, "ended_on": london_date(case.row.ended_at)},
    )
