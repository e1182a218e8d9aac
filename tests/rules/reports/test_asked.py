"""What a report is asked for: its days, its quarters, and what cannot be asked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import InvalidDecisionError
from rules.reports.asked import asked_problems, period_of, quarter_words, quarters
from rules.reports.performance import Period

TODAY = date(2026, 11, 30)


def test_a_period_is_the_financial_year_up_to_the_day_of_the_report() -> None:
    assert period_of(None, None, at=TODAY) == Period(date(2026, 4, 1), TODAY)
    last = date(2026, 3, 31)
    assert period_of(None, last, at=TODAY) == Period(date(2025, 4, 1), last)


@given(st.dates(date(2010, 1, 1), date(2030, 1, 1)), st.integers(0, 720))
def test_quarters_cover_each_day_once(first: date, days: int) -> None:
    period = Period(first, first + timedelta(days=days))

    found = quarters(period)

    covered = [
        one.first + timedelta(days=number)
        for one in found
        for number in range((one.last - one.first).days + 1)
    ]
    assert covered == [first + timedelta(days=number) for number in range(days + 1)]


def test_more_than_two_years_of_quarters_are_refused() -> None:
    with pytest.raises(InvalidDecisionError, match="two years at most"):
        quarters(Period(date(2020, 1, 1), date(2026, 1, 1)))


def test_quarters_in_words() -> None:
    whole = Period(date(2026, 10, 1), date(2026, 12, 31))
    across = Period(date(2026, 12, 1), date(2027, 2, 28))
    begun = Period(date(2026, 10, 1), date(2026, 10, 4))

    assert quarter_words(whole) == "October to December 2026"
    assert quarter_words(across) == "December 2026 to February 2027"
    assert quarter_words(begun) == "October 2026"


@pytest.mark.parametrize(
    ("first", "last", "at", "said"),
    [
        (None, None, date(2026, 12, 1), {"at": "still to come"}),
        (None, date(2026, 12, 1), None, {"to": "after the day that the report is as at"}),
        (None, date(2026, 6, 2), date(2026, 6, 1), {"to": "after the day that the report"}),
        (date(2026, 6, 2), date(2026, 6, 1), None, {"from": "after it ends on 1 June 2026"}),
        (date(2026, 12, 1), None, None, {"from": "after it ends on 30 November 2026"}),
        (
            date(2027, 2, 1),
            date(2027, 1, 1),
            date(2026, 12, 1),
            {"at": "still to come", "to": "after the day", "from": "after it ends"},
        ),
    ],
)
def test_days_that_cannot_be_asked_for(
    first: date | None, last: date | None, at: date | None, said: dict[str, str]
) -> None:
    found = dict(asked_problems(first, last, at, today=TODAY))

    assert found.keys() == said.keys()
    assert all(words in found[name].text() for name, words in said.items())


def test_days_that_can() -> None:
    assert not list(asked_problems(date(2025, 1, 1), date(2025, 6, 1), TODAY, today=TODAY))
