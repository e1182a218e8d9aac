"""Alerts about clients' own statements that nobody looked at within a week."""

from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from models.base import Instant
from models.tables.statements import Statement
from rules.clocks.dates import london_date
from rules.clocks.workdays import in_words
from services.alerts.raising import Raised
from services.alerts.without_clock import ToStand, reconcile
from services.cases.statements import ANSWER_WITHIN

_WAITING: Final = (
    select(Statement.id, Statement.authority, Statement.received_at)
    .where(
        Statement.state == "received",
        Statement.received_at < bindparam("before", type_=Instant),
    )
    .order_by(Statement.id)
)


def sweep_statements(conn: Connection, *, now: datetime) -> Raised:
    """Raise an alert to the managers of each statement that waits too long; clear those seen."""
    wanted = [
        ToStand(
            subject=f"statement:{row.id}",
            rung=2,
            words=f"Statement {row.id} waits since {in_words(london_date(row.received_at))}.",
            authority=row.authority,
            due_on=london_date(row.received_at + ANSWER_WITHIN),
        )
        for row in conn.execute(_WAITING, {"before": now - ANSWER_WITHIN})
    ]
    raised, cleared = reconcile(
        conn, kind="lapse", sorts=("statement",), wanted=wanted, now=now, why="looked at"
    )
    return Raised(len(raised), cleared)
