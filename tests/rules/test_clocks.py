"""When things are due: London dates, working days, and what the Act allows at most."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from rules.clocks import defects_until, due_on, finish_by, london_date
from rules.pathway import PATHWAY, StepName
from rules.workdays import calendar

EASTER_2026 = [date(2026, 4, 3), date(2026, 4, 6)]
SPRING_2026 = [date(2026, 5, 4), date(2026, 5, 25)]
CALENDAR = calendar(closed=[*EASTER_2026, *SPRING_2026], first_year=2024, last_year=2030)
MONDAY = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def due(step: str, opened_at: datetime = MONDAY, applied_on: date | None = None) -> date:
    return due_on(
        step=StepName(step), opened_at=opened_at, calendar=CALENDAR, applied_on=applied_on
    )


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 1, 31, 23, 59, tzinfo=UTC), date(2026, 1, 31)),
        (datetime(2026, 6, 30, 22, 59, tzinfo=UTC), date(2026, 6, 30)),
        (datetime(2026, 6, 30, 23, 0, tzinfo=UTC), date(2026, 7, 1)),  # past midnight in summer
        (datetime(2026, 3, 29, 0, 59, tzinfo=UTC), date(2026, 3, 29)),  # the clocks go forward
        (datetime(2026, 1, 1, 5, 0, tzinfo=timezone(timedelta(hours=9))), date(2025, 12, 31)),
    ],
)
def test_a_date_is_the_date_in_london(instant: datetime, day: date) -> None:
    assert london_date(instant) == day


def test_a_step_is_due_its_working_days_after_it_opened() -> None:
    assert due("price") == date(2026, 6, 4)  # 3 working days after a Monday
    assert due("specify", datetime(2026, 3, 30, 9, tzinfo=UTC)) == date(2026, 4, 15)  # over Easter


def test_a_step_that_opens_after_midnight_in_london_counts_from_that_day() -> None:
    assert due("price", datetime(2026, 6, 1, 23, 30, tzinfo=UTC)) == date(2026, 6, 5)


def test_the_grant_is_decided_within_six_months_of_the_application() -> None:
    assert due("approve", applied_on=date(2026, 5, 1)) == date(2026, 6, 8)
    assert due("approve", applied_on=date(2025, 12, 3)) == date(2026, 6, 3)
    assert due("approve", applied_on=date(2025, 8, 31)) == date(2026, 2, 28)
    assert due("approve") == date(2026, 6, 8)


def test_only_the_approval_is_held_to_those_six_months() -> None:
    assert due("works", applied_on=date(2025, 12, 3)) == due("works")


def test_aftercare_runs_for_twelve_months() -> None:
    assert due("aftercare") == date(2027, 6, 1)


def test_the_works_are_finished_within_twelve_months_of_the_approval() -> None:
    assert finish_by(approved_on=date(2026, 6, 1)) == date(2027, 6, 1)
    assert finish_by(approved_on=date(2028, 2, 29)) == date(2029, 2, 28)


def test_the_defects_period_ends_twelve_months_after_the_certified_date() -> None:
    assert defects_until(certified_on=date(2026, 6, 1)) == date(2027, 6, 1)


@given(
    step=st.sampled_from(list(StepName)),
    opened_at=st.datetimes(
        min_value=datetime(2024, 1, 2),  # noqa: DTZ001 - Hypothesis adds the offset
        max_value=datetime(2029, 6, 1),  # noqa: DTZ001 - Hypothesis adds the offset
        timezones=st.just(UTC),
    ),
    applied=st.none() | st.integers(0, 400),
)
def test_no_step_is_due_later_than_its_days_or_the_act_allow(
    step: StepName, opened_at: datetime, applied: int | None
) -> None:
    opened = london_date(opened_at)
    applied_on = None if applied is None else opened - timedelta(days=applied)
    found = due_on(step=step, opened_at=opened_at, calendar=CALENDAR, applied_on=applied_on)
    if step is StepName.AFTERCARE:
        assert found == opened + relativedelta(months=12)
    else:
        assert found <= CALENDAR.add(opened, PATHWAY[step].target_days)
    if step is StepName.APPROVE and applied_on is not None:
        assert found <= applied_on + relativedelta(months=6)
    elif step is not StepName.AFTERCARE:
        assert found >= opened
        assert CALENDAR.is_working(found)
