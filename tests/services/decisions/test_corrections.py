"""What was recorded by mistake is corrected, both stay on record, and what rests on it is said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.database import reading
from models.tables.competition import Quote
from models.tables.consents import GrantCertificate
from models.tables.record import Decision, Document
from models.tables.works import CompletionCertificate, Consent, Inspection, WorkOrder
from rules.errors import (
    InvalidDecisionError,
    NotPermittedError,
    StatuteError,
    StepNotOpenError,
)
from rules.pathway import StepName, StepStatus
from services.aftercare.survey import AnswerSurvey, CorrectSurvey
from services.competitions.quoting import CorrectQuote, RecordQuote
from services.completion.completion import Certify
from services.completion.corrections import CorrectCertificate, CorrectInspection
from services.completion.inspecting import InspectLines
from services.consents.certificates import RecordCertificate
from services.consents.corrections import CorrectConsent, WithdrawCertificate
from services.orders.corrections import CorrectComplete, CorrectStart
from services.orders.works import CompleteWorks, StartWorks
from services.payments.release import Release
from services.verification.verify import findings
from tests.factories import act, case_at, later, pass_step, refused, usual_decision
from tests.looking import case, messages, rows, running, status_of, step_of
from tests.small_service import AVON, BRIAR, NOW, TESS

TODAY = NOW.date()
DAY = timedelta(days=1)


def facts(url: str) -> dict[str, Any]:
    found: dict[str, Any] = rows(url, Decision)[-1]["facts"]
    return found


def sides(url: str) -> tuple[dict[str, Any], dict[str, Any]]:
    return facts(url)["before"], facts(url)["after"]


def held_sound(url: str) -> None:
    with reading(url) as conn:
        left = [one for one in findings(conn, lambda _: None) if "The file " not in one.sentence]
    assert left == []


def test_a_start_recorded_on_a_wrong_day_is_put_right_also_once_the_works_are_complete(
    sqlite_service: str,
) -> None:
    url, reference = sqlite_service, case_at(sqlite_service, "works")
    assert refused(url, reference, CorrectStart(TODAY), StepNotOpenError, by=TESS).what == (
        "No “start” is recorded on DFG-1."
    )
    later(days=9)
    act(url, reference, StartWorks(TODAY + 2 * DAY))
    error = refused(url, reference, CorrectStart(TODAY - DAY), StatuteError)
    assert error.section == "s.29"
    act(url, reference, CompleteWorks(TODAY + 5 * DAY, "photographs"))
    error = refused(url, reference, CorrectStart(TODAY + 6 * DAY), InvalidDecisionError)
    assert error.why == "They were complete on 6 June 2026."
    refused(url, reference, CorrectStart(TODAY + DAY), NotPermittedError, by=AVON)
    act(url, reference, CorrectStart(TODAY + DAY))
    assert rows(url, WorkOrder)[0]["started_on"] == TODAY + DAY
    assert sides(url) == ({"started_on": "2026-06-03"}, {"started_on": "2026-06-02"})
    kinds = [row["kind"] for row in rows(url, Decision) if "start" in row["kind"]]
    assert kinds == ["start", "correct-start"]
    assert "says that already" in refused(
        url, reference, CorrectStart(TODAY + DAY), InvalidDecisionError
    ).what  # fmt: skip
    held_sound(url)


def test_a_completion_recorded_on_a_wrong_day_is_put_right_until_the_works_are_paid(
    sqlite_service: str,
) -> None:
    url, reference = sqlite_service, case_at(sqlite_service, "works")
    later(days=9)
    act(url, reference, StartWorks(TODAY + 2 * DAY))
    act(url, reference, CompleteWorks(TODAY + 9 * DAY, "photographs"))
    error = refused(url, reference, CorrectComplete(TODAY + DAY), InvalidDecisionError)
    assert error.why == "They began on 3 June 2026."
    refused(url, reference, CorrectComplete(TODAY + 10 * DAY), InvalidDecisionError)
    pass_step(url, reference, StepName.SIGN_OFF)
    act(url, reference, CorrectComplete(TODAY + 6 * DAY))
    assert rows(url, WorkOrder)[0]["completed_on"] == TODAY + 6 * DAY
    assert sides(url) == ({"completed_on": "2026-06-10"}, {"completed_on": "2026-06-07"})
    later(days=9)
    error = refused(url, reference, CorrectComplete(TODAY + 11 * DAY), InvalidDecisionError)
    assert error.why == "They were signed off on 10 June 2026."
    held_sound(url)
    pass_step(url, reference, StepName.PAY)
    error = refused(url, reference, CorrectComplete(TODAY + 5 * DAY), StepNotOpenError)
    assert error.next_step.startswith("The works are paid on these dates")


def test_a_completion_certificate_that_was_never_received_is_awaited_again(url: str) -> None:
    reference = case_at(url, "pay", route="call_off")
    act(url, reference, CorrectCertificate("electrical", withdrawn=True))
    assert rows(url, CompletionCertificate) == []
    assert sides(url) == ({"reference": "C-1"}, {"reference": None})
    assert refused(url, reference, Certify(), StatuteError).section == "s.37(4)"
    held_sound(url)
    pass_step(url, reference, StepName.SIGN_OFF)
    assert len(rows(url, CompletionCertificate)) == 1
    held_sound(url)


@pytest.mark.sqlite
def test_a_grant_certificate_held_by_mistake_is_withdrawn_and_asked_for_again(url: str) -> None:
    reference = case_at(url, "approve", tenure="private_tenant")
    asked = len(messages(url, "certificate_request_to_applicant"))
    act(url, reference, WithdrawCertificate("tenant"))
    assert sides(url) == ({"status": "held"}, {"status": "withdrawn"})
    stands = [one for one in rows(url, GrantCertificate) if one["withdrawn_at"] is None]
    assert [one["kind"] for one in stands] == ["landlord"]
    step = step_of(url, reference, "certificates")
    assert (step.status, step.revision) == (StepStatus.WAITING, 2)
    assert step.waiting_for == "the tenant’s certificate"
    assert len(messages(url, "certificate_request_to_applicant")) == asked + 1
    refusal = refused(
        url, reference, usual_decision(url, reference, StepName.APPROVE), StepNotOpenError
    )
    assert refusal.what.endswith("rests on certificates, opened again.")
    gone = refused(url, reference, WithdrawCertificate("tenant"), InvalidDecisionError)
    assert gone.next_step == "There is the landlord's."
    held_sound(url)
    act(url, reference, RecordCertificate("tenant"))
    pass_step(url, reference, StepName.APPROVE)
    error = refused(url, reference, WithdrawCertificate("tenant"), StepNotOpenError)
    assert "s.34(5)" in error.next_step
    held_sound(url)


def test_a_certificate_of_the_wrong_person_is_taken_back_while_others_are_awaited(
    sqlite_service: str,
) -> None:
    url = sqlite_service
    reference = case_at(url, "certificates", tenure="private_tenant")
    refused(url, reference, WithdrawCertificate("landlord"), StepNotOpenError)
    act(url, reference, RecordCertificate("landlord", waived=True))
    act(url, reference, WithdrawCertificate("landlord"))
    assert sides(url) == ({"status": "waived"}, {"status": "withdrawn"})
    step = step_of(url, reference, "certificates")
    assert (step.revision, step.waiting_for) == (1, "the tenant and landlord’s certificate")
    held_sound(url)
    nothing = refused(url, reference, WithdrawCertificate("tenant"), InvalidDecisionError)
    assert nothing.what == "No certificate is held or waived on DFG-1."
    pass_step(url, reference, StepName.CERTIFICATES)
    held_sound(url)


def test_what_was_found_on_a_line_is_corrected_before_sign_off(sqlite_service: str) -> None:
    url, reference = sqlite_service, case_at(sqlite_service, "sign-off")
    act(url, reference, InspectLines(passed=(1,), snags={2: "the seal leaks"}))
    act(url, reference, CorrectInspection(passed=(2,), snags={1: "a tile is loose"}))
    assert sides(url) == (
        {"1": "pass", "2": "a snag"},
        {"1": "a snag", "2": "pass"},
    )
    assert len(rows(url, Inspection)) == 4
    assert [one["context"]["snags"] for one in messages(url, "snags_to_contractor")] == [
        ["works line 2 (Wall tiling): the seal leaks"],
        ["works line 1 (Shower tray): a tile is loose"],
    ]
    error = refused(url, reference, CorrectInspection(passed=(7,)), InvalidDecisionError)
    assert error.what == "Nothing is recorded as found on line 7."


def test_a_certificate_corrected_after_sign_off_opens_it_again_and_is_printed_anew(
    url: str,
) -> None:
    reference = case_at(url, "pay", route="call_off")
    act(url, reference, CorrectCertificate("electrical", "C-2"))
    assert rows(url, CompletionCertificate)[0]["reference"] == "C-2"
    assert sides(url) == ({"reference": "C-1"}, {"reference": "C-2"})
    assert facts(url)["signed_off"] == str(TODAY)
    step = step_of(url, reference, "sign-off")
    assert (step.status, step.revision) == (StepStatus.WAITING, 2)
    assert step.waiting_for == "officer certifies the works"
    order = rows(url, WorkOrder)[0]
    assert (order["status"], order["certified_on"]) == ("complete", None)
    assert refused(url, reference, Release(), StatuteError).section == "s.37(4)"
    held_sound(url)
    act(url, reference, Certify())
    assert status_of(url, reference, "sign-off") is StepStatus.DONE
    papers = [row for row in rows(url, Document) if row["kind"] == "completion"]
    assert [row["version"] for row in papers] == [1, 2]
    assert papers[0]["sha256"] != papers[1]["sha256"]
    assert len(messages(url, "completion_to_client")) == 2
    pass_step(url, reference, StepName.PAY)
    assert case(url, reference).status == "paid"
    held_sound(url)
    error = refused(url, reference, CorrectCertificate("electrical", "C-3"), StepNotOpenError)
    assert "The works are paid on it." in error.next_step


def test_a_snag_seen_after_sign_off_is_cleared_before_anything_is_paid(
    sqlite_service: str,
) -> None:
    url, reference = sqlite_service, case_at(sqlite_service, "pay")
    act(url, reference, CorrectInspection(snags={2: "the seal leaks"}))
    assert step_of(url, reference, "sign-off").owner == "contractor"
    assert refused(url, reference, Certify(), StatuteError).section == "s.37(4)"
    act(url, reference, InspectLines(passed=(2,)))
    act(url, reference, Certify())
    pass_step(url, reference, StepName.PAY)
    held_sound(url)


def test_a_mark_of_the_survey_is_corrected_and_the_others_stay(sqlite_service: str) -> None:
    url, reference = sqlite_service, case_at(sqlite_service, "aftercare")
    act(url, reference, AnswerSurvey({"overall": 1, "communication": 4}))
    act(url, reference, CorrectSurvey({"overall": 5, "communication": 4}))
    assert sides(url) == ({"overall": 1}, {"overall": 5})
    again = CorrectSurvey({"overall": 5})
    assert "says that already" in refused(url, reference, again, InvalidDecisionError).what


def test_a_quote_typed_wrongly_is_sealed_anew_until_the_deadline(sqlite_service: str) -> None:
    url, reference = sqlite_service, case_at(sqlite_service, "tender", route="quotes")
    act(url, reference, RecordQuote(AVON, {1: 40_000_00, 2: 400_00}))
    act(url, reference, RecordQuote(BRIAR, {1: 4_100_00, 2: 410_00}))
    act(url, reference, CorrectQuote("avon", {1: 4_000_00, 2: 400_00}))
    assert [row["status"] for row in rows(url, Quote)] == ["withdrawn", "sealed", "sealed"]
    assert "4000" not in str(facts(url)), "the money is under its seal"
    assert len(messages(url, "quote_received")) == 3
    pass_step(url, reference, StepName.TENDER)
    opened = {row["contractor"]: row["net_pence"] for row in rows(url, Quote)[1:]}
    assert opened == {BRIAR: 4_510_00, AVON: 4_400_00}
    error = refused(url, reference, CorrectQuote(AVON, {1: 1, 2: 1}), StepNotOpenError)
    assert "which rests on it" in error.why


def test_a_letter_taken_down_wrongly_is_corrected_or_the_landlord_is_asked_again(
    sqlite_service: str,
) -> None:
    url, reference = sqlite_service, case_at(sqlite_service, "approve", tenure="private_tenant")
    until = TODAY + 30 * DAY
    act(url, reference, CorrectConsent(conditions="make good", valid_to=until))
    assert sides(url) == (
        {"conditions": "", "valid_to": None},
        {"conditions": "make good", "valid_to": str(until)},
    )
    assert running(url, reference)["consent_lapses"].due_on == until
    act(url, reference, CorrectConsent(withdrawn=True))
    assert facts(url)["after"] == {"answer": "withdrawn"}
    assert step_of(url, reference, "consent").owner == "landlord"
    assert len(rows(url, Consent)) == 2
    assert "consent_lapses" not in running(url, reference)
    pass_step(url, reference, StepName.CONSENT)
    pass_step(url, reference, StepName.APPROVE)
    error = refused(url, reference, CorrectConsent(does_not_lapse=True), StepNotOpenError)
    assert "s.34(5)" in error.next_step
    held_sound(url)


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        (CorrectConsent(), "Say what is corrected, or that the answer is withdrawn"),
        (CorrectConsent(valid_to=TODAY, does_not_lapse=True), "not both"),
        (CorrectCertificate("gas", " "), "Give the certificate's reference."),
        (CorrectCertificate("gas", "G-1", withdrawn=True), "has a reference or is withdrawn"),
        (WithdrawCertificate("dog"), "“dog” is not a certificate"),
        (CorrectInspection(), "Say which lines pass"),
    ],
    ids=repr,
)
def test_a_correction_that_says_nothing_is_refused_in_words(decision: Any, words: str) -> None:
    assert words in " ".join(decision.problems())
