"""Counting around pauses, against a model that walks the calendar one day at a time."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.clocks.pauses import PausedTime, add, between, merged, open_since, paused_working_days
from rules.errors import ClockPausedError, InvalidDecisionError, NoBankHolidayDataError
from tests.rules.clocks.pausing import (
    CALENDAR,
    DAY,
    counts,
    days,
    ended,
    is_paused,
    passed,
    pause,
    pauses,
    pauses_any,
    under_way,
    walk,
)

some_days = st.integers(min_value=-120, max_value=200)
MONDAY = date(2026, 3, 2)


@given(days, some_days, pauses)
def test_adding_agrees_with_walking(start: date, n: int, held: list[PausedTime]) -> None:
    assert add(CALENDAR, start, n, held) == walk(start, n, held)


@given(days, st.integers(min_value=-200, max_value=400), pauses_any)
def test_counting_agrees_with_walking(start: date, gap: int, held: list[PausedTime]) -> None:
    end = start + timedelta(days=gap)
    assert between(CALENDAR, start, end, held) == passed(start, end, held)


@given(days, some_days, pauses)
def test_between_undoes_add(start: date, n: int, held: list[PausedTime]) -> None:
    assert between(CALENDAR, start, add(CALENDAR, start, n, held), held) == n


@given(days, days, pauses)
def test_add_undoes_between_for_a_day_that_counts(
    one: date, other: date, held: list[PausedTime]
) -> None:
    start, end = sorted((one, other))
    if counts(end, held):
        assert add(CALENDAR, start, between(CALENDAR, start, end, held), held) == end


@given(days, some_days, pauses)
def test_a_day_counted_to_is_a_day_that_counts(start: date, n: int, held: list[PausedTime]) -> None:
    assert counts(add(CALENDAR, start, n, held), held)


@given(days, days, some_days, pauses)
def test_a_later_start_is_never_due_earlier(
    one: date, other: date, n: int, held: list[PausedTime]
) -> None:
    earlier, later = sorted((one, other))
    assert add(CALENDAR, earlier, n, held) <= add(CALENDAR, later, n, held)


@given(days, some_days, pauses)
def test_a_working_day_more_is_due_later(start: date, n: int, held: list[PausedTime]) -> None:
    assert add(CALENDAR, start, n, held) < add(CALENDAR, start, n + 1, held)


@given(days, st.integers(0, 200), pauses, ended)
def test_one_more_pause_never_brings_a_due_date_forward(
    start: date, n: int, held: list[PausedTime], more: PausedTime
) -> None:
    assert add(CALENDAR, start, n, held) <= add(CALENDAR, start, n, [*held, more])


@given(days, st.integers(0, 200), pauses)
def test_without_its_pauses_a_stretch_has_its_own_working_days(
    start: date, n: int, held: list[PausedTime]
) -> None:
    end = add(CALENDAR, start, n, held)
    paused = paused_working_days(CALENDAR, start, end, held)
    assert n + 1 == CALENDAR.open_within(start, end) - paused


@given(days, st.integers(-5, 400), pauses_any)
def test_paused_days_are_those_a_walk_meets(start: date, gap: int, held: list[PausedTime]) -> None:
    walked = [start + k * DAY for k in range(gap + 1)]
    expected = sum(counts(day, ()) and is_paused(day, held) for day in walked)
    assert paused_working_days(CALENDAR, start, start + timedelta(days=gap), held) == expected


@given(pauses_any)
def test_merged_pauses_are_the_same_days_in_order_and_none_touch(held: list[PausedTime]) -> None:
    found = merged(held)
    for day in (date(2021, 12, 1) + k * DAY for k in range(1300)):
        assert is_paused(day, found) == is_paused(day, held)
    for first, second in pairwise(found):
        assert first.ended_on is not None
        assert second.started_on - first.ended_on > DAY


@given(pauses_any, st.randoms(use_true_random=False))
def test_merging_again_or_in_another_order_changes_nothing(
    held: list[PausedTime], order: Random
) -> None:
    shuffled = [*held, *held[:2]]
    order.shuffle(shuffled)
    assert merged(shuffled) == merged(merged(held)) == merged(held)
    assert open_since(shuffled) == open_since(held)


@pytest.mark.parametrize(
    ("second", "stretches"),
    [
        ("2026-03-10", 1),  # the last day of the first
        ("2026-03-11", 1),  # the day after it
        ("2026-03-12", 2),
    ],
)
def test_pauses_that_touch_are_one(second: str, stretches: int) -> None:
    first = pause("2026-03-03", "2026-03-10")
    assert len(merged([pause(second, "2026-03-20"), first])) == stretches
    since = date(2026, 3, 3) if stretches == 1 else date.fromisoformat(second)
    assert open_since([pause(second, None), first]) == since


@given(pauses, under_way)
def test_a_pause_under_way_is_told_from_its_first_day(
    held: list[PausedTime], last: PausedTime
) -> None:
    assert open_since(held) is None
    since = open_since([*held, last])
    assert since is not None
    assert since <= last.started_on
    assert is_paused(since, [*held, last])
    assert not is_paused(since - DAY, [*held, last])


@given(days, st.integers(0, 200), pauses, under_way)
def test_a_count_that_meets_a_pause_under_way_has_no_date(
    start: date, n: int, held: list[PausedTime], last: PausedTime
) -> None:
    due = add(CALENDAR, start, n, held)
    if due < last.started_on:
        assert add(CALENDAR, start, n, [*held, last]) == due
    else:
        with pytest.raises(ClockPausedError, match="and the pause has no end"):
            add(CALENDAR, start, n, [*held, last])


@pytest.mark.parametrize(
    ("held", "due"),
    [
        ([], "2026-03-30"),
        ([pause("2026-03-03", "2026-03-10")], "2026-04-09"),  # 6 working days, over Easter
        ([pause("2026-03-07", "2026-03-08")], "2026-03-30"),  # a weekend
        ([pause("2026-03-06", "2026-03-09")], "2026-04-01"),  # a Friday and a Monday
        ([pause("2026-03-03", "2026-03-10"), pause("2026-03-09", "2026-03-12")], "2026-04-13"),
        ([pause("2026-03-03", "2026-03-10"), pause("2026-03-11", "2026-03-12")], "2026-04-13"),
        ([pause("2026-03-11", "2026-03-12"), pause("2026-03-03", "2026-03-10")], "2026-04-13"),
        ([pause("2026-03-03", "2026-03-12"), pause("2026-03-05", "2026-03-06")], "2026-04-13"),
        ([pause("2026-02-02", "2026-02-27")], "2026-03-30"),  # over before it opened
        ([pause("2026-02-02", "2026-03-04")], "2026-04-02"),  # opened while paused: Thursday is 0
        ([pause("2026-03-30", "2026-04-06")], "2026-04-07"),  # Easter is inside the pause
        ([pause("2026-04-10", "2026-05-10")], "2026-03-30"),  # after it was due
    ],
)
def test_twenty_working_days_around_pauses(held: list[PausedTime], due: str) -> None:
    assert add(CALENDAR, MONDAY, 20, held) == date.fromisoformat(due)


def test_a_pause_of_one_day_is_one_day() -> None:
    held = [pause("2026-03-04", "2026-03-04")]
    assert add(CALENDAR, MONDAY, 3, held) == date(2026, 3, 6)
    assert paused_working_days(CALENDAR, MONDAY, date(2026, 3, 31), held) == 1


def test_a_pause_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(InvalidDecisionError) as refused:
        PausedTime(date(2026, 3, 10), date(2026, 3, 3))
    assert refused.value.what == (
        "The pause starts on 10 March 2026 and ends before that, on 3 March 2026."
    )


def test_a_pause_to_the_end_of_time_is_one_like_any_other() -> None:
    forever = PausedTime(date(2026, 3, 4), date.max)
    assert merged([forever, pause("2026-05-01", "2026-05-02")]) == (forever,)
    assert paused_working_days(CALENDAR, MONDAY, date(2026, 3, 6), [forever]) == 3
    with pytest.raises(NoBankHolidayDataError):
        add(CALENDAR, MONDAY, 3, [forever])


@pytest.mark.parametrize("held", [[], [pause("2026-03-03", "2026-03-10")]])
def test_years_without_bank_holidays_are_refused(held: list[PausedTime]) -> None:
    outside, inside = date(2031, 1, 2), date(2030, 12, 30)
    with pytest.raises(NoBankHolidayDataError):
        add(CALENDAR, outside, 0, held)
    with pytest.raises(NoBankHolidayDataError):
        add(CALENDAR, inside, 5, held)
    with pytest.raises(NoBankHolidayDataError):
        add(CALENDAR, date(2018, 1, 2), -5, held)
    with pytest.raises(NoBankHolidayDataError):
        between(CALENDAR, inside, outside, held)
    with pytest.raises(NoBankHolidayDataError):
        paused_working_days(CALENDAR, inside, outside, held)


def test_a_pause_beyond_the_years_known_stops_what_it_reaches_only() -> None:
    held = [pause("2017-01-01", "2018-01-05"), pause("2030-12-23", "2032-01-01")]
    assert add(CALENDAR, date(2018, 1, 2), 0, held) == date(2018, 1, 8)
    assert add(CALENDAR, date(2030, 12, 20), 0, held) == date(2030, 12, 20)
    with pytest.raises(NoBankHolidayDataError):
        add(CALENDAR, date(2030, 12, 20), 1, held)
