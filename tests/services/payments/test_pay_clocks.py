"""An invoice has its clocks from the day it came: an instalment's, and of the replaced too."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete

from models.database import reading, writing
from models.people import actor_for
from models.tables.clocks import Clock, ClockChange
from rules.pathway import CaseStatus
from services.assignment.decide import AnswerOffer
from services.clocks.missing import start_missing
from services.decisions.exits import Exit
from services.payments.credited import RecordCredit
from services.payments.entries import RejectInvoice
from services.payments.payment import RecordInvoice
from services.payments.release import Release
from services.payments.replaced import InvoiceReplaced, ReleaseReplaced
from services.payments.valuing import ValueDone
from services.payments.waiting import to_release
from tests.factories import act, begin, case_at, later
from tests.looking import clocks
from tests.services.orders.replacing import HALF, begun
from tests.services.payments.test_instalments import RAILS, TODAY, by_line, on_site, sound
from tests.small_service import FINN, NOW


def paying(url: str, reference: str) -> list[tuple[str, str, str]]:
    """Return the clocks of payments: name, subject, and why one stopped."""
    found = [one for one in clocks(url, reference) if one.name in ("pay_invoice", "pay_by_law")]
    return [(one.name, one.subject, one.stopped_why) for one in found]


def instalment(url: str, reference: str) -> None:
    act(url, reference, ValueDone(TODAY, ("1",), {}))
    act(url, reference, by_line("A-1", RAILS, l1=180_00))


@pytest.mark.sqlite
def test_an_instalment_has_its_clock_until_it_is_released(url: str) -> None:
    reference = on_site(url)
    instalment(url, reference)
    assert paying(url, reference) == [("pay_invoice", "A-1", "")]
    (clock,) = [one for one in clocks(url, reference) if one.name == "pay_invoice"]
    assert (clock.step, clock.holder, clock.target_days) == ("", "council", 20)
    with reading(url) as conn:
        (waits,) = to_release(conn, viewer=actor_for(conn, identity=FINN), today=TODAY)
    assert waits.row.pay_by == clock.due_on
    sound(url)
    act(url, reference, Release(), by=FINN)
    assert paying(url, reference) == [("pay_invoice", "A-1", "paid")]
    sound(url)


@pytest.mark.parametrize(
    ("decision", "why"),
    [
        (RejectInvoice(), "rejected"),
        (RecordCredit("C-1", "A-1", RAILS), "credited"),
    ],
)
def test_the_clock_of_an_instalment_stops_with_it(
    sqlite_service: str, decision: RejectInvoice | RecordCredit, why: str
) -> None:
    url, reference = sqlite_service, on_site(sqlite_service)
    instalment(url, reference)
    act(url, reference, decision)
    assert paying(url, reference) == [("pay_invoice", "A-1", why)]
    assert heal(url) == 0


def test_the_council_s_own_instalment_is_due_in_thirty_days(sqlite_service: str) -> None:
    url = sqlite_service
    reference = case_at(url, "works", route="call_off", contracting_party="council")
    begin(url, reference, TODAY)
    act(url, reference, ValueDone(TODAY, ("1",), {}))
    later(days=3)
    came = NOW.date() + timedelta(days=2)
    act(url, reference, RecordInvoice("A-1", TODAY, RAILS, {1: 180_00}, received_on=came))
    law = [one for one in clocks(url, reference) if one.name == "pay_by_law"]
    assert law[0].stopped_on is None
    assert [(one.due_on, one.subject) for one in law] == [(came + timedelta(days=29), "A-1")]


def test_one_that_is_queried_has_no_clock_that_runs(sqlite_service: str) -> None:
    url, reference = sqlite_service, on_site(sqlite_service)
    act(url, reference, by_line("A-1", RAILS, l1=180_00))
    assert paying(url, reference) == [("pay_invoice", "A-1", "queried")]
    assert heal(url) == 0


def test_a_contractor_that_was_replaced_is_paid_in_time_too(sqlite_service: str) -> None:
    url, reference = sqlite_service, begun(sqlite_service)
    act(url, reference, HALF)
    act(url, reference, AnswerOffer(accepted=True))
    act(url, reference, InvoiceReplaced("WO-2026-00001", "A-1", 52_50))
    assert paying(url, reference) == [("pay_invoice", "A-1", "")]
    act(url, reference, ReleaseReplaced("WO-2026-00001"), by=FINN)
    assert paying(url, reference) == [("pay_invoice", "A-1", "paid")]


def test_no_clock_of_a_payment_runs_on_a_case_that_ended(sqlite_service: str) -> None:
    url, reference = sqlite_service, begun(sqlite_service)
    act(url, reference, HALF)
    act(url, reference, InvoiceReplaced("WO-2026-00001", "A-1", 52_50))
    act(url, reference, Exit(CaseStatus.MOVED), reason="she moved to her daughter")
    assert paying(url, reference) == [("pay_invoice", "A-1", "the case has ended")]
    act(url, reference, ReleaseReplaced("WO-2026-00001"), by=FINN)
    assert heal(url) == 0
    sound(url)


@pytest.mark.parametrize("party", ["client", "council"])
def test_clocks_of_instalments_that_are_missing_are_started_as_they_were(
    url: str, party: str
) -> None:
    reference = case_at(url, "works", route="call_off", contracting_party=party)
    begin(url, reference, TODAY)
    act(url, reference, ValueDone(TODAY, ("1",), {}))
    act(url, reference, by_line("A-1", RAILS, l1=180_00))
    before = [one[1:] for one in clocks(url, reference) if one.name.startswith("pay_")]
    assert len(before) == (1 if party == "client" else 2)
    with writing(url) as conn:
        conn.execute(delete(ClockChange))
        conn.execute(delete(Clock).where(Clock.name.like("pay_%")))
    assert heal(url) == len(before)
    assert [one[1:] for one in clocks(url, reference) if one.name.startswith("pay_")] == before
    assert heal(url) == 0


def heal(url: str) -> int:
    with writing(url) as conn:
        return start_missing(conn, now=NOW)
