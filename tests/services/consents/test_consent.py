"""The landlord's consent: not needed, agreed beforehand, or asked for with its letter."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from adapters import clock
from adapters.settings import settings
from desk.verification.commands import sha256_of
from models.database import writing
from models.tables.consents import GrantCertificate
from models.tables.record import Audit, Document
from models.tables.works import Consent
from rules.cases import ConsentAnswer
from rules.errors import MissingReasonError, StatuteError, StepNotOpenError
from rules.pathway import StepName, StepStatus
from services.assignment.decide import AnswerOffer
from services.consents.decide import AnswerConsent
from services.consents.renewing import consents_lapsed, renew_consent
from services.decisions.record import record_decision
from services.decisions.specification import Specify
from services.grants.approve import Approve
from services.orders.safety import HoldPlan
from services.orders.works import StartWorks
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
from tests.looking import contents, messages, rows, status_of, step_of, trail
from tests.small_service import NOW, PERMISSIONS, TESS


def consent(url: str) -> dict[str, Any]:
    return rows(url, Consent)[-1]


def specified(url: str, **options: Any) -> str:
    """Specify a case, so that its consent is sought."""
    reference = case_at(url, "specify", **options)
    act(url, reference, Specify())
    return reference


@pytest.mark.sqlite
def test_an_owner_needs_no_landlord_s_consent(url: str) -> None:
    reference = specified(url)
    assert status_of(url, reference, "consent") is StepStatus.NOT_NEEDED
    assert consent(url)["basis"] == "not_needed"
    assert messages(url, "consent_request_to_landlord") == []


def test_a_pre_permission_clears_the_gate_at_once_and_is_cited(url: str) -> None:
    reference = specified(url, tenure="rp_tenant")
    found = consent(url)
    assert (found["basis"], found["landlord"]) == ("pre_permission", "OAK")
    assert (found["conditions"], found["value_cap_pence"]) == ("Tell us. Photographs.", 2_000_00)
    assert found["permission_id"] is not None
    assert status_of(url, reference, "consent") is StepStatus.DONE
    assert "consent: pre-permission matched" in trail(url, reference)
    assert messages(url, "consent_request_to_landlord") == []


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("permission", "why"),
    [
        ("2000|Tell us. Photographs.|2026-01-01|2026-05-31", "ended on 31 May 2026"),
        ("1500|Tell us. Photographs.|2026-01-01|2026-12-31", "covers works up to £1,500.00"),
    ],
)
def test_a_pre_permission_that_does_not_cover_the_works_is_asked_beyond(
    url: str, permission: str, why: str
) -> None:
    usual = "2000|Tell us. Photographs.|2026-01-01|2026-12-31"
    bring(url, "permissions", PERMISSIONS.replace(usual, permission))
    reference = specified(url, tenure="rp_tenant")
    step = step_of(url, reference, "consent")
    assert (step.status, step.owner) == (StepStatus.WAITING, "landlord")
    assert step.waiting_for == "Oak Homes answers; on silence the officer decides"
    asked = [row for row in rows(url, Audit) if row["action"] == "consent: to be asked for"]
    assert why in asked[-1]["reason"]


@pytest.mark.sqlite
def test_bespoke_works_have_no_value_yet_and_no_capped_permission_covers_them(url: str) -> None:
    bring(url, "permissions", PERMISSIONS.replace("grab_rails", "grab_rails;extension"))
    specified(url, tenure="rp_tenant", route="quotes")
    assert consent(url)["basis"] == "requested"


@pytest.mark.sqlite
def test_consent_is_asked_for_in_writing_with_its_letter_and_a_day_to_answer_by(url: str) -> None:
    reference = specified(url, tenure="rp_tenant", landlord="ELM", work_type="level_access_shower")
    (request,) = messages(url, "consent_request_to_landlord")
    assert (request["to"], request["by_post_to"]) == ("tess@rbc.example", "Elm Homes\nElm House")
    (letter,) = [one for one in rows(url, Document) if one["kind"] == "consent_request"]
    assert (letter["kind"], letter["version"]) == ("consent_request", 1)
    (attachment,) = request["attachments"]
    assert attachment["sha256"] == letter["sha256"] == sha256_of(letter["path"])
    assert attachment["name"] == "DFG-1 consent request.html"
    assert step_of(url, reference, "consent").due_on == NOW.date().replace(day=22)
    assert request["context"]["reply_by"] == "2026-06-22"
    assert consent(url)["sent_on"] == NOW.date()
    assert "£" not in str(request), "a landlord learns nothing of money"


@pytest.mark.sqlite
def test_a_landlord_is_asked_for_the_owner_s_certificate_by_its_own_letter_alone(url: str) -> None:
    reference = specified(url, tenure="private_tenant")
    (consent_letter,) = messages(url, "consent_request_to_landlord")
    assert consent_letter["context"]["asked_for"] == ["consent to the works listed in this letter"]
    (letter,) = [row for row in rows(url, Document) if row["kind"] == "consent_request"]
    page = (settings().documents_folder / letter["html_path"]).read_text(encoding="utf-8")
    assert "certificate" not in page
    assert status_of(url, reference, "certificates") is StepStatus.WAITING
    assert len(messages(url, "certificate_request_to_landlord")) == 1


def test_the_agreement_on_such_works_gives_the_days_and_what_silence_means(url: str) -> None:
    header, oak = PERMISSIONS.strip().splitlines()
    low_cap = oak.replace("|2000|", "|500|").replace("|10|", "|6|refused")
    other_works = oak.replace("level_access_shower;grab_rails", "ramp").replace("|10|", "|2|")
    ended = other_works.replace("ramp", "grab_rails;ramp").replace("2026-12-31", "2026-05-31")
    bring(url, "permissions", "\n".join((header, low_cap, other_works, ended)))
    reference = specified(url, tenure="rp_tenant")
    assert step_of(url, reference, "consent").due_on == NOW.date().replace(day=9)
    assert consent(url)["silence"] == "refused"


@pytest.mark.sqlite
def test_a_council_tenant_s_landlord_is_the_authority_itself(url: str) -> None:
    specified(url, tenure="council_tenant")
    (request,) = messages(url, "consent_request_to_landlord")
    assert request["to"] == "home@rbc.example"


@pytest.mark.sqlite
def test_a_private_landlord_nobody_wrote_down_is_written_to_by_post(url: str) -> None:
    specified(url, tenure="private_tenant", landlord="")
    (request,) = messages(url, "consent_request_to_landlord")
    assert request["by_post_to"] == "The landlord"


@pytest.mark.sqlite
def test_silence_is_treated_as_consent_only_by_an_officer_s_own_plan(url: str) -> None:
    reference = case_at(url, "consent", tenure="private_tenant")
    decision = AnswerConsent(ConsentAnswer.TREATED_AS_GIVEN)
    later(days=60)
    before = contents(url)
    with pytest.raises(MissingReasonError, match="PLAN"), writing(url) as conn:
        record_decision(
            conn,
            reference=reference,
            decision=decision,
            by=TESS,
            reason="no answer came",
            now=clock.now(),
        )
    assert contents(url) == before
    decide(url, reference, decision, reason="no answer in six weeks, reminded twice")
    assert consent(url)["basis"] == "treated_as_given"
    assert status_of(url, reference, "consent") is StepStatus.DONE


@pytest.mark.sqlite
def test_certificates_are_asked_for_of_those_who_give_them(url: str) -> None:
    specified(url, tenure="private_tenant")
    (tenant,) = messages(url, "certificate_request_to_applicant")
    (owner,) = messages(url, "certificate_request_to_landlord")
    assert tenant["to"] == "ashby@home.example"
    assert tenant["context"]["certificate"] == "tenant’s certificate"
    assert (owner["to"], owner["by_post_to"]) == ("tess@rbc.example", "Mr Lett")
    assert owner["context"]["certificate"] == "owner’s certificate"
    assert owner["context"]["client_name"] == "Mrs Ashby"
    assert owner["context"]["site_address"].startswith("14 Hill Road")
    assert rows(url, GrantCertificate) == []


@pytest.mark.sqlite
def test_a_client_without_an_address_to_write_to_gets_letters_by_post(url: str) -> None:
    reference = new_case(url, email="")
    go(reference)
    act(url, reference, Specify())
    (asked,) = messages(url, "certificate_request_to_applicant")
    assert asked["to"] == "tess@rbc.example"
    assert asked["by_post_to"] == "Mrs Ashby\n14 Hill Road, Rugby\nCV22 5AA"


def granted_until(url: str, last_day: date) -> str:
    """Return a case before its approval whose landlord consented until a day."""
    reference = case_at(url, "consent", tenure="private_tenant")
    act(url, reference, AnswerConsent(ConsentAnswer.GRANTED, valid_to=last_day))
    for step in ("price", "tender", "certificates"):
        pass_step(url, reference, StepName(step))
    find(url, reference)
    return reference


@pytest.mark.sqlite
def test_a_consent_that_lapses_is_asked_for_again_in_time(url: str) -> None:
    reference = granted_until(url, NOW.date() + timedelta(days=90))
    later(days=59)  # 30 July; its last day is 30 August
    assert consents_lapsed() == ()
    later(days=4)
    assert consents_lapsed() == (reference,), "twenty working days before"
    renew_consent(reference)
    before = contents(url)
    renew_consent(reference)
    assert contents(url) == before, "it is opened again once"
    assert consents_lapsed() == ()
    go(reference)
    assert step_of(url, reference, "consent").revision == 2
    assert len(messages(url, "consent_request_to_landlord")) == 2
    refused(url, reference, Approve(approved=True), StepNotOpenError)
    act(url, reference, AnswerConsent(ConsentAnswer.GRANTED))
    act(url, reference, Approve(approved=True))
    assert status_of(url, reference, "assign") is StepStatus.WAITING


def test_one_that_is_given_for_days_is_not_asked_for_again_at_once(url: str) -> None:
    reference = granted_until(url, NOW.date() + timedelta(days=6))
    assert consents_lapsed() == ()
    later(days=2)
    assert consents_lapsed() == ()
    later(days=1)
    assert consents_lapsed() == (reference,)


def test_an_order_is_held_while_its_consent_lapses_before_the_works_begin(url: str) -> None:
    reference = granted_until(url, NOW.date() + timedelta(days=8))
    act(url, reference, Approve(approved=True))
    act(url, reference, AnswerOffer(accepted=True))
    step = step_of(url, reference, "order")
    assert step.status is StepStatus.READY
    assert "lapses on 9 June 2026, before the works begin" in step.trouble
    later(days=5)
    assert consents_lapsed() == (reference,), "also once the grant is decided"
    renew_consent(reference)
    go(reference)
    assert step_of(url, reference, "consent").owner == "landlord"
    act(url, reference, AnswerConsent(ConsentAnswer.GRANTED))
    assert status_of(url, reference, "order") is StepStatus.DONE
    assert consents_lapsed() == ()


@pytest.mark.sqlite
def test_works_do_not_begin_on_a_consent_that_has_lapsed(url: str) -> None:
    reference = granted_until(url, NOW.date() + timedelta(days=40))
    act(url, reference, Approve(approved=True))
    act(url, reference, AnswerOffer(accepted=True))
    later(days=41)
    decide(url, reference, HoldPlan("CPP-1", clock.today()))
    refused(url, reference, StartWorks(clock.today()), StatuteError)
    act(url, reference, StartWorks(clock.today() - timedelta(days=1)))
    assert consents_lapsed() == (), "the works have begun"
