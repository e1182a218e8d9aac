"""The council's own contract as it is published, and what the order then says and is paid by."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from models.base import AnyRow
from models.case_queries import case_row, live_order, price_by_id
from models.database import reading
from rules.errors import UnknownReferenceError
from services.orders.order_paper import work_order_paper
from services.orders.publication import notice_of, release_of
from services.payments.payment import RecordInvoice
from tests.factories import act, case_at, later
from tests.looking import messages, running
from tests.small_service import NOW

PRIVATE = ("Ashby", "14 Hill Road", "CV22", "ashby@home.example", "DFG-1", "1941")


def published(url: str, what: Any) -> Any:
    """Return what is published of DFG-1."""
    with reading(url) as conn:
        return what(conn, case=case_row(conn, reference="DFG-1"))


def order_of(url: str) -> tuple[AnyRow, AnyRow]:
    """Return the order in force on DFG-1, and its price."""
    with reading(url) as conn:
        order = live_order(conn, case_id=case_row(conn, reference="DFG-1").id)
        assert order is not None
        return order, price_by_id(conn, price_id=order.price_id)


@pytest.mark.sqlite
def test_a_release_says_the_contract_and_nothing_of_the_client(url: str) -> None:
    case_at(url, "works", contracting_party="council")
    order, price = order_of(url)
    found = published(url, release_of)
    assert found == published(url, release_of)
    assert (found["ocid"], found["tag"]) == (
        f"ocds-unregistered-{order.number}",
        ["award", "contract"],
    )
    assert found["buyer"] == {"id": "RBC", "name": "Rugby Borough Council"}
    (contract,), (award,) = found["contracts"], found["awards"]
    assert (contract["id"], contract["awardID"], contract["status"]) == (
        order.number,
        award["id"],
        "active",
    )
    assert contract["value"] == {
        "amount": price.net_pence / 100,
        "amountGross": price.net_pence * 1.2 / 100,
        "currency": "GBP",
    }
    assert contract["dateSigned"].endswith("Z")
    assert award["suppliers"] == [{"id": "AVON", "name": "Avon Access Ltd"}]
    words = json.dumps([found, published(url, notice_of)], ensure_ascii=False)
    assert not [one for one in PRIVATE if one in words]


def test_a_notice_says_why_it_is_not_asked_for_and_what_is_not_on_record(
    sqlite_service: str,
) -> None:
    case_at(sqlite_service, "works", contracting_party="council")
    found = published(sqlite_service, notice_of)
    assert (found["required"], found["supplier_is_sme"]) == (False, None)
    assert found["why"].startswith("£1,920.00 with VAT is below £30,000")
    assert found["framework_lot"] == "SHOWERS"


@pytest.mark.parametrize(
    ("party", "words"),
    [
        ("client", "the client: the contract is the client’s"),
        ("council_for_client", "the council in the client’s name"),
        ("landlord", "the council publishes nothing"),
    ],
)
def test_nothing_is_published_of_a_contract_of_others(
    sqlite_service: str, party: str, words: str
) -> None:
    case_at(sqlite_service, "works", contracting_party=party, tenure="private_tenant")
    for what in (release_of, notice_of):
        with pytest.raises(UnknownReferenceError) as caught:
            published(sqlite_service, what)
        assert words in caught.value.why


def test_there_is_nothing_to_publish_before_an_order(sqlite_service: str) -> None:
    case_at(sqlite_service, "assign", contracting_party="council")
    with pytest.raises(UnknownReferenceError, match="has no work order"):
        published(sqlite_service, release_of)


@pytest.mark.parametrize(
    ("party", "contract_with", "invoice_to", "cis"),
    [
        ("", "Mrs Ashby. Rugby", "Mrs Ashby, and send it to Rugby Borough", "not deducted"),
        ("council_for_client", "acts in the client’s name", "Mrs Ashby, care of", "not deducted"),
        ("council", "Rugby Borough Council", "Rugby Borough Council", "deducted"),
        ("landlord", "Mr Lett, as landlord", "Mr Lett, and send", "deducted"),
    ],
)
def test_the_order_says_whose_contract_it_is(
    sqlite_service: str, party: str, contract_with: str, invoice_to: str, cis: str
) -> None:
    url = sqlite_service
    tenure = "private_tenant" if party == "landlord" else "owner"
    case_at(url, "works", contracting_party=party, tenure=tenure)
    with reading(url) as conn:
        terms = work_order_paper(conn, case=case_row(conn, reference="DFG-1")).terms
    assert contract_with in terms.contract_with
    assert invoice_to in terms.invoice_to
    assert [one.answer for one in terms.on_invoices][1] == cis
    (sent,) = messages(url, "order_to_contractor")
    assert sent["context"]["invoice_to"] == terms.invoice_to


@pytest.mark.sqlite
@pytest.mark.parametrize("party", ["client", "council"])
def test_the_councils_own_invoice_is_due_in_thirty_days(url: str, party: str) -> None:
    reference = case_at(url, "pay", contracting_party=party)
    _, price = order_of(url)
    later(days=3)
    came = NOW.date() + timedelta(days=2)
    invoice = RecordInvoice("A-1", NOW.date(), price.total_pence, as_ordered=True, received_on=came)
    act(url, reference, invoice)
    found = running(url, reference)
    assert ("pay_by_law" in found) is (party == "council")
    assert found["pay_invoice"].due_on is not None
    if party == "council":
        assert found["pay_by_law"].due_on == came + timedelta(days=29)
