"""Batch awards as pages and commands show them: plain values, money in pence."""

from datetime import datetime
from typing import Any

from sqlalchemy.engine import Connection

from models.base import AnyRow
from rules.clocks.dates import instant
from services.batches.batches import batch_award_of, batch_awards, batch_cases


def batch_list(conn: Connection) -> list[dict[str, Any]]:
    """Return every batch award, the newest first."""
    return [_head(row) for row in batch_awards(conn)]


def batch_view(conn: Connection, *, batch_id: int) -> dict[str, Any]:
    """Return one batch award whole: what binds it, what it comes to, and each case of it.

    Args:
        batch_id: Its number.

    Raises:
        UnknownReferenceError: There is none.
    """
    row = batch_award_of(conn, batch_id=batch_id)
    view = _head(row)
    view["bounds"] = row.bounds
    view["cases"] = [_case(case) for case in batch_cases(conn, batch_id=batch_id)]
    return view


def _head(row: AnyRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "lot": row.lot,
        "status": row.status,
        "asked_by": row.asked_by,
        "asked_at": instant(row.asked_at),
        "case_count": row.cases,
        "method": row.method,
        "finding": row.finding,
        "rule_pence": row.rule_pence,
        "batch_pence": row.batch_pence,
        "proposed_at": _when(row.proposed_at),
        "decided_by": row.decided_by,
        "decided_at": _when(row.decided_at),
        "reason": row.reason,
    }


def _when(at: datetime | None) -> str | None:
    return None if at is None else instant(at)


def _case(row: AnyRow) -> dict[str, Any]:
    return {
        "reference": row.reference,
        "authority": row.authority,
        "rule_contractor": row.rule_contractor,
        "rule_pence": row.rule_pence,
        "contractor": row.contractor,
        "total_pence": row.total_pence,
        "difference_pence": None if row.rule_pence is None else row.total_pence - row.rule_pence,
        "explanation": row.explanation,
    }
