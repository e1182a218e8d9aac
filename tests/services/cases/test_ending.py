"""The end of a case: from every step, for every reason, client and contractor are told once."""

from __future__ import annotations

import pytest

from models.tables.prices import Offer
from models.tables.record import Document
from models.tables.works import WorkOrder
from rules.pathway import EXITS, CaseStatus, StepStatus
from services.cases.ending import tell_everyone
from services.decisions.exits import Exit
from services.grants.approve import Approve
from tests.factories import act, case_at, decide, go, new_case
from tests.looking import case, contents, messages, rows, steps, trail
from tests.small_service import NOW

BEFORE_WORKS = ["specify", "price", "tender", "consent", "certificates", "approve", "assign"]


def told(url: str) -> dict[str, list[str]]:
    """Return who was told of the end: kind of message to addresses."""
    kinds = ("case_ended_to_client", "case_ended_to_contractor", "works_withdrawn_to_contractor")
    return {kind: [message["to"] for message in messages(url, kind)] for kind in kinds}


@pytest.mark.parametrize("outcome", EXITS)
def test_a_case_may_leave_from_every_step_before_works_and_the_client_is_told(
    sqlite_service: str, outcome: CaseStatus
) -> None:
    url = sqlite_service
    for number, step in enumerate([*BEFORE_WORKS, "works"], start=1):
        reference = case_at(url, step, reference=f"DFG-{number}", tenure="private_tenant")
        standing = act(url, reference, Exit(outcome), reason=f"left at {step}")
        assert (standing.ended, standing.state_name) == (True, "CaseEnded")
        ended = case(url, reference)
        assert (ended.status, ended.ended_reason) == (outcome, f"left at {step}")
        assert ended.ended_at == NOW
        open_now = {StepStatus.READY, StepStatus.WAITING}
        assert not open_now & {row.status for row in steps(url, reference).values()}
        told_of = [
            one["context"]["case_reference"] for one in messages(url, "case_ended_to_client")
        ]
        assert (reference in told_of) == (outcome is not CaseStatus.DIED)


@pytest.mark.sqlite
def test_after_a_death_nobody_is_written_to_at_the_home_and_the_officer_is_told_to_call(
    url: str,
) -> None:
    reference = case_at(url, "works")
    receipt = decide(url, reference, Exit(CaseStatus.DIED), reason="her daughter rang")
    assert "Please tell the family yourself." in receipt.notice
    go(reference)
    assert told(url) == {
        "case_ended_to_client": [],
        "case_ended_to_contractor": ["jobs@avon.example"],
        "works_withdrawn_to_contractor": [],
    }


@pytest.mark.sqlite
def test_a_contractor_with_an_order_is_told_to_stop(url: str) -> None:
    reference = case_at(url, "works")
    act(url, reference, Exit(CaseStatus.MOVED))
    (message,) = messages(url, "case_ended_to_contractor")
    assert message["to"] == "jobs@avon.example"
    assert message["context"]["order_number"] == "WO-2026-00001"
    assert told(url)["works_withdrawn_to_contractor"] == []


@pytest.mark.sqlite
def test_a_contractor_with_an_offer_is_told_without_the_address(url: str) -> None:
    reference = case_at(url, "assign")
    act(url, reference, Exit(CaseStatus.MOVED))
    assert told(url) == {
        "case_ended_to_client": ["ashby@home.example"],
        "case_ended_to_contractor": [],
        "works_withdrawn_to_contractor": ["jobs@avon.example"],
    }
    assert "Hill Road" not in str(messages(url, "works_withdrawn_to_contractor"))
    assert [row["status"] for row in rows(url, Offer)] == ["withdrawn"]


@pytest.mark.sqlite
def test_a_refused_grant_ends_the_case_with_its_notice_and_reasons(url: str) -> None:
    reference = case_at(url, "approve")
    act(url, reference, Approve(approved=False), reason="the stair is too narrow: s.24(3)(b)")
    ended = case(url, reference)
    assert (ended.status, ended.ended_stage) == ("refused", "approve")
    assert ended.ended_reason == "the stair is too narrow: s.24(3)(b)"
    (notice,) = messages(url, "refusal_to_client")
    assert notice["attachments"][0]["name"] == "DFG-1 notice.html"
    assert [row["kind"] for row in rows(url, Document)] == [
        *("certificate_form", "award_record", "refusal")
    ]
    assert len(messages(url, "case_ended_to_client")) == 1
    assert "approve: notice given" in trail(url, reference)
    assert rows(url, WorkOrder) == []


@pytest.mark.sqlite
def test_a_case_that_nothing_ran_on_may_leave_too(url: str) -> None:
    reference = new_case(url)
    act(url, reference, Exit(CaseStatus.WITHDRAWN))
    assert case(url, reference).ended_stage == "specify"
    assert steps(url, reference)["specify"].status is StepStatus.ENDED
    assert len(messages(url, "case_ended_to_client")) == 1


@pytest.mark.sqlite
def test_everybody_is_told_once_however_often_the_case_is_carried_on(url: str) -> None:
    reference = case_at(url, "works")
    act(url, reference, Exit(CaseStatus.MOVED))
    before = contents(url)
    tell_everyone(reference)
    go(reference)
    assert contents(url) == before


@pytest.mark.sqlite
def test_a_case_that_goes_on_tells_nobody_it_has_ended(url: str) -> None:
    reference = case_at(url, "approve")
    decide(url, reference, Approve(approved=False))
    before = contents(url)
    tell_everyone(reference)
    assert contents(url) == before
