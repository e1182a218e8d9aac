"""The ground on which a case ends, and fees and charges paid after it: ss.40 to 42 and 56."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.database import reading, writing
from models.tables.funding import Budget, ChargePayment
from rules.errors import (
    BudgetError,
    InvalidDecisionError,
    NotPermittedError,
    StatuteError,
    StepNotOpenError,
)
from rules.grants.funding import FundingKind
from rules.orders import GROUNDS, EndGround, ExitGround
from rules.pathway import CaseStatus, StepName
from services.decisions.exits import Exit
from services.decisions.record import record_decision
from services.decisions.reopening import ReopenCase
from services.grants.approve import Approve
from services.grants.charges_after import PayCharges
from services.grants.funding import Liable, RecordFunding
from services.orders.ended import EndOrder
from services.payments.final_account import account_of, account_view
from tests.factories import act, begin, bring, case_at, decide, new_case, pass_step, refused
from tests.looking import case, messages, rows
from tests.services.grants.test_payers import sound
from tests.small_service import ADA, MIA, NOW, TESS

TODAY = NOW.date()
SURVEY = RecordFunding(FundingKind.ANCILLARY, "Survey", 150_00, liable=Liable.APPLICANT)
DIED = Exit(CaseStatus.DIED, ExitGround.APPLICANT_DIED)
CHARGE = PayCharges("Survey", "S-17")
BUDGET = "authority | year | amount\nRBC | 2026 | 1800"


def with_survey(url: str, *, approved: bool = True, **particulars: str) -> str:
    """Bring a case to its approval, or past it, with a survey that the applicant owes."""
    reference = case_at(url, "approve", **particulars)
    decide(url, reference, SURVEY)
    if approved:
        act(url, reference, Approve(approved=True))
    return reference


def bare(url: str, reference: str, outcome: CaseStatus) -> None:
    """End a case without saying why."""
    why = "she no longer wants it"
    with writing(url) as conn:
        given = Exit(outcome)
        record_decision(conn, reference=reference, decision=given, by=TESS, reason=why, now=NOW)


@pytest.mark.parametrize("outcome", ["withdrawn", "died", "moved", "alternative_found"])
def test_an_application_does_not_end_without_its_ground(sqlite_service: str, outcome: str) -> None:
    reference = case_at(sqlite_service, "assign")
    with pytest.raises(StatuteError) as caught:
        bare(sqlite_service, reference, CaseStatus(outcome))
    assert caught.value.section == "ss.40 to 42, 56"
    for name, ground in GROUNDS.items():
        named = f"{name} ({ground.words}, {ground.section})" in caught.value.next_step
        assert named is (CaseStatus(outcome) in (ground.outcome, *ground.also))


def test_an_enquiry_without_an_application_may(sqlite_service: str) -> None:
    reference = new_case(sqlite_service, applied_on="")
    bare(sqlite_service, reference, CaseStatus.WITHDRAWN)
    assert case(sqlite_service, reference).status == CaseStatus.WITHDRAWN


@pytest.mark.sqlite
def test_a_charge_is_paid_once_after_the_applicant_died_and_is_in_the_account(url: str) -> None:
    bring(url, "budgets", BUDGET)
    reference = with_survey(url)
    assert "pay-charges" in decide(url, reference, DIED).notice
    assert [row["committed_pence"] for row in rows(url, Budget)] == [0]
    receipt = decide(url, reference, PayCharges("survey", "S-17", "Agency Ltd", 100_00), by=ADA)
    assert "finance pays £100.00 to Agency Ltd." in receipt.notice
    assert "tell whoever acts for the estate" in receipt.notice
    assert messages(url, "charge_paid_to_client") == [], "nobody is written to after a death"
    (paid,) = rows(url, ChargePayment)
    assert (paid["amount_pence"], paid["ground"]) == (100_00, "applicant_died")
    assert [row["committed_pence"] for row in rows(url, Budget)] == [100_00]
    with reading(url) as conn:
        account = account_view(account_of(conn, reference=reference, today=TODAY))
    (charge,) = account["charges_paid"]
    assert (charge["what"], charge["why"]) == (
        "Survey",
        "the applicant has died (s.56); to Agency Ltd on S-17",
    )
    assert sound(url) == []
    refused(url, reference, CHARGE, StepNotOpenError, by=ADA)
    refused(url, reference, ReopenCase(), StepNotOpenError, by=MIA)


def test_after_a_move_the_client_is_told_once_whom_it_is_paid_to(sqlite_service: str) -> None:
    url, reference = sqlite_service, with_survey(sqlite_service)
    decide(url, reference, Exit(CaseStatus.MOVED, ExitGround.OCCUPANT_MOVED))
    decide(url, reference, CHARGE, by=ADA)
    (told,) = messages(url, "charge_paid_to_client")
    assert (told["context"]["supplier"], told["context"]["invoice"]) == ("", "S-17")
    assert (told["context"]["paid_pence"], told["context"]["section"]) == (150_00, "s.41")


def test_before_the_approval_it_may_be_paid_too(sqlite_service: str) -> None:
    reference = with_survey(sqlite_service, approved=False)
    decide(sqlite_service, reference, DIED)
    decide(sqlite_service, reference, CHARGE, by=ADA)
    assert [row["amount_pence"] for row in rows(sqlite_service, ChargePayment)] == [150_00]
    assert sound(sqlite_service) == []


def test_during_works_it_is_paid_beside_what_was_done(sqlite_service: str) -> None:
    url, reference = sqlite_service, with_survey(sqlite_service, route="call_off")
    pass_step(url, reference, StepName.ASSIGN)
    begin(url, reference, TODAY)
    act(url, reference, EndOrder(EndGround.APPLICANT_DIED, not_done=("1", "2")))
    decide(url, reference, CHARGE, by=ADA)
    assert sound(url) == []


def test_who_and_how_much_it_may_not_be(sqlite_service: str) -> None:
    url = sqlite_service
    reference = with_survey(url)
    refused(url, reference, CHARGE, StepNotOpenError, by=ADA)  # it has not ended
    decide(url, reference, DIED)
    refused(url, reference, CHARGE, NotPermittedError, by=TESS)
    over = refused(url, reference, replace(CHARGE, amount_pence=150_01), StatuteError, by=ADA)
    assert over.section == "s.56"
    refused(url, reference, PayCharges("Tea", "S-17"), InvalidDecisionError, by=ADA)
    for wrong in (
        PayCharges("Survey", "S-17", amount_pence=0),
        PayCharges("Survey", " "),
        PayCharges("Survey", "S-17", "x" * 200),
        PayCharges("Survey", "S-17", "a\x00b"),
    ):
        refused(url, reference, wrong, InvalidDecisionError, by=ADA)


@pytest.mark.parametrize(
    "why",
    [
        ExitGround.APPLICANT_NOT_ENTITLED,
        ExitGround.APPLICANT_WITHDREW,
        ExitGround.WRONG_INFORMATION,
    ],
)
def test_where_payment_ceases_no_charge_is_paid(sqlite_service: str, why: ExitGround) -> None:
    reference = with_survey(sqlite_service)
    decide(sqlite_service, reference, Exit(CaseStatus.WITHDRAWN, why))
    error = refused(sqlite_service, reference, CHARGE, StepNotOpenError, by=ADA)
    assert "nothing is paid" in error.what


def test_a_charge_beyond_the_budget_is_not_paid(sqlite_service: str) -> None:
    url = sqlite_service
    bring(url, "budgets", BUDGET)
    reference = with_survey(url)
    decide(url, reference, DIED)
    other = case_at(url, "approve", reference="DFG-2")
    decide(url, other, RecordFunding(FundingKind.FEE, "Agency", 200_00))
    decide(url, other, Approve(approved=True))
    refused(url, reference, CHARGE, BudgetError, by=ADA)
    assert rows(url, ChargePayment) == []


def test_everybody_is_told_of_an_end_once(sqlite_service: str) -> None:
    url = sqlite_service
    reference = case_at(url, "assign", tenure="private_tenant")
    moved = Exit(CaseStatus.MOVED, ExitGround.OCCUPANT_MOVED)
    act(url, reference, moved)
    refused(url, reference, moved, StepNotOpenError)
    for whom in ("client", "landlord"):
        assert len(messages(url, f"case_ended_to_{whom}")) == 1
    assert len(messages(url, "works_withdrawn_to_contractor")) == 1
