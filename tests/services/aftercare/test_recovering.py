"""What was paid of a grant demanded back under s.42: by another person, within what was paid."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from adapters import clock
from adapters.documents import render_message
from models.case_queries import case_row
from models.database import reading, writing
from models.invoices import grant_paid
from models.people import actor_for
from models.tables.aftercare import Repayment
from models.tables.record import Audit, Decision
from rules.aftercare.repayment import Account, Recovery
from rules.errors import (
    InvalidDecisionError,
    NotPermittedError,
    StatuteError,
    StepNotOpenError,
)
from rules.pathway import CaseStatus
from services.aftercare.recovering import DemandRecovery
from services.aftercare.repayments import DemandRepayment, ReceiveRepayment, WaiveRepayment
from services.decisions.may import what_may
from services.verification.verify import findings
from tests.desk.web.desk import Desk
from tests.factories import act, case_at, decide, go, later, refused
from tests.looking import case, messages, rows
from tests.services.aftercare.test_repayment import CONSIDERED, account
from tests.small_service import ADA, FINN, MIA

WHY = "The builder was your brother-in-law."


def demand(pence: int = 500_00, ground: Recovery = Recovery.WRONG_CONTRACTOR) -> DemandRecovery:
    return DemandRecovery(ground, pence, WHY)


def sound(url: str) -> None:
    with reading(url) as conn:
        found = [one.sentence for one in findings(conn, lambda _: None, now=clock.now())]
    assert [one for one in found if "The file " not in one] == []


def test_it_is_demanded_received_in_parts_and_waived_in_part(url: str) -> None:
    reference = case_at(url, "aftercare", route="quotes", tenure="private_tenant")
    decide(url, reference, demand(), by=MIA)
    (letter,) = messages(url, "recovery_to_client")
    words = render_message(kind=letter["kind"], context=letter["context"])
    assert "£500.00" in words.subject
    assert "another contractor than the Act allows" in words.body
    assert WHY in words.body
    assert "right to reply" in words.body
    assert WHY not in str(rows(url, Decision)) + str(rows(url, Audit)), "sealed"
    go(reference)
    decide(url, reference, ReceiveRepayment(200_00, clock.today()), by=FINN)
    go(reference)
    decide(url, reference, WaiveRepayment(250_00), by=ADA)
    go(reference)
    decide(url, reference, ReceiveRepayment(50_00, clock.today()), by=FINN)
    assert account(url, reference) == Account(500_00, 250_00, 250_00)
    refused(url, reference, WaiveRepayment(1), StepNotOpenError, by=ADA)
    assert "under s.42: wrong contractor" in Desk(MIA).get(f"/cases/{reference}").text
    sound(url)


def test_whoever_approved_or_paid_it_may_not_demand_it(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "aftercare", route="quotes")
    error = refused(sqlite_service, reference, demand(), NotPermittedError, by=ADA)
    assert "“approve”" in str(error)
    assert "Two people are needed" in str(error)


def test_no_more_than_was_paid_is_demanded_in_all(sqlite_service: str) -> None:
    url = sqlite_service
    reference = case_at(url, "aftercare", route="quotes")
    with reading(url) as conn:
        paid = grant_paid(conn, case_id=case_row(conn, reference=reference).id)
    refused(url, reference, demand(paid + 1), StatuteError, by=MIA)
    decide(url, reference, demand(paid - 1_00), by=MIA)
    error = refused(url, reference, demand(1_01, Recovery.LATE), StatuteError, by=MIA)
    assert "£1.00 of the grant" in str(error)
    decide(url, reference, demand(1_00, Recovery.LATE), by=MIA)
    refused(url, reference, demand(1), StepNotOpenError, by=MIA)
    sound(url)
    with writing(url) as conn:
        conn.execute(sa.update(Repayment).values(amount_pence=Repayment.charge_pence))
    with reading(url) as conn:
        found = [one.sentence for one in findings(conn, lambda _: None)]
    assert [one for one in found if "under s.42 than was paid" in one]


@pytest.mark.parametrize("decision", [demand(0), demand(-1), DemandRecovery(Recovery.LATE, 1, " ")])
def test_bad_particulars_change_nothing(sqlite_service: str, decision: DemandRecovery) -> None:
    reference = case_at(sqlite_service, "aftercare", route="quotes")
    refused(sqlite_service, reference, decision, InvalidDecisionError, by=MIA)


def test_nothing_is_recovered_of_what_was_not_paid(sqlite_service: str) -> None:
    reference = case_at(sqlite_service, "works", route="quotes")
    refused(sqlite_service, reference, demand(), StepNotOpenError, by=MIA)
    with reading(sqlite_service) as conn:
        viewer = actor_for(conn, identity=MIA)
        found = what_may(conn, reference=reference, actor=viewer, now=clock.now())
    (may,) = [one for one in found if one.kind is DemandRecovery]
    assert "was paid" in may.reason


def test_what_is_open_holds_the_case_open_and_a_disposal_is_demanded_apart(
    sqlite_service: str,
) -> None:
    url = sqlite_service
    reference = case_at(url, "aftercare", route="quotes")
    act(url, reference, demand(100_00), by=MIA)
    later(days=800)
    go(reference)
    assert case(url, reference).status == CaseStatus.PAID
    act(url, reference, DemandRepayment(clock.today(), 1_00, **CONSIDERED), by=ADA)
    assert account(url, reference) == Account(101_00, 0, 0)
    act(url, reference, ReceiveRepayment(101_00, date(2026, 8, 1)), by=FINN)
    go(reference)
    sound(url)
