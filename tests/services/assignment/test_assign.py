"""Assigning: one offer at a time, in the award's order, within the approval and the capacity."""

from __future__ import annotations

from typing import Any

import pytest

from models.tables.prices import Award, Offer, Turn
from models.tables.works import Approval, WorkOrder
from rules.cases import ConsentAnswer
from rules.errors import StepNotOpenError
from rules.pathway import CaseStatus, StepStatus
from services.assignment.decide import AnswerOffer
from services.assignment.offers import lapse_offer, offer_works, offers_to_lapse
from services.consents.decide import AnswerConsent
from services.decisions.exits import Exit
from services.grants.approve import Approve
from tests.factories import DEARER, act, bring, case_at, decide, go, later, refused
from tests.looking import case, contents, message_kinds, messages, rows, status_of, step_of, trail
from tests.small_service import AVON, BRIAR, CEDAR, DOCUMENTS, NOW, PERMISSIONS, TOBY

ACCEPT, DECLINE = AnswerOffer(accepted=True), AnswerOffer(accepted=False)


def offers(url: str) -> list[tuple[str, str]]:
    return [(row["contractor"], row["status"]) for row in rows(url, Offer)]


def lapsed_papers(url: str, firm: str) -> None:
    header = "contractor|document|valid_from|valid_to"
    bring(url, "contractor_documents", f"{header}\n{firm}|trustmark|2026-01-01|2026-05-31")


@pytest.mark.sqlite
def test_the_offer_goes_to_the_winner_with_its_price_and_no_address(url: str) -> None:
    reference = case_at(url, "assign")
    (offer,) = rows(url, Offer)
    assert (offer["contractor"], offer["net_pence"]) == (AVON, 1_600_00)
    assert (offer["offered_at"], offer["expires_on"]) == (NOW, NOW.date().replace(day=4))
    (message,) = messages(url, "offer_to_contractor")
    assert message["to"] == "jobs@avon.example"
    assert message["context"]["postcode_area"] == "CV22"
    assert message["context"]["answer_by"] == "2026-06-04"
    assert "Hill Road" not in str(message)
    assert "Ashby" not in str(message)
    shown = message["context"]
    assert shown["postcode_sector"] == "CV22 5"
    lines = [(one["line"], one["what"], one["quantity"], one["unit"]) for one in shown["works"]]
    assert lines == [(1, "Shower tray", "1", "each"), (2, "Wall tiling", "8", "m2")]
    assert {one["net_pence"] for one in shown["works"]} == {None}  # a package has one price
    assert [(one["item"], one["covers"], one["net_pence"]) for one in shown["prices"]] == [
        ("A", "works lines 1–2", 1_600_00)
    ]
    step = step_of(url, reference, "assign")
    assert (step.owner, step.waiting_for) == ("contractor", "AVON accepts or declines")
    assert [(row["contractor"], row["net_pence"]) for row in rows(url, Turn)] == [(AVON, 1_600_00)]


@pytest.mark.sqlite
def test_an_offer_of_lines_shows_what_each_of_them_pays(url: str) -> None:
    case_at(url, "assign", route="call_off")
    (message,) = messages(url, "offer_to_contractor")
    works = message["context"]["works"]
    assert [(one["line"], one["quantity"], one["net_pence"]) for one in works] == [
        (1, "4", 180_00),
        (2, "2", 190_50),
    ]
    assert message["context"]["prices"] == []


@pytest.mark.sqlite
def test_an_offer_declined_goes_to_the_next_and_counts_as_a_turn(url: str) -> None:
    reference = case_at(url, "assign")
    act(url, reference, DECLINE, reason="no men")
    assert offers(url) == [(AVON, "declined"), (BRIAR, "offered")]
    assert [row["contractor"] for row in rows(url, Turn)] == [AVON, BRIAR]
    act(url, reference, ACCEPT)
    (order,) = rows(url, WorkOrder)
    assert order["contractor"] == BRIAR
    assert rows(url, Approval)[0]["works_pence"] == 1_600_00  # cheaper needs no new approval


@pytest.mark.sqlite
def test_an_offer_nobody_answers_lapses_the_day_after_and_rolls_on(url: str) -> None:
    reference = case_at(url, "assign")
    later(days=3)
    assert offers_to_lapse() == ()
    before = contents(url)
    lapse_offer(reference)
    assert contents(url) == before, "its day has not passed"
    later(days=1)
    assert offers_to_lapse() == (reference,)
    lapse_offer(reference)
    assert offers(url) == [(AVON, "lapsed")]
    assert trail(url, reference)[-1] == "assign: offer lapsed"
    assert message_kinds(url)[-1] == "offer_lapsed_to_contractor"
    refused(url, reference, ACCEPT, StepNotOpenError)
    go(reference)
    assert offers(url) == [(AVON, "lapsed"), (BRIAR, "offered")]
    assert rows(url, Offer)[1]["expires_on"] == NOW.date().replace(day=10)


@pytest.mark.sqlite
def test_a_dearer_contractor_goes_back_to_be_approved_and_then_is_asked(url: str) -> None:
    reference = case_at(url, "assign")
    act(url, reference, DECLINE)
    act(url, reference, DECLINE)
    approve, assign = step_of(url, reference, "approve"), step_of(url, reference, "assign")
    assert (approve.revision, approve.status) == (2, StepStatus.WAITING)
    assert (assign.status, assign.owner) == (StepStatus.WAITING, "approving officer")
    assert "CEDAR is next; its £1,700.00 is more than was approved" in assign.waiting_for
    assert offers(url) == [(AVON, "declined"), (BRIAR, "declined")]
    award = rows(url, Award)[-1]
    assert (award["version"], award["contractor"]) == (2, CEDAR)
    refused(url, reference, ACCEPT, StepNotOpenError)

    act(url, reference, DEARER, reason="the cheaper ones declined: s.34(5)")
    grants = [(row["step_revision"], row["grant_pence"]) for row in rows(url, Approval)]
    assert grants == [(1, 1_600_00), (2, 1_700_00)]
    assert offers(url)[-1] == (CEDAR, "offered")
    assert message_kinds(url).count("approval_to_client") == 2
    act(url, reference, ACCEPT)
    (order,) = rows(url, WorkOrder)
    assert (order["contractor"], order["approval_id"]) == (CEDAR, rows(url, Approval)[1]["id"])


@pytest.mark.sqlite
def test_a_dearer_price_past_the_cap_of_the_consent_opens_the_consent_again_first(
    url: str,
) -> None:
    bring(url, "permissions", PERMISSIONS.replace("|2000|", "|1690|"))
    reference = case_at(url, "assign", tenure="rp_tenant")
    assert step_of(url, reference, "consent").outcome == "pre_permission"
    act(url, reference, DECLINE)
    act(url, reference, DECLINE)
    consent = step_of(url, reference, "consent")
    assert (consent.revision, consent.status) == (2, StepStatus.WAITING)
    error = refused(url, reference, Approve(approved=True), StepNotOpenError)
    assert error.what == "Step “approve” of DFG-1 rests on consent, opened again."
    act(url, reference, AnswerConsent(ConsentAnswer.GRANTED))
    act(url, reference, DEARER)
    assert offers(url)[-1] == (CEDAR, "offered")


@pytest.mark.sqlite
def test_a_dearer_contractor_that_is_refused_ends_the_case(url: str) -> None:
    reference = case_at(url, "assign")
    act(url, reference, DECLINE)
    act(url, reference, DECLINE)
    act(url, reference, Approve(approved=False), reason="beyond what is reasonable")
    assert case(url, reference).status == "refused"
    assert step_of(url, reference, "assign").status is StepStatus.ENDED


@pytest.mark.sqlite
def test_a_contractor_no_longer_eligible_is_passed_over_without_a_turn(url: str) -> None:
    case_at(url, "approve", reference="DFG-1")
    lapsed_papers(url, AVON)
    act(url, "DFG-1", Approve(approved=True))
    assert offers(url) == [(BRIAR, "offered")]
    assert [row["contractor"] for row in rows(url, Turn)] == [BRIAR]


@pytest.mark.sqlite
def test_nobody_left_is_trouble_that_says_why_of_each_and_mends_by_itself(url: str) -> None:
    case_at(url, "approve")
    for firm in (AVON, BRIAR, CEDAR):
        lapsed_papers(url, firm)
    act(url, "DFG-1", Approve(approved=True))
    step = step_of(url, "DFG-1", "assign")
    assert step.status is StepStatus.READY
    assert step.trouble.startswith("Nobody is left to offer the works on DFG-1 to.")
    assert all(
        f"{firm}: its TrustMark registration expired" in step.trouble
        for firm in (AVON, BRIAR, CEDAR)
    )
    before = contents(url)
    go("DFG-1")
    assert contents(url) == before
    bring(url, "contractor_documents", DOCUMENTS)
    go("DFG-1")
    assert offers(url) == [(AVON, "offered")]


@pytest.mark.sqlite
def test_everybody_declining_leaves_it_to_the_officers(url: str) -> None:
    case_at(url, "assign")
    for _ in (AVON, BRIAR):
        act(url, "DFG-1", DECLINE)
    act(url, "DFG-1", DEARER)
    act(url, "DFG-1", DECLINE)
    trouble = step_of(url, "DFG-1", "assign").trouble
    assert "Everybody in the award's order declined or did not answer." in trouble
    act(url, "DFG-1", Exit(CaseStatus.WITHDRAWN), by=TOBY)
    assert status_of(url, "DFG-1", "assign") is StepStatus.ENDED


@pytest.mark.sqlite
def test_the_same_offer_is_never_made_twice(url: str) -> None:
    reference = case_at(url, "approve")
    decide(url, reference, Approve(approved=True))
    go(reference)
    before: dict[str, list[Any]] = contents(url)
    offer_works(reference)
    go(reference)
    assert contents(url) == before
