"""The statutory board's dates: what is on it, until when papers cover, and how far a day is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.reports.statutory_board import (
    HEADINGS,
    Entry,
    Matter,
    caution,
    cover_until,
    distance,
    lapse_words,
    lapses,
    limit_words,
    on_board,
    sections,
)

AT = date(2026, 12, 31)
ENTRY = Entry(Matter.UNDECIDED, "DFG-1", "RBC", "s.34(1)", AT, False, "applied", "", None, "")
DAYS = st.dates(min_value=date(2026, 1, 1), max_value=date(2026, 3, 31))
PERIODS = st.lists(st.tuples(DAYS, DAYS).map(lambda two: (min(two), max(two))), max_size=6)


def test_a_limit_is_on_the_board_two_months_before_it() -> None:
    assert on_board(date(2027, 2, 28), at=AT)  # 31 December and two months
    assert not on_board(date(2027, 3, 1), at=AT)
    assert on_board(date(2020, 1, 1), at=AT)


def test_what_lapses_is_on_the_board_sixty_days_before_it() -> None:
    assert lapses(AT + timedelta(days=60), at=AT)
    assert not lapses(AT + timedelta(days=61), at=AT)


@given(periods=PERIODS, on=DAYS)
def test_cover_runs_to_its_first_gap(periods: list[tuple[date, date]], on: date) -> None:
    covered = {
        first + timedelta(days=n) for first, last in periods for n in range((last - first).days + 1)
    }
    expected: date | None
    if on in covered:
        expected = on
        while expected + timedelta(days=1) in covered:
            expected += timedelta(days=1)
    else:
        expected = max((day for day in covered if day < on), default=None)
    assert cover_until(periods, on=on) == expected


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (AT, "today"),
        (AT + timedelta(days=1), "in 1 day"),
        (AT + timedelta(days=12), "in 12 days"),
        (AT - timedelta(days=1), "1 day ago"),
        (AT - timedelta(days=42), "42 days ago"),
    ],
)
def test_how_far_a_day_is(day: date, words: str) -> None:
    assert distance(day, at=AT) == words


def test_a_limit_is_told_with_what_began_it() -> None:
    told = limit_words(
        "applied", began_on=date(2026, 8, 31), months="six months", limit=date(2027, 2, 28), at=AT
    )
    assert told == "applied 31 August 2026; six months end 28 February 2027, in 59 days"
    late = limit_words(
        "approved", began_on=AT, months="twelve months", limit=AT - timedelta(days=1), at=AT
    )
    assert late.endswith("twelve months ended 30 December 2026, 1 day ago")
    assert lapse_words("the lot", last=AT, at=AT) == "the lot lapses after 31 December 2026, today"
    gone = lapse_words("the lot", last=date(2026, 12, 1), at=AT)
    assert gone == "the lot lapsed after 1 December 2026, 30 days ago"


def test_every_section_is_there_in_order_with_its_entries_by_date() -> None:
    later = replace(ENTRY, on=AT + timedelta(days=1))
    passed = replace(ENTRY, subject="DFG-2", on=AT - timedelta(days=1), over=True)
    lot = replace(ENTRY, matter=Matter.LOTS, subject="SHOWERS")
    board = sections([later, lot, ENTRY, passed])
    assert [section.matter for section in board] == list(Matter) == list(HEADINGS)
    undecided = board[0]
    assert undecided.entries == (passed, ENTRY, later)
    assert (undecided.over, undecided.soon) == (1, 2)
    assert board[-1].entries == (lot,)
    assert all(section.entries == () for section in board[1:-1])


def test_a_board_for_another_day_says_how_it_is_to_be_read() -> None:
    assert caution(at=AT, today=AT) == ""
    assert "if nothing moves" in caution(at=AT + timedelta(days=1), today=AT)
    assert "by the dates that are recorded now" in caution(at=AT - timedelta(days=1), today=AT)
