"""The sweep: whatever was lost is found again, asked for once, and left alone while it is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from models.database import writing
from models.outbox import CLAIM_LASTS, MAX_ATTEMPTS
from models.tables.cases import CaseStep
from models.tables.runners import Runner as RunnerRow
from models.tables.works import WorkOrder
from rules.decisions import BaseDecision
from rules.pathway import CaseStatus, StepName, StepStatus
from services.assignment.decide import AnswerOffer
from services.assignment.offers import lapse_offer, offers_to_lapse
from services.cases.run_requests import (
    claim_run_requests,
    record_run_started,
    release_claims,
    release_lapsed_claims,
    release_run_requests,
)
from services.cases.runners import GONE_AFTER, Runner, lease_lasts
from services.cases.sweep import TROUBLE_RESTS, cases_to_advance, request_left_behind
from services.cases.unit import note_trouble
from services.decisions.exits import Exit
from services.decisions.specification import Specify
from services.grants.approve import Approve
from services.payments.payment import RecordInvoice
from services.payments.release import Release
from services.pricing.works import ConfirmPrice
from tests.factories import act, case_at, decide, go, later, new_case, runs_ended
from tests.looking import asked_for, contents, rows, status_of, waiting_rows
from tests.small_service import NOW

TODAY = NOW.date()
ATLAS = "conductor on atlas"
LOST: list[tuple[str, BaseDecision, str]] = [
    ("specify", Specify(), "price"),
    ("price", ConfirmPrice(), "tender"),
    ("approve", Approve(approved=True), "assign"),
    ("assign", AnswerOffer(accepted=True), "works"),
    ("assign", AnswerOffer(accepted=False), "assign"),
]


@pytest.mark.sqlite
@pytest.mark.parametrize(("step", "decision", "then"), LOST)
def test_a_decision_whose_run_was_lost_is_found_and_carried_on(
    url: str, step: str, decision: BaseDecision, then: str
) -> None:
    reference = case_at(url, step, tenure="private_tenant")
    runs_ended()
    assert request_left_behind() == (), "it waits for a person, not for Handrail"
    decide(url, reference, decision)
    assert request_left_behind() == (), "its run is asked for already"
    runs_ended()  # the run began, failed before it did anything, and is over
    assert cases_to_advance("") == (reference,)
    later(minutes=2)
    assert request_left_behind() == (reference,)
    assert request_left_behind() == ()
    assert asked_for(url, reference)[-1].endswith(":sweep:20260601T090200")
    go(reference)
    assert status_of(url, reference, then) is StepStatus.WAITING


@pytest.mark.sqlite
def test_a_payment_whose_run_was_lost_is_found_too(url: str) -> None:
    reference = case_at(url, "pay")
    act(url, reference, RecordInvoice("A-1", TODAY, 1_600_00, as_ordered=True))
    decide(url, reference, Release())
    runs_ended()
    assert cases_to_advance("RBC") == request_left_behind() == (reference,)
    go(reference)
    assert status_of(url, reference, "aftercare") is StepStatus.WAITING


def test_a_case_that_was_imported_and_never_begun_is_found(url: str) -> None:
    new_case(url)
    new_case(url, reference="DFG-2")
    assert request_left_behind() == ("DFG-1", "DFG-2")
    assert cases_to_advance("WDC") == ()


def test_cases_that_ended_or_wait_for_people_are_left_alone(url: str) -> None:
    for number, step in enumerate(("specify", "approve", "works", "aftercare"), start=1):
        case_at(url, step, reference=f"DFG-{number}", route="call_off")
    ended = case_at(url, "tender", reference="DFG-9")
    act(url, ended, Exit(CaseStatus.MOVED))
    runs_ended()
    later(days=100)
    before = contents(url)
    assert (request_left_behind(), cases_to_advance("")) == ((), ())
    assert contents(url) == before


@pytest.mark.sqlite
def test_work_that_met_trouble_rests_between_tries(url: str) -> None:
    reference = case_at(url, "price")
    decide(url, reference, ConfirmPrice({1: Decimal(2)}))
    note_trouble(reference, StepName.PRICE, "no schedule in force")
    runs_ended()
    assert request_left_behind() == ()
    later(seconds=TROUBLE_RESTS.total_seconds() + 1)
    assert request_left_behind() == (reference,)


@pytest.mark.sqlite
def test_a_run_request_that_died_is_not_the_end_of_its_case(url: str) -> None:
    reference = case_at(url, "specify")
    runs_ended()
    decide(url, reference, Specify())
    for _ in range(MAX_ATTEMPTS):
        later(hours=1)
        (request,) = claim_run_requests(by=ATLAS, limit=5)
        release_run_requests(request_ids=[request.id], error="Prefect's server is not there")
    assert [row.status for row in waiting_rows(url)] == ["dead"]
    assert request_left_behind() == (reference,)


def test_a_conductor_that_died_leaves_its_requests_to_the_next(url: str) -> None:
    reference = case_at(url, "specify")
    runs_ended()
    decide(url, reference, Specify())
    (request,) = claim_run_requests(by=ATLAS, limit=5)
    assert (request.deployment, request.name) == ("advance-case/handrail", "DFG-1 · advance")
    assert request.tags == ("case:DFG-1", "authority:RBC")
    assert claim_run_requests(by=ATLAS, limit=5) == ()
    assert request_left_behind() == (), "a claim is a run under way"
    later(seconds=CLAIM_LASTS.total_seconds())
    assert claim_run_requests(by="mars", limit=5) == (), "it is Atlas's, however slow it is"
    assert (release_claims(by="mars"), release_claims(by=ATLAS)) == (0, 1)
    assert [again.key for again in claim_run_requests(by=ATLAS, limit=5)] == [request.key]


def signed(url: str, *, ago: timedelta, stopped: bool = False) -> None:
    """Have Atlas give its last sign of life so long ago."""
    Runner(ATLAS, kind="conductor").sign(stopped=stopped)
    with writing(url) as conn:
        conn.execute(update(RunnerRow).values(seen_at=datetime.now(UTC) - ago))


def test_what_a_conductor_claimed_is_taken_over_once_it_is_gone_and_not_before(url: str) -> None:
    reference = case_at(url, "specify")
    runs_ended()
    decide(url, reference, Specify())
    ago_of_the_dead = GONE_AFTER + timedelta(seconds=1)
    for ago, begun, stopped, given_back in (
        (GONE_AFTER - timedelta(seconds=9), False, False, 0),
        (ago_of_the_dead, False, False, 1),
        (timedelta(0), False, True, 1),
        (ago_of_the_dead, True, False, 0),  # its run is leased to it still
        (lease_lasts() + timedelta(seconds=1), True, False, 1),
    ):
        (request,) = claim_run_requests(by=ATLAS, limit=5)
        if begun:
            record_run_started(request_ids=[request.id], flow_run_id="run 1")
        signed(url, ago=ago, stopped=stopped)
        assert release_lapsed_claims() == given_back, (ago, begun, stopped)
        release_claims(by=ATLAS)
    (request,) = claim_run_requests(by="never seen", limit=5)
    assert release_lapsed_claims() == 1


def test_offers_past_their_day_lapse_in_all_cases_and_roll_on(url: str) -> None:
    for number in (1, 2):
        case_at(url, "assign", reference=f"DFG-{number}")
    later(days=4)
    late = offers_to_lapse()
    assert late == ("DFG-1", "DFG-2")
    for reference in late:
        lapse_offer(reference)
    assert offers_to_lapse() == ()
    for reference in late:
        go(reference)
        assert status_of(url, reference, "assign") is StepStatus.WAITING
    assert rows(url, WorkOrder) == []
    assert all(row["trouble"] == "" for row in rows(url, CaseStep))
