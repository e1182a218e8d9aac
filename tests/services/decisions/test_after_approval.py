"""Decisions after the grant: the offer, the works, sign-off, payment, aftercare, and exits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters import clock
from models.tables.aftercare import SurveyAnswer
from models.tables.prices import Offer
from models.tables.record import Decision
from models.tables.works import CompletionCertificate, Inspection, Invoice, Payment, WorkOrder
from rules.agreement import ViewHow
from rules.errors import (
    InvalidDecisionError,
    NotPermittedError,
    StatuteError,
    StepNotOpenError,
)
from rules.pathway import CaseStatus, StepName, StepStatus
from services.aftercare.charge import RegisterCharge
from services.aftercare.charge_corrections import CorrectCharge
from services.aftercare.close import CloseCase
from services.aftercare.survey import AnswerSurvey
from services.assignment.decide import AnswerOffer
from services.completion.agreement import ClientAgrees
from services.completion.completion import Certify, HoldCertificate
from services.completion.inspecting import InspectLines
from services.decisions.exits import Exit
from services.orders.works import CompleteWorks, StartWorks
from services.payments.payment import RecordInvoice
from services.payments.release import Release
from tests.factories import act, bring, case_at, decide, later, live_at, pass_step, refused
from tests.looking import case, rows, status_of, step_of
from tests.small_service import AVON, BRIAR, FAY, FINN, NOW, OFFICERS, TESS, TOBY

TODAY = NOW.date()
DAY = timedelta(days=1)
ACCEPT = AnswerOffer(accepted=True)


# ---- the offer


@pytest.mark.sqlite
def test_a_contractor_answers_its_own_offer_and_no_other(url: str) -> None:
    reference = case_at(url, "assign")
    error = refused(url, reference, ACCEPT, NotPermittedError, by=BRIAR)
    assert error.text() == (
        "The works on DFG-1 are not offered to Briar Baths Ltd. "
        "A contractor answers its own offers only."
    )
    decide(url, reference, ACCEPT, by=AVON, reason="we start in a fortnight")
    (offer,) = rows(url, Offer)
    assert (offer["status"], offer["answered_at"]) == ("accepted", NOW)
    assert offer["reason"] == "we start in a fortnight"


@pytest.mark.sqlite
def test_an_officer_may_take_the_answer_down_for_the_contractor(url: str) -> None:
    reference = case_at(url, "assign")
    assert decide(url, reference, ACCEPT, by=TESS).step_status == "done"


# ---- works on site


@pytest.mark.sqlite
def test_works_begun_before_the_approval_are_blocked_by_section_29(url: str) -> None:
    reference = case_at(url, "works")
    error = refused(url, reference, StartWorks(TODAY - DAY), StatuteError)
    assert error.section == "s.29"
    assert "The grant was approved on 1 June 2026" in error.why


@pytest.mark.sqlite
def test_the_start_is_recorded_once_and_not_before_its_day(url: str) -> None:
    reference = case_at(url, "works")
    error = refused(url, reference, StartWorks(TODAY + DAY), InvalidDecisionError)
    assert error.what == "The start cannot be in the future (2 June 2026)."
    act(url, reference, StartWorks(TODAY))
    later(days=1)
    error = refused(url, reference, StartWorks(TODAY + DAY), InvalidDecisionError)
    assert error.what == "Works on WO-2026-00001 began on 1 June 2026, as recorded before."
    assert step_of(url, reference, "works").waiting_for == (
        "contractor says complete, with evidence"
    )


@pytest.mark.sqlite
def test_works_of_one_day_are_taken_with_a_note(url: str) -> None:
    reference = case_at(url, "works")
    act(url, reference, StartWorks(TODAY))
    receipt = decide(url, reference, CompleteWorks(TODAY, "photographs"))
    assert receipt.notice == (
        "The works on WO-2026-00001 began and were complete on one day, 1 June 2026: check the "
        "dates if that is a slip."
    )


@pytest.mark.sqlite
def test_a_contractor_speaks_of_its_own_orders_only(url: str) -> None:
    reference = case_at(url, "works")
    error = refused(url, reference, StartWorks(TODAY), NotPermittedError, by=BRIAR)
    assert error.what == "WO-2026-00001 is not an order to Briar Baths Ltd."
    act(url, reference, StartWorks(TODAY), by=AVON)
    done = CompleteWorks(TODAY, "photographs")
    assert refused(url, reference, done, NotPermittedError, by=BRIAR)
    act(url, reference, done, by=TESS)  # an officer may, of any order


@pytest.mark.sqlite
def test_works_are_complete_after_they_began_and_not_in_the_future(url: str) -> None:
    reference = case_at(url, "works")
    error = refused(url, reference, CompleteWorks(TODAY, "photographs"), InvalidDecisionError)
    assert error.what == "No start is recorded for WO-2026-00001."
    act(url, reference, StartWorks(TODAY))
    error = refused(url, reference, CompleteWorks(TODAY - DAY, "photos"), InvalidDecisionError)
    assert error.why == "They began on 1 June 2026."
    assert refused(url, reference, CompleteWorks(TODAY + DAY, "photos"), InvalidDecisionError)
    act(url, reference, CompleteWorks(TODAY, "photos"))
    (order,) = rows(url, WorkOrder)
    assert (order["status"], order["completed_on"]) == ("complete", TODAY)


# ---- sign-off


@pytest.mark.sqlite
def test_only_lines_of_the_order_are_inspected(url: str) -> None:
    reference = case_at(url, "sign-off")
    error = refused(url, reference, InspectLines(passed=(1, 9)), InvalidDecisionError)
    assert error.text() == "WO-2026-00001 has no line 9. Its lines are 1, 2."


@pytest.mark.sqlite
def test_a_line_that_passes_after_a_snag_is_cleared(url: str) -> None:
    reference = case_at(url, "sign-off")
    act(url, reference, InspectLines(passed=(1,), snags={2: "a tile is loose"}))
    act(url, reference, InspectLines(all_pass=True))
    found = [(row["line"], row["result"]) for row in rows(url, Inspection)]
    assert found == [(1, "pass"), (2, "snag"), (2, "cleared")]


@pytest.mark.sqlite
def test_a_certificate_is_held_once_and_only_where_the_lines_call_for_it(url: str) -> None:
    reference = case_at(url, "sign-off", route="call_off")
    error = refused(url, reference, HoldCertificate("gas", "G-1"), InvalidDecisionError)
    assert error.text() == "WO-2026-00001 calls for no gas certificate. It calls for: electrical."
    act(url, reference, HoldCertificate("electrical", "E-1"))
    error = refused(url, reference, HoldCertificate("electrical", "E-2"), InvalidDecisionError)
    assert error.what == "The electrical certificate of WO-2026-00001 is held already."
    (held,) = rows(url, CompletionCertificate)
    assert (held["reference"], held["received_on"]) == ("E-1", TODAY)


@pytest.mark.sqlite
def test_nothing_is_certified_while_anything_is_outstanding(url: str) -> None:
    reference = case_at(url, "sign-off", route="call_off")
    error = refused(url, reference, Certify(), StatuteError)
    assert error.section == "s.37(4)"
    assert error.why == (
        "Outstanding: inspection of lines 1 and 2; the electrical certificate; "
        "the client's own agreement."
    )
    act(url, reference, InspectLines(passed=(1,), snags={2: "a lamp flickers"}))
    act(url, reference, HoldCertificate("electrical", "E-1"))
    act(
        url,
        reference,
        ClientAgrees(agrees=False, how=ViewHow.VISIT, other="The lamp flickers."),
        reason="she says the lamp flickers",
    )
    error = refused(url, reference, Certify(), StatuteError)
    assert error.why == (
        "Outstanding: snags cleared on line 2; an answer in writing to what the client says is "
        "outstanding."
    )
    act(url, reference, InspectLines(passed=(2,)))
    act(url, reference, ClientAgrees(agrees=True, how=ViewHow.VISIT))
    act(url, reference, Certify())
    (order,) = rows(url, WorkOrder)
    assert (order["status"], order["certified_on"]) == ("certified", TODAY)
    assert order["defects_until"] == TODAY.replace(year=2027)


# ---- payment


@pytest.mark.sqlite
def test_nothing_is_released_without_a_matched_invoice(url: str) -> None:
    reference = case_at(url, "pay")
    error = refused(url, reference, Release(), StatuteError)
    assert error.section == "s.37(4)"
    assert error.what == "No matched invoice is waiting for WO-2026-00001."
    act(url, reference, RecordInvoice("A-1", TODAY, 1_600_01, as_ordered=True))
    assert refused(url, reference, Release(), StatuteError), "it was queried"
    assert rows(url, Payment) == []


@pytest.mark.sqlite
def test_an_invoice_is_recorded_once_under_its_own_number(url: str) -> None:
    reference = case_at(url, "pay")
    act(url, reference, RecordInvoice("A-1", TODAY, 1_600_01, as_ordered=True))
    same_number = RecordInvoice(" A-1 ", TODAY, 1_600_00, as_ordered=True)
    error = refused(url, reference, same_number, InvalidDecisionError)
    assert error.what == "AVON has sent an invoice with the number A-1 before."
    act(url, reference, RecordInvoice("A-2", TODAY, 1_600_00, as_ordered=True))
    second = RecordInvoice("A-3", TODAY, 1_600_00, as_ordered=True)
    error = refused(url, reference, second, InvalidDecisionError)
    assert error.what == "Invoice A-2 is already recorded for WO-2026-00001."


@pytest.mark.sqlite
@pytest.mark.parametrize("part", ["certify", "invoice"])
def test_whoever_signed_off_or_recorded_the_invoice_does_not_release_it(
    url: str, part: str
) -> None:
    reference = case_at(url, "pay")
    act(
        url,
        reference,
        RecordInvoice("A-1", TODAY, 1_600_00, as_ordered=True),
        by=FINN if part == "invoice" else TOBY,
    )
    who = FINN
    if part == "certify":
        a_technical_officer = f"{TESS}   | Tess Tyler   | technical_officer | RBC         |"
        moved = OFFICERS.replace(a_technical_officer, f"{TESS} | Tess Tyler | finance | RBC |")
        bring(url, "officers", moved)
        who = TESS
    error = refused(url, reference, Release(), NotPermittedError, by=who)
    assert f"recorded “{part}” on this case and so may not release the payment." in error.what
    decide(url, reference, Release(), by=FAY)
    (payment,) = rows(url, Payment)
    assert (payment["amount_pence"], payment["released_by"]) == (1_600_00, FAY)
    assert rows(url, Invoice)[0]["status"] == "released"
    assert case(url, reference).status == "paid"


# ---- aftercare


@pytest.mark.sqlite
def test_the_client_answers_the_survey_once(url: str) -> None:
    reference = case_at(url, "aftercare")
    act(url, reference, AnswerSurvey({"overall": 5, "reliability": 1}))
    error = refused(url, reference, AnswerSurvey({"overall": 1}), InvalidDecisionError)
    assert error.what == "The survey is answered already."
    kept = {row["question"]: row["score"] for row in rows(url, SurveyAnswer)}
    assert kept == {"overall": 5, "reliability": 1}
    assert "survey" not in step_of(url, reference, "aftercare").waiting_for


@pytest.mark.sqlite
def test_a_charge_is_registered_where_one_is_due_and_once(url: str) -> None:
    small = case_at(url, "aftercare")
    error = refused(url, small, RegisterCharge("CH-1"), InvalidDecisionError)
    assert error.what == "No charge is due on DFG-1."
    large = case_at(url, "aftercare", reference="DFG-2", route="quotes")
    assert "the charge registered" in step_of(url, large, "aftercare").waiting_for
    act(url, large, RegisterCharge("CH-1"))
    error = refused(url, large, RegisterCharge("CH-2"), InvalidDecisionError)
    assert error.what == "The charge is registered already."


@pytest.mark.sqlite
def test_a_charge_registered_wrongly_is_corrected_or_awaited_again(url: str) -> None:
    reference = case_at(url, "aftercare", route="quotes")
    refused(url, reference, CorrectCharge("CH-2"), StepNotOpenError)
    act(url, reference, RegisterCharge("CH-1"))
    assert (
        "says that already"
        in refused(url, reference, CorrectCharge("CH-1"), InvalidDecisionError).what
    )
    act(url, reference, CorrectCharge("CH-2"))
    facts = rows(url, Decision)[-1]["facts"]
    assert (facts["before"], facts["after"]) == ({"registration": "CH-1"}, {"registration": "CH-2"})
    act(url, reference, CorrectCharge(withdrawn=True))
    assert "the charge registered" in step_of(url, reference, "aftercare").waiting_for
    error = refused(url, reference, CorrectCharge("CH-3"), InvalidDecisionError)
    assert error.what == "No charge is registered on DFG-1 any more."
    live_at(clock.now().replace(year=2027))
    assert "The charge of" in refused(url, reference, CloseCase(), StepNotOpenError).why
    act(url, reference, RegisterCharge("CH-3"))
    act(url, reference, CloseCase())
    refused(url, reference, CorrectCharge("CH-4"), StepNotOpenError)


def test_a_case_is_closed_when_its_defects_period_is_over_and_its_charge_registered(
    url: str,
) -> None:
    reference = case_at(url, "aftercare", route="quotes")
    error = refused(url, reference, CloseCase(), StepNotOpenError)
    assert error.why.startswith("The defects period runs until 15 June 2027. The charge of £")
    live_at(clock.now().replace(year=2027))
    error = refused(url, reference, CloseCase(), StepNotOpenError)
    assert error.why.startswith("The charge of £")
    act(url, reference, RegisterCharge("CH-1"))
    act(url, reference, CloseCase())
    assert case(url, reference).status == "closed"


# ---- leaving the pathway


@pytest.mark.sqlite
def test_a_case_whose_works_have_begun_does_not_simply_end(url: str) -> None:
    reference = case_at(url, "works")
    act(url, reference, StartWorks(TODAY))
    for step in (StepName.WORKS, StepName.SIGN_OFF, StepName.PAY):
        error = refused(url, reference, Exit(CaseStatus.WITHDRAWN), InvalidDecisionError)
        assert error.what == "Works on WO-2026-00001 began on 1 June 2026."
        assert "ss.40 to 42" in error.why
        assert status_of(url, reference, step) is StepStatus.WAITING
        pass_step(url, reference, step)


def test_leaving_after_the_order_cancels_it_and_withdraws_the_offer(url: str) -> None:
    reference = case_at(url, "works")
    decide(url, reference, Exit(CaseStatus.ALTERNATIVE_FOUND), reason="a ground-floor flat")
    (order,), (offer,) = rows(url, WorkOrder), rows(url, Offer)
    assert (order["status"], offer["status"]) == ("cancelled", "withdrawn")
    ended = case(url, reference)
    assert (ended.status, ended.ended_stage) == ("alternative_found", "works")
    assert (ended.ended_reason, ended.ended_at) == ("a ground-floor flat", NOW)
    assert step_of(url, reference, "works").status is StepStatus.ENDED
