"""Alerts about letters and e-mails that did not arrive: the case's officer corrects the address."""

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, select

from models.tables.cases import Case
from models.tables.record import Outbox, ReturnedMail
from rules.alerts.alert_words import RETURNED
from services.alerts.raising import Raised
from services.alerts.without_clock import ToStand, reconcile

_OPEN: Final = (
    select(Outbox.id, Outbox.payload, Outbox.case_id, Case.authority)
    .join(ReturnedMail, ReturnedMail.outbox_id == Outbox.id)
    .outerjoin(Case, Case.id == Outbox.case_id)
    .where(ReturnedMail.settled_at.is_(None))
    .order_by(Outbox.id)
)


def sweep_returned(conn: Connection, *, now: datetime) -> Raised:
    """Raise an alert for each message that did not arrive, and clear those that were settled."""
    wanted = [
        ToStand(
            subject=f"{RETURNED}{row.id}",
            rung=2,
            words=f"“{row.payload['kind'].replace('_', ' ').capitalize()}” did not arrive.",
            authority=row.authority or "",
            case_id=row.case_id,
        )
        for row in conn.execute(_OPEN)
    ]
    raised, cleared = reconcile(
        conn, kind="lapse", sorts=("returned",), wanted=wanted, now=now, why="settled"
    )
    return Raised(len(raised), cleared)
