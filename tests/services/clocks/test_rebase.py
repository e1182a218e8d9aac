"""Re-basing: running clocks are given the targets in force today, and every refusal says why."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from adapters import clock
from models.audit import broken_links
from models.database import reading, writing
from models.tables.clocks import Clock, ClockChange
from models.tables.record import Decision
from rules.clocks.pause_terms import PauseCause
from rules.errors import InvalidDecisionError, MissingReasonError, NotPermittedError
from services.cases.clocks.calendar import calendar_for
from services.clocks.pausing import EndPause, Pause
from services.clocks.rebase import Rebase
from services.verification.clocks import reckoned_again
from tests.factories import bring, case_at, decide, later, refused
from tests.looking import rows, step_of
from tests.small_service import ADA, MIA, TESS

SPECIFY_IN_4 = "clock | days | valid_from\nspecify | 4 | 2026-06-01"
SHORTER = """
clock                         | days | urgent | complexity | valid_from
contact_to_recommendation     | 20   | no     | simple     | 2026-06-01
recommendation_to_application | 50   | no     | simple     | 2026-06-01
application_to_decision       | 10   | no     | simple     | 2026-06-01
decision_to_completion        | 40   | no     | simple     | 2026-06-01
contact_to_completion         | 120  | no     | simple     | 2026-06-01
"""


def running(url: str) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in rows(url, Clock) if row["stopped_on"] is None}


@pytest.mark.sqlite
def test_a_clock_named_takes_the_target_of_today_and_says_how_it_moved(url: str) -> None:
    case_at(url, "specify")
    bring(url, "targets", SPECIFY_IN_4)
    before = running(url)
    receipt = decide(url, "DFG-1", Rebase(("specify",)), by=MIA, reason="agreed with the client")
    assert receipt.notice == (
        "Due dates moved: specify the works from 15 June 2026 to 5 June 2026."
    )
    after = running(url)
    assert (after["specify"]["target_days"], after["specify"]["due_on"]) == (4, date(2026, 6, 5))
    assert after["specify"]["opened_on"] == before["specify"]["opened_on"]
    assert step_of(url, "DFG-1", "specify").due_on == date(2026, 6, 5)
    assert {n: row for n, row in after.items() if n != "specify"} == {
        n: row for n, row in before.items() if n != "specify"
    }
    (change,) = rows(url, ClockChange)
    assert (change["from_due"], change["to_due"]) == (date(2026, 6, 15), date(2026, 6, 5))
    (kept,) = [row for row in rows(url, Decision) if row["kind"] == "rebase"]
    assert kept["reason"] == "agreed with the client"
    assert kept["facts"]["targets"] == [
        {
            "clock": "specify",
            "subject": "",
            "from_days": 10,
            "to_days": 4,
            "from_due": "2026-06-15",
            "to_due": "2026-06-05",
        }
    ]
    with reading(url) as conn:
        assert list(broken_links(conn)) == []
        assert list(reckoned_again(conn)) == []


def test_every_running_clock_takes_them_where_none_is_named(url: str) -> None:
    case_at(url, "specify")
    bring(url, "targets", SPECIFY_IN_4)
    bring(url, "targets", SHORTER)
    receipt = decide(url, "DFG-1", Rebase(), by=TESS)
    after = running(url)
    with reading(url) as conn:
        calendar = calendar_for(conn, authority="RBC")
    assert {
        name: (row["target_days"], row["due_on"])
        for name, row in after.items()
        if row["target_days"] is not None
    } == {
        "specify": (4, date(2026, 6, 5)),
        "application_to_decision": (10, date(2026, 5, 18)),
        "contact_to_completion": (120, calendar.add(date(2026, 4, 1), 120)),
        "review_priority": (60, calendar.add(clock.today(), 60)),
    }
    assert "application to decision from 2 June 2026 to 18 May 2026" in receipt.notice
    assert "specify the works from 15 June 2026 to 5 June 2026" in receipt.notice
    assert after["decide"]["due_on"] == date(2026, 11, 1), "the Act's limit never moves"
    with reading(url) as conn:
        assert list(reckoned_again(conn)) == []


def test_a_clock_is_counted_from_when_it_opened_however_late_it_is_rebased(
    sqlite_service: str,
) -> None:
    case_at(sqlite_service, "specify")
    later(days=30)
    bring(sqlite_service, "targets", "clock | days | valid_from\nspecify | 40 | 2026-06-20")
    assert running(sqlite_service)["specify"]["due_on"] == date(2026, 6, 15)
    decide(sqlite_service, "DFG-1", Rebase(("specify",)), by=TESS)
    assert running(sqlite_service)["specify"]["due_on"] == date(2026, 7, 27)


def test_a_target_to_come_is_not_in_force_yet(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify")
    bring(sqlite_service, "targets", SPECIFY_IN_4.replace("06-01", "06-02"))
    error = refused(sqlite_service, "DFG-1", Rebase(("specify",)), InvalidDecisionError)
    assert error.what == "specify of DFG-1 has the targets in force today already."
    later(days=1)
    decide(sqlite_service, "DFG-1", Rebase(("specify",)))
    assert running(sqlite_service)["specify"]["target_days"] == 4


def test_a_case_that_is_paused_is_told_what_it_is_given(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify")
    later(days=2)
    stay = Pause(PauseCause.HOSPITAL, date(2026, 6, 3), "note of 3 June")
    decide(sqlite_service, "DFG-1", stay)
    bring(sqlite_service, "targets", SPECIFY_IN_4)
    receipt = decide(sqlite_service, "DFG-1", Rebase(("specify",)))
    assert receipt.notice == (
        "No due date moved. Changed as well: specify the works stands still, and is given "
        "4 working days instead of 10."
    )
    assert running(sqlite_service)["specify"]["due_on"] is None
    later(days=6)
    decide(sqlite_service, "DFG-1", EndPause(date(2026, 6, 8)))
    assert running(sqlite_service)["specify"]["due_on"] == date(2026, 6, 11)


def test_when_to_warn_is_taken_over_as_well(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify")
    bring(
        sqlite_service,
        "targets",
        "clock | days | warn_percent | valid_from\nspecify | 10 | 50 | 2026-06-01",
    )
    receipt = decide(sqlite_service, "DFG-1", Rebase())
    assert receipt.notice == (
        "No due date moved. Changed as well: specify the works is warned of at another time."
    )
    assert running(sqlite_service)["specify"]["warn_on"] == date(2026, 6, 8)


@pytest.mark.sqlite
def test_what_would_change_nothing_is_refused(url: str) -> None:
    case_at(url, "specify")
    error = refused(url, "DFG-1", Rebase(), InvalidDecisionError)
    assert error.what == "The clocks of DFG-1 have the targets in force today already."
    assert "`handrail targets show" in error.next_step
    bring(url, "targets", SPECIFY_IN_4)
    decide(url, "DFG-1", Rebase())
    refused(url, "DFG-1", Rebase(), InvalidDecisionError)


def test_every_name_at_fault_is_told_at_once(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify")
    bring(sqlite_service, "targets", SPECIFY_IN_4)
    names = ("tea_break", "decide", "finish", "start_works", "specify")
    error = refused(sqlite_service, "DFG-1", Rebase(names), InvalidDecisionError)
    assert error.what == (
        "There is no clock tea_break. "
        "decide: six months is s.34(1)'s limit and no target. "
        "finish: twelve months is s.37(1)'s limit and no target. "
        "start_works does not run on this case now."
    )
    assert error.why.startswith("Those that may be re-based on DFG-1: ")
    assert "specify" in error.why


def test_a_date_that_was_given_is_no_target(sqlite_service: str) -> None:
    case_at(sqlite_service, "assign")
    bring(sqlite_service, "targets", "clock | days | valid_from\nanswer_offer | 9 | 2026-06-01")
    error = refused(sqlite_service, "DFG-1", Rebase(("answer_offer",)), InvalidDecisionError)
    assert error.what == "answer_offer runs to 4 June 2026, a date that was given."


@pytest.mark.parametrize("by", [ADA, "AVON"])
def test_officers_and_managers_may_and_nobody_else(sqlite_service: str, by: str) -> None:
    case_at(sqlite_service, "specify")
    bring(sqlite_service, "targets", SPECIFY_IN_4)
    error = refused(sqlite_service, "DFG-1", Rebase(), NotPermittedError, by=by)
    assert "may not record “rebase”" in error.what
    decide(sqlite_service, "DFG-1", Rebase(), by=MIA)
    assert running(sqlite_service)["specify"]["target_days"] == 4


def test_a_reason_is_asked_for(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify")
    bring(sqlite_service, "targets", SPECIFY_IN_4)
    with pytest.raises(MissingReasonError):
        decide(sqlite_service, "DFG-1", Rebase(), reason=" ")
    assert running(sqlite_service)["specify"]["target_days"] == 10


def test_a_case_without_running_clocks_says_so(sqlite_service: str) -> None:
    case_at(sqlite_service, "specify")
    with writing(sqlite_service) as conn:  # as a service of an earlier version, not yet healed
        conn.execute(sa.delete(Clock))
    error = refused(sqlite_service, "DFG-1", Rebase(), InvalidDecisionError)
    assert error.what == "No clock with a target runs on DFG-1."
