"""A whole is shared to its last unit, and nobody's place in a list gives them more."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.partnership.shares import half_up, quarters, share_words, shared

names = st.sampled_from("ABCDEFG")
weights = st.dictionaries(names, st.integers(0, 10_000), min_size=1).filter(
    lambda found: any(found.values())
)
whole = st.integers(-1_000_000, 1_000_000)


def test_whole_percentages_that_would_make_98_make_100() -> None:
    capital = dict(zip("NWRSK", (1_060_012, 423_766, 459_205, 517_732, 707_545), strict=True))
    assert shared(100, capital).parts == dict(zip("NWRSK", (34, 13, 15, 16, 22), strict=True))
    assert not shared(100, capital).tied


def test_equal_remainders_are_served_in_the_order_of_names_and_told() -> None:
    found = shared(100, {"C": 1, "A": 1, "B": 1})
    assert (found.parts, found.tied) == ({"C": 33, "A": 34, "B": 33}, ("A", "B", "C"))
    assert shared(99, {"A": 1, "B": 1, "C": 1}).tied == ()


@pytest.mark.parametrize("wrong", [{}, {"A": 0}, {"A": 2, "B": -1}])
def test_nothing_to_share_by_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="above zero"):
        shared(100, wrong)


@given(whole, weights)
def test_parts_make_the_whole_and_are_within_a_unit_of_the_exact_share(
    units: int, by: dict[str, int]
) -> None:
    parts = shared(units, by).parts
    assert sum(parts.values()) == units
    for name, part in parts.items():
        assert abs(part - Fraction(units * by[name], sum(by.values()))) < 1


@given(whole, weights)
def test_the_order_of_the_names_given_changes_nothing(units: int, by: dict[str, int]) -> None:
    turned = dict(reversed(by.items()))
    assert shared(units, turned).parts == shared(units, by).parts
    assert shared(-units, by).parts == {n: -part for n, part in shared(units, by).parts.items()}


@given(st.integers(0, 100_000), weights, names, st.integers(1, 10_000))
def test_more_weight_never_lowers_a_part(
    units: int, by: dict[str, int], name: str, more: int
) -> None:
    before = shared(units, by).parts.get(name, 0)
    assert shared(units, by | {name: by.get(name, 0) + more}).parts[name] >= before


@given(whole)
def test_quarters_make_the_year_and_differ_by_a_penny(pence: int) -> None:
    four = quarters(pence)
    assert (len(four), sum(four)) == (4, pence)
    assert max(four) - min(four) <= 1


@given(st.integers(-10_000, 10_000))
def test_a_half_goes_away_from_zero(number: int) -> None:
    assert half_up(Fraction(number) + Fraction(1 if number >= 0 else -1, 2)) == number + (
        1 if number >= 0 else -1
    )


def test_a_share_is_told_to_two_places() -> None:
    assert share_words(Fraction(1_060_012, 3_168_260)) == "33.46 %"
    assert share_words(Fraction(1, 8)) == "12.50 %"
