"""Rows of clocks: the values of a fresh one, its dates, pauses, and what writes them all."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Date, Text, bindparam, case, func, insert, not_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from models.tables.cases import CaseStep
from models.tables.clocks import Clock, ClockChange, Pause
from rules.clocks.clock_names import CLOCKS
from rules.clocks.clock_times import WARN_BEFORE, Times, times
from rules.clocks.pauses import PausedTime, open_since
from rules.clocks.targets import Target
from rules.parties import Party
from services.cases.clocks.terms import ClockTerms

DATES: Final = tuple(column.name for column in fields(Times))
"""The stored dates of a clock, as they are reckoned."""

MOVES: Final = (
    *("target_days", "warn_percent", "warn_days", "target_source", "promised_on"),
    *("paused", *DATES, "rung", "next_on"),
)
"""What changes in a clock that is moved."""

ENDED: Final = {"next_on": None, "paused": False}
"""What a clock that has stopped is told, beside when and why."""

AT_ONCE: Final = 1_000
"""Rows asked for in one statement."""

_RUNGS: Final = DATES[1:]  # 1, 2, 3, 4
_KEY: Final = ("case_id", "name", "step_revision", "subject")


def _start(dialect_insert: Any) -> Any:
    fresh = dialect_insert(Clock)
    never = {"id", *_KEY}
    changed = {c.name: fresh.excluded[c.name] for c in Clock.__table__.c if c.name not in never}
    return fresh.on_conflict_do_update(index_elements=list(_KEY), set_=changed)


# A clock of the same opening and subject that stopped starts afresh.
_START: Final = {"sqlite": _start(sqlite.insert), "postgresql": _start(postgresql.insert)}
_STOPPED_ON: Final = bindparam("on", type_=Date)
_RUNS_ON: Final = _STOPPED_ON.is_(None)
# The sweep may raise a rung at the same instant, so only a clock that stops is told to look no
# more. It never stops before it began.
_HOLD_OR_STOP: Final = (
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
_MOVE: Final = (
    update(Clock)
    .where(Clock.id == bindparam("row_id"))
    .values({name: bindparam(f"new_{name}", type_=Clock.__table__.c[name].type) for name in MOVES})
)
_CHANGED: Final = insert(ClockChange)
_PAUSES: Final = (
    select(Pause.case_id, Pause.started_on, Pause.ended_on)
    .where(Pause.case_id.in_(bindparam("case_ids", expanding=True)), not_(Pause.withdrawn))
    .order_by(Pause.case_id, Pause.started_on, Pause.id)
)

EARLIEST: Final = (
    select(func.min(Clock.due_on))
    .where(
        Clock.case_id == CaseStep.case_id,
        Clock.step == CaseStep.step,
        Clock.step_revision == CaseStep.revision,
        Clock.stopped_on.is_(None),
    )
    .correlate(CaseStep)
    .scalar_subquery()
)
"""The earliest due date of the running clocks of an opening of a step; none while paused."""

_STEP_DUE: Final = (
    update(CaseStep)
    .where(
        CaseStep.case_id == bindparam("of_case"),
        CaseStep.step == bindparam("of_step"),
        CaseStep.revision == bindparam("of_revision"),
        CaseStep.closed_at.is_(None),
    )
    .values(due_on=EARLIEST)
)


def in_parts(ids: Iterable[int]) -> Iterator[list[int]]:
    """Yield row ids, as many at once as one statement takes."""
    wanted = list(ids)
    for start in range(0, len(wanted), AT_ONCE):
        yield wanted[start : start + AT_ONCE]


def paused_times(conn: Connection, case_ids: Iterable[int]) -> dict[int, tuple[PausedTime, ...]]:
    """Return the pauses of cases that stand, by the case's row id; cases without are left out."""
    found: dict[int, tuple[PausedTime, ...]] = {}
    for ids in in_parts(case_ids):
        for row in conn.execute(_PAUSES, {"case_ids": ids}):
            pause = PausedTime(row.started_on, row.ended_on)
            found[row.case_id] = (*found.get(row.case_id, ()), pause)
    return found


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
    ahead: bool = False,
    pauses: Sequence[PausedTime] = (),
) -> dict[str, Any]:
    """Return the values of a fresh clock, its dates reckoned.

    Args:
        name: A key of ``CLOCKS``.
        opened_on: Day 0.
        target: Its target; where a date was given, only how early to warn is taken from it.
        promised_on: The date that was given, if one was.
        subject: Which of several of its name, if there may be several.
        holder: Whose clock it is; the party of the table, if not given.
        step_revision: The opening of its step, or 0 where it has none.
        ahead: Whether it runs before its step opens, and belongs to none.

    Raises:
        ValueError: It has neither a target nor a date; a fault in the program.
    """
    if target is None and promised_on is None:
        raise ValueError(f"Clock {name} has neither a target nor a date.")
    spec = CLOCKS[name]
    counted = target if promised_on is None else None
    given = {
        "case_id": case_id,
        "kind": spec.kind,
        "name": name,
        "step": "" if ahead else spec.step or "",
        "step_revision": step_revision,
        "subject": subject,
        "holder": holder or spec.holder,
        "opened_on": opened_on,
        "target_days": counted.days if counted else None,
        "warn_percent": target.warn_percent if target else WARN_BEFORE[spec.kind].percent,
        "warn_days": target.warn_days if target else WARN_BEFORE[spec.kind].days,
        "target_source": counted.source if counted else "",
        "promised_on": promised_on,
        "stopped_on": None,
        "stopped_why": "",
    }
    return given | timed(given, terms=terms, pauses=pauses)


def timed(
    clock: Mapping[Any, Any],
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
        rung: The highest rung raised.
        today: Today's London date; needed only where a rung was raised.
    """
    spec = CLOCKS[clock["name"]]
    given = ("opened_on", "target_days", "promised_on", "warn_percent", "warn_days")
    found = times(
        **{name: clock[name] for name in given},
        pauses=pauses,
        ladder=terms.ladder if spec.escalates else (),
        calendar=terms.calendar,
        pauses_it=spec.pauses,
    )
    dates: dict[str, date | None] = {name: getattr(found, name) for name in DATES}
    if today is not None:
        reached = enumerate((dates[name] for name in _RUNGS[:rung]), start=1)
        rung = max((number for number, day in reached if day and day <= today), default=0)
    paused = spec.pauses and open_since(pauses) is not None
    to_come = (day for name in _RUNGS[rung:] if (day := dates[name]) is not None)
    return {"paused": paused, **dates, "rung": rung, "next_on": min(to_come, default=None)}


def write_step_dates(conn: Connection, openings: Iterable[tuple[int, str, int]]) -> None:
    """Write when openings that are open are due: the earliest date of their running clocks.

    Args:
        openings: Each one's case, step and revision.
    """
    names = ("of_case", "of_step", "of_revision")
    values = [dict(zip(names, opening, strict=True)) for opening in openings]
    if values:
        conn.execute(_STEP_DUE, values)


@dataclass(slots=True)
class ClockWrites:
    """What is to be written of clocks; of what is said twice of one clock, the last counts.

    Args:
        now: When.
        fresh: What ``clock_row`` gave, to start; one that has stopped starts afresh.
        changes: Due dates that moved.
    """

    now: datetime
    fresh: list[dict[str, Any]] = field(default_factory=list)
    moves: dict[int, dict[str, Any]] = field(default_factory=dict)
    stops: dict[int, dict[str, Any]] = field(default_factory=dict)
    changes: list[dict[str, Any]] = field(default_factory=list)

    def move(self, row_id: int, clock: Mapping[str, Any]) -> None:
        """Give a clock the columns of ``MOVES`` as they should be."""
        self.moves[row_id] = {"row_id": row_id, **{f"new_{name}": clock[name] for name in MOVES}}

    def hold_or_stop(self, row_id: int, *, holder: str, on: date | None, why: str) -> None:
        """Put a clock in other hands; or stop it, where a day and a reason are given."""
        self.stops[row_id] = {"row_id": row_id, "by": holder, "on": on, "why": why}

    def change(self, row_id: int, *, from_due: date | None, to_due: date | None, why: str) -> None:
        """Keep that a due date moved, and why."""
        dates = {"from_due": from_due, "to_due": to_due}
        self.changes.append({"clock_id": row_id, "at": self.now, "why": why, **dates})

    def write(self, conn: Connection) -> None:
        """Write all of it, in the caller's transaction."""
        for statement, values in (
            (_MOVE, [*self.moves.values()]),
            (_HOLD_OR_STOP, [*self.stops.values()]),
            (_START[conn.dialect.name], self.fresh),
            (_CHANGED, self.changes),
        ):
            if values:
                conn.execute(statement, values)
