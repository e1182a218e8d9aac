"""Working days: Monday to Friday less the bank holidays and closures it is given.

Today is day 0. A start on a closed day counts from the next open day. ``add`` and ``between``
agree: ``between(d, add(d, n)) == n`` for every ``n``, negative ones too. A calendar is built once
and answers from a table, so a hundred thousand due dates take tens of milliseconds. It knows whole
years only, and refuses any other: a bank holiday that nobody loaded would be a wrong date.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import MAXYEAR, MINYEAR, date, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Final

from rules.errors import NoBankHolidayDataError
from rules.sentences import NAMED_AT_MOST, several

SATURDAY: Final = 5
"""The first day of a weekend, as ``date.weekday`` counts."""

_FEWEST_IN_A_YEAR = 240  # working days; 251 less a fortnight of closures


@dataclass(frozen=True, slots=True)
class Calendar:
    """The working days of a run of whole years. Build it with ``calendar``.

    Args:
        first: The first date it knows.
        last: The last date it knows.
        closed: The weekdays in those years that are bank holidays or closure days.
        days: Every working day, in order.
        before: For each date from ``first``, and one past ``last``: how many working days
            come before it.
    """

    first: date
    last: date
    closed: frozenset[date] = field(repr=False)
    days: tuple[date, ...] = field(repr=False)
    before: tuple[int, ...] = field(repr=False)

    def add(self, day: date, n: int) -> date:
        """Return the working day ``n`` working days after a date, or before it if negative.

        Args:
            day: Day 0; if it is closed, the next open day is day 0.
            n: Working days; 0 gives day 0 itself.

        Returns:
            A working day.

        Raises:
            NoBankHolidayDataError: The start or the answer is outside the years known.
        """
        position = self.before[self._index(day)] + n
        if 0 <= position < len(self.days):
            return self.days[position]
        raise self._beyond(day, n, position)

    def between(self, start: date, end: date) -> int:
        """Return how many working days have passed from one date to another.

        Forwards it counts the working days after day 0 up to and including ``end``; backwards,
        as a negative number, those from ``end`` up to the day before day 0.

        Args:
            start: Day 0; if it is closed, the next open day is day 0.
            end: The date reached, open or closed.

        Raises:
            NoBankHolidayDataError: Either date is outside the years known.
        """
        zero = self.before[self._index(start)]
        reached = self._index(end)
        if end < start:
            return self.before[reached] - zero
        return max(0, self.before[reached + 1] - 1 - zero)

    def is_working(self, day: date) -> bool:
        """Say whether a date is a working day.

        Args:
            day: A date.

        Raises:
            NoBankHolidayDataError: The date is outside the years known.
        """
        index = self._index(day)
        return self.before[index + 1] > self.before[index]

    def open_within(self, start: date, end: date) -> int:
        """Return how many working days a stretch of time has.

        Args:
            start: First date, counted.
            end: Last date, counted.

        Raises:
            NoBankHolidayDataError: Either date is outside the years known.
        """
        return max(0, self.before[self._index(end) + 1] - self.before[self._index(start)])

    def closed_within(self, start: date, end: date) -> tuple[date, ...]:
        """Return the bank holidays and closure days that fall on weekdays in a stretch of time.

        Args:
            start: First date, counted.
            end: Last date, counted.

        Returns:
            The dates in order; weekends are not among them. Empty if ``end`` is before ``start``.

        Raises:
            NoBankHolidayDataError: Either date is outside the years known.
        """
        self._index(start)
        self._index(end)
        return tuple(sorted(day for day in self.closed if start <= day <= end))

    def _index(self, day: date) -> int:
        if self.first <= day <= self.last:
            return day.toordinal() - self.first.toordinal()
        raise self._unknown(f"{in_words(day)} is", day.year)

    def _beyond(self, day: date, n: int, position: int) -> NoBankHolidayDataError:
        """Return the refusal of an answer outside the table, with every year that it may be in."""
        if position < 0:
            past = (-1 - position) // _FEWEST_IN_A_YEAR
            year = max(MINYEAR, self.first.year - 1 - past)
        else:
            past = (position - len(self.days)) // _FEWEST_IN_A_YEAR
            year = min(MAXYEAR, self.last.year + 1 + past)
        return self._unknown(f"{several(n, 'working day')} from {in_words(day)} is", year)

    def _unknown(self, subject: str, year: int) -> NoBankHolidayDataError:
        first, last = self.first.year, self.last.year
        wanted = (year, first - 1) if year < first else (last + 1, year)
        return NoBankHolidayDataError(
            f"{subject} outside the years {first} to {last}.",
            why="The bank holidays of other years are not held, so no date is guessed.",
            next_step=f"Load the bank holidays with {load_command(*wanted)}, or correct the date.",
        )


def calendar(*, closed: Iterable[date], first_year: int, last_year: int) -> Calendar:
    """Build the calendar of some whole years.

    Args:
        closed: Bank holidays and an authority's own closure days, in any order; repeats, weekends
            and dates of other years make no difference.
        first_year: First year for which ``closed`` is complete.
        last_year: Last year for which ``closed`` is complete.

    Raises:
        NoBankHolidayDataError: The last year is before the first, so there is no year at all.
    """
    if last_year < first_year:
        raise NoBankHolidayDataError(
            "The working-day calendar has no years in it.",
            why=f"It was asked to run from {first_year} to {last_year}.",
            next_step="Load the bank holidays with `handrail init`.",
        )
    first, last = date(first_year, 1, 1), date(last_year, 12, 31)
    return _between(frozenset(day for day in closed if first <= day <= last), first, last)


@lru_cache(maxsize=100)
def _between(closed: frozenset[date], first: date, last: date) -> Calendar:
    """Build it once for what is closed: the same days of several authorities make one calendar."""
    shut = frozenset(day for day in closed if day.weekday() < SATURDAY)
    days: list[date] = []
    before: list[int] = []
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        before.append(len(days))
        if day.weekday() < SATURDAY and day not in shut:
            days.append(day)
    before.append(len(days))
    return Calendar(first=first, last=last, closed=shut, days=tuple(days), before=tuple(before))


def load_command(first_year: int, last_year: int) -> str:
    """Return the command that loads the bank holidays of some years, as sentences show it.

    Args:
        first_year: First year.
        last_year: Last year.
    """
    return f"`handrail workdays load --from {first_year} --to {last_year}`"


def in_words(day: date) -> str:
    """Return a date as letters write it: ``3 March 2026``.

    Args:
        day: A date.
    """
    return f"{day.day} {day:%B} {day.year}"


# ---- counts told in a sentence


@dataclass(frozen=True, slots=True)
class Count:
    """One count of working days, either way round.

    Args:
        start: The date given.
        day_zero: The date counted from: the start, or the next open day where that is closed.
        end: The date reached.
        working_days: How many; negative before the start.
        not_counted: The weekdays in between that are bank holidays or closures, in order.
    """

    start: date
    day_zero: date
    end: date
    working_days: int
    not_counted: tuple[date, ...]

    def sentence(self, *, to_end: bool = False) -> str:
        """Return the count as a sentence.

        Args:
            to_end: Whether to name the date reached, for a count between two dates.
        """
        reached = f" to {in_words(self.end)}" if to_end else ""
        named = days_in_words(self.not_counted, year=self.start.year)
        left_out = f"{named} not counted" if named else "no bank holiday or closure in between"
        return f"{self._how_many()} {in_words(self.start)}{self._day_zero()}{reached}: {left_out}."

    def _how_many(self) -> str:
        back = " back" if self.working_days < 0 else ""
        return f"{several(abs(self.working_days), 'working day')}{back} from"

    def _day_zero(self) -> str:
        if self.start == self.day_zero:
            return ""
        what = f"a {self.start:%A}" if self.start.weekday() >= SATURDAY else "a closed day"
        return f" ({what}, so {in_words(self.day_zero)} is day 0)"


def added(calendar: Calendar, *, start: date, working_days: int) -> Count:
    """Return the working day some working days after a date, with how it was reached.

    Args:
        calendar: The working days.
        start: Day 0; if it is closed, the next open day is day 0.
        working_days: How many; negative for before.

    Raises:
        NoBankHolidayDataError: The start or the answer is outside the years known.
    """
    return _count(calendar, start, calendar.add(start, working_days), working_days)


def counted(calendar: Calendar, *, start: date, end: date) -> Count:
    """Return how many working days have passed between two dates, with what was not counted.

    Args:
        calendar: The working days.
        start: Day 0; if it is closed, the next open day is day 0.
        end: The date reached, open or closed.

    Raises:
        NoBankHolidayDataError: Either date is outside the years known.
    """
    return _count(calendar, start, end, calendar.between(start, end))


def _count(calendar: Calendar, start: date, end: date, working_days: int) -> Count:
    closed = calendar.closed_within(min(start, end), max(start, end))
    zero = start if calendar.is_working(start) else calendar.add(start, 0)
    return Count(start, zero, end, working_days, closed)


def days_in_words(days: Sequence[date], *, year: int) -> str:
    """Return dates by month, the first ten of them: ``25, 28 December and 1 January 2027``.

    Args:
        days: The dates, in order.
        year: The year that the reader has in mind; another one is said where it begins.
    """
    parts = []
    for (_, month), group in groupby(days[:NAMED_AT_MOST], key=lambda day: (day.year, day.month)):
        found = list(group)
        said = "" if found[0].year == year else f" {found[0].year}"
        year = found[0].year
        numbers = ", ".join(str(day.day) for day in found)
        parts.append(f"{numbers} {date(year, month, 1):%B}{said}")
    more = len(days) - NAMED_AT_MOST
    return _and([*parts, f"{more} more"] if more > 0 else parts)


def _and(words: Sequence[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
