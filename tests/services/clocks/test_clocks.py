"""The clocks of a case: started and stopped with its steps, and where somebody is given a date."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import pytest
import sqlalchemy as sa

from adapters import clock
from models.base import AnyRow
from models.database import reading
from models.tables.clocks import Clock, ClockChange
from models.tables.prices import Offer
from models.tables.works import WorkOrder
from rules.cases import ConsentAnswer
from rules.parties import Party
from rules.pathway import PATHWAY, CaseStatus, StepName
from services.assignment.decide import AnswerOffer
from services.assignment.offers import lapse_offer
from services.cases.clocks.calendar import calendar_for
from services.competitions.award import open_competition
from services.competitions.competition import ExtendDeadline
from services.completion.inspecting import InspectLines
from services.consents.decide import AnswerConsent
from services.consents.renewing import renew_consent
from services.decisions.exits import Exit
from services.decisions.specification import SpecifyAgain
from services.orders.works import CompleteWorks, StartWorks
from services.payments.payment import RecordInvoice
from tests.factories import act, case_at, go, later, new_case, pass_step
from tests.looking import clocks, messages, rows, running, step_of

ALL: Final = {"contact_to_completion"}
DECIDING: Final = ALL | {"application_to_decision", "decide", "review_priority"}
DONE_BY: Final = ALL | {"decision_to_completion", "finish"}
RUNNING: Final = {
    "specify": DECIDING | {"specify"},
    "price": DECIDING
    | {"price", "consent", "answer_consent", "certificates"}
    | {"return_certificates"},
    "tender": DECIDING
    | {"tender", "return_quote", "consent", "answer_consent", "certificates"}
    | {"return_certificates"},
    "approve": DECIDING | {"approve"},
    "assign": DONE_BY | {"assign", "answer_offer", "review_priority"},
    "works": DONE_BY | {"works", "start_works", "finish_works"},
    "sign-off": DONE_BY | {"sign-off"},
    "pay": {"pay", "send_invoice"},
    "aftercare": {"defects_period", "answer_survey"},
}
"""The clocks that run while a private tenant's case that goes to quotes waits at a step."""


def changes(url: str, clock_id: int) -> list[tuple[date | None, date | None, str]]:
    found = [row for row in rows(url, ClockChange) if row["clock_id"] == clock_id]
    return [(row["from_due"], row["to_due"], row["why"]) for row in found]


def stopped(url: str, reference: str, name: str) -> list[tuple[str, date, str]]:
    return [
        (clock.subject, clock.stopped_on, clock.stopped_why)
        for clock in clocks(url, reference)
        if clock.name == name and clock.stopped_on is not None
    ]


def dated(clock: AnyRow, until: date) -> bool:
    """Say whether a clock is due on a day, late on the next, and to be looked at before."""
    dates = (clock.due_on, clock.late_on, clock.next_on, clock.rung)
    return dates == (until, until + timedelta(days=1), clock.warn_on, 0) and until > clock.warn_on


def test_the_clocks_that_run_while_a_case_waits(sqlite_service: str) -> None:
    url = sqlite_service
    reference = new_case(url, tenure="private_tenant", route="quotes")
    go(reference)
    for step in PATHWAY:
        if step in RUNNING:
            held = running(url, reference)
            assert set(held) == RUNNING[step], step
            of_step = [clock.due_on for clock in held.values() if clock.step == step]
            assert step_of(url, reference, step).due_on == min(of_step)
        if step is not StepName.AFTERCARE:
            pass_step(url, reference, step)
    over = [row for row in clocks(url, reference) if row.stopped_on]
    assert all(row.stopped_why and row.next_on is None for row in over)


@pytest.mark.sqlite
def test_dates_given_to_others_are_their_clocks_and_the_step_waits_for_them(url: str) -> None:
    reference = case_at(url, "works", route="quotes", tenure="private_tenant")
    (order,), held = rows(url, WorkOrder), running(url, reference)
    assert dated(held["start_works"], order["start_by"])
    assert dated(held["finish_works"], order["complete_by"])
    assert dated(held["works"], order["complete_by"])
    assert held["works"].holder == Party.CONTRACTOR
    assert step_of(url, reference, "works").due_on == order["start_by"]
    act(url, reference, StartWorks(clock.today()))
    assert step_of(url, reference, "works").due_on == order["complete_by"]
    act(url, reference, CompleteWorks(clock.today(), "photographs"))
    assert stopped(url, reference, "start_works") == [("", clock.today(), "started")]
    assert stopped(url, reference, "finish_works") == [("", clock.today(), "done")]
    assert step_of(url, reference, "works").due_on == order["complete_by"]


@pytest.mark.sqlite
def test_offers_have_each_their_own_clock(url: str) -> None:
    reference = case_at(url, "assign", route="call_off")
    first = running(url, reference)["answer_offer"]
    (offer,) = rows(url, Offer)
    assert (first.subject, first.due_on) == (str(offer["id"]), offer["expires_on"])
    act(url, reference, AnswerOffer(accepted=False))
    assert step_of(url, reference, "assign").due_on == running(url, reference)["assign"].due_on


def test_an_offer_nobody_answered_lapses_with_its_clock(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "assign")
    first = running(sqlite_service, reference)
    assert step_of(sqlite_service, reference, "assign").due_on == first["answer_offer"].due_on
    later(days=8)
    lapse_offer(reference)
    today = clock.today()
    subject = first["answer_offer"].subject
    assert stopped(sqlite_service, reference, "answer_offer") == [(subject, today, "lapsed")]
    own = running(sqlite_service, reference)["assign"]
    assert own.due_on == first["assign"].due_on
    assert step_of(sqlite_service, reference, "assign").due_on == own.due_on
    go(reference)
    second = running(sqlite_service, reference)["answer_offer"]
    assert second.subject != subject
    assert second.due_on > today > own.due_on


@pytest.mark.sqlite
def test_quotes_are_awaited_until_their_deadline_and_that_may_be_put_off(url: str) -> None:
    reference = case_at(url, "tender", route="quotes")
    held = running(url, reference)
    deadline = held["return_quote"].due_on
    with reading(url) as conn:
        working = calendar_for(conn, authority="RBC")
    own = working.add(deadline, 5)
    assert (held["tender"].due_on, held["tender"].holder) == (own, Party.CONTRACTOR)
    assert step_of(url, reference, "tender").due_on == deadline
    act(url, reference, ExtendDeadline(working.add(deadline, 3)))
    moved = running(url, reference)
    until = moved["return_quote"].due_on
    assert until == working.add(deadline, 3) == moved["return_quote"].promised_on
    assert changes(url, moved["return_quote"].id) == [
        (deadline, until, "another date was given: return quotes")
    ]
    assert moved["tender"].due_on == working.add(until, 5)
    assert changes(url, moved["tender"].id)[-1][:2] == (own, working.add(until, 5))
    assert dated(moved["tender"], working.add(until, 5))
    assert step_of(url, reference, "tender").due_on == until
    later(days=40)
    open_competition(reference)
    assert stopped(url, reference, "return_quote") == [
        (held["return_quote"].subject, clock.today(), "the deadline has passed")
    ]
    late = step_of(url, reference, "tender")
    assert (late.owner, late.due_on) == ("technical officer", moved["tender"].due_on)


def test_the_landlord_s_clock_stops_with_the_answer_and_is_late_not_gone_before(
    url: str,
) -> None:
    reference = case_at(url, "consent", tenure="private_tenant")
    asked = running(url, reference)["answer_consent"]
    assert (asked.holder, asked.promised_on) == (Party.LANDLORD, asked.due_on)
    later(days=60)
    go(reference)
    late = running(url, reference)["answer_consent"]
    assert late.due_on == asked.due_on < clock.today()
    act(url, reference, AnswerConsent(ConsentAnswer.REFUSED))
    assert stopped(url, reference, "answer_consent") == [("", clock.today(), "answered")]
    own = running(url, reference)["consent"]
    assert own.holder == Party.COUNCIL
    assert step_of(url, reference, "consent").due_on == own.due_on


def test_a_consent_that_lapses_runs_beside_the_approval(sqlite_service: str) -> None:
    url = sqlite_service
    reference = case_at(url, "consent", tenure="private_tenant")
    last = clock.today() + timedelta(days=90)
    act(url, reference, AnswerConsent(ConsentAnswer.GRANTED, valid_to=last))
    for step in (StepName.PRICE, StepName.TENDER, StepName.CERTIFICATES):
        pass_step(url, reference, step)
    held = running(url, reference)["consent_lapses"]
    assert (held.kind, held.due_on, held.step) == ("expiry", last, "approve")
    later(days=91)
    renew_consent(reference)
    assert stopped(url, reference, "consent_lapses") == [("", clock.today(), "asked for anew")]
    go(reference)
    again = clock.today() + timedelta(days=30)
    act(url, reference, AnswerConsent(ConsentAnswer.GRANTED, valid_to=again))
    assert running(url, reference)["consent_lapses"].due_on == again
    pass_step(url, reference, StepName.APPROVE)
    assert stopped(url, reference, "consent_lapses")[-1][1:] == (clock.today(), "decided")


@pytest.mark.sqlite
def test_snags_have_a_clock_and_the_sign_off_waits_for_them(url: str) -> None:
    reference = case_at(url, "sign-off")
    before = running(url, reference)["sign-off"]
    act(url, reference, InspectLines(passed=(2,), snags={1: "leaks"}))
    held = running(url, reference)
    (told,) = messages(url, "snags_to_contractor")
    assert told["context"]["clear_by"] == held["clear_snags"].due_on.isoformat()
    assert held["sign-off"].due_on == held["clear_snags"].due_on > before.due_on
    assert (held["sign-off"].holder, held["clear_snags"].target_days) == (Party.CONTRACTOR, 10)
    later(days=1)
    act(url, reference, InspectLines(snags={1: "still leaks"}))
    to_clear = [one.subject for one in clocks(url, reference) if one.name == "clear_snags"]
    assert len(set(to_clear)) == 2  # a second snag of the line has a clock of its own
    act(url, reference, InspectLines(all_pass=True))
    ends = [why for _, _, why in stopped(url, reference, "clear_snags")]
    assert ends == ["looked at", "looked at"]
    assert running(url, reference)["sign-off"].holder == Party.CLIENT


@pytest.mark.sqlite
def test_an_invoice_is_awaited_then_paid_and_awaited_again_if_queried(url: str) -> None:
    reference = case_at(url, "pay")
    act(url, reference, RecordInvoice("INV-1", clock.today(), 1, as_ordered=True))
    held = running(url, reference)
    assert (set(held), held["send_invoice"].subject) == ({"pay", "send_invoice"}, "INV-1")
    assert stopped(url, reference, "pay_invoice") == [("INV-1", clock.today(), "queried")]
    assert stopped(url, reference, "send_invoice") == [("", clock.today(), "sent")]
    pass_step(url, reference, StepName.PAY)
    assert stopped(url, reference, "send_invoice")[-1][2] == "sent"
    assert stopped(url, reference, "pay_invoice")[-1][2] == "paid"


@pytest.mark.sqlite
def test_a_step_opened_again_has_a_new_clock_and_the_old_one_stopped(url: str) -> None:
    reference = case_at(url, "tender")
    before = running(url, reference)["tender"]
    act(url, reference, SpecifyAgain())
    held = [row for row in clocks(url, reference) if row.name == "specify"]
    assert [(row.step_revision, row.stopped_why) for row in held] == [(1, "done"), (2, "")]
    ends = {row.id: row.stopped_why for row in clocks(url, reference)}
    assert ends[before.id] == "not needed"
    assert step_of(url, reference, "specify").due_on == held[1].due_on


def test_whatever_runs_stops_when_the_case_ends(url: str) -> None:
    reference = case_at(url, "works", tenure="private_tenant")
    later(days=3)
    act(url, reference, Exit(CaseStatus.WITHDRAWN))
    assert running(url, reference) == {}
    ends = {row.stopped_why for row in clocks(url, reference) if row.stopped_on == clock.today()}
    assert ends == {"case ended"}
    with reading(url) as conn:
        left = conn.execute(sa.select(Clock.id).where(Clock.next_on.is_not(None))).all()
    assert left == []


def test_a_closed_case_leaves_no_clock(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "aftercare")
    later(days=400)
    pass_step(sqlite_service, reference, StepName.AFTERCARE)
    assert running(sqlite_service, reference) == {}
