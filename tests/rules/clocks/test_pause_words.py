"""Pauses in words, and everything that can be wrong with one."""

from __future__ import annotations

from datetime import date

import pytest

from rules.clocks.pause_terms import PauseCause, PauseTerms
from rules.clocks.pause_words import days_in_words, moved_words, notice_words, paused_words
from rules.clocks.pauses import PausedTime
from rules.parties import Party
from services.clocks.pausing import CorrectPause, EndPause, Pause
from services.clocks.rebase import Rebase

THIRD, TENTH, JUNE = date(2026, 3, 3), date(2026, 3, 10), date(2026, 6, 3)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (THIRD, THIRD, "3 March 2026"),
        (THIRD, TENTH, "3 to 10 March 2026"),
        (date(2026, 3, 28), date(2026, 4, 2), "28 March to 2 April 2026"),
        (date(2025, 12, 30), date(2026, 1, 3), "30 December 2025 to 3 January 2026"),
    ],
)
def test_days_are_said_as_shortly_as_they_can_be(first: date, last: date, words: str) -> None:
    assert days_in_words(first, last) == words
    assert paused_words(PausedTime(first, last)) == f"paused {words}"


def test_a_pause_without_an_end_says_since_when() -> None:
    assert paused_words(PausedTime(THIRD, None)) == "paused since 3 March 2026"


@pytest.mark.parametrize(
    ("from_due", "to_due", "words"),
    [
        (THIRD, JUNE, "moved from 3 March 2026 to 3 June 2026"),
        (THIRD, None, "stood still, due 3 March 2026 until then"),
        (None, JUNE, "went on, due 3 June 2026"),
        (None, None, "stood still"),
    ],
)
def test_a_due_date_that_moved_is_said_from_when_to_when(
    from_due: date | None, to_due: date | None, words: str
) -> None:
    assert moved_words(from_due=from_due, to_due=to_due) == words


def test_whoever_records_a_pause_is_told_which_dates_moved() -> None:
    assert notice_words([]) == "No due date moved."
    assert notice_words([("tender", THIRD, JUNE), ("price", None, JUNE)]) == (
        "Due dates moved: tender from 3 March 2026 to 3 June 2026, price, now due 3 June 2026."
    )
    assert notice_words([("tender", THIRD, None), ("price", None, None)]) == (
        "Standing still until the pause ends: tender (was due 3 March 2026), price."
    )
    assert notice_words([(f"clock {n}", THIRD, JUNE) for n in range(12)]).endswith(" and 2 more.")


def test_a_cause_reads_as_officers_say_it() -> None:
    assert PauseCause.CLIENT_CHOICE.words == "client's choice"
    assert PauseCause.BUILDING_SAFETY.words == "building safety"


def test_everything_wrong_with_a_pause_is_listed() -> None:
    terms = PauseTerms(JUNE, date(2026, 6, 4), "", THIRD)
    assert len(terms.problems(contact_on=date(2026, 6, 10), today=date(2026, 6, 1))) == 5
    assert len(PauseTerms(TENTH, THIRD, "x").problems(contact_on=THIRD, today=JUNE)) == 1
    (words,) = PauseTerms(THIRD, None, "x", THIRD).problems(contact_on=THIRD, today=THIRD)
    assert words == "It is to be looked at again on 3 March 2026; that is a day to come."
    assert PauseTerms(THIRD, TENTH, "x").problems(contact_on=THIRD, today=TENTH) == ()
    assert PauseTerms(THIRD, None, "x", JUNE).problems(contact_on=THIRD, today=TENTH) == ()


def test_decisions_on_clocks_belong_to_no_step_and_need_no_plan() -> None:
    for decision in (
        Pause(PauseCause.AWAY, THIRD, "x"),
        EndPause(THIRD),
        CorrectPause(1, owner=Party.LANDLORD),
        Rebase(),
    ):
        assert decision.step is None
        assert decision.any_time
        assert not decision.needs_plan
        assert decision.problems() == ()
    assert len(CorrectPause(1, withdrawn=True, under_way=True, ended_on=THIRD).problems()) == 2
    assert len(CorrectPause(1).problems()) == 1
