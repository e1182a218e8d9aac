"""Journeys through the pages: a landlord's consent by tenure, and a death before, after, during."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from adapters import clock
from models.tables.funding import ChargePayment
from models.tables.works import Consent, OrderEnding
from rules.cases import ConsentAnswer
from rules.consents.tenancies import Covenant, Tenancy
from rules.decisions import BaseDecision
from rules.grants.funding import FundingKind
from rules.orders import EndGround, ExitGround
from rules.pathway import CaseStatus, StepName, StepStatus
from services.consents.alternatives import Alternative, ConsiderAlternative, Found
from services.consents.authority import RecordAuthority
from services.consents.decide import AnswerConsent
from services.consents.tenancy import RecordTenancy
from services.decisions.exits import Exit
from services.grants.charges_after import PayCharges
from services.grants.funding import Liable, RecordFunding
from services.orders.ended import EndOrder
from tests.desk.web.desk import Desk
from tests.factories import begin, case_at, go, live_at, pass_step
from tests.looking import case, messages, rows, status_of, step_of
from tests.rules.test_decision_forms import LETTERS, filled
from tests.services.consents.test_consent import specified
from tests.services.orders.replacing import sound
from tests.small_service import ADA, NOW, REFERENCE, TESS

TODAY = NOW.date()
SURVEY = RecordFunding(FundingKind.ANCILLARY, "Survey", 150_00, liable=Liable.APPLICANT)


def page_of(reference: str, kind: type[BaseDecision]) -> str:
    return f"/cases/{reference}/decide/{kind.kind}"


def by_page(reference: str, decision: BaseDecision, *, by: str = TESS) -> str:
    """Record a decision on its page, let the run that follows end, and return the case's page."""
    desk, page = Desk(by), page_of(reference, type(decision))
    form = desk.get(page)
    assert form.status_code == 200, form.text
    (over,) = re.findall(r'name="over" value="(\d+)"', form.text)
    typed: dict[str, Any] = filled(decision) | LETTERS
    sent = desk.send(page, **typed, reason="as was said", do="record", over=over)
    assert sent.status_code == 303, sent.text
    go(reference)
    return desk.get(f"/cases/{reference}").text


def asked_by_page(url: str, tenure: str, tenancy: Tenancy, covenant: Covenant) -> str:
    """Ask a landlord for consent, everything recorded on pages."""
    reference = specified(url, tenure=tenure, tenancy="none", landlord="ELM", asks="no")
    by_page(reference, RecordTenancy(tenancy, TODAY, covenant))
    by_page(reference, RecordAuthority(TODAY))
    assert len(messages(url, "consent_request_to_landlord")) == 1
    return reference


def test_a_permission_held_before_clears_the_gate_and_is_cited(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "approve", tenure="rp_tenant", landlord="OAK")
    (held,) = rows(sqlite_service, Consent)
    assert held["basis"] == "pre_permission"
    assert messages(sqlite_service, "consent_request_to_landlord") == []
    shown = Desk(TESS).get(f"/cases/{reference}").text
    assert "Agreement 1" in shown
    assert "Tell us. Photographs." in shown


def test_conditions_are_kept_with_the_consent(sqlite_service: str) -> None:
    reference = asked_by_page(
        sqlite_service, "private_tenant", Tenancy.ASSURED, Covenant.WITH_CONSENT
    )
    shown = by_page(reference, AnswerConsent(ConsentAnswer.GRANTED, "Two days’ notice first"))
    assert "Two days’ notice first" in shown
    assert status_of(sqlite_service, reference, "consent") is StepStatus.DONE


@pytest.mark.parametrize(
    ("tenure", "tenancy", "covenant", "given"),
    [
        ("council_tenant", Tenancy.SECURE, Covenant.WITH_CONSENT, False),
        ("private_tenant", Tenancy.STATUTORY, Covenant.WITH_CONSENT, False),
        ("private_tenant", Tenancy.ASSURED, Covenant.WITH_CONSENT, True),
        ("private_tenant", Tenancy.LONG_LEASE, Covenant.WITH_CONSENT, True),
        ("private_tenant", Tenancy.ASSURED, Covenant.FORBIDDEN, False),
        ("licensee", Tenancy.LICENCE, Covenant.WITH_CONSENT, False),
    ],
)
def test_silence_is_what_the_law_of_the_tenancy_makes_of_it(
    sqlite_service: str, tenure: str, tenancy: Tenancy, covenant: Covenant, *, given: bool
) -> None:
    reference = asked_by_page(sqlite_service, tenure, tenancy, covenant)
    live_at(NOW + timedelta(days=60))
    taken = AnswerConsent(ConsentAnswer.TREATED_AS_GIVEN)
    if given:
        by_page(reference, taken)
        assert status_of(sqlite_service, reference, "consent") is StepStatus.DONE
        return
    desk, page = Desk(TESS), page_of(reference, AnswerConsent)
    (over,) = re.findall(r'name="over" value="(\d+)"', desk.get(page).text)
    typed: dict[str, Any] = filled(taken) | LETTERS
    sent = desk.send(page, **typed, reason="no answer", do="record", over=over)
    assert sent.status_code in (409, 422), sent.text
    assert status_of(sqlite_service, reference, "consent") is StepStatus.WAITING


def test_after_a_refusal_an_alternative_is_considered(sqlite_service: str) -> None:
    reference = asked_by_page(sqlite_service, "licensee", Tenancy.LICENCE, Covenant.NOTHING)
    by_page(reference, AnswerConsent(ConsentAnswer.REFUSED, reasons="No works in this house."))
    assert step_of(sqlite_service, reference, "consent").status is not StepStatus.DONE
    found = ConsiderAlternative(next(iter(Alternative)), next(iter(Found)), "It was looked at.")
    assert "other design: taken (It was looked at)" in by_page(reference, found)


@pytest.mark.parametrize("approved", [False, True])
@pytest.mark.parametrize("who", [ExitGround.OCCUPANT_DIED, ExitGround.APPLICANT_DIED])
def test_a_death_before_works_begin(
    sqlite_service: str, who: ExitGround, *, approved: bool
) -> None:
    url = sqlite_service
    reference = case_at(url, "approve")
    by_page(reference, SURVEY)
    if approved:
        pass_step(url, reference, StepName.APPROVE)
    by_page(reference, Exit(CaseStatus.DIED, who))
    assert case(url, reference).status == CaseStatus.DIED
    assert messages(url, "case_ended_to_client") == []
    shown = by_page(reference, PayCharges("Survey", "S-17"), by=ADA)
    assert "£150.00" in shown
    assert [row["amount_pence"] for row in rows(url, ChargePayment)] == [150_00]
    assert sound(url) == []


@pytest.mark.parametrize("who", [EndGround.OCCUPANT_DIED, EndGround.APPLICANT_DIED])
def test_a_death_during_the_works(sqlite_service: str, who: EndGround) -> None:
    url = sqlite_service
    case_at(url, "works", route="call_off")
    begin(url, REFERENCE, clock.today())
    by_page(REFERENCE, EndOrder(who, done=("1",), not_done=("2",)))
    (ended,) = rows(url, OrderEnding)
    assert (ended["ground"], ended["net_pence"]) == (who, 180_00)
    assert sound(url) == []
