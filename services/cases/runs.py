"""The link from a case and its steps to the Prefect runs that worked on them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, delete, select
from sqlalchemy.engine import Connection

from models.asked import rows
from models.base import AnyRow, on_conflict, rows_by
from models.tables.cases import FlowRun
from models.tables.record import Outbox
from rules.pathway import PATHWAY, StepName, StepStatus
from services.cases.in_hand import CaseInHand

ADVANCE = "advance"
"""The step under which a run over the whole case is linked."""


def _or_note_its_end(fresh: Any) -> Any:
    said = {name: fresh.excluded[name] for name in ("state", "message", "ended_at")}
    return fresh.on_conflict_do_update(index_elements=["case_id", "flow_run_id", "step"], set_=said)


_LINK: Final = on_conflict(FlowRun, _or_note_its_end)
_UNLINK: Final = delete(FlowRun).where(
    FlowRun.case_id.is_(None), FlowRun.flow_run_id == bindparam("run")
)
RUNS: Final = rows_by(FlowRun, "case_id").order_by(FlowRun.id)
"""The runs linked to a case, by ``case_id``, oldest first."""


def link_steps(
    conn: Connection, *, case: CaseInHand, steps: Iterable[StepName], flow_run_id: str
) -> None:
    """Say which run moved which steps of a case, and where it left them."""
    rows = [
        {
            "case_id": case.id,
            "step": step,
            "flow_run_id": flow_run_id,
            "name": f"{case.reference} · {step}",
            "state": run_state(step=step, status=case.step_status(step)),
            "message": case.steps[step].trouble or case.steps[step].waiting_for,
            "started_at": case.now,
            "ended_at": case.now,
        }
        for step in steps
    ]
    conn.execute(_LINK[conn.dialect.name], rows)


def run_state(*, step: StepName, status: StepStatus) -> str:
    """Return the name of the state a run leaves a step in."""
    if status is StepStatus.WAITING:
        return PATHWAY[step].waiting_state
    return "Ready" if status is StepStatus.READY else "Completed"


def link_run(
    conn: Connection,
    *,
    case_id: int | None,
    flow_run_id: str,
    name: str,
    state: str,
    message: str,
    now: datetime,
) -> None:
    """Keep a run over a whole case, or over many, that has ended, and the state it is in."""
    row = {
        "case_id": case_id,
        "step": ADVANCE,
        "flow_run_id": flow_run_id,
        "name": name,
        "state": state,
        "message": message,
        "started_at": now,
        "ended_at": now,
    }
    if case_id is None:  # which the database takes for another one each time
        conn.execute(_UNLINK, {"run": flow_run_id})
    conn.execute(_LINK[conn.dialect.name], row)


def runs_of(conn: Connection, *, case_id: int) -> list[AnyRow]:
    """Return the runs linked to a case, oldest first."""
    return list(rows(conn, RUNS, case_id=case_id))


def run_of_request(conn: Connection, *, key: str) -> dict[str, str] | None:
    """Return the run that a request became, once it has ended, or None.

    Args:
        key: The request's key, such as ``DFG-2026-0042:advance:7``.
    """
    query = (
        select(FlowRun.flow_run_id, FlowRun.state, FlowRun.message)
        .join(Outbox, Outbox.flow_run_id == FlowRun.flow_run_id)
        .where(
            Outbox.key == key,
            Outbox.status == "sent",
            FlowRun.step == ADVANCE,
            FlowRun.case_id.is_not_distinct_from(Outbox.case_id),
        )
    )
    row = conn.execute(query).one_or_none()
    return dict(row._mapping) if row else None
