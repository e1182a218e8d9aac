"""A defect reported in the defects period: judged, recalled, put right, inspected, confirmed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from adapters import clock
from models.case_queries import case_row
from models.database import reading
from rules.aftercare.defects import State
from rules.errors import (
    AlreadyDecidedError,
    InvalidDecisionError,
    NotPermittedError,
    StepNotOpenError,
)
from services.aftercare.defects import JudgeDefect, ReportDefect
from services.aftercare.held import Defect, defects_on
from services.aftercare.inspected import ConfirmRecall, InspectRecall
from services.aftercare.recalls import AnswerRecall, PutRight, RecallElsewhere
from tests.factories import act, case_at, decide, go, later
from tests.looking import messages, running, step_of
from tests.small_service import AVON, BRIAR, TESS

WRONG = "water stands in the corner after a shower"


def defects(url: str, reference: str) -> list[Defect]:
    with reading(url) as conn:
        return defects_on(conn, case_id=case_row(conn, reference=reference).id)


def state(url: str, reference: str) -> State:
    return defects(url, reference)[0].state


def recalled(url: str) -> str:
    """Return a case in month nine with a defect that the contractor has to put right."""
    reference = case_at(url, "aftercare")
    later(days=270)
    go(reference)
    act(url, reference, ReportDefect(WRONG, line=1))
    act(url, reference, JudgeDefect(1, of_works=True))
    return reference


@pytest.mark.sqlite
def test_a_defect_in_month_nine_is_put_right_at_no_cost_and_confirmed(url: str) -> None:
    reference = case_at(url, "aftercare")
    later(days=270)
    go(reference)
    act(url, reference, ReportDefect(WRONG, line=1))
    (told,) = messages(url, "defect_reported_to_contractor")
    assert (told["context"]["defect"], told["context"]["urgent"]) == (WRONG, False)
    assert "works line 1" in told["context"]["line"]
    assert len(messages(url, "defect_reported_to_client")) == 1
    assert running(url, reference)["judge_defect"]
    step = step_of(url, reference, "aftercare")
    assert step.owner == "technical officer"
    assert "defect 1 (reported)" in step.waiting_for

    act(url, reference, JudgeDefect(1, of_works=True))
    (recall,) = messages(url, "recall_to_contractor")
    assert recall["context"]["recall"] == f"{recall['context']['order_number']}-R1"
    assert recall["context"]["page"]
    assert step_of(url, reference, "aftercare").owner == "contractor"
    held = running(url, reference)
    assert held["put_right_defect"]
    assert "judge_defect" not in held

    today = clock.today()
    act(url, reference, AnswerRecall(1), by=AVON)
    act(url, reference, AnswerRecall(1, visit_on=today + timedelta(days=2)), by=AVON)
    for kind in ("appointment_to_client", "appointment_to_contractor"):
        (visit,) = messages(url, kind)
        method, text = visit["calendar"]
        day = today + timedelta(days=2)
        assert (method, f"DTSTART;VALUE=DATE:{day:%Y%m%d}" in text) == ("REQUEST", True), text
    assert state(url, reference) is State.VISIT_AGREED
    later(days=2)
    act(url, reference, PutRight(1, clock.today(), "photograph of the floor"), by=AVON)
    held = running(url, reference)
    assert held["inspect_recall"]
    assert "put_right_defect" not in held
    act(url, reference, InspectRecall(1, right=True))
    assert len(messages(url, "recall_inspected_to_client")) == 1
    act(url, reference, ConfirmRecall(1, right=True))
    assert state(url, reference) is State.CONFIRMED
    assert "recall" not in step_of(url, reference, "aftercare").waiting_for
    assert not {"inspect_recall", "put_right_defect"} & running(url, reference).keys()


@pytest.mark.sqlite
def test_what_is_no_defect_of_the_works_is_answered_with_the_reason(url: str) -> None:
    reference = case_at(url, "aftercare")
    act(url, reference, ReportDefect("a tile broken by a fall", urgent=True))
    assert running(url, reference)["judge_urgent_defect"]
    act(url, reference, JudgeDefect(1, of_works=False, why="it was broken by a fall"))
    (answer,) = messages(url, "defect_answered_to_client")
    assert (answer["context"]["of_works"], answer["context"]["why"]) == (
        False,
        "it was broken by a fall",
    )
    assert not messages(url, "recall_to_contractor")
    with pytest.raises(AlreadyDecidedError):
        decide(url, reference, JudgeDefect(1, of_works=False, why="it was broken by a fall"))


def test_a_defect_after_the_period_is_answered_as_such(sqlite_service: str) -> None:
    url = sqlite_service
    reference = case_at(url, "aftercare")
    later(days=366)
    decide(url, reference, ReportDefect(WRONG))
    assert state(url, reference) is State.LATE
    (late,) = messages(url, "defect_late_to_client")
    assert late["context"]["defects_until"] == "2027-06-01"
    assert not messages(url, "defect_reported_to_contractor")


def test_one_that_was_told_in_the_period_and_recorded_late_is_in_time(sqlite_service: str) -> None:
    url = sqlite_service
    reference = case_at(url, "aftercare")
    later(days=366)
    decide(url, reference, ReportDefect(WRONG, noticed_on=date(2027, 5, 31)))
    assert state(url, reference) is State.REPORTED


def test_a_report_is_kept_once_and_only_of_works_that_are_paid(sqlite_service: str) -> None:
    url = sqlite_service
    reference = case_at(url, "aftercare")
    decide(url, reference, ReportDefect(WRONG))
    with pytest.raises(AlreadyDecidedError):
        decide(url, reference, ReportDefect(WRONG))
    with pytest.raises(InvalidDecisionError, match="no line 99"):
        decide(url, reference, ReportDefect("the light", line=99))
    with pytest.raises(InvalidDecisionError, match="cannot have been told"):
        decide(url, reference, ReportDefect("the light", noticed_on=date(2026, 1, 1)))
    other = case_at(url, "sign-off", reference="DFG-2")
    with pytest.raises(StepNotOpenError, match="not signed off and paid"):
        decide(url, other, ReportDefect(WRONG))


def test_a_firm_answers_its_own_recalls_only(sqlite_service: str) -> None:
    reference = recalled(sqlite_service)
    with pytest.raises(NotPermittedError):
        decide(sqlite_service, reference, AnswerRecall(1), by=BRIAR)
    decide(sqlite_service, reference, AnswerRecall(1), by=AVON)


def test_a_dispute_is_decided_by_the_officer_either_way(sqlite_service: str) -> None:
    url = sqlite_service
    reference = recalled(url)
    act(url, reference, AnswerRecall(1, disputed="the client moved the tray"), by=AVON)
    assert step_of(url, reference, "aftercare").owner == "technical officer"
    assert "put_right_defect" not in running(url, reference)
    act(url, reference, JudgeDefect(1, of_works=True, why="the fall was wrong from the start"))
    assert state(url, reference) is State.ISSUED
    assert len(messages(url, "recall_to_contractor")) == 2
    act(url, reference, AnswerRecall(1, disputed="the client moved the tray"), by=AVON)
    act(url, reference, JudgeDefect(1, of_works=False, why="the tray was moved since"))
    assert state(url, reference) is State.NOT_OF_WORKS
    assert messages(url, "recall_taken_back_to_contractor")[0]["context"]["cost_pence"] == 0


def test_one_that_fails_is_given_to_another_at_the_first_ones_account(sqlite_service: str) -> None:
    url = sqlite_service
    reference = recalled(url)
    with pytest.raises(StepNotOpenError, match="still has time"):
        decide(url, reference, RecallElsewhere(1, BRIAR, 240_00))
    later(days=60)
    act(url, reference, RecallElsewhere(1, BRIAR, 240_00))
    (told,) = messages(url, "recall_taken_back_to_contractor")
    assert told["context"]["cost_pence"] == 240_00
    with pytest.raises(NotPermittedError):
        decide(url, reference, PutRight(1, clock.today(), "as attached"), by=AVON)
    act(url, reference, PutRight(1, clock.today(), "photograph on file"), by=TESS)
    act(url, reference, InspectRecall(1, right=True))
    act(url, reference, ConfirmRecall(1, right=False, words="it still stands"))
    assert step_of(url, reference, "aftercare").owner == "technical officer"
    act(url, reference, InspectRecall(1, right=False, words="it does"))
    assert state(url, reference) is State.NOT_RIGHT
    assert len(messages(url, "recall_to_contractor")) == 1


def test_a_client_who_says_nothing_of_it_holds_nothing_open(sqlite_service: str) -> None:
    url = sqlite_service
    reference = recalled(url)
    act(url, reference, PutRight(1, clock.today(), "photograph"), by=AVON)
    act(url, reference, InspectRecall(1, right=True))
    later(days=28)
    from services.aftercare.follow_up import cases_to_look_at, look_at  # as the sweep does

    assert cases_to_look_at() == (reference,)
    look_at(reference)
    assert state(url, reference) is State.LAPSED
    assert cases_to_look_at() == ()
