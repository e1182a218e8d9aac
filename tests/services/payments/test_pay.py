"""Payment: an invoice that agrees waits for a second person, any other goes back with why."""

from __future__ import annotations

import re
from typing import Any

import pytest

from models.tables.works import Invoice, Payment
from rules.errors import InvalidDecisionError
from rules.pathway import StepStatus
from services.payments.payment import RecordInvoice
from services.payments.release import Release
from tests.factories import act, case_at
from tests.looking import case, messages, rows, status_of, step_of, trail
from tests.small_service import NOW

TODAY = NOW.date()
TRAY_AND_TILES = 1_600_00


@pytest.mark.sqlite
def test_the_step_waits_for_the_contractor_s_invoice(url: str) -> None:
    reference = case_at(url, "pay")
    step = step_of(url, reference, "pay")
    assert (step.owner, step.waiting_for) == ("contractor", "the contractor’s invoice")


@pytest.mark.sqlite
def test_an_invoice_as_ordered_matches_and_waits_for_a_second_person(url: str) -> None:
    reference = case_at(url, "pay", route="call_off")
    total = 4 * 47_25 + 2 * 114_30  # rails at 5 % for a client over 60, lamps at 20 %
    act(url, reference, RecordInvoice("A-1", TODAY, total, as_ordered=True))
    (invoice,) = rows(url, Invoice)
    assert (invoice["status"], invoice["findings"]) == ("matched", [])
    assert (invoice["lines"], invoice["vat_pence"]) == ({"1": 180_00, "2": 190_50}, 47_10)
    step = step_of(url, reference, "pay")
    assert step.owner == "finance"
    assert step.waiting_for == "a second person releases £417.60 on invoice A-1"


@pytest.mark.sqlite
def test_an_invoice_that_differs_goes_back_with_every_difference_and_is_then_corrected(
    url: str,
) -> None:
    reference = case_at(url, "pay")
    act(url, reference, RecordInvoice("A-1", TODAY, 1_700_00, {}, {"a": 1_650_00, "C": 50_00}))
    (invoice,) = rows(url, Invoice)
    assert invoice["status"] == "queried"
    assert invoice["findings"] == [
        "Item C is not on the order.",
        "Item A: invoiced £1,650.00, ordered £1,600.00.",
    ]
    step = step_of(url, reference, "pay")
    assert (step.status, step.owner) == (StepStatus.WAITING, "contractor")
    assert step.waiting_for.startswith("a corrected invoice: Item C is not on the order.")
    act(url, reference, RecordInvoice("A-2", TODAY, TRAY_AND_TILES, {}, {"A": 1_600_00}))
    assert [row["status"] for row in rows(url, Invoice)] == ["queried", "matched"]
    act(url, reference, Release())
    (payment,) = rows(url, Payment)
    assert payment["invoice_id"] == rows(url, Invoice)[1]["id"]


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("route", "said", "words"),
    [
        ("pre_priced", {"line_net_pence": {1: 1_600_00}}, "is invoiced by its items A."),
        ("call_off", {"item_net_pence": {"A": 370_50}}, "is invoiced by its lines 1, 2."),
    ],
)
def test_the_number_of_a_works_line_is_no_item_and_no_item_a_works_line(
    url: str, route: str, said: dict[str, Any], words: str
) -> None:
    reference = case_at(url, "pay", route=route)
    with pytest.raises(InvalidDecisionError, match=re.escape(words)):
        act(url, reference, RecordInvoice("A-1", TODAY, 1_600_00, **said))
    assert rows(url, Invoice) == []


@pytest.mark.sqlite
def test_the_contractor_is_told_what_was_paid_and_the_case_is_paid(url: str) -> None:
    reference = case_at(url, "aftercare")
    (message,) = messages(url, "payment_to_contractor")
    assert message["to"] == "jobs@avon.example"
    assert message["context"]["paid_pence"] == TRAY_AND_TILES
    assert message["context"]["invoice_number"] == "INV-DFG-1"
    assert case(url, reference).status == "paid"
    assert status_of(url, reference, "pay") is StepStatus.DONE
    assert "pay: invoice INV-DFG-1 matched" in trail(url, reference)
