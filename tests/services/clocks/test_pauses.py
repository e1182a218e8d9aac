"""Pauses: recorded, ended, corrected and withdrawn, and the due dates that follow."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from adapters import clock
from desk.verification.commands import verify_all
from models.database import reading
from models.tables.clocks import Clock, ClockChange
from models.tables.record import Decision
from rules.clocks.clock_names import CLOCKS
from rules.clocks.pause_terms import PauseCause
from rules.errors import (
    InvalidDecisionError,
    StepNotOpenError,
)
from rules.parties import Party
from rules.pathway import CaseStatus, StepName
from services.cases.clocks.rows import paused_times
from services.clocks.pauses import PauseOnCase, pauses_on
from services.clocks.pausing import CorrectPause, EndPause, Pause
from services.decisions.exits import Exit
from services.decisions.specification import Specify
from services.payments.release import Release
from tests.factories import act, case_at, decide, go, later, new_case, refused, usual_decision
from tests.looking import case, step_of, steps, trail
from tests.small_service import MIA, OTTO, TESS

TODAY = date(2026, 6, 1)
HOSPITAL = Pause(PauseCause.HOSPITAL, date(2026, 5, 11), "telephone note of 11 May")
OVER = Pause(
    PauseCause.AWAY, date(2026, 5, 18), "e-mail of 15 May", date(2026, 5, 29), Party.CLIENT
)


def pauses(url: str, reference: str) -> list[PauseOnCase]:
    with reading(url) as conn:
        return pauses_on(conn, case_id=case(url, reference).id)


def clocks(url: str, reference: str) -> dict[str, Any]:
    """Return the running clocks of a case by name."""
    query = (
        sa.select(*Clock.__table__.c)
        .where(Clock.case_id == case(url, reference).id, Clock.stopped_on.is_(None))
        .order_by(Clock.id)
    )
    with reading(url) as conn:
        return {row.name: row for row in conn.execute(query)}


def dues(url: str, reference: str) -> dict[str, date | None]:
    return {name: row.due_on for name, row in clocks(url, reference).items()}


def changes(url: str) -> list[tuple[str, date | None, date | None, str]]:
    query = (
        sa.select(Clock.name, ClockChange.from_due, ClockChange.to_due, ClockChange.why)
        .join(Clock, Clock.id == ClockChange.clock_id)
        .order_by(ClockChange.id)
    )
    with reading(url) as conn:
        return [(row[0], row[1], row[2], row[3]) for row in conn.execute(query)]


def facts(url: str, kind: str) -> Any:
    query = sa.select(Decision.facts).where(Decision.kind == kind).order_by(Decision.id.desc())
    with reading(url) as conn:
        return conn.execute(query.limit(1)).scalar()


def sound(url: str) -> None:
    with reading(url) as conn:
        assert [finding.sentence for finding in verify_all(conn)] == []


@pytest.mark.sqlite
def test_an_open_pause_stops_the_clocks_that_pauses_stop_and_no_other(url: str) -> None:
    case_at(url, "tender")
    before = dues(url, "DFG-1")
    receipt = decide(url, "DFG-1", HOSPITAL, by=OTTO)
    held = clocks(url, "DFG-1")
    assert before.keys() < held.keys()
    for name, due in before.items():
        if CLOCKS[name].pauses:
            assert (held[name].paused, held[name].due_on, held[name].next_on) == (True, None, None)
        else:
            assert (held[name].paused, held[name].due_on) == (False, due)
    assert not CLOCKS["decide"].pauses
    assert "decide" in before
    assert step_of(url, "DFG-1", "tender").due_on is None
    assert case(url, "DFG-1").paused_on == HOSPITAL.started_on
    assert receipt.notice.startswith(
        "It is pause 1, to be looked at again on 29 June 2026. Standing still until the pause ends:"
    )
    assert "contact to completion (was due" in receipt.notice
    (kept,) = pauses(url, "DFG-1")
    assert (kept.number, kept.cause, kept.owner) == (1, PauseCause.HOSPITAL, Party.CLIENT)
    assert (kept.recorded_by, kept.evidence) == (OTTO, "telephone note of 11 May")
    assert kept.under_way
    sound(url)


def test_its_review_runs_as_a_clock_of_its_own_and_stops_with_it(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify")
    decide(sqlite_service, "DFG-1", HOSPITAL)
    review = clocks(sqlite_service, "DFG-1")["review_pause"]
    twenty = date(2026, 6, 29)
    assert (review.subject, review.due_on, review.paused) == ("1", twenty, False)
    assert pauses(sqlite_service, "DFG-1")[0].review_on == twenty
    later(days=3)
    on = date(2026, 7, 20)
    decide(sqlite_service, "DFG-1", CorrectPause(1, review_on=on))
    assert clocks(sqlite_service, "DFG-1")["review_pause"].due_on == on
    assert facts(sqlite_service, "correct-pause")["before"] == {"review_on": "2026-06-29"}
    decide(sqlite_service, "DFG-1", EndPause(TODAY))
    assert "review_pause" not in clocks(sqlite_service, "DFG-1")
    assert pauses(sqlite_service, "DFG-1")[0].review_on is None
    sound(sqlite_service)


def test_a_day_to_review_may_be_given_with_the_pause(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify")
    decide(
        sqlite_service, "DFG-1", Pause(PauseCause.AWAY, TODAY, "note", review_on=date(2026, 8, 3))
    )
    assert clocks(sqlite_service, "DFG-1")["review_pause"].due_on == date(2026, 8, 3)


def test_ending_a_pause_moves_the_due_dates_by_what_was_paused(url: str) -> None:
    case_at(url, "tender")
    before = dues(url, "DFG-1")
    decide(url, "DFG-1", Pause(PauseCause.HOSPITAL, TODAY, "telephone note"))
    later(days=4)  # Friday the 5th
    receipt = decide(url, "DFG-1", EndPause(date(2026, 6, 4)))
    after = dues(url, "DFG-1")
    assert after["tender"] == date(2026, 6, 12)
    assert before["tender"] == date(2026, 6, 8)
    assert step_of(url, "DFG-1", "tender").due_on == date(2026, 6, 12)
    assert after["decide"] == before["decide"]
    assert "tender, now due 12 June 2026" in receipt.notice
    assert receipt.notice.startswith("Pause 1 was 1 to 4 June 2026. Due dates moved: ")
    assert case(url, "DFG-1").paused_on is None
    moved = [move for move in changes(url) if move[0] == "tender"]
    assert moved == [
        ("tender", date(2026, 6, 8), None, "paused since 1 June 2026"),
        ("tender", None, date(2026, 6, 12), "paused 1 to 4 June 2026"),
    ]
    sound(url)


def test_a_pause_entered_late_moves_the_dates_at_once_and_overlaps_count_once(
    sqlite_service: str,
) -> None:
    case_at(sqlite_service, "specify", contact_on="2026-04-01", recommended_on="")
    first = dues(sqlite_service, "DFG-1")
    stage = "contact_to_completion"
    decide(sqlite_service, "DFG-1", OVER)
    once = dues(sqlite_service, "DFG-1")
    old, new = first[stage], once[stage]
    assert old is not None
    assert new is not None
    assert new > old
    (move,) = [move for move in changes(sqlite_service) if move[0] == stage]
    assert move == (stage, old, new, "paused 18 to 29 May 2026")
    again = Pause(PauseCause.HEALTH, date(2026, 5, 20), "letter", date(2026, 5, 22), Party.COUNCIL)
    receipt = decide(sqlite_service, "DFG-1", again)
    assert receipt.notice == "It is pause 2. No due date moved."
    assert dues(sqlite_service, "DFG-1") == once
    with reading(sqlite_service) as conn:
        times = paused_times(conn, [case(sqlite_service, "DFG-1").id])
    assert [len(found) for found in times.values()] == [2]
    sound(sqlite_service)


def test_the_first_thing_on_a_case_may_be_a_pause(sqlite_service: str) -> None:
    new_case(sqlite_service)
    decide(sqlite_service, "DFG-1", HOSPITAL)
    held = clocks(sqlite_service, "DFG-1")
    assert held["specify"].paused
    assert held["specify"].due_on is None
    assert step_of(sqlite_service, "DFG-1", "specify").due_on is None
    assert len(steps(sqlite_service, "DFG-1")) == 1
    go("DFG-1")
    sound(sqlite_service)


def test_a_step_that_opens_while_a_pause_runs_stands_still_from_the_start(
    sqlite_service: str,
) -> None:
    case_at(sqlite_service, "specify")
    decide(sqlite_service, "DFG-1", HOSPITAL)

    act(sqlite_service, "DFG-1", Specify())
    assert step_of(sqlite_service, "DFG-1", "price").due_on is None
    assert clocks(sqlite_service, "DFG-1")["price"].paused
    sound(sqlite_service)


def test_of_two_pauses_under_way_the_first_to_start_is_since_when(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify")
    decide(sqlite_service, "DFG-1", HOSPITAL)
    decide(sqlite_service, "DFG-1", Pause(PauseCause.AWAY, date(2026, 5, 4), "note"))
    assert case(sqlite_service, "DFG-1").paused_on == date(2026, 5, 4)
    refusal = refused(sqlite_service, "DFG-1", EndPause(TODAY), InvalidDecisionError)
    assert refusal.what == "2 pauses are under way on DFG-1."
    assert "Pause 1 (hospital): paused since 11 May 2026." in refusal.why
    assert refusal.next_step == "Say which with --number."
    decide(sqlite_service, "DFG-1", EndPause(TODAY, number=2))
    assert case(sqlite_service, "DFG-1").paused_on == date(2026, 5, 11)
    assert dues(sqlite_service, "DFG-1")["specify"] is None
    decide(sqlite_service, "DFG-1", EndPause(TODAY))
    assert dues(sqlite_service, "DFG-1")["specify"] is not None
    refusal = refused(sqlite_service, "DFG-1", EndPause(TODAY), InvalidDecisionError)
    assert refusal.what == "No pause is under way on DFG-1."
    refusal = refused(sqlite_service, "DFG-1", EndPause(TODAY, number=1), InvalidDecisionError)
    assert refusal.what == "Pause 1 of DFG-1 ended on 1 June 2026."


def test_a_correction_keeps_what_was_said_before(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify")
    was = dues(sqlite_service, "DFG-1")
    decide(sqlite_service, "DFG-1", OVER)
    moved = dues(sqlite_service, "DFG-1")
    receipt = decide(
        sqlite_service,
        "DFG-1",
        CorrectPause(
            1,
            started_on=date(2026, 5, 26),
            cause=PauseCause.OTHER,
            owner=Party.LANDLORD,
            evidence="letter",
        ),
        by=MIA,
    )
    (kept,) = pauses(sqlite_service, "DFG-1")
    assert (kept.started_on, kept.ended_on) == (date(2026, 5, 26), date(2026, 5, 29))
    assert (kept.cause, kept.owner, kept.evidence) == (PauseCause.OTHER, Party.LANDLORD, "letter")
    assert kept.recorded_by == TESS  # who recorded it; who corrected it is in the decision
    assert facts(sqlite_service, "correct-pause")["before"] == {
        "started_on": "2026-05-18",
        "cause": "away",
        "owner": "client",
        "evidence": "e-mail of 15 May",
    }
    assert receipt.notice.startswith("Pause 1 is corrected. Due dates moved: ")
    assert changes(sqlite_service)[-1][3] == "pause 1 corrected: paused 26 to 29 May 2026"
    decide(sqlite_service, "DFG-1", CorrectPause(1, withdrawn=True))
    assert dues(sqlite_service, "DFG-1") == was
    assert moved != was
    (kept,) = pauses(sqlite_service, "DFG-1")
    assert kept.withdrawn
    refusal = refused(sqlite_service, "DFG-1", CorrectPause(1, evidence="x"), InvalidDecisionError)
    assert refusal.what == "Pause 1 of DFG-1 was withdrawn."
    sound(sqlite_service)


def test_a_pause_ended_in_error_goes_on(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify")
    decide(sqlite_service, "DFG-1", OVER)
    receipt = decide(sqlite_service, "DFG-1", CorrectPause(1, under_way=True))
    assert "to be looked at again on 29 June 2026" in receipt.notice
    assert case(sqlite_service, "DFG-1").paused_on == OVER.started_on
    assert clocks(sqlite_service, "DFG-1")["review_pause"].due_on == date(2026, 6, 29)
    assert dues(sqlite_service, "DFG-1")["specify"] is None
    decide(sqlite_service, "DFG-1", CorrectPause(1, ended_on=date(2026, 5, 20)))
    assert case(sqlite_service, "DFG-1").paused_on is None
    assert "review_pause" not in clocks(sqlite_service, "DFG-1")
    assert dues(sqlite_service, "DFG-1")["specify"] is not None
    sound(sqlite_service)


def test_a_case_that_ends_ends_its_pause(sqlite_service: str) -> None:
    case_at(sqlite_service, "tender")
    decide(sqlite_service, "DFG-1", HOSPITAL)
    later(days=7)
    decide(sqlite_service, "DFG-1", Exit(CaseStatus.WITHDRAWN))
    (kept,) = pauses(sqlite_service, "DFG-1")
    assert kept.ended_on == date(2026, 6, 8)
    assert case(sqlite_service, "DFG-1").paused_on is None
    assert clocks(sqlite_service, "DFG-1") == {}
    assert "pause 1: ended" in trail(sqlite_service, "DFG-1")
    for decision in (HOSPITAL, EndPause(TODAY), CorrectPause(1, evidence="x")):
        refusal = refused(sqlite_service, "DFG-1", decision, StepNotOpenError)
        assert refusal.what == "Case DFG-1 has ended (withdrawn)."
    sound(sqlite_service)


def test_a_case_that_is_paid_ends_its_pause_and_its_clocks_go_on(url: str) -> None:
    case_at(url, "pay")

    act(url, "DFG-1", usual_decision(url, "DFG-1", StepName.PAY))
    decide(url, "DFG-1", Pause(PauseCause.HOSPITAL, clock.today(), "note"))
    assert step_of(url, "DFG-1", "pay").due_on is None
    decide(url, "DFG-1", Release())
    assert case(url, "DFG-1").status == CaseStatus.PAID
    assert case(url, "DFG-1").paused_on is None
    assert not any(row.paused for row in clocks(url, "DFG-1").values())
    assert step_of(url, "DFG-1", "pay").due_on == clocks(url, "DFG-1")["pay"].due_on
    assert "review_pause" not in clocks(url, "DFG-1")
    sound(url)
    refusal = refused(url, "DFG-1", HOSPITAL, StepNotOpenError)
    assert refusal.why == "The clocks of its works have stopped."
    go("DFG-1")
    sound(url)
