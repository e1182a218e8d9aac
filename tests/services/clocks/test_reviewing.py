"""A priority is looked at again while works are not ordered: no case waits past it unnoticed."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from adapters import clock
from models.database import reading, writing
from models.people import actor_for
from models.tables.clocks import Alert, Clock, ClockChange
from models.tables.record import Decision
from rules.cases import Complexity
from rules.errors import InvalidDecisionError, StepNotOpenError
from rules.reports.statutory_board import Entry, Matter
from rules.reports.work import Tab
from services.alerts.raising import sweep_clocks
from services.cases.clocks.case_level import cases_out_of_step
from services.clocks.missing import start_missing
from services.clocks.reviewing import ReviewPriority
from services.reports.board import board
from services.reports.work_cases import Wanted
from services.reports.work_list import work_page
from services.verification.verify import findings
from tests.factories import bring, case_at, decide, later, refused
from tests.looking import case, messages, rows, running
from tests.small_service import MIA, TESS

KEPT = ReviewPriority(urgent=False, why="Nothing has changed.")


def on_board(url: str) -> list[Entry]:
    with reading(url) as conn:
        found = board(conn, at=clock.today(), today=clock.today())
    (section,) = [one for one in found.sections if one.matter is Matter.PRIORITIES]
    return list(section.entries)


def sound(url: str) -> bool:
    with reading(url) as conn:
        found = [one.sentence for one in findings(conn, lambda _: None, now=clock.now())]
    assert [one for one in found if "The file " not in one] == []
    return True


def next_of(url: str) -> str:
    with reading(url) as conn:
        me = actor_for(conn, identity=TESS)
        found = work_page(conn, viewer=me, wanted=Wanted(tab=Tab.TEAM), today=clock.today())
    return found.rows[0].action


@pytest.mark.sqlite
def test_a_case_gets_twelve_weeks_by_policy_and_is_noticed_through_every_door(url: str) -> None:
    reference = case_at(url, "price")
    held = running(url, reference)["review_priority"]
    assert (held.opened_on, held.target_days) == (clock.today(), 60)
    assert held.target_source == "policy, not law: twelve weeks while works are not ordered"
    assert on_board(url) == []
    assert not next_of(url).startswith("Look at the priority")
    later(days=(held.due_on - clock.today()).days)
    assert next_of(url) == "Look at the priority again"
    assert [one.over for one in on_board(url)] == [False]
    later(days=1)
    with writing(url) as conn:
        sweep_clocks(conn, now=clock.now())
    assert held.id in [row["clock_id"] for row in rows(url, Alert)]
    (line,) = on_board(url)
    assert (line.subject, line.over, line.on) == (reference, True, held.due_on)
    assert sound(url)


def test_kept_it_runs_anew_and_the_client_is_told_once(url: str) -> None:
    reference = case_at(url, "price")
    before = running(url, reference)["review_priority"]
    later(days=90)
    receipt = decide(url, reference, KEPT, by=MIA)
    assert receipt.kind == "review-priority"
    held = running(url, reference)["review_priority"]
    assert (held.id, held.opened_on, held.rung) == (before.id, clock.today(), 0)
    (moved,) = [row for row in rows(url, ClockChange) if row["clock_id"] == held.id]
    assert (moved["from_due"], moved["to_due"]) == (before.due_on, held.due_on)
    assert moved["why"] == "the priority was looked at again"
    (told,) = messages(url, "priority_reviewed_to_client")
    assert told["context"]["why"] == "Nothing has changed."
    assert (told["context"]["urgent"], told["context"]["changed"]) == (False, False)
    assert on_board(url) == []
    (kept,) = [row for row in rows(url, Decision) if row["kind"] == "review-priority"]
    assert "Nothing has changed" not in str(kept["facts"]), "sealed"
    assert kept["facts"]["priority"] == kept["facts"]["before"]["priority"] == "not urgent, simple"
    assert sound(url)


@pytest.mark.sqlite
def test_changed_it_moves_the_targets_of_the_stages_that_run(url: str) -> None:
    reference = case_at(url, "price")
    before = running(url, reference)
    decide(
        url,
        reference,
        ReviewPriority(urgent=True, why="A fall.", complexity=Complexity.COMPLEX),
        by=TESS,
    )
    after = running(url, reference)
    assert (case(url, reference).urgent, case(url, reference).complexity) == (True, "complex")
    assert before["contact_to_completion"].target_days == 130
    assert after["contact_to_completion"].target_days == 130, "130 days for urgent and complex too"
    assert before["application_to_decision"].target_days == 20
    assert after["application_to_decision"].target_days == 5
    assert messages(url, "priority_reviewed_to_client")[0]["context"]["changed"] is True
    assert sound(url)


@pytest.mark.sqlite
def test_it_ends_with_the_order_and_cannot_be_looked_at_after(url: str) -> None:
    reference = case_at(url, "works")
    (held,) = [row for row in rows(url, Clock) if row["name"] == "review_priority"]
    assert held["stopped_why"] == "works ordered"
    error = refused(url, reference, KEPT, StepNotOpenError, by=TESS)
    assert "are ordered" in str(error)
    with reading(url) as conn:
        assert list(cases_out_of_step(conn, case_ids=[held["case_id"]])) == []


def test_a_reason_that_says_nothing_is_refused(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "price")
    for words in (" ", "x" * 2_001, "a\x00b"):
        decision = ReviewPriority(urgent=True, why=words)
        refused(sqlite_service, reference, decision, InvalidDecisionError, by=TESS)
    assert not case(sqlite_service, reference).urgent
    assert messages(sqlite_service, "priority_reviewed_to_client") == []


def test_an_authority_s_own_interval_counts_from_its_day_on(sqlite_service: str) -> None:
    day = clock.today().isoformat()
    bring(sqlite_service, "targets", f"clock | days | valid_from\nreview_priority | 20 | {day}")
    reference = case_at(sqlite_service, "specify", reference="DFG-OWN")
    assert running(sqlite_service, reference)["review_priority"].target_days == 20


def test_an_open_case_of_an_earlier_version_gets_a_whole_interval_from_the_upgrade(
    url: str,
) -> None:
    reference = case_at(url, "price")
    with writing(url) as conn:
        conn.execute(sa.delete(Clock).where(Clock.name == "review_priority"))
    later(days=200)
    with writing(url) as conn:
        start_missing(conn, now=clock.now())
    assert running(url, reference)["review_priority"].opened_on == clock.today()
    with writing(url) as conn:
        assert start_missing(conn, now=clock.now()) == 0
