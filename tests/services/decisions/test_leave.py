"""An officer switched off: cases, stand-ins and sessions, all of it or nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from adapters import clock
from models.database import reading, writing
from models.people import answers_for, staff
from models.tables.people import DeskSession
from models.tables.record import Audit
from models.tables.reference import Absence
from rules.errors import HandrailError, ImportProblemsError, InvalidDecisionError, NotPermittedError
from rules.people import Actor
from services.cases.absences import record_absence
from services.decisions.leave import leave
from services.people import sessions
from services.session import actor_for
from services.verification.verify import findings
from tests.factories import bring, case_at
from tests.looking import case, contents, rows
from tests.small_service import ADAM, MIA, NOW, REASON, TESS, TOBY, WENDY

TODAY = NOW.date()
DAY = timedelta(days=1)
YESTERDAY = TODAY - DAY
TINA = "tina@rbc.example"


def left(url: str, *, by: str = ADAM, **given: Any) -> None:
    asked: dict[str, Any] = {
        "officer": TESS,
        "last_day": YESTERDAY,
        "to": TOBY,
        "reason": REASON,
    } | given
    with writing(url) as conn:
        leave(conn, by=actor_for(conn, identity=by), now=clock.now(), **asked)


def person(url: str, identity: str) -> Actor:
    with reading(url) as conn:
        return staff(conn)[identity]


def covered(url: str, days: int = 10) -> None:
    """Let Tess stand in for Tina from today."""
    bring(url, "officers", f"email | name | role | authorities\n{TINA} | Tina | technical_officer |"
          " RBC")  # fmt: skip
    with writing(url) as conn:
        record_absence(
            conn,
            officer=TINA,
            covered_by=TESS,
            first_day=TODAY,
            last_day=TODAY + days * DAY,
            by=MIA,
            reason="on annual leave",
            now=clock.now(),
        )


def test_everything_goes_over_at_once_and_whoever_left_is_signed_in_no_more(url: str) -> None:
    for reference in ("DFG-1", "DFG-2"):
        case_at(url, "price", reference=reference)
    covered(url)
    with writing(url) as conn:
        sessions.begin(conn, actor=actor_for(conn, identity=TESS), now=NOW)
    left(url)
    assert [case(url, one).officer for one in ("DFG-1", "DFG-2")] == [TOBY, TOBY]
    assert person(url, TESS).last_day == YESTERDAY
    with reading(url) as conn:
        assert answers_for(conn, TINA, on=TODAY) == TOBY
        assert answers_for(conn, TINA, on=TODAY + 10 * DAY) == TOBY
        wrong = [one for one in findings(conn, lambda _: None) if "The file " not in one.sentence]
    assert wrong == []
    (session,) = rows(url, DeskSession)
    assert session["ended_because"] == "does not serve any more"
    (changed,) = [one for one in rows(url, Audit) if one["action"] == "officers: changed"][-1:]
    assert (changed["actor"], changed["reason"]) == (ADAM, REASON)


@pytest.mark.sqlite
def test_a_last_day_to_come_ends_no_session_and_splits_what_they_cover(url: str) -> None:
    covered(url)
    with writing(url) as conn:
        sessions.begin(conn, actor=actor_for(conn, identity=TESS), now=NOW)
    left(url, last_day=TODAY + 3 * DAY)
    assert rows(url, DeskSession)[0]["ended_at"] is None
    held = [(one["covered_by"], one["first_day"], one["last_day"]) for one in rows(url, Absence)]
    assert held == [
        (TESS, TODAY, TODAY + 3 * DAY),
        (TOBY, TODAY + 4 * DAY, TODAY + 10 * DAY),
    ]


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ({"to": ""}, InvalidDecisionError, "1 open case; they stand in from 1 June 2026"),
        ({"to": WENDY}, InvalidDecisionError, "1 case of tess@rbc.example cannot be handed"),
        ({"to": TESS}, InvalidDecisionError, "cannot be handed"),
        ({"reason": ""}, ImportProblemsError, "1 problem"),
        ({"by": MIA}, NotPermittedError, "manager"),
        ({"officer": ADAM}, InvalidDecisionError, "Nobody switches themselves off"),
    ],
    ids=repr,
)
def test_nothing_is_done_where_a_part_cannot_be(
    url: str, given: dict[str, str], error: type[HandrailError], words: str
) -> None:
    case_at(url, "price")
    covered(url)
    before = contents(url)
    with pytest.raises(error) as caught:
        left(url, **given)
    assert words in caught.value.text()
    assert contents(url) == before


def test_an_absence_that_cannot_be_covered_by_them_keeps_everything(sqlite_service: str) -> None:
    url = sqlite_service
    case_at(url, "price")
    covered(url)
    with writing(url) as conn:
        record_absence(
            conn,
            officer=TOBY,
            covered_by=TINA,
            first_day=TODAY + 20 * DAY,
            last_day=TODAY + 21 * DAY,
            by=MIA,
            reason="on annual leave",
            now=clock.now(),
        )
    before = contents(url)
    with pytest.raises(InvalidDecisionError, match="Tina’s absence cannot be recorded") as caught:
        left(url, to=TINA)
    assert "Somebody else stands in" in caught.value.why
    assert contents(url) == before
