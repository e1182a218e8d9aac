"""The dates of a clock: due, warned of, late and escalated, around pauses and closed days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.clocks.clock_names import ClockKind
from rules.clocks.clock_times import PAUSED, WARN_BEFORE, Times, times
from rules.clocks.pauses import PausedTime, paused_working_days
from rules.clocks.targets import DEFAULT_LADDER, Rung
from rules.errors import NoBankHolidayDataError
from rules.people import Role
from tests.rules.clocks.pausing import (
    CALENDAR,
    DAY,
    counts,
    days,
    ended,
    passed,
    pause,
    pauses,
    walk,
)

TWICE = (Rung(3, Role.MANAGER, 5), Rung(4, Role.ADMINISTRATOR, 10))
ladders = st.sampled_from([(), DEFAULT_LADDER, TWICE])
targets = st.integers(0, 200)
percents = st.integers(1, 100)
left = st.integers(0, 40)


def of(
    opened: date,
    *,
    days: int | None = None,
    promised: date | None = None,
    percent: int = 80,
    days_left: int = 0,
    held: Sequence[PausedTime] = (),
    ladder: Sequence[Rung] = DEFAULT_LADDER,
    pauses_it: bool = True,
) -> Times:
    return times(
        opened_on=opened,
        target_days=days,
        promised_on=promised,
        warn_percent=percent,
        warn_days=days_left,
        pauses=held,
        ladder=ladder,
        calendar=CALENDAR,
        pauses_it=pauses_it,
    )


def day(text: str) -> date:
    return date.fromisoformat(text)


def first_told(found: Times) -> date | None:
    """The first day on which somebody is to be told, or None."""
    rungs = (found.warn_on, found.late_on, found.escalate_on, found.escalate_again_on)
    return min((day for day in rungs if day is not None), default=None)


def test_twenty_working_days_over_christmas() -> None:
    assert of(day("2026-12-02"), days=20, ladder=TWICE) == Times(
        due_on=day("2027-01-04"),
        warn_on=day("2026-12-24"),  # the 16th working day
        late_on=day("2027-01-05"),
        escalate_on=day("2027-01-11"),
        escalate_again_on=day("2027-01-18"),
    )


@pytest.mark.parametrize(
    ("target", "percent", "days_left", "warn_on"),
    [
        (10, 80, 0, "2026-03-12"),  # day 8
        (9, 80, 0, "2026-03-12"),  # 7.2 is 8
        (10, 80, 3, "2026-03-11"),  # 3 left comes before day 8
        (10, 80, 1, "2026-03-12"),  # day 8 comes before 1 left
        (10, 100, 0, "2026-03-16"),  # on the due date
        (10, 1, 0, "2026-03-03"),
        (10, 80, 10, "2026-03-03"),  # never before the day after the opening
        (10, 80, 60, "2026-03-03"),
        (3, 80, 0, "2026-03-05"),
        (1, 80, 0, "2026-03-03"),
        (0, 80, 0, None),
    ],
)
def test_a_warning_comes_by_share_or_by_days_left(
    target: int, percent: int, days_left: int, warn_on: str | None
) -> None:
    found = of(day("2026-03-02"), days=target, percent=percent, days_left=days_left)
    assert found.warn_on == (day(warn_on) if warn_on else None)


def test_a_date_that_was_given_stays_a_closed_day_too() -> None:
    found = of(day("2026-08-31"), promised=day("2027-02-28"), percent=100, days_left=20)
    assert found == Times(
        due_on=day("2027-02-28"),  # a Sunday
        warn_on=day("2027-01-29"),  # 20 working days before the Friday
        late_on=day("2027-03-01"),
        escalate_on=day("2027-03-08"),
        escalate_again_on=None,
    )


def test_a_date_given_before_the_clock_opened_is_late_and_not_warned_of() -> None:
    found = of(day("2026-03-02"), promised=day("2026-02-20"))
    assert found.due_on == day("2026-02-20")
    assert (found.warn_on, found.late_on, first_told(found)) == (None, *[day("2026-02-21")] * 2)


def test_a_date_given_counts_before_days_given() -> None:
    assert of(day("2026-03-02"), days=5, promised=day("2026-05-01")).due_on == day("2026-05-01")
    with pytest.raises(ValueError, match="neither"):
        of(day("2026-03-02"))


@pytest.mark.parametrize(
    ("held", "due_on"),
    [
        ([pause("2026-05-05", "2026-05-08")], "2026-06-09"),  # 4 working days
        ([pause("2026-05-09", "2026-05-10")], "2026-06-03"),  # a weekend
        ([pause("2026-05-23", "2026-05-25")], "2026-06-03"),  # a weekend and a bank holiday
        ([pause("2026-04-01", "2026-04-28")], "2026-06-03"),  # before it opened
        ([pause("2026-06-03", "2026-06-04")], "2026-06-05"),  # on the day itself
        ([pause("2026-06-04", "2026-06-10")], "2026-06-03"),  # after it
    ],
)
def test_a_pause_moves_a_promise_on_by_the_working_days_paused(
    held: list[PausedTime], due_on: str
) -> None:
    found = of(day("2026-05-01"), promised=day("2026-06-03"), held=held)
    assert found.due_on == day(due_on)


def test_a_promise_for_the_very_day_waits_for_the_pause_over_it() -> None:
    held = [pause("2026-06-01", "2026-06-03")]
    assert of(day("2026-06-02"), promised=day("2026-06-02"), held=held).due_on == day("2026-06-04")
    assert of(day("2026-06-02"), promised=day("2026-06-01"), held=held).due_on == day("2026-06-01")


def test_a_limit_of_the_act_never_moves() -> None:
    held = [pause("2026-09-10", "2026-12-10"), pause("2027-01-05", None)]
    limit = {"opened": day("2026-08-31"), "promised": day("2027-02-28")}
    assert of(**limit, held=held, pauses_it=False) == of(**limit)  # type: ignore[arg-type]  # two dates


def test_a_clock_that_stands_still_has_no_dates() -> None:
    held = [pause("2026-03-20", None)]
    assert of(day("2026-03-02"), days=5, held=held) is PAUSED
    assert of(day("2026-03-02"), promised=day("2026-06-01"), held=held) is PAUSED
    assert first_told(PAUSED) is None


def test_what_is_late_escalates_paused_or_not() -> None:
    after = [pause("2026-03-10", "2026-04-30")]
    assert of(day("2026-03-02"), days=5, held=after) == of(day("2026-03-02"), days=5)


def test_the_first_day_that_somebody_is_told_is_the_warning() -> None:
    found = of(day("2026-03-02"), days=10)
    assert first_told(found) == found.warn_on == day("2026-03-12")
    assert first_told(of(day("2026-03-02"), days=0)) == day("2026-03-03")


def test_years_without_bank_holidays_are_refused() -> None:
    with pytest.raises(NoBankHolidayDataError):
        of(day("2030-12-02"), days=30)
    with pytest.raises(NoBankHolidayDataError):
        of(day("2030-12-02"), promised=day("2031-02-01"), ladder=())
    with pytest.raises(NoBankHolidayDataError):
        of(day("2030-12-02"), days=18)  # due in 2030; to be escalated in 2031


@given(days, targets, percents, left, pauses, ladders)
def test_the_dates_come_in_order(
    opened: date,
    target: int,
    percent: int,
    days_left: int,
    held: list[PausedTime],
    ladder: tuple[Rung, ...],
) -> None:
    found = of(opened, days=target, percent=percent, days_left=days_left, held=held, ladder=ladder)
    order = [
        found.warn_on,
        found.due_on,
        found.late_on,
        found.escalate_on,
        found.escalate_again_on,
    ]
    given_dates = [day for day in order if day is not None]
    assert given_dates == sorted(given_dates)
    assert [day is None for day in order[3:]] == [len(ladder) < 1, len(ladder) < 2]
    assert found.due_on == walk(opened, target, held)
    assert found.late_on == found.due_on + DAY


@given(days, st.integers(1, 200), percents, left, pauses)
def test_a_warning_leaves_no_more_than_it_says_and_no_less(
    opened: date, target: int, percent: int, days_left: int, held: list[PausedTime]
) -> None:
    found = of(opened, days=target, percent=percent, days_left=days_left, held=held)
    assert found.warn_on is not None
    assert found.due_on is not None
    assert counts(found.warn_on, held)
    used = passed(opened, found.warn_on, held)
    assert used >= 1
    if used > 1:  # not held back to the day after the opening
        enough = used * 100 >= target * percent, target - used <= days_left
        assert any(enough)
        sooner = (used - 1) * 100 >= target * percent, target - used + 1 <= days_left
        assert not any(sooner)


@given(days, st.integers(-30, 500), pauses)
def test_a_promise_moves_by_the_working_days_paused_and_no_others(
    opened: date, length: int, held: list[PausedTime]
) -> None:
    promised = opened + timedelta(days=length)
    due = of(opened, promised=promised, held=held).due_on
    assert due is not None
    assert due >= promised
    paused = paused_working_days(CALENDAR, opened, due, held) if due >= opened else 0
    if due == promised:
        assert paused == 0 or length < 0
    else:
        assert counts(due, held)
        assert passed(opened, due, held) == CALENDAR.between(opened, promised)


@given(days, st.integers(0, 400), pauses, ended)
def test_one_more_pause_never_brings_a_promise_forward(
    opened: date, length: int, held: list[PausedTime], more: PausedTime
) -> None:
    promised = opened + timedelta(days=length)
    before = of(opened, promised=promised, held=held).due_on
    after = of(opened, promised=promised, held=[*held, more]).due_on
    assert before is not None
    assert after is not None
    assert before <= after


def test_every_kind_of_clock_says_when_to_warn_of_a_date() -> None:
    assert set(WARN_BEFORE) == set(ClockKind)
    for kind in (ClockKind.STATUTORY, ClockKind.EXPIRY):
        warning = WARN_BEFORE[kind]
        found = of(
            day("2026-06-01"),
            promised=day("2027-06-01"),
            percent=warning.percent,
            days_left=warning.days,
        )
        assert found.warn_on is not None
        assert CALENDAR.between(found.warn_on, day("2027-06-01")) == 20
