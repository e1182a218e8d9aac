"""The survey is reminded of once and lapses; the case closes by itself when nothing is left."""

from __future__ import annotations

import pytest

from models.case_queries import case_row
from models.database import reading
from rules.aftercare.outcomes import Outcome
from rules.errors import AlreadyDecidedError, StepNotOpenError
from rules.pathway import CaseStatus, StepStatus
from services.aftercare.close import CloseCase
from services.aftercare.defects import ReportDefect
from services.aftercare.follow_up import cases_to_look_at, look_at
from services.aftercare.outcomes import RecordOutcomes, outcomes_on
from services.aftercare.survey import AnswerSurvey
from services.verification.verify import findings
from tests.factories import act, bring, case_at, decide, later
from tests.looking import messages, running, step_of
from tests.small_service import OTTO, TERMS

POLICY = (
    "authority | works | what | every_months | for_years | by | valid_from | valid_to\n"
    "RBC | level_access_shower | the shower | 6 | 2 | Care Lifts | 2026-01-01 | 2027-12-31"
)


def status(url: str, reference: str) -> str:
    with reading(url) as conn:
        return str(case_row(conn, reference=reference).status)


def swept() -> tuple[str, ...]:
    """Look at every case whose day has come, as the sweep does; return which they were."""
    found = cases_to_look_at()
    for reference in found:
        look_at(reference)
    return found


def sound(url: str) -> list[str]:
    with reading(url) as conn:
        found = findings(conn, lambda _: None)
        return [one.sentence for one in found if "is missing" not in one.sentence]


def test_the_survey_is_reminded_of_once_and_lapses_and_the_case_closes(url: str) -> None:
    reference = case_at(url, "aftercare")
    assert swept() == ()
    later(days=20)
    assert swept() == (reference,)
    (again,) = messages(url, "survey_reminder_to_client")
    assert again["context"]["page"]
    assert swept() == ()
    later(days=60)
    assert swept() == (reference,)
    assert "survey" not in step_of(url, reference, "aftercare").waiting_for
    assert "answer_survey" not in running(url, reference)
    later(days=300)
    assert swept() == (reference,)
    step = step_of(url, reference, "aftercare")
    assert (status(url, reference), step.status) == (CaseStatus.CLOSED, StepStatus.DONE)
    assert len(messages(url, "survey_reminder_to_client")) == 1
    assert swept() == ()
    assert sound(url) == []


def test_an_open_defect_or_an_unregistered_charge_holds_a_case_open(sqlite_service: str) -> None:
    url = sqlite_service
    first = case_at(url, "aftercare")
    second = case_at(url, "aftercare", reference="DFG-2", route="quotes")
    act(url, first, ReportDefect("the tray leaks"))
    for days in (30, 100, 300, 30):
        later(days=days)
        swept()
    assert (status(url, first), status(url, second)) == (CaseStatus.PAID, CaseStatus.PAID)
    with pytest.raises(StepNotOpenError, match="Defect 1 \\(reported\\) is awaited"):
        decide(url, first, CloseCase())
    with pytest.raises(StepNotOpenError, match="is not registered"):
        decide(url, second, CloseCase())


def test_outcomes_that_nobody_recorded_are_not_recorded_and_changes_are_kept(
    sqlite_service: str,
) -> None:
    url = sqlite_service
    reference = case_at(url, "aftercare")
    recorded = {"control": Outcome.PARTLY, "dignity": Outcome.NOT_ACHIEVED}
    act(url, reference, RecordOutcomes(recorded), by=OTTO)
    with pytest.raises(AlreadyDecidedError):
        decide(url, reference, RecordOutcomes(recorded), by=OTTO)
    act(url, reference, RecordOutcomes({"control": Outcome.ACHIEVED}), by=OTTO)
    with reading(url) as conn:
        held = outcomes_on(conn, case_id=case_row(conn, reference=reference).id)
    assert held == {"control": Outcome.ACHIEVED, "dignity": Outcome.NOT_ACHIEVED}
    assert "outcomes" not in step_of(url, reference, "aftercare").waiting_for


def test_servicing_is_reminded_of_by_policy_also_once_the_case_is_closed(
    sqlite_service: str,
) -> None:
    url = sqlite_service
    bring(url, "servicing", POLICY)
    reference = case_at(url, "aftercare")
    act(url, reference, AnswerSurvey({"overall": 5}))
    due = []
    for _ in range(80):
        later(days=10)
        swept()
        due = [one["context"]["due_on"] for one in messages(url, "service_due_to_client")]
    assert status(url, reference) == CaseStatus.CLOSED
    assert due == ["2026-12-01", "2027-06-01", "2027-12-01", "2028-06-01"]
    assert swept() == ()


def test_nothing_is_serviced_where_the_authority_has_no_policy_for_it(sqlite_service: str) -> None:
    bring(sqlite_service, "servicing", TERMS["servicing"])
    reference = case_at(sqlite_service, "aftercare")
    later(days=400)
    assert swept() == (reference,)
    assert not messages(sqlite_service, "service_due_to_client")
