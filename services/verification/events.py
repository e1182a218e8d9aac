"""Events of contractors' own systems: each is the decision that it was recorded as."""

from typing import Final

from sqlalchemy import or_

from models.tables.cases import Case
from models.tables.interchange import OrderEvent
from models.tables.record import Decision
from services.verification.checks import Check, of_case

EVENTS: Final = (
    Check(
        of_case(OrderEvent, OrderEvent.contractor, OrderEvent.event)
        .join(Decision, Decision.id == OrderEvent.decision_id)
        .where(or_(Decision.case_id != Case.id, Decision.actor != OrderEvent.contractor)),
        "Event {event} of {contractor}’s own system is put beside a decision that is not its own.",
    ),
)
