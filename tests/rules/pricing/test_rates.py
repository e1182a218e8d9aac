"""Prices against an independent implementation in exact fractions."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, getcontext
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import InvalidWorksError
from rules.money import pounds
from rules.pricing.rates import basis_of, saved_by_declaration
from rules.pricing.vat import VatClient
from rules.pricing.works import PricedLine, WorksLine
from rules.rates.terms import Terms
from tests.rules.pricing.prices import (
    DECLARED,
    DISABLED,
    MOBILITY,
    NO_DECLARATION,
    PENSIONER,
    SUPPLIED,
    all_terms,
    assert_sums,
    baskets,
    clients,
    expected,
    nearest,
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
    assert sorted(one.lines, key=lambda line: line.works.line) == sorted(
        other.lines, key=lambda line: line.works.line
    )


@given(baskets(), all_terms)
def test_no_declaration_is_the_standard_rate_on_every_line(
    lines: list[WorksLine], terms: Terms
) -> None:
    result = priced(lines, terms, NO_DECLARATION)
    assert {line.vat.rate for line in result.lines} == {Decimal("0.2")}


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
        percentage=Decimal("-3.987654321098"),
        zone=Decimal("1.000000000001"),
        out_of_hours=Decimal("33.333333333333"),
    )
    line = works(
        quantity="99999.999999999999",
        rate=Decimal("999999.9999"),
        index=Decimal("3.123456789012"),
        out_of_hours=True,
        vat_reliefs=MOBILITY,
        relief_percent=Decimal("33.33"),
    )
    result = priced([line], terms)
    assert (result.net_pence, result.vat_pence) == expected(line, terms, PENSIONER)


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
        (
            works(quantity="12.5", index=Decimal(2)),
            Terms(percentage=Decimal("-3.5")),
            "12.5 m × £34.20 × 1.02 × 0.965 = £420.79",
        ),
        (
            works(quantity="12.5", index=Decimal(2), out_of_hours=True),
            Terms(Decimal("-3.5"), Decimal("1.05"), Decimal(25), "North"),
            "12.5 m × £34.20 × 1.02 × 0.965 × 1.05 × 1.25 = £552.28",
        ),
        (works(quantity="2.00", rate=Decimal("1234.5")), Terms(), "2 m × £1,234.50 = £2,469.00"),
        (works(quantity="1E+2", rate=Decimal("1.2345")), Terms(), "100 m × £1.2345 = £123.45"),
        (
            works(quantity="-3", unit="item", rate=Decimal(10), index=Decimal("2.50")),
            Terms(zone=Decimal("1.10")),
            "-3 item × £10.00 × 1.025 × 1.1 = -£33.83",
        ),
    ],
)
def test_the_calculation_can_be_followed_on_paper(line: WorksLine, terms: Terms, text: str) -> None:
    assert priced([line], terms).lines[0].calculation == text


@given(baskets(), all_terms, clients)
def test_the_factors_shown_make_the_net(
    lines: list[WorksLine], terms: Terms, client: VatClient
) -> None:
    """What a page shows can be worked through with pencil and paper, to the same penny."""
    for line in priced(lines, terms, client).lines:
        shown, _, net = line.calculation.partition(" = ")
        quantity, rate, *factors = shown.replace("£", "").replace(",", "").split(" × ")
        exact = Fraction(quantity.split()[0]) * Fraction(rate) * 100
        for factor in factors:
            exact *= Fraction(factor)
        assert net == pounds(nearest(exact))
        assert line.factors.steps.count("×") == len(factors)


@given(baskets(), all_terms, clients)
def test_an_apportioned_line_lies_between_its_relief_and_the_standard_rate(
    lines: list[WorksLine], terms: Terms, client: VatClient
) -> None:
    whole = [replace(line, relief_percent=Decimal(100)) for line in lines]
    without = [replace(line, vat_reliefs=frozenset()) for line in lines]
    low, mixed, high = (priced(basket, terms, client) for basket in (whole, lines, without))
    assert low.vat_pence <= mixed.vat_pence <= high.vat_pence


def test_lines_of_one_basket_may_differ_in_everything() -> None:
    """Every pair of neighbours changes one thing that is shared: none may be carried over."""
    neighbours: list[dict[str, Any]] = [
        {},
        {"index": Decimal(2)},
        {"index": Decimal(2), "out_of_hours": True},
        {"out_of_hours": True},
        {"vat_reliefs": DISABLED},
        {"vat_reliefs": DISABLED, "relief_percent": Decimal(60)},
        {"vat_reliefs": MOBILITY, "relief_percent": Decimal(60)},
        {},
    ]
    lines = [works(n, rate=Decimal(100), **changes) for n, changes in enumerate(neighbours)]
    result = priced(lines, Terms(out_of_hours=Decimal(25)))
    assert [(line.net_pence, line.vat_pence) for line in result.lines] == [
        (100_00, 20_00),
        (102_00, 20_40),
        (127_50, 25_50),
        (125_00, 25_00),
        (100_00, 0),
        (100_00, 8_00),
        (100_00, 11_00),
        (100_00, 20_00),
    ]


def test_a_priced_line_keeps_all_that_the_works_said() -> None:
    line = works(
        certificates=frozenset({"electrical"}),
        vat_reliefs=DISABLED,
        relief_percent=Decimal(60),
        rate_source="BASE from 1 January 2026",
    )
    (result,) = priced([line]).lines
    assert isinstance(result, PricedLine)
    assert result.works is line
    assert result.vat.rate == Decimal("0.08")
    assert "Group 12" in result.vat.reason
    assert result == PricedLine(**result._asdict())


@pytest.mark.parametrize("share", ["-0.01", "100.01", "33.333", "NaN", "sNaN", "Infinity"])
def test_a_share_that_no_relief_can_cover_is_refused_by_line(share: str) -> None:
    with pytest.raises(InvalidWorksError, match="line 1: the share its VAT relief covers"):
        priced([works(vat_reliefs=DISABLED, relief_percent=Decimal(share))])


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


def saved(lines: list[WorksLine], client: VatClient) -> int:
    return saved_by_declaration(
        priced=priced(lines, client=client), terms=Terms(), client=client, supplied_on=SUPPLIED
    )


def test_what_a_declaration_would_save_is_the_vat_it_takes_off() -> None:
    lines = [
        works(line=1, rate=Decimal(100), vat_reliefs=DISABLED),
        works(line=2, rate=Decimal(100), vat_reliefs=DISABLED, relief_percent=Decimal(50)),
        works(line=3, rate=Decimal(100), vat_reliefs=MOBILITY),
        works(line=4, rate=Decimal(100)),
    ]
    assert saved(lines, NO_DECLARATION) == 20_00 + 10_00 + 15_00
    assert saved(lines, replace(NO_DECLARATION, date_of_birth=None)) == 30_00
    assert saved(lines, PENSIONER) == 0
    assert saved(lines[3:], NO_DECLARATION) == 0


@given(baskets(), clients)
def test_a_declaration_never_costs_anything(lines: list[WorksLine], client: VatClient) -> None:
    assert saved(lines, client) >= 0


def test_what_a_price_rests_on_is_kept_in_plain_values() -> None:
    terms = Terms(Decimal("-3.50"), Decimal("1.05"), Decimal(25), "North")
    client = replace(PENSIONER, declared_on=DECLARED, declaration_reference="D-7")
    assert basis_of(terms=terms, client=client, on=SUPPLIED) == {
        "on": "2026-03-02",
        "percentage": "-3.5",
        "zone": "1.05",
        "zone_name": "North",
        "out_of_hours": "25",
        "vat_declaration": True,
        "vat_declared_on": "2026-01-15",
        "vat_declaration_reference": "D-7",
        "contracting_party": "client",
    }
    assert basis_of(terms=terms, client=NO_DECLARATION, on=SUPPLIED)["vat_declared_on"] is None
