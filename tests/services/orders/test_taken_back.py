"""A contractor replaced by mistake goes on, and whoever was asked meanwhile is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.tables.competition import Competition
from models.tables.record import Decision
from models.tables.works import OrderEnding, Payment, ValuedLine
from rules.errors import InvalidDecisionError, StepNotOpenError
from rules.pathway import CaseStatus, StepName
from rules.replacements import NextBy, ReplaceGround
from services.assignment.decide import AnswerOffer
from services.competitions.competition import AwardQuote
from services.competitions.quoting import RecordQuote
from services.decisions.exits import Exit
from services.orders.replacing import ReplaceContractor
from services.orders.taken_back import WithdrawReplacement
from services.orders.works import CompleteWorks
from services.payments.replaced import InvoiceReplaced, WithdrawReplacedInvoice
from tests.factories import act, case_at, later, pass_step, quotes_opened, refused
from tests.looking import messages, rows
from tests.services.orders.replacing import HALF, TODAY, begun, offers, sound
from tests.small_service import AVON, BRIAR, CEDAR


def test_a_competition_begun_by_mistake_is_taken_back_and_its_firms_are_told(
    sqlite_service: str,
) -> None:
    url = sqlite_service
    reference = begun(url)
    act(url, reference, replace(HALF, next_by=NextBy.COMPETITION))
    act(url, reference, WithdrawReplacement())
    assert len(messages(url, "competition_cancelled")) == 2
    assert sound(url) == []
    for step in (StepName.WORKS, StepName.SIGN_OFF, StepName.PAY):
        pass_step(url, reference, step)
    assert [row["amount_pence"] for row in rows(url, Payment)] == [417_60]
    assert sound(url) == []


@pytest.mark.sqlite
@pytest.mark.parametrize("complete", [False, True])
def test_a_contractor_replaced_by_mistake_goes_on_until_another_accepts(
    url: str, *, complete: bool
) -> None:
    reference = begun(url)
    if complete:
        act(url, reference, CompleteWorks(TODAY, "photographs"))
    refused(url, reference, WithdrawReplacement(), StepNotOpenError)
    act(url, reference, HALF)
    act(url, reference, InvoiceReplaced("WO-2026-00001", "A-1", 52_50))
    stands = refused(url, reference, WithdrawReplacement(), InvalidDecisionError)
    assert "withdraw-replaced-invoice" in stands.next_step
    act(url, reference, WithdrawReplacedInvoice("WO-2026-00001"))
    act(url, reference, WithdrawReplacement(), reason="it was another order")
    assert rows(url, OrderEnding) == rows(url, ValuedLine) == []
    assert offers(url) == [(AVON, "accepted", 370_50), (BRIAR, "withdrawn", 294_53)]
    assert len(messages(url, "works_withdrawn_to_contractor")) == 1
    assert len(messages(url, "taken_back_to_client")) == 1
    facts = rows(url, Decision)[-1]["facts"]
    assert (facts["before"]["total_pence"], facts["after"]["total_pence"]) == (52_50, None)
    assert sound(url) == []
    assert (
        "that was withdrawn"
        in refused(url, reference, WithdrawReplacement(), StepNotOpenError).what
    )
    act(url, reference, HALF)
    assert offers(url)[-1] == (BRIAR, "offered", 294_53)
    act(url, reference, AnswerOffer(accepted=True))
    late = refused(url, reference, WithdrawReplacement(), StepNotOpenError)
    assert late.what == "BRIAR has accepted what was left to do on DFG-1."
    assert sound(url) == []


def test_a_case_that_ends_after_it_was_taken_back_tells_the_one_who_went_on(
    sqlite_service: str,
) -> None:
    url = sqlite_service
    reference = case_at(url, "works", route="call_off")
    act(url, reference, ReplaceContractor(ReplaceGround.DID_NOT_START, NextBy.COMPETITION))
    act(url, reference, RecordQuote(BRIAR, {1: 50_00, 2: 120_00}), by=BRIAR)
    act(url, reference, RecordQuote(CEDAR, {1: 50_00, 2: 110_00}), by=CEDAR)
    quotes_opened(reference, after=rows(url, Competition)[0]["deadline"])
    act(url, reference, AwardQuote(CEDAR))
    assert offers(url)[-1][:2] == (CEDAR, "offered")
    act(url, reference, WithdrawReplacement())
    later(hours=1)
    act(url, reference, Exit(CaseStatus.MOVED), reason="she moved to her daughter")
    (told,) = messages(url, "case_ended_to_contractor")
    assert told["to"] == "jobs@avon.example"
    (before,) = messages(url, "works_withdrawn_to_contractor")
    assert before["to"] == "jobs@cedar.example"
    assert sound(url) == []
