"""The clocks of a case in hand: started, held, moved and stopped in memory, written in one go.

Those of its open steps are read with the steps. A clock that belongs to no step, such as the review
of a pause, is started and stopped by its name.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Final

from sqlalchemy import Connection, Date, bindparam, case, or_, update

from models.base import AnyRow
from models.tables.clocks import Clock
from rules.clocks.clock_names import AHEAD, CLOCKS
from rules.clocks.dates import london_date
from rules.clocks.pauses import PausedTime, between
from rules.clocks.targets import Target
from rules.parties import Party, party_of
from rules.pathway import StepName
from services.cases.clocks.rows import ENDED, ClockWrites, clock_row, paused_times, timed
from services.cases.clocks.terms import ClockTerms, clock_terms, days_of, lot_of

_ON: Final = bindparam("on", type_=Date)
_STOP_NAMED: Final = (
    update(Clock)
    .where(
        Clock.case_id == bindparam("of_case"),
        Clock.name == bindparam("of_name"),
        or_(bindparam("whichever"), Clock.subject == bindparam("of_subject")),
        Clock.stopped_on.is_(None),
    )
    .values(
        stopped_on=case((Clock.opened_on > _ON, Clock.opened_on), else_=_ON),
        stopped_why=bindparam("why"),
        next_on=None,
        paused=False,
    )
)


@dataclass(frozen=True, slots=True)
class Running:
    """A running clock of an open step, as stored, or about to be."""

    id: int | None
    name: str
    step: str
    step_revision: int
    subject: str
    holder: str
    opened_on: date
    target_days: int | None
    warn_percent: int
    warn_days: int
    target_source: str
    promised_on: date | None
    due_on: date | None
    rung: int


_NAMES: Final = tuple(column.name for column in fields(Running))
READ: Final = tuple(Clock.__table__.c[name] for name in _NAMES)
"""The columns that make a ``Running``, in order."""


class CaseClocks:
    """The clocks of one case in hand. Nothing is written before ``put_back``."""

    def __init__(
        self,
        conn: Connection,
        row: AnyRow,
        now: datetime,
        running: list[Running],
        *,
        has_pauses: bool,
    ) -> None:
        self._has_pauses = has_pauses
        self._conn = conn
        self._row = row
        self._today = london_date(now)
        self._running = running
        self._writes = ClockWrites(now)
        self._named_stops: list[dict[str, Any]] = []

    # ---- what they are reckoned with

    @cached_property
    def terms(self) -> ClockTerms:
        """What the clocks of the case's authority are reckoned with, in this transaction."""
        return clock_terms(self._conn, authority=self._row.authority)

    @cached_property
    def pauses(self) -> tuple[PausedTime, ...]:
        """The case's pauses; mostly there are none, which was asked with its steps."""
        if not self._has_pauses:
            return ()
        return paused_times(self._conn, case_ids=[self._row.id]).get(self._row.id, ())

    @cached_property
    def _lot(self) -> str:
        return lot_of(self._conn, case_id=self._row.id, book=self.terms.book)

    def target(self, name: str) -> Target | None:
        """Return the target of a clock started today, or None where it has none."""
        return self.terms.target(name, case=self._row, lot=self._lot, on=self._today)

    def days(self, name: str) -> int:
        """Return the working days that a clock started today is given.

        Raises:
            ValueError: The clock has no target; a fault in the program.
        """
        return days_of(self.target(name), name)

    def due(self, step: str, revision: int) -> date | None:
        """Return when an opening of a step is due: the earliest date of its running clocks."""
        found = (clock.due_on for clock in self._of(step, revision))
        return min((day for day in found if day is not None), default=None)

    @property
    def running(self) -> tuple[Running, ...]:
        """The clocks of open steps that run."""
        return tuple(self._running)

    def _of(self, step: str, revision: int) -> Iterator[Running]:
        return (c for c in self._running if c.step == step and c.step_revision == revision)

    # ---- with their steps

    def open_step(self, step: StepName, *, revision: int, owner: str) -> None:
        """Start the clock of a step that opens, if it has a target."""
        target = self.target(step)
        if target is not None:
            self._add(step, step_revision=revision, target=target, holder=party_of(owner))

    def hold_step(self, step: StepName, *, revision: int, owner: str) -> None:
        """Put a step's own clock in the hands of whoever owns the step now."""
        for clock in list(self._of(step, revision)):
            if clock.name == step:
                self._change(clock, holder=party_of(owner))

    def close_step(self, step: StepName, *, revision: int, why: str) -> None:
        """Stop every clock of an opening of a step."""
        for clock in list(self._of(step, revision)):
            self._stop(clock, why)

    def forget_step(self, step: StepName, *, revision: int) -> None:
        """Drop the clocks of an opening that was never written."""
        gone = (step, revision)
        self._running = [c for c in self._running if (c.step, c.step_revision) != gone]
        self._writes.fresh = [
            row for row in self._writes.fresh if (row["step"], row["step_revision"]) != gone
        ]

    # ---- by name

    def start(
        self,
        name: str,
        *,
        revision: int,
        subject: str,
        due_on: date | None,
        holder: Party | None,
        ahead: bool = False,
    ) -> None:
        """Start a clock, or put the one that runs in other hands or to another date."""
        held = self._held(name, revision=revision, subject=subject)
        if held is None:
            self._add(
                name,
                step_revision=revision,
                target=self.target(name),
                promised_on=due_on,
                subject=subject,
                holder=holder,
                ahead=ahead,
            )
            return
        if holder is not None and holder != held.holder:
            held = self._change(held, holder=holder)
        if due_on is not None and due_on not in (held.promised_on, held.due_on):
            self._move(held, due_on, f"another date was given: {CLOCKS[name].title}")

    def date_step(
        self, step: StepName, *, revision: int, until: date, why: str, sooner: bool
    ) -> None:
        """Let a step's own clock run to a date; to an earlier one only if told so."""
        own = self._held(step, revision=revision, subject="")
        if own is None or own.due_on == until:
            return
        if sooner or own.due_on is None or own.due_on < until:
            self._move(own, until, why)

    def given(self, name: str, *, subject: str = "") -> date | None:
        """Return the day by which a running clock of a name is due, or None."""
        found = (c.due_on for c in self._running if (c.name, c.subject) == (name, subject))
        return next(found, None)

    def subjects(self, name: str) -> list[str]:
        """Return what the running clocks of a name are of."""
        return [clock.subject for clock in self._running if clock.name == name]

    def stop(self, name: str, *, subject: str | None, keep: str | None, why: str) -> None:
        """Stop the running clocks of a name; that of a subject, or all but that of another."""
        if CLOCKS[name].step is None or CLOCKS[name].ahead:
            self._named_stops.append(
                {
                    "of_case": self._row.id,
                    "of_name": name,
                    "whichever": subject is None,
                    "of_subject": subject or "",
                    "on": self._today,
                    "why": why,
                }
            )
        for clock in [c for c in self._running if c.name == name]:
            if subject in (None, clock.subject) and clock.subject != keep:
                self._stop(clock, why)

    def stop_ahead(self, *, why: str) -> None:
        """Stop those that run before their step opens."""
        for name in AHEAD:
            self.stop(name, subject=None, keep=None, why=why)

    def _held(self, name: str, *, revision: int, subject: str) -> Running | None:
        wanted = (name, revision, subject)
        return next(
            (c for c in self._running if (c.name, c.step_revision, c.subject) == wanted), None
        )

    # ---- in memory

    def _add(self, name: str, **given: Any) -> None:
        values = clock_row(
            case_id=self._row.id,
            name=name,
            opened_on=self._today,
            terms=self.terms,
            pauses=self.pauses,
            **given,
        )
        self._writes.fresh.append(values)
        if values["step"]:
            self._running.append(_running({**values, "id": None}))

    def _change(self, clock: Running, *, holder: Party) -> Running:
        changed = replace(clock, holder=holder)
        self._running[self._running.index(clock)] = changed
        if clock.id is None:
            self._fresh_of(clock)["holder"] = holder
        else:
            self._writes.hold_or_stop(clock.id, holder=holder, on=None, why="")
        return changed

    def _stop(self, clock: Running, why: str) -> None:
        self._running.remove(clock)
        if clock.id is None:
            self._fresh_of(clock).update(ENDED, stopped_on=self._today, stopped_why=why)
        else:
            self._writes.hold_or_stop(clock.id, holder=clock.holder, on=self._today, why=why)

    def _move(self, clock: Running, until: date, why: str) -> None:
        given = self._given(clock, until)
        values: dict[str, Any] = {name: getattr(clock, name) for name in _NAMES} | given
        found = timed(
            values, terms=self.terms, pauses=self.pauses, rung=clock.rung, today=self._today
        )
        moved = _running(values | found)
        self._running[self._running.index(clock)] = moved
        if clock.id is None:
            self._fresh_of(clock).update(given | found)
            return
        self._writes.move(clock.id, values | found)
        self._writes.change(clock.id, from_due=clock.due_on, to_due=moved.due_on, why=why)

    def _given(self, clock: Running, until: date) -> dict[str, Any]:
        """Return what makes a clock due on a date, pauses before today left out of it."""
        if not (self.pauses and CLOCKS[clock.name].pauses):
            return {"target_days": None, "target_source": "", "promised_on": until}
        yesterday = self._today - timedelta(days=1)
        passed = [
            PausedTime(pause.started_on, pause.ended_on or yesterday)
            for pause in self.pauses
            if pause.ended_on is not None or pause.started_on <= yesterday
        ]
        days = between(self.terms.calendar, clock.opened_on, until, passed)
        source = f"the date given: {until.isoformat()}"
        return {"target_days": days, "target_source": source, "promised_on": None}

    def _fresh_of(self, clock: Running) -> dict[str, Any]:
        wanted = (clock.name, clock.step_revision, clock.subject)
        return next(
            row
            for row in reversed(self._writes.fresh)
            if (row["name"], row["step_revision"], row["subject"]) == wanted
        )

    # ---- written

    def put_back(self) -> None:
        """Write what changed, in the caller's transaction."""
        self._writes.write(self._conn)
        if self._named_stops:
            self._conn.execute(_STOP_NAMED, self._named_stops)
        self._writes, self._named_stops = ClockWrites(self._writes.now), []


def _running(values: Mapping[str, Any]) -> Running:
    return Running(**{name: values[name] for name in _NAMES})
