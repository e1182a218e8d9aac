"""More time for works: the dates and clocks that it moves, who is told, and when it is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from adapters import clock
from models.database import reading
from models.people import actor_for
from models.tables.site import Extension
from models.tables.works import WorkOrder
from rules.clocks.dates import finish_by
from rules.clocks.pause_terms import PauseCause
from rules.errors import (
    InvalidDecisionError,
    NotPermittedError,
    StatuteError,
    StepNotOpenError,
    UnknownReferenceError,
)
from rules.parties import Party
from rules.pathway import StepName
from services.assignment.decide import AnswerOffer
from services.clocks.pausing import Pause
from services.orders.extending import ExtendTime
from services.orders.works import CompleteWorks
from services.reports.case_page.page import case_page
from tests.factories import act, begin, case_at, decide, live_at, pass_step, refused
from tests.looking import messages, rows, running, step_of
from tests.small_service import ADA, AVON, NOW, OTTO, TESS, WENDY

TODAY = NOW.date()
DAY = timedelta(days=1)
LIMIT = finish_by(approved_on=TODAY)


def order_of(url: str) -> dict[str, object]:
    (order,) = rows(url, WorkOrder)
    return order


@pytest.mark.sqlite
def test_a_day_within_the_twelve_months_moves_the_order_its_clock_and_its_step(url: str) -> None:
    reference = case_at(url, "works")
    before = order_of(url)["complete_by"]
    assert isinstance(before, date)
    until = before + 14 * DAY
    receipt = decide(url, reference, ExtendTime(until))
    assert receipt.notice.endswith("The twelve months of s.37(1) stay as they are.")
    held = running(url, reference)
    assert order_of(url)["complete_by"] == until
    assert held["finish_works"].due_on == held["works"].due_on == until
    assert held["start_works"].due_on == order_of(url)["start_by"]
    assert held["finish"].due_on == LIMIT
    (kept,) = rows(url, Extension)
    assert (kept["order_from"], kept["order_to"]) == (before, until)
    assert (kept["limit_from"], kept["limit_to"]) == (None, None)
    (builder,) = messages(url, "extension_to_contractor")
    (client,) = messages(url, "extension_to_client")
    assert builder["context"]["complete_by"] == client["context"]["complete_by"] == str(until)
    assert client["context"]["grant_extended"] is False


@pytest.mark.sqlite
def test_a_day_past_them_moves_the_limit_of_the_act_with_it_and_again_from_there(
    url: str,
) -> None:
    reference = case_at(url, "works")
    first, second = LIMIT + 30 * DAY, LIMIT + 60 * DAY
    act(url, reference, ExtendTime(first), by=ADA)
    assert running(url, reference)["finish"].due_on == first
    act(url, reference, ExtendTime(second))
    held = running(url, reference)
    assert held["finish"].due_on == held["finish_works"].due_on == second
    _, again = rows(url, Extension)
    assert (again["number"], again["limit_from"], again["limit_to"]) == (2, first, second)
    assert messages(url, "extension_to_client")[1]["context"]["grant_extended"] is True
    with reading(url) as conn:
        shown = case_page(conn, reference=reference, viewer=actor_for(conn, identity=TESS), now=NOW)
    (limit,) = [one for one in shown["waiting"]["running"] if one.name == "finish"]
    assert limit.moved[1] == (
        "Changed: due 1 July 2027 before, 31 July 2027 now: more time was allowed."
    )


@pytest.mark.sqlite
def test_time_for_the_grant_is_allowed_before_there_is_an_order_and_the_order_may_use_it(
    url: str,
) -> None:
    reference = case_at(url, "assign")
    error = refused(url, reference, ExtendTime(LIMIT), InvalidDecisionError)
    assert "No order is under way" in error.what
    act(url, reference, ExtendTime(LIMIT + 90 * DAY))
    live_at(NOW + timedelta(days=360))
    act(url, reference, AnswerOffer(accepted=True), by=TESS)
    complete_by = order_of(url)["complete_by"]
    assert isinstance(complete_by, date)
    assert complete_by > LIMIT


@pytest.mark.sqlite
def test_a_date_that_has_passed_is_moved_by_nobody(url: str) -> None:
    reference = case_at(url, "works")
    complete_by = order_of(url)["complete_by"]
    assert isinstance(complete_by, date)
    live_at(NOW + (complete_by - TODAY + DAY))
    late = refused(url, reference, ExtendTime(complete_by + 30 * DAY), InvalidDecisionError)
    assert "what is late stays late" in late.why
    live_at(NOW + (LIMIT - TODAY + DAY))
    over = refused(url, reference, ExtendTime(LIMIT + 30 * DAY), StatuteError)
    assert (over.section, "s.42" in over.next_step) == ("s.37(2)", True)


@pytest.mark.sqlite
def test_nobody_gives_time_to_what_has_none_or_without_the_right_to(url: str) -> None:
    reference = case_at(url, "approve")
    assert refused(url, reference, ExtendTime(LIMIT), StepNotOpenError)
    pass_step(url, reference, StepName.APPROVE)
    pass_step(url, reference, StepName.ASSIGN)
    for person in (OTTO, AVON, WENDY):
        assert refused(url, reference, ExtendTime(LIMIT), NotPermittedError, by=person)
    pass_step(url, reference, StepName.WORKS)
    pass_step(url, reference, StepName.SIGN_OFF)
    assert refused(url, reference, ExtendTime(LIMIT + DAY), InvalidDecisionError)


@pytest.mark.sqlite
def test_the_clients_delay_stands_behind_the_time_that_is_allowed_for_it(url: str) -> None:
    reference = case_at(url, "works")
    before = order_of(url)["complete_by"]
    assert isinstance(before, date)
    live_at(NOW + 14 * DAY)
    late = Pause(PauseCause.CLIENT_DELAY, TODAY + DAY, "e-mail of 2 June", TODAY + 10 * DAY)
    act(url, reference, late)
    moved = running(url, reference)["finish_works"].due_on
    assert moved > before
    error = refused(url, reference, ExtendTime(before + DAY, pause=1), InvalidDecisionError)
    assert "would take time away" in error.what
    assert refused(url, reference, ExtendTime(moved, pause=2), UnknownReferenceError)
    receipt = decide(url, reference, ExtendTime(moved, pause=1))
    assert f"{before:%-d %B %Y}" in receipt.notice
    assert running(url, reference)["finish_works"].due_on == order_of(url)["complete_by"] == moved


@pytest.mark.sqlite
def test_a_delay_of_somebody_else_is_not_the_clients(url: str) -> None:
    reference = case_at(url, "works")
    ours = Pause(PauseCause.OTHER, TODAY, "note of 1 June", TODAY, owner=Party.COUNCIL)
    act(url, reference, ours)
    error = refused(url, reference, ExtendTime(LIMIT, pause=1), InvalidDecisionError)
    assert "put down to the council" in error.what


def test_at_sign_off_the_grants_time_alone_is_extended(url: str) -> None:
    reference = case_at(url, "works")
    begin(url, reference, TODAY)
    act(url, reference, CompleteWorks(clock.today(), "photographs"))
    before = order_of(url)["complete_by"]
    act(url, reference, ExtendTime(LIMIT + DAY))
    assert order_of(url)["complete_by"] == before
    assert running(url, reference)["finish"].due_on == LIMIT + DAY
    assert step_of(url, reference, "sign-off").due_on is not None
    assert messages(url, "extension_to_contractor") == []
