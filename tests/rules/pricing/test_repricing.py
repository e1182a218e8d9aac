"""Repricing by rule: what changes, what is passed that was not passed, and what keeps its price."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import InvalidDecisionError
from rules.pricing.repricing import (
    Cost,
    Foreseen,
    Outcome,
    Selection,
    in_order,
    selection_from,
    totals_of,
    units_disagree,
    why_left,
)
from rules.pricing.repricing_limits import Claim, Limits, limits_passed

COVERED = "that the landlord's pre-permission covers"
PENCE = st.integers(0, 10_000_000)
CLAIMS = st.builds(Claim, PENCE, PENCE, PENCE, PENCE)
OPEN = {"ended": False, "priced": True, "decided": False, "offered": False, "quotes": False}


def cost(total: int) -> Cost:
    return Cost("AVON", net_pence=total, total_pence=total)


def repriced(before: int | None, after: int | None, reference: str = "DFG-1") -> Foreseen:
    return Foreseen(
        reference,
        "RBC",
        Outcome.REPRICED if after is not None else Outcome.LEFT,
        before=None if before is None else cost(before),
        after=None if after is None else cost(after),
    )


@given(PENCE, PENCE)
def test_the_difference_is_after_less_before_in_pence_and_to_a_tenth_of_a_percent(
    before: int, after: int
) -> None:
    case = repriced(before, after)
    assert case.difference_pence == after - before
    if before == 0:
        assert case.difference_percent is None
        return
    assert case.difference_percent is not None
    exact = Fraction(100 * (after - before), before)
    assert abs(Fraction(case.difference_percent) - exact) <= Fraction(1, 20)
    assert -case.difference_percent.as_tuple().exponent == 1  # type: ignore[operator] # finite


def test_half_a_tenth_is_rounded_away_from_zero() -> None:
    assert repriced(2_000, 2_001).difference_percent == Decimal("0.1")
    assert repriced(2_000, 1_999).difference_percent == Decimal("-0.1")


@pytest.mark.parametrize(("before", "after"), [(None, 5), (5, None), (None, None)])
def test_there_is_no_difference_without_both_prices(before: int | None, after: int | None) -> None:
    assert repriced(before, after).difference_pence is None
    assert repriced(before, after).difference_percent is None


@given(st.lists(st.tuples(st.none() | PENCE, st.none() | PENCE)))
def test_the_totals_are_sums_of_the_cases_and_every_case_is_counted_once(
    prices: list[tuple[int | None, int | None]],
) -> None:
    cases = [repriced(*pair, f"DFG-{n}") for n, pair in enumerate(prices)]
    totals = totals_of(cases)
    assert sum(totals.counts.values()) == len(cases)
    assert totals.difference_pence == sum(case.difference_pence or 0 for case in cases)
    shown = in_order(cases)
    assert sorted(shown, key=id) == sorted(cases, key=id)
    differences = [case.difference_pence for case in shown]
    known = [difference for difference in differences if difference is not None]
    assert differences == [*sorted(known, reverse=True), *[None] * (len(cases) - len(known))]


LIMITS = Limits(
    authority="RBC",
    maximum_pence=30_000_00,
    permitted_pence=2_000_00,
    waived_pence=2_400_00,
    delegated_pence=10_000_00,
    headroom_pence=5_000_00,
    budget="the budget for 2026/27",
)
HOLDS = Claim(
    net_pence=2_000_00, total_pence=2_400_00, expense_pence=30_000_00, grant_pence=5_000_00
)


def test_a_limit_that_is_just_reached_is_not_passed() -> None:
    assert limits_passed(before=None, after=HOLDS, limits=LIMITS) == ()


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (
            Claim(2_000_00, 2_400_00, 30_000_01, 5_000_00),
            "the expense of £30,000.01 passes the maximum grant of £30,000.00 (s.33(4))",
        ),
        (
            Claim(2_000_01, 2_400_00, 30_000_00, 5_000_00),
            f"the net price of £2,000.01 passes the £2,000.00 {COVERED}",
        ),
        (
            Claim(2_000_00, 2_400_01, 30_000_00, 5_000_00),
            "the works of £2,400.01 pass the £2,400.00 that the waiver of the means test covers",
        ),
        (
            Claim(2_000_00, 2_400_00, 30_000_00, 5_000_01),
            "the grant of £5,000.01 is more than the £5,000.00 left in the budget for 2026/27",
        ),
    ],
)
def test_a_limit_passed_by_a_penny_is_said(after: Claim, words: str) -> None:
    assert limits_passed(before=HOLDS, after=after, limits=LIMITS) == (words,)
    assert limits_passed(before=None, after=after, limits=LIMITS) == (words,)
    assert limits_passed(before=after, after=after, limits=LIMITS) == (), "it is passed already"


def test_a_grant_that_nobody_may_approve_is_said() -> None:
    limits = Limits("RBC", maximum_pence=30_000_00, delegated_pence=10_000_00)
    assert limits_passed(before=HOLDS, after=Claim(1, 1, 1, 10_000_01), limits=limits) == (
        "the grant of £10,000.01 is above £10,000.00, the highest limit held in RBC (s.34)",
    )


@given(CLAIMS, CLAIMS)
def test_a_price_that_rises_in_nothing_passes_nothing(one: Claim, other: Claim) -> None:
    lower = Claim(
        min(one.net_pence, other.net_pence),
        min(one.total_pence, other.total_pence),
        min(one.expense_pence, other.expense_pence),
        min(one.grant_pence, other.grant_pence),
    )
    assert limits_passed(before=one, after=lower, limits=LIMITS) == ()


def test_a_case_that_has_no_limit_passes_none() -> None:
    dear = Claim(10**9, 10**9, 10**9, 10**9)
    (only,) = limits_passed(before=None, after=dear, limits=Limits("RBC", 30_000_00))
    assert "s.33(4)" in only


@pytest.mark.parametrize(
    ("standing", "words"),
    [
        ({}, ""),
        ({"ended": True, "decided": True}, "the case has ended"),
        ({"priced": False}, "it has no price yet, and will be priced as things stand then"),
        ({"decided": True}, "its grant is decided, and what it was decided on stands (s.34(5))"),
        (
            {"decided": True, "offered": True},
            "its works are offered or ordered, and what was agreed stands",
        ),
        ({"quotes": True}, "its price comes from quotes, and they stand"),
    ],
)
def test_what_keeps_its_price_and_why(standing: dict[str, bool], words: str) -> None:
    assert why_left(**(OPEN | standing)) == words


@pytest.mark.parametrize(
    ("replaced", "words"),
    [
        ({"TRAY": "TRAY"}, "TRAY would be replaced by itself"),
        ({"A": "B", "B": "C"}, "A would be replaced by B, which is itself to be replaced"),
        ({"A": " "}, "a code is empty"),
        ({"": "B"}, "a code is empty"),
    ],
)
def test_replacements_that_cannot_be_meant_are_refused(
    replaced: dict[str, str], words: str
) -> None:
    with pytest.raises(InvalidDecisionError, match=words):
        Selection(replaced=replaced)


def test_a_selection_is_kept_and_read_again() -> None:
    selection = Selection(("RBC",), "SHOWERS", "BASE", ("DFG-1", "DFG-2"), {"A": "B"})
    assert selection_from(selection.plain(), replaced={"A": "B"}) == selection


def test_a_code_is_replaced_only_where_the_units_agree() -> None:
    lines = [(1, "TRAY", "each"), (2, "TILE", "m2"), (3, "RAIL", "each")]
    said = units_disagree(
        lines=lines,
        units={"TRAY2": "each", "TILE2": "m"},
        replaced={"TRAY": "TRAY2", "TILE": "TILE2"},
    )
    assert said == ("line 2 is TILE per m2, and TILE2 is per m",)
