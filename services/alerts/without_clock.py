"""Alerts that are of no clock: raised for a subject while something is so, cleared when it is not.

A subject is ``document:7``, ``permission:3``, ``lot:SHOWERS``, ``trouble:DFG-1:price``, or for the
machine a word such as ``disk``; what is before the first colon says what sort of thing it is. There
are few of them at a time.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from models.base import AnyRow, Instant
from models.tables.cases import Case, CaseStep
from models.tables.clocks import Alert
from models.tables.record import Outbox, ReturnedMail
from rules.alerts.alert_words import RETURNED
from rules.pathway import PATHWAY, CaseStatus, StepName, StepStatus
from services.alerts.raising import Raised

RESTS: Final = timedelta(hours=1)
"""How long the sweep may try again by itself before people are told."""

_LIVE: Final = select(Alert.id, Alert.subject, Alert.rung, Alert.words).where(
    Alert.cleared_at.is_(None), Alert.clock_id.is_(None), Alert.kind == bindparam("of_kind")
)
_RAISE: Final[dict[str, Any]] = {
    name: insert(Alert).on_conflict_do_nothing().returning(Alert.id)
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_ONE: Final = update(Alert).where(Alert.id == bindparam("row_id"), Alert.cleared_at.is_(None))
_REWORD: Final = _ONE.values(words=bindparam("so"))
_CLEAR: Final = _ONE.values(cleared_at=bindparam("at"), cleared_why=bindparam("why"))


@dataclass(frozen=True, slots=True)
class ToStand:
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


def live_subjects(conn: Connection, *, kind: str, sorts: Collection[str]) -> frozenset[str]:
    """Return the subjects of a kind and of some sorts with an alert that is not cleared."""
    return frozenset(row.subject for row in _live(conn, kind, sorts))


def reconcile(
    conn: Connection,
    *,
    kind: str,
    sorts: Collection[str],
    wanted: Sequence[ToStand],
    now: datetime,
    why: str,
    reword: bool = False,
) -> tuple[tuple[str, ...], int]:
    """Raise the alerts that are to stand and do not yet, and clear those that are no longer wanted.

    Args:
        kind: ``lapse`` or ``machine``.
        sorts: The sorts of subject that ``wanted`` is all of; others are left alone.
        wanted: Every alert that is to stand, of these sorts.
        why: Why an alert that is not wanted any more is cleared.
        reword: Whether the words of those that stand follow what is so.

    Returns:
        The subjects of what was raised, and how many were cleared.
    """
    keys = {(one.subject, one.rung) for one in wanted}
    live = {(row.subject, row.rung): row for row in _live(conn, kind, sorts)}
    gone = [row.id for key, row in live.items() if key not in keys]
    if gone:
        conn.execute(_CLEAR, [{"row_id": row_id, "at": now, "why": why} for row_id in gone])
    raised = []
    for one in wanted:
        held = live.get((one.subject, one.rung))
        if held is None:
            row = {"kind": kind, "raised_at": now, **asdict(one)}
            if conn.execute(_RAISE[conn.dialect.name], row).first() is not None:
                raised.append(one.subject)
        elif reword and held.words != one.words:
            conn.execute(_REWORD, {"row_id": held.id, "so": one.words})
    return tuple(raised), len(gone)


def _live(conn: Connection, kind: str, sorts: Collection[str]) -> list[AnyRow]:
    rows = conn.execute(_LIVE, {"of_kind": kind})
    return [row for row in rows if row.subject.partition(":")[0] in sorts]


# ---- automatic work that cannot finish

# A step that is ready waits for nobody but the machine, so it has been stuck since it was handed
# over.
_STUCK: Final = (
    select(CaseStep.case_id, CaseStep.step, Case.reference, Case.authority)
    .join(Case, Case.id == CaseStep.case_id)
    .where(
        CaseStep.status == StepStatus.READY,
        CaseStep.closed_at.is_(None),
        CaseStep.current,
        CaseStep.trouble != "",
        CaseStep.held_since <= bindparam("before", type_=Instant),
        Case.status.in_((CaseStatus.OPEN, CaseStatus.PAID)),
    )
    .order_by(CaseStep.id)
)


def sweep_trouble(conn: Connection, *, now: datetime) -> Raised:
    """Raise an alert for each step that automatic work is stuck at, and clear those it is not."""
    wanted = [
        ToStand(
            subject=f"trouble:{row.reference}:{row.step}",
            rung=2,
            words=f"The automatic work “{PATHWAY[StepName(row.step)].title}” cannot finish; "
            "the case says why.",
            authority=row.authority,
            case_id=row.case_id,
        )
        for row in conn.execute(_STUCK, {"before": now - RESTS})
    ]
    raised, cleared = reconcile(
        conn, kind="machine", sorts=("trouble",), wanted=wanted, now=now, why="the work went on"
    )
    return Raised(len(raised), cleared)


_OPEN: Final = (
    select(Outbox.id, Outbox.payload, Outbox.case_id, Case.authority)
    .join(ReturnedMail, ReturnedMail.outbox_id == Outbox.id)
    .outerjoin(Case, Case.id == Outbox.case_id)
    .where(ReturnedMail.settled_at.is_(None))
    .order_by(Outbox.id)
)


def sweep_returned(conn: Connection, *, now: datetime) -> Raised:
    """Raise an alert for each message that did not arrive, and clear those that were settled."""
    wanted = [
        ToStand(
            subject=f"{RETURNED}{row.id}",
            rung=2,
            words=f"“{row.payload['kind'].replace('_', ' ').capitalize()}” did not arrive.",
            authority=row.authority or "",
            case_id=row.case_id,
        )
        for row in conn.execute(_OPEN)
    ]
    raised, cleared = reconcile(
        conn, kind="lapse", sorts=("returned",), wanted=wanted, now=now, why="settled"
    )
    return Raised(len(raised), cleared)
