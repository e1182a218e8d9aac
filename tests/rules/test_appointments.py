"""Visits in London time: typed, turned into instants over the change of the clocks, refused."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from rules.appointments import Window, read_time, when_words
from rules.clocks.workdays import calendar

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
DAYS = calendar(closed=[date(2026, 8, 31)], first_year=2026, last_year=2027)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        *(("09:30", "09:30"), ("9.30", "09:30"), ("9am", "09:00"), ("2.15 pm", "14:15")),
        *(("12pm", "12:00"), ("12 AM", "00:00"), (" 14:00 ", "14:00")),
    ],
)
def test_a_time_is_read_as_people_type_it(typed: str, read: str) -> None:
    assert read_time(typed) == read


@pytest.mark.parametrize("typed", ["", "9", "noon", "24:00", "9:60", "13pm", "0am", "09:30:00"])
def test_what_is_no_time_is_refused_in_words(typed: str) -> None:
    with pytest.raises(ValueError, match="is no time of day"):
        read_time(typed)


@pytest.mark.parametrize(
    ("on", "hour_utc"),
    [
        (date(2026, 10, 24), 9),  # the day before summer time ends
        (date(2026, 10, 25), 10),
        (date(2027, 3, 27), 10),
        (date(2027, 3, 28), 9),  # the day on which it begins
    ],
)
def test_ten_in_london_is_another_instant_over_the_change_of_the_clocks(
    on: date, hour_utc: int
) -> None:
    window = Window(on, "10:00", "12:00")
    assert window.starts_at == datetime(on.year, on.month, on.day, hour_utc, tzinfo=UTC)
    assert (window.ends_at - window.starts_at).seconds == 2 * 3600
    assert when_words(window.starts_at, window.ends_at).endswith("10:00 to 12:00")


@pytest.mark.parametrize(
    ("window", "closed", "says"),
    [
        (Window(date(2026, 6, 1), "09:59", "12:00"), False, "is past"),
        (Window(date(2026, 6, 2), "10:00", "10:00"), False, "It ends at 10:00"),
        (Window(date(2026, 6, 2), "06:59", "08:00"), False, "between 07:00 and 21:00"),
        (Window(date(2026, 6, 2), "20:00", "21:01"), False, "between 07:00 and 21:00"),
        (Window(date(2026, 6, 7), "10:00", "11:00"), False, "Sunday 7 June 2026 is a closed day"),
        (Window(date(2026, 8, 31), "10:00", "11:00"), False, "Monday 31 August 2026 is a closed"),
        (Window(date(2026, 8, 31), "10:00", "11:00"), True, ""),
        (Window(date(2026, 6, 1), "10:01", "12:00"), False, ""),
    ],
)
def test_a_visit_that_cannot_be_says_why(window: Window, *, closed: bool, says: str) -> None:
    found = window.problems(now=NOW, calendar=DAYS, closed_day=closed)
    assert bool(found) is bool(says)
    assert says in " ".join(found)
