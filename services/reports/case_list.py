"""The list of cases, each with what it waits for and on whom."""

from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, or_, select

from models.tables.cases import Case, CaseStep
from services.cases.whose import answered_by, named_holder, people_of, unassigned

_LISTED: Final = select(
    *(Case.id, Case.reference, Case.authority, Case.client_name, Case.work_type, Case.status),
    *(Case.officer, Case.assessor),
).order_by(Case.reference)
_OPEN_STEPS: Final = (
    select(CaseStep.case_id, CaseStep.step, CaseStep.owner, CaseStep.waiting_for)
    .add_columns(CaseStep.due_on, CaseStep.trouble)
    .where(CaseStep.closed_at.is_(None), CaseStep.current)
    .order_by(CaseStep.id)
)


def case_list(
    conn: Connection,
    *,
    today: date,
    authority: str = "",
    status: str = "",
    step: str = "",
    officer: str = "",
    mine: str = "",
    nobodys: bool = False,
) -> list[dict[str, Any]]:
    """Return cases in the order of their references, each with what it waits for and on whom.

    Args:
        today: The day on which it is asked who answers for a case.
        authority: Only this authority's, if given.
        status: Only this case status, if given.
        step: Only cases with this step open, if given.
        officer: Only those given to this officer or assessor, if given.
        mine: Only those that this person answers for today, as a stand-in too, if given.
        nobodys: Only those without an officer who serves.
    """
    query = _LISTED.where(Case.authority == authority) if authority else _LISTED
    if status:
        query = query.where(Case.status == status)
    if officer:
        query = query.where(or_(Case.officer == officer, Case.assessor == officer))
    if mine:
        query = query.where(answered_by(conn, identity=mine, on=today))
    if nobodys:
        query = query.where(unassigned(conn, on=today))
    waits = _waits(conn)
    found = []
    for row in conn.execute(query):
        open_steps = waits.get(row.id, [])
        if not step or step in {wait["step"] for wait in open_steps}:
            for wait in open_steps:
                wait["holder"] = named_holder(conn, wait["owner"], row, on=today)
            people = people_of(conn, row, on=today)
            found.append({**row._mapping, **people, "open_steps": open_steps})
            del found[-1]["id"]
    return found


def _waits(conn: Connection) -> dict[int, list[dict[str, Any]]]:
    """Return the open steps of every case, by its row id."""
    waits: dict[int, list[dict[str, Any]]] = {}
    for row in conn.execute(_OPEN_STEPS):
        due_on = row.due_on.isoformat() if row.due_on else None
        waits.setdefault(row.case_id, []).append(
            {
                "step": row.step,
                "owner": row.owner,
                "waiting_for": row.waiting_for,
                "due_on": due_on,
                "trouble": row.trouble,
            }
        )
    return waits
