"""A grant in proportion to what the works came to (s.42): to the penny, whoever pays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.grants.payers import Cover, PayerHow, Share
from rules.grants.proportion import Proportion, words_of

pence = st.integers(0, 4_000_000)


def test_the_example_of_a_grant_beside_a_contribution() -> None:
    found = Proportion(40_000_00, 36_000_00, 25_000_00)
    assert found.grant_pence == 22_500_00
    assert found.working == "£25,000.00 × £36,000.00 ÷ £40,000.00 = £22,500.00"
    assert words_of(found, reduced=True) == (
        "The works, fees and charges came to £36,000.00; £40,000.00 was approved. The grant is "
        "reduced in proportion (s.42): £25,000.00 × £36,000.00 ÷ £40,000.00 = £22,500.00."
    )
    assert "not decided" in words_of(found, reduced=None)
    assert "leave the grant as approved" in words_of(found, reduced=False)


def test_nothing_is_said_where_the_grant_pays_all_of_it() -> None:
    assert words_of(Proportion(100, 90, 100), reduced=None) == ""
    assert words_of(None, reduced=None) == ""


@pytest.mark.parametrize("outturn", [-1, 100, 101])
def test_an_out_turn_that_is_no_less_is_no_proportion(outturn: int) -> None:
    with pytest.raises(ValueError, match="is no less than"):
        Proportion(100, outturn, 50)


@given(grant=pence, top_up=pence, sums=st.lists(pence, max_size=4), data=st.data())
def test_everybody_together_pays_the_out_turn(
    grant: int, top_up: int, sums: list[int], data: st.DataObject
) -> None:
    whole = grant + top_up + sum(sums)
    if not whole:
        return
    outturn = data.draw(st.integers(0, whole - 1))
    shares = tuple(Share(f"payer {n}", PayerHow.DIRECT, one) for n, one in enumerate(sums))
    cover = Cover(cost_pence=whole, grant_pence=grant, top_up_pence=top_up, shares=shares)
    found = cover.in_proportion(Proportion(whole, outturn, grant))
    assert found.cost_pence == outturn
    assert found.grant_pence + found.top_up_pence + found.agreed_pence == outturn
    assert found.open_pence == 0
    assert 0 <= found.grant_pence <= grant
    for before, after in zip(shares, found.shares, strict=True):
        assert 0 <= after.amount_pence <= before.amount_pence
