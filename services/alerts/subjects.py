"""Alerts that are of no clock: raised for a subject while something is so, cleared when it is not.

A subject is ``document:7``, ``permission:3``, ``lot:SHOWERS`` or ``trouble:DFG-1:price``; what is
before the first colon says what sort of thing it is. There are few of them at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from models.tables.clocks import Alert
from services.alerts.raising import Raised

_LIVE: Final = select(Alert.id, Alert.subject, Alert.rung).where(
    Alert.cleared_at.is_(None), Alert.clock_id.is_(None), Alert.kind == bindparam("of_kind")
)
_RAISE: Final[dict[str, Any]] = {
    name: dialect_insert(Alert).on_conflict_do_nothing().returning(Alert.id)
    for name, dialect_insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_CLEAR: Final = (
    update(Alert)
    .where(Alert.id == bindparam("row_id"), Alert.cleared_at.is_(None))
    .values(cleared_at=bindparam("at"), cleared_why=bindparam("why"))
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An alert that is to stand.

    Args:
        subject: What it is about, such as ``document:7``.
        rung: 1 warns, 2 is a breach.
        words: What is so, as sentences without personal data.
        authority: Code of the authority whose people are told, or empty for the whole service.
        case_id: The case's row id, if it is about one.
        due_on: The day it is or was due, if there is one.
    """

    subject: str
    rung: int
    words: str
    authority: str = ""
    case_id: int | None = None
    due_on: date | None = None


def live_subjects(conn: Connection, *, kind: str, sorts: Sequence[str]) -> frozenset[str]:
    """Return the subjects with an alert that is not cleared.

    Args:
        kind: ``lapse`` or ``machine``.
        sorts: What the subjects begin with, such as ``document``.
    """
    return frozenset(row.subject for row in _live(conn, kind, sorts))


def settle(
    conn: Connection,
    *,
    kind: str,
    sorts: Sequence[str],
    wanted: Sequence[Wanted],
    now: datetime,
    why: str,
) -> Raised:
    """Raise the alerts that are to stand and do not yet, and clear those that are no longer wanted.

    Args:
        kind: ``lapse`` or ``machine``.
        sorts: The sorts of subject that ``wanted`` is all of; others are left alone.
        wanted: Every alert that is to stand, of these sorts.
        why: Why an alert that is not wanted any more is cleared.
    """
    live = _live(conn, kind, sorts)
    keys = {(one.subject, one.rung) for one in wanted}
    held = {(row.subject, row.rung) for row in live}
    gone = [row.id for row in live if (row.subject, row.rung) not in keys]
    if gone:
        conn.execute(_CLEAR, [{"row_id": row_id, "at": now, "why": why} for row_id in gone])
    fresh = [one for one in wanted if (one.subject, one.rung) not in held]
    raised = sum(
        conn.execute(_RAISE[conn.dialect.name], _values(one, kind, now)).first() is not None
        for one in fresh
    )
    return Raised(raised=raised, cleared=len(gone))


def _live(conn: Connection, kind: str, sorts: Sequence[str]) -> list[Any]:
    rows = conn.execute(_LIVE, {"of_kind": kind})
    return [row for row in rows if row.subject.partition(":")[0] in sorts]


def _values(one: Wanted, kind: str, now: datetime) -> dict[str, Any]:
    return {
        "kind": kind,
        "case_id": one.case_id,
        "authority": one.authority,
        "subject": one.subject,
        "rung": one.rung,
        "due_on": one.due_on,
        "words": one.words,
        "raised_at": now,
    }
