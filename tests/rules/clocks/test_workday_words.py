"""Working-day arithmetic told in sentences."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.bank_holidays import bank_holidays
from rules.clocks.workdays import added, calendar, counted, days_in_words

CLOSED = [day for day, _ in bank_holidays(first_year=2018, last_year=2030)]
CALENDAR = calendar(closed=CLOSED, first_year=2018, last_year=2030)


@pytest.mark.parametrize(
    ("start", "n", "sentence"),
    [
        (
            date(2026, 12, 2),
            20,
            (
                "20 working days from 2 December 2026: 25, 28 December and 1 January 2027 not "
                "counted."
            ),
        ),
        (
            date(2026, 3, 3),
            1,
            "1 working day from 3 March 2026: no bank holiday or closure in between.",
        ),
        (
            date(2026, 3, 7),
            0,
            (
                "0 working days from 7 March 2026 (a Saturday, so 9 March 2026 is day 0): no bank "
                "holiday or closure in between."
            ),
        ),
        (
            date(2026, 12, 25),
            2,
            (
                "2 working days from 25 December 2026 (a closed day, so 29 December 2026 is "
                "day 0): 25, 28 December not counted."
            ),
        ),
        (
            date(2026, 4, 7),
            -1,
            "1 working day back from 7 April 2026: 3, 6 April not counted.",
        ),
        (
            date(2022, 4, 1),
            50,
            ("50 working days from 1 April 2022: 15, 18 April, 2 May and 2, 3 June not counted."),
        ),
    ],
)
def test_an_addition_says_what_was_not_counted(start: date, n: int, sentence: str) -> None:
    assert added(CALENDAR, start=start, working_days=n).sentence() == sentence


def test_a_count_between_two_dates_names_both() -> None:
    found = counted(CALENDAR, start=date(2026, 12, 2), end=date(2027, 1, 4))
    assert found.sentence(to_end=True) == (
        "20 working days from 2 December 2026 to 4 January 2027: 25, 28 December and "
        "1 January 2027 not counted."
    )


@given(
    st.dates(min_value=date(2020, 1, 1), max_value=date(2028, 12, 31)),
    st.integers(min_value=-300, max_value=300),
)
def test_weekdays_in_between_are_counted_or_named(start: date, n: int) -> None:
    found = added(CALENDAR, start=start, working_days=n)
    first, last = min(start, found.end), max(start, found.end)
    length = (last - first).days
    weekdays = sum((first + timedelta(days=k)).isoweekday() <= 5 for k in range(length + 1))
    counted_days = CALENDAR.open_within(first, last)
    assert weekdays == counted_days + len(found.not_counted)
    again = counted(CALENDAR, start=start, end=found.end)
    assert (again.working_days, again.not_counted) == (n, found.not_counted)


def test_days_are_named_by_month_and_a_new_year_is_said_once() -> None:
    days = [date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1), date(2027, 3, 26)]
    assert days_in_words(days, year=2026) == "25, 28 December, 1 January 2027 and 26 March"
    assert days_in_words(days[2:], year=2027) == "1 January and 26 March"
    assert days_in_words([], year=2026) == ""


def test_a_long_list_says_how_many_more() -> None:
    days = [date(2026, 6, day) for day in range(1, 14)]
    assert days_in_words(days, year=2026) == "1, 2, 3, 4, 5, 6, 7, 8, 9, 10 June and 3 more"
