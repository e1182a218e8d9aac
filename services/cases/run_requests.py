"""Run requests: claimed by the conductor, linked to the run they became, and marked when it ended.

Plain functions, not Prefect tasks: they run before and after a run, never in it.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from adapters import clock
from models import outbox
from models.base import rows_by
from models.tables.record import Outbox
from services.cases.runs import link_run
from services.session import reading, writing

POOL = "handrail"

_REQUEST: Final = rows_by(Outbox, "id")


@dataclass(frozen=True, slots=True)
class RunRequest:
    """A run to create.

    Args:
        id: The outbox row.
        key: The run's idempotency key.
        deployment: Such as ``advance-case/handrail``.
        name: The run's name, such as ``DFG-2026-0042 · advance``.
        tags: Such as ``case:DFG-2026-0042`` and ``authority:RBC``.
        parameters: Flat parameters.
    """

    id: int
    key: str
    deployment: str
    name: str
    tags: tuple[str, ...]
    parameters: dict[str, object]


def claim_run_requests(*, limit: int) -> tuple[RunRequest, ...]:
    """Take the oldest run requests that are due."""
    with reading() as conn:  # a look costs nothing; only a claim takes the writer's lock
        if not outbox.any_due(conn, kind="run", now=clock.now()):
            return ()
    with writing() as conn:
        rows = outbox.claim(conn, kind="run", now=clock.now(), limit=limit)
        return tuple(_request(row) for row in rows)


def _request(row: outbox.OutboxRow) -> RunRequest:
    flow, case = row.payload["flow"], row.case_reference
    return RunRequest(
        id=row.id,
        key=row.key,
        deployment=f"{flow}/{POOL}",
        name=f"{case} · advance" if case else flow,
        tags=(f"case:{case}", f"authority:{row.authority}") if case else (),
        parameters=dict(row.payload["parameters"]),
    )


def record_run_started(*, request_id: int, flow_run_id: str) -> None:
    """Store the run that a request became."""
    with writing() as conn:
        outbox.mark_started(conn, row_id=request_id, flow_run_id=flow_run_id, now=clock.now())


def record_run_ended(*, request_id: int | None, flow_run_id: str, state: str, message: str) -> None:
    """Store how a run ended, and mark its request as done, if it had one."""
    if request_id is None:
        return
    now = clock.now()
    with writing() as conn:
        row = conn.execute(_REQUEST, {"id": request_id}).one()
        outbox.mark_sent(conn, row_id=request_id, now=now, flow_run_id=flow_run_id)
        link_run(
            conn,
            case_id=row.case_id,
            flow_run_id=flow_run_id,
            name=row.key,
            state=state,
            message=message,
            now=now,
        )


def release_run_request(*, request_id: int, error: str) -> None:
    """Put a request back for a later attempt; after too many it is dead, for somebody to see."""
    with writing() as conn:
        outbox.mark_failed(conn, row_id=request_id, error=error, now=clock.now())


def runs_begun(*, request_id: int | None = None) -> tuple[str, ...]:
    """Return the runs that requests became and whose end is not recorded, oldest request first.

    Args:
        request_id: Only the run of this outbox row; of every request if left out.
    """
    query = select(Outbox.flow_run_id).where(
        Outbox.kind == "run",
        Outbox.status.in_(("waiting", "claimed")),
        Outbox.flow_run_id.is_not(None),
    )
    if request_id is not None:
        query = query.where(Outbox.id == request_id)
    with reading() as conn:
        return tuple(str(found) for found in conn.execute(query.order_by(Outbox.id)).scalars())


def release_claims() -> int:
    """Give back what a conductor that died had claimed, as a new one starts. Returns how many."""
    with writing() as conn:
        return outbox.release_all(conn, kind="run", now=clock.now())
