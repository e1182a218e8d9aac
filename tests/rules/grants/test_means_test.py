"""The means test: worked by hand, in slices, with capital, earlier grants and nobody to test."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.grants.means_test import (
    SHIPPED,
    Assessed,
    Basis,
    Means,
    Part,
    assess,
    faults,
    from_plain,
    to_plain,
)

APPLIED = date(2026, 6, 1)


def assessed(**known: Any) -> Assessed:
    values: dict[str, Any] = {
        "basis": Basis.OWNER,
        "income": {"state pension": 250_00},
        "allowances": {"single person": 200_00},
        "earlier": {},
    }
    means = Means(**(values | known))
    return assess(means=means, terms=SHIPPED, applied_on=APPLIED)


@pytest.mark.parametrize(
    ("basis", "excess", "contribution"),
    [
        (Basis.OWNER, 0, 0),
        (Basis.OWNER, 10_00, 188_50),  # 10 x 18.85
        (Basis.OWNER, 47_95, 903_86),  # 47.95 x 18.85 = 903.8575
        (Basis.OWNER, 50_00, 981_12),  # 903.86 + 2.05 x 37.69 = 77.2645
        (Basis.OWNER, 95_89, 2_710_72),  # 903.86 + 47.94 x 37.69 = 1,806.8586
        (Basis.OWNER, 100_00, 3_330_38),  # 2,710.72 + 4.11 x 150.77 = 619.6647
        (Basis.OWNER, 191_78, 17_168_06),  # 2,710.72 + 95.89 x 150.77 = 14,457.3353
        (Basis.TENANT, 10_00, 110_40),
        (Basis.TENANT, 50_00, 574_65),  # 47.95 x 11.04 = 529.368; 2.05 x 22.09 = 45.2845
    ],
)
def test_each_slice_of_the_excess_raises_its_loan(
    basis: Basis, excess: int, contribution: int
) -> None:
    found = assessed(basis=basis, income={"pension": 200_00 + excess})
    assert found.contribution_pence == contribution
    assert faults(found.lines) == ()


def test_capital_counts_a_pound_a_week_for_each_step_or_part_of_one() -> None:
    def tariff(pence: int, *, aged: bool) -> list[int]:
        lines = assessed(capital_pence=pence, aged_60=aged, income={}).lines
        return [line.amount_pence for line in lines if line.part is Part.INCOME]

    assert tariff(6_000_00, aged=False) == []
    assert tariff(6_000_01, aged=False) == [1_00]
    assert tariff(6_250_00, aged=False) == [1_00]
    assert tariff(6_250_01, aged=False) == [2_00]
    assert tariff(7_000_00, aged=True) == [2_00]


def test_earlier_grants_on_the_dwelling_reduce_it_for_ten_years_or_five() -> None:
    earlier = {date(2016, 6, 1): 100_00, date(2016, 5, 31): 999_00, date(2022, 1, 1): 50_00}
    assert assessed(earlier=earlier).contribution_pence == 981_12 - 150_00
    tenant = assessed(basis=Basis.TENANT, earlier=earlier)
    assert tenant.contribution_pence == 574_65 - 50_00
    assert assessed(earlier={date(2020, 1, 1): 5_000_00}).contribution_pence == 0
    assert assessed(earlier={APPLIED: 5_000_00}).contribution_pence == 981_12, "not an earlier one"


def test_a_grant_of_nothing_counts_only_if_its_works_were_done_satisfactorily() -> None:
    day = date(2020, 1, 1)
    assert assessed(earlier={day: 100_00}).contribution_pence == 981_12 - 100_00
    found = assessed(undone={day: 100_00})
    assert found.contribution_pence == 981_12
    (line,) = [one for one in found.lines if one.part is Part.EARLIER]
    assert (line.amount_pence, "not counted" in line.how) == (0, True)
    assert faults(found.lines) == ()


@pytest.mark.parametrize(
    "known", [{"basis": Basis.YOUNG_PERSON}, {"passported": "housing benefit"}]
)
def test_nobody_is_tested_who_must_not_be(known: dict[str, object]) -> None:
    (line,) = assessed(**known).lines
    assert (line.part, line.amount_pence) == (Part.CONTRIBUTION, 0)
    assert "reg. 5" in line.how or "housing benefit" in line.how


SUMS = st.dictionaries(st.text(min_size=1, max_size=5), st.integers(0, 900_00), max_size=4)


@given(
    income=SUMS,
    allowances=SUMS,
    capital=st.integers(0, 50_000_00),
    earlier=st.dictionaries(st.dates(date(2010, 1, 1), date(2027, 1, 1)), st.integers(0, 3_000_00)),
    basis=st.sampled_from([Basis.OWNER, Basis.TENANT]),
)
def test_whatever_the_means_the_sum_adds_up_and_more_income_never_lowers_it(
    income: dict[str, int],
    allowances: dict[str, int],
    capital: int,
    earlier: dict[date, int],
    basis: Basis,
) -> None:
    known = {"allowances": allowances, "capital_pence": capital, "earlier": earlier, "basis": basis}
    found = assessed(income=income, **known)
    assert faults(found.lines) == ()
    assert from_plain(to_plain(found.lines)) == found.lines
    assert found.contribution_pence >= 0
    more = assessed(income={**income, "another": 10_00}, **known)
    assert more.contribution_pence >= found.contribution_pence


def test_the_shipped_terms_are_not_said_to_be_verified_and_name_each_slice() -> None:
    assert not SHIPPED.verified
    assert len(SHIPPED.owner) == len(SHIPPED.tenant) == len(SHIPPED.bands_pence) + 1
    assert SHIPPED.owner[0] == Decimal("18.85")
