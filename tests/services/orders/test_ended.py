"""An order ended with what was done: valued line by line, told, paid as valued, and closed."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.database import reading
from models.tables.funding import Budget
from models.tables.record import Decision
from models.tables.works import Invoice, OrderEnding, Payment, ValuedLine, WorkOrder
from rules.errors import (
    AlreadyDecidedError,
    HandrailError,
    InvalidDecisionError,
    NotPermittedError,
    StatuteError,
    StepNotOpenError,
)
from rules.grants.payers import PayerHow
from rules.orders import EndGround
from rules.pathway import CaseStatus, StepName, StepStatus
from services.decisions.exits import Exit
from services.grants.approve import Approve
from services.grants.payer import RecordPayer
from services.orders.ended import EndOrder
from services.orders.valuation import CorrectEndOrder, WithdrawEndOrder
from services.orders.works import CompleteWorks
from services.payments.entries import WithdrawInvoice
from services.payments.payment import RecordInvoice
from services.payments.release import Release
from services.tenders.capacity import on_hand
from services.verification.verify import findings
from tests.factories import act, begin, bring, case_at, pass_step, refused
from tests.looking import case, messages, rows, status_of, step_of
from tests.small_service import AVON, FINN, NOW, TESS

TODAY = NOW.date()
DIED = EndOrder(EndGround.OCCUPANT_DIED, part={"1": 100_00}, not_done=("2",))
"""Rails at 5 %: 180.00 net were ordered, and lamps at 20 %: 190.50."""


def begun(url: str, **options: str) -> str:
    """Bring a call-off of rails and lamps, £417.60 with VAT, to works that have begun."""
    reference = case_at(url, "works", route="call_off", **options)
    begin(url, reference, TODAY)
    return reference


def sound(url: str) -> list[str]:
    with reading(url) as conn:
        return [one.sentence for one in findings(conn, lambda path: Path(path).stem)]


@pytest.mark.sqlite
def test_what_was_done_is_paid_and_the_case_closes_with_that(url: str) -> None:
    bring(url, "budgets", "authority | year | amount\nRBC | 2026 | 1000")
    reference = begun(url)
    act(url, reference, DIED, reason="her daughter rang")
    (ending,) = rows(url, OrderEnding)
    assert (ending["net_pence"], ending["vat_pence"], ending["total_pence"]) == (
        100_00,
        5_00,
        105_00,
    )
    valued = [
        (row["line"], row["ordered_pence"], row["net_pence"]) for row in rows(url, ValuedLine)
    ]
    assert valued == [(1, 180_00, 100_00), (2, 190_50, 0)]
    assert status_of(url, reference, "works") is StepStatus.DONE
    assert status_of(url, reference, "sign-off") is StepStatus.NOT_NEEDED
    assert step_of(url, reference, "pay").owner == "contractor"
    assert sound(url) == []
    act(url, reference, RecordInvoice("A-1", TODAY, 105_00, as_ordered=True))
    act(url, reference, Release())
    (payment,) = rows(url, Payment)
    assert (payment["amount_pence"], payment["direct_pence"]) == (105_00, 0)
    ended = case(url, reference)
    assert (ended.status, ended.ended_stage) == ("died", "works")
    assert ended.ended_reason == (
        "WO-2026-00001 ended with what was done: the disabled person has died (s.41)."
    )
    assert [row["committed_pence"] for row in rows(url, Budget)] == [105_00]
    assert sound(url) == []


def test_everyone_is_told_once_with_the_lines_as_valued(url: str) -> None:
    reference = begun(url)
    act(url, reference, DIED)
    (contractor,) = messages(url, "order_ended_to_contractor")
    assert contractor["to"] == "jobs@avon.example"
    assert contractor["context"]["valued"] == ["Line 1: £100.00 of £180.00", "Line 2: nothing"]
    assert contractor["context"]["total_pence"] == 105_00
    (family,) = messages(url, "order_ended_to_client")
    assert family["context"]["recipient_name"] == "Family of Mrs Ashby"
    act(url, reference, RecordInvoice("A-1", TODAY, 105_00, {1: 100_00}))
    act(url, reference, Release())
    for kind in ("case_ended_to_client", "case_ended_to_contractor", "survey_to_client"):
        assert messages(url, kind) == []
    assert len(messages(url, "order_ended_to_client")) == 1
    assert len(messages(url, "payment_to_contractor")) == 1


@pytest.mark.sqlite
def test_nothing_beyond_what_was_valued_is_paid_and_nothing_twice(url: str) -> None:
    reference = begun(url)
    act(url, reference, DIED)
    act(url, reference, RecordInvoice("A-1", TODAY, 417_60, {1: 180_00, 2: 190_50}))
    (invoice,) = rows(url, Invoice)
    assert invoice["findings"] == [
        "Line 2 is not among what was valued.",
        "Line 1: invoiced £180.00, valued at £100.00.",
    ]
    act(url, reference, RecordInvoice("A-2", TODAY, 105_00, {1: 100_00}))
    again = RecordInvoice("A-3", TODAY, 105_00, {1: 100_00})
    refused(url, reference, again, InvalidDecisionError)
    act(url, reference, Release())
    refused(url, reference, Release(), StepNotOpenError, by=FINN)
    assert [row["amount_pence"] for row in rows(url, Payment)] == [105_00]


@pytest.mark.sqlite
def test_who_valued_it_does_not_release_it(url: str) -> None:
    reference = begun(url)
    act(url, reference, DIED)
    act(url, reference, RecordInvoice("A-1", TODAY, 105_00, as_ordered=True), by=FINN)
    assert (
        "may not record “release”"
        in refused(url, reference, Release(), NotPermittedError, by=TESS).what
    )
    own = refused(url, reference, Release(), NotPermittedError, by=FINN)
    assert "release the payment" in own.what
    assert rows(url, Payment) == []


@pytest.mark.sqlite
def test_a_snag_in_the_way_of_sign_off_can_be_left_undone(url: str) -> None:
    reference = begun(url)
    act(url, reference, CompleteWorks(TODAY, "photographs"))
    moved = EndOrder(EndGround.OCCUPANT_MOVED, done=("1", "2"))
    act(url, reference, moved)
    assert status_of(url, reference, "sign-off") is StepStatus.NOT_NEEDED
    act(url, reference, RecordInvoice("A-1", TODAY, 417_60, as_ordered=True))
    act(url, reference, Release())
    assert (case(url, reference).status, sound(url)) == (CaseStatus.MOVED, [])


def test_where_nothing_was_done_the_case_ends_at_once(url: str) -> None:
    reference = begun(url)
    act(url, reference, EndOrder(EndGround.APPLICANT_DIED, not_done=("1", "2")))
    assert case(url, reference).status == "died"
    assert len(messages(url, "order_ended_to_contractor")) == 1
    assert len(messages(url, "order_ended_to_client")) == 1
    assert messages(url, "case_ended_to_client") == []
    with reading(url) as conn:
        assert on_hand(conn, contractors=[AVON]) == {}
    assert sound(url) == []


@pytest.mark.sqlite
def test_others_pay_their_part_in_proportion_or_as_said(url: str) -> None:
    reference = case_at(url, "approve", route="call_off", contribution="208.80")
    act(url, reference, Approve(approved=True))
    pass_step(url, reference, StepName.ASSIGN)
    act(url, reference, RecordPayer(PayerHow.DIRECT, "client", 208_80))
    begin(url, reference, TODAY)
    act(url, reference, EndOrder(EndGround.OCCUPANT_DIED, done=("1",), not_done=("2",)))
    (ending,) = rows(url, OrderEnding)
    assert (ending["total_pence"], ending["direct_pence"], ending["grant_pence"]) == (
        189_00,
        94_50,
        94_50,
    )
    late = RecordPayer(PayerHow.DIRECT, "client", 1_00)
    assert (
        "was ended, and with it what others pay"
        in refused(url, reference, late, InvalidDecisionError).what
    )
    act(url, reference, RecordInvoice("A-1", TODAY, 189_00, as_ordered=True))
    act(url, reference, Release())
    (payment,) = rows(url, Payment)
    assert (payment["amount_pence"], payment["direct_pence"]) == (94_50, 94_50)
    assert sound(url) == []


def test_the_grant_pays_nothing_to_an_applicant_who_is_not_entitled(url: str) -> None:
    reference = begun(url)
    lost = EndOrder(EndGround.APPLICANT_NOT_ENTITLED, done=("1",), not_done=("2",))
    error = refused(url, reference, lost, StatuteError)
    assert error.section == "s.40"
    assert error.what == "£189.00 of the £189.00 done on WO-2026-00001 would be paid by nobody."
    paid = EndOrder(
        EndGround.APPLICANT_NOT_ENTITLED, done=("1",), not_done=("2",), others_pay_pence=189_00
    )
    act(url, reference, paid)
    act(url, reference, RecordInvoice("A-1", TODAY, 189_00, as_ordered=True))
    act(url, reference, Release())
    (payment,) = rows(url, Payment)
    assert (payment["amount_pence"], payment["direct_pence"]) == (0, 189_00)
    assert messages(url, "payment_to_contractor") == []
    assert (case(url, reference).status, sound(url)) == ("withdrawn", [])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"part": {"1": 100_00}, "not_done": ()}, "Say what was done of line 2."),
        ({"part": {"1": 180_01}}, "Line 1: a part is above zero and below the £180.00 ordered"),
        ({"part": {"1": 0}}, "not £0.00."),
        ({"part": {"1": -5}}, "Line 1: a part is above zero"),
        ({"done": ("1",), "part": {"1": 100_00}}, "Value line 1 once"),
        ({"done": ("7",)}, "The order has no line 7."),
        ({"others_pay_pence": 105_01}, "others would pay £105.01 of it"),
        ({"part": {"a": 1, "A": 2}}, "Give each line once."),
        ({"others_pay_pence": -1}, "What others pay cannot be below zero."),
    ],
)
def test_what_cannot_be_meant_is_refused(
    sqlite_service: str, changes: dict[str, object], words: str
) -> None:
    reference = begun(sqlite_service)
    given = {"part": {"1": 100_00}, "not_done": ("2",)} | changes
    decision = EndOrder(EndGround.OCCUPANT_DIED, **given)  # type: ignore[arg-type]  # some are wrong
    assert words in refused(sqlite_service, reference, decision, InvalidDecisionError).what


def test_it_is_for_works_that_have_begun_and_are_not_over(sqlite_service: str) -> None:
    url = sqlite_service
    reference = case_at(url, "works", route="call_off")
    error: HandrailError = refused(url, reference, DIED, StepNotOpenError)
    assert error.next_step == "A case ends before its works by `handrail decide DFG-1 exit`."
    begin(url, reference, TODAY)
    error = refused(url, reference, Exit(CaseStatus.DIED), InvalidDecisionError)
    assert "`handrail decide DFG-1 end-order`" in error.next_step
    refused(url, reference, DIED, NotPermittedError, by=AVON)
    act(url, reference, DIED)
    assert rows(url, WorkOrder)[0]["status"] == "complete"
    refused(url, reference, DIED, AlreadyDecidedError)
    signed_off = case_at(url, "pay", route="call_off", reference="DFG-2")
    assert "was signed off" in refused(url, signed_off, DIED, StepNotOpenError).what


def test_what_was_valued_wrongly_is_valued_anew_and_paid_as_it_is_right(url: str) -> None:
    bring(url, "budgets", "authority | year | amount\nRBC | 2026 | 1000")
    reference = begun(url)
    act(url, reference, DIED)
    right = CorrectEndOrder(EndGround.OCCUPANT_DIED, part={"1": 90_00}, done=("2",))
    act(url, reference, RecordInvoice("A-1", TODAY, 105_00, as_ordered=True))
    stands = refused(url, reference, right, InvalidDecisionError)
    assert stands.what == "Invoice A-1 stands for WO-2026-00001 as it was valued."
    act(url, reference, WithdrawInvoice())
    act(url, reference, right)
    (ending,) = rows(url, OrderEnding)
    assert (ending["net_pence"], ending["total_pence"], ending["grant_pence"]) == (
        280_50,
        323_10,
        323_10,
    )
    assert [row["net_pence"] for row in rows(url, ValuedLine)] == [90_00, 190_50]
    facts = rows(url, Decision)[-1]["facts"]
    assert facts["before"] == {
        "line_1_pence": 100_00,
        "line_2_pence": 0,
        "total_pence": 105_00,
        "grant_pence": 105_00,
    }
    (told,) = messages(url, "valuation_corrected_to_contractor")
    assert told["context"]["valued"] == [
        "Line 1: £90.00 of £180.00",
        "Line 2: done in full, £190.50",
    ]
    (family,) = messages(url, "valuation_corrected_to_client")
    assert family["context"]["recipient_name"] == "Family of Mrs Ashby"
    assert "says that already" in refused(url, reference, right, InvalidDecisionError).what
    assert sound(url) == []
    act(url, reference, RecordInvoice("A-1", TODAY, 323_10, as_ordered=True))
    act(url, reference, Release())
    assert [row["amount_pence"] for row in rows(url, Payment)] == [323_10]
    assert sound(url) == []
    assert "has ended" in refused(url, reference, right, StepNotOpenError).what


@pytest.mark.sqlite
@pytest.mark.parametrize("complete", [False, True])
def test_an_order_ended_by_mistake_goes_on_and_is_paid_in_full(url: str, *, complete: bool) -> None:
    bring(url, "budgets", "authority | year | amount\nRBC | 2026 | 1000")
    reference = begun(url)
    if complete:
        act(url, reference, CompleteWorks(TODAY, "photographs"))
    refused(url, reference, WithdrawEndOrder(), StepNotOpenError)
    act(url, reference, DIED)
    act(url, reference, RecordInvoice("A-1", TODAY, 105_00, as_ordered=True))
    refused(url, reference, WithdrawEndOrder(), InvalidDecisionError)
    act(url, reference, WithdrawInvoice())
    refused(url, reference, WithdrawEndOrder(), NotPermittedError, by=FINN)
    act(url, reference, WithdrawEndOrder(), reason="it was another Mrs Ashby")
    assert rows(url, OrderEnding) == rows(url, ValuedLine) == []
    assert rows(url, WorkOrder)[0]["status"] == ("complete" if complete else "sent")
    facts = rows(url, Decision)[-1]["facts"]
    assert (facts["before"]["total_pence"], facts["after"]["total_pence"]) == (105_00, None)
    assert len(messages(url, "order_goes_on_to_contractor")) == 1
    assert len(messages(url, "order_goes_on_to_client")) == 1
    for gone in (WithdrawEndOrder(), CorrectEndOrder(EndGround.OCCUPANT_DIED, done=("1", "2"))):
        assert "go on" in refused(url, reference, gone, StepNotOpenError).what
    invoice = RecordInvoice("A-2", TODAY, 417_60, as_ordered=True)
    refused(url, reference, invoice, InvalidDecisionError)
    assert sound(url) == []
    if not complete:
        act(url, reference, DIED)
        assert len(messages(url, "order_ended_to_contractor")) == 2
        act(url, reference, WithdrawEndOrder())
    for step in (StepName.WORKS, StepName.SIGN_OFF, StepName.PAY):
        pass_step(url, reference, step)
    assert [row["amount_pence"] for row in rows(url, Payment)] == [417_60]
    assert sound(url) == []
    assert "is paid" in refused(url, reference, WithdrawEndOrder(), StepNotOpenError).what


def test_works_of_which_nothing_was_done_after_all_end_the_case(sqlite_service: str) -> None:
    url = sqlite_service
    reference = begun(url)
    refused(url, reference, CorrectEndOrder(EndGround.OCCUPANT_DIED), StepNotOpenError)
    act(url, reference, DIED)
    moved = CorrectEndOrder(EndGround.OCCUPANT_MOVED, not_done=("1", "2"))
    act(url, reference, moved)
    assert case(url, reference).status == "moved"
    (home,) = messages(url, "valuation_corrected_to_client")
    assert home["context"]["recipient_name"] == "Mrs Ashby"
    assert messages(url, "case_ended_to_client") == []
    assert sound(url) == []
