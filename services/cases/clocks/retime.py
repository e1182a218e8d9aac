"""Clocks reckoned again: after a pause, a change of the closed days, or a change of targets.

What a clock was given stays: its days, or its date. Every date that follows from that is worked out
afresh and written where it differs; a due date that moved is kept with its reason, and said.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Select, bindparam, func, select

from models.base import AnyRow
from models.tables.cases import Case
from models.tables.clocks import Clock
from rules.clocks.dates import london_date
from rules.clocks.pauses import PausedTime
from rules.sentences import several
from services.cases.clocks import rows
from services.cases.clocks.calendar import ByAuthority
from services.cases.clocks.case_clocks import CaseClocks
from services.cases.clocks.terms import ClockTerms, clock_terms, fresh_terms

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
class _Moving(rows.ClockWrites):
    """What is to be written, and what moved."""

    why: str = ""
    steps: set[tuple[int, str, int]] = field(default_factory=set)
    moved: list[Moved] = field(default_factory=list)

    def look_at(
        self,
        clock: AnyRow,
        terms: ClockTerms,
        pauses: tuple[PausedTime, ...],
        given: Mapping[str, Any] | None = None,
    ) -> None:
        """Keep what differs between a clock as it is and as it should be."""
        held = dict(clock._mapping) | dict(given or {})
        found = rows.timed(
            held, terms=terms, pauses=pauses, rung=clock.rung, today=london_date(self.now)
        )
        after = {name: (held | found)[name] for name in rows.MOVES}
        if all(getattr(clock, name) == value for name, value in after.items()):
            return
        self.move(clock.id, after)
        if after["due_on"] == clock.due_on:
            return
        dates = {"from_due": clock.due_on, "to_due": after["due_on"]}
        self.change(clock.id, why=self.why, **dates)
        self.moved.append(Moved(clock.reference, clock.name, **dates))
        if clock.step:
            self.steps.add((clock.case_id, clock.step, clock.step_revision))

    def write_all(self, conn: Connection) -> tuple[Moved, ...]:
        """Write it, the steps' own due dates last."""
        self.write(conn)
        rows.write_step_dates(conn, sorted(self.steps))
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
    moving = _Moving(now, why=why)
    # Who names cases changed them, and neither days nor ladders: a calendar takes 20 ms to build.
    terms = ByAuthority(conn, fresh_terms if case_ids is None else clock_terms)
    for clock, pauses in _each(conn, _asked(authority, on_days), case_ids):
        moving.look_at(clock, terms[clock.authority], pauses)
    return moving.write_all(conn)


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
    for part in rows.in_parts(ids):
        conn.execute(_LOCK, {"case_ids": part}).all()
        pauses = rows.paused_times(conn, part)
        for clock in conn.execute(query.where(Case.id.in_(part))).all():
            yield clock, pauses.get(clock.case_id, ())


def rebase(
    conn: Connection, *, case_id: int, clocks: CaseClocks, names: Collection[str], now: datetime
) -> tuple[Moved, ...]:
    """Give running clocks of a case the targets in force today, from the day each opened.

    A clock that runs to a date which somebody was given keeps it.

    Args:
        clocks: Those of the case in hand; it is put back before, and not moved after, in this
            transaction.
        names: The clocks' names; all of them, if empty.

    Returns:
        The due dates that moved.
    """
    moving = _Moving(now, why=f"the targets of {london_date(now):%-d %B %Y}")
    for clock, pauses in _each(conn, _RUNNING, [case_id]):
        target = clocks.target(clock.name)
        wanted = not names or clock.name in names
        if not wanted or clock.target_days is None or target is None:
            continue
        given = {
            "target_days": target.days,
            "warn_percent": target.warn_percent,
            "warn_days": target.warn_days,
            "target_source": target.source,
        }
        moving.look_at(clock, clocks.terms, pauses, given)
    return moving.write_all(conn)


def moved_words(moved: int) -> str:
    """Return how many due dates moved, as a sentence."""
    if moved == 0:
        return "No due date moved."
    return f"{several(moved, 'due date')} moved; each case shows which, and why."
