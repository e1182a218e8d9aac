"""Accepting or rejecting a batch award: once, and all of its cases or none."""

from collections import defaultdict
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, select

from models.audit import note_service, take_turn
from models.base import AnyRow
from models.people import acting
from models.tables.cases import Case
from models.tables.many_cases import BatchCase
from models.tables.prices import Award
from rules.batches.problem import Load, breaks
from rules.clocks.dates import london_date
from rules.decisions import Plan
from rules.decisions.particulars import check_particulars, unwritable
from rules.errors import (
    AlreadyDecidedError,
    DatabaseBusyError,
    HandrailError,
    InvalidDecisionError,
    MissingReasonError,
    NoLongerStandsError,
    StepNotOpenError,
)
from rules.people import Actor, check_may_decide
from rules.reasons import too_thin
from services.batches.batches import batch_award_of, batch_cases, keep_decided
from services.batches.decide import AwardBatch
from services.batches.problem import room_of
from services.decisions.record import Receipt, record_decision
from services.tenders import lots
from services.tenders.capacity import lock_contractors

TOLD: Final = 20
"""Cases that no longer stand and are told one by one; the others are counted."""

_LOCK_CASES: Final = (
    select(Case.id)
    .join(BatchCase, BatchCase.case_id == Case.id)
    .where(BatchCase.batch_id == bindparam("batch_id"))
    .order_by(Case.id)
    .with_for_update(of=Case)
)
_PLACINGS: Final = (
    select(BatchCase.case_id, BatchCase.contractor, Award.placings)
    .join(Award, Award.id == BatchCase.award_id)
    .where(BatchCase.batch_id == bindparam("batch_id"))
)


def accept(
    conn: Connection, *, batch_id: int, by: str, reason: str, plan: Plan | None, now: datetime
) -> list[Receipt]:
    """Award every case of a batch as proposed: each has its own decision, direction and run.

    Args:
        batch_id: The batch award.
        by: The technical officer's e-mail address.
        reason: Why; it becomes part of each direction.
        plan: The PLAN rationale of departing from the rule and of each direction.

    Raises:
        NoLongerStandsError: A case no longer stands as proposed; every such case is named, and
            nothing is accepted.
        HandrailError: The person, the reason or the state of the batch does not allow it.
    """
    take_turn(conn)
    actor = acting(conn, identity=by, on=london_date(now))
    rows = _decidable(conn, batch_id=batch_id, actor=actor)
    check_particulars(decision=AwardBatch(batch_id, ""), reason=reason, plan=plan)
    _decide(conn, batch_id=batch_id, status="accepted", actor=actor, reason=reason, now=now)
    conn.execute(_LOCK_CASES, {"batch_id": batch_id}).all()
    lock_contractors(conn, contractors={row.contractor for row in rows})
    problems = _without_room(conn, batch_id=batch_id, rows=rows)
    receipts = []
    for row in rows:
        try:
            receipts.append(
                record_decision(
                    conn,
                    reference=row.reference,
                    decision=AwardBatch(batch_id, row.contractor),
                    by=by,
                    reason=reason,
                    now=now,
                    plan=plan,
                )
            )
        except DatabaseBusyError:
            raise
        except HandrailError as error:
            problems.setdefault(row.reference, error.what)
    if problems:
        raise _no_longer_stands(batch_id, problems)
    return receipts


def reject(conn: Connection, *, batch_id: int, by: str, reason: str, now: datetime) -> None:
    """Turn a batch award down; its cases wait on as they were.

    Args:
        batch_id: The batch award.
        by: The technical officer's e-mail address.

    Raises:
        HandrailError: The person, the reason or the state of the batch does not allow it.
    """
    take_turn(conn)
    actor = acting(conn, identity=by, on=london_date(now))
    _decidable(conn, batch_id=batch_id, actor=actor)
    if not reason.strip():
        raise MissingReasonError(
            "Rejecting a batch award needs a reason.",
            why="Every decision says why.",
            next_step="Give it and record the decision again.",
        )
    if thin := too_thin(reason):
        raise MissingReasonError(thin, next_step="Nothing was recorded.")
    if problems := unwritable(reason):
        raise InvalidDecisionError(" ".join(problems), next_step="Nothing was recorded.")
    _decide(conn, batch_id=batch_id, status="rejected", actor=actor, reason=reason, now=now)


def _decidable(conn: Connection, *, batch_id: int, actor: Actor) -> list[AnyRow]:
    """Return the cases of a batch that waits to be decided, all of them the actor's to decide."""
    batch = batch_award_of(conn, batch_id=batch_id)
    rows = batch_cases(conn, batch_id=batch_id)
    for authority in sorted({row.authority for row in rows}):
        check_may_decide(
            actor=actor, kind=AwardBatch.kind, roles=AwardBatch.roles, authority=authority
        )
    if batch.status == "asked":
        raise StepNotOpenError(
            f"Batch award {batch_id} is not worked out yet.",
            next_step=f"`handrail up` must be running; `handrail batch show {batch_id}` shows it.",
        )
    if batch.status == "impossible":
        raise StepNotOpenError(
            f"Batch award {batch_id} proposes nothing.",
            why=batch.finding,
            next_step="Propose a batch with other bounds.",
        )
    if batch.status != "proposed":
        raise _already(batch)
    return rows


def _decide(
    conn: Connection, *, batch_id: int, status: str, actor: Actor, reason: str, now: datetime
) -> None:
    """Decide a batch, once: of two at the same moment the second finds it decided."""
    by = actor.identity
    if not keep_decided(
        conn, batch_id=batch_id, status=status, decided_by=by, decided_at=now, reason=reason
    ):
        raise _already(batch_award_of(conn, batch_id=batch_id))
    note_service(
        conn,
        now=now,
        actor=actor.identity,
        action=f"batch award: {status}",
        reason=reason,
        detail={"batch": batch_id},
    )


def _already(batch: AnyRow) -> AlreadyDecidedError:
    return AlreadyDecidedError(
        f"Batch award {batch.id} is already {batch.status}.",
        why=f"{batch.decided_by} decided it on {batch.decided_at:%-d %B %Y}.",
        next_step="Nothing was changed; a batch is decided once.",
    )


def _without_room(conn: Connection, *, batch_id: int, rows: list[AnyRow]) -> dict[str, str]:
    """Return the cases whose contractor has no room for all that the batch gives it, and why."""
    nets: dict[str, Load] = defaultdict(lambda: Load(0, 0))
    for row in conn.execute(_PLACINGS, {"batch_id": batch_id}):
        place = next(one for one in row.placings if one["contractor"] == row.contractor)
        nets[row.contractor] = nets[row.contractor].with_works(place["net_pence"])
    lot = batch_award_of(conn, batch_id=batch_id).lot
    full = {}
    for member in lots.members(conn, lot=lot):
        code = member.contractor.code
        over = breaks(code, room_of(member), nets[code], nets[code].net_pence)
        if over:
            full[code] = " ".join(over)
    return {
        row.reference: f"{row.reference}: {full[row.contractor]}"
        for row in rows
        if row.contractor in full
    }


def _no_longer_stands(batch_id: int, problems: dict[str, str]) -> NoLongerStandsError:
    told = [problems[reference] for reference in sorted(problems)[:TOLD]]
    more = len(problems) - len(told)
    named = "1 case no longer stands" if len(problems) == 1 else f"{len(problems)} cases no longer"
    return NoLongerStandsError(
        f"Batch award {batch_id} cannot be accepted: {named}"
        f"{'' if len(problems) == 1 else ' stand'} as proposed ({', '.join(sorted(problems))}).",
        why=" ".join([*told, *([f"{more} more cases likewise."] if more else [])]),
        next_step="Nothing was accepted. Propose a batch anew.",
    )
