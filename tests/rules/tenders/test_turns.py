"""Whose turn it is, said before any works are in hand."""

from __future__ import annotations

from datetime import date

import pytest

from rules.tenders.awards import LOWEST_PRICE, MINI_COMPETITION, RANKED, ROTATION, Bidder, Ledger
from rules.tenders.turns import CASE_BY_CASE, turn_order

TODAY = date(2026, 6, 1)
LEDGER = {"A": Ledger(160_000, 1, date(2026, 5, 4), 1)}
MEMBERS = (
    Bidder("A", 1, 0, 0, ()),
    Bidder("B", 2, 0, 0, ()),
    Bidder("C", 3, 0, 0, ("it is suspended",)),
)

COMPETING = {
    LOWEST_PRICE: "The lowest total for the works in hand comes first; of equal totals B does:",
    MINI_COMPETITION: (
        "Each mini-competition is awarded by an officer; of equal scores B comes first:"
    ),
}


@pytest.mark.parametrize(
    ("rule", "first", "words"),
    [
        (ROTATION, "B", "B is next: no turn since 1 April 2026."),
        (RANKED, "A", "A is next: rank 1 in the lot."),
        (
            LOWEST_PRICE,
            "B",
            f"{COMPETING[LOWEST_PRICE]} no turn since 1 April 2026.",
        ),
        (
            MINI_COMPETITION,
            "B",
            f"{COMPETING[MINI_COMPETITION]} no turn since 1 April 2026.",
        ),
    ],
)
def test_who_is_next_and_why_is_said_by_the_lot_s_rule(rule: str, first: str, words: str) -> None:
    found = turn_order(rule=rule, members=MEMBERS, ledger=LEDGER, on=TODAY)
    assert (found.first, found.words) == (first, f"{words} {CASE_BY_CASE}")
    assert {place.contractor: place.reasons for place in found.placings} == {
        "A": (),
        "B": (),
        "C": ("it is suspended",),
    }


def test_nobody_is_next_where_nobody_can_be_offered_anything() -> None:
    members = (Bidder("A", None, 0, 0, ()), Bidder("B", 1, 0, 0, ("it is suspended",)))
    found = turn_order(rule=RANKED, members=members, ledger={}, on=TODAY)
    assert found.first is None
    assert "A: it has no rank in the lot. B: it is suspended." in found.words
    assert [place.explanation for place in found.placings] == [
        "Not offered: it has no rank in the lot.",
        "Not offered: it is suspended.",
    ]


def test_an_empty_lot_has_nobody_next() -> None:
    found = turn_order(rule=ROTATION, members=(), ledger={}, on=TODAY)
    assert found.first is None
    assert "The lot has no contractors." in found.words
