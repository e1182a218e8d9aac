"""HEART's contributions by the formula, and what holds of any partnership's."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import InvalidTermsError
from rules.partnership.agreed import Agreed, FeeTerm, Partner, Stream
from rules.partnership.contributions import OfPartner, contributions
from rules.partnership.workings import capital_words, of_partner, residual_words, ties
from tests.rules.partnership.heart import HALF, agreed, partner

sums = st.integers(0, 5_000_000)
terms = st.builds(FeeTerm, st.sampled_from([Decimal(0), Decimal("6.25"), Decimal(20)]), sums)
partners = st.lists(
    st.builds(lambda code, one, two: partner(code, one, None, two), st.text("ABC"), sums, sums),
    min_size=1,
    unique_by=lambda one: one.code,
).filter(lambda found: any(one.capital_pence for one in found))


def test_what_the_formula_makes_of_hearts_year() -> None:
    found = contributions(agreed())
    by = {one.partner.code: one for one in found.partners}
    assert {code: one.fee_pence for code, one in by.items()} == {
        "NBBC": 132_501_50,
        "NWBC": 52_970_75,
        "RBC": 47_400_63,
        "SDC": 32_358_25,
        "WDC": 88_443_13,
    }
    assert (found.fees_pence, found.residual_pence) == (353_674_26, 148_171_74)
    assert [one.total_pence for one in found.partners] == [
        182_075_66,
        72_789_25,
        68_876_52,
        56_571_30,
        121_533_27,
    ]
    assert [one.whole_percent for one in found.partners] == [34, 13, 15, 16, 22]
    assert sum(one.plain_percent for one in found.partners) == 98
    assert found.total_pence == 1_185_243_00


def test_each_figure_is_led_back_to_its_arithmetic() -> None:
    found = contributions(agreed())
    rugby, stratford = found.partners[2:4]
    assert dict(of_partner(found, rugby)) == {
        "Capital": "£274,508.00 + £75,492.00 + £109,205.00 = £459,205.00",
        "Share": "£459,205.00 is 14.49 % of £3,168,260.00",
        "Fee": "12.5 % of £459,205.00 less £10,000.00 = £47,400.63 (less £10,000)",
        "Residual": "£148,171.74 × £459,205.00 ÷ £3,168,260.00 = £21,475.89",
        "Contribution": "£47,400.63 + £21,475.89 = £68,876.52",
        "Quarters": "£17,219.13 + £17,219.13 + £17,219.13 + £17,219.13 = £68,876.52",
    }
    assert capital_words(stratford.partner).endswith("= £517,732.00; not recorded: local capital")
    assert residual_words(found) == (
        "Budget £1,185,243.00 − fixed contributions £683,397.00 − fees £353,674.26 = £148,171.74"
    )
    assert not list(ties(found))


def test_ties_are_told() -> None:
    equal = agreed(partners=(partner("B", 1), partner("A", 1), partner("C", 1)), exceptions={})
    told = list(ties(contributions(equal)))
    assert told[0] == (
        "Equal remainders of whole per cent: A, B and C are served in the order of their codes."
    )


def test_a_surplus_is_given_back_in_the_same_proportion() -> None:
    found = contributions(_rich())
    assert found.residual_pence < 0
    assert all(one.residual_pence < 0 for one in found.partners)
    assert residual_words(found).endswith("a surplus that is given back")
    assert found.total_pence == found.agreed.budget_pence


def _rich() -> Agreed:
    return replace(agreed(), lines=agreed().lines[:1], exceptions={})


def test_what_is_not_recorded_is_named_all_at_once_and_is_not_nothing() -> None:
    nothing = agreed(lines=(), partners=(), fee=None, exceptions={}, fixed=())
    assert nothing.missing() == ("no line of its budget", "no partner’s capital")
    gap = agreed(fee=None, exceptions={"A": HALF}, partners=(partner("A"), partner("B", 0)))
    with pytest.raises(InvalidTermsError) as refused:
        contributions(gap)
    assert refused.value.what == (
        "The contributions to HEART, 2016-17 cannot be worked out: there is no capital of A, no "
        "capital above nothing and no fee of B on record."
    )


@given(partners, terms, sums, sums)
def test_contributions_make_the_budget_whoever_comes_first(
    found: list[Partner], term: FeeTerm, staffing: int, fixed: int
) -> None:
    lines = (replace(agreed().lines[0], amount_pence=staffing),)
    funders = (replace(agreed().fixed[0], amount_pence=fixed),)
    given = agreed(lines=lines, fixed=funders, partners=tuple(found), fee=term, exceptions={})
    one = contributions(given)
    assert one.total_pence == staffing
    assert sum(each.whole_percent for each in one.partners) == 100
    assert sum(each.share for each in one.partners) == 1
    assert all(sum(each.quarters) == each.total_pence for each in one.partners)
    assert all(each.fee_pence >= 0 for each in one.partners)
    turned = replace(given, partners=tuple(reversed(found)))
    assert contributions(turned).partners == one.partners


@given(partners, st.sampled_from([Decimal(0), Decimal("12.5")]), st.integers(1, 5_000_000))
def test_more_capital_never_lowers_a_share(found: list[Partner], rate: Decimal, more: int) -> None:
    first, *others = found
    richer = replace(first, capital={**first.capital, Stream.LOCAL: more})
    given = agreed(partners=tuple(found), fee=FeeTerm(rate), exceptions={})
    before = _of(given, first.code)
    after = _of(replace(given, partners=(richer, *others)), first.code)
    assert after.share >= before.share
    assert after.whole_percent >= before.whole_percent
    assert after.fee_pence >= before.fee_pence


def _of(given: Agreed, code: str) -> OfPartner:
    return next(one for one in contributions(given).partners if one.partner.code == code)


@given(partners, st.sampled_from([Decimal(0), Decimal(5), Decimal("12.5")]))
def test_without_exceptions_the_rate_of_the_fee_moves_no_more_than_pennies(
    found: list[Partner], rate: Decimal
) -> None:
    given = agreed(partners=tuple(found), fee=FeeTerm(rate), exceptions={})
    none = replace(given, fee=FeeTerm(Decimal(0)))
    sums = zip(contributions(given).partners, contributions(none).partners, strict=True)
    assert all(abs(one.total_pence - two.total_pence) <= len(found) for one, two in sums)
