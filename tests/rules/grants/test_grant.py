"""The grant and the charge: sums that add up, within what the Act allows."""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.grants.arithmetic import Arithmetic, split
from rules.grants.budgets import BudgetLeft, financial_year, year_words
from rules.grants.grant import (
    MAXIMUM_PENCE,
    charge_pence,
    grant_for,
    is_child,
)

PENCE = st.integers(0, 100_000_00)
TENANTS = ("private_tenant", "rp_tenant", "council_tenant", "licensee")


# ---- the grant


def test_the_grant_is_the_works_their_vat_the_fees_and_the_charges() -> None:
    grant = grant_for(net_pence=4_000_00, vat_pence=800_00, fees_pence=350_00, ancillary_pence=1)
    assert grant.grant_pence == grant.expense_pence == 5_150_01
    assert (grant.works_pence, grant.charges_pence) == (4_800_00, 350_01)
    assert grant.headroom_pence == 24_849_99


def test_the_contribution_reduces_it() -> None:
    grant = grant_for(net_pence=5_000_00, contribution_pence=1_200_50)
    assert (grant.grant_pence, grant.own_contribution_pence) == (3_799_50, 1_200_50)


def test_a_contribution_above_the_expense_leaves_no_grant_and_no_debt() -> None:
    grant = grant_for(net_pence=800_00, contribution_pence=1_000_00)
    assert (grant.contribution_pence, grant.grant_pence) == (800_00, 0)


def test_a_waived_means_test_takes_nothing_off() -> None:
    grant = grant_for(net_pence=5_000_00, contribution_pence=1_200_50, waived=True)
    assert (grant.contribution_pence, grant.grant_pence) == (0, 5_000_00)


def test_the_maximum_is_applied_before_the_contribution() -> None:
    """The worked example that is published for applicants: £40,000 of works, £5,000 to pay."""
    found = split(
        Arithmetic.MAXIMUM_FIRST,
        expense_pence=40_000_00,
        funders_pence=0,
        contribution_pence=5_000_00,
        maximum_pence=MAXIMUM_PENCE,
    )
    assert (found.over_pence, found.contribution_pence) == (10_000_00, 5_000_00)
    assert found.grant_pence == 25_000_00
    assert grant_for(net_pence=28_000_00, contribution_pence=5_000_00).grant_pence == 23_000_00
    grant = grant_for(net_pence=40_000_00, contribution_pence=5_000_00)
    assert grant.grant_pence == 25_000_00
    assert grant.own_contribution_pence + grant.uncovered_pence == 15_000_00


@pytest.mark.parametrize(
    ("arithmetic", "grant", "own", "uncovered"),
    [
        (Arithmetic.MAXIMUM_FIRST, 25_000_00, 5_000_00, 4_000_00),
        (Arithmetic.OTHERS_FIRST, 25_000_00, 5_000_00, 4_000_00),
        (Arithmetic.CONTRIBUTION_FIRST, 30_000_00, 4_000_00, 0),
    ],
)
def test_an_authority_names_which_comes_first(
    arithmetic: Arithmetic, grant: int, own: int, uncovered: int
) -> None:
    found = grant_for(
        net_pence=40_000_00,
        funders_pence=6_000_00,
        contribution_pence=5_000_00,
        arithmetic=arithmetic,
    )
    assert (found.grant_pence, found.funders_pence) == (grant, 6_000_00)
    assert (found.own_contribution_pence, found.uncovered_pence) == (own, uncovered)


def test_what_others_put_in_takes_nothing_off_unless_an_authority_says_so() -> None:
    """It meets what is above the maximum first, and then the contribution; no more is counted."""
    known = partial(
        grant_for, net_pence=8_000_00, funders_pence=3_000_00, contribution_pence=1_000_00
    )
    grant = known()
    assert (grant.grant_pence, grant.funders_pence) == (7_000_00, 1_000_00)
    assert grant.own_contribution_pence == 0
    before = known(arithmetic=Arithmetic.OTHERS_FIRST)
    assert (before.grant_pence, before.funders_pence) == (4_000_00, 3_000_00)
    assert before.own_contribution_pence == 1_000_00


def test_ancillary_charges_are_inside_the_maximum() -> None:
    grant = grant_for(net_pence=29_500_00, ancillary_pence=400_00, fees_pence=300_00)
    assert (grant.grant_pence, grant.over_maximum_pence) == (30_000_00, 200_00)


def test_others_never_put_in_more_than_the_works_cost() -> None:
    grant = grant_for(
        net_pence=900_00,
        funders_pence=1_000_00,
        contribution_pence=50_00,
        arithmetic=Arithmetic.OTHERS_FIRST,
    )
    assert (grant.funders_pence, grant.contribution_pence, grant.grant_pence) == (900_00, 0, 0)


def test_a_top_up_covers_what_is_above_the_maximum_and_is_no_part_of_the_grant() -> None:
    grant = grant_for(net_pence=33_000_00, top_up_pence=5_000_00, contribution_pence=100_00)
    assert (grant.grant_pence, grant.top_up_pence, grant.uncovered_pence) == (
        29_900_00,
        3_000_00,
        0,
    )
    assert grant.own_contribution_pence == 100_00


def test_a_top_up_for_the_contribution_covers_nothing_else() -> None:
    grant = grant_for(
        net_pence=33_000_00, contribution_top_up_pence=5_000_00, contribution_pence=100_00
    )
    assert (grant.contribution_top_up_pence, grant.own_contribution_pence) == (100_00, 0)
    assert grant.uncovered_pence == 3_000_00


def test_another_maximum_may_be_given() -> None:
    grant = grant_for(net_pence=40_000_00, maximum_pence=36_000_00)
    assert grant.grant_pence == 36_000_00


@given(
    works=PENCE,
    fees=PENCE,
    funders=PENCE,
    contribution=PENCE,
    waived=st.booleans(),
    arithmetic=st.sampled_from(Arithmetic),
)
def test_the_figures_of_a_grant_always_add_up(
    works: int,
    fees: int,
    funders: int,
    contribution: int,
    *,
    waived: bool,
    arithmetic: Arithmetic,
) -> None:
    grant = grant_for(
        net_pence=works,
        fees_pence=fees,
        funders_pence=funders,
        contribution_pence=contribution,
        waived=waived,
        arithmetic=arithmetic,
    )
    assert grant.expense_pence == works + fees
    assert (
        grant.grant_pence + grant.contribution_pence + grant.off_pence + grant.over_maximum_pence
        == grant.expense_pence
    )
    assert 0 <= grant.grant_pence <= MAXIMUM_PENCE == grant.maximum_pence
    assert 0 <= grant.contribution_pence <= (0 if waived else contribution)
    assert 0 <= grant.funders_pence <= funders
    assert grant.own_contribution_pence >= 0
    assert grant.uncovered_pence >= 0
    assert (
        grant.grant_pence
        + grant.funders_pence
        + grant.own_contribution_pence
        + grant.uncovered_pence
        == grant.expense_pence
    )
    if arithmetic is not Arithmetic.CONTRIBUTION_FIRST:
        left = works + fees - grant.off_pence
        assert grant.over_maximum_pence == max(0, left - MAXIMUM_PENCE)


# ---- whose means count, and the year


@pytest.mark.parametrize(
    ("born", "child"),
    [
        (date(2008, 5, 2), True),
        (date(2008, 5, 1), False),
        (date(2008, 2, 29), False),
        (None, False),
    ],
)
def test_somebody_is_a_child_until_the_eighteenth_birthday(
    born: date | None, *, child: bool
) -> None:
    assert is_child(born=born, on=date(2026, 5, 1)) is child


@pytest.mark.parametrize(
    ("on", "year", "words"),
    [
        (date(2026, 3, 31), 2025, "2025-26"),
        (date(2026, 4, 1), 2026, "2026-27"),
        (date(2099, 12, 31), 2099, "2099-00"),
    ],
)
def test_a_financial_year_begins_on_1_april(on: date, year: int, words: str) -> None:
    assert (financial_year(on), year_words(year)) == (year, words)
    assert BudgetLeft(year, 500, 200).left_pence == 300


# ---- the charge


@pytest.mark.parametrize(
    ("grant", "charge"),
    [
        (0, 0),
        (5_000_00, 0),
        (5_000_01, 1),
        (9_876_54, 4_876_54),
        (15_000_00, 10_000_00),
        (30_000_00, 10_000_00),
    ],
)
def test_an_owner_is_charged_the_part_above_5000_and_at_most_10000(grant: int, charge: int) -> None:
    assert charge_pence(tenure="owner", grant_pence=grant) == charge


@given(tenure=st.sampled_from(TENANTS), grant=PENCE)
def test_nobody_but_an_owner_is_charged(tenure: str, grant: int) -> None:
    assert charge_pence(tenure=tenure, grant_pence=grant) == 0
