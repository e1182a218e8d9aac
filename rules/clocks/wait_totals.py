"""The two totals of a case: the client's real wait, which never pauses, and our controllable time.

Neither is made from the other. First contact is day 0 of both, as for every count of working days;
our controllable time is the working days outside every pause, each day counted once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rules.clocks.pauses import PausedTime, between
from rules.clocks.workdays import Calendar, in_words


@dataclass(frozen=True, slots=True)
class WaitDates:
    """From when to when a client waited.

    Args:
        contact_on: First contact: day 0.
        recommended_on: The recommendation, or None where none is recorded.
        applied_on: The application, or None.
        ended_on: The works were completed, or the case ended without them; None while it goes on.
    """

    contact_on: date
    recommended_on: date | None
    applied_on: date | None
    ended_on: date | None

    def until(self, today: date) -> date:
        """Return the last day that counts: the end, or today; never before first contact."""
        last = today if self.ended_on is None else min(self.ended_on, today)
        return max(last, self.contact_on)


@dataclass(frozen=True, slots=True)
class Totals:
    """The two totals of a case, of which neither is made from the other.

    Args:
        contact_on: First contact, day 0.
        until: The last day counted.
        over: Whether the wait is over.
        days: The client's real wait in calendar days.
        working_days: The client's real wait in working days.
        controllable_days: Our controllable time: working days outside every pause.
    """

    contact_on: date
    until: date
    over: bool
    days: int
    working_days: int
    controllable_days: int

    def sentence(self) -> str:
        """Return both totals in words."""
        since = in_words(self.contact_on)
        if self.over:
            wait = f"The client waited {_days(self.days)} from {since} to {in_words(self.until)}"
        else:
            wait = f"The client has waited {_days(self.days)} since {since}"
        return (
            f"{wait} ({_working(self.working_days)}). "
            f"Our controllable time {'was' if self.over else 'is'} "
            f"{_working(self.controllable_days)}: those outside every pause."
        )


def totals(
    *, dates: WaitDates, pauses: Sequence[PausedTime], calendar: Calendar, today: date
) -> Totals:
    """Return the client's real wait and our controllable time.

    Args:
        dates: From when to when the client waited.
        pauses: The case's pauses that stand, in any order.
        calendar: The authority's working days.

    Raises:
        NoBankHolidayDataError: A date is outside the years known.
    """
    start, end = dates.contact_on, dates.until(today)
    return Totals(
        contact_on=start,
        until=end,
        over=dates.ended_on is not None and dates.ended_on <= today,
        days=(end - start).days,
        working_days=calendar.between(start, end),
        controllable_days=between(calendar, start, end, pauses),
    )


def _days(number: int) -> str:
    return f"{number} day{'' if number == 1 else 's'}"


def _working(number: int) -> str:
    return f"{number} working day{'' if number == 1 else 's'}"
