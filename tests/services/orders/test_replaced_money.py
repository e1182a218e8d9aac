"""What a contractor that was replaced did: paid once, within the approval, whatever follows."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
import sqlalchemy as sa

from models.database import writing
from models.tables.funding import Budget
from models.tables.replacements import Replacement
from models.tables.works import (
    Approval,
    Invoice,
    OrderEnding,
    Payment,
    ValuedLine,
)
from rules.errors import (
    InvalidDecisionError,
    NotPermittedError,
    StatuteError,
    StepNotOpenError,
)
from rules.grants.payers import PayerHow
from rules.orders import EndGround
from rules.pathway import PATHWAY, CaseStatus, StepName, StepStatus
from rules.replacements import NextBy, ReplaceGround
from services.assignment.decide import AnswerOffer
from services.decisions.exits import Exit
from services.grants.approve import Approve
from services.grants.payer import RecordPayer
from services.orders.ended import EndOrder
from services.orders.replacing import ReplaceContractor
from services.orders.taken_back import WithdrawReplacement
from services.payments.payment import RecordInvoice
from services.payments.recalculating import RecalculateGrant
from services.payments.replaced import InvoiceReplaced, ReleaseReplaced
from tests.factories import DEARER, act, begin, bring, case_at, go, new_case, pass_step, refused
from tests.looking import case, messages, rows, status_of, step_of
from tests.services.orders.replacing import HALF, TODAY, begun, finish, offers, sound
from tests.small_service import ADA, BRIAR, CEDAR, FAY, FINN


def test_what_is_dearer_with_what_was_done_is_approved_anew_first(url: str) -> None:
    bring(url, "budgets", "authority | year | amount\nRBC | 2026 | 1000")
    reference = begun(url)
    act(url, reference, replace(HALF, part={"1": 100_00}))
    approve = step_of(url, reference, "approve")
    assert (approve.status, approve.revision) == (StepStatus.WAITING, 2)
    assert "£339.27 with the £105.00 done before is more than" in (
        step_of(url, reference, "assign").waiting_for
    )
    error = refused(url, reference, Approve(approved=False), StatuteError)
    assert error.what.startswith("£105.00 of the works on DFG-1 were carried out")
    act(url, reference, DEARER)
    assert rows(url, Approval)[-1]["works_pence"] == 444_27
    assert offers(url)[-1] == (BRIAR, "offered", 294_53)
    finish(url, reference)
    assert sound(url) == []
    act(url, reference, InvoiceReplaced("WO-2026-00001", "A-1", 105_00))
    act(url, reference, ReleaseReplaced("WO-2026-00001"), by=FINN)
    assert sorted(row["amount_pence"] for row in rows(url, Payment)) == [105_00, 339_27]
    assert [row["committed_pence"] for row in rows(url, Budget)] == [444_27]
    assert sound(url) == []


@pytest.mark.sqlite
def test_the_second_can_be_replaced_too_and_the_case_can_end_meanwhile(url: str) -> None:
    bring(url, "budgets", "authority | year | amount\nRBC | 2026 | 1000")
    reference = begun(url)
    act(url, reference, replace(HALF, part={"1": 30_00}))
    act(url, reference, AnswerOffer(accepted=True))
    begin(url, reference, TODAY)
    again = ReplaceContractor(
        ReplaceGround.DEFECTIVE, NextBy.BY_RULE, done=("1",), not_done=("2",), inspected_on=TODAY
    )
    act(url, reference, again)
    assert [row["total_pence"] for row in rows(url, OrderEnding)] == [31_50, 99_23]
    assert rows(url, Replacement)[-1]["left"] == {"2": "2"}
    if status_of(url, reference, "approve") is StepStatus.WAITING:
        act(url, reference, DEARER)
    assert offers(url)[-1][:2] == (CEDAR, "offered")
    assert sound(url) == []
    act(url, reference, Exit(CaseStatus.MOVED), reason="she moved to her daughter")
    assert [row["committed_pence"] for row in rows(url, Budget)] == [130_73]
    assert sound(url) == []
    for order, total in (("WO-2026-00001", 31_50), ("WO-2026-00002", 99_23)):
        act(url, reference, InvoiceReplaced(order, f"I-{total}", total))
        act(url, reference, ReleaseReplaced(order), by=FINN)
    assert [row["amount_pence"] for row in rows(url, Payment)] == [31_50, 99_23]
    assert len(messages(url, "payment_to_contractor")) == 2
    assert sound(url) == []


@pytest.mark.sqlite
def test_the_second_order_can_end_with_the_case_and_both_are_paid(url: str) -> None:
    bring(url, "budgets", "authority | year | amount\nRBC | 2026 | 1000")
    reference = begun(url)
    act(url, reference, HALF)
    act(url, reference, AnswerOffer(accepted=True))
    begin(url, reference, TODAY)
    act(url, reference, EndOrder(EndGround.OCCUPANT_DIED, done=("1",), not_done=("2",)))
    act(url, reference, RecordInvoice("B-1", TODAY, 99_23, as_ordered=True))
    pass_step(url, reference, StepName.PAY)
    assert case(url, reference).status == CaseStatus.DIED
    assert [row["committed_pence"] for row in rows(url, Budget)] == [151_73]
    act(url, reference, InvoiceReplaced("WO-2026-00001", "A-1", 52_50))
    act(url, reference, ReleaseReplaced("WO-2026-00001"), by=FINN)
    assert sound(url) == []


@pytest.mark.sqlite
def test_others_pay_each_contractor_their_part_directly(url: str) -> None:
    reference = case_at(url, "approve", route="call_off", contribution="208.80")
    act(url, reference, Approve(approved=True))
    pass_step(url, reference, StepName.ASSIGN)
    act(url, reference, RecordPayer(PayerHow.DIRECT, "client", 208_80))
    begin(url, reference, TODAY)
    act(url, reference, HALF)
    (ending,) = rows(url, OrderEnding)
    assert (ending["direct_pence"], ending["grant_pence"]) == (26_25, 26_25)
    act(url, reference, AnswerOffer(accepted=True))
    less = RecordPayer(PayerHow.DIRECT, "client", 26_24)
    assert (
        "£26.25 of what a contractor did"
        in refused(url, reference, less, InvalidDecisionError).what
    )
    (told,) = messages(url, "paid_directly_to_contractor")[1:]
    assert told["context"]["paid_directly"][-1].startswith("less £26.25")
    act(url, reference, InvoiceReplaced("WO-2026-00001", "A-1", 52_50))
    act(url, reference, ReleaseReplaced("WO-2026-00001"), by=FINN)
    for step in (StepName.ASSIGN, StepName.WORKS, StepName.SIGN_OFF):
        pass_step(url, reference, step)
    act(url, reference, RecalculateGrant(reduced=False), by=ADA)
    pass_step(url, reference, StepName.PAY)
    paid = [(row["amount_pence"], row["direct_pence"]) for row in rows(url, Payment)]
    assert paid == [(26_25, 26_25), (156_72, 182_55)]
    assert sound(url) == []


def test_nothing_beyond_the_valuation_is_paid_and_nothing_twice(sqlite_service: str) -> None:
    url = sqlite_service
    reference = begun(url)
    early = InvoiceReplaced("WO-2026-00001", "A-1", 52_50)
    refused(url, reference, early, StepNotOpenError)
    act(url, reference, HALF)
    act(url, reference, replace(early, total_pence=417_60))
    (invoice,) = rows(url, Invoice)
    assert (invoice["status"], invoice["findings"]) == (
        "queried",
        ["The total with VAT is £417.60, valued at £52.50."],
    )
    unmatched = ReleaseReplaced("WO-2026-00001")
    refused(url, reference, unmatched, StatuteError, by=FINN)
    assert (
        "is no order"
        in refused(url, reference, replace(early, order="WO-2026-00009"), InvalidDecisionError).what
    )
    act(url, reference, replace(early, number="A-2"), by=FINN)
    own = refused(url, reference, unmatched, NotPermittedError, by=FINN)
    assert "release the payment" in own.what
    refused(url, reference, replace(early, number="A-3"), InvalidDecisionError)
    act(url, reference, unmatched, by=FAY)
    refused(url, reference, unmatched, StatuteError, by=FAY)
    refused(url, reference, replace(early, number="A-3"), InvalidDecisionError)
    assert "was paid" in refused(url, reference, WithdrawReplacement(), InvalidDecisionError).what
    assert [row["amount_pence"] for row in rows(url, Payment)] == [52_50]
    assert sound(url) == []


def test_a_line_ordered_again_that_was_done_is_found(sqlite_service: str) -> None:
    url = sqlite_service
    reference = begun(url)
    act(url, reference, replace(HALF, done=("1",), part={}, left={}))
    act(url, reference, DEARER)
    act(url, reference, AnswerOffer(accepted=True))
    assert sound(url) == []
    with writing(url) as conn:
        conn.execute(sa.update(Replacement).values(left={"1": "5"}, inspected_on=None))
    found = sound(url)
    assert "Line 1: 5 is left, of 4." in found
    assert "WO-2026-00002 orders line 2, which was done." in found
    with writing(url) as conn:
        conn.execute(sa.update(Replacement).values(left={"2": "1"}))
    assert "WO-2026-00002 orders 2 of line 2; 1 was left." in sound(url)
    assert "What was done of WO-2026-00001 is valued, and was not inspected by then (s.37(4))." in (
        found
    )
    with writing(url) as conn:
        conn.execute(sa.delete(ValuedLine))
        conn.execute(sa.delete(OrderEnding))
    assert any("what was done of it is not valued" in words for words in sound(url))


@pytest.mark.sqlite
def test_a_package_less_what_is_omitted_is_valued_too(url: str) -> None:
    reference = new_case(url, reference="DFG-3")
    bring(url, "works", "case | line | code | quantity\nDFG-3 | 1 | TRAY | 1\nDFG-3 | 2 | TILE | 7")
    go(reference)
    for step in PATHWAY:
        if step is StepName.WORKS:
            break
        pass_step(url, reference, step)
    nothing = ReplaceContractor(ReplaceGround.DID_NOT_START, NextBy.BY_RULE)
    act(url, reference, nothing)
    assert [row["ordered_pence"] for row in rows(url, ValuedLine)][1] < 0
    assert sound(url) == []
    act(url, reference, WithdrawReplacement())
    begin(url, reference, TODAY)
    half = ReplaceContractor(
        ReplaceGround.STOPPED, NextBy.BY_RULE, done=("B",), not_done=("A",), inspected_on=TODAY
    )
    assert (
        "What is omitted is worth more" in refused(url, reference, half, InvalidDecisionError).what
    )
    act(
        url,
        reference,
        replace(half, part={"A": 800_00}, not_done=(), left={1: Decimal(0), 2: Decimal(7)}),
    )
    assert sound(url) == []
