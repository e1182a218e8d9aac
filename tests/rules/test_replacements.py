"""What is left of works line by line, and what a part of them costs."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.competitions.competition import part_of
from rules.documents.items import Item
from rules.grants.payers import Cover, PayerHow, Share
from rules.replacements import left_undone, wrongly_left

WORKS = {1: Decimal(1), 2: Decimal(10), 3: Decimal(2)}
PACKAGE: Final[dict[Item, tuple[int, ...]]] = {"A": (1, 2), "B": (2,), "C": (3,)}
"""A package covers lines 1 and 2, B adds some of line 2, C is line 3."""
DONE: Final[list[Item]] = ["A"]
NOT_DONE: Final[list[Item]] = ["B", "C"]


def left(said: dict[int, Decimal]) -> tuple[list[str], dict[int, Decimal]]:
    """Return what is wrong with what is said to be left, and what is left by it."""
    wrong = wrongly_left(WORKS, covers=PACKAGE, done=DONE, not_done=NOT_DONE, said=said)
    return list(wrong), left_undone(WORKS, covers=PACKAGE, done=DONE, not_done=NOT_DONE, said=said)


def test_what_is_settled_by_its_items_is_left_or_not_and_the_rest_has_to_be_said() -> None:
    (missing,), _ = left({})
    assert missing.startswith("Say how much is left to do of line 2,")
    said = {2: Decimal("1.5")}
    assert left(said) == ([], {2: Decimal("1.5"), 3: Decimal(2)})


@pytest.mark.parametrize("much", ["-1", "10.01", "NaN", "0.00000000000000000001"])
def test_no_more_is_left_than_there_is_and_nothing_odd(much: str) -> None:
    wrong, _ = left({2: Decimal(much)})
    assert wrong == [f"Line 2: 0 to 10 is left, not {Decimal(much)}."]


@given(
    pence=st.integers(0, 10**9),
    share=st.decimals(0, 1000, places=3),
    of=st.decimals(1, 1000, places=3),
)
def test_a_part_of_a_quote_is_its_part_to_the_nearest_penny(
    pence: int, share: Decimal, of: Decimal
) -> None:
    found = part_of(pence, left=min(share, of), of=of)
    assert 0 <= found <= pence
    assert abs(found * of - pence * min(share, of)) <= of / 2
    assert part_of(pence, left=of, of=of) == pence


def test_a_cover_less_what_was_paid_leaves_what_is_open_as_it_was() -> None:
    shares = (Share("client", PayerHow.DIRECT, 200), Share("Oak", PayerHow.RECEIVED, 100))
    cover = Cover(cost_pence=1_000, grant_pence=600, top_up_pence=50, shares=shares)
    after = cover.less(total_pence=300, direct_pence=80, grant_pence=180)
    assert after.open_pence == cover.open_pence == 50
    assert (after.direct_pence, after.held_pence) == (120, 530)
