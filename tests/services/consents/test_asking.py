"""Asking a landlord: the tenant first, reminders, mail that came back, silence by tenancy."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from adapters import clock
from adapters.received import pages_in
from adapters.settings import settings
from models.database import reading, writing
from models.tables.cases import CaseStep
from models.tables.consents import LandlordAnswer, TenantAuthority
from models.tables.record import Audit, Decision, Document, Outbox
from models.tables.works import Consent
from rules.cases import ConsentAnswer
from rules.consents.tenancies import Covenant, Tenancy
from rules.errors import (
    AlreadyDecidedError,
    InvalidDecisionError,
    StatuteError,
    StepNotOpenError,
)
from rules.pathway import StepStatus
from services.consents.answers import AnsweredHow
from services.consents.arrival import follow_request, requests_to_follow
from services.consents.authority import RecordAuthority, WithdrawAuthority
from services.consents.chasing import chase_landlord, landlords_to_chase
from services.consents.decide import AnswerConsent
from services.consents.pack import file_evidence, write_evidence
from services.consents.tenancy import RecordTenancy
from services.documents.returned import came_back, message_by_key, send_again
from tests.factories import act, bring, case_at, decide, go, later, live_at, refused
from tests.looking import contents, messages, rows, status_of, step_of
from tests.services.consents.test_consent import specified
from tests.small_service import NOW, REASON, REFERENCE, TESS

GIVEN = AnswerConsent(ConsentAnswer.TREATED_AS_GIVEN)
REQUEST = f"{REFERENCE}:consent_request_to_landlord:1"
TODAY = NOW.date()


def consent(url: str) -> dict[str, Any]:
    return rows(url, Consent)[-1]


def asked(url: str, **options: Any) -> str:
    return specified(url, **{"tenure": "private_tenant", **options})


def silent(url: str, **options: Any) -> str:
    """Return a case whose landlord did not answer in time."""
    reference = asked(url, **options)
    live_at(NOW + timedelta(days=60))
    return reference


# ---- the tenant's authority


def test_a_landlord_is_not_asked_before_the_tenant_has_applied(url: str) -> None:
    reference = asked(url, asks="no")
    step = step_of(url, reference, "consent")
    assert (step.owner, step.waiting_for) == (
        "applicant",
        "the tenant’s authority to ask the landlord",
    )
    assert messages(url, "consent_request_to_landlord") == []
    (ask,) = messages(url, "authority_request_to_client")
    assert ask["context"]["landlord"] == "Mr Lett"
    found = consent(url)
    assert (found["sent_on"], found["reply_by"], found["chase_on"]) == (None, None, None)
    later(days=90)
    assert landlords_to_chase() == ()
    error = refused(url, reference, GIVEN, StatuteError)
    assert "a council’s letter alone starts no clock" in error.why
    assert "has not been asked yet" in error.why
    later(days=-87)
    act(url, reference, RecordAuthority(TODAY))
    assert step_of(url, reference, "consent").owner == "landlord"
    assert consent(url)["sent_on"] == clock.today()
    assert len(messages(url, "consent_request_to_landlord")) == 1


@pytest.mark.parametrize("day", [TODAY + timedelta(days=1), date(2030, 1, 1)])
def test_authority_is_not_of_a_day_to_come(url: str, day: date) -> None:
    refused(url, asked(url, asks="no"), RecordAuthority(day), InvalidDecisionError)


def test_one_authority_stands_and_that_of_a_request_that_is_out_is_not_taken_back(url: str) -> None:
    reference = asked(url)
    refused(url, reference, RecordAuthority(TODAY), AlreadyDecidedError)
    refused(url, reference, WithdrawAuthority(), InvalidDecisionError)
    act(url, reference, AnswerConsent(ConsentAnswer.GRANTED))
    decide(url, reference, WithdrawAuthority())
    (held,) = rows(url, TenantAuthority)
    assert held["withdrawn_at"] == clock.now()
    refused(url, reference, WithdrawAuthority(), StepNotOpenError)


# ---- what silence means, by tenancy


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("tenure", "tenancy", "covenant", "statute"),
    [
        ("council_tenant", Tenancy.SECURE, Covenant.WITH_CONSENT, "Housing Act 1985"),
        ("rp_tenant", Tenancy.SECURE, None, "Housing Act 1985"),
        ("private_tenant", Tenancy.STATUTORY, None, "Housing Act 1980"),
        ("private_tenant", Tenancy.PROTECTED, Covenant.WITH_CONSENT, "Housing Act 1980"),
        ("private_tenant", Tenancy.ASSURED, Covenant.FORBIDDEN, "none"),
        ("private_tenant", Tenancy.ASSURED, None, "depends on the tenancy"),
        ("licensee", Tenancy.LICENCE, Covenant.WITH_CONSENT, "none"),
    ],
)
def test_silence_gives_nothing_where_no_act_says_so(
    url: str, tenure: str, tenancy: Tenancy, covenant: Covenant | None, statute: str
) -> None:
    reference = silent(url, tenure=tenure, tenancy="none", landlord="ELM")
    decide(url, reference, RecordTenancy(tenancy, TODAY, covenant))
    error = refused(url, reference, GIVEN, StatuteError)
    assert statute in (error.section or "")
    act(url, reference, AnswerConsent(ConsentAnswer.GRANTED))
    assert status_of(url, reference, "consent") is StepStatus.DONE, "a later consent is valid"


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("tenure", "tenancy"),
    [
        ("private_tenant", Tenancy.ASSURED),
        ("private_tenant", Tenancy.LONG_LEASE),
        ("rp_tenant", Tenancy.ASSURED),
        ("council_tenant", Tenancy.INTRODUCTORY),
    ],
)
def test_silence_of_a_landlord_under_s_190_is_an_officer_s_decision(
    url: str, tenure: str, tenancy: Tenancy
) -> None:
    reference = silent(url, tenure=tenure, tenancy="none", landlord="ELM")
    assert "not on record" in refused(url, reference, GIVEN, StatuteError).why
    decide(url, reference, RecordTenancy(tenancy, TODAY, Covenant.WITH_CONSENT))
    act(url, reference, GIVEN)
    assert consent(url)["basis"] == "treated_as_given"


def test_a_leaseholder_s_freeholder_is_asked(url: str) -> None:
    reference = specified(url)
    held = RecordTenancy(Tenancy.LONG_LEASE, TODAY, Covenant.WITH_CONSENT)
    assert "freeholder’s consent is sought" in decide(url, reference, held).notice
    go(reference)
    act(url, reference, RecordAuthority(TODAY))
    assert len(messages(url, "consent_request_to_landlord")) == 1
    live_at(NOW + timedelta(days=60))
    act(url, reference, GIVEN)
    assert consent(url)["basis"] == "treated_as_given"


@pytest.mark.sqlite
def test_a_landlord_has_until_the_day_it_was_given(url: str) -> None:
    reference = asked(url)
    error = refused(url, reference, GIVEN, StatuteError)
    assert "has until 22 June 2026 to answer" in error.why


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("tenancy", "may"), [("secure", True), ("assured", True), ("licence", False)]
)
def test_a_refusal_without_good_reason_may_be_decided_on_where_an_act_says_so(
    url: str, tenancy: str, may: bool
) -> None:
    tenure = {"secure": "council_tenant", "licence": "licensee"}.get(tenancy, "private_tenant")
    reference = asked(url, tenure=tenure, tenancy=tenancy)
    answer = AnswerConsent(
        ConsentAnswer.REFUSED,
        how=AnsweredHow.TELEPHONE,
        received_on=TODAY,
        answered_by="Ms Agent",
        reasons="Prefers no tray.",
    )
    act(url, reference, answer)
    (held,) = rows(url, LandlordAnswer)
    assert (held["how"], held["received_on"], held["recorded_by"]) == ("telephone", TODAY, TESS)
    assert (held["answered_by"], held["reasons"]) == ("Ms Agent", "Prefers no tray.")
    said = [one["facts"] for one in rows(url, Decision) if one["kind"] == "answer-consent"]
    assert "Agent" not in str(said)
    assert "tray" not in str(rows(url, Audit))
    if may:
        act(url, reference, GIVEN)
        assert consent(url)["basis"] == "treated_as_given"
    else:
        refused(url, reference, GIVEN, StatuteError)


@pytest.mark.sqlite
def test_a_tenancy_that_the_tenure_cannot_be_is_refused(url: str) -> None:
    reference = asked(url)
    wrong = RecordTenancy(Tenancy.SECURE, TODAY)
    assert "assured" in refused(url, reference, wrong, InvalidDecisionError).why
    again = RecordTenancy(Tenancy.ASSURED, TODAY, Covenant.WITH_CONSENT)
    refused(url, reference, again, InvalidDecisionError)
    ahead = RecordTenancy(Tenancy.ASSURED, TODAY + timedelta(days=1))
    refused(url, reference, ahead, InvalidDecisionError)


def test_an_answer_that_contradicts_itself_is_refused_all_at_once(url: str) -> None:
    reference = asked(url)
    wrong = AnswerConsent(ConsentAnswer.TREATED_AS_GIVEN, answered_by="x" * 121)
    error = refused(url, reference, wrong, InvalidDecisionError)
    assert "came from nobody" in error.text()
    assert "120" in error.text()
    ahead = AnswerConsent(ConsentAnswer.GRANTED, received_on=TODAY + timedelta(days=1))
    refused(url, reference, ahead, InvalidDecisionError)


# ---- reminders, and silence put to the officer


def chased_on(url: str, reference: str, *, until: int) -> list[date]:
    """Return the days on which the sweep has something to do for a landlord."""
    days = []
    for day in range(1, until):
        live_at(NOW + timedelta(days=day))
        if landlords_to_chase() == (reference,):
            days.append(clock.today())
            if chase_landlord(reference):
                file_evidence(reference, write_evidence(reference))
            assert landlords_to_chase() == ()
            assert chase_landlord(reference) is False, "it does so once"
    return days


def test_a_landlord_is_reminded_by_schedule_and_silence_is_put_to_the_officer(url: str) -> None:
    reference = asked(url)
    days = chased_on(url, reference, until=30)
    assert days == [date(2026, 6, 8), date(2026, 6, 15), date(2026, 6, 23)]
    first, second = messages(url, "consent_reminder_to_landlord")
    assert first["context"]["asked_on"] == "2026-06-01"
    assert second["context"]["reply_by"] == "2026-06-22"
    step = step_of(url, reference, "consent")
    assert step.owner == "technical officer"
    assert step.waiting_for.startswith("officer decides on the landlord’s silence")
    assert consent(url)["basis"] == "requested", "nothing is deemed"
    (pack,) = [one for one in rows(url, Document) if one["kind"] == "consent_pack"]
    page = (settings().documents_folder / pack["html_path"]).read_text(encoding="utf-8")
    for words in ("assured tenancy", "Equality Act 2010 s.190", "1 June 2026, signed form", "Lett"):
        assert words in page
    assert page.count("Consent reminder to landlord") == 2
    if pack["path"].endswith(".pdf"):
        (letter,) = [one for one in rows(url, Document) if one["kind"] == "consent_request"]
        folder = settings().documents_folder
        of_letter = pages_in((folder / letter["path"]).read_bytes())
        assert pages_in((folder / pack["path"]).read_bytes()) > of_letter


@pytest.mark.sqlite
def test_an_authority_has_its_own_schedule_from_a_day_on(url: str) -> None:
    reference = asked(url)
    header = "authority|valid_from|first_reminder|second_reminder|renew_days\n"
    bring(url, "consent_terms", header + "|2026-01-01|||20\nRBC|2026-07-01|3|6|20")
    later_case = specified(url, tenure="private_tenant", reference="DFG-2")
    assert [one["chase_on"] for one in rows(url, Consent)] == [date(2026, 6, 8), date(2026, 6, 23)]
    del reference, later_case


@pytest.mark.sqlite
def test_an_answer_ends_the_reminders(url: str) -> None:
    reference = asked(url)
    act(url, reference, AnswerConsent(ConsentAnswer.REFUSED))
    later(days=60)
    assert landlords_to_chase() == ()


# ---- mail that came back


def returned(url: str, key: str) -> None:
    with writing(url) as conn:
        conn.execute(sa.update(Outbox).values(status="sent", done_at=clock.now()))
        number = message_by_key(conn, key=key)
        came_back(conn, message_id=number, by=TESS, reason="no such mailbox there", now=clock.now())


def test_a_request_that_came_back_lets_no_clock_run_until_it_is_sent_again(url: str) -> None:
    reference = asked(url, landlord="Mr Lett")
    returned(url, REQUEST)
    assert requests_to_follow() == (reference,)
    follow_request(reference)
    assert requests_to_follow() == ()
    before = contents(url)
    follow_request(reference)
    assert contents(url) == before, "it is noted once"
    step = step_of(url, reference, "consent")
    assert step.owner == "technical officer"
    assert step.waiting_for.startswith("the request did not reach the landlord")
    later(days=60)
    assert landlords_to_chase() == ()
    error = refused(url, reference, GIVEN, StatuteError)
    assert "did not reach the landlord, so it was not silent" in error.why
    with writing(url) as conn:
        number = message_by_key(conn, key=REQUEST)
        to = "lett@home.example"
        send_again(conn, message_id=number, to=to, by=TESS, reason=REASON, now=clock.now())
    assert requests_to_follow() == (reference,)
    follow_request(reference)
    assert requests_to_follow() == ()
    assert step_of(url, reference, "consent").owner == "landlord"
    assert consent(url)["reply_by"] > clock.today()
    assert "to answer" in refused(url, reference, GIVEN, StatuteError).why
    with reading(url) as conn:
        again = message_by_key(conn, key=f"{REQUEST}:again")
    assert again != number


def test_what_was_recorded_of_an_answer_can_be_read_of_old_requests(url: str) -> None:
    """A request of an earlier version: its day is kept, and of it no authority is on record."""
    reference = case_at(url, "consent", tenure="private_tenant", asks="no")
    with writing(url) as conn:
        conn.execute(sa.update(Consent).values(asked_on=TODAY))
        of_consent = sa.update(CaseStep).where(CaseStep.step == "consent")
        conn.execute(of_consent.values(owner="landlord"))
    later(days=60)
    error = refused(url, reference, GIVEN, StatuteError)
    assert "no authority of the tenant is on record" in error.why
    decide(url, reference, RecordAuthority(TODAY))
    act(url, reference, GIVEN)
    assert consent(url)["basis"] == "treated_as_given"
