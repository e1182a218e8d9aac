"""Visits to a home: what for, and when, in London time; kept as instants, for the clocks change.

Visits are between seven in the morning and nine at night, so that none falls in the hour that
London has twice in October, or never in March.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Final

from rules.clocks.dates import LONDON
from rules.clocks.workdays import Calendar, in_words

EARLIEST, LATEST = time(7), time(21)

_TIME: Final = re.compile(r"(\d{1,2})[:.](\d\d)(?: ?(am|pm))?|(\d{1,2}) ?(am|pm)", re.IGNORECASE)


class Purpose(StrEnum):
    """What a visit is for."""

    SURVEY = "survey"
    START = "start"
    WORKS = "works"
    INSPECTION = "inspection"
    SNAG = "snag"
    OTHER = "other"

    @property
    def words(self) -> str:
        """What it is for, as letters and calendars say it."""
        return _WORDS[self]


_WORDS: Final = {
    Purpose.SURVEY: "survey of the home",
    Purpose.START: "start of the works",
    Purpose.WORKS: "works",
    Purpose.INSPECTION: "inspection of the works",
    Purpose.SNAG: "putting right what was found",
    Purpose.OTHER: "visit about the works",
}


def read_time(text: str) -> str:
    """Return a time of day as ``09:30``, typed as 9.30, 09:30, 2pm or 2.30 pm.

    Raises:
        ValueError: It is none.
    """
    found = _TIME.fullmatch(text.strip())
    hour, minute = (int(found[1] or found[4]), int(found[2] or 0)) if found else (24, 0)
    half = (found[3] or found[5] or "").lower() if found else ""
    if half and not 1 <= hour <= 12:
        hour = 24
    elif half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 23 or minute > 59:
        raise ValueError(f"“{text[:40]}” is no time of day; write 09:30 or 2.30pm.")
    return f"{hour:02}:{minute:02}"


@dataclass(frozen=True, slots=True)
class Window:
    """When a visit is, London time.

    Args:
        begins: As ``09:30``.
        ends: As ``11:00``.
    """

    on: date
    begins: str
    ends: str

    @property
    def starts_at(self) -> datetime:
        """The instant at which it begins, UTC."""
        return self._at(self.begins)

    @property
    def ends_at(self) -> datetime:
        """The instant at which it ends, UTC."""
        return self._at(self.ends)

    def _at(self, told: str) -> datetime:
        there = datetime.combine(self.on, time.fromisoformat(told), tzinfo=LONDON)
        return there.astimezone(UTC)

    def problems(self, *, now: datetime, calendar: Calendar, closed_day: bool) -> tuple[str, ...]:
        """Return everything wrong with it, a sentence each.

        Args:
            closed_day: Whether a closed day is meant.

        Raises:
            NoBankHolidayDataError: The day is in a year whose bank holidays are not held.
        """
        return tuple(self._problems(now, calendar, closed_day=closed_day))

    def _problems(self, now: datetime, calendar: Calendar, *, closed_day: bool) -> Iterator[str]:
        if self.starts_at <= now:
            yield f"{when_words(self.starts_at, self.ends_at)} is past."
        if self.ends <= self.begins:
            yield f"It ends at {self.ends}, and begins at {self.begins}."
        if not f"{EARLIEST:%H:%M}" <= self.begins <= self.ends <= f"{LATEST:%H:%M}":
            yield f"A visit is between {EARLIEST:%H:%M} and {LATEST:%H:%M}."
        if not closed_day and not calendar.is_working(self.on):
            yield f"{self.on:%A} {in_words(self.on)} is a closed day; say so if it is meant."


def when_words(starts_at: datetime, ends_at: datetime) -> str:
    """Return when a visit is: ``Tuesday 6 October 2026, 09:30 to 11:00``, London time."""
    there, until = starts_at.astimezone(LONDON), ends_at.astimezone(LONDON)
    return f"{there:%A} {in_words(there.date())}, {there:%H:%M} to {until:%H:%M}"
