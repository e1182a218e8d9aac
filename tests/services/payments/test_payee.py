"""Whom the grant is paid to (s.39): the contractor only where the applicant was told before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from pyiso20022.pain import pain_001_001_09 as ask
from xsdata.formats.dataclass.parsers import XmlParser

from adapters import clock
from models.database import reading, writing
from models.people import actor_for
from models.tables.payments import ApplicantAccount
from models.tables.record import Outbox
from models.tables.works import Payment
from rules.errors import (
    AlreadyDecidedError,
    InvalidDecisionError,
    NotPermittedError,
    StatuteError,
    StepNotOpenError,
)
from services.grants.direct import TellDirectPayment, ToldHow
from services.payments.applicant_accounts import LookAtApplicantAccount, RecordApplicantAccount
from services.payments.final_account import account_of
from services.payments.made_runs import run_file, run_of
from services.payments.payee import PayApplicant
from services.payments.payment import RecordInvoice
from services.payments.release import Release
from services.payments.remit import remit
from services.payments.withholding import LiftWithholding, WithholdPayment
from tests.factories import act, case_at, decide, later, refused
from tests.looking import messages, rows
from tests.services.orders.varied import sound
from tests.services.payments.test_runs import against, run, terms
from tests.small_service import AVON, FAY, FINN, MIA, NOW, REFERENCE, TESS

TODAY = NOW.date()
INVOICE = RecordInvoice("A-1", TODAY, 1_600_00, as_ordered=True)
DETAILS = RecordApplicantAccount("Ada Ashby", "20-33-44", "87654321")


def untold(url: str) -> None:
    """Take away that Handrail's own letter told the applicant."""
    letter = sa.delete(Outbox).where(Outbox.key.like("%:certificate_request_to_applicant:%"))
    with writing(url) as conn:
        conn.execute(letter)


def at_pay(url: str, *, told: bool = True) -> None:
    case_at(url, "pay")
    if not told:
        untold(url)
    act(url, REFERENCE, INVOICE, by=AVON)


def test_the_contractor_is_not_paid_where_the_applicant_was_never_told(url: str) -> None:
    at_pay(url, told=False)
    error = refused(url, REFERENCE, Release(), StatuteError, by=FINN)
    assert error.section == "s.39(1)"
    assert "pay-applicant" in error.next_step
    assert rows(url, Payment) == []
    decide(url, REFERENCE, PayApplicant(), by=TESS)
    act(url, REFERENCE, Release(), by=FINN)
    (payment,) = rows(url, Payment)
    assert payment["payee"] == "applicant"


def test_that_they_were_told_is_recorded_late_only_with_what_shows_it(sqlite_service: str) -> None:
    url = sqlite_service
    at_pay(url, told=False)
    later(days=1)
    after = TellDirectPayment(clock.today(), ToldHow.VISIT, "the note of that visit")
    assert refused(url, REFERENCE, after, StatuteError, by=TESS).section == "s.39(1)"
    before = TODAY - timedelta(days=400)
    bare = TellDirectPayment(before, ToldHow.VISIT)
    assert "say what shows" in refused(url, REFERENCE, bare, InvalidDecisionError, by=TESS).what
    coming = TellDirectPayment(TODAY + timedelta(days=400), ToldHow.VISIT)
    refused(url, REFERENCE, coming, InvalidDecisionError, by=TESS)
    decide(url, REFERENCE, TellDirectPayment(before, ToldHow.VISIT, "the form of then"), by=TESS)
    act(url, REFERENCE, Release(), by=FINN)
    (payment,) = rows(url, Payment)
    assert payment["payee"] == "contractor"


def test_it_is_recorded_before_the_approval_and_the_notice_says_it(sqlite_service: str) -> None:
    case_at(sqlite_service, "approve")
    decide(sqlite_service, REFERENCE, TellDirectPayment(TODAY, ToldHow.TELEPHONE), by=TESS)


def test_an_applicant_who_was_told_is_paid_only_where_they_ask_to_withhold(
    sqlite_service: str,
) -> None:
    url = sqlite_service
    at_pay(url)
    error = refused(url, REFERENCE, PayApplicant(), StatuteError, by=TESS)
    assert error.section == "s.39(2)"
    decide(url, REFERENCE, WithholdPayment(clock.today()), by=TESS)
    assert refused(url, REFERENCE, Release(), StatuteError, by=FINN).section == "s.39(2)"
    decide(url, REFERENCE, PayApplicant(), by=TESS)
    refused(url, REFERENCE, PayApplicant(), AlreadyDecidedError, by=TESS)
    decide(url, REFERENCE, LiftWithholding(), by=TESS)  # they are satisfied: as they were told
    act(url, REFERENCE, Release(), by=FINN)
    (payment,) = rows(url, Payment)
    assert payment["payee"] == "contractor"


def test_payment_is_withheld_from_the_approval_on_and_not_before(sqlite_service: str) -> None:
    url = sqlite_service
    case_at(url, "approve")
    refused(url, REFERENCE, WithholdPayment(TODAY), StepNotOpenError, by=TESS)
    works = case_at(url, "works", reference="DFG-2")
    decide(url, works, WithholdPayment(clock.today()), by=TESS)
    refused(url, works, WithholdPayment(clock.today()), AlreadyDecidedError, by=TESS)
    decide(url, works, LiftWithholding(), by=TESS)


def test_the_applicant_is_paid_in_a_run_and_told_and_verified(url: str) -> None:
    at_pay(url)
    decide(url, REFERENCE, WithholdPayment(clock.today()), by=TESS)
    decide(url, REFERENCE, PayApplicant(), by=MIA)
    act(url, REFERENCE, Release(), by=FINN)
    assert against(url)[0].startswith("No bank details of ")
    decide(url, REFERENCE, DETAILS, by=FINN)
    refused(url, REFERENCE, DETAILS, AlreadyDecidedError, by=FINN)
    found = LookAtApplicantAccount(confirmed=True)
    refused(url, REFERENCE, found, NotPermittedError, by=FINN)
    assert against(url)[0].startswith("No bank details of ")
    decide(url, REFERENCE, found, by=FAY)
    refused(url, REFERENCE, found, StepNotOpenError, by=FAY)
    terms(url)
    number, _ = run(url)
    with reading(url) as conn:
        made = run_of(conn, number=number, viewer=actor_for(conn, identity=FINN))
        account = account_of(conn, reference=REFERENCE, today=clock.today())
    (cells,) = run_file(made, bank=False).decode().splitlines()[1:2]
    assert f",{made.sent[0].payee}," in cells
    assert ",AVON," not in cells
    transfer = XmlParser().from_bytes(run_file(made, bank=True), ask.Document)
    (sent,) = transfer.cstmr_cdt_trf_initn.pmt_inf[0].cdt_trf_tx_inf
    assert sent.cdtr_acct.id.othr.id == "87654321"
    assert account.to_applicant_pence == account.paid_pence == 1_600_00
    assert remit(run=number, now=clock.now()) == 1
    assert remit(run=number, now=clock.now()) == 0
    (told,) = messages(url, "remittance_to_applicant")
    assert told["context"]["payments"][0]["contractor"] == "Avon Access Ltd"
    assert [one["context"]["what"] for one in messages(url, "bank_details_to_applicant")] == [
        "changed",
        "confirmed",
    ]
    assert "87654321" not in str(rows(url, ApplicantAccount)) + str(messages(url))
    assert sound(url) == []


@pytest.mark.parametrize(
    ("details", "words"),
    [
        (RecordApplicantAccount("Ada", "20-33", "87654321"), "six digits"),
        (RecordApplicantAccount("Ada", "20-33-44", "8765"), "eight digits"),
        (RecordApplicantAccount("", "20-33-44", "87654321"), "1 to 70"),
    ],
)
def test_details_that_can_be_none_change_nothing(
    sqlite_service: str, details: Any, words: str
) -> None:
    at_pay(sqlite_service, told=False)
    refused(sqlite_service, REFERENCE, DETAILS, StepNotOpenError, by=FINN)
    decide(sqlite_service, REFERENCE, PayApplicant(), by=TESS)
    error = refused(sqlite_service, REFERENCE, details, InvalidDecisionError, by=FINN)
    assert words in error.what + error.why
    assert rows(sqlite_service, ApplicantAccount) == []
