"""Works from a package's basket: what differs, and everything that cannot be."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.pricing.package_works import Alterations, works_of

BASKET = {"TILE": Decimal(8), "TRAY": Decimal(1)}


def test_the_basket_as_it_is() -> None:
    made = works_of(basket=BASKET, altered=Alterations())
    assert (dict(made.quantities), made.problems) == (BASKET, ())


def test_quantities_omissions_and_additions() -> None:
    altered = Alterations(("TILE= 9.5",), ("RAIL=2", "A=B=1"), ("TRAY",))
    made = works_of(basket=BASKET, altered=altered)
    assert list(made.quantities.items()) == [("TILE", Decimal("9.5")), ("RAIL", 2), ("A=B", 1)]
    assert made.problems == ()


def test_every_problem_is_named_at_once() -> None:
    altered = Alterations(
        quantities=("RAIL=2", "TILE=0", "TILE", "TRAY=1", "TRAY=2"),
        adds=("TRAY=1", "X=-1", "Y=1e9", "=3", "Z=NaN"),
        omits=("RAIL", "TRAY"),
    )
    assert works_of(basket=BASKET, altered=altered).problems == (
        "--quantity TILE: '0': a quantity may not be zero or negative",
        "--quantity TILE: write it as CODE=QUANTITY",
        "--quantity TRAY: it is given twice",
        "--add X: '-1': a quantity may not be zero or negative",
        "--add Y: '1e9': it is not a plain number",
        "--add =3: write it as CODE=QUANTITY",
        "--add Z: 'NaN': it is not a plain number",
        "--quantity RAIL: it is not in the package; --add adds it",
        "--add TRAY: it is in the package; --quantity changes how much",
        "--omit RAIL: it is not in the package",
        "--omit TRAY: --quantity asks for it as well",
    )


def test_nothing_left_is_no_works() -> None:
    made = works_of(basket=BASKET, altered=Alterations(omits=("TILE", "TRAY")))
    assert made.problems == ("everything is omitted and nothing added",)


@pytest.mark.parametrize("amount", ["", " ", "100001", "1.0000001", "٣", "1,5", "=1+1", "x" * 500])
def test_amounts_that_are_none(amount: str) -> None:
    (problem,) = works_of(basket=BASKET, altered=Alterations((f"TILE={amount}",))).problems
    assert problem.startswith("--quantity")
    assert len(problem) < 200


@given(st.lists(st.text()), st.lists(st.text()), st.lists(st.text()))
def test_whatever_is_typed_makes_works_or_problems(
    quantities: list[str], adds: list[str], omits: list[str]
) -> None:
    made = works_of(basket=BASKET, altered=Alterations(quantities, adds, omits))
    assert made.quantities or made.problems
    assert all(amount > 0 for amount in made.quantities.values())
