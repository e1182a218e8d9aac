"""The grant and the charge: sums that add up, within what the Act allows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.grant import MAXIMUM_PENCE, charge_pence, grant_for

PENCE = st.integers(0, 100_000_00)
TENANTS = ("private_tenant", "rp_tenant", "council_tenant", "licensee")


def test_the_grant_is_the_works_and_the_fees() -> None:
    grant = grant_for(works_pence=5_000_00, fees_pence=350_00, contribution_pence=0)
    assert grant.grant_pence == grant.expense_pence == 5_350_00
    assert grant.over_maximum_pence == 0


def test_the_contribution_reduces_it() -> None:
    grant = grant_for(works_pence=5_000_00, fees_pence=0, contribution_pence=1_200_50)
    assert grant.grant_pence == 3_799_50


def test_a_contribution_above_the_expense_leaves_no_grant_and_no_debt() -> None:
    grant = grant_for(works_pence=800_00, fees_pence=0, contribution_pence=1_000_00)
    assert (grant.contribution_pence, grant.grant_pence) == (800_00, 0)


def test_the_maximum_is_applied_before_the_contribution() -> None:
    grant = grant_for(works_pence=34_000_00, fees_pence=1_000_00, contribution_pence=2_000_00)
    assert grant.over_maximum_pence == 5_000_00
    assert grant.grant_pence == 28_000_00


def test_another_maximum_may_be_given() -> None:
    grant = grant_for(
        works_pence=40_000_00, fees_pence=0, contribution_pence=0, maximum_pence=36_000_00
    )
    assert grant.grant_pence == 36_000_00


@given(works=PENCE, fees=PENCE, contribution=PENCE)
def test_the_figures_of_a_grant_always_add_up(works: int, fees: int, contribution: int) -> None:
    grant = grant_for(works_pence=works, fees_pence=fees, contribution_pence=contribution)
    assert grant.expense_pence == works + fees
    assert (
        grant.grant_pence + grant.contribution_pence + grant.over_maximum_pence
        == grant.expense_pence
    )
    assert 0 <= grant.grant_pence <= MAXIMUM_PENCE == grant.maximum_pence
    assert 0 <= grant.contribution_pence <= contribution
    assert grant.over_maximum_pence == max(0, works + fees - MAXIMUM_PENCE)


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
