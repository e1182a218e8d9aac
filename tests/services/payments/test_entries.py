"""An invoice recorded and not paid is corrected, withdrawn or rejected, and its number is free."""

from __future__ import annotations

from typing import Any

import pytest

from models.database import reading
from models.tables.record import Decision
from models.tables.works import Invoice, Payment
from rules.decisions import BaseDecision
from rules.errors import InvalidDecisionError, NotPermittedError, StepNotOpenError
from rules.pathway import StepName, StepStatus
from services.payments.entries import CorrectInvoice, RejectInvoice, WithdrawInvoice
from services.payments.payment import RecordInvoice
from services.payments.release import Release
from services.verification.verify import findings
from tests.factories import act, bring, case_at, decide, go, new_case, pass_step, refused
from tests.looking import clocks, rows, running, step_of, trail
from tests.small_service import FAY, FINN, NOW, TESS, TOBY

TODAY = NOW.date()
TRAY_AND_TILES = 1_600_00
A_PENNY_OUT = RecordInvoice("A-1", TODAY, TRAY_AND_TILES + 1, as_ordered=True)
SOUND = RecordInvoice("A-1", TODAY, TRAY_AND_TILES, as_ordered=True)


def entries(url: str) -> list[tuple[str, int, str]]:
    return [(row["number"], row["entry"], row["status"]) for row in rows(url, Invoice)]


def facts(url: str) -> dict[str, Any]:
    found: dict[str, Any] = rows(url, Decision)[-1]["facts"]
    return found


def held_sound(url: str) -> None:
    with reading(url) as conn:
        left = [one for one in findings(conn, lambda _: None) if "The file " not in one.sentence]
    assert left == []


@pytest.mark.sqlite
def test_a_typing_mistake_is_corrected_under_the_same_number_and_then_paid(url: str) -> None:
    reference = case_at(url, "pay")
    act(url, reference, A_PENNY_OUT, by=TOBY)
    act(url, reference, CorrectInvoice(total_pence=TRAY_AND_TILES), by=FINN)
    assert entries(url) == [("A-1", 1, "corrected"), ("A-1", 2, "matched")]
    said = facts(url)
    assert said["before"] == {"total_pence": TRAY_AND_TILES + 1}
    assert said["after"] == {"total_pence": TRAY_AND_TILES}
    assert running(url, reference)["pay_invoice"].subject == "A-1 (2)"
    error = refused(url, reference, Release(), NotPermittedError, by=FINN)
    assert "recorded “correct-invoice” on this case" in error.what
    act(url, reference, Release(), by=FAY)
    (payment,) = rows(url, Payment)
    assert (payment["amount_pence"], payment["invoice_id"]) == (TRAY_AND_TILES, 2)
    held_sound(url)


@pytest.mark.parametrize("ending", [WithdrawInvoice(), RejectInvoice()], ids=lambda one: one.kind)
@pytest.mark.parametrize("first", [A_PENNY_OUT, SOUND], ids=["queried", "matched"])
def test_one_that_ended_is_awaited_again_and_frees_its_number(
    sqlite_service: str, ending: BaseDecision, first: RecordInvoice
) -> None:
    url, reference = sqlite_service, case_at(sqlite_service, "pay")
    act(url, reference, first)
    act(url, reference, ending, reason="it was meant for another council")
    how = "withdrawn" if ending.kind == "withdraw-invoice" else "rejected"
    step = step_of(url, reference, "pay")
    assert (step.status, step.owner) == (StepStatus.WAITING, "contractor")
    assert step.waiting_for == f"the contractor’s invoice; A-1 was {how}"
    held = running(url, reference)
    assert held["send_invoice"].subject == "A-1"
    assert "pay_invoice" not in held
    error = refused(url, reference, ending, InvalidDecisionError)
    assert error.why == f"Invoice A-1 was {how}."
    act(url, reference, SOUND)
    assert entries(url) == [("A-1", 1, how), ("A-1", 2, "matched")]
    assert f"pay: {ending.kind}" in trail(url, reference)
    decide(url, reference, Release())
    go(reference)
    held_sound(url)


def test_a_number_may_be_corrected_time_and_again(sqlite_service: str) -> None:
    url, reference = sqlite_service, case_at(sqlite_service, "pay")
    act(url, reference, A_PENNY_OUT)
    for total in (TRAY_AND_TILES + 2, TRAY_AND_TILES - 1):
        act(url, reference, CorrectInvoice(total_pence=total))
    act(url, reference, CorrectInvoice(number="A-2", item_net_pence={"A": TRAY_AND_TILES}))
    act(url, reference, CorrectInvoice(total_pence=TRAY_AND_TILES))
    assert [entry for entry in entries(url) if entry[2] != "corrected"] == [("A-2", 2, "matched")]
    subjects = [clock.subject for clock in clocks(url, reference) if clock.name == "pay_invoice"]
    assert len(set(subjects)) == len(subjects) == 5


def test_what_is_the_same_again_or_paid_is_not_corrected(sqlite_service: str) -> None:
    url, reference = sqlite_service, case_at(sqlite_service, "pay")
    error = refused(url, reference, WithdrawInvoice(), StepNotOpenError)
    assert error.what == "No “invoice” is recorded on DFG-1."
    act(url, reference, SOUND)
    same = CorrectInvoice(number="A-1", dated=TODAY, as_ordered=True)
    assert "says that already" in refused(url, reference, same, InvalidDecisionError).what
    act(url, reference, Release())
    error = refused(url, reference, CorrectInvoice(number="A-9"), InvalidDecisionError)
    assert error.what == "Invoice A-1 is paid or credited."
    assert error.next_step.startswith("Ask the contractor for a credit note")


@pytest.mark.parametrize("number", ["wo-1", "WO\u20131", " W O - 1", "ＷＯ－１"])
def test_a_second_spelling_of_a_number_is_refused_with_the_first_one_named(
    sqlite_service: str, number: str
) -> None:
    url, reference = sqlite_service, case_at(sqlite_service, "pay")
    act(url, reference, RecordInvoice("WO-1", TODAY, TRAY_AND_TILES + 1, as_ordered=True))
    again = RecordInvoice(number, TODAY, TRAY_AND_TILES, as_ordered=True)
    error = refused(url, reference, again, InvalidDecisionError)
    assert error.what == (
        f"AVON has sent an invoice with the number {number.strip()} before, spelt WO-1."
    )


THREE_LAMPS = "case | line | code | quantity\n" + "\n".join(
    f"DFG-1 | {line} | LIGHT | 0.1" for line in (1, 2, 3)
)


@pytest.mark.parametrize(
    ("vat", "how"),
    [
        (5_73, "VAT of £5.73 by line"),
        (5_72, "VAT of £5.72 on the total of each rate (£5.73 by line)"),
    ],
)
def test_vat_of_either_lawful_rounding_is_paid_and_said_on_record(
    sqlite_service: str, vat: int, how: str
) -> None:
    url, reference = sqlite_service, new_case(sqlite_service, route="call_off")
    bring(url, "works", THREE_LAMPS)
    go(reference)
    for step in list(StepName)[: list(StepName).index(StepName.SIGN_OFF)]:
        pass_step(url, reference, step)
    pass_step(url, reference, StepName.SIGN_OFF)
    act(url, reference, RecordInvoice("A-1", TODAY, 28_59 + vat, as_ordered=True), by=TESS)
    (invoice,) = rows(url, Invoice)
    assert (invoice["status"], invoice["vat_pence"]) == ("matched", vat)
    act(url, reference, Release())
    with reading(url) as conn:
        assert [one for one in findings(conn, lambda _: None) if "were paid" in one.sentence] == []
