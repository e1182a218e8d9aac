"""Clocks on a date as lists show them: who holds each, how late it is, and why it is due then."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from models.base import AnyRow
from models.tables.clocks import ClockChange
from models.tables.reference import Authority
from rules.clocks import clock_words
from rules.clocks.clock_names import CLOCKS
from rules.clocks.dates import london_date
from rules.clocks.pauses import PausedTime, add, merged
from rules.clocks.workdays import Calendar
from rules.errors import ClockPausedError
from rules.reports.forecast import Forecast, as_decimal
from rules.reports.sla import SOON_DAYS, ClockLine, Moved, Standing, chance_order, counted_then
from services.cases.clocks.calendar import calendar_for
from services.cases.clocks.rows import in_parts, paused_times
from services.cases.whose import named_holder
from services.reports.clocks_at import Asked
from services.reports.forecast import forecasts
from services.reports.holders import day_over

_CHANGES: Final = (
    select(ClockChange.clock_id, ClockChange.at, ClockChange.from_due, ClockChange.to_due)
    .add_columns(ClockChange.why)
    .where(ClockChange.clock_id.in_(bindparam("clocks", expanding=True)))
    .where(ClockChange.at < bindparam("over"))
    .order_by(ClockChange.clock_id, ClockChange.id)
)
_AS_STORED: Final = ("id", "authority", "kind", "step", "subject", "opened_on")
_COUNTED: Final = frozenset({Standing.LATE, Standing.SOON, Standing.IN_TIME})


class Days:
    """The working days of every authority, as they bear on one date."""

    def __init__(self, conn: Connection, *, at: date) -> None:
        """Read them.

        Args:
            at: The date.

        Raises:
            NoBankHolidayDataError: The bank holidays of the date's year are not held.
        """
        codes = conn.execute(select(Authority.code).order_by(Authority.code)).scalars().all()
        self.of = {code: calendar_for(conn, authority=code) for code in (*codes, "")}
        self.soon = {code: days.add(at, SOON_DAYS) for code, days in self.of.items()}


def lines_of(
    conn: Connection, rows: Sequence[AnyRow], *, asked: Asked, days: Days
) -> list[ClockLine]:
    """Return clocks as lists show them.

    Args:
        rows: What ``ClocksAt.rows`` returned.
        asked: The question that they answer.
        days: The working days of every authority.
    """
    found = paused_times(conn, sorted({row.case_id for row in rows}))
    pauses = {case_id: _as_then(stretches, asked) for case_id, stretches in found.items()}
    moved = _moved(conn, [row.id for row in rows], asked)
    told = (
        _Told(
            row,
            asked.at,
            days.of[row.authority],
            pauses.get(row.case_id, ()),
            _holder(conn, row, asked),
        )
        for row in rows
    )
    return [one.line(moved.get(one.row.id, ())) for one in told]


def _holder(conn: Connection, row: AnyRow, asked: Asked) -> str:
    """Return who holds a clock: of a past day by role, for whose the case was then is not held."""
    owner = str(row.owner or row.party)
    return owner if asked.past else named_holder(conn, owner, row, on=asked.today)


def _as_then(pauses: Sequence[PausedTime], asked: Asked) -> tuple[PausedTime, ...]:
    """Return the pauses that had begun by a past date; one that went on had no end yet."""
    if not asked.past:
        return tuple(pauses)
    return tuple(
        pause if pause.ended_on and pause.ended_on <= asked.at else replace(pause, ended_on=None)
        for pause in pauses
        if pause.started_on <= asked.at
    )


def _moved(conn: Connection, ids: list[int], asked: Asked) -> dict[int, tuple[Moved, ...]]:
    found: dict[int, tuple[Moved, ...]] = {}
    for part in in_parts(ids):
        for row in conn.execute(_CHANGES, {"clocks": part, "over": day_over(asked.at)}):
            change = Moved(london_date(row.at), row.from_due, row.to_due, row.why)
            found[row.clock_id] = (*found.get(row.clock_id, ()), change)
    return found


@dataclass(frozen=True, slots=True)
class _Told:
    """One clock's row, with what its words rest on."""

    row: AnyRow
    at: date
    calendar: Calendar
    pauses: tuple[PausedTime, ...]
    held_by: str

    def line(self, moved: tuple[Moved, ...]) -> ClockLine:
        """Return the clock as lists show it."""
        row, spec = self.row, CLOCKS[self.row.name]
        stopped = row.stopped_on is not None and row.stopped_on <= self.at
        how = None if stopped else Standing(row.standing)
        return ClockLine(
            **{name: getattr(row, name) for name in _AS_STORED},
            case=row.reference,
            clock=row.name,
            title=spec.title,
            section=spec.section,
            standing=how,
            holder=row.party,
            held_by=self.held_by,
            held_at=row.held_at or "",
            since=london_date(row.since) if row.since is not None else row.opened_on,
            due_on=row.due_then,
            days=_late_by(self.calendar, row.due_then, self.at) if how in _COUNTED else None,
            timing=self._timing(how),
            words=self._words(),
            moved=moved,
            stopped_on=row.stopped_on if stopped else None,
            stopped_why=row.stopped_why if stopped else "",
        )

    def _timing(self, how: Standing | None) -> str:
        covering = (pause for pause in merged(self.pauses) if pause.covers(self.at))
        since = next((pause.started_on for pause in covering), None)
        return clock_words.timing(
            due_on=self.row.due_then,
            today=self.at,
            calendar=self.calendar,
            paused_since=since if how is Standing.PAUSED else None,
            stopped_on=self.row.stopped_on if how is None else None,
        )

    def _words(self) -> str:
        return arithmetic(
            self.row, due_on=self.row.due_then, pauses=self.pauses, calendar=self.calendar
        )


def arithmetic(
    clock: AnyRow, *, due_on: date | None, pauses: Sequence[PausedTime], calendar: Calendar
) -> str:
    """Return how the due date of a clock was reached, in a sentence.

    Args:
        due_on: The date in question, which need not be the one it has now.
        pauses: The case's pauses that stand, in any order.

    Raises:
        NoBankHolidayDataError: A date falls outside the years known.
    """
    counts_so = _counts_so_now(clock, due_on, pauses, calendar)
    if due_on is not None and clock.promised_on is None and not counts_so:
        return counted_then(days=clock.target_days, opened_on=clock.opened_on, due_on=due_on)
    return clock_words.words(
        name=clock.name,
        opened_on=clock.opened_on,
        target_days=clock.target_days,
        promised_on=clock.promised_on,
        due_on=due_on,
        pauses=pauses,
        calendar=calendar,
    )


def _counts_so_now(
    clock: AnyRow, due_on: date | None, pauses: Sequence[PausedTime], calendar: Calendar
) -> bool:
    """Say whether the days that are closed and paused as recorded now give a due date.

    They need not for a clock that had stopped, or for a past day, before they were recorded.
    """
    if clock.target_days is None:
        return False
    counted = pauses if CLOCKS[clock.name].pauses else ()
    try:
        return bool(add(calendar, clock.opened_on, clock.target_days, counted) == due_on)
    except ClockPausedError:
        return False


def _late_by(calendar: Calendar, due_on: date, at: date) -> int:
    """Return the working days from a due date to a date; negative while it is to come."""
    return calendar.between(due_on, at) if at > due_on else -calendar.between(at, due_on)


def likeliest_first(conn: Connection, rows: Sequence[AnyRow], *, today: date) -> list[AnyRow]:
    """Return running clocks by the chance that they end late, the highest first.

    Args:
        rows: What ``ClocksAt.rows`` returned.
    """
    found = forecasts(conn, today=today, clock_ids=[row.id for row in rows])

    def order(row: AnyRow) -> tuple[Any, ...]:
        chance = found[row.id].chance if row.id in found else None
        return chance_order(chance=chance, due_on=row.due_then, case=row.reference, clock_id=row.id)

    return sorted(rows, key=order)


def with_forecasts(conn: Connection, lines: Sequence[ClockLine], *, today: date) -> list[ClockLine]:
    """Return the clocks that run today with the chance that each ends late, where it is known."""
    found = forecasts(conn, today=today, clock_ids=[line.id for line in lines])
    return [_with_forecast(line, found.get(line.id)) for line in lines]


def _with_forecast(line: ClockLine, found: Forecast | None) -> ClockLine:
    if found is None or found.chance is None or not found.outlook.enough:
        return line
    chance = as_decimal(found.chance)
    return replace(line, chance=chance, likely_on=found.likely_on, forecast=found.sentence)
