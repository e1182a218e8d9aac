"""Clocks that run to a date told in sentences, and how a clock stands today."""

from __future__ import annotations

import pytest

from rules.clocks.clock_words import timing
from rules.clocks.pauses import PausedTime
from tests.rules.clocks.pausing import CALENDAR, pause
from tests.rules.clocks.telling import day, told


@pytest.mark.parametrize(
    ("name", "opened", "promised", "held", "sentence"),
    [
        (
            "decide",
            "2026-08-31",
            "2027-02-28",
            [pause("2026-09-01", None)],
            "six months from 31 August 2026 (s.34(1)): due 28 February 2027.",
        ),
        (
            "finish",
            "2026-06-01",
            "2027-06-01",
            [],
            "twelve months from 1 June 2026 (s.37(1)): due 1 June 2027.",
        ),
        (
            "finish",
            "2026-06-01",
            "2027-09-01",
            [],
            "twelve months from 1 June 2026 (s.37(1)), since extended to 1 September 2027.",
        ),
        ("finish_works", "2026-05-01", "2026-06-03", [], "promised for 3 June 2026."),
        (
            "finish_works",
            "2026-05-01",
            "2026-06-03",
            [pause("2026-05-05", "2026-05-08")],
            "promised for 3 June 2026: paused 5 to 8 May (4 working days); due 9 June 2026.",
        ),
        (
            "finish_works",
            "2026-05-01",
            "2026-08-28",
            [pause("2026-05-05", "2026-05-08")],
            (
                "promised for 28 August 2026: 31 August not counted; paused 5 to 8 May (4 working "
                "days); due 4 September 2026."
            ),
        ),
        (
            "finish_works",
            "2026-05-01",
            "2026-06-03",
            [pause("2026-05-12", None)],
            ("promised for 3 June 2026: paused since 12 May 2026, with 5 counted and 16 to go."),
        ),
        (
            "finish_works",
            "2026-05-01",
            "2026-04-03",
            [pause("2026-05-12", None)],
            "promised for 3 April 2026: paused since 12 May 2026, after it was due.",
        ),
        (
            "answer_offer",
            "2026-05-01",
            "2026-05-06",
            [pause("2026-05-05", "2026-05-08")],
            "asked for by 6 May 2026.",
        ),
        ("consent_lapses", "2026-05-01", "2026-08-02", [], "the consent lapses on 2 August 2026."),
        (
            "defects_period",
            "2026-05-01",
            "2027-05-01",
            [],
            "the defects period ends on 1 May 2027.",
        ),
        (
            "review_pause",
            "2026-05-01",
            "2026-06-01",
            [pause("2026-05-01", None)],
            "to be looked at again on 1 June 2026.",
        ),
    ],
)
def test_a_date_that_was_given_says_where_it_is_from(
    name: str, opened: str, promised: str, held: list[PausedTime], sentence: str
) -> None:
    assert told(name, day(opened), promised=day(promised), held=held) == sentence


@pytest.mark.parametrize(
    ("due", "today", "phrase"),
    [
        ("2026-06-05", "2026-06-02", "due in 3 working days"),
        ("2026-06-05", "2026-06-04", "due in 1 working day"),
        ("2026-06-05", "2026-06-05", "due today"),
        ("2026-06-05", "2026-06-06", "less than 1 working day late"),  # the Saturday after
        ("2026-06-05", "2026-06-08", "1 working day late"),
        ("2026-06-05", "2026-06-16", "7 working days late"),
        ("2026-06-08", "2026-06-06", "due on 8 June 2026"),  # from a Saturday to the Monday
        ("2026-12-24", "2026-12-29", "1 working day late"),  # over Christmas
        ("2026-12-29", "2026-12-24", "due in 1 working day"),
    ],
)
def test_a_clock_says_how_it_stands(due: str, today: str, phrase: str) -> None:
    assert timing(due_on=day(due), today=day(today), calendar=CALENDAR) == phrase


def test_a_clock_that_stands_still_or_is_over_says_so() -> None:
    today = day("2026-06-16")
    paused = timing(due_on=None, today=today, calendar=CALENDAR, paused_since=day("2026-03-03"))
    assert paused == "paused since 3 March 2026"
    assert timing(due_on=None, today=today, calendar=CALENDAR) == "no due date"
    over = {
        stopped: timing(
            due_on=day("2026-06-08"), today=today, calendar=CALENDAR, stopped_on=day(stopped)
        )
        for stopped in ("2026-06-08", "2026-06-10")
    }
    assert over == {
        "2026-06-08": "over on 8 June 2026, in time",
        "2026-06-10": "over on 10 June 2026, 2 working days late",
    }
    ended = timing(due_on=None, today=today, calendar=CALENDAR, stopped_on=day("2026-06-10"))
    assert ended == "over on 10 June 2026"
