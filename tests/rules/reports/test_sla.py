"""How clocks stand on a date: late, due soon, paused or in time; counted, ordered, and told."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.reports.sla import (
    Moved,
    Standing,
    Tally,
    caution,
    chance_order,
    count,
    counted_then,
    headline,
    held_words,
    moved_words,
    standing,
)

AT = date(2026, 6, 1)
SOON = date(2026, 6, 8)
DAYS = st.dates(min_value=date(2026, 1, 1), max_value=date(2026, 12, 31))


@pytest.mark.parametrize(
    ("due_on", "paused", "expected"),
    [
        (date(2026, 5, 31), False, Standing.LATE),
        (date(2026, 6, 1), False, Standing.SOON),  # late from the day after
        (date(2026, 6, 8), False, Standing.SOON),
        (date(2026, 6, 9), False, Standing.IN_TIME),
        (date(2026, 5, 31), True, Standing.PAUSED),
        (None, False, Standing.PAUSED),
    ],
)
def test_a_clock_stands_by_its_due_date(
    due_on: date | None, *, paused: bool, expected: Standing
) -> None:
    assert standing(due_on=due_on, paused=paused, at=AT, soon_until=SOON) is expected


@given(due=DAYS, at=DAYS, days=st.integers(0, 20), paused=st.booleans())
def test_as_days_go_by_a_clock_only_gets_worse(
    due: date, at: date, days: int, *, paused: bool
) -> None:
    order = [Standing.PAUSED, Standing.IN_TIME, Standing.SOON, Standing.LATE]
    week = timedelta(days=7)
    now, then = (
        standing(due_on=due, paused=paused, at=day, soon_until=day + week)
        for day in (at, at + timedelta(days=days))
    )
    assert order.index(now) <= order.index(then)
    assert (now is Standing.LATE) == (not paused and due < at)


TALLIES = st.builds(Tally, *(st.integers(0, 500) for _ in range(4)))


@given(TALLIES)
def test_the_share_in_time_is_whole_only_where_nothing_is_late(tally: Tally) -> None:
    percent = tally.in_time_percent
    counted = tally.running - tally.paused
    if percent is None:
        assert counted == 0
        return
    assert (percent == 100) == (tally.late == 0)
    assert percent * counted <= 100 * (tally.soon + tally.in_time) < (percent + 1) * counted


def test_counts_add_up_by_kind_and_by_holder() -> None:
    found = count(
        [
            ("step", "landlord", "late", 2),
            ("step", "council", "late", 1),
            ("step", "council", "paused", 4),
            ("statutory", "council", "in_time", 3),
        ]
    )
    assert found.all == Tally(late=3, paused=4, in_time=3)
    assert found.by_kind == {"step": Tally(late=3, paused=4), "statutory": Tally(in_time=3)}
    assert found.by_holder == {
        "landlord": Tally(late=2),
        "council": Tally(late=1, paused=4, in_time=3),
    }
    assert found.all.in_time_percent == 50


def test_nothing_counted_has_no_share() -> None:
    assert Tally().in_time_percent is None
    assert Tally(paused=3).in_time_percent is None


def test_the_headline_says_when_and_how_many() -> None:
    tally = Tally(late=3, soon=2, paused=1, in_time=6)
    assert headline(tally, at=AT, today=AT) == (
        "Today, 1 June 2026, 12 clocks are running: 3 late, 2 due within 5 working days, "
        "1 paused, 6 due later. Of those not paused, 72 % are in time."
    )
    past, future = AT - timedelta(days=1), AT + timedelta(days=1)
    one = Tally(paused=1)
    assert headline(one, at=past, today=AT) == (
        "On 31 May 2026 1 clock was running: 0 late, 0 due within 5 working days, 1 paused, "
        "0 due later."
    )
    assert "1,200 clocks were running" in headline(Tally(late=1_200), at=past, today=AT)
    assert "12 clocks will be running" in headline(tally, at=future, today=AT)
    assert headline(Tally(), at=AT, today=AT) == "Today, 1 June 2026, no clock is running."
    assert headline(Tally(), at=past, today=AT) == "On 31 May 2026 no clock was running."


def test_another_day_is_answered_with_a_caution() -> None:
    assert caution(at=AT, today=AT) == ""
    assert "if nothing moves" in caution(at=AT + timedelta(days=1), today=AT)
    assert "pauses as they are recorded now" in caution(at=AT - timedelta(days=1), today=AT)


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (date(2026, 4, 20), "landlord since 20 April 2026 (42 days)"),
        (date(2026, 5, 31), "landlord since 31 May 2026 (1 day)"),
        (date(2026, 6, 1), "landlord since 1 June 2026 (today)"),
    ],
)
def test_who_holds_it_is_told_with_how_long(since: date, words: str) -> None:
    assert held_words("landlord", since=since, at=AT) == words
    there = held_words("landlord", since=since, at=AT, held_at="consent")
    assert there == words.replace("landlord", "landlord, at consent,")


@pytest.mark.parametrize(
    ("from_due", "to_due", "words"),
    [
        (AT, SOON, "Changed: due 1 June 2026 before, 8 June 2026 now: a pause."),
        (AT, None, "Changed: stood still from 20 May 2026: a pause."),
        (None, SOON, "Changed: due on 8 June 2026 since 20 May 2026: a pause."),
    ],
)
def test_a_due_date_that_moved_says_from_when_to_when_and_why(
    from_due: date | None, to_due: date | None, words: str
) -> None:
    assert moved_words(Moved(date(2026, 5, 20), from_due, to_due, "a pause.")) == words


def test_the_likeliest_to_be_late_come_first_and_the_unknown_last() -> None:
    clocks = {
        1: (None, SOON),
        2: (Fraction(4, 5), SOON),
        3: (Fraction(4, 5), AT),
        4: (Fraction(0), SOON),
        5: (None, None),
    }

    def order(number: int) -> tuple[object, ...]:
        chance, due_on = clocks[number]
        return chance_order(chance=chance, due_on=due_on, case="DFG-1", clock_id=number)

    assert sorted(clocks, key=order) == [3, 2, 4, 1, 5]


def test_a_date_that_is_counted_otherwise_now_says_so() -> None:
    told = counted_then(days=10, opened_on=AT, due_on=date(2026, 6, 15))
    assert told == (
        "10 working days from 1 June 2026, as days were recorded then; due 15 June 2026."
    )
    assert counted_then(days=1, opened_on=AT, due_on=SOON).startswith("1 working day from")
