"""Clocks of so many working days told in sentences, as officers read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.clocks.clock_times import times
from rules.clocks.clock_words import words
from rules.clocks.pauses import PausedTime, paused_working_days
from tests.rules.clocks.pausing import CALENDAR, days, passed, pause, pauses_any
from tests.rules.clocks.telling import day, told


@pytest.mark.parametrize(
    ("opened", "given_days", "held", "sentence"),
    [
        ("2026-03-03", 1, [], "1 working day from 3 March 2026: due 4 March 2026."),
        (
            "2026-12-02",
            20,
            [],
            (
                "20 working days from 2 December 2026: 25, 28 December and 1 January 2027 not "
                "counted; due 4 January 2027."
            ),
        ),
        (
            "2026-12-02",
            20,
            [pause("2027-01-04", "2027-01-08")],
            (
                "20 working days from 2 December 2026: 25, 28 December and 1 January 2027 not "
                "counted; paused 4 to 8 January (5 working days); due 11 January 2027."
            ),
        ),
        (  # bank holidays inside a pause are the pause's
            "2026-12-02",
            20,
            [pause("2026-12-24", "2027-01-08"), pause("2026-12-07", "2026-12-07")],
            (
                "20 working days from 2 December 2026: paused 7 December (1 working day) and "
                "24 December to 8 January 2027 (9 working days); due 18 January 2027."
            ),
        ),
        (  # told once, where pauses overlap
            "2026-06-01",
            10,
            [pause("2026-06-03", "2026-06-05"), pause("2026-06-04", "2026-06-09")],
            (
                "10 working days from 1 June 2026: paused 3 to 9 June (5 working days); "
                "due 22 June 2026."
            ),
        ),
        (
            "2026-06-01",
            10,
            [
                pause("2026-06-02", "2026-06-02"),
                pause("2026-06-04", "2026-06-04"),
                pause("2026-06-29", "2026-07-01"),
            ],
            (
                "10 working days from 1 June 2026: paused 2 June (1 working day) and 4 June "
                "(1 working day); due 17 June 2026."
            ),
        ),
        (
            "2026-03-07",
            20,
            [],
            (
                "20 working days from 7 March 2026 (a Saturday, so 9 March 2026 is day 0): "
                "3, 6 April not counted; due 8 April 2026."
            ),
        ),
        (
            "2026-12-25",
            2,
            [],
            (
                "2 working days from 25 December 2026 (a closed day, so 29 December 2026 is day "
                "0): 25, 28 December not counted; due 31 December 2026."
            ),
        ),
        (
            "2026-03-05",
            5,
            [pause("2026-03-03", "2026-03-10")],
            (
                "5 working days from 5 March 2026 (paused, so 11 March 2026 is day 0): paused "
                "until 10 March (4 working days); due 18 March 2026."
            ),
        ),
        (
            "2026-12-21",
            8,
            [pause("2026-12-30", "2027-01-05"), pause("2027-01-08", "2027-01-08")],
            (
                "8 working days from 21 December 2026: 25, 28 December not counted; paused "
                "30 December to 5 January 2027 (4 working days) and 8 January (1 working day); "
                "due 12 January 2027."
            ),
        ),
        (
            "2026-06-01",
            5,
            [pause("2026-06-06", "2026-06-07")],  # a weekend changes nothing
            "5 working days from 1 June 2026: due 8 June 2026.",
        ),
    ],
)
def test_working_days_say_what_was_not_counted(
    opened: str, given_days: int, held: list[PausedTime], sentence: str
) -> None:
    assert told("tender", day(opened), given_days=given_days, held=held) == sentence


@pytest.mark.parametrize(
    ("opened", "held", "sentence"),
    [
        (
            "2026-12-02",
            [pause("2026-12-24", None)],
            (
                "20 working days from 2 December 2026: paused since 24 December 2026, with 15 "
                "counted and 5 to go."
            ),
        ),
        (
            "2026-06-01",
            [pause("2026-06-03", "2026-06-05"), pause("2026-06-15", None)],
            (
                "20 working days from 1 June 2026: paused 3 to 5 June (3 working days); paused "
                "since 15 June 2026, with 6 counted and 14 to go."
            ),
        ),
        (
            "2026-03-07",  # a Saturday, paused before it has a day 0
            [pause("2026-03-09", None)],
            (
                "20 working days from 7 March 2026: paused since 9 March 2026, with none counted "
                "and 20 to go."
            ),
        ),
        (
            "2026-03-07",
            [pause("2026-03-03", None)],
            (
                "20 working days from 7 March 2026: paused since 3 March 2026, with none counted "
                "and 20 to go."
            ),
        ),
        (
            "2026-06-06",
            [pause("2026-06-10", None)],
            (
                "20 working days from 6 June 2026 (a Saturday, so 8 June 2026 is day 0): paused "
                "since 10 June 2026, with 1 counted and 19 to go."
            ),
        ),
        (
            "2026-06-01",
            [pause("2026-06-29", None)],  # the day it would have been due
            (
                "20 working days from 1 June 2026: paused since 29 June 2026, with 19 counted and "
                "1 to go."
            ),
        ),
        (
            "2026-06-01",
            [pause("2026-06-30", None)],
            (
                "20 working days from 1 June 2026: paused since 30 June 2026, after all 20 had "
                "passed."
            ),
        ),
        (
            "2026-06-01",
            [pause("2026-08-03", None)],
            (
                "20 working days from 1 June 2026: paused since 3 August 2026, after all 20 had "
                "passed."
            ),
        ),
    ],
)
def test_a_clock_that_stands_still_says_what_is_left(
    opened: str, held: list[PausedTime], sentence: str
) -> None:
    assert told("tender", day(opened), given_days=20, held=held) == sentence


def test_many_pauses_are_told_ten_and_how_many_more() -> None:
    mondays = [day("2026-06-01") + timedelta(weeks=week) for week in range(13)]
    held = [PausedTime(monday, monday) for monday in mondays]
    sentence = told("tender", day("2026-06-02"), given_days=55, held=held)
    assert sentence.count("(1 working day)") == 10
    assert ", 10 August (1 working day) and 2 more times; due " in sentence


def as_stored(due_on: date | None, held: Sequence[PausedTime]) -> str:
    return words(
        name="tender",
        opened_on=day("2026-06-01"),
        target_days=5,
        promised_on=None,
        due_on=due_on,
        pauses=held,
        calendar=CALENDAR,
    )


@pytest.mark.parametrize("held", [[], [pause("2026-06-03", "2026-06-05")]])
def test_a_clock_with_no_date_and_no_pause_under_way_says_so(held: list[PausedTime]) -> None:
    assert as_stored(None, held) == "5 working days from 1 June 2026: no due date."


def test_a_due_date_stored_before_a_pause_began_is_told_as_it_is() -> None:
    stored = as_stored(day("2026-06-08"), [pause("2026-05-28", None)])
    assert stored == "5 working days from 1 June 2026: due 8 June 2026."


@given(days, st.integers(1, 120), pauses_any)
def test_every_weekday_up_to_the_due_date_is_counted_or_told(
    opened: date, given_days: int, held: list[PausedTime]
) -> None:
    sentence = told("tender", opened, given_days=given_days, held=held)
    if any(pause.ended_on is None for pause in held):
        assert "paused since" in sentence
        assert "due" not in sentence
        return
    found = times(
        opened_on=opened,
        target_days=given_days,
        promised_on=None,
        warn_percent=80,
        warn_days=0,
        pauses=held,
        ladder=(),
        calendar=CALENDAR,
        pauses_it=True,
    )
    assert found.due_on is not None
    paused = paused_working_days(CALENDAR, opened, found.due_on, held)
    assert ("paused" in sentence) == (paused > 0)
    numbers = [
        int(part.split(" working day")[0])
        for part in sentence.split("(")[1:]
        if part.split(" working day")[0].isdigit()
    ]
    if "more times" not in sentence:
        assert sum(numbers) == paused
    assert passed(opened, found.due_on, held) == given_days
