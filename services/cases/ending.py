"""When a case has left the pathway: client or family, and the contractor it went to, are told.

Contractors invited to quote are told with the decision that ends the case.
"""

from __future__ import annotations

from sqlalchemy import select

from models.tables.prices import Offer
from models.tables.works import WorkOrder
from rules.pathway import EXITS
from services.cases.tellings import tell_ended, tell_order_ended, tell_withdrawn
from services.cases.unit import in_hand
from services.documents.paper_queries import case_row


def tell_everyone(case_ref: str) -> None:
    """Put the messages about the end of a case in the outbox, once.

    Args:
        case_ref: The case reference.
    """
    with in_hand(case_ref) as case:
        if case.status not in EXITS:
            return
        case.row = case_row(case.conn, reference=case_ref)
        tell_ended(case)
        offer = case.conn.execute(
            select(Offer.contractor, WorkOrder.number)
            .outerjoin(WorkOrder, WorkOrder.offer_id == Offer.id)
            .where(Offer.case_id == case.id, Offer.status == "withdrawn")
            .order_by(Offer.id.desc())
            .limit(1)
        ).one_or_none()
        if offer is not None and offer.number:
            tell_order_ended(case, contractor=offer.contractor, order_number=offer.number)
        elif offer is not None:
            tell_withdrawn(case, contractor=offer.contractor)
