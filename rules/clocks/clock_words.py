"""A clock told in a sentence: how its date was reached, and how it stands today.

``20 working days from 2 December 2026: 25, 28 December and 1 January 2027 not counted; paused 4 to
8 January (5 working days); due 11 January 2027.``
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from rules.clocks.clock_names import CLOCKS, ClockKind, ClockSpec
from rules.clocks.dates import DECIDE_WITHIN, FINISH_WITHIN
from rules.clocks.pauses import PausedTime, add, between, merged, open_since, paused_working_days
from rules.clocks.target_words import in_working_days
from rules.clocks.workdays import SATURDAY, Calendar, days_in_words, in_words
from rules.sentences import NAMED_AT_MOST

_LIMITS: Final = {
    "decide": ("six months", DECIDE_WITHIN),
    "finish": ("twelve months", FINISH_WITHIN),
}
"""Limits of the Act, in words and from what began them."""

_LAST_DAYS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "consent_lapses": "the consent lapses on",
        "defects_period": "the defects period ends on",
        "pay_by_law": "the 30 days of s.88 for a valid invoice end on",
    }
)


def words(
    *,
    name: str,
    opened_on: date,
    target_days: int | None,
    promised_on: date | None,
    due_on: date | None,
    pauses: Sequence[PausedTime],
    calendar: Calendar,
) -> str:
    """Return how a clock's due date was reached, as one sentence.

    Args:
        name: The clock, by its name in ``rules.clocks.clock_names``.
        opened_on: Day 0, London date.
        target_days: Working days it is given, or None where a date is.
        promised_on: The date it runs to, which comes before ``target_days``, or None.
        due_on: Its due date as stored, or None while it is paused.
        pauses: The case's pauses, in any order; a clock that no pause moves ignores them.
        calendar: The authority's working days.

    Returns:
        A sentence with its full stop; it begins with a number or a small letter.

    Raises:
        NoBankHolidayDataError: A date falls outside the years known.
    """
    spec = CLOCKS[name]
    stretches = merged(pauses) if spec.pauses else ()
    if promised_on is None:
        told = _Told(opened_on, target_days or 0, opened_on, due_on, stretches, calendar)
        head = told.days_given()
        end = told.end()
    else:
        span = calendar.between(opened_on, promised_on) if promised_on > opened_on else 0
        told = _Told(opened_on, span, promised_on, due_on, stretches, calendar)
        head = _date_given(spec, opened_on, promised_on)
        end = "" if due_on == promised_on and in_words(promised_on) in head else told.end()
    parts = [part for part in (*told.left_out(), end) if part]
    return f"{head}: {'; '.join(parts)}." if parts else f"{head}."


def timing(
    *,
    due_on: date | None,
    today: date,
    calendar: Calendar,
    paused_since: date | None = None,
    stopped_on: date | None = None,
) -> str:
    """Return how a clock stands, as a phrase: ``7 working days late``, ``due in 3 working days``.

    Args:
        due_on: Its due date, or None while it is paused.
        today: The London date for which it is asked.
        calendar: The authority's working days.
        paused_since: The first day of the pause under way, or None.
        stopped_on: When it stopped, or None while it runs.

    Raises:
        NoBankHolidayDataError: A date falls outside the years known.
    """
    if stopped_on is not None:
        late = "" if due_on is None else f", {_against(due_on, stopped_on, calendar)}"
        return f"over on {in_words(stopped_on)}{late}"
    if paused_since is not None:
        return f"paused since {in_words(paused_since)}"
    if due_on is None:
        return "no due date"
    if today > due_on:
        return _against(due_on, today, calendar)
    if today == due_on:
        return "due today"
    left = calendar.between(today, due_on)
    return f"due in {in_working_days(left)}" if left else f"due on {in_words(due_on)}"


def _against(due_on: date, day: date, calendar: Calendar) -> str:
    """Return how late a day is for a due date. Over a weekend it is late by no working day yet."""
    if day <= due_on:
        return "in time"
    late = calendar.between(due_on, day)
    return f"{in_working_days(late)} late" if late else "less than 1 working day late"


def _date_given(spec: ClockSpec, opened_on: date, promised_on: date) -> str:
    """Return where the date of a clock that runs to one is from."""
    if spec.name in _LIMITS:
        how_long, within = _LIMITS[spec.name]
        told = f"{how_long} from {in_words(opened_on)} ({spec.section})"
        moved = promised_on != opened_on + within
        return f"{told}, since extended to {in_words(promised_on)}" if moved else told
    if spec.name in _LAST_DAYS:
        return f"{_LAST_DAYS[spec.name]} {in_words(promised_on)}"
    if spec.kind is ClockKind.REVIEW:
        return f"to be looked at again on {in_words(promised_on)}"
    asked = spec.kind is ClockKind.CONTRACT and not spec.pauses
    return f"{'asked for by' if asked else 'promised for'} {in_words(promised_on)}"


@dataclass(frozen=True, slots=True)
class _Told:
    """One clock and its pauses, for the parts of its sentence.

    Args:
        opened_on: Day 0, or the next open day is.
        span: Working days it is given, or that lie before the date it was given.
        counted_from: From where closed days bear on the due date: the opening, or the date given.
        due_on: Its due date, or None while it is paused.
        stretches: Its pauses, merged.
        calendar: The authority's working days.
    """

    opened_on: date
    span: int
    counted_from: date
    due_on: date | None
    stretches: tuple[PausedTime, ...]
    calendar: Calendar

    @property
    def since(self) -> date | None:
        """The first day of the pause under way, if there is one."""
        return open_since(self.stretches)

    @property
    def last(self) -> date:
        """The day up to which days are told: the due date, or the first of the pause under way."""
        return self.due_on or self.since or self.opened_on

    def days_given(self) -> str:
        """Return ``20 working days from 7 March 2026 (a Saturday, so 9 March 2026 is day 0)``."""
        given = f"{in_working_days(self.span)} from {in_words(self.opened_on)}"
        paused = any(pause.covers(self.opened_on) for pause in self.stretches)
        working = self.calendar.is_working(self.opened_on)
        if (working and not paused) or not self._has_day_zero():
            return given
        zero = in_words(add(self.calendar, self.opened_on, 0, self.stretches))
        closed = (
            f"a {self.opened_on:%A}" if self.opened_on.weekday() >= SATURDAY else "a closed day"
        )
        what = "paused" if working else closed
        return f"{given} ({what}, so {zero} is day 0)"

    def _has_day_zero(self) -> bool:
        """Say whether any day has counted yet, which a pause under way may have prevented."""
        first, last = self.opened_on, self.last
        paused = paused_working_days(self.calendar, first, last, self.stretches)
        return self.calendar.open_within(first, last) > paused

    def left_out(self) -> tuple[str, str]:
        """Return the closed days that were not counted, and the pauses; either may be empty.

        A closed day inside a pause belongs to the pause, so that nothing is told twice. A date
        that was given has passed over none until a pause has moved it on.
        """
        year = self.opened_on.year
        until = self.last if self.due_on or self.counted_from == self.opened_on else None
        closed = tuple(
            day
            for day in (self.calendar.closed_within(self.counted_from, until) if until else ())
            if not any(pause.covers(day) for pause in self.stretches)
        )
        named = f"{days_in_words(closed, year=year)} not counted" if closed else ""
        if closed:
            year = closed[:NAMED_AT_MOST][-1].year
        return named, self._paused(year)

    def _paused(self, year: int) -> str:
        """Return ``paused 3 to 10 March (6 working days) and 4 May (1 working day)``."""
        told = []
        for pause in self.stretches:
            days = paused_working_days(self.calendar, self.opened_on, self.last, (pause,))
            if pause.ended_on is not None and days:
                told.append(f"{self._stretch(pause, year)} ({in_working_days(days)})")
                year = pause.ended_on.year
        more = len(told) - NAMED_AT_MOST
        told = [*told[:NAMED_AT_MOST], f"{more} more times"] if more > 0 else told
        *firsts, last = told or [""]
        return f"paused {', '.join(firsts)}{' and ' if firsts else ''}{last}" if last else ""

    def _stretch(self, pause: PausedTime, year: int) -> str:
        """Return the days of a pause, from the opening on: ``3 to 10 March``, ``to 10 March``."""
        first, last = pause.started_on, pause.ended_on or self.last
        until = _day(last, year=year if first < self.opened_on else first.year)
        if first < self.opened_on:
            return f"until {until}"
        if first == last:
            return _day(first, year=year)
        if (first.year, first.month) == (last.year, last.month):
            return f"{first.day} to {_day(last, year=year)}"
        return f"{_day(first, year=year)} to {until}"

    def end(self) -> str:
        """Return when it is due, or how much was counted before the pause that is under way."""
        if self.due_on is not None:
            return f"due {in_words(self.due_on)}"
        if self.since is None:
            return "no due date"
        since = f"paused since {in_words(self.since)}"
        counted = max(0, between(self.calendar, self.opened_on, self.since, self.stretches))
        left = self.span - counted
        if left > 0:
            return f"{since}, with {counted or 'none'} counted and {left} to go"
        return f"{since}, after {f'all {self.span} had passed' if self.span else 'it was due'}"


def _day(day: date, *, year: int) -> str:
    """Return ``10 March``, with the year where it is not the one that the reader has in mind."""
    return f"{day.day} {day:%B}" if day.year == year else in_words(day)
