"""Invoices: matched line by line and in total, with every difference said."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rules.payments import Matched, match_invoice

ORDERED = {1: 1_200_00, 2: 484_00}
LINES = st.dictionaries(st.integers(1, 4), st.integers(1, 500), max_size=4)


def match(invoiced: dict[int, int], *, total: int = 2_020_80) -> Matched:
    return match_invoice(
        ordered=ORDERED,
        invoiced=invoiced,
        order_total_pence=2_020_80,
        invoice_total_pence=total,
    )


def test_an_invoice_like_its_order_agrees() -> None:
    assert match(dict(ORDERED)).agrees


def test_a_line_that_is_dearer_or_cheaper_is_named_with_both_sums() -> None:
    assert match({1: 1_250_00, 2: 483_99}).findings == (
        "Line 1: invoiced £1,250.00, ordered £1,200.00.",
        "Line 2: invoiced £483.99, ordered £484.00.",
    )


def test_lines_too_many_and_lines_missing_are_named() -> None:
    assert match({1: 1_200_00, 7: 50_00}).findings == (
        "Line 7 is not on the order.",
        "Line 2 of the order is not invoiced.",
    )


def test_a_total_that_differs_by_a_penny_does_not_agree() -> None:
    assert match(dict(ORDERED), total=2_020_81).findings == (
        "The total with VAT is £2,020.81, ordered £2,020.80.",
    )


def test_where_lines_differ_the_total_says_nothing_more() -> None:
    assert match({1: 1, 2: 484_00}, total=1).findings == (
        "Line 1: invoiced £0.01, ordered £1,200.00.",
    )


@given(ordered=LINES, invoiced=LINES, total=st.integers(0, 3), billed=st.integers(0, 3))
def test_an_invoice_agrees_exactly_when_lines_and_total_are_the_same(
    ordered: dict[int, int], invoiced: dict[int, int], total: int, billed: int
) -> None:
    found = match_invoice(
        ordered=ordered, invoiced=invoiced, order_total_pence=total, invoice_total_pence=billed
    )
    assert found.agrees == (ordered == invoiced and total == billed)
    differing = {n for n in {*ordered, *invoiced} if ordered.get(n) != invoiced.get(n)}
    for line in differing:
        assert any(f"Line {line}" in words for words in found.findings)
