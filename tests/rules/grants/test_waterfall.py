"""The waterfall of a grant: every line in its place, adding up to the penny, kept as it was."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from rules.grants.arithmetic import Arithmetic
from rules.grants.funding import FundingKind
from rules.grants.grant import (
    MAXIMUM_PENCE,
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


@given(net=PENCE, vat=PENCE, items=ITEMS, means=MEANS)
def test_a_waterfall_adds_up_to_the_penny(
    net: int, vat: int, items: list[FundingItem], means: MeansTest
) -> None:
    """Reckoned again here from the items alone, step by step, in a way of its own."""
    for arithmetic in Arithmetic:
        each = reckon(net_pence=net, vat_pence=vat, items=items, means=means, arithmetic=arithmetic)
        assert faults(each.lines) == ()
    found = reckon(
        net_pence=net,
        vat_pence=vat,
        items=items,
        means=means,
        arithmetic=Arithmetic.OTHERS_FIRST,
    )
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
        arithmetic=Arithmetic.OTHERS_FIRST,
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
        arithmetic=Arithmetic.OTHERS_FIRST,
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
