"""Clocks reckoned again: after a pause, a change of the closed days, or a change of targets.

What a clock was given stays: its days, or its date. Every date that follows from that is worked out
afresh and written where it differs; a due date that moved is kept with its reason, and said.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Select, bindparam, func, insert, select
from sqlalchemy.engine import Connection

from models.base import AnyRow
from models.tables.cases import Case
from models.tables.clocks import Clock, ClockChange
from rules.clocks.dates import london_date
from rules.clocks.pauses import PausedTime
from services.cases.clocks import rows
from services.cases.clocks.pause_rows import in_parts, paused_times
from services.cases.clocks.step_dates import STEP_DUE
from services.cases.clocks.terms import ClockTerms, clock_terms, fresh_terms
from services.cases.in_hand import CaseInHand

_RUNNING: Final = (
    select(*Clock.__table__.c, Case.reference, Case.authority)
    .join(Case, Case.id == Clock.case_id)
    .where(Clock.stopped_on.is_(None))
    .order_by(Case.id, Clock.id)
)
_LOCK: Final = (
    select(Case.id)
    .where(Case.id.in_(bindparam("case_ids", expanding=True)))
    .order_by(Case.id)
    .with_for_update()
)
_CHANGED: Final = insert(ClockChange)


@dataclass(frozen=True, slots=True)
class Moved:
    """A due date that moved.

    Args:
        clock: The clock's name.
        from_due: When it was due; None while it was paused.
        to_due: When it is due; None while it is paused.
    """

    reference: str
    clock: str
    from_due: date | None
    to_due: date | None


@dataclass(slots=True)
class _Writing:
    """What is to be written, and what moved."""

    now: datetime
    why: str
    clocks: list[dict[str, Any]] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    steps: set[tuple[int, str, int]] = field(default_factory=set)
    moved: list[Moved] = field(default_factory=list)

    def look_at(self, clock: AnyRow, given: Mapping[str, Any], found: Mapping[str, Any]) -> None:
        """Keep what differs between a clock as it is and as it should be."""
        held = clock._mapping
        after = {name: held[name] for name in rows.MOVES} | dict(given) | dict(found)
        if all(held[name] == value for name, value in after.items()):
            return
        self.clocks.append(rows.moved_values(clock.id, after))
        if after["due_on"] == clock.due_on:
            return
        dates = {"from_due": clock.due_on, "to_due": after["due_on"]}
        self.changes.append({"clock_id": clock.id, "at": self.now, "why": self.why, **dates})
        self.moved.append(Moved(clock.reference, clock.name, **dates))
        if clock.step:
            self.steps.add((clock.case_id, clock.step, clock.step_revision))

    def write(self, conn: Connection) -> tuple[Moved, ...]:
        """Write it, the steps' own due dates last."""
        steps = [
            {"of_case": case_id, "of_step": step, "of_revision": revision}
            for case_id, step, revision in sorted(self.steps)
        ]
        for statement, values in (
            (rows.RETIME, self.clocks),
            (_CHANGED, self.changes),
            (STEP_DUE, steps),
        ):
            if values:
                conn.execute(statement, values)
        return tuple(self.moved)


def retime(
    conn: Connection,
    *,
    now: datetime,
    why: str,
    authority: str | None = None,
    case_ids: Collection[int] | None = None,
    on_days: Collection[date] | None = None,
) -> tuple[Moved, ...]:
    """Reckon the running clocks again from what they were given, and write what differs.

    The cases are held until the caller commits, so that nobody moves one meanwhile.

    Args:
        why: Why, as the record says it.
        authority: Only this authority's; everybody's, if None or empty.
        case_ids: Only these cases; all of them, if None.
        on_days: The days that were closed or opened, where that is why: only clocks that count
            over one of them are looked at.

    Returns:
        The due dates that moved, in the order of the cases.

    Raises:
        NoBankHolidayDataError: A date lies in a year whose bank holidays are not held.
    """
    query = _asked(authority, on_days)
    writing = _Writing(now, why)
    # Who names cases changed them, and neither days nor ladders: a calendar takes 20 ms to build.
    read = fresh_terms if case_ids is None else clock_terms
    terms: dict[str, ClockTerms] = {}
    today = london_date(now)
    for clock, pauses in _each(conn, query, case_ids):
        if clock.authority not in terms:
            terms[clock.authority] = read(conn, authority=clock.authority)
        held: Any = clock._mapping
        found = rows.timed(
            held,
            terms=terms[clock.authority],
            pauses=pauses,
            rung=clock.rung,
            today=today,
        )
        writing.look_at(clock, {}, found)
    return writing.write(conn)


def _asked(authority: str | None, on_days: Collection[date] | None) -> Select[*tuple[Any, ...]]:
    query = _RUNNING.where(Case.authority == authority) if authority else _RUNNING
    if on_days is None:
        return query
    latest = func.coalesce(Clock.escalate_again_on, Clock.escalate_on, Clock.late_on)
    return query.where(Clock.opened_on <= max(on_days), latest >= min(on_days))


def _each(
    conn: Connection, query: Select[*tuple[Any, ...]], case_ids: Collection[int] | None
) -> Iterator[tuple[AnyRow, tuple[PausedTime, ...]]]:
    """Yield the clocks asked for, each with the pauses of its case; their cases are held."""
    wanted = query.with_only_columns(Case.id).distinct().order_by(None).order_by(Case.id)
    ids: Iterable[int] = sorted(case_ids) if case_ids is not None else conn.scalars(wanted).all()
    for part in in_parts(ids):
        conn.execute(_LOCK, {"case_ids": part}).all()
        pauses = paused_times(conn, part)
        for clock in conn.execute(query.where(Case.id.in_(part))).all():
            yield clock, pauses.get(clock.case_id, ())


def rebase(
    conn: Connection, *, case: CaseInHand, names: Collection[str], now: datetime
) -> tuple[Moved, ...]:
    """Give running clocks of a case the targets in force today, from the day each opened.

    A clock that runs to a date which somebody was given keeps it.

    Args:
        case: The case in hand; it is put back before, and not moved after, in this transaction.
        names: The clocks' names; all of them, if empty.

    Returns:
        The due dates that moved.
    """
    writing = _Writing(now, f"the targets of {london_date(now):%-d %B %Y}")
    for clock, pauses in _each(conn, _RUNNING, [case.id]):
        target = case.clocks.target(clock.name)
        wanted = not names or clock.name in names
        if not wanted or clock.target_days is None or target is None:
            continue
        given = {
            "target_days": target.days,
            "warn_percent": target.warn_percent,
            "warn_days": target.warn_days,
            "target_source": target.source,
        }
        found = rows.timed(
            {**clock._mapping, **given},
            terms=case.clocks.terms,
            pauses=pauses,
            rung=clock.rung,
            today=london_date(now),
        )
        writing.look_at(clock, given, found)
    return writing.write(conn)


def moved_words(moved: int) -> str:
    """Return how many due dates moved, as a sentence.

    Args:
        moved: How many.
    """
    if moved == 0:
        return "No due date moved."
    return f"{moved} due date{'' if moved == 1 else 's'} moved; each case shows which, and why."


__all__ = ["Moved", "moved_words", "paused_times", "rebase", "retime"]
