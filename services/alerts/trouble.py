"""Automatic work that cannot finish: a case that the machine has been stuck on for over an hour.

A step that is ready waits for nobody but the machine, so it has been stuck since it was handed
over.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from models.base import Instant
from models.tables.cases import Case, CaseStep
from rules.pathway import PATHWAY, CaseStatus, StepName, StepStatus
from services.alerts.raising import Raised
from services.alerts.subjects import Wanted, settle

RESTS: Final = timedelta(hours=1)
"""How long the sweep may try again by itself before people are told."""

SORT: Final = "trouble"

_STUCK: Final = (
    select(CaseStep.case_id, CaseStep.step, Case.reference, Case.authority)
    .join(Case, Case.id == CaseStep.case_id)
    .where(
        CaseStep.status == StepStatus.READY,
        CaseStep.closed_at.is_(None),
        CaseStep.current,
        CaseStep.trouble != "",
        CaseStep.held_since <= bindparam("before", type_=Instant),
        Case.status.in_((CaseStatus.OPEN, CaseStatus.PAID)),
    )
    .order_by(CaseStep.id)
)


def sweep_trouble(conn: Connection, *, now: datetime) -> Raised:
    """Raise an alert for each step that automatic work is stuck at, and clear those it is not."""
    stuck = conn.execute(_STUCK, {"before": now - RESTS})
    wanted = [
        Wanted(
            subject=f"{SORT}:{row.reference}:{row.step}",
            rung=2,
            words=_words(row.step),
            authority=row.authority,
            case_id=row.case_id,
        )
        for row in stuck
    ]
    return settle(
        conn, kind="machine", sorts=(SORT,), wanted=wanted, now=now, why="the work went on"
    )


def _words(step: str) -> str:
    title = PATHWAY[StepName(step)].title
    return f"The automatic work “{title}” cannot finish; the case says why."
