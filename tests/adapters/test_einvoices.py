"""Structured invoices: read alike in every form, and refused where they are no such file."""

from __future__ import annotations

from decimal import Decimal

import pytest

from adapters.einvoices import read_invoice
from rules.errors import InvalidDocumentError
from rules.payments.filed import OrderedLine, nets_of, sender_of, wrong_rates
from rules.payments.invoices import Sender
from tests.einvoices import File, Line, cii, ubl, within_pdf

RAILS = Line("180.00", "5", order_line="1")
LAMPS = Line("190.50", "20", order_line="2")
SOUND = File("A-1", "2026-06-01", (RAILS, LAMPS), "370.50", "47.10", "417.60")
ORDERED = [
    OrderedLine(item=1, code="RAIL", rate=Decimal("0.05")),
    OrderedLine(item=2, code="LIGHT", rate=Decimal("0.2")),
]


@pytest.mark.parametrize(
    "data", [ubl(SOUND), cii(SOUND), within_pdf(cii(SOUND))], ids=["ubl", "cii", "pdf"]
)
def test_every_form_says_the_same(data: bytes) -> None:
    found = read_invoice(data)
    assert (found.number, found.order, found.supplier) == ("A-1", "WO-2026-00001", SOUND.supplier)
    assert (found.net_pence, found.vat_pence, found.total_pence) == (370_50, 47_10, 417_60)
    assert [(line.net_pence, line.rate) for line in found.lines] == [
        (180_00, Decimal("0.05")),
        (190_50, Decimal("0.2")),
    ]
    assert not found.credit
    assert list(found.problems()) == []
    assert nets_of(found, ORDERED) == ({1: 180_00, 2: 190_50}, ())


def test_a_credit_note_names_its_invoice() -> None:
    note = File("C-1", "2026-06-02", (LAMPS,), "190.50", "38.10", "228.60", against="A-1")
    found = read_invoice(ubl(note))
    assert (found.credit, found.against) == (True, "A-1")


def test_lines_are_told_by_the_order_s_line_then_by_code_then_by_their_own_number() -> None:
    lines = (Line("1.00", "20", code="light"), Line("2.00", "20"), Line("4.00", "20", "9"))
    found = read_invoice(ubl(File("A-1", "2026-06-01", lines, "7.00", "1.40", "8.40")))
    assert nets_of(found, ORDERED) == (
        {2: 3_00},
        ("It does not say which line of the order its line 3 (9) is for.",),
    )


def test_what_does_not_agree_within_the_file_or_with_the_contract_is_said() -> None:
    lines = (Line("180.00", "0", "1", category="AE"), Line("190.00", "5", "2"))
    odd = File("A-1", "2026-06-01", lines, "370.50", "9.50", "380.01", currency="EUR")
    found = read_invoice(ubl(odd))
    assert [words.split(":")[0][:34] for words in found.problems()] == [
        "It is in EUR; an order is paid in ",
        "Its lines come to £370.00 and its ",
        "£370.50 and £9.50 of VAT are not £",
    ]
    assert list(wrong_rates(found, ORDERED)) == [
        "Its line 1 is under the reverse charge, which is not due here.",
        "Line 2: VAT at 5 %, and the order has 20 %.",
    ]


@pytest.mark.parametrize(
    ("supplier", "sender"),
    [("AVON access limited", Sender.CONTRACTOR), ("mrs ashby", Sender.FAMILY), ("X", Sender.OTHER)],
)
def test_whom_it_is_from_is_told_by_name(supplier: str, sender: Sender) -> None:
    found = read_invoice(ubl(SOUND._replace(supplier=supplier)))
    assert sender_of(found, contractor="Avon Access Ltd", client="Mrs Ashby") is sender


ENTITY = '<!DOCTYPE x [<!ENTITY a "aaaaaaaa">]>'


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "The file is no XML."),
        (b"<x/>", "The file is no invoice that we read."),
        (ubl(SOUND, head=ENTITY), "The file declares a document type of its own."),
        (ubl(SOUND).replace(b"<cbc:ID>A-1</cbc:ID>", b""), "The file is not as UBL 2.1 has it."),
        (ubl(SOUND._replace(net="370.505")), "The file cannot be read: “370.505” is no sum"),
        (b" " * 2_000_001, "The file has more than 2 MB."),
        (within_pdf(b"<x/>", name="notes.txt"), "The PDF carries no invoice for machines."),
        (within_pdf(cii(SOUND))[:200], "The PDF cannot be opened."),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_is_no_such_file_is_refused_in_words(data: bytes, words: str) -> None:
    with pytest.raises(InvalidDocumentError) as caught:
        read_invoice(data)
    assert caught.value.what.startswith(words)
