"""Run requests: claimed by the conductor, linked to the run they became, and marked when it ended.

A run over many cases marks each case's requests itself, case by case; for a single one the
conductor does, when its run has ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from adapters import clock
from models import outbox
from models.base import rows_by
from models.case_queries import case_row
from models.outbox import OutboxRow
from models.tables.record import Outbox
from rules.sentences import several
from services.cases.runs import ADVANCE, link_run
from services.session import reading, writing

POOL: Final = "handrail"

DEPLOYMENT: Final = "handrail"
"""What the deployment of every flow of ours is called, such as ``pay/handrail``."""

MANY: Final = 25
"""Cases that one run carries on at most."""

BACKLOG: Final = 4
"""From so many cases on that wait, one run carries them all on; fewer have a run each."""

_REQUEST: Final = rows_by(Outbox, "id")
_LEFT: Final = (Outbox.kind == "run", Outbox.status.in_(("waiting", "claimed")))


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
        case: The case's reference, or None for a run over many or none.
        flow_run_id: The run that it became already, or None.
    """

    id: int
    key: str
    deployment: str
    name: str
    tags: tuple[str, ...]
    parameters: dict[str, object]
    case: str | None = None
    flow_run_id: str | None = None


def claim_run_requests(*, limit: int = MANY) -> tuple[RunRequest, ...]:
    """Take the oldest run request that is due, and those that the same run carries on with it.

    Args:
        limit: How many to look at, at most.
    """
    with reading() as conn:  # a look costs nothing; only a claim takes the writer's lock
        if not outbox.any_due(conn, kind="run", now=clock.now()):
            return ()
    with writing() as conn:
        rows = outbox.claim(conn, kind="run", now=clock.now(), limit=limit, choose=_together)
        return tuple(_request(row) for row in rows)


def _together(rows: list[OutboxRow]) -> list[OutboxRow]:
    """Return the first of some requests, with the others that go into one run with it.

    One that was put back has a run of its own, so that its trouble is nobody else's.
    """
    first = rows[0]
    if first.flow_run_id:
        return [row for row in rows if row.flow_run_id == first.flow_run_id]
    fresh = [row for row in rows if _fresh(row)]
    return fresh if _fresh(first) and len(fresh) >= BACKLOG else [first]


def _fresh(row: OutboxRow) -> bool:
    to_advance = row.case_reference is not None and row.payload["flow"] == "advance-case"
    return to_advance and row.attempts == 0 and row.flow_run_id is None


def in_one_run(requests: Sequence[RunRequest]) -> RunRequest:
    """Return what to ask Prefect for: the one request, or a run over the cases of them all.

    Its key follows from the oldest request: asked again after a crash, with others that came since,
    it is the same run.
    """
    first = requests[0]
    if len(requests) == 1:
        return first
    return RunRequest(
        id=first.id,
        key=f"{first.key}:with-others",
        deployment=f"advance-cases/{DEPLOYMENT}",
        name=f"{several(len(requests), 'case')} · advance",
        tags=(),
        parameters={"case_refs": list(dict.fromkeys(one.case for one in requests))},
    )


def _request(row: OutboxRow) -> RunRequest:
    flow, case = row.payload["flow"], row.case_reference
    return RunRequest(
        id=row.id,
        key=row.key,
        deployment=f"{flow}/{DEPLOYMENT}",
        name=f"{case} · advance" if case else flow,
        tags=(f"case:{case}", f"authority:{row.authority}") if case else (),
        parameters=dict(row.payload["parameters"]),
        case=case,
        flow_run_id=row.flow_run_id,
    )


def record_run_started(*, request_ids: Sequence[int], flow_run_id: str) -> None:
    """Store the run that requests became."""
    now = clock.now()
    with writing() as conn:
        outbox.mark_started(conn, row_ids=request_ids, flow_run_id=flow_run_id, now=now)


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


def record_case_carried_on(*, case_ref: str, flow_run_id: str, state: str, message: str) -> None:
    """Store how a run over many cases left one of them, and mark the case's requests as done."""
    now = clock.now()
    with writing() as conn:
        for row_id in outbox.left_in_run(conn, flow_run_id=flow_run_id, case_ref=case_ref):
            outbox.mark_sent(conn, row_id=row_id, now=now)
        link_run(
            conn,
            case_id=case_row(conn, reference=case_ref).id,
            flow_run_id=flow_run_id,
            name=f"{case_ref} · {ADVANCE}",
            state=state,
            message=message,
            now=now,
        )


def put_back(*, flow_run_id: str, error: str, case_ref: str | None = None) -> None:
    """Put back what a run over many cases could not carry on, to be tried by itself.

    Args:
        error: What stood in the way.
        case_ref: The case; every one that is left if left out.
    """
    now = clock.now()
    with writing() as conn:
        for row_id in outbox.left_in_run(conn, flow_run_id=flow_run_id, case_ref=case_ref):
            outbox.mark_failed(conn, row_id=row_id, error=error, now=now, flow_run_id=None)


def release_run_requests(*, request_ids: Sequence[int], error: str) -> None:
    """Put requests back for a later attempt; after too many they are dead, for somebody to see."""
    with writing() as conn:
        for row_id in request_ids:
            outbox.mark_failed(conn, row_id=row_id, error=error, now=clock.now())


def runs_begun(*, request_ids: Sequence[int] | None = None) -> tuple[str, ...]:
    """Return the runs that requests became and whose end is not recorded, oldest request first.

    Args:
        request_ids: Only the runs of these outbox rows; of every request if left out.
    """
    query = select(Outbox.flow_run_id).where(*_LEFT, Outbox.flow_run_id.is_not(None))
    if request_ids is not None:
        query = query.where(Outbox.id.in_(request_ids))
    with reading() as conn:
        return tuple(str(found) for found in conn.execute(query.order_by(Outbox.id)).scalars())


def any_left(*, request_ids: Sequence[int]) -> bool:
    """Say whether any of some requests is still to be served."""
    with reading() as conn:
        left = select(Outbox.id).where(*_LEFT, Outbox.id.in_(request_ids)).limit(1)
        return conn.execute(left).first() is not None


def release_claims(*, request_ids: Sequence[int] | None = None) -> int:
    """Give back what was claimed and not served, due at once. Returns how many.

    Args:
        request_ids: Only these; all, as a new conductor starts, if left out.
    """
    with writing() as conn:
        return outbox.release(conn, kind="run", now=clock.now(), row_ids=request_ids)
