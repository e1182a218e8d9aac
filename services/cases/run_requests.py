"""Run requests: claimed by the conductor, linked to the run they became, and marked when it ended.

A run over many cases marks each case's requests itself, case by case; for a single one the
conductor does, when its run has ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, not_, or_, select

from adapters import clock
from models import outbox
from models.base import rows_by
from models.case_queries import case_row
from models.outbox import OutboxRow
from models.tables.record import Outbox
from models.tables.runners import Runner
from rules.sentences import several
from services.cases.runners import GONE_AFTER, lease_lasts
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
_CLAIMED: Final = (Outbox.kind == "run", Outbox.status == "claimed")


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


def claim_run_requests(*, by: str, limit: int = MANY) -> tuple[RunRequest, ...]:
    """Take the oldest run request that is due, and those that the same run carries on with it.

    Args:
        by: The conductor, whose they are until it has served them, gives them back, or is gone.
        limit: How many to look at, at most.
    """
    with reading() as conn:  # a look costs nothing; only a claim takes the writer's lock
        if not outbox.any_due(conn, kind="run", now=clock.now()):
            return ()
    with writing() as conn:
        now = clock.now()
        rows = outbox.claim(conn, kind="run", now=now, limit=limit, by=by, choose=_together)
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


def runs_begun(*, by: str) -> tuple[str, ...]:
    """Return the runs of a conductor's requests whose end is not recorded, oldest first.

    A predecessor may have been killed right after it gave back those of its own predecessor.
    """
    theirs = select(Outbox.flow_run_id).where(*_LEFT, Outbox.claimed_by == by)
    begun = theirs.where(Outbox.flow_run_id.is_not(None)).order_by(Outbox.id)
    with reading() as conn:
        return tuple(str(found) for found in conn.execute(begun).scalars())


def give_back(*, request_ids: Sequence[int]) -> None:
    """Give back requests that were claimed and not served, due at once."""
    with writing() as conn:
        outbox.release(conn, Outbox.id.in_(request_ids), now=clock.now())


def release_claims(*, by: str) -> int:
    """Give back what a conductor had claimed and not served when it was killed; return how many."""
    with writing() as conn:
        return outbox.release(conn, Outbox.claimed_by == by, now=clock.now())


def release_lapsed_claims() -> int:
    """Give back what a conductor claimed that is gone since, due at once; return how many.

    Those whose run has begun lapse with the run's lease, so that whoever claims them may go on with
    it at once; the others when the conductor has given no sign of life for ``GONE_AFTER``.
    """
    lapsed = (Outbox.claimed_by.is_not(None), ~_held())
    with reading() as conn:  # as a rule there is none, and the look costs nothing
        if conn.execute(select(Outbox.id).where(*_CLAIMED, *lapsed).limit(1)).first() is None:
            return 0
    with writing() as conn:
        return outbox.release(conn, *lapsed, now=clock.now())


def _held() -> ColumnElement[bool]:
    """Say in SQL that who has claimed a request is still to be reckoned with."""
    now, lease = datetime.now(UTC), lease_lasts()
    begun = Outbox.flow_run_id.is_not(None)
    alive = Runner.seen_at > now - min(GONE_AFTER, lease)
    leased = Runner.seen_at > now - lease
    theirs = (Runner.name == Outbox.claimed_by, not_(Runner.stopped))
    return exists().where(*theirs, or_(alive, and_(begun, leased)))
