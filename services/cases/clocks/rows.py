"""Rows of clocks: the values of a fresh one, its dates, and the statements that write them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Date, Text, bindparam, case, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from models.tables.clocks import Clock
from rules.clocks.clock_names import CLOCKS
from rules.clocks.clock_times import WARN_BEFORE, Times, times
from rules.clocks.pauses import PausedTime, open_since
from rules.clocks.targets import Target
from rules.parties import Party
from services.cases.clocks.terms import ClockTerms

DATES: Final = ("due_on", "warn_on", "late_on", "escalate_on", "escalate_again_on")
"""The stored dates of a clock, as ``rules.clocks.clock_times`` reckons them."""

MOVES: Final = (
    *("target_days", "warn_percent", "warn_days", "target_source", "promised_on"),
    *("paused", *DATES, "rung", "next_on"),
)
"""What changes in a clock that is moved."""

_RUNGS: Final = ("warn_on", "late_on", "escalate_on", "escalate_again_on")  # 1, 2, 3, 4
_KEY: Final = ("case_id", "name", "step_revision", "subject")


def _start(dialect_insert: Any) -> Any:
    fresh = dialect_insert(Clock)
    changed = {c.name: fresh.excluded[c.name] for c in Clock.__table__.c if c.name not in _NEVER}
    return fresh.on_conflict_do_update(index_elements=list(_KEY), set_=changed)


_NEVER: Final = frozenset({"id", *_KEY})
# A clock of the same opening and subject that stopped starts afresh.
_START: Final = {
    name: _start(dialect_insert)
    for name, dialect_insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_STOPPED_ON: Final = bindparam("on", type_=Date)
_RUNS_ON: Final = _STOPPED_ON.is_(None)
# The sweep may raise a rung at the same instant, so only a clock that stops is told to look no
# more. It never stops before it began.
HOLD_OR_STOP: Final = (
    update(Clock)
    .where(Clock.id == bindparam("row_id"))
    .values(
        holder=bindparam("by", type_=Text),
        stopped_on=case((Clock.opened_on > _STOPPED_ON, Clock.opened_on), else_=_STOPPED_ON),
        stopped_why=bindparam("why", type_=Text),
        next_on=case((_RUNS_ON, Clock.next_on)),
        paused=case((_RUNS_ON, Clock.paused), else_=False),
    )
)
"""Changes who holds a clock, or stops it: ``row_id``, ``by``, ``on`` and ``why``."""

RETIME: Final = (
    update(Clock)
    .where(Clock.id == bindparam("row_id"))
    .values({name: bindparam(f"new_{name}", type_=Clock.__table__.c[name].type) for name in MOVES})
)
"""Moves a clock: ``row_id``, and ``new_`` before each of ``moved_values``."""


def clock_row(
    *,
    case_id: int,
    name: str,
    opened_on: date,
    terms: ClockTerms,
    target: Target | None,
    promised_on: date | None = None,
    subject: str = "",
    holder: Party | None = None,
    step_revision: int = 0,
    pauses: Sequence[PausedTime] = (),
) -> dict[str, Any]:
    """Return the values of a fresh clock, its dates reckoned.

    Args:
        name: A key of ``CLOCKS``.
        opened_on: Day 0.
        terms: What the authority's clocks are reckoned with.
        target: Its target; where a date was given, only how early to warn is taken from it.
        promised_on: The date that was given, if one was.
        subject: Which of several of its name, if there may be several.
        holder: Whose clock it is; the party of the table, if not given.
        step_revision: The opening of its step, or 0 where it has none.
        pauses: The case's pauses.

    Raises:
        ValueError: It has neither a target nor a date; a fault in the program.
    """
    if target is None and promised_on is None:
        raise ValueError(f"Clock {name} has neither a target nor a date.")
    spec = CLOCKS[name]
    given = {
        "case_id": case_id,
        "kind": spec.kind,
        "name": name,
        "step": spec.step or "",
        "step_revision": step_revision,
        "subject": subject,
        "holder": holder or spec.holder,
        "opened_on": opened_on,
        "target_days": target.days if target is not None and promised_on is None else None,
        "warn_percent": target.warn_percent if target else WARN_BEFORE[spec.kind].percent,
        "warn_days": target.warn_days if target else WARN_BEFORE[spec.kind].days,
        "target_source": target.source if target and promised_on is None else "",
        "promised_on": promised_on,
        "stopped_on": None,
        "stopped_why": "",
    }
    return given | timed(given, terms=terms, pauses=pauses)


def timed(
    clock: Mapping[str, Any],
    *,
    terms: ClockTerms,
    pauses: Sequence[PausedTime],
    rung: int = 0,
    today: date | None = None,
) -> dict[str, Any]:
    """Return the stored dates of a clock as they should be, its rung and when it is looked at.

    A rung whose day is no longer reached is lowered, so that it is raised again when it comes.

    Args:
        clock: The clock's columns: its name, when it opened, its target or its date.
        terms: What the authority's clocks are reckoned with.
        pauses: The case's pauses.
        rung: The highest rung raised.
        today: Today's London date; needed only where a rung was raised.
    """
    spec = CLOCKS[clock["name"]]
    paused = spec.pauses and open_since(pauses) is not None
    found = times(
        opened_on=clock["opened_on"],
        target_days=clock["target_days"],
        promised_on=clock["promised_on"],
        warn_percent=clock["warn_percent"],
        warn_days=clock["warn_days"],
        pauses=pauses,
        ladder=terms.ladder if spec.escalates else (),
        calendar=terms.calendar,
        pauses_it=spec.pauses,
    )
    held = _still_reached(found, rung=rung, today=today) if today is not None else rung
    dates = {name: getattr(found, name) for name in DATES}
    return {"paused": paused, **dates, "rung": held, "next_on": next_on(dates, rung=held)}


def next_on(dates: Mapping[str, date | None], *, rung: int) -> date | None:
    """Return the earliest day of a rung that is still to be raised, or None.

    Args:
        dates: The stored dates, by column.
        rung: The highest rung raised.
    """
    left = (dates[name] for name in _RUNGS[rung:])
    return min((day for day in left if day is not None), default=None)


def _still_reached(found: Times, *, rung: int, today: date) -> int:
    reached = [
        number
        for number, name in enumerate(_RUNGS[:rung], start=1)
        if (day := getattr(found, name)) is not None and day <= today
    ]
    return max(reached, default=0)


def start_clocks(conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write fresh clocks; one of the same opening and subject that has stopped starts afresh.

    Args:
        rows: What ``clock_row`` gave.
    """
    if rows:
        conn.execute(_START[conn.dialect.name], list(rows))


def stop_values(*, row_id: int, holder: str, on: date | None, why: str) -> dict[str, Any]:
    """Return the values for ``HOLD_OR_STOP``.

    Args:
        row_id: The clock's row id.
        holder: Whose it is, or was.
        on: The day it stops, or None where it runs on.
        why: Why it stops, or an empty string where it runs on.
    """
    return {"row_id": row_id, "by": holder, "on": on, "why": why}


def moved_values(row_id: int, clock: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values for ``RETIME``.

    Args:
        row_id: The clock's row id.
        clock: Its columns as they should be.
    """
    return {"row_id": row_id, **{f"new_{name}": clock[name] for name in MOVES}}
