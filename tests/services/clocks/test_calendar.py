"""The working-day calendar: bank holidays for all, closures for one authority, no guessing."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from models.database import reading, writing
from models.tables.reference import ClosedDay
from rules.clocks.workdays import Calendar
from rules.errors import NoBankHolidayDataError
from services.cases.clocks.calendar import calendar_for, closed_days, known_years
from services.clocks.closures import add_closed_days
from tests.looking import rows

ONE_OFFS = [
    date(2020, 5, 8),
    date(2022, 6, 2),
    date(2022, 6, 3),
    date(2022, 9, 19),
    date(2023, 5, 8),
]
FRIDAY = date(2026, 6, 5)


def calendar(url: str, authority: str = "") -> Calendar:
    with reading(url) as conn:
        return calendar_for(conn, authority=authority)


def close(url: str, day: date, authority: str = "") -> int:
    with writing(url) as conn:
        return add_closed_days(conn, days=[(day, "closed")], authority=authority)


def test_a_prepared_database_knows_the_bank_holidays_of_england(database_url: str) -> None:
    known = calendar(database_url)
    assert not any(known.is_working(day) for day in ONE_OFFS)
    assert not known.is_working(date(2026, 4, 3))  # Good Friday
    assert not known.is_working(date(2021, 12, 28))  # Boxing Day, a Sunday, taken on Tuesday
    assert known.is_working(date(2026, 11, 30))  # St Andrew's Day is Scotland's
    assert known.add(date(2026, 12, 24), 1) == date(2026, 12, 29)


@pytest.mark.sqlite
def test_an_authority_s_closure_is_its_own(database_url: str) -> None:
    assert calendar(database_url, "RBC").is_working(FRIDAY)
    assert close(database_url, FRIDAY, "RBC") == 1
    assert not calendar(database_url, "RBC").is_working(FRIDAY)
    assert calendar(database_url, "WDC").is_working(FRIDAY)
    assert calendar(database_url).is_working(FRIDAY)


@pytest.mark.sqlite
def test_a_day_closed_for_all_is_closed_for_each(database_url: str) -> None:
    close(database_url, FRIDAY)
    assert not calendar(database_url, "RBC").is_working(FRIDAY)
    assert not calendar(database_url, "WDC").is_working(FRIDAY)


@pytest.mark.sqlite
def test_adding_a_day_again_adds_nothing(database_url: str) -> None:
    assert [close(database_url, FRIDAY, "RBC") for _ in range(2)] == [1, 0]
    assert close(database_url, FRIDAY, "WDC") == 1
    assert len([row for row in rows(database_url, ClosedDay) if row["day"] == FRIDAY]) == 2


@pytest.mark.sqlite
def test_a_calendar_is_kept_until_a_day_is_added(database_url: str) -> None:
    first = calendar(database_url, "RBC")
    assert calendar(database_url, "RBC") is first
    close(database_url, FRIDAY, "RBC")
    assert calendar(database_url, "RBC") is not first


@pytest.mark.sqlite
def test_no_date_is_guessed_where_no_bank_holidays_are_held(database_url: str) -> None:
    with pytest.raises(NoBankHolidayDataError, match="outside the years"):
        calendar(database_url).is_working(date(2036, 1, 2))
    with writing(database_url) as conn:
        conn.execute(sa.delete(ClosedDay))
    close(database_url, FRIDAY, "RBC")  # says nothing of the bank holidays of its year
    with pytest.raises(NoBankHolidayDataError) as refusal:
        calendar(database_url, "RBC")
    assert "`handrail init`" in refusal.value.next_step


@pytest.mark.sqlite
def test_a_year_nobody_loaded_is_refused_with_the_command_that_loads_it(database_url: str) -> None:
    with pytest.raises(NoBankHolidayDataError) as refusal:
        calendar(database_url).add(date(2035, 12, 28), 300)
    assert "`handrail workdays load --from 2036 --to 2037`" in refusal.value.next_step


@pytest.mark.sqlite
def test_a_closure_in_a_year_nobody_knows_makes_no_year_known(database_url: str) -> None:
    close(database_url, date(2040, 6, 4), "RBC")
    with pytest.raises(NoBankHolidayDataError):
        calendar(database_url, "RBC").is_working(date(2040, 6, 5))


@pytest.mark.sqlite
def test_a_few_days_closed_for_all_make_no_year_known(database_url: str) -> None:
    for day in (date(2036, 6, 5), date(2036, 6, 6), date(2038, 1, 4)):
        close(database_url, day)
    with reading(database_url) as conn:
        assert known_years(conn) == (2010, 2035)
    with pytest.raises(NoBankHolidayDataError):
        calendar(database_url).is_working(date(2036, 6, 9))


@pytest.mark.sqlite
def test_years_are_known_without_a_gap(database_url: str) -> None:
    with writing(database_url) as conn:
        days = [(date(2040, 6, day), "closed") for day in range(4, 9)]
        add_closed_days(conn, days=days)
    with reading(database_url) as conn:
        assert known_years(conn) == (2010, 2035)


def test_a_database_without_closed_days_knows_no_year(database_url: str) -> None:
    with writing(database_url) as conn:
        conn.execute(sa.delete(ClosedDay))
    with reading(database_url) as conn:
        assert known_years(conn) is None


def test_the_closed_days_of_a_stretch_have_their_titles_each_once(database_url: str) -> None:
    for authority in ("", "RBC", "WDC"):
        close(database_url, FRIDAY, authority)
    close(database_url, date(2026, 6, 8), "RBC")
    with reading(database_url) as conn:
        found = closed_days(conn, authority="RBC", first=date(2026, 5, 25), last=date(2026, 6, 8))
        outside = closed_days(conn, authority="", first=date(2026, 6, 6), last=date(2026, 6, 30))
    assert [(row.day, row.authority) for row in found] == [
        (date(2026, 5, 25), ""),
        (FRIDAY, ""),
        (date(2026, 6, 8), "RBC"),
    ]
    assert found[0].title == "Spring Bank Holiday"
    assert outside == ()
