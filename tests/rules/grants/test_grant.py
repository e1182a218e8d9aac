"""The grant, its waterfall and the charge: sums that add up, within what the Act allows."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.grants.budgets import BudgetLeft, financial_year, year_words
from rules.grants.funding import FundingKind
from rules.grants.grant import (
    MAXIMUM_PENCE,
    charge_pence,
    grant_for,
    is_child,
    limited_less_contribution,
)
from rules.grants.waterfall import (
    CHARGES,
    FundingItem,
    LineKind,
    MeansTest,
    Part,
    Waterfall,
    WaterfallLine,
    faults,
    from_plain,
    reckon,
    sum_of,
    to_plain,
)

PENCE = st.integers(0, 100_000_00)
TENANTS = ("private_tenant", "rp_tenant", "council_tenant", "licensee")
ITEMS = st.lists(
    st.builds(
        FundingItem,
        st.sampled_from(FundingKind),
        st.sampled_from(("Agency", "Oak Homes", "A charity")),
        st.integers(1, 50_000_00),
    ),
    max_size=6,
)
MEANS = st.builds(
    MeansTest, PENCE, st.sampled_from(("", "Small works, up to £5,000")), st.booleans()
)


def item(kind: FundingKind, pounds: int, description: str = "somebody") -> FundingItem:
    return FundingItem(kind, description, pounds * 100)


def of_kind(items: list[FundingItem], *kinds: FundingKind) -> int:
    return sum(item.amount_pence for item in items if item.kind in kinds)


def line(waterfall: Waterfall, part: Part, kind: LineKind) -> WaterfallLine:
    (found,) = (one for one in waterfall.lines if (one.part, one.kind) == (part, kind))
    return found


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
    found = limited_less_contribution(
        expense_pence=40_000_00, contribution_pence=5_000_00, maximum_pence=MAXIMUM_PENCE
    )
    assert found == (10_000_00, 5_000_00, 25_000_00)
    grant = grant_for(net_pence=40_000_00, contribution_pence=5_000_00)
    assert grant.grant_pence == 25_000_00
    assert grant.own_contribution_pence + grant.uncovered_pence == 15_000_00


def test_what_others_put_in_comes_off_before_the_maximum() -> None:
    grant = grant_for(net_pence=35_000_00, funders_pence=5_000_00)
    assert (grant.over_maximum_pence, grant.grant_pence) == (0, 30_000_00)


def test_others_never_put_in_more_than_the_works_cost() -> None:
    grant = grant_for(net_pence=900_00, funders_pence=1_000_00, contribution_pence=50_00)
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


@given(works=PENCE, fees=PENCE, funders=PENCE, contribution=PENCE, waived=st.booleans())
def test_the_figures_of_a_grant_always_add_up(
    works: int, fees: int, funders: int, contribution: int, *, waived: bool
) -> None:
    grant = grant_for(
        net_pence=works,
        fees_pence=fees,
        funders_pence=funders,
        contribution_pence=contribution,
        waived=waived,
    )
    assert grant.expense_pence == works + fees
    assert (
        grant.grant_pence
        + grant.contribution_pence
        + grant.funders_pence
        + grant.over_maximum_pence
        == grant.expense_pence
    )
    assert 0 <= grant.grant_pence <= MAXIMUM_PENCE == grant.maximum_pence
    assert 0 <= grant.contribution_pence <= (0 if waived else contribution)
    assert 0 <= grant.funders_pence <= funders
    assert grant.over_maximum_pence == max(0, works + fees - grant.funders_pence - MAXIMUM_PENCE)


# ---- the waterfall


@given(net=PENCE, vat=PENCE, items=ITEMS, means=MEANS)
def test_a_waterfall_adds_up_to_the_penny(
    net: int, vat: int, items: list[FundingItem], means: MeansTest
) -> None:
    """Reckoned again here from the items alone, step by step, in a way of its own."""
    found = reckon(net_pence=net, vat_pence=vat, items=items, means=means)
    assert faults(found.lines) == ()
    expense = net + vat + of_kind(items, FundingKind.FEE, FundingKind.ANCILLARY)
    others = min(expense, of_kind(items, FundingKind.PROVIDER, FundingKind.OTHER_FUNDER))
    limited = min(expense - others, MAXIMUM_PENCE)
    taken_off = 0 if means.waiver else min(means.contribution_pence, limited)
    above = expense - others - limited
    top_up = min(above, of_kind(items, FundingKind.TOP_UP))
    own_help = min(taken_off, of_kind(items, FundingKind.CONTRIBUTION_TOP_UP))
    assert sum_of(found.lines, Part.COST) == sum_of(found.lines, Part.SHARES) == expense
    assert sum_of(found.lines, Part.GRANT, LineKind.FUNDER) == -others
    assert sum_of(found.lines, Part.GRANT, LineKind.OVER_MAXIMUM) == -above
    assert sum_of(found.lines, Part.GRANT, LineKind.CONTRIBUTION) == -taken_off
    assert sum_of(found.lines, Part.SHARES, LineKind.GRANT) == limited - taken_off
    assert sum_of(found.lines, Part.SHARES, LineKind.FUNDER) == others
    assert sum_of(found.lines, Part.SHARES, LineKind.TOP_UP) == top_up + own_help
    assert sum_of(found.lines, Part.SHARES, LineKind.CONTRIBUTION) == taken_off - own_help
    assert sum_of(found.lines, Part.SHARES, LineKind.OVER_MAXIMUM) == above - top_up
    assert found.grant.grant_pence == limited - taken_off


@given(net=PENCE, vat=PENCE, items=ITEMS, means=MEANS)
def test_a_waterfall_is_kept_and_read_back_as_it_was(
    net: int, vat: int, items: list[FundingItem], means: MeansTest
) -> None:
    lines = reckon(net_pence=net, vat_pence=vat, items=items, means=means).lines
    assert from_plain(json.loads(json.dumps(to_plain(lines)))) == lines


@given(items=ITEMS, means=MEANS, data=st.data())
def test_a_waterfall_that_is_a_penny_out_anywhere_is_found(
    items: list[FundingItem], means: MeansTest, data: st.DataObject
) -> None:
    lines = list(reckon(net_pence=31_000_00, vat_pence=1, items=items, means=means).lines)
    where = data.draw(st.integers(0, len(lines) - 1))
    out = data.draw(st.sampled_from(("amount_pence", "running_pence")))
    lines[where] = replace(lines[where], **{out: getattr(lines[where], out) + 1})
    assert faults(lines)


def test_a_waterfall_without_its_totals_or_out_of_order_is_found() -> None:
    lines = reckon(net_pence=100_00, vat_pence=0, items=[], means=MeansTest()).lines
    assert faults(lines[:-1]) == ("Its part “shares” does not end in one total.",)
    assert faults(()) != ()
    mixed = [
        one for part in (Part.SHARES, Part.COST, Part.GRANT) for one in lines if one.part is part
    ]
    assert faults(mixed) == ("Its parts are not in order.",)
    swapped = [
        replace(one, amount_pence=1)
        if (one.part, one.kind) == (Part.SHARES, LineKind.GRANT)
        else one
        for one in lines
    ]
    assert "The grant among those who pay is another." in faults(swapped)


def test_every_kind_of_line_is_printed_in_its_place() -> None:
    found = reckon(
        net_pence=34_000_00,
        vat_pence=1_000_00,
        items=[
            item(FundingKind.PROVIDER, 2_000, "Oak Homes"),
            item(FundingKind.FEE, 850, "Agency fee"),
            item(FundingKind.ANCILLARY, 150, "Building control"),
            item(FundingKind.TOP_UP, 3_000, "Rugby’s hardship fund"),
            item(FundingKind.CONTRIBUTION_TOP_UP, 200, "Help with the contribution"),
        ],
        means=MeansTest(contribution_pence=500_00),
    )
    said = [(one.label, one.amount_pence, one.running_pence) for one in found.lines]
    assert said == [
        ("Eligible works, without VAT", 34_000_00, 34_000_00),
        ("VAT on the works", 1_000_00, 35_000_00),
        ("Agency fee", 850_00, 35_850_00),
        ("Building control", 150_00, 36_000_00),
        ("Cost we accept (“the estimated expense”)", 0, 36_000_00),
        ("Less: paid by Oak Homes", -2_000_00, 34_000_00),
        ("Less: cost above the maximum grant of £30,000.00", -4_000_00, 30_000_00),
        ("Less: your contribution, from the means test", -500_00, 29_500_00),
        ("Your grant", 0, 29_500_00),
        ("The grant", 29_500_00, 29_500_00),
        ("Oak Homes", 2_000_00, 31_500_00),
        ("Rugby’s hardship fund", 3_000_00, 34_500_00),
        ("Help with the contribution", 200_00, 34_700_00),
        ("Your contribution", 300_00, 35_000_00),
        ("Above the maximum grant, still to be found", 1_000_00, 36_000_00),
        ("Cost we accept", 0, 36_000_00),
    ]


def test_funders_pay_in_order_and_only_what_is_needed() -> None:
    found = reckon(
        net_pence=1_000_00,
        vat_pence=0,
        items=[
            item(FundingKind.OTHER_FUNDER, 800, "A charity"),
            item(FundingKind.PROVIDER, 900, "Oak Homes"),
            item(FundingKind.OTHER_FUNDER, 100, "Another"),
        ],
        means=MeansTest(),
    )
    paid = [(one.label, one.amount_pence) for one in found.lines if one.kind is LineKind.FUNDER]
    assert paid[2:] == [("A charity", 800_00), ("Oak Homes", 200_00)]


def test_no_charges_and_no_contribution_are_said_in_words() -> None:
    plain = reckon(net_pence=900_00, vat_pence=0, items=[], means=MeansTest())
    charge = line(plain, Part.COST, LineKind.CHARGE)
    assert (charge.label, charge.amount_pence) == (CHARGES, 0)
    assert line(plain, Part.GRANT, LineKind.CONTRIBUTION).basis == "section 30"
    waived = reckon(
        net_pence=900_00, vat_pence=0, items=[], means=MeansTest(500_00, waiver="Small works")
    )
    told = line(waived, Part.GRANT, LineKind.CONTRIBUTION)
    assert (told.amount_pence, told.basis) == (0, "Small works")
    assert told.label == "Your contribution: nothing, the means test is waived"
    child = reckon(net_pence=900_00, vat_pence=0, items=[], means=MeansTest(child=True))
    told = line(child, Part.GRANT, LineKind.CONTRIBUTION)
    assert "no means test for a child" in told.label
    assert told.basis == "Housing Renewal Grants Regulations 1996, regulation 5"


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
