"""The clocks of a service as they stand on a date: counted, and the first of them in order.

One statement whatever the number of clocks. On a past date the due dates are as they were then,
with the later changes undone; on a date to come they are as they are now.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Subquery,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
)

from models.base import AnyRow
from models.tables.cases import Case
from models.tables.clocks import Clock, ClockChange, Pause
from rules.clocks.clock_names import CLOCKS, ClockKind
from rules.reports.sla import Standing
from services.reports.holders import OUTSIDE, day_over, longest_held, open_steps, party

_OF_THE_CASE: Final = (ClockKind.GUIDANCE.value, ClockKind.STATUTORY.value)
_NEVER_PAUSED: Final = tuple(spec.name for spec in CLOCKS.values() if not spec.pauses)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which clocks, and on which date.

    Args:
        at: The date.
        today: Today's date.
        authority: Only this authority's, if given.
        reference: Only this case's, if given; then those that have stopped are there as well.
        kind: Only this kind, if given.
        holder: Only those that this party holds, if given.
        owner: Only those that this owner of a step holds, if given.
        of_cases: Only those of the cases with these row ids, if given: a statement.
        authorities: Only those of these authorities; empty for all.
    """

    at: date
    today: date
    authority: str = ""
    reference: str = ""
    kind: str = ""
    holder: str = ""
    owner: str = ""
    of_cases: Select[Any] | None = None
    authorities: frozenset[str] = frozenset()

    @property
    def past(self) -> bool:
        """Whether the date is over."""
        return self.at < self.today


class ClocksAt:
    """The statement behind one question, and the columns that narrow it."""

    def __init__(self, asked: Asked, *, soon: Mapping[str, date]) -> None:
        """Build the parts of the statement.

        Args:
            asked: Which clocks, on which date.
            soon: For each authority, the last day that is soon.
        """
        over = day_over(asked.at) if asked.past else None
        self._asked = asked
        self._steps = open_steps(over=over)
        self._first = longest_held(self._steps, of_cases=_cases(asked))
        self._changed = None if over is None else _first_change_after(over)
        self._due = Clock.due_on.expression if self._changed is None else _due(self._changed)
        self._how = self._standing(soon)
        self._owner = func.coalesce(self._steps.c.owner, self._first.c.owner)
        self._holder = case((self._owner.is_not(None), party(self._owner)), else_=Clock.holder)

    def _standing(self, soon: Mapping[str, date]) -> ColumnElement[Any]:
        """Return how a clock stands, as ``rules.reports.sla.standing`` has it."""
        at, last_days = self._asked.at, set(soon.values())
        until: ColumnElement[Any] = (
            literal(last_days.pop())
            if len(last_days) == 1
            else case(dict(soon), value=Case.authority, else_=at)
        )
        stopped = (Clock.stopped_on <= at, literal(""))
        return case(
            *((stopped,) if self._asked.reference else ()),
            (or_(_paused(self._asked), self._due.is_(None)), literal(Standing.PAUSED.value)),
            (self._due < at, literal(Standing.LATE.value)),
            (self._due <= until, literal(Standing.SOON.value)),
            else_=literal(Standing.IN_TIME.value),
        )

    def counts(self, conn: Connection) -> list[tuple[str, str, str, int]]:
        """Return how many clocks stand how: kind, holder, standing, number."""
        inner = self._narrowed(
            select(Clock.kind.label("kind"), self._holder.label("holder"), self._how.label("how"))
        ).subquery()
        query = select(*inner.c, func.count()).group_by(*inner.c).order_by(*inner.c)
        return [(row[0], row[1], row[2], row[3]) for row in conn.execute(query)]

    def rows(
        self, conn: Connection, *, standings: Collection[Standing], limit: int | None
    ) -> list[AnyRow]:
        """Return clocks with their case, who holds them and their due date, the worst first.

        Args:
            standings: Only those that stand so; empty for all, stopped ones of a case included.
            limit: At most so many, or None for all.
        """
        steps, first = self._steps.c, self._first.c
        query = self._narrowed(
            select(
                *(*Clock.__table__.c, Case.reference, Case.authority, Case.officer, Case.assessor),
                self._due.label("due_then"),
                self._how.label("standing"),
                self._holder.label("party"),
                self._owner.label("owner"),
                func.coalesce(steps.step, first.step).label("held_at"),
                func.coalesce(steps.since, first.since).label("since"),
            )
        ).order_by(self._due.is_(None), self._due, Case.reference, Clock.id)
        if standings:
            query = query.where(self._how.in_([how.value for how in standings]))
        return list(conn.execute(query.limit(limit) if limit is not None else query))

    def _narrowed(self, query: Select[Any]) -> Select[Any]:
        """Join what the columns come from, and leave out what was not asked for."""
        asked, steps, first = self._asked, self._steps, self._first
        its_step = and_(
            steps.c.case_id == Clock.case_id,
            steps.c.step == Clock.step,
            steps.c.revision == Clock.step_revision,
            or_(
                Clock.kind == ClockKind.STEP.value,
                # An answer is with whoever outside the council its step is with.
                and_(Clock.kind == ClockKind.CONTRACT.value, steps.c.owner.in_(OUTSIDE)),
            ),
        )
        its_case = and_(first.c.case_id == Clock.case_id, Clock.kind.in_(_OF_THE_CASE))
        query = query.select_from(Clock).join(Case, Case.id == Clock.case_id)
        query = query.outerjoin(steps, its_step).outerjoin(first, its_case)
        if self._changed is not None:
            query = query.outerjoin(self._changed, self._changed.c.clock_id == Clock.id)
        wanted = [Clock.opened_on <= asked.at]
        if not asked.reference:
            runs = Clock.stopped_on.is_(None)
            wanted.append(or_(runs, Clock.stopped_on > asked.at) if asked.past else runs)
        narrowing = (
            (Case.authority, asked.authority),
            (Case.reference, asked.reference),
            (Clock.kind, asked.kind),
            (self._holder, asked.holder),
            (self._owner, asked.owner),
        )
        wanted += [column == value for column, value in narrowing if value]
        if asked.authorities:
            wanted.append(Case.authority.in_(sorted(asked.authorities)))
        if asked.of_cases is not None:
            wanted.append(Clock.case_id.in_(asked.of_cases))
        return query.where(*wanted)


def _cases(asked: Asked) -> Select[Any] | None:
    """Return the cases that alone can matter, so that no others are looked at."""
    if asked.reference:
        return select(Case.id).where(Case.reference == asked.reference)
    return asked.of_cases


def _first_change_after(over: datetime) -> Subquery:
    """Return the first change of each clock's due date after a day: its number and what was."""
    order = (ClockChange.at, ClockChange.id)
    place = func.row_number().over(partition_by=ClockChange.clock_id, order_by=order)
    ranked = (
        select(ClockChange.clock_id, ClockChange.from_due, place.label("place"))
        .where(ClockChange.at >= over)
        .subquery()
    )
    found = select(ranked.c.clock_id, ranked.c.from_due).where(ranked.c.place == 1)
    return found.subquery("changed")


def _due(changed: Subquery) -> ColumnElement[Any]:
    return case((changed.c.clock_id.is_not(None), changed.c.from_due), else_=Clock.due_on)


def _paused(asked: Asked) -> ColumnElement[bool]:
    """Say whether a pause covers the date, as pauses are recorded now."""
    covered = exists().where(
        Pause.case_id == Clock.case_id,
        ~Pause.withdrawn,
        Pause.started_on <= asked.at,
        or_(Pause.ended_on.is_(None), Pause.ended_on >= asked.at),
    )
    by_pause = and_(Clock.name.not_in(_NEVER_PAUSED), covered)
    return by_pause if asked.past else or_(Clock.paused, by_pause)
