"""Working-day arithmetic told in a sentence: how many, from when, and what was not counted.

``20 working days from 2 December 2026: 25, 28 December and 1 January 2027 not counted.``
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from rules.clocks.workdays import SATURDAY, Calendar, in_words
from rules.sentences import NAMED_AT_MOST


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
        number = abs(self.working_days)
        back = " back" if self.working_days < 0 else ""
        return f"{number} working day{'' if number == 1 else 's'}{back} from"

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
    end = calendar.add(start, working_days)
    return _count(calendar, start=start, end=end, working_days=working_days)


def counted(calendar: Calendar, *, start: date, end: date) -> Count:
    """Return how many working days have passed between two dates, with what was not counted.

    Args:
        calendar: The working days.
        start: Day 0; if it is closed, the next open day is day 0.
        end: The date reached, open or closed.

    Raises:
        NoBankHolidayDataError: Either date is outside the years known.
    """
    return _count(calendar, start=start, end=end, working_days=calendar.between(start, end))


def _count(calendar: Calendar, *, start: date, end: date, working_days: int) -> Count:
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
