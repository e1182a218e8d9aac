"""Councils that follow one another: no pound is lost, no home left out, nobody goes in circles."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rules.delivery.succession import (
    Succession,
    as_at,
    divided,
    in_circle,
    present,
    successor_for,
    wrongly_divided,
)

DAY = date(2028, 4, 1)
NAMES = st.sampled_from("ABCDEFG")


def follows(
    old: str, new: str, *, on: date = DAY, places: str = "", share: int = 100
) -> Succession:
    return Succession("P", old, new, on, tuple(places.split()), share)


@st.composite
def shares(draw: st.DrawFn) -> dict[str, int]:
    cuts = sorted(draw(st.lists(st.integers(0, 100), max_size=5)))
    edges = [0, *cuts, 100]
    return {f"U{n}": after - before for n, (before, after) in enumerate(pairwise(edges))}


@given(pence=st.integers(0, 10**12), by=shares())
def test_what_is_divided_adds_up_and_nobody_is_a_penny_from_their_share(
    pence: int, by: dict[str, int]
) -> None:
    parts = divided(pence, by)
    assert sum(parts.values()) == pence
    assert all(abs(parts[name] * 100 - pence * percent) < 100 for name, percent in by.items())


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=6), shares())
def test_merged_and_divided_again_the_sums_are_what_they_were(
    budgets: list[int], by: dict[str, int]
) -> None:
    merged = sum(divided(pence, {"U": 100})["U"] for pence in budgets)
    assert sum(divided(merged, by).values()) == sum(budgets)


def test_the_odd_penny_goes_to_the_largest_remainder() -> None:
    assert divided(100, {"N": 33, "S": 67}) == {"N": 33, "S": 67}
    assert divided(101, {"N": 50, "S": 50}) == {"N": 51, "S": 50}
    assert divided(10, {"A": 33, "B": 33, "C": 34}) == {"A": 3, "B": 3, "C": 4}


def test_a_home_goes_to_the_closest_place_that_is_named() -> None:
    among = [follows("A", "N", places="CV21 CV"), follows("A", "S", places="CV22")]
    assert successor_for("CV21 3LW", among) == "N"
    assert successor_for("CV22 5AA", among) == "S"
    assert successor_for("CV37 1AA", among) == "N"
    assert successor_for("LE10 1AA", among) == ""
    assert successor_for("LE10 1AA", [*among, follows("A", "R")]) == "R"


def test_who_stands_today_is_followed_to_the_last() -> None:
    later = follows("U", "V", on=date(2032, 4, 1))
    plans = [follows("A", "U"), follows("B", "U"), later]
    assert present(plans, on=date(2028, 3, 31)) == {}
    assert present(plans, on=DAY) == {"A": "U", "B": "U"}
    assert present(plans, on=date(2032, 4, 1)) == {"A": "V", "B": "V", "U": "V"}


def test_of_one_that_was_divided_only_the_home_says_who_took_it() -> None:
    plans = [follows("A", "N", places="CV21"), follows("A", "S")]
    assert present(plans, on=DAY) == {}
    assert as_at("A", "CV21 3LW", plans, on=DAY) == "N"
    assert as_at("A", "CV37 1AA", plans, on=DAY) == "S"
    assert as_at("A", "CV37 1AA", plans, on=date(2028, 3, 31)) == "A"


@given(st.lists(st.tuples(NAMES, NAMES), max_size=12))
def test_without_a_circle_everybody_is_followed_by_somebody_who_stands(
    pairs: list[tuple[str, str]],
) -> None:
    plans = [follows(old, new) for old, new in dict(pairs).items()]
    if in_circle(plans):
        return
    standing = set(present(plans, on=DAY).values())
    assert standing.isdisjoint(one.predecessor for one in plans)
    assert all(as_at(old, "", plans, on=DAY) in standing for old, _ in pairs)


def test_a_circle_is_found_however_long() -> None:
    assert in_circle([follows("A", "B"), follows("B", "C"), follows("C", "A")]) == {"A", "B", "C"}
    assert in_circle([follows("A", "A")]) == {"A"}
    assert in_circle([follows("A", "B"), follows("B", "C"), follows("A", "C")]) == frozenset()


def test_everything_wrong_with_a_division_is_said() -> None:
    among = [
        follows("A", "N", places="CV21", share=60),
        follows("A", "S", places="CV21", share=30, on=date(2028, 4, 2)),
        follows("A", "T", share=5),
        follows("A", "U", share=0),
    ]
    assert list(wrongly_divided(among)) == [
        "CV21 would go to two councils",
        "two councils would each take all that no other takes",
        "its budget shares come to 95 %, not 100 %",
        "its successions begin on different days",
    ]
    assert list(wrongly_divided([follows("A", "U")])) == []
