"""Invoices: matched line by line and in total, with every difference said."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.payments.match import LawfulVat, Matched, lawful_vat, match_invoice

ORDERED = {1: 1_200_00, 2: 484_00}
REDUCED, STANDARD = Decimal("0.05"), Decimal("0.2")
LINES = st.dictionaries(st.integers(1, 4), st.integers(1, 500), max_size=4)


def match(invoiced: dict[int, int], *, total: int = 2_020_80) -> Matched:
    return match_invoice(
        ordered=ORDERED,
        invoiced=invoiced,
        vat=LawfulVat(by_line=336_80, by_rate=336_80),
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


THREE_LINES = [(10_03, STANDARD, 2_01), (10_03, STANDARD, 2_01), (10_03, STANDARD, 2_01)]
"""30.09 at 20 % is 6.018: 6.02 in all, and 6.03 line by line."""


@pytest.mark.parametrize(
    ("vat", "words"),
    [
        (6_03, "VAT of £6.03 by line"),
        (6_02, "VAT of £6.02 on the total of each rate (£6.03 by line)"),
    ],
)
def test_vat_rounded_in_either_lawful_way_agrees_and_is_named(vat: int, words: str) -> None:
    found = match_invoice(
        ordered={1: 10_03, 2: 10_03, 3: 10_03},
        invoiced={1: 10_03, 2: 10_03, 3: 10_03},
        vat=lawful_vat(THREE_LINES),
        invoice_total_pence=30_09 + vat,
    )
    assert (found.agrees, found.vat_words) == (True, words)


@pytest.mark.parametrize("vat", [6_01, 6_04])
def test_any_other_penny_goes_back_with_both_totals(vat: int) -> None:
    found = match_invoice(
        ordered={1: 30_09},
        invoiced={1: 30_09},
        vat=lawful_vat(THREE_LINES),
        invoice_total_pence=30_09 + vat,
    )
    (said,) = found.findings
    assert said == (
        f"The total with VAT is £36.1{(30_09 + vat) % 10}, ordered £36.12 with VAT rounded "
        "by line, or £36.11 with VAT rounded on the total of each rate."
    )


def test_each_rate_is_rounded_by_itself() -> None:
    lines = [(10, REDUCED, 1), (10, STANDARD, 2), (10, REDUCED, 1)]
    assert lawful_vat(lines) == LawfulVat(by_line=4, by_rate=3)


@given(st.lists(st.tuples(st.integers(1, 10**7), st.sampled_from([REDUCED, STANDARD])), max_size=9))
def test_on_the_total_of_each_rate_half_a_penny_is_rounded_up(
    lines: list[tuple[int, Decimal]],
) -> None:
    exact = [
        sum((net * Fraction(at) for net, at in lines if at == rate), Fraction())
        for rate in (REDUCED, STANDARD)
    ]
    found = lawful_vat((net, rate, 0) for net, rate in lines)
    assert found.by_rate == sum(int(vat + Fraction(1, 2)) for vat in exact)


@given(
    ordered=LINES,
    invoiced=LINES,
    by_line=st.integers(0, 3),
    by_rate=st.integers(0, 3),
    charged=st.integers(0, 4),
)
def test_an_invoice_agrees_exactly_when_its_lines_are_the_same_and_its_vat_is_lawful(
    ordered: dict[int, int], invoiced: dict[int, int], by_line: int, by_rate: int, charged: int
) -> None:
    found = match_invoice(
        ordered=ordered,
        invoiced=invoiced,
        vat=LawfulVat(by_line=by_line, by_rate=by_rate),
        invoice_total_pence=sum(ordered.values()) + charged,
    )
    assert found.agrees == (ordered == invoiced and charged in {by_line, by_rate})
    differing = {n for n in {*ordered, *invoiced} if ordered.get(n) != invoiced.get(n)}
    for line in differing:
        assert any(f"Line {line}" in words for words in found.findings)
