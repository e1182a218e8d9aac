"""The bank holidays of England and Wales: two independent sources, and the one-offs by name.

Ours come from the `holidays` package, which reckons them by rule with the proclaimed exceptions.
GOV.UK publishes the list itself; `govuk-bank-holidays`, which the Ministry of Justice keeps, holds
the years 2012 to 2028 of it in the package. (`workalendar` lacks the Coronation's bank holiday.)
"""

from __future__ import annotations

from datetime import date
from typing import Final

import holidays
import pytest
from govuk_bank_holidays.bank_holidays import BankHolidays

from adapters.bank_holidays import bank_holidays
from rules.errors import NoBankHolidayDataError
from services.ready import FIRST_YEAR, LAST_YEAR

OURS: Final = dict(bank_holidays(first_year=FIRST_YEAR, last_year=LAST_YEAR))
PUBLISHED: Final = frozenset(
    one["date"]
    for one in BankHolidays(use_cached_holidays=True).get_holidays(
        division=BankHolidays.ENGLAND_AND_WALES
    )
)
ONE_OFFS: Final = (
    date(2011, 4, 29),  # the wedding of Prince William
    date(2012, 6, 4),  # moved, for the Diamond Jubilee
    date(2012, 6, 5),
    date(2020, 5, 8),  # moved, for VE Day
    date(2022, 6, 2),  # moved, for the Platinum Jubilee
    date(2022, 6, 3),
    date(2022, 9, 19),  # the State Funeral
    date(2023, 5, 8),  # the Coronation
)
MOVED_AWAY: Final = (date(2012, 5, 28), date(2020, 5, 4), date(2022, 5, 30))


def test_two_sources_agree_on_every_weekday_that_they_share() -> None:
    years = {day.year for day in PUBLISHED}
    assert years >= set(range(2012, 2029))
    weekdays = {day for day in PUBLISHED if day.isoweekday() <= 5}
    assert {day for day in OURS if day.year in years} == weekdays
    assert len(weekdays) >= 8 * len(years) + 3  # 2012, 2022 twice, 2023: no day was lost by both


def test_the_one_offs_are_there_and_what_was_moved_is_not() -> None:
    assert [day for day in ONE_OFFS if day not in OURS] == []
    assert [day for day in MOVED_AWAY if day in OURS] == []


def test_every_year_has_its_bank_holidays_and_no_weekend_is_among_them() -> None:
    counts = dict.fromkeys(range(2010, 2036), 8) | {2011: 9, 2012: 9, 2022: 10, 2023: 9}
    years = [day.year for day in OURS]
    assert {year: years.count(year) for year in years} == counts
    assert all(day.isoweekday() <= 5 for day in OURS)
    assert list(OURS) == sorted(OURS)


def test_wales_has_the_bank_holidays_of_england() -> None:
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    wales = holidays.country_holidays("GB", subdiv="WLS", years=years)
    assert {day for day in wales if day.isoweekday() <= 5} == set(OURS)


def test_scotland_and_northern_ireland_are_left_out() -> None:
    theirs = {date(2026, 1, 2), date(2026, 3, 17), date(2026, 7, 13), date(2026, 11, 30)}
    assert not theirs & set(OURS)


@pytest.mark.parametrize(("first", "last"), [(1970, 2020), (2020, 2101), (2027, 2026)])
def test_bank_holidays_of_unknown_years_are_refused(first: int, last: int) -> None:
    with pytest.raises(NoBankHolidayDataError, match="1978 to 2100"):
        bank_holidays(first_year=first, last_year=last)
