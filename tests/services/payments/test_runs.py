"""Payment runs: each payment in one, the same files again, bounced ones after new bank details."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from pyiso20022.pain import pain_001_001_09 as ask
from xsdata.formats.dataclass.parsers import XmlParser

from adapters import clock
from models.database import reading, writing
from models.people import actor_for
from models.tables.payments import PaymentRun, SentPayment
from models.tables.works import Payment
from rules.errors import (
    AlreadyDecidedError,
    ChangedMeanwhileError,
    HandrailError,
    InvalidDecisionError,
    InvalidDocumentError,
    NotPermittedError,
    StatuteError,
)
from rules.pathway import StepName
from rules.payment_runs import Account
from services.payments.accounts import change_account, look_at_account
from services.payments.made_runs import run_file, run_of
from services.payments.release import Release
from services.payments.remit import remit, remit_left
from services.payments.results import Results, record_results, said_in_file
from services.payments.runs import make_run, payments_due
from services.payments.terms import set_terms
from services.payments.withholding import LiftWithholding, WithholdPayment
from services.verification.runs import RUNS
from tests.factories import act, case_at, decide, usual_decision
from tests.looking import messages, rows
from tests.small_service import AVON, FAY, FINN, NOW, REASON

OWN = Account("Rugby Borough Council", "200000", "55779911")
ACCOUNT = {"name": "Avon Ltd", "sort_code": "20-11-22", "number": "12345678"}
TOTAL = 1_600_00


def account(url: str, *, number: str = "12345678", confirm: bool = True) -> int:
    with writing(url) as conn:
        known = change_account(
            conn,
            contractor=AVON,
            **{**ACCOUNT, "number": number},
            by=FINN,
            reason="on its letterhead",
            now=clock.now(),
        )
    if confirm:
        with writing(url) as conn:
            look_at_account(
                conn,
                number=known.number,
                confirm=True,
                by=FAY,
                reason="called back on the number on file",
                now=clock.now(),
            )
    return known.number


def terms(url: str) -> None:
    with writing(url) as conn:
        set_terms(
            conn,
            authority="RBC",
            valid_from=clock.today(),
            columns="",
            account=OWN,
            employer="120/ab456",
            by=FINN,
            reason="our account since April",
            now=clock.now(),
        )


def run(url: str, *, by: str = FINN, payments: tuple[int, ...] = ()) -> tuple[int, bool]:
    with writing(url) as conn:
        return make_run(
            conn, authority="RBC", by=by, reason=REASON, now=clock.now(), payments=payments
        )


def said(url: str, text: str, *, by: str = FINN) -> Results:
    with writing(url) as conn:
        found = said_in_file(text.encode())
        return record_results(conn, said=found, by=by, reason=REASON, now=clock.now())


def broken(url: str) -> list[str]:
    with reading(url) as conn:
        return [check.sentence for check in RUNS if conn.execute(check.query).all()]


def against(url: str) -> list[str]:
    with reading(url) as conn:
        return [one.against for one in payments_due(conn, viewer=actor_for(conn, identity=FINN))]


def test_a_run_sends_each_payment_once_and_gives_the_same_files_again(url: str) -> None:
    case_at(url, "aftercare")
    assert against(url) == ["No bank details of Avon Access Ltd are confirmed."]
    account(url)
    terms(url)
    (payment,) = rows(url, Payment)
    seen = (payment["id"],)
    number, before = run(url, payments=seen)
    assert before is False
    with reading(url) as conn:
        made = run_of(conn, number=number, viewer=actor_for(conn, identity=FINN))
    ledger, bank = run_file(made, bank=False), run_file(made, bank=True)
    assert b"TOTAL OF 1" in ledger
    transfer = XmlParser().from_bytes(bank, ask.Document).cstmr_cdt_trf_initn
    (sent,) = transfer.pmt_inf[0].cdt_trf_tx_inf
    assert sent.cdtr_agt.fin_instn_id.clr_sys_mmb_id.mmb_id == "201122"
    assert sent.cdtr_acct.id.othr.id == "12345678"
    assert (sent.amt.instd_amt.ccy, sent.amt.instd_amt.value * 100) == ("GBP", TOTAL)
    assert transfer.grp_hdr.ctrl_sum * 100 == TOTAL
    assert b"12345678" not in made.row.bank.encode()  # at rest it is sealed
    assert run(url, payments=seen) == (number, True)
    with reading(url) as conn:
        again = run_of(conn, number=number, viewer=actor_for(conn, identity=FINN))
    assert (run_file(again, bank=False), run_file(again, bank=True)) == (ledger, bank)
    with pytest.raises(InvalidDecisionError, match="The last is run 1"):
        run(url)
    assert broken(url) == []


def test_a_bounced_payment_is_sent_again_after_other_details_alone_and_never_twice(
    sqlite_service: str,
) -> None:
    url = sqlite_service
    case_at(url, "aftercare")
    account(url)
    run(url)
    assert said(url, "payment,result,reason\nP1-1,bounced,account closed\n") == (0, 1, 0)
    assert said(url, "payment,result,reason\nP1-1,bounced,account closed\n") == (0, 0, 1)
    assert "bounced (account closed)" in against(url)[0]
    with pytest.raises(InvalidDecisionError, match="waits for a run"):
        run(url)
    account(url, number="87654321")
    assert run(url) == (2, False)
    assert said(url, "payment,result\nP1-2,confirmed\n") == (1, 0, 0)
    assert [row["state"] for row in rows(url, SentPayment)] == ["bounced", "confirmed"]
    with pytest.raises(InvalidDocumentError, match="cannot be confirmed"):
        said(url, "payment,result\nP1-1,confirmed\n")
    assert against(url) == []
    assert broken(url) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("payment,result\nP9-9,confirmed\n", "P9-9 was not sent by us."),
        ("payment,result\nP1-1,perhaps\n", "“perhaps” is no result"),
        ("payment,result\nP1-1,bounced\n", "say why"),
        ("a,b\n1,2\n", "names no “payment”"),
        ("payment,result\n", "names no payment"),
        ("<a/>", "pain.002"),
        ("", "cannot be recorded|can be read"),
        ('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "document type"),
    ],
)
def test_an_answer_that_cannot_stand_changes_nothing(
    sqlite_service: str, text: str, words: str
) -> None:
    case_at(sqlite_service, "aftercare")
    account(sqlite_service)
    run(sqlite_service)
    with pytest.raises(InvalidDocumentError, match=words):
        said(sqlite_service, text)
    assert [row["state"] for row in rows(sqlite_service, SentPayment)] == ["sent"]


def test_bank_details_need_a_second_person_and_the_contractor_is_told_at_its_old_address(
    sqlite_service: str,
) -> None:
    url = sqlite_service
    case_at(url, "aftercare")
    number = account(url, confirm=False)
    assert "confirmed" in against(url)[0]
    with pytest.raises(NotPermittedError, match="may not look at them as well"), writing(url) as c:
        look_at_account(c, number=number, confirm=True, by=FINN, reason=REASON, now=clock.now())
    with pytest.raises(AlreadyDecidedError, match="wait already"):
        account(url, number="11111111")
    with writing(url) as conn:
        look_at_account(
            conn, number=number, confirm=False, by=FAY, reason="it knew nothing", now=clock.now()
        )
    assert "confirmed" in against(url)[0]
    told = messages(url, "bank_details_to_contractor")
    assert [(one["to"], one["context"]["what"]) for one in told] == [
        ("jobs@avon.example", "changed"),
        ("jobs@avon.example", "refused"),
    ]
    assert "12345678" not in str(told)


def test_a_remittance_is_told_once(sqlite_service: str) -> None:
    case_at(sqlite_service, "aftercare")
    account(sqlite_service)
    number, _ = run(sqlite_service)
    assert remit(run=number, now=clock.now()) == 1
    assert remit_left() == 0
    (told,) = messages(sqlite_service, "remittance_to_contractor")
    assert told["context"]["total_pence"] == TOTAL
    assert told["attachments"][0]["name"].startswith("Remittance advice 1.")


def test_two_officers_who_make_a_run_at_once_make_one(url: str) -> None:
    case_at(url, "aftercare")
    account(url)
    together = Barrier(2)

    def make(by: str) -> str:
        together.wait(30)
        try:
            return f"run {run(url, by=by)[0]}"
        except HandrailError as error:
            return type(error).__name__

    with ThreadPoolExecutor(2) as threads:
        found = sorted(threads.map(make, (FINN, FAY)))
    assert found == ["InvalidDecisionError", "run 1"]
    assert len(rows(url, SentPayment)) == len(rows(url, PaymentRun)) == 1


def test_who_saw_other_payments_is_told(sqlite_service: str) -> None:
    case_at(sqlite_service, "aftercare")
    account(sqlite_service)
    with pytest.raises(ChangedMeanwhileError):
        run(sqlite_service, payments=(99,))


def test_only_finance_makes_a_run(sqlite_service: str) -> None:
    case_at(sqlite_service, "aftercare")
    account(sqlite_service)
    with pytest.raises(NotPermittedError):
        run(sqlite_service, by="tess@rbc.example")


def test_payment_withheld_for_the_client_is_not_released_until_it_is_lifted(
    sqlite_service: str,
) -> None:
    url = sqlite_service
    reference = case_at(url, "pay")
    act(url, reference, usual_decision(url, reference, StepName.PAY))
    decide(url, reference, WithholdPayment(NOW.date()))
    with pytest.raises(AlreadyDecidedError):
        decide(url, reference, WithholdPayment(NOW.date()))
    with pytest.raises(StatuteError, match=r"s\.39"):
        act(url, reference, Release())
    decide(url, reference, LiftWithholding())
    with pytest.raises(AlreadyDecidedError):
        decide(url, reference, LiftWithholding())
    act(url, reference, Release())
    assert len(rows(url, Payment)) == 1


def test_a_release_over_somebody_s_limit_is_another_s(sqlite_service: str) -> None:
    url = sqlite_service
    reference = case_at(url, "pay")
    act(url, reference, usual_decision(url, reference, StepName.PAY))
    with writing(url) as conn:
        conn.exec_driver_sql(
            "UPDATE officer SET approval_limit_pence = 100000 WHERE email = 'finn@rbc.example'"
        )
    with pytest.raises(NotPermittedError, match="may release up to £1,000"):
        act(url, reference, Release(), by=FINN)
    act(url, reference, Release(), by=FAY)
    assert len(rows(url, Payment)) == 1
