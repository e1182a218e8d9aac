"""Pauses and working days one day at a time: an independent model that the rules are held to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from hypothesis import strategies as st

from adapters.bank_holidays import bank_holidays
from rules.clocks.pauses import PausedTime
from rules.clocks.workdays import calendar

ENGLAND: Final = frozenset(day for day, _ in bank_holidays(first_year=2018, last_year=2030))
CALENDAR: Final = calendar(closed=ENGLAND, first_year=2018, last_year=2030)
DAY: Final = timedelta(days=1)

days = st.dates(min_value=date(2022, 1, 1), max_value=date(2024, 12, 31))


def span(start: date, length: int) -> PausedTime:
    return PausedTime(start, start + timedelta(days=length))


ended = st.builds(span, days, st.integers(0, 40))
"""A pause that is over, over closed days and weekends as it comes."""

under_way = st.builds(PausedTime, days, st.none())
pauses = st.lists(ended, max_size=6)
pauses_any = st.lists(ended | under_way, max_size=6)


def pause(first: str, last: str | None) -> PausedTime:
    return PausedTime(date.fromisoformat(first), date.fromisoformat(last) if last else None)


def is_paused(day: date, pauses: Sequence[PausedTime]) -> bool:
    return any(
        pause.started_on <= day and (pause.ended_on is None or pause.ended_on >= day)
        for pause in pauses
    )


def counts(day: date, pauses: Sequence[PausedTime]) -> bool:
    """Say whether a day counts: a weekday, no bank holiday, in no pause."""
    return day.isoweekday() <= 5 and day not in ENGLAND and not is_paused(day, pauses)


def walk(day: date, n: int, pauses: Sequence[PausedTime]) -> date:
    """Add controllable working days by walking, a day at a time."""
    while not counts(day, pauses):
        day += DAY
    step = DAY if n > 0 else -DAY
    for _ in range(abs(n)):
        day += step
        while not counts(day, pauses):
            day += step
    return day


def passed(start: date, end: date, pauses: Sequence[PausedTime]) -> int:
    """Count controllable working days passed by walking, a day at a time."""
    if end < start:
        return -sum(counts(end + k * DAY, pauses) for k in range((start - end).days))
    found = sum(counts(start + k * DAY, pauses) for k in range((end - start).days + 1))
    return max(0, found - 1)
