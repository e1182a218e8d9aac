"""Prices against an independent implementation in exact fractions."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, getcontext
from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import InvalidTermsError, InvalidWorksError
from rules.rates import PricedLine, Terms, WorksLine
from rules.vat import VatClient
from tests.rules.pricing import (
    DISABLED,
    MOBILITY,
    NO_DECLARATION,
    PENSIONER,
    all_terms,
    assert_sums,
    baskets,
    clients,
    expected,
    priced,
    works,
)


@given(baskets(), all_terms, clients)
def test_every_line_agrees_with_exact_fractions(
    lines: list[WorksLine], terms: Terms, client: VatClient
) -> None:
    result = priced(lines, terms, client)
    assert [(line.net_pence, line.vat_pence) for line in result.lines] == [
        expected(line, terms, client) for line in lines
    ]
    assert_sums(result)


@given(baskets(), all_terms)
def test_an_omission_is_an_addition_turned_round(lines: list[WorksLine], terms: Terms) -> None:
    omitted = priced([replace(line, quantity=-line.quantity) for line in lines], terms)
    added = priced(lines, terms)
    assert omitted.net_pence == -added.net_pence
    assert omitted.vat_pence == -added.vat_pence


@given(baskets(), all_terms, st.randoms())
def test_the_order_of_lines_changes_no_total(
    lines: list[WorksLine], terms: Terms, random: Random
) -> None:
    shuffled = random.sample(lines, len(lines))
    one, other = priced(lines, terms), priced(shuffled, terms)
    assert one.total_pence == other.total_pence
    assert sorted(one.lines, key=lambda line: line.line) == sorted(
        other.lines, key=lambda line: line.line
    )


@given(baskets(), all_terms)
def test_no_declaration_is_the_standard_rate_on_every_line(
    lines: list[WorksLine], terms: Terms
) -> None:
    result = priced(lines, terms, NO_DECLARATION)
    assert {line.vat_rate for line in result.lines} == {Decimal("0.2")}


def test_half_a_penny_goes_up_once_per_line() -> None:
    half = works(quantity="0.5", rate=Decimal("0.01"))
    assert priced([half]).net_pence == 1
    assert priced([half, replace(half, line=2)]).net_pence == 2  # not one penny for both
    assert priced([replace(half, quantity=Decimal("-0.5"))]).net_pence == -1
    assert priced([replace(half, quantity=Decimal("0.499999999999"))]).net_pence == 0


def test_vat_is_on_the_rounded_net_and_rounds_half_up() -> None:
    ten = works(rate=Decimal("0.1"), vat_reliefs=MOBILITY)
    assert priced([ten]).lines[0].vat_pence == 1  # half a penny
    assert priced([replace(ten, quantity=Decimal(-1))]).lines[0].vat_pence == -1
    nearly = works(rate=Decimal("0.0949"), vat_reliefs=MOBILITY)  # 9 pence: 0.45
    assert priced([nearly]).lines[0].vat_pence == 0


def test_nothing_is_rounded_before_the_line_even_with_every_adjustment_in_full() -> None:
    terms = Terms(
        index=Decimal("3.123456789012"),
        percentage=Decimal("-3.987654321098"),
        zone=Decimal("1.000000000001"),
        out_of_hours=Decimal("33.333333333333"),
    )
    line = works(quantity="99999.999999999999", rate=Decimal("999999.9999"))
    result = priced([line], terms)
    assert (result.net_pence, result.vat_pence) == expected(line, terms, PENSIONER)


def _fields(line: WorksLine) -> dict[str, object]:
    return {name: getattr(line, name) for name in WorksLine.__slots__}


def test_pricing_leaves_the_callers_decimal_context_alone() -> None:
    before = getcontext().prec, getcontext().rounding, dict(getcontext().traps)
    priced([works()])
    with pytest.raises(InvalidWorksError):
        priced([works(quantity="NaN")])
    assert before == (getcontext().prec, getcontext().rounding, dict(getcontext().traps))


@pytest.mark.parametrize(
    ("line", "terms", "text"),
    [
        (
            works(quantity="12.5"),
            Terms(percentage=Decimal("-3.5")),
            "12.5 m × £34.20 × 0.965 = £412.54",
        ),
        (works(quantity="2.00", rate=Decimal("1234.5")), Terms(), "2 m × £1,234.50 = £2,469.00"),
        (works(quantity="1E+2", rate=Decimal("1.2345")), Terms(), "100 m × £1.2345 = £123.45"),
        (
            works(quantity="-3", unit="item", rate=Decimal(10)),
            Terms(index=Decimal("2.50"), zone=Decimal("1.10")),
            "-3 item × £10.00 × 1.1275 = -£33.83",
        ),
    ],
)
def test_the_calculation_can_be_followed_on_paper(line: WorksLine, terms: Terms, text: str) -> None:
    assert priced([line], terms).lines[0].calculation == text


def test_a_priced_line_keeps_all_that_the_works_said() -> None:
    line = works(certificates=frozenset({"electrical"}), vat_reliefs=DISABLED)
    (result,) = priced([line]).lines
    assert isinstance(result, PricedLine)
    for name in _fields(line).keys() - {"vat_reliefs"}:
        assert getattr(result, name) == getattr(line, name)
    assert result.vat_rate == 0
    assert "Group 12" in result.vat_reason
    assert result == PricedLine(**result._asdict())


@given(all_terms)
def test_the_factor_is_the_exact_product(terms: Terms) -> None:
    assert Fraction(terms.factor) == (
        (1 + Fraction(terms.index) / 100)
        * (1 + Fraction(terms.percentage) / 100)
        * Fraction(terms.zone)
        * (1 + Fraction(terms.out_of_hours) / 100)
    )


def test_terms_without_adjustments_change_nothing() -> None:
    assert Terms().factor == 1
    assert Terms(Decimal("3.5"), Decimal("-3.5")).factor == Decimal("0.998775")


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"index": Decimal(-100)}, "index"),
        ({"index": Decimal("-100.5")}, "index"),
        ({"percentage": Decimal(-100)}, "percentage"),
        ({"percentage": Decimal(1001)}, "percentage"),
        ({"percentage": Decimal("NaN")}, "percentage"),
        ({"percentage": Decimal("sNaN")}, "percentage"),
        ({"percentage": Decimal("1E-13")}, "percentage"),
        ({"index": Decimal("Infinity")}, "index"),
        ({"zone": Decimal(0)}, "zone"),
        ({"zone": Decimal(-1)}, "zone"),
        ({"zone": Decimal(101)}, "zone"),
        ({"out_of_hours": Decimal(-1)}, "out-of-hours"),
        ({"out_of_hours": Decimal(1001)}, "out-of-hours"),
    ],
)
def test_terms_that_nobody_can_hold_are_refused(changes: dict[str, Decimal], word: str) -> None:
    with pytest.raises(InvalidTermsError, match=word) as refusal:
        Terms(**changes)
    assert refusal.value.next_step


def test_all_that_is_wrong_with_terms_is_said_at_once() -> None:
    with pytest.raises(InvalidTermsError) as refusal:
        Terms(Decimal(-100), Decimal(-200), Decimal(0), Decimal(-1))
    for word in ("index", "percentage", "zone", "out-of-hours"):
        assert word in refusal.value.what


@pytest.mark.parametrize(
    "line",
    [
        works(quantity="NaN"),
        works(quantity="sNaN"),
        works(quantity="Infinity"),
        works(rate=Decimal("NaN")),
        works(quantity="1." + "1" * 500),
        works(vat_reliefs=frozenset({"charity"})),
    ],
)
def test_what_was_never_checked_is_still_refused_by_name(line: WorksLine) -> None:
    with pytest.raises(InvalidWorksError, match="line 1"):
        priced([line])
