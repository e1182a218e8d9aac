"""Budgets: committed by approvals, released by exits and new decisions, and never exceeded."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from models.database import reading, writing
from models.tables.funding import Budget
from models.tables.works import Approval
from rules.errors import BudgetError
from rules.pathway import CaseStatus
from services.assignment.decide import AnswerOffer
from services.decisions.exits import Exit
from services.grants.approve import Approve
from services.grants.budgets import budget_list
from services.grants.view import grant_view
from services.verification.verify import findings
from tests.factories import DEARER, act, bring, case_at, decide, go, later, live_at, refused
from tests.looking import rows
from tests.small_service import ADA, NOW

TODAY = NOW.date()
WAIT = 20.0  # seconds before a thread that should go on counts as stuck


def budget(url: str, amount: str, *, year: int = 2026, authority: str = "RBC") -> None:
    bring(url, "budgets", f"authority | year | amount\n{authority} | {year} | {amount}")


def committed(url: str) -> dict[int, int]:
    """Return what is committed by year, with every invariant of the database asked again."""
    with reading(url) as conn:
        assert list(findings(conn, lambda path: Path(path).stem)) == []
    return {row["year"]: row["committed_pence"] for row in rows(url, Budget)}


def headroom(url: str, reference: str) -> Any:
    with reading(url) as conn:
        return grant_view(conn, reference=reference, today=TODAY)["headroom"]["budget"]


@pytest.mark.sqlite
def test_an_approval_commits_its_grant_in_the_year_of_its_decision(url: str) -> None:
    budget(url, "10000")
    budget(url, "5000", year=2027)
    reference = case_at(url, "approve")
    before = headroom(url, reference)
    assert (before["left_pence"], before["left_after_pence"]) == (10_000_00, 8_400_00)
    decide(url, reference, Approve(approved=True, fees_pence=100_00))
    assert committed(url) == {2026: 1_700_00, 2027: 0}
    (approval,) = rows(url, Approval)
    assert approval["budget_year"] == 2026
    after = headroom(url, reference)
    assert (after["left_pence"], after["left_after_pence"]) == (8_300_00, 8_300_00)


@pytest.mark.sqlite
def test_a_grant_that_the_budget_cannot_hold_is_refused_in_words(url: str) -> None:
    budget(url, "1599.99")
    reference = case_at(url, "approve")
    error = refused(url, reference, Approve(approved=True), BudgetError)
    assert error.text() == (
        "The grant of £1,600.00 is more than is left of the budget of Rugby Borough Council for "
        "2026-27: £1,599.99 of £1,599.99. A mandatory grant is not refused for want of money; its "
        "payment may be deferred up to 12 months from the application. [s.36] Ask the budget "
        "holder to raise the budget (`handrail import budgets FILE`), and record the approval "
        "again."
    )
    budget(url, "1600")
    decide(url, reference, Approve(approved=True))
    assert committed(url) == {2026: 1_600_00}


@pytest.mark.sqlite
def test_a_refusal_commits_nothing(url: str) -> None:
    budget(url, "1")
    act(url, case_at(url, "approve"), Approve(approved=False))
    assert committed(url) == {2026: 0}


def test_an_authority_without_a_budget_for_the_year_is_not_checked(url: str) -> None:
    budget(url, "1", authority="WDC")
    budget(url, "1", year=2025)
    reference = case_at(url, "approve")
    with reading(url) as conn:
        shown = grant_view(conn, reference=reference, today=TODAY)
    assert shown["headroom"]["budget"] is None
    assert shown["notes"][-1] == "RBC has no budget recorded for 2026-27; none is checked."
    decide(url, reference, Approve(approved=True))
    assert set(committed(url).values()) == {0}
    budget(url, "9000")
    with reading(url) as conn:
        listed = {row["year"]: row for row in budget_list(conn, authority="RBC")}
    assert listed[2026] == {
        "authority": "RBC",
        "year": 2026,
        "financial_year": "2026-27",
        "amount_pence": 9_000_00,
        "committed_pence": 0,
        "left_pence": 9_000_00,
        "not_counted_pence": 1_600_00,
    }
    assert listed[2025]["not_counted_pence"] == 0


@pytest.mark.sqlite
@pytest.mark.parametrize("way_out", [CaseStatus.WITHDRAWN, CaseStatus.DIED, CaseStatus.MOVED])
def test_a_case_that_ends_releases_what_it_held(url: str, way_out: CaseStatus) -> None:
    budget(url, "5000")
    reference = case_at(url, "works")
    assert committed(url) == {2026: 1_600_00}
    act(url, reference, Exit(way_out))
    assert committed(url) == {2026: 0}


@pytest.mark.sqlite
def test_a_case_that_is_paid_keeps_its_grant_committed(url: str) -> None:
    budget(url, "5000")
    case_at(url, "aftercare")
    assert committed(url) == {2026: 1_600_00}


@pytest.mark.sqlite
def test_a_new_decision_on_a_case_takes_the_place_of_the_earlier_one(url: str) -> None:
    budget(url, "1000")
    reference = case_at(url, "assign", route="call_off")
    assert committed(url) == {2026: 417_60}
    act(url, reference, AnswerOffer(accepted=False))  # the next in rank is dearer
    assert committed(url) == {2026: 417_60}  # what stands until somebody decides anew
    before = headroom(url, reference)
    assert before["left_after_pence"] == 1_000_00 - 438_49
    act(url, reference, DEARER)
    assert committed(url) == {2026: 438_49}


@pytest.mark.sqlite
def test_a_new_decision_needs_room_only_for_what_is_more(url: str) -> None:
    budget(url, "438.48")
    reference = case_at(url, "assign", route="call_off")
    act(url, reference, AnswerOffer(accepted=False))
    error = refused(url, reference, DEARER, BudgetError)
    assert "£438.48 of £438.48" in error.what
    budget(url, "438.49")
    decide(url, reference, DEARER)
    assert committed(url) == {2026: 438_49}


def test_a_new_decision_in_another_year_moves_the_whole_grant_to_it(url: str) -> None:
    budget(url, "1000")
    budget(url, "2000", year=2027)
    reference = case_at(url, "assign", route="call_off")
    act(url, reference, AnswerOffer(accepted=False))
    live_at(datetime(2027, 4, 1, 9, 0, tzinfo=UTC))
    decide(url, reference, DEARER)
    assert committed(url) == {2026: 0, 2027: 438_49}


def test_a_refusal_after_an_approval_releases_the_grant_at_once(url: str) -> None:
    budget(url, "1000")
    reference = case_at(url, "assign", route="call_off")
    act(url, reference, AnswerOffer(accepted=False))
    decide(url, reference, Approve(approved=False))
    assert committed(url) == {2026: 0}
    go(reference)
    assert committed(url) == {2026: 0}


def test_the_table_itself_never_holds_more_than_the_budget(url: str) -> None:
    budget(url, "1000")
    with pytest.raises(IntegrityError, match="ck_budget_committed_within"), writing(url) as conn:
        conn.execute(sa.update(Budget).values(committed_pence=1_000_01))


def test_two_approvals_at_once_never_go_past_the_budget(url: str) -> None:
    """Eight cases of £1,600 each, decided together on a budget with room for five."""
    budget(url, "8500")
    references = [case_at(url, "approve", reference=f"DFG-{n}") for n in range(1, 9)]
    start = Barrier(len(references))

    def approve(reference: str) -> bool:
        start.wait(WAIT)
        try:
            decide(url, reference, Approve(approved=True), by=ADA)
        except BudgetError:
            return False
        return True

    with ThreadPoolExecutor(len(references)) as pool:
        passed = list(pool.map(approve, references))
    assert sum(passed) == 5
    assert committed(url) == {2026: 8_000_00}


@pytest.mark.sqlite
def test_a_year_ends_on_31_march(url: str) -> None:
    budget(url, "2000")
    budget(url, "3000", year=2027)
    first = case_at(url, "approve", reference="DFG-1")
    second = case_at(url, "approve", reference="DFG-2")
    live_at(datetime(2027, 3, 31, 22, 30, tzinfo=UTC))  # 23:30 in London
    decide(url, first, Approve(approved=True))
    later(hours=1)
    decide(url, second, Approve(approved=True))
    assert {row["year"]: row["committed_pence"] for row in rows(url, Budget)} == {
        2026: 1_600_00,
        2027: 1_600_00,
    }
