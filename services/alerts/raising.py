"""Raising the alerts of clocks, and clearing those that no longer stand, by statements over sets.

Every rung of a clock whose day has come is raised, however late the sweep is, once while it stands:
a unique index says so. Two sweeps at once pass each other by. On PostgreSQL a clock or an alert
that somebody is changing at this moment is left for the next sweep, so that no sweep waits for an
officer and no officer's decision runs into a deadlock with one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    FromClause,
    Text,
    and_,
    bindparam,
    case,
    func,
    literal,
    not_,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from models.base import Instant
from models.tables.cases import Case
from models.tables.clocks import Alert, Clock
from rules.clocks.dates import london_date

DONE: Final = "done"
PAUSED: Final = "paused"
MOVED: Final = "its due date moved"

_TODAY: Final = bindparam("today", type_=Date)
_NOW: Final = bindparam("now", type_=Instant)


@dataclass(frozen=True, slots=True)
class Raised:
    """What a sweep did.

    Args:
        raised: Alerts raised.
        cleared: Alerts cleared.
    """

    raised: int
    cleared: int

    def __add__(self, other: Raised) -> Raised:
        """Return what two sweeps did together."""
        return Raised(self.raised + other.raised, self.cleared + other.cleared)


def reached(rung: Any, *, of: Any = Clock) -> ColumnElement[bool]:
    """Say in SQL that the day of a rung has come on a clock; the day is the parameter ``today``.

    Args:
        rung: The column that holds the rung.
        of: What has the clock's dates.
    """
    day = case(
        {1: of.warn_on, 2: of.late_on, 3: of.escalate_on, 4: of.escalate_again_on}, value=rung
    )
    return func.coalesce(day <= _TODAY, False)


_HAND: Final = (
    update(Alert)
    .where(Alert.case_id == bindparam("of_case"), Alert.cleared_at.is_(None))
    .values(authority=bindparam("to_authority"))
)


def hand_alerts(conn: Connection, *, case_id: int, to: str) -> None:
    """Let the alerts that stand on a case be another authority's, to which the case goes."""
    conn.execute(_HAND, {"of_case": case_id, "to_authority": to})


# ---- raising

_RUNGS: Final = union_all(*(select(literal(rung).label("rung")) for rung in (1, 2, 3, 4))).subquery(
    "rungs"
)
_DATES: Final = ("due_on", "warn_on", "late_on", "escalate_on", "escalate_again_on")
_DUE_ROWS: Final = (
    select(*(Clock.__table__.c[name] for name in ("id", "case_id", "rung", *_DATES)))
    .add_columns(Case.authority)
    .join(Case, Case.id == Clock.case_id)
    .where(Clock.next_on <= _TODAY, Clock.stopped_on.is_(None))
)


def _raise_those(insert: Any, due: FromClause) -> Any:
    """Return the statement that raises the alerts that a set of due clocks is to have."""
    given = {
        "kind": literal("clock", Text),
        "clock_id": due.c.id,
        "case_id": due.c.case_id,
        "authority": due.c.authority,
        "rung": _RUNGS.c.rung,
        "due_on": due.c.due_on,
        "raised_at": _NOW,
    }
    # SQLAlchemy gives no defaults to an insert that is part of another statement.
    others = [column for column in Alert.__table__.c if column.default and column.name not in given]
    given |= {column.name: literal(column.default.arg, column.type) for column in others}
    alerts = select(*given.values()).where(
        _RUNGS.c.rung > due.c.rung, reached(_RUNGS.c.rung, of=due.c)
    )
    statement = insert(Alert).from_select(list(given), alerts, include_defaults=False)
    return statement.on_conflict_do_nothing()


def _next_rung(of: Any) -> dict[str, Any]:
    """Return the rung a clock has reached, and when it is to be looked at next."""
    again, escalate, late = of.escalate_again_on, of.escalate_on, of.late_on
    return {
        "rung": case((again <= _TODAY, 4), (escalate <= _TODAY, 3), (late <= _TODAY, 2), else_=1),
        "next_on": case(
            (again <= _TODAY, None),
            (escalate <= _TODAY, again),
            (late <= _TODAY, func.coalesce(escalate, again)),
            else_=late,
        ),
    }


_DUE: Final = _DUE_ROWS.subquery("due")
# One writer at a time: nothing changes between the two. Python's sqlite3 counts the rows of no
# statement that begins with WITH, so these do not.
_SQLITE_RAISE: Final = _raise_those(sqlite.insert, _DUE)
_SQLITE_MOVE_ON: Final = (
    update(Clock)
    .where(Clock.next_on <= _TODAY, Clock.stopped_on.is_(None))
    .values(_next_rung(Clock))
)
# The case is locked with its clock, as the alert's foreign key would do a moment later.
_HELD: Final = _DUE_ROWS.with_for_update(of=[Clock, Case], key_share=True, skip_locked=True).cte(
    "due"
)
_POSTGRESQL_RAISED: Final = _raise_those(postgresql.insert, _HELD).returning(Alert.id).cte("raised")
_POSTGRESQL_MOVED_ON: Final = (
    update(Clock)
    .where(Clock.id == _HELD.c.id)
    .values(_next_rung(_HELD.c))
    .returning(Clock.id)
    .cte("moved_on")
)
_POSTGRESQL_RAISE: Final = (
    select(func.count()).select_from(_POSTGRESQL_RAISED).add_cte(_POSTGRESQL_MOVED_ON)
)


def _raise(conn: Connection, today: date, now: datetime) -> int:
    wanted = {"today": today, "now": now}
    if conn.dialect.name == "postgresql":
        return int(conn.execute(_POSTGRESQL_RAISE, wanted).scalar_one())
    raised = conn.execute(_SQLITE_RAISE, wanted).rowcount
    conn.execute(_SQLITE_MOVE_ON, {"today": today})
    return raised


# ---- clearing

_OVER: Final = (
    select(
        Alert.id,
        case((Clock.stopped_on.is_not(None), DONE), (Clock.paused, PAUSED), else_=MOVED).label(
            "why"
        ),
    )
    .join(Clock, Clock.id == Alert.clock_id)
    .where(
        Alert.cleared_at.is_(None),
        or_(Clock.stopped_on.is_not(None), Clock.paused, not_(reached(Alert.rung))),
    )
    .with_for_update(of=Alert, skip_locked=True)
    .subquery("gone")
)
_CLEAR: Final = (
    update(Alert).where(Alert.id == _OVER.c.id).values(cleared_at=_NOW, cleared_why=_OVER.c.why)
)


def standing() -> ColumnElement[bool]:
    """Say in SQL that an alert stands, looked at live: its clock runs and its day has come.

    For a statement that has the alert and, by an outer join, its clock; ``today`` is a parameter.
    """
    runs = and_(Clock.stopped_on.is_(None), not_(Clock.paused), reached(Alert.rung))
    return and_(Alert.cleared_at.is_(None), or_(Alert.clock_id.is_(None), runs))


def sweep_clocks(conn: Connection, *, now: datetime) -> Raised:
    """Clear the alerts of clocks that no longer stand, then raise every rung that has come.

    Args:
        now: The present instant; its London date decides.
    """
    today = london_date(now)
    cleared = conn.execute(_CLEAR, {"today": today, "now": now}).rowcount
    return Raised(raised=_raise(conn, today, now), cleared=cleared)
