"""Working days against a model that walks the calendar one day at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.bank_holidays import bank_holidays
from rules.clocks.workdays import Calendar, calendar, in_words, load_command
from rules.errors import NoBankHolidayDataError

ENGLAND = frozenset(day for day, _ in bank_holidays(first_year=2018, last_year=2030))
CALENDAR = calendar(closed=ENGLAND, first_year=2018, last_year=2030)
DAY = timedelta(days=1)

days = st.dates(min_value=date(2020, 1, 1), max_value=date(2028, 12, 31))
closures = st.frozensets(st.dates(min_value=date(2023, 1, 1), max_value=date(2023, 12, 31)))
days_2023 = st.dates(min_value=date(2023, 3, 1), max_value=date(2023, 9, 30))


def is_open(day: date, closed: frozenset[date]) -> bool:
    return day.isoweekday() <= 5 and day not in closed


def walk(day: date, n: int, closed: frozenset[date]) -> date:
    """Add working days by walking, a day at a time."""
    while not is_open(day, closed):
        day += DAY
    step = DAY if n > 0 else -DAY
    for _ in range(abs(n)):
        day += step
        while not is_open(day, closed):
            day += step
    return day


def count(start: date, end: date, closed: frozenset[date]) -> int:
    """Count working days passed by walking, a day at a time."""
    backwards = end < start
    while not is_open(start, closed):
        start += DAY
    passed = 0
    day = end if backwards else start + DAY
    while day < start if backwards else day <= end:
        passed += is_open(day, closed)
        day += DAY
    return -passed if backwards else passed


@given(days, st.integers(min_value=-250, max_value=250))
def test_adding_agrees_with_walking(day: date, n: int) -> None:
    assert CALENDAR.add(day, n) == walk(day, n, ENGLAND)


@given(days, st.integers(min_value=-500, max_value=500))
def test_counting_agrees_with_walking(start: date, gap: int) -> None:
    end = start + timedelta(days=gap)
    assert CALENDAR.between(start, end) == count(start, end, ENGLAND)


@given(days, st.integers(min_value=-400, max_value=400))
def test_between_undoes_add(day: date, n: int) -> None:
    assert CALENDAR.between(day, CALENDAR.add(day, n)) == n


@given(days, days, st.integers(min_value=-250, max_value=250))
def test_a_later_start_is_never_due_earlier(one: date, other: date, n: int) -> None:
    earlier, later = sorted((one, other))
    assert CALENDAR.add(earlier, n) <= CALENDAR.add(later, n)
    assert CALENDAR.between(earlier, later) >= 0 >= CALENDAR.between(later, earlier)


@given(days, st.integers(min_value=-250, max_value=250))
def test_a_working_day_more_is_due_later(day: date, n: int) -> None:
    assert CALENDAR.add(day, n) < CALENDAR.add(day, n + 1)


@given(days, st.integers(min_value=-125, max_value=125), st.integers(min_value=-125, max_value=125))
def test_adding_twice_is_adding_the_sum(day: date, n: int, m: int) -> None:
    assert CALENDAR.add(CALENDAR.add(day, n), m) == CALENDAR.add(day, n + m)


@given(days, days, days)
def test_counting_never_falls_as_time_goes_on(start: date, one: date, other: date) -> None:
    sooner, later = sorted((one, other))
    assert CALENDAR.between(start, sooner) <= CALENDAR.between(start, later)


@given(days, st.frozensets(days, max_size=5), st.integers(min_value=0, max_value=250))
def test_another_closed_day_never_makes_anything_due_earlier(
    day: date, more: frozenset[date], n: int
) -> None:
    fuller = calendar(closed=ENGLAND | more, first_year=2018, last_year=2030)
    assert CALENDAR.add(day, n) <= fuller.add(day, n)


@given(days, days)
def test_the_working_days_of_a_stretch_are_those_that_are_open(one: date, other: date) -> None:
    start, end = sorted((one, other))
    walked = [start + timedelta(days=n) for n in range((end - start).days + 1)]
    assert CALENDAR.open_within(start, end) == sum(is_open(day, ENGLAND) for day in walked)
    assert start == end or CALENDAR.open_within(end, start) == 0


@given(closures, days_2023, st.integers(min_value=-20, max_value=20))
def test_an_authoritys_own_closure_days_count_the_same(
    closed: frozenset[date], day: date, n: int
) -> None:
    chosen = calendar(closed=[*closed, *closed], first_year=2022, last_year=2024)
    due = chosen.add(day, n)
    assert due == walk(day, n, closed)
    assert chosen.between(day, due) == n
    assert chosen.is_working(due)
    assert chosen.is_working(day) == is_open(day, closed)


@given(days, days)
def test_the_closed_days_of_a_stretch_are_its_weekdays_off(start: date, end: date) -> None:
    length = (end - start).days
    walked = [start + timedelta(days=n) for n in range(length + 1)]
    expected = tuple(day for day in walked if day.isoweekday() <= 5 and day in ENGLAND)
    assert CALENDAR.closed_within(start, end) == expected


@pytest.mark.parametrize(
    ("start", "n", "due"),
    [
        (date(2026, 3, 3), 0, date(2026, 3, 3)),  # today is day 0
        (date(2026, 3, 7), 0, date(2026, 3, 9)),  # a Saturday counts from Monday
        (date(2026, 3, 7), 1, date(2026, 3, 10)),
        (date(2026, 4, 2), 1, date(2026, 4, 7)),  # over Easter
        (date(2022, 6, 1), 1, date(2022, 6, 6)),  # the Platinum Jubilee
        (date(2023, 5, 5), 1, date(2023, 5, 9)),  # the Coronation
        (date(2020, 5, 7), 1, date(2020, 5, 11)),  # VE Day, moved to a Friday
        (date(2022, 9, 16), 1, date(2022, 9, 20)),  # the State Funeral
        (date(2026, 3, 9), -1, date(2026, 3, 6)),
        (date(2026, 3, 8), -1, date(2026, 3, 6)),
    ],
)
def test_due_dates_of_england(start: date, n: int, due: date) -> None:
    assert CALENDAR.add(start, n) == due


def test_no_working_day_has_passed_by_the_weekend() -> None:
    friday, saturday, sunday = date(2026, 3, 6), date(2026, 3, 7), date(2026, 3, 8)
    assert CALENDAR.between(friday, saturday) == 0
    assert CALENDAR.between(saturday, sunday) == 0
    assert CALENDAR.between(sunday, saturday) == 0
    assert CALENDAR.between(friday, sunday + DAY) == 1


def test_closed_days_are_named_in_order_with_both_ends_counted() -> None:
    assert CALENDAR.closed_within(date(2026, 4, 3), date(2026, 4, 6)) == (
        date(2026, 4, 3),
        date(2026, 4, 6),
    )
    assert CALENDAR.closed_within(date(2026, 4, 6), date(2026, 4, 3)) == ()


def test_a_calendar_can_be_compared_and_shared() -> None:
    again = calendar(closed=sorted(ENGLAND, reverse=True), first_year=2018, last_year=2030)
    assert again == CALENDAR
    assert len(repr(again)) < 200


@pytest.mark.parametrize(
    "ask",
    [
        lambda known: known.add(date(2017, 12, 31), 0),
        lambda known: known.add(date(2031, 1, 1), -5),
        lambda known: known.add(date(2030, 12, 20), 30),
        lambda known: known.add(date(2018, 1, 5), -30),  # never the far end of the table
        lambda known: known.add(date(2030, 12, 31), 1),
        lambda known: known.between(date(2030, 12, 1), date(2031, 1, 1)),
        lambda known: known.between(date(2017, 12, 1), date(2018, 1, 1)),
        lambda known: known.is_working(date(2040, 1, 1)),
        lambda known: known.closed_within(date(2030, 1, 1), date(2031, 1, 1)),
        lambda known: known.closed_within(date(2017, 1, 1), date(2019, 1, 1)),
    ],
)
def test_no_date_is_guessed_outside_the_years_known(ask: Callable[[Calendar], object]) -> None:
    with pytest.raises(NoBankHolidayDataError) as refusal:
        ask(CALENDAR)
    assert "2018 to 2030" in refusal.value.what
    assert "`handrail workdays load --from " in refusal.value.next_step


@pytest.mark.parametrize(
    ("ask", "years"),
    [
        (lambda known: known.is_working(date(2040, 1, 1)), (2031, 2040)),
        (lambda known: known.add(date(2016, 1, 1), 3), (2016, 2017)),
        (lambda known: known.add(date(2030, 12, 31), 1), (2031, 2031)),
        (lambda known: known.add(date(2018, 1, 2), -1), (2017, 2017)),
        (lambda known: known.add(date(2030, 12, 31), 300), (2031, 2032)),
        (lambda known: known.add(date(2018, 1, 2), -300), (2016, 2017)),
        (lambda known: known.add(date(2018, 1, 2), 10**9), (2031, 9999)),
        (lambda known: known.add(date(2018, 1, 2), -(10**9)), (1, 2017)),
    ],
)
def test_the_refusal_names_the_command_that_loads_every_year_it_takes(
    ask: Callable[[Calendar], object], years: tuple[int, int]
) -> None:
    with pytest.raises(NoBankHolidayDataError) as refusal:
        ask(CALENDAR)
    assert load_command(*years) in refusal.value.next_step


@given(st.integers(min_value=1, max_value=2_000), days)
def test_the_years_named_are_enough(n: int, day: date) -> None:
    whole = calendar(closed=ENGLAND, first_year=2018, last_year=2045)
    short = calendar(closed=ENGLAND, first_year=2018, last_year=day.year)
    try:
        short.add(day, n)
    except NoBankHolidayDataError as refusal:
        named = refusal.next_step.partition("--to ")[2][:4]
        assert whole.add(day, n).year <= int(named)


def test_the_first_and_the_last_day_are_known() -> None:
    assert CALENDAR.add(date(2018, 1, 1), 0) == date(2018, 1, 2)
    assert CALENDAR.add(date(2030, 12, 31), 0) == date(2030, 12, 31)
    closed_end = calendar(closed=[], first_year=2023, last_year=2023)  # ends on a Sunday
    assert closed_end.between(date(2023, 12, 30), date(2023, 12, 31)) == 0
    with pytest.raises(NoBankHolidayDataError):
        closed_end.add(date(2023, 12, 30), 0)


def test_a_calendar_without_a_year_is_refused() -> None:
    with pytest.raises(NoBankHolidayDataError, match="from 2027 to 2026"):
        calendar(closed=[], first_year=2027, last_year=2026)


def test_closures_of_other_years_and_weekends_change_nothing() -> None:
    plain = calendar(closed=[], first_year=2026, last_year=2026)
    more = calendar(
        closed=[date(2025, 1, 2), date(2027, 1, 4), date(2026, 3, 7)],
        first_year=2026,
        last_year=2026,
    )
    assert isinstance(more, Calendar)
    assert more == plain


def test_dates_are_written_as_letters_write_them() -> None:
    assert in_words(date(2026, 3, 3)) == "3 March 2026"
