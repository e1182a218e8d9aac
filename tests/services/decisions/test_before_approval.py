"""Decisions up to the grant: works, price, tender, consent, certificates, approval."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from models.tables.cases import WorksLine
from models.tables.consents import GrantCertificate
from models.tables.prices import Award, Price
from models.tables.works import Approval, Consent
from rules.cases import ConsentAnswer
from rules.decisions import BaseDecision
from rules.errors import (
    AlreadyDecidedError,
    InvalidDecisionError,
    InvalidWorksError,
    NotPermittedError,
    StatuteError,
    StepNotOpenError,
)
from rules.pathway import StepName, StepStatus
from services.competitions.competition import AwardQuote
from services.competitions.direction import Direct
from services.competitions.quoting import RecordQuote
from services.consents.certificates import RecordCertificate
from services.consents.decide import AnswerConsent
from services.decisions.specification import Specify
from services.grants.approve import Approve
from services.pricing.works import ConfirmPrice
from tests.competing import opened, quoted
from tests.factories import (
    act,
    bring,
    case_at,
    decide,
    find,
    go,
    later,
    new_case,
    pass_step,
    refused,
)
from tests.looking import case, rows, status_of, step_of
from tests.small_service import (
    ADA,
    AMOS,
    AVON,
    BRIAR,
    NOW,
    OFFICERS,
    REASON,
    TOBY,
)

TODAY = NOW.date()


# ---- specify


@pytest.mark.sqlite
def test_works_without_lines_are_not_specified(url: str) -> None:
    bring(url, "cases", CASE_WITHOUT_WORKS)
    go("DFG-2")
    error = refused(url, "DFG-2", Specify(), InvalidWorksError)
    assert error.what == "Case DFG-2 has no works lines."
    assert "handrail import works" in error.next_step


CASE_WITHOUT_WORKS = """
reference|authority|client_name|address|postcode|tenure|work_type|urgent|complexity|contact_on
DFG-2|RBC|Mr B|2 The Road|CV22 5AA|owner|grab_rails|no|simple|2026-05-01
"""


@pytest.mark.sqlite
def test_works_without_a_purpose_of_the_act_are_blocked_by_section_23(url: str) -> None:
    reference = case_at(url, "specify", purpose="")
    error = refused(url, reference, Specify(), StatuteError)
    assert error.section == "s.23(1)"
    assert "[s.23(1)]" in error.text()
    assert error.next_step == "Give one or more letters a to l with --purpose."
    act(url, reference, Specify(("f", "b")))
    assert case(url, reference).purpose == ("b", "f")


@pytest.mark.sqlite
def test_a_specification_says_how_many_lines_and_which_are_bespoke(url: str) -> None:
    reference = case_at(url, "price", route="quotes")
    assert step_of(url, reference, "specify").outcome == "bespoke"
    assert status_of(url, reference, "consent") is StepStatus.NOT_NEEDED


# ---- price


@pytest.mark.sqlite
def test_re_measured_quantities_are_priced_before_the_step_closes(url: str) -> None:
    reference = case_at(url, "price", route="call_off")
    act(url, reference, ConfirmPrice({1: Decimal("5.5")}), reason="measured again")
    assert rows(url, WorksLine)[0]["quantity"] == Decimal("5.5")
    estimates = [row for row in rows(url, Price) if row["kind"] == "estimate"]
    assert [row["net_pence"] for row in estimates] == [370_50, 438_00]
    assert status_of(url, reference, "price") is StepStatus.DONE


@pytest.mark.sqlite
def test_a_quantity_for_a_line_that_is_not_there_is_refused(url: str) -> None:
    reference = case_at(url, "price")
    error = refused(url, reference, ConfirmPrice({7: Decimal(1)}), InvalidDecisionError)
    assert error.text() == "There is no works line 7 on DFG-1. Its lines are 1, 2."


@pytest.mark.parametrize("quantity", ["100001", "1e9", "0.1234567890123"])
def test_a_quantity_that_nothing_could_price_never_closes_the_gate(
    sqlite_service: str, quantity: str
) -> None:
    reference = case_at(sqlite_service, "price")
    decision = ConfirmPrice({1: Decimal(quantity)})
    assert refused(sqlite_service, reference, decision, InvalidDecisionError)
    act(sqlite_service, reference, ConfirmPrice())


# ---- tender


@pytest.mark.sqlite
def test_a_direction_is_written_on_the_award_with_who_when_and_why(url: str) -> None:
    reference = case_at(url, "tender")
    decide(url, reference, Direct(), reason="the lot was tendered last year")
    assert rows(url, Award)[0]["direction"] == (
        "Directed by Tess Tyler on 1 June 2026, in this particular case, that one price is "
        "enough: the lot was tendered last year"
    )


@pytest.mark.sqlite
def test_a_direction_does_not_replace_quotes_nor_quotes_a_schedule(url: str) -> None:
    quotes, schedule = case_at(url, "tender", route="quotes"), "DFG-2"
    case_at(url, "tender", reference=schedule)
    error = refused(url, quotes, Direct(), InvalidDecisionError)
    assert error.what == "DFG-1 goes to quotes; a direction does not replace them."
    for decision in (RecordQuote(AVON, {1: 1, 2: 1}), AwardQuote(AVON)):
        error = refused(url, schedule, decision, InvalidDecisionError)
        assert error.what == (
            "DFG-2 is priced at a pre-tendered price for package LAS, without quotes."
        )
        assert error.next_step == "Record the s.2(2)(b) direction instead."


# ---- consent


def test_a_landlord_s_refusal_stays_with_the_officer_who_may_treat_it_as_given(url: str) -> None:
    reference = case_at(url, "consent", tenure="private_tenant")
    act(url, reference, AnswerConsent(ConsentAnswer.REFUSED), reason="no reason given")
    step = step_of(url, reference, "consent")
    assert (step.status, step.owner) == (StepStatus.WAITING, "technical officer")
    assert "Equality Act 2010 s.190" in step.waiting_for
    assert rows(url, Consent)[0]["basis"] == "refused"
    act(url, reference, AnswerConsent(ConsentAnswer.TREATED_AS_GIVEN, "Photographs"))
    (consent,) = rows(url, Consent)
    assert (consent["basis"], consent["conditions"]) == ("treated_as_given", "Photographs")
    assert status_of(url, reference, "consent") is StepStatus.DONE


@pytest.mark.sqlite
def test_a_consent_keeps_its_conditions_and_until_when_it_is_good(url: str) -> None:
    reference = case_at(url, "consent", tenure="rp_tenant", landlord="ELM")
    until = date(2026, 8, 30)
    decide(url, reference, AnswerConsent(ConsentAnswer.GRANTED, "Tell us first", until))
    (consent,) = rows(url, Consent)
    assert (consent["basis"], consent["answered_on"]) == ("granted", TODAY)
    assert (consent["conditions"], consent["valid_to"]) == ("Tell us first", until)


# ---- certificates


@pytest.mark.sqlite
def test_an_owner_gives_one_certificate_and_a_tenant_needs_two(url: str) -> None:
    owner = case_at(url, "certificates")
    error = refused(url, owner, RecordCertificate("tenant"), InvalidDecisionError)
    assert error.text() == (
        "DFG-1 needs no tenant's certificate. It needs the owner's. Nothing was recorded."
    )
    decide(url, owner, RecordCertificate("owner"))
    tenant = case_at(url, "certificates", reference="DFG-2", tenure="private_tenant")
    act(url, tenant, RecordCertificate("tenant"))
    step = step_of(url, tenant, "certificates")
    assert (step.status, step.owner) == (StepStatus.WAITING, "landlord")
    error = refused(url, tenant, RecordCertificate("tenant"), InvalidDecisionError)
    assert error.what == "The tenant's certificate is already held on DFG-2."
    act(url, tenant, RecordCertificate("landlord", waived=True))
    assert status_of(url, tenant, "certificates") is StepStatus.DONE
    held = [(row["kind"], row["status"]) for row in rows(url, GrantCertificate)]
    assert held == [("owner", "held"), ("tenant", "held"), ("landlord", "waived")]


# ---- approval


@pytest.mark.sqlite
def test_the_grant_is_kept_with_how_it_was_reached(url: str) -> None:
    reference = case_at(url, "approve", contribution="250")
    decide(url, reference, Approve(approved=True, fees_pence=120_00))
    (approval,) = rows(url, Approval)
    assert approval["works_pence"] == 1_600_00  # zero-rated, on the declaration
    assert (approval["fees_pence"], approval["contribution_pence"]) == (120_00, 250_00)
    assert approval["grant_pence"] == 1_470_00
    assert (approval["decided_by"], approval["decided_on"]) == (ADA, TODAY)
    assert (approval["outcome"], approval["reason"]) == ("approved", REASON)


@pytest.mark.sqlite
def test_nobody_approves_a_grant_above_their_delegated_limit(url: str) -> None:
    reference = case_at(url, "approve")
    error = refused(url, reference, Approve(approved=True), NotPermittedError, by=AMOS)
    assert error.text() == (
        "The grant of £1,600.00 is above the delegated limit of Amos Able (£1,000.00). [s.34] "
        "Ask an approving officer with a higher limit."
    )
    decide(url, reference, Approve(approved=False), by=AMOS)


@pytest.mark.sqlite
def test_an_approving_officer_without_a_limit_approves_nothing(url: str) -> None:
    bring(url, "officers", OFFICERS.replace("| RBC         | 1000", "| RBC         |"))
    reference = case_at(url, "approve")
    error = refused(url, reference, Approve(approved=True), NotPermittedError, by=AMOS)
    assert "(none)" in error.what


@pytest.mark.sqlite
@pytest.mark.parametrize("pricing", ["specify", "confirm-price", "direct", "quote", "award"])
def test_whoever_had_a_hand_in_the_price_does_not_approve_it(url: str, pricing: str) -> None:
    route = "quotes" if pricing in ("quote", "award") else "pre_priced"
    step = {"specify": "specify", "confirm-price": "price"}.get(pricing, "tender")
    reference = case_at(url, step, route=route)
    if pricing == "award":
        at_the_deadline(url, reference)
    decisions: dict[str, BaseDecision] = {
        "specify": Specify(),
        "confirm-price": ConfirmPrice(),
        "direct": Direct(),
        "quote": RecordQuote(AVON, {1: 500_00, 2: 600_00}),
        "award": AwardQuote(AVON),
    }
    act(url, reference, decisions[pricing], by=TOBY)
    finish_as_usual(url, reference)
    a_technical_officer, an_approving_officer = (
        "technical_officer | RBC         |",
        "approving_officer | RBC | 9000",
    )
    bring(url, "officers", OFFICERS.replace(a_technical_officer, an_approving_officer))
    error = refused(url, reference, Approve(approved=True), NotPermittedError, by=TOBY)
    assert error.text() == (
        f"Toby Tiler recorded “{pricing}” on this case and so may not approve the grant. "
        "Two people are needed. Ask a colleague with the same role."
    )
    decide(url, reference, Approve(approved=True), by=ADA)


def at_the_deadline(url: str, reference: str) -> None:
    """Let two firms quote in their own names, and the sweep open the quotes."""
    quoted(url, reference, AVON, BRIAR)
    opened(url, reference)


def finish_as_usual(url: str, reference: str) -> None:
    """Bring a case under way to its approval."""
    for step in ("specify", "price", "tender", "certificates"):
        pass_step(url, reference, StepName(step))
    assert status_of(url, reference, "approve") is StepStatus.WAITING
    find(url, reference)


@pytest.mark.parametrize(
    ("missing", "section", "words"),
    [
        ("recommended_on", "s.24(3)(a)", "has no assessor's recommendation"),
        ("applied_on", "s.2, s.34(1)", "has no date of application"),
    ],
)
def test_what_the_act_asks_for_blocks_an_approval_and_not_a_refusal(
    url: str, missing: str, section: str, words: str
) -> None:
    reference = case_at(url, "approve", **{missing: ""})
    error = refused(url, reference, Approve(approved=True), StatuteError)
    assert (error.section, words in error.what) == (section, True)
    assert missing in error.next_step
    new_case(url, **{missing: "2026-05-02"})  # what the message says to do
    decide(url, reference, Approve(approved=True))
    other = case_at(url, "approve", reference="DFG-2", **{missing: ""})
    decide(url, other, Approve(approved=False), reason="not practicable")


@pytest.mark.sqlite
def test_a_consent_that_lapsed_meanwhile_blocks_the_approval(url: str) -> None:
    reference = case_at(url, "consent", tenure="private_tenant")
    act(url, reference, AnswerConsent(ConsentAnswer.GRANTED, valid_to=TODAY + timedelta(days=3)))
    for step in ("price", "tender", "certificates"):
        pass_step(url, reference, StepName(step))
    find(url, reference)
    later(days=4)
    error = refused(url, reference, Approve(approved=True), StatuteError)
    assert error.section == "s.24(3)(b)"
    assert error.what == "The landlord's consent lapsed on 4 June 2026."


@pytest.mark.sqlite
def test_a_case_is_approved_once(url: str) -> None:
    reference = case_at(url, "assign")
    error = refused(url, reference, Approve(approved=True), AlreadyDecidedError)
    assert f"{ADA} recorded “approve” on 1 June 2026." in error.why
    assert len(rows(url, Approval)) == 1


@pytest.mark.sqlite
def test_a_case_decided_and_not_yet_noticed_is_in_handrail_s_hands(url: str) -> None:
    reference = case_at(url, "approve")
    decide(url, reference, Approve(approved=True))
    assert refused(url, reference, Approve(approved=True), StepNotOpenError)
