"""London dates, and the limits that run in calendar months."""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.clocks.dates import decide_by, defects_until, finish_by, london_date


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 1, 31, 23, 59, tzinfo=UTC), date(2026, 1, 31)),
        (datetime(2026, 6, 30, 22, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), date(2026, 7, 1)),  # past midnight in summer
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), date(2026, 3, 29)),  # the clocks go forward
        (datetime(2026, 3, 29, 23, 0, tzinfo=UTC), date(2026, 3, 30)),  # that night, in summer time
        (datetime(2026, 10, 24, 23, 30, tzinfo=UTC), date(2026, 10, 25)),  # they go back
        (datetime(2026, 10, 25, 23, 30, tzinfo=UTC), date(2026, 10, 25)),  # that night
        (datetime(2026, 1, 1, 5, 0, tzinfo=timezone(timedelta(hours=9))), date(2025, 12, 31)),
    ],
)
def test_a_date_is_the_date_in_london(instant: datetime, day: date) -> None:
    assert london_date(instant) == day


@pytest.mark.parametrize(
    ("applied_on", "last_day"),
    [
        (date(2025, 12, 3), date(2026, 6, 3)),
        (date(2025, 8, 31), date(2026, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),  # a leap year
        (date(2026, 8, 28), date(2027, 2, 28)),
        (date(2026, 2, 28), date(2026, 8, 28)),  # and never to the month's end of itself
        (date(2026, 3, 31), date(2026, 9, 30)),
    ],
)
def test_the_grant_is_decided_within_six_months_of_the_application(
    applied_on: date, last_day: date
) -> None:
    assert decide_by(applied_on=applied_on) == last_day


def test_the_works_are_finished_within_twelve_months_of_the_approval() -> None:
    assert finish_by(approved_on=date(2026, 6, 1)) == date(2027, 6, 1)
    assert finish_by(approved_on=date(2028, 2, 29)) == date(2029, 2, 28)


def test_the_defects_period_ends_twelve_months_after_the_certified_date() -> None:
    assert defects_until(certified_on=date(2026, 6, 1)) == date(2027, 6, 1)


@given(
    st.dates(min_value=date(2010, 1, 1), max_value=date(2035, 12, 31)),
    st.sampled_from(
        [
            (6, lambda day: decide_by(applied_on=day)),
            (12, lambda day: finish_by(approved_on=day)),
            (12, lambda day: defects_until(certified_on=day)),
        ]
    ),
)
def test_a_limit_is_the_same_day_some_months_on_or_the_last_of_a_shorter_month(
    day: date, limit: tuple[int, Callable[[date], date]]
) -> None:
    months, last_day = limit
    years, month = divmod(day.month - 1 + months, 12)
    days_in_month = calendar.monthrange(day.year + years, month + 1)[1]
    assert last_day(day) == date(day.year + years, month + 1, min(day.day, days_in_month))


@given(st.dates(min_value=date(2010, 1, 1), max_value=date(2035, 12, 30)))
def test_a_later_start_is_never_due_earlier(day: date) -> None:
    after = day + timedelta(days=1)
    assert decide_by(applied_on=day) <= decide_by(applied_on=after)
    assert finish_by(approved_on=day) <= finish_by(approved_on=after)
