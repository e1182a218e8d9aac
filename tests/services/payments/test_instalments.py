"""Instalments of lines found done, held lines paid once cleared, credit notes, the rest."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from models.case_queries import case_row, orders_on
from models.database import reading
from models.order_account import order_account
from models.tables.payment_lines import PaymentLine
from models.tables.works import Invoice, Payment
from rules.errors import InvalidDecisionError, StatuteError, StepNotOpenError
from rules.orders import EndGround
from rules.pathway import StepName
from rules.payments.account import OrderAccount
from rules.payments.invoices import Sender
from services.completion.inspecting import InspectLines
from services.orders.claims import ClaimVariation
from services.orders.ended import EndOrder
from services.orders.works import CompleteWorks
from services.payments.credited import RecordCredit, RecordRefund, SayRelated
from services.payments.entries import CorrectInvoice, WithdrawInvoice
from services.payments.payment import RecordInvoice
from services.payments.release import Release
from services.payments.valuing import ValueDone
from services.verification.verify import findings
from tests.factories import act, begin, case_at, pass_step, refused
from tests.looking import case, rows, status_of
from tests.small_service import AVON, FINN, NOW, TESS

TODAY = NOW.date()
RAILS, LAMPS = 189_00, 228_60
"""Line 1: £180 and 5 %; line 2: £190.50 and 20 %. Nine tenths of the grant are £375.84."""


def on_site(url: str) -> str:
    reference = case_at(url, "works", route="call_off")
    begin(url, reference, TODAY)
    return reference


def account(url: str, reference: str) -> OrderAccount:
    with reading(url) as conn:
        (order,) = orders_on(conn, case_id=case_row(conn, reference=reference).id)
        return order_account(conn, order=order)


def by_line(number: str, total: int, **lines: int) -> RecordInvoice:
    nets = {int(name[1:]): pence for name, pence in lines.items()}
    return RecordInvoice(number, TODAY, total, nets)


def newest(url: str) -> dict[str, Any]:
    found: dict[str, Any] = rows(url, Invoice)[-1]
    return found


def sound(url: str) -> None:
    with reading(url) as conn:
        left = [one for one in findings(conn, lambda _: None) if "The file " not in one.sentence]
    assert left == []


def test_a_case_is_paid_in_instalments_and_the_rest_at_the_end(url: str) -> None:
    reference = on_site(url)
    act(url, reference, by_line("A-1", RAILS, l1=180_00))
    assert newest(url)["findings"] == [
        "Line 1: invoiced £180.00, and nothing of it was inspected and found done yet."
    ]
    error = refused(
        url, reference, RecordInvoice("A-2", TODAY, 1, as_ordered=True), InvalidDecisionError
    )
    assert error.what.startswith("Nothing of WO-2026-00001 was inspected and found done yet")
    act(url, reference, ValueDone(TODAY, ("1",), {"2": 150_00}))
    act(url, reference, CorrectInvoice(total_pence=RAILS, line_net_pence={1: 180_00}, apart=True))
    assert newest(url)["status"] == "matched"
    act(url, reference, Release(), by=FINN)
    assert [(one["amount_pence"], one["direct_pence"]) for one in rows(url, Payment)] == [
        (RAILS, 0)
    ]
    act(url, reference, by_line("A-3", 180_00, l2=150_00))
    act(url, reference, ValueDone(TODAY, ("2",)))
    act(url, reference, by_line("A-4", 48_60, l2=40_50))
    (finding,) = newest(url)["findings"]
    assert finding == (
        "Before the works are complete at most £375.84 is paid, nine tenths of the grant of "
        "£417.60 (s.35(3)); £369.00 is paid or invoiced, and this asks for £48.60."
    )
    act(url, reference, CompleteWorks(TODAY, "photographs"), by=AVON)
    act(url, reference, InspectLines((1,), {2: "one lamp flickers"}))
    error = refused(url, reference, Release(), StatuteError, by=FINN)
    assert error.why.startswith("£180.00 is invoiced of lines with a snag")
    assert account(url, reference).held_pence == 180_00
    act(url, reference, InspectLines((2,)))
    act(url, reference, Release(), by=FINN)
    assert {(row["item"], row["net_pence"]) for row in rows(url, PaymentLine)} == {
        ("1", 180_00),
        ("2", 150_00),
    }
    pass_step(url, reference, StepName.SIGN_OFF)
    act(url, reference, RecordInvoice("A-5", TODAY, 48_60, as_ordered=True))
    act(url, reference, Release(), by=FINN)
    assert case(url, reference).status == "paid"
    assert status_of(url, reference, "pay") == "done"
    done = account(url, reference)
    assert (done.paid_pence, done.to_invoice_pence, done.payable_pence) == (417_60, 0, 0)
    sound(url)
    credited_after_payment(url, reference)


def credited_after_payment(url: str, reference: str) -> None:
    """A lamp was never fitted: it is credited, part comes back, the rest is set off."""
    note = RecordCredit("C-1", "a-3", 60_00, {"2": 50_00})
    act(url, reference, note)
    assert account(url, reference).owed_back_pence == 60_00
    error = refused(
        url, reference, RecordCredit("C-2", "A-3", 120_01, {"2": 100_01}), InvalidDecisionError
    )
    assert error.what.startswith("Line 2: £100.01 is credited, and £100.00 net is left of it")
    error = refused(
        url, reference, RecordRefund("WO-2026-00001", 60_01, TODAY), InvalidDecisionError, by=FINN
    )
    assert error.what.startswith("£60.00 is owed back on WO-2026-00001")
    act(url, reference, RecordRefund("WO-2026-00001", 20_00, TODAY), by=FINN)
    act(url, reference, RecordInvoice("A-6", TODAY, 60_00, as_ordered=True))
    act(url, reference, Release(), by=FINN)
    paid = rows(url, Payment)[-1]
    assert (paid["amount_pence"], paid["set_off_pence"]) == (20_00, 40_00)
    after = account(url, reference)
    assert (after.paid_pence, after.owed_back_pence) == (417_60, 0)
    sound(url)


def test_what_makes_an_invoice_unacceptable_is_said_all_at_once(sqlite_service: str) -> None:
    url, reference = sqlite_service, case_at(sqlite_service, "pay", route="call_off")
    before = TODAY - timedelta(days=9)
    wrong = RecordInvoice("A-1", before, 370_50, as_ordered=True, sender=Sender.OTHER)
    act(url, reference, wrong)
    dated, whose, vat, total = newest(url)["findings"]
    assert dated.startswith("It is dated 23 May 2026, before the order of 1 June 2026.")
    assert whose == "It is from somebody else than the contractor of the order (s.37(4))."
    assert vat.startswith("It charges no VAT where £47.10 is due. Reverse charge: none;")
    assert total == "The total with VAT is £370.50, ordered £417.60."
    act(url, reference, CorrectInvoice(dated=TODAY, total_pence=417_60, sender=Sender.CONTRACTOR))
    assert newest(url)["status"] == "matched"
    act(url, reference, RecordCredit("C-1", "A-1", 417_60))
    again = RecordInvoice("A-2", TODAY, 417_60, as_ordered=True)
    act(url, reference, again)
    assert newest(url)["findings"][0].startswith("It has the date and the total of invoice A-1")
    act(url, reference, CorrectInvoice(apart=True))
    act(url, reference, Release(), by=FINN)
    assert [row["amount_pence"] for row in rows(url, Payment)] == [417_60]
    sound(url)


def test_an_invoice_of_the_family_is_refused(sqlite_service: str) -> None:
    url, reference = sqlite_service, case_at(sqlite_service, "pay", route="call_off")
    own = RecordInvoice("A-1", TODAY, 417_60, as_ordered=True, sender=Sender.FAMILY)
    assert refused(url, reference, own, StatuteError).section == "s.37(4)"
    act(url, reference, SayRelated(related=True))
    sent = RecordInvoice("A-1", TODAY, 417_60, as_ordered=True)
    assert refused(url, reference, sent, StatuteError, by=AVON).section == "s.37(4)"
    act(url, reference, SayRelated(related=False))
    act(url, reference, sent, by=AVON)
    assert newest(url)["source"] == "page"


def test_what_is_invoiced_is_neither_varied_nor_valued_lower(sqlite_service: str) -> None:
    url, reference = sqlite_service, on_site(sqlite_service)
    error = refused(
        url, reference, ValueDone(TODAY, ("1", "7"), {"2": 190_51}), InvalidDecisionError
    )
    assert error.what == "Line 7 is not on the order. Line 2 is ordered at £190.50 net."
    act(url, reference, ValueDone(TODAY, ("1",)))
    act(url, reference, RecordInvoice("A-1", TODAY, RAILS, as_ordered=True))
    claim = ClaimVariation(omit=(1,), evidence="as agreed")
    assert "A-1 stands" in refused(url, reference, claim, StepNotOpenError, by=AVON).what
    act(url, reference, Release(), by=FINN)
    error = refused(url, reference, claim, InvalidDecisionError, by=AVON)
    assert error.what == "Line 1 of WO-2026-00001 is invoiced."
    ended = EndOrder(EndGround.OCCUPANT_MOVED, (), {"1": 100_00}, ("2",))
    error = refused(url, reference, ended, InvalidDecisionError)
    assert error.what.startswith("Line 1 is invoiced at £180.00 already")
    assert refused(url, reference, WithdrawInvoice(), InvalidDecisionError).what.endswith(
        "credited."
    )
    act(url, reference, EndOrder(EndGround.OCCUPANT_MOVED, ("1",), {}, ("2",)), by=TESS)
    sound(url)
