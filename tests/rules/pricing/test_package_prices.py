"""Packages: one line at the pre-tendered price, then exactly what the works differ by."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.cases import RELIEFS
from rules.errors import InvalidWorksError
from rules.pricing.package_pricing import PackageBasket, price_package
from rules.pricing.vat import VatClient
from rules.pricing.works import Priced, WorksLine
from rules.rates.terms import Terms
from tests.rules.pricing.prices import (
    DISABLED,
    PENSIONER,
    SUPPLIED,
    all_terms,
    assert_sums,
    clients,
    expected,
    shares,
    works,
)

BASKET = {"LAS-010": Decimal(1), "LAS-020": Decimal("4.5"), "LAS-030": Decimal(2)}
ITEMS = {
    "LAS-010": works(code="LAS-010", rate=Decimal(900), vat_reliefs=DISABLED, trade="plumbing"),
    "LAS-020": works(code="LAS-020", rate=Decimal("40.25"), vat_reliefs=DISABLED, trade="tiling"),
    "LAS-030": works(
        code="LAS-030",
        rate=Decimal(75),
        vat_reliefs=RELIEFS,
        trade="electrical",
        certificates=frozenset({"electrical"}),
    ),
}
EXACTLY = [
    replace(ITEMS[code], line=number, quantity=quantity)
    for number, (code, quantity) in enumerate(BASKET.items(), start=1)
]
ONE = Decimal(1)
TEN_ABOVE = Terms(percentage=Decimal(10))


def package(lines: list[WorksLine], **changes: Any) -> Priced:
    arguments: dict[str, Any] = {
        "price_pence": 520_000,
        "lines": lines,
        "terms": TEN_ABOVE,
        "client": PENSIONER,
        "supplied_on": SUPPLIED,
        "basket": BASKET,
        "items": ITEMS,
        **changes,
    }
    basket, items = arguments.pop("basket"), tuple(arguments.pop("items").values())
    whole = PackageBasket("LAS", "Level access shower", basket, items)
    return price_package(package=whole, **arguments)


def test_a_package_as_it_stands_is_one_line_at_its_price() -> None:
    result = package(EXACTLY)
    (line,) = result.lines
    assert (line.works.line, line.works.code, line.works.description) == (
        1,
        "LAS",
        "Level access shower",
    )
    assert line.calculation == "1 item × £5,200.00 = £5,200.00"  # the percentage is not for it
    assert (line.net_pence, line.vat.rate, line.vat_pence) == (520_000, Decimal(0), 0)
    assert (line.works.location, line.works.trade) == ("Bathroom", "")
    assert line.works.certificates == {"electrical"}
    assert_sums(result)


def test_a_package_has_only_the_reliefs_that_all_its_items_share() -> None:
    mixed = {**ITEMS, "LAS-020": replace(ITEMS["LAS-020"], vat_reliefs=frozenset())}
    result = package(EXACTLY, items=mixed)
    assert result.lines[0].vat.rate == Decimal("0.2")
    assert result.vat_pence == 104_000


def test_more_is_added_and_less_is_omitted_at_the_contractors_percentage() -> None:
    lines = [
        EXACTLY[0],
        replace(EXACTLY[1], quantity=Decimal(6), location="Wet room"),
        replace(EXACTLY[2], quantity=Decimal("0.5"), vat_reliefs=frozenset()),
        works(line=4, code="RMP-001", quantity="3", rate=Decimal(20), location="Front door"),
    ]
    result = package(lines)
    rows = [
        (
            line.works.line,
            line.works.code,
            line.works.description,
            line.works.quantity,
            line.net_pence,
            line.works.location,
        )
        for line in result.lines
    ]
    assert rows == [
        (1, "LAS", "Level access shower", Decimal(1), 520_000, ""),
        (2, "LAS-020", "Add: Item LAS-020", Decimal("1.5"), 6_641, "Wet room"),
        (3, "RMP-001", "Add: Item RMP-001", Decimal(3), 6_600, "Front door"),
        (4, "LAS-030", "Omit: Item LAS-030", Decimal("-1.5"), -12_375, "Bathroom"),
    ]
    assert [line.vat_pence for line in result.lines] == [0, 0, 1_320, 0]
    assert_sums(result)


def test_an_item_that_is_not_wanted_at_all_is_omitted_from_the_items_given() -> None:
    result = package(EXACTLY[:2])
    assert [(line.works.code, line.works.quantity) for line in result.lines] == [
        ("LAS", Decimal(1)),
        ("LAS-030", Decimal(-2)),
    ]
    assert result.lines[1].works.location == ""
    assert result.lines[0].works.certificates == frozenset()  # nothing electrical is left


def test_each_item_names_the_works_lines_it_covers_and_none_is_a_works_line_itself() -> None:
    beyond = [
        replace(EXACTLY[1], line=7, quantity=Decimal(4)),  # draws 4 of 4.5 on the basket
        replace(EXACTLY[1], line=8, quantity=Decimal(2)),  # draws the rest, and is added to
        replace(EXACTLY[1], line=9),  # all of it is added
    ]
    lines = [replace(EXACTLY[0], line=3), *beyond]
    found = [(line.works.line, line.works.covers) for line in package(lines).lines]
    assert found == [(1, (3, 7, 8)), (2, (8,)), (3, (9,)), (4, ())]  # the last omits LAS-030
    less = package([*EXACTLY[:2], replace(EXACTLY[2], quantity=ONE)]).lines[1].works
    assert (less.covers, less.quantity) == ((3,), Decimal(-1))


def test_an_omission_calls_for_no_certificate() -> None:
    assert {
        kind for line in package(EXACTLY[:2]).lines for kind in line.works.certificates
    } == set()
    less = package([*EXACTLY[:2], replace(EXACTLY[2], quantity=ONE)])
    assert less.lines[0].works.certificates == {"electrical"}  # some of it is left


def test_one_item_in_two_places_draws_on_the_basket_once() -> None:
    lines = [
        replace(EXACTLY[1], line=1, quantity=Decimal(4), location="Bathroom"),
        replace(EXACTLY[1], line=2, quantity=Decimal(3), location="Hall"),
        replace(EXACTLY[0], line=3),
        replace(EXACTLY[2], line=4),
    ]
    added = package(lines).lines[1:]
    assert [(line.works.quantity, line.works.location) for line in added] == [
        (Decimal("2.5"), "Hall")
    ]


def test_the_package_is_in_hours_and_only_additions_are_uplifted() -> None:
    late = [replace(line, out_of_hours=True) for line in EXACTLY]
    terms = Terms(out_of_hours=Decimal(50))
    assert package(late, terms=terms).net_pence == 520_000
    more = [late[0], replace(late[1], quantity=Decimal("5.5")), replace(late[2], quantity=ONE)]
    added, omitted = package(more, terms=terms).lines[1:]
    assert added.calculation == "1 m × £40.25 × 1.5 = £60.38"
    assert omitted.calculation == "-1 m × £75.00 = -£75.00"


def test_mixed_works_apportion_the_package_at_the_least_share_recorded() -> None:
    """Nothing is relieved beyond what was recorded; what is omitted leaves at the same share."""
    lines = [
        EXACTLY[0],
        replace(EXACTLY[1], quantity=Decimal("5.5"), relief_percent=Decimal(60)),
        replace(EXACTLY[2], quantity=ONE, relief_percent=Decimal(80)),
        works(line=4, code="RMP-001", rate=Decimal(20), relief_percent=Decimal(10)),
    ]
    whole, added, other, omitted = package(lines, terms=Terms()).lines
    assert (whole.works.relief_percent, whole.vat_pence) == (Decimal(60), 416_00)
    assert (added.works.relief_percent, added.net_pence, added.vat_pence) == (
        Decimal(60),
        40_25,
        3_22,
    )
    assert (other.net_pence, other.vat_pence) == (20_00, 4_00)
    assert (omitted.works.relief_percent, omitted.net_pence) == (Decimal(60), -75_00)
    assert omitted.vat_pence == -6_00


def test_the_package_line_says_where_its_price_is_from() -> None:
    lines = [replace(line, rate_source="BASE from 1 January 2026") for line in EXACTLY[:2]]
    items = {
        code: replace(item, rate_source="contract rate of lot S") for code, item in ITEMS.items()
    }
    whole, omitted = package(lines, items=items).lines
    assert whole.works.rate_source == "pre-tendered price of package LAS"
    assert omitted.works.rate_source == "contract rate of lot S"


@st.composite
def package_works(draw: st.DrawFn) -> list[WorksLine]:
    size = draw(st.integers(min_value=1, max_value=7))
    amounts = st.decimals(min_value=Decimal("0.1"), max_value=9, places=1)
    return [
        replace(
            draw(st.sampled_from(list(ITEMS.values()))),
            line=number,
            quantity=draw(amounts),
            location=draw(st.sampled_from(["Bathroom", "Hall"])),
            out_of_hours=draw(st.booleans()),
            relief_percent=draw(shares),
        )
        for number in range(1, size + 1)
    ]


@given(package_works(), all_terms, clients, st.randoms())
def test_package_and_differences_make_up_exactly_the_works(
    lines: list[WorksLine], terms: Terms, client: VatClient, random: Random
) -> None:
    dear = 10**9
    result = package(lines, terms=terms, client=client, price_pence=dear)
    assert_sums(result)
    assert [line.works.line for line in result.lines] == list(range(1, len(result.lines) + 1))
    for code, quantity in BASKET.items():
        wanted = sum(line.quantity for line in lines if line.code == code)
        differences = [line.works.quantity for line in result.lines if line.works.code == code]
        assert quantity + sum(differences) == wanted
        assert all(amount > 0 for amount in differences) or len(differences) == 1
    drawing = [line.relief_percent for line in lines if line.code in BASKET]
    least = min(drawing, default=Decimal(100))
    assert result.lines[0].works.relief_percent == least
    for line in result.lines[1:]:
        if line.works.quantity < 0:
            assert (line.works.out_of_hours, line.works.relief_percent) == (False, least)
        assert line.works.rate == ITEMS[str(line.works.code)].rate
        assert (line.net_pence, line.vat_pence) == expected(line.works, terms, client)
    shuffled = random.sample(lines, len(lines))
    assert package(shuffled, terms=terms, client=client, price_pence=dear) == result


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"lines": []}, "no lines"),
        ({"lines": [works(code=None)]}, "line 1 is bespoke"),
        ({"lines": [works(quantity="-1")]}, "quantity is -1"),
        ({"items": {}, "lines": EXACTLY[:2]}, "LAS-030 has no rate"),
        ({"basket": {}}, "basket is empty"),
        ({"basket": {**BASKET, "LAS-010": Decimal(0)}}, "LAS-010 has no quantity"),
        ({"price_pence": 0}, "price is £0.00"),
        ({"price_pence": -1}, "price is -£0.01"),
        ({"price_pence": 100, "lines": EXACTLY[:1]}, "worth more than its price of £1.00"),
    ],
)
def test_a_package_that_cannot_price_the_works_is_refused(
    changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvalidWorksError, match=words) as refusal:
        package(**{"lines": EXACTLY, **changes})
    assert refusal.value.next_step
