"""When a case has left the pathway: the client or the family, and the contractor, are told."""

from __future__ import annotations

from sqlalchemy import select

from models.paper_queries import case_row
from models.prices import Offer
from models.works import WorkOrder
from rules.pathway import EXITS
from tasks.tellings import tell_ended
from tasks.unit import in_hand, step_task


@step_task("tell everyone the case has ended")
def tell_everyone(case_ref: str) -> None:
    """Put the messages about the end of a case in the outbox, once.

    Args:
        case_ref: The case reference.
    """
    with in_hand(case_ref) as case:
        if case.status not in EXITS:
            return
        case.row = case_row(case.conn, reference=case_ref)
        offer = case.conn.execute(
            select(Offer.contractor, WorkOrder.number)
            .outerjoin(WorkOrder, WorkOrder.offer_id == Offer.id)
            .where(Offer.case_id == case.id, Offer.status == "withdrawn")
            .order_by(Offer.id.desc())
            .limit(1)
        ).one_or_none()
        tell_ended(
            case,
            contractor=offer.contractor if offer else None,
            order_number=(offer.number or "") if offer else "",
        )
