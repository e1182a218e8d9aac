"""Who pays what the grant does not: no order before every penny has a payer, no release beyond."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from adapters import clock
from models.database import reading, writing
from models.tables.funding import PayerShare
from models.tables.works import Payment, WorkOrder
from rules.errors import (
    AlreadyDecidedError,
    InvalidDecisionError,
    NotPermittedError,
    StatuteError,
    StepNotOpenError,
)
from rules.grants.funding import FundingKind
from rules.grants.payers import PayerHow
from rules.pathway import StepName, StepStatus
from services.competitions.quoting import RecordQuote
from services.grants.approve import Approve
from services.grants.funding import RecordFunding
from services.grants.payer import RecordPayer
from services.payments.release import Release
from services.verification.verify import findings
from tests.factories import act, case_at, decide, find, go, pass_step, refused
from tests.looking import case, messages, rows, status_of, step_of
from tests.services.grants.funding import view
from tests.small_service import AVON, BRIAR, FINN, TESS

DIRECT, RECEIVED, AGREED = PayerHow.DIRECT, PayerHow.RECEIVED, PayerHow.AGREED
WORKS, GRANT, CHARGES = 43_896_60, 28_749_50, 1_500_00
"""An extension: 36,580.50 net at 20 %, a contribution of 1,250.50, 13,896.60 above the maximum."""


BEYOND_EVERYBODY = (
    "£43,896.60 were released for WO-2026-00001; the grant and all that others were to pay come "
    "to £30,000.00."
)


def extension_at(url: str, step: str, *, charges: int = 0) -> str:
    """Bring an extension of those figures to a step, with nobody to pay what the grant does not."""
    reference = case_at(url, "tender", route="quotes", contribution="1250.50", vat_declaration="no")
    for firm, bedroom in ((AVON, 31_000_00), (BRIAR, 30_000_00)):
        act(url, reference, RecordQuote(firm, {1: bedroom, 2: 6_580_50}))
    for name in ("tender", "consent", "certificates"):
        pass_step(url, reference, StepName(name))
    find(url, reference)
    if step == "approve":
        return reference
    act(url, reference, Approve(approved=True, fees_pence=charges))
    if step == "order":
        pass_step(url, reference, StepName("assign"))
    return reference


def sound(url: str) -> list[str]:
    """Return what verifying says."""
    with reading(url) as conn:
        return [one.sentence for one in findings(conn, lambda path: Path(path).stem)]


def paid(url: str, reference: str) -> None:
    """Carry a case whose order is out to its release."""
    for name in ("works", "sign-off", "pay"):
        pass_step(url, reference, StepName(name))


@pytest.mark.sqlite
def test_no_order_goes_out_while_any_of_the_cost_is_covered_by_nobody(url: str) -> None:
    reference = extension_at(url, "order", charges=CHARGES)
    assert rows(url, WorkOrder) == []
    step = step_of(url, reference, "order")
    assert (step.status, step.owner) == (StepStatus.WAITING, "client")
    assert step.waiting_for.startswith(
        "£16,647.10 of the cost of £45,396.60 is covered by nobody yet: record who pays it, "
        f"`handrail decide {reference} payers`"
    )
    (asked,) = messages(url, "cost_share_to_client")
    assert asked["context"]["open_pence"] == 16_647_10
    assert asked["context"]["reply_by"] == str(step.due_on)
    shown = view(url, reference)
    assert (shown["grant_pence"], shown["to_be_agreed_pence"]) == (GRANT, 16_647_10)
    assert shown["notes"] == [
        f"{step.waiting_for[: -len(' (s.30, s.33)')]}. No work order goes out before."
    ]


@pytest.mark.sqlite
def test_a_penny_short_is_blocked_and_exactly_covered_goes_on(url: str) -> None:
    reference = extension_at(url, "order")
    act(url, reference, RecordPayer(DIRECT, "client", 15_147_09))
    assert (
        "£0.01 of the cost of £43,896.60 is covered" in step_of(url, reference, "order").waiting_for
    )
    assert rows(url, WorkOrder) == []
    act(url, reference, RecordPayer(DIRECT, "client", 15_147_10))
    (order,) = rows(url, WorkOrder)
    assert (order["status"], order["covered_pence"]) == ("sent", 15_147_10)
    assert len(messages(url, "cost_share_to_client")) == 1
    (told,) = messages(url, "paid_directly_to_contractor")
    assert told["context"]["paid_directly"] == ["£15,147.10 by client"]
    assert sound(url) == []


@pytest.mark.sqlite
def test_what_the_client_pays_directly_is_not_released(url: str) -> None:
    reference = extension_at(url, "order")
    act(url, reference, RecordPayer(DIRECT, "client", WORKS - GRANT))
    paid(url, reference)
    (payment,) = rows(url, Payment)
    assert (payment["amount_pence"], payment["direct_pence"]) == (GRANT, 15_147_10)
    (told,) = messages(url, "payment_to_contractor")
    assert told["context"]["paid_pence"] == GRANT
    assert case(url, reference).status == "paid"
    assert sound(url) == []


@pytest.mark.sqlite
def test_what_was_received_is_released_with_the_grant(url: str) -> None:
    reference = extension_at(url, "order")
    decide(url, reference, RecordPayer(RECEIVED, "client", 1_250_50), by=FINN)
    act(url, reference, RecordPayer(AGREED, "A charity", 13_896_60))
    assert status_of(url, reference, "order") is StepStatus.DONE
    for name in ("works", "sign-off"):
        pass_step(url, reference, StepName(name))
    with pytest.raises(StatuteError) as caught:
        pass_step(url, reference, StepName("pay"))
    assert "£43,896.60 would be released" in caught.value.what
    assert "we hold £30,000.00 for it" in caught.value.what
    assert "£13,896.60 is for others to pay" in caught.value.why
    assert rows(url, Payment) == []
    decide(url, reference, RecordPayer(RECEIVED, "a charity", 13_896_60), by=FINN)
    act(url, reference, Release())
    (payment,) = rows(url, Payment)
    assert (payment["amount_pence"], payment["direct_pence"]) == (WORKS, 0)
    assert sound(url) == []


@pytest.mark.sqlite
def test_a_top_up_is_the_council_s_own_and_needs_nobody_else(url: str) -> None:
    reference = extension_at(url, "approve")
    act(url, reference, RecordFunding(FundingKind.TOP_UP, "Hardship fund", 13_896_60))
    act(url, reference, RecordFunding(FundingKind.CONTRIBUTION_TOP_UP, "Hardship fund", 1_250_50))
    receipt = decide(url, reference, Approve(approved=True))
    assert receipt.notice == ""
    go(reference)
    pass_step(url, reference, StepName("assign"))
    paid(url, reference)
    assert rows(url, Payment)[0]["amount_pence"] == WORKS
    assert sound(url) == []


@pytest.mark.sqlite
def test_whoever_approves_is_told_what_nobody_pays_yet(url: str) -> None:
    reference = extension_at(url, "approve")
    receipt = decide(url, reference, Approve(approved=True))
    assert receipt.notice.startswith("£15,147.10 of the cost of £43,896.60 is covered by nobody")
    assert receipt.notice.endswith("No work order goes out before.")


def test_a_share_recorded_again_replaces_itself_and_an_order_out_stays_covered(url: str) -> None:
    reference = extension_at(url, "order")
    act(url, reference, RecordPayer(DIRECT, "client", 15_000_00))
    act(url, reference, RecordPayer(AGREED, "A charity", 147_10))
    same = RecordPayer(DIRECT, " Client ", 15_000_00)
    assert "recorded on DFG-1 already" in refused(url, reference, same, AlreadyDecidedError).what
    short = RecordPayer(DIRECT, "client", 14_999_99)
    error = refused(url, reference, short, InvalidDecisionError)
    assert "£0.01 of its cost would be covered by nobody" in error.what
    gone = RecordPayer(None, "a charity", withdrawn=True)
    assert "£147.10 of its cost" in refused(url, reference, gone, InvalidDecisionError).what
    receipt = decide(url, reference, RecordPayer(DIRECT, "client", 15_147_10))
    assert receipt.notice.startswith("Others pay £147.10 more than the grant leaves")
    decide(url, reference, gone)
    kept = [(row["payer"], row["amount_pence"], row["ended_at"]) for row in rows(url, PayerShare)]
    assert kept == [
        ("client", 15_000_00, clock.now()),
        ("A charity", 147_10, clock.now()),
        ("client", 15_147_10, None),
    ]
    told = [one["context"]["paid_directly"] for one in messages(url, "paid_directly_to_contractor")]
    assert told == [["£15,000.00 by client"], ["£15,147.10 by client"]]


@pytest.mark.parametrize(
    ("decision", "words"),
    [
        (RecordPayer(DIRECT, " ", 1), "Say who pays."),
        (RecordPayer(DIRECT, "client", 0), "An amount is above zero."),
        (RecordPayer(None, "client", 5), "Say how it stands"),
        (RecordPayer(None, "client", 5, withdrawn=True), "To withdraw a payer, give no amount."),
        (RecordPayer(AGREED, "Client", 5), "The client's share is received, or its direct"),
        (RecordPayer(DIRECT, "x" * 121, 5), "at most 120 characters"),
        (RecordPayer(None, "Oak", withdrawn=True), "“Oak” is not recorded to pay anything"),
        (RecordPayer(DIRECT, "client", WORKS), "£43,896.60 would be paid to the contractor"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    sqlite_service: str, decision: RecordPayer, words: str
) -> None:
    reference = case_at(sqlite_service, "assign")
    assert words in refused(sqlite_service, reference, decision, InvalidDecisionError).what


@pytest.mark.sqlite
def test_receipts_are_finance_s_to_record_and_only_once_the_grant_is_decided(url: str) -> None:
    reference = case_at(url, "approve", contribution="100")
    received = RecordPayer(RECEIVED, "client", 100_00)
    error = refused(url, reference, received, StepNotOpenError, by=FINN)
    assert error.what == "The grant on DFG-1 is not decided."
    act(url, reference, Approve(approved=True))
    error = refused(url, reference, received, NotPermittedError, by=TESS)
    assert error.next_step == "Ask finance to record it."
    decide(url, reference, received, by=FINN)
    shown = view(url, reference)
    assert shown["payers"] == [{"payer": "client", "how": "received", "amount_pence": 100_00}]
    assert (shown["to_be_agreed_pence"], shown["notes"]) == (0, [])


def _before_it_was_asked(url: str) -> None:
    """Let an order and its payment be as an earlier version left them."""
    with writing(url) as conn:
        conn.execute(sa.update(WorkOrder).values(covered_pence=None))
        conn.execute(sa.update(Payment).values(direct_pence=None))
        conn.execute(sa.delete(PayerShare))


@pytest.mark.parametrize(
    ("top_up_pence", "said"),
    [
        (13_896_60, []),
        (
            0,
            [BEYOND_EVERYBODY],
        ),
    ],
)
def test_what_was_paid_before_this_was_asked_is_wrong_only_where_it_is_beyond_everybody(
    sqlite_service: str, top_up_pence: int, said: list[str]
) -> None:
    url = sqlite_service
    reference = extension_at(url, "approve")
    if top_up_pence:
        act(url, reference, RecordFunding(FundingKind.TOP_UP, "Hardship fund", top_up_pence))
    act(url, reference, Approve(approved=True))
    pass_step(url, reference, StepName("assign"))
    left = WORKS - GRANT - top_up_pence
    act(url, reference, RecordPayer(RECEIVED, "client", left), by=FINN)
    paid(url, reference)
    _before_it_was_asked(url)
    assert sound(url) == said
