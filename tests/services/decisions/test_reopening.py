"""A case ended in error goes on, if nothing has lapsed; what an end means by its ground."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from models.database import reading, writing
from models.tables.funding import Budget
from models.tables.works import Consent
from rules.errors import (
    BudgetError,
    InvalidDecisionError,
    NotPermittedError,
    StepNotOpenError,
)
from rules.grants.funding import FundingKind
from rules.orders import ExitGround
from rules.pathway import CaseStatus, StepStatus
from services.decisions.exits import Exit
from services.decisions.reopening import ReopenCase
from services.grants.approve import Approve
from services.grants.funding import RecordFunding
from services.verification.verify import findings
from tests.factories import act, bring, case_at, decide, go, refused
from tests.looking import case, messages, rows, steps
from tests.small_service import MIA, TESS

EXITED = Exit(CaseStatus.WITHDRAWN)
BUDGET = "authority|year|amount\nRBC|2026|"


def sound(url: str) -> bool:
    with reading(url) as conn:
        return list(findings(conn, lambda path: Path(path).stem)) == []


@pytest.mark.sqlite
@pytest.mark.parametrize("step", ["specify", "consent", "approve", "assign"])
def test_a_case_withdrawn_in_error_goes_on_where_it_stood(url: str, step: str) -> None:
    reference = case_at(url, step, tenure="private_tenant")
    before = {name: row.status for name, row in steps(url, reference).items()}
    committed = [row["committed_pence"] for row in rows(url, Budget)]
    act(url, reference, EXITED, reason="the wrong case")
    act(url, reference, ReopenCase(), by=MIA, reason="TESS withdrew the wrong one of two")
    found = case(url, reference)
    assert (found.status, found.ended_at, found.ended_reason) == ("open", None, None)
    assert {name: row.status for name, row in steps(url, reference).items()} == before
    assert [row["committed_pence"] for row in rows(url, Budget)] == committed
    assert len(messages(url, "case_goes_on_to_client")) == 1
    assert sound(url)


def test_a_case_that_ends_again_is_told_again_once(sqlite_service: str) -> None:
    url, reference = sqlite_service, case_at(sqlite_service, "approve")
    act(url, reference, EXITED)
    act(url, reference, ReopenCase(), by=MIA)
    act(url, reference, EXITED)
    go(reference)
    assert len(messages(url, "case_ended_to_client")) == 2
    assert len(messages(url, "case_goes_on_to_client")) == 1


def test_after_a_death_recorded_in_error_nobody_is_written_to(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "approve")
    act(sqlite_service, reference, Exit(CaseStatus.DIED))
    act(sqlite_service, reference, ReopenCase(), by=MIA)
    assert messages(sqlite_service, "case_goes_on_to_client") == []


def test_only_a_manager_reopens_and_only_a_case_that_ended(sqlite_service: str) -> None:
    url, reference = sqlite_service, case_at(sqlite_service, "approve")
    refused(url, reference, ReopenCase(), StepNotOpenError, by=MIA)
    act(url, reference, EXITED)
    refused(url, reference, ReopenCase(), NotPermittedError, by=TESS)


def test_a_refused_grant_and_released_contractor_are_not_undone(sqlite_service: str) -> None:
    url = sqlite_service
    turned_down = case_at(url, "approve", reference="DFG-1")
    act(url, turned_down, Approve(approved=False), reason="the stair is too narrow")
    error = refused(url, turned_down, ReopenCase(), StepNotOpenError, by=MIA)
    assert "review" in error.why
    ordered = case_at(url, "works", reference="DFG-2")
    act(url, ordered, Exit(CaseStatus.MOVED))
    error = refused(url, ordered, ReopenCase(), StepNotOpenError, by=MIA)
    assert "was released" in error.why


def test_what_has_lapsed_since_keeps_a_case_closed(url: str) -> None:
    reference = case_at(url, "approve", tenure="private_tenant")
    act(url, reference, EXITED)
    with writing(url) as conn:
        conn.execute(sa.update(Consent).values(valid_to=date(2026, 1, 5)))
    error = refused(url, reference, ReopenCase(), StepNotOpenError, by=MIA)
    assert "lapsed on 5 January 2026" in error.why
    assert case(url, reference).status == "withdrawn"


def test_a_budget_without_room_for_the_grant_keeps_it_closed(url: str) -> None:
    bring(url, "budgets", BUDGET + "10000")
    reference = case_at(url, "assign")
    act(url, reference, EXITED)
    bring(url, "budgets", BUDGET + "1000")
    refused(url, reference, ReopenCase(), BudgetError, by=MIA)
    bring(url, "budgets", BUDGET + "1600")
    act(url, reference, ReopenCase(), by=MIA)
    (budget,) = [row for row in rows(url, Budget) if row["authority"] == "RBC"]
    assert budget["committed_pence"] == budget["amount_pence"] == 1_600_00
    assert steps(url, reference)["assign"].status is StepStatus.WAITING


# ---- four outcomes, not one


@pytest.mark.parametrize(
    ("outcome", "changed", "words"),
    [
        (CaseStatus.WITHDRAWN, ExitGround.APPLICANT_NOT_ENTITLED, "No payment is made"),
        (CaseStatus.DIED, ExitGround.OCCUPANT_DIED, "unless you decide"),
        (CaseStatus.MOVED, ExitGround.OCCUPANT_MOVED, "(s.41)"),
        (CaseStatus.WITHDRAWN, ExitGround.NEED_CEASED, "(s.41)"),
        (CaseStatus.DIED, ExitGround.APPLICANT_DIED, "was liable for may be paid"),
    ],
)
def test_who_died_or_moved_decides_what_may_be_paid(
    sqlite_service: str, outcome: CaseStatus, changed: ExitGround, words: str
) -> None:
    reference = case_at(sqlite_service, "assign")
    with_fee = case_at(sqlite_service, "approve", reference="DFG-2")
    decide(sqlite_service, with_fee, RecordFunding(FundingKind.FEE, "Survey", 150_00))
    assert words in decide(sqlite_service, reference, Exit(outcome, changed)).notice
    assert "charges of £150.00" in decide(sqlite_service, with_fee, Exit(outcome, changed)).notice


def test_a_ground_ends_a_case_as_the_act_says(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "approve")
    wrong = Exit(CaseStatus.MOVED, ExitGround.APPLICANT_DIED)
    error = refused(sqlite_service, reference, wrong, InvalidDecisionError)
    assert "leaves as “died”" in error.what
