"""Works under way: the plan before they begin, how far they are, and nobody to let them in."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from adapters.settings import settings
from models.case_queries import case_row
from models.database import reading
from models.people import actor_for
from models.tables.clocks import Holding
from models.tables.record import Document
from models.tables.works import WorkOrder
from rules.errors import InvalidDecisionError, NotPermittedError, StatuteError
from rules.pathway import StepName
from services.decisions.may import what_may
from services.orders.during import AgreeAccess, NoAccess, ReportProgress
from services.orders.order_paper import work_order_paper
from services.orders.safety import HoldPlan, NotifyHse
from services.orders.works import CompleteWorks, StartWorks
from tests.factories import act, begin, case_at, decide, go, live_at, new_case, pass_step, refused
from tests.looking import messages, rows, running, status_of, step_of
from tests.small_service import AVON, BRIAR, NOW, TESS

TODAY = NOW.date()
DAY = timedelta(days=1)


def visit(on: date) -> NoAccess:
    return NoAccess(on, "rang twice, called the client at 9.10", "a card left, photographed")


def ordered(url: str) -> str:
    """Bring a case to its works without a word of a plan."""
    reference = new_case(url)
    go(reference)
    for step in (
        *(StepName.SPECIFY, StepName.PRICE, StepName.TENDER, StepName.CONSENT),
        *(StepName.CERTIFICATES, StepName.APPROVE, StepName.ASSIGN),
    ):
        pass_step(url, reference, step)
    return reference


# ---- the construction phase plan, and HSE


def test_works_begin_with_their_construction_phase_plan_held(url: str) -> None:
    reference = ordered(url)
    error = refused(url, reference, StartWorks(TODAY), StatuteError)
    assert error.what == "No construction phase plan is on record for WO-2026-00001."
    assert (error.section, "reg 12(1)" in error.why) == ("CDM 2015, reg 15(5)", True)
    with reading(url) as conn:
        avon = actor_for(conn, identity=AVON)
        may = {
            one.kind.kind: one for one in what_may(conn, reference=reference, actor=avon, now=NOW)
        }
    assert may["hold-plan"].allowed
    assert may["start"].reason.startswith(error.what)
    assert refused(url, reference, HoldPlan("P", TODAY), NotPermittedError, by=BRIAR)
    assert refused(url, reference, HoldPlan("P", TODAY + DAY), InvalidDecisionError, by=AVON)
    assert refused(url, reference, HoldPlan(" ", TODAY, at_once=0), InvalidDecisionError)
    assert decide(url, reference, HoldPlan("CPP-7", TODAY), by=AVON).notice == ""
    begin(url, reference, TODAY)


@pytest.mark.sqlite
def test_a_start_after_the_day_promised_is_said_to_be_late(url: str) -> None:
    reference = case_at(url, "works")
    (order,) = rows(url, WorkOrder)
    live_at(NOW + (order["start_by"] - TODAY) + 3 * DAY)
    late = decide(url, reference, StartWorks(order["start_by"] + 3 * DAY))
    assert late.notice.startswith("That is ")
    assert late.notice.endswith("the day by which they were to begin.")


def test_works_that_hse_must_be_told_of_say_so_with_their_sums(url: str) -> None:
    reference = case_at(url, "works")
    receipt = decide(url, reference, HoldPlan("CPP-2", TODAY, at_once=25))
    told = "HSE must be told before the works begin (CDM 2015, reg 6), by the contractor"
    assert receipt.notice.startswith(told)
    assert "25 people at most at once (over 20)" in receipt.notice
    with reading(url) as conn:
        held = case_row(conn, reference=reference)
        assert work_order_paper(conn, case=held).f10 == receipt.notice
    (document,) = [one for one in rows(url, Document) if one["kind"] == "work_order"]
    printed = (settings().documents_folder / document["html_path"]).read_text("utf-8")
    assert "HSE must be told of these works if over 20 people" in printed, "before the plan says"
    decide(url, reference, NotifyHse("F10-9", TODAY), by=AVON)
    assert refused(url, reference, NotifyHse("F10-9", TODAY + DAY), InvalidDecisionError)


# ---- progress


@pytest.mark.sqlite
def test_progress_is_said_by_the_contractor_and_a_late_finish_goes_to_the_officer(
    url: str,
) -> None:
    reference = case_at(url, "works")
    (order,) = rows(url, WorkOrder)
    too_early = ReportProgress(percent=10)
    assert "No start is recorded" in refused(url, reference, too_early, InvalidDecisionError).what
    begin(url, reference, TODAY)
    in_time = ReportProgress("first fix done", 40, {"A": "half"}, order["complete_by"])
    assert decide(url, reference, in_time).notice == ""
    assert messages(url, "overrun_to_officer") == []
    late = ReportProgress(expected_on=order["complete_by"] + DAY)
    for _ in range(2):  # said again, it is told once
        assert "the officer is told" in decide(url, reference, late, by=AVON).notice
    (told,) = messages(url, "overrun_to_officer")
    assert told["to"] == TESS
    assert told["context"]["expected_on"] == str(order["complete_by"] + DAY)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (ReportProgress(), "Say how far the works are"),
        (ReportProgress(percent=101), "not 101"),
        (ReportProgress(lines={"Q": "done"}), "has no item Q"),
        (ReportProgress(expected_on=TODAY - DAY), "is past"),
    ],
)
def test_progress_that_cannot_be_is_refused(
    sqlite_service: str, said: ReportProgress, why: str
) -> None:
    reference = case_at(sqlite_service, "works")
    begin(sqlite_service, reference, TODAY)
    assert why in refused(sqlite_service, reference, said, InvalidDecisionError).what
    sound = ReportProgress("as planned")
    assert refused(sqlite_service, reference, sound, NotPermittedError, by=BRIAR)


# ---- no access


def test_the_first_visit_in_vain_goes_to_the_client_and_the_second_to_the_officer(
    url: str,
) -> None:
    reference = case_at(url, "works")
    act(url, reference, visit(TODAY), by=AVON)
    waits = step_of(url, reference, "works")
    assert (waits.owner, "client" in waits.waiting_for) == ("client", True)
    (letter,) = messages(url, "no_access_to_client")
    assert letter["context"]["contractor_name"] == "Avon Access Ltd"
    assert "agree_access" not in running(url, reference)
    live_at(NOW + 3 * DAY)
    for day in (1, 2, 3):
        act(url, reference, visit(TODAY + day * DAY), by=AVON)
        assert step_of(url, reference, "works").owner == "technical officer"
    assert len(messages(url, "no_access_to_client")) == 1
    clock = running(url, reference)["agree_access"]
    assert (clock.holder, clock.opened_on) == ("council", TODAY + 3 * DAY)
    assert [(row["owner"]) for row in rows(url, Holding)][-1] == "client"
    act(url, reference, AgreeAccess("with her daughter, Friday at 9"))
    assert step_of(url, reference, "works").owner == "contractor"
    assert "agree_access" not in running(url, reference)


def test_once_the_works_got_in_a_visit_in_vain_is_the_first_again(url: str) -> None:
    reference = case_at(url, "works")
    act(url, reference, visit(TODAY))
    live_at(NOW + DAY)
    begin(url, reference, TODAY + DAY)
    assert step_of(url, reference, "works").owner == "contractor"
    act(url, reference, visit(TODAY + DAY))
    assert step_of(url, reference, "works").owner == "client"
    assert len(messages(url, "no_access_to_client")) == 2
    act(url, reference, CompleteWorks(TODAY + DAY, "photographs"))
    assert status_of(url, reference, "works") == "done"


@pytest.mark.sqlite
def test_a_visit_that_cannot_be_is_refused(url: str) -> None:
    reference = case_at(url, "works")
    assert refused(url, reference, AgreeAccess("x and y"), InvalidDecisionError)
    for day in (TODAY - DAY, TODAY + DAY):
        assert refused(url, reference, visit(day), InvalidDecisionError)
    assert refused(url, reference, visit(TODAY), NotPermittedError, by=BRIAR)
    assert refused(url, reference, NoAccess(TODAY, " ", ""), InvalidDecisionError)
    act(url, reference, visit(TODAY))
    error = refused(url, reference, visit(TODAY), InvalidDecisionError)
    assert "on record already" in error.what
