"""Pauses that cannot be: everything wrong is said at once, and nothing is changed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from rules.clocks.pause_terms import PauseCause
from rules.errors import (
    InvalidDecisionError,
    MissingReasonError,
    NotPermittedError,
    UnknownReferenceError,
)
from services.clocks.pausing import CorrectPause, EndPause, Pause
from tests.factories import case_at, decide, refused
from tests.services.clocks.test_pauses import HOSPITAL, OVER, TODAY
from tests.small_service import AVON, FINN, MIA, OTTO, TESS, WENDY


def test_everything_wrong_with_a_pause_is_said_at_once(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify")
    wrong = Pause(
        PauseCause.AWAY, date(2026, 3, 3), " ", date(2026, 3, 1), review_on=date(2026, 9, 1)
    )
    refusal = refused(sqlite_service, "DFG-1", wrong, InvalidDecisionError)
    assert refusal.what == "The pause cannot be recorded."
    assert refusal.why == (
        "It starts on 3 March 2026, before the first contact on 1 April 2026. "
        "It ends on 1 March 2026, before it starts on 3 March 2026. "
        "Say what shows it and where that is filed, such as a telephone note of a day. "
        "A pause that has ended is not looked at again; give no day to review it."
    )
    tomorrow = TODAY + timedelta(days=1)
    for decision, words in (
        (
            Pause(PauseCause.AWAY, tomorrow, "note"),
            "It starts on 2 June 2026; a pause starts today",
        ),
        (Pause(PauseCause.AWAY, TODAY, "note", tomorrow), "It ends on 2 June 2026; a last day is"),
        (Pause(PauseCause.AWAY, TODAY, "note", review_on=TODAY), "that is a day to come."),
    ):
        refusal = refused(sqlite_service, "DFG-1", decision, InvalidDecisionError)
        assert words in refusal.why
    decide(sqlite_service, "DFG-1", HOSPITAL)
    for wrong_end in (EndPause(date(2026, 5, 10)), EndPause(tomorrow)):
        assert refused(sqlite_service, "DFG-1", wrong_end, InvalidDecisionError).what == (
            "Pause 1 cannot end so."
        )
    for correction, words in (
        (CorrectPause(1), "Say what is corrected"),
        (CorrectPause(1, withdrawn=True, evidence="x"), "corrected or withdrawn, not both"),
        (CorrectPause(1, under_way=True, ended_on=TODAY), "has a last day, not both"),
        (CorrectPause(1, evidence="telephone  note of 11 May"), "says that already"),
        (CorrectPause(1, evidence=""), "cannot be corrected so"),
        (CorrectPause(1, ended_on=date(2026, 5, 1)), "cannot be corrected so"),
        (CorrectPause(1, started_on=tomorrow), "cannot be corrected so"),
    ):
        refusal = refused(sqlite_service, "DFG-1", correction, InvalidDecisionError)
        assert words in refusal.what
    unknown = refused(sqlite_service, "DFG-1", CorrectPause(7, evidence="x"), UnknownReferenceError)
    assert unknown.what == "There is no pause 7 on DFG-1."


def test_officers_assessors_and_managers_of_the_authority_pause(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify")
    for nobody in (AVON, FINN, WENDY):
        refused(sqlite_service, "DFG-1", HOSPITAL, NotPermittedError, by=nobody)
    for somebody in (TESS, OTTO, MIA):
        decide(sqlite_service, "DFG-1", OVER, by=somebody)
    with pytest.raises(MissingReasonError, match="“pause” needs a reason"):
        decide(sqlite_service, "DFG-1", HOSPITAL, reason=" ")
