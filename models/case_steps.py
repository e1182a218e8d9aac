"""The steps of a case as rows: each opening of a step, and the values it is written with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from models.tables.cases import CaseStep
from rules.pathway import StepName, StepStatus


@dataclass(frozen=True, slots=True)
class StepRow:
    """One opening of a step, as stored."""

    step: StepName
    revision: int
    status: StepStatus
    owner: str
    waiting_for: str
    opened_at: datetime
    due_on: date | None
    closed_at: datetime | None
    outcome: str
    trouble: str
    row_id: int | None = None


_STEPS: Final = (
    select(  # as StepRow has them
        CaseStep.step,
        CaseStep.revision,
        CaseStep.status,
        CaseStep.owner,
        CaseStep.waiting_for,
        CaseStep.opened_at,
        CaseStep.due_on,
        CaseStep.closed_at,
        CaseStep.outcome,
        CaseStep.trouble,
        CaseStep.id,
    )
    .where(CaseStep.case_id == bindparam("case_id"), CaseStep.current)
    .order_by(CaseStep.id)
)


def steps_of(conn: Connection, *, case_id: int) -> list[StepRow]:
    """Return the current opening of each step of a case, in the order they opened.

    Args:
        conn: Any connection.
        case_id: The case's row id.
    """
    return [
        StepRow(StepName(step), revision, StepStatus(status), *others)
        for step, revision, status, *others in conn.execute(_STEPS, {"case_id": case_id})
    ]


def moved_values(row: StepRow, *, current: bool) -> dict[str, Any]:
    """Return the values that an opening on record is changed to.

    Args:
        row: The opening.
        current: Whether it is the one in force.
    """
    return {
        "row_id": row.row_id,
        "status": row.status,
        "owner": row.owner,
        "waiting_for": row.waiting_for,
        "due_on": row.due_on,
        "closed_at": row.closed_at,
        "outcome": row.outcome,
        "trouble": row.trouble,
        "current": current,
    }


def fresh_values(row: StepRow, *, case_id: int) -> dict[str, Any]:
    """Return the values of an opening that is not on record yet.

    Args:
        row: The opening.
        case_id: The case's row id.
    """
    return {
        "case_id": case_id,
        "step": row.step,
        "revision": row.revision,
        "current": True,
        "status": row.status,
        "owner": row.owner,
        "waiting_for": row.waiting_for,
        "opened_at": row.opened_at,
        "due_on": row.due_on,
        "closed_at": row.closed_at,
        "outcome": row.outcome,
        "trouble": row.trouble,
    }
