"""Batch awards as they are kept and shown: who asked for which lot, what was proposed for whom."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, bindparam, func, insert, select, update

from models.audit import note_service, take_turn
from models.base import AnyRow, can_be_stored, rows_by
from models.outbox import request_run
from models.spelling import as_recorded
from models.tables.cases import Case
from models.tables.contractors import Lot
from models.tables.many_cases import BatchAward, BatchCase
from rules.batches.problem import check_shares
from rules.errors import InvalidDecisionError, UnknownReferenceError
from rules.people import Actor, check_may_change_many
from rules.plain import shown
from rules.tenders.awards import MINI_COMPETITION
from services.batches.problem import waiting_awards

FLOW: Final = "propose-batch-award"
LARGEST_ID: Final = 2**63 - 1  # a database holds no higher

_ASK: Final = insert(BatchAward).returning(BatchAward.id)
_BATCHES: Final = select(
    *BatchAward.__table__.c,
    select(func.count())
    .where(BatchCase.batch_id == BatchAward.id)
    .correlate(BatchAward)
    .scalar_subquery()
    .label("cases"),
).order_by(BatchAward.id.desc())
_BATCH: Final = _BATCHES.where(BatchAward.id == bindparam("batch_id"))
_CASES: Final = (
    select(*BatchCase.__table__.c, Case.reference, Case.authority)
    .join(Case, Case.id == BatchCase.case_id)
    .where(BatchCase.batch_id == bindparam("batch_id"))
    .order_by(Case.reference)
)
_PROPOSE: Final = update(BatchAward).where(
    BatchAward.id == bindparam("batch_id"), BatchAward.status == "asked"
)
_DECIDE: Final = update(BatchAward).where(
    BatchAward.id == bindparam("batch_id"), BatchAward.status == "proposed"
)
_KEEP_CASES: Final = insert(BatchCase)
_LOT: Final = rows_by(Lot, "code")


def run_key(batch_id: int) -> str:
    """Return the key of the run that works a batch award out."""
    return f"batch-award:{batch_id}"


def ask(
    conn: Connection,
    *,
    lot: str,
    actor: Actor,
    least_percent: Decimal,
    most_percent: Decimal,
    now: datetime,
) -> int:
    """Keep a request for a batch award, with its audit row and the run that works it out.

    Args:
        actor: Who asks; the batch takes cases of the authorities that they serve.
        least_percent: The least share of the batch's value for every contractor.
        most_percent: The most.

    Raises:
        NotPermittedError: Their role may not.
        UnknownReferenceError: There is no such lot.
        InvalidDecisionError: The shares cannot be, the lot is awarded by quotes, or no case waits.
    """
    take_turn(conn)
    check_may_change_many(actor=actor, what="a batch award", authorities=())
    check_shares(least_percent=least_percent, most_percent=most_percent)
    lot = as_recorded(conn, Lot.code, lot)
    _check_lot(conn, lot=lot)
    if not waiting_awards(conn, lot=lot, authorities=actor.authorities):
        whose = f" in {', '.join(sorted(actor.authorities))}" if actor.authorities else ""
        raise InvalidDecisionError(
            f"No case of lot {lot} waits for its direction{whose}.",
            why="A batch award is over cases that are tendered and not yet directed.",
            next_step="`handrail case list --step tender` shows where cases stand.",
        )
    shares = {"least_percent": str(least_percent), "most_percent": str(most_percent)}
    values = {
        "lot": lot,
        "status": "asked",
        "asked_by": actor.identity,
        "asked_at": now,
        "bounds": shares,
    }
    batch_id = int(conn.execute(_ASK, values).scalar_one())
    note_service(
        conn,
        now=now,
        actor=actor.identity,
        action="batch award: asked for",
        reason="",
        detail={"batch": batch_id, "lot": lot, **shares},
    )
    request_run(conn, key=run_key(batch_id), flow=FLOW, parameters={"batch_id": batch_id}, now=now)
    return batch_id


def _check_lot(conn: Connection, *, lot: str) -> None:
    row = conn.execute(_LOT, {"code": lot}).one_or_none() if can_be_stored(lot) else None
    if row is None:
        raise UnknownReferenceError(
            f"There is no lot {lot}.", next_step="Give the code of a lot, as imported."
        )
    if row.award_rule == MINI_COMPETITION:
        raise InvalidDecisionError(
            f"Lot {lot} is awarded by mini-competition.",
            why="A batch award rests on prices that contractors hold already.",
            next_step="Award each mini-competition on its quotes.",
        )


def batch_award_of(conn: Connection, *, batch_id: int) -> AnyRow:
    """Return a batch award, with how many cases it proposes for.

    Raises:
        UnknownReferenceError: There is none.
    """
    known = 0 < batch_id <= LARGEST_ID
    row = conn.execute(_BATCH, {"batch_id": batch_id}).one_or_none() if known else None
    if row is None:
        raise UnknownReferenceError(
            f"There is no batch award {batch_id}.",
            next_step="`handrail batch list` shows those there are.",
        )
    return row


def batch_awards(conn: Connection) -> list[AnyRow]:
    """Return every batch award with how many cases it proposes for, the newest first."""
    return list(conn.execute(_BATCHES))


def batch_cases(conn: Connection, *, batch_id: int) -> list[AnyRow]:
    """Return the cases of a batch award, by reference."""
    return list(conn.execute(_CASES, {"batch_id": batch_id}))


def keep_proposal(
    conn: Connection,
    *,
    batch_id: int,
    outcome: Mapping[str, Any],
    cases: Iterable[Mapping[str, Any]],
    now: datetime,
) -> bool:
    """Keep what was worked out, once. Returns whether it was not there before.

    Args:
        outcome: Columns of the batch award: ``status``, ``method``, ``finding``, …
        cases: Columns of each of its cases.
    """
    kept = conn.execute(_PROPOSE, {"batch_id": batch_id, **outcome, "proposed_at": now})
    if kept.rowcount == 0:
        return False
    rows = [{"batch_id": batch_id, **case} for case in cases]
    if rows:
        conn.execute(_KEEP_CASES, rows)
    return True


# ---- as pages and commands show them


def keep_decided(conn: Connection, *, batch_id: int, **columns: object) -> bool:
    """Keep how a proposed batch was decided; say whether it was still to be decided."""
    return conn.execute(_DECIDE, {"batch_id": batch_id, **columns}).rowcount == 1


def batch_list(conn: Connection) -> list[dict[str, Any]]:
    """Return every batch award, the newest first."""
    return [_head(row) for row in batch_awards(conn)]


def batch_view(conn: Connection, *, batch_id: int) -> dict[str, Any]:
    """Return one batch award whole: what binds it, what it comes to, and each case of it.

    Raises:
        UnknownReferenceError: There is none.
    """
    row = batch_award_of(conn, batch_id=batch_id)
    cases = [_case(case) for case in batch_cases(conn, batch_id=batch_id)]
    return _head(row) | {"bounds": row.bounds, "cases": cases}


def _head(row: AnyRow) -> dict[str, Any]:
    return {
        **shown(row, "id", "lot", "status", "asked_by", "asked_at"),
        "case_count": row.cases,
        **shown(row, "method", "finding", "rule_pence", "batch_pence"),
        **shown(row, "proposed_at", "decided_by", "decided_at", "reason"),
    }


def _case(row: AnyRow) -> dict[str, Any]:
    by_rule = row.rule_pence
    return {
        **shown(row, "reference", "authority", "rule_contractor", "rule_pence"),
        **shown(row, "contractor", "total_pence"),
        "difference_pence": None if by_rule is None else row.total_pence - by_rule,
        "explanation": row.explanation,
    }
