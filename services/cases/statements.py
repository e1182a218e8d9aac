"""Clients' own statements: for which works, those on record, and what is erased of them."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, bindparam, insert, select, update

from models.asked import reference_rows
from models.base import AnyRow, Instant, rows_by
from models.tables.statements import SimpleWorks, Statement
from rules.errors import AlreadyDecidedError, StatuteError, UnknownReferenceError
from rules.money import pounds
from rules.people import Actor
from services.cases.effect import Context

KEPT_FOR: Final = timedelta(days=365)
"""How long it stays known who stated what was answered and is no case."""

ANSWER_WITHIN: Final = timedelta(days=7)
"""After which a statement that nobody looked at is late: policy."""

PERSONAL: Final = ("client_name", "address", "postcode", "phone", "email", "words")
_WORKS: Final = rows_by(SimpleWorks, "authority").order_by(SimpleWorks.title)
_KEEP: Final = insert(Statement).returning(Statement.id)
_ONE: Final = rows_by(Statement, "id")
_OF_CASE: Final = rows_by(Statement, "case_id")
_SAME: Final = rows_by(Statement, "digest").where(Statement.state == "received")
_LOOK: Final = update(Statement).where(
    Statement.id == bindparam("row_id"), Statement.state == "received"
)
_HAND: Final = update(Statement).where(Statement.id == bindparam("row_id"))
_OLD: Final = (
    update(Statement)
    .where(Statement.looked_at < bindparam("before", type_=Instant), Statement.client_name != "")
    .values(dict.fromkeys(PERSONAL, ""))
)


def works_allowed(conn: Connection, *, authority: str, on: date) -> dict[str, AnyRow]:
    """Return the works that a client may state for themselves on a day, by work type."""
    return {
        row.work_type: row
        for row in reference_rows(conn, _WORKS, authority=authority)
        if row.valid_from <= on and (row.valid_to is None or on <= row.valid_to)
    }


def forget_old_statements(conn: Connection, *, now: datetime) -> int:
    """Empty who stated what was answered a year ago; return how many."""
    return conn.execute(_OLD, {"before": now - KEPT_FOR}).rowcount


def keep_statement(conn: Connection, values: Mapping[str, Any]) -> int:
    """Keep a statement, and return its number: of the same that still waits, if there is one."""
    before = conn.execute(_SAME, {"digest": values["digest"]}).one_or_none()
    return int(before.id if before else conn.execute(_KEEP, dict(values)).scalar_one())


def statement_of(conn: Connection, *, number: int, viewer: Actor) -> AnyRow:
    """Return a statement of an authority that somebody serves.

    Raises:
        UnknownReferenceError: There is none of that number there.
    """
    row = conn.execute(_ONE, {"id": number}).one_or_none()
    if row is None or (viewer.authorities and row.authority not in viewer.authorities):
        raise UnknownReferenceError(
            f"There is no statement {number}.", next_step="See the list of statements."
        )
    return row


def statements_waiting(conn: Connection, *, viewer: Actor) -> list[AnyRow]:
    """Return the statements that wait for somebody's authorities, the oldest first."""
    asked = select(*Statement.__table__.c).where(Statement.state == "received")
    if viewer.authorities:
        asked = asked.where(Statement.authority.in_(sorted(viewer.authorities)))
    return list(conn.execute(asked.order_by(Statement.id)))


def hand_statement(conn: Connection, *, number: int, to: str) -> None:
    """Let a statement wait for another authority, which follows its own."""
    conn.execute(_HAND.values(authority=to), {"row_id": number})


def looked(conn: Connection, *, number: int, case_id: int | None, **values: Any) -> None:
    """Keep what became of a statement; who stated it goes where a case holds that from now on.

    Raises:
        AlreadyDecidedError: Somebody looked at the same time.
    """
    gone = {} if case_id is None else dict.fromkeys(PERSONAL, "")
    look = _LOOK.values(case_id=case_id, **values, **gone)
    if not conn.execute(look, {"row_id": number}).rowcount:
        raise AlreadyDecidedError(f"Statement {number} was looked at already.")


def check_simple(context: Context, *, cost_pence: int) -> None:
    """Refuse works of a client's own statement that are no longer simple, without an assessor.

    Raises:
        StatuteError: They cost more than their authority lets them, and nobody recommended them.
    """
    row = context.conn.execute(_OF_CASE, {"case_id": context.case.id}).one_or_none()
    if row is None or cost_pence <= row.up_to_pence or context.case.row.recommended_on:
        return
    raise StatuteError(
        f"The works come to {pounds(cost_pence)}, and rest on the client’s own statement.",
        why=f"A statement stands for simple works of up to {pounds(row.up_to_pence)}; above that "
        "an assessor says whether they are necessary and appropriate.",
        section="s.24(3)",
        next_step="Import the case with the day of the recommendation, recommended_on.",
    )
