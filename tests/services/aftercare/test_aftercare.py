"""Aftercare: the survey sent, and what is still awaited said until the case is closed."""

from __future__ import annotations

from datetime import date

import pytest

from adapters import clock
from rules.aftercare.outcomes import Outcome
from rules.cases import SURVEY_QUESTIONS
from rules.pathway import StepStatus
from services.aftercare.charge import RegisterCharge
from services.aftercare.outcomes import RecordOutcomes
from services.aftercare.survey import AnswerSurvey
from tests.factories import act, case_at
from tests.looking import messages, running, step_of
from tests.small_service import OTTO


def test_the_survey_goes_to_the_client_once(url: str) -> None:
    reference = case_at(url, "aftercare")
    (survey,) = messages(url, "survey_to_client")
    assert survey["to"] == "ashby@home.example"
    assert survey["context"]["reply_by"] == "2026-06-15"
    act(url, reference, AnswerSurvey(dict.fromkeys(SURVEY_QUESTIONS, 4)), by=OTTO)
    assert len(messages(url, "survey_to_client")) == 1


@pytest.mark.sqlite
def test_what_is_awaited_shrinks_as_it_comes_in(url: str) -> None:
    reference = case_at(url, "aftercare", route="quotes")
    step = step_of(url, reference, "aftercare")
    assert (step.status, step.owner) == (StepStatus.WAITING, "technical officer")
    assert step.waiting_for == (
        "end of the defects period; the client’s survey; the outcomes with the client; "
        "the charge registered"
    )
    held = running(url, reference)
    assert held["defects_period"].due_on == clock.today().replace(year=2027)
    assert step.due_on == held["answer_survey"].due_on == date(2026, 6, 29)
    act(url, reference, AnswerSurvey({"overall": 4}))
    act(url, reference, RecordOutcomes({"control": Outcome.ACHIEVED}))
    act(url, reference, RegisterCharge("CH-1"))
    step = step_of(url, reference, "aftercare")
    assert step.waiting_for == "end of the defects period"
    assert step.due_on == clock.today().replace(year=2027)


@pytest.mark.sqlite
def test_no_charge_is_awaited_of_a_tenant_or_on_a_small_grant(url: str) -> None:
    case_at(url, "aftercare", route="quotes", tenure="private_tenant")
    case_at(url, "aftercare", reference="DFG-2")
    for reference in ("DFG-1", "DFG-2"):
        assert "charge" not in step_of(url, reference, "aftercare").waiting_for
