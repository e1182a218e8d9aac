"""Awards: the rules of turns, and a word on every contractor."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import NobodyEligibleError
from rules.tenders.awards import LOWEST_PRICE, RANKED, ROTATION, Award, Bidder, Placing, award
from tests.rules.tenders.turns import Turn, add_up

TODAY = date(2026, 3, 2)
APRIL = date(2025, 4, 1)
CODES = ("A", "B", "C", "D", "E")
RULES = (ROTATION, LOWEST_PRICE, RANKED)


def bid(contractor: str, total: int | None = 12_000, *reasons: str, rank: int | None = 1) -> Bidder:
    return Bidder(
        contractor=contractor,
        rank=rank,
        total_pence=total,
        net_pence=None if total is None else total * 5 // 6,
        reasons=reasons,
    )


def turn(contractor: str, net: int, on: date = date(2025, 6, 2), sequence: int = 1) -> Turn:
    return Turn(contractor=contractor, net_pence=net, offered_on=on, sequence=sequence)


def run(
    rule: str,
    bidders: list[Bidder],
    turns: list[Turn] | None = None,
    on: date = TODAY,
    **options: Any,
) -> Award:
    return award(rule=rule, bidders=bidders, ledger=add_up(turns or [], on=on), on=on, **options)


def placing(result: Award, contractor: str) -> Placing:
    (found,) = [one for one in result.placings if one.contractor == contractor]
    return found


def test_rotation_goes_first_by_value_not_by_count() -> None:
    turns = [turn("A", 100), turn("A", 100), turn("A", 100), turn("B", 301)]
    assert run(ROTATION, [bid("A"), bid("B")], turns).order == ("A", "B")


def test_rotation_goes_then_by_fewest_turns() -> None:
    turns = [turn("A", 150), turn("A", 150), turn("B", 300, date(2026, 2, 27))]
    assert run(ROTATION, [bid("A"), bid("B")], turns).order == ("B", "A")


def test_rotation_goes_then_by_the_last_turn_longest_ago() -> None:
    turns = [turn("A", 300, date(2025, 9, 1)), turn("B", 300, date(2025, 8, 31))]
    assert run(ROTATION, [bid("A"), bid("B")], turns).order == ("B", "A")
    same_day = [turn("A", 300, sequence=2), turn("B", 300, sequence=1)]
    assert run(ROTATION, [bid("A"), bid("B")], same_day).order == ("B", "A")


def test_rotation_goes_last_by_code() -> None:
    assert run(ROTATION, [bid("C"), bid("A"), bid("B")]).order == ("A", "B", "C")


def test_only_turns_since_1_april_count_but_older_ones_tell_whose_was_longest_ago() -> None:
    turns = [
        turn("A", 900_000, date(2025, 3, 31)),
        turn("B", 1, APRIL),
        turn("C", 900_000, date(2025, 3, 30)),
    ]
    assert run(ROTATION, [bid("A"), bid("B"), bid("C"), bid("D")], turns).order == (
        "D",  # never had a turn
        "C",
        "A",
        "B",
    )


@pytest.mark.parametrize(
    ("on", "order"),
    [
        (date(2025, 3, 31), ("B", "A")),  # A's turn in May 2024 is of this year
        (date(2025, 4, 1), ("A", "B")),  # a new year: only whose was longest ago
    ],
)
def test_the_count_begins_anew_on_1_april(on: date, order: tuple[str, ...]) -> None:
    turns = [turn("A", 500, date(2024, 5, 1)), turn("B", 400, date(2025, 3, 3))]
    assert run(ROTATION, [bid("A"), bid("B")], turns, on).order == order


def test_a_turn_on_1_april_is_of_the_new_year() -> None:
    turns = [turn("A", 500, APRIL), turn("B", 400, APRIL + timedelta(days=1))]
    assert run(ROTATION, [bid("A"), bid("B")], turns).order == ("B", "A")


def test_a_turn_after_the_day_of_the_award_is_not_yet_a_turn() -> None:
    turns = [turn("A", 500, TODAY + timedelta(days=1)), turn("B", 1, TODAY)]
    assert run(ROTATION, [bid("A"), bid("B")], turns).order == ("A", "B")


def test_turns_of_contractors_that_have_left_the_lot_change_nothing() -> None:
    assert run(ROTATION, [bid("A"), bid("B")], [turn("Z", 1)]).order == ("A", "B")


def test_the_lowest_total_is_offered_first_and_a_tie_goes_by_turns() -> None:
    bidders = [bid("A", 13_000), bid("B", 12_000), bid("C", 12_000)]
    result = run(LOWEST_PRICE, bidders, [turn("B", 1)])
    assert result.order == ("C", "B", "A")
    assert (result.highest_pence, result.lowest_pence) == (13_000, 12_000)
    assert "£120.00, the lowest total; shared" in placing(result, "B").explanation
    assert "1 turn worth £0.01 since 1 April 2025" in placing(result, "B").explanation
    assert placing(result, "A").explanation == ("Place 3: £130.00, £10.00 above the lowest total.")


def test_everybody_with_a_price_is_measured_against_the_highest_and_the_lowest_in_place() -> None:
    bidders = [
        bid("A", 13_000),
        bid("B", 12_000),
        bid("C", 11_000, "it is suspended"),
        bid("D", 14_500, "it is suspended"),
        bid("E", None),
    ]
    result = run(ROTATION, bidders)
    figures = {
        one.contractor: (one.saving_pence, one.above_lowest_pence) for one in result.placings
    }
    assert figures == {
        "A": (0, 1_000),
        "B": (1_000, 0),
        "C": (2_000, -1_000),
        "D": (-1_500, 2_500),
        "E": (None, None),
    }


def test_the_first_eligible_rank_is_offered_first_and_a_tie_goes_by_turns() -> None:
    bidders = [
        bid("A", 1_000, rank=3),
        bid("B", 9_000, rank=2),
        bid("C", 9_000, "it is suspended", rank=1),
        bid("D", 9_000, rank=3),
        bid("E", 9_000, rank=None),
    ]
    result = run(RANKED, bidders, [turn("A", 1)])
    assert result.order == ("B", "D", "A")
    assert placing(result, "B").explanation == "Place 1: rank 2 in the lot."
    assert "settled by turns" in placing(result, "D").explanation
    assert placing(result, "E").reasons == ("it has no rank in the lot",)


def test_explanations_of_rotation() -> None:
    turns = [
        turn("A", 150_000),
        turn("A", 50_000, date(2026, 2, 3)),
        turn("B", 1, date(2025, 3, 3)),
        turn("D", 250_000, date(2025, 12, 24)),
    ]
    result = run(ROTATION, [bid(code) for code in "ABCD"], turns)
    assert [one.explanation for one in result.placings] == [
        "Place 1: no turn since 1 April 2025.",
        "Place 2: no turn since 1 April 2025, the last on 3 March 2025.",
        "Place 3: 2 turns worth £2,000.00 since 1 April 2025, the last on 3 February 2026.",
        "Place 4: 1 turn worth £2,500.00 since 1 April 2025, the last on 24 December 2025.",
    ]


@pytest.mark.parametrize("rule", RULES)
def test_the_excluded_and_the_ineligible_are_placed_nowhere_with_all_reasons(rule: str) -> None:
    bidders = [bid("D"), bid("B", 10, "it is suspended", "it does not work in NW"), bid("A")]
    result = run(rule, bidders, excluded={"A": "it declined", "B": "it declined", "Z": "gone"})
    assert result.order == ("D",)
    assert [one.contractor for one in result.placings] == ["D", "A", "B"]
    nowhere = placing(result, "B")
    assert nowhere.place is None
    assert nowhere.total_pence == 10
    assert nowhere.reasons == ("it is suspended", "it does not work in NW", "it declined")
    assert nowhere.explanation == (
        "Not offered: it is suspended; it does not work in NW; it declined."
    )
    assert (result.highest_pence, result.lowest_pence) == (12_000, 12_000)


@pytest.mark.parametrize("rule", RULES)
def test_a_contractor_without_a_price_is_not_offered_the_works(rule: str) -> None:
    no_net = replace(bid("C"), net_pence=None)
    result = run(rule, [bid("A", None), bid("B"), no_net])
    assert result.order == ("B",)
    assert placing(result, "A").reasons == ("it has no price for these works",)
    assert placing(result, "C").reasons == ("it has no price for these works",)


@pytest.mark.parametrize("rule", RULES)
def test_nobody_eligible_names_every_contractors_reasons(rule: str) -> None:
    bidders = [bid("B", 1, "it is suspended"), bid("A", None), bid("C")]
    with pytest.raises(NobodyEligibleError) as refusal:
        run(rule, bidders, excluded={"C": "its offer lapsed"})
    assert refusal.value.why == (
        "A: it has no price for these works. B: it is suspended. C: its offer lapsed."
    )
    assert refusal.value.next_step


def test_an_empty_lot_says_so() -> None:
    with pytest.raises(NobodyEligibleError, match="The lot has no contractors"):
        run(ROTATION, [])


def test_a_mini_competition_is_not_awarded_by_a_rule() -> None:
    with pytest.raises(ValueError, match="awarded by an officer"):
        run("mini_competition", [bid("A")])


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="'cheapest' is not an award rule"):
        run("cheapest", [bid("A")])


def test_a_contractor_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="A is there more than once"):
        run(ROTATION, [bid("A"), bid("B"), bid("A")])


bidders_any = st.lists(
    st.builds(
        Bidder,
        contractor=st.sampled_from(CODES),
        rank=st.none() | st.integers(min_value=1, max_value=3),
        total_pence=st.none() | st.integers(min_value=1, max_value=5),
        net_pence=st.none() | st.integers(min_value=1, max_value=5),
        reasons=st.sampled_from([(), (), ("it is suspended",)]),
    ),
    min_size=1,
    unique_by=lambda bidder: bidder.contractor,
)
turns_any = st.lists(
    st.builds(
        Turn,
        contractor=st.sampled_from(CODES),
        net_pence=st.integers(min_value=1, max_value=3),
        offered_on=st.dates(min_value=date(2025, 3, 30), max_value=date(2025, 4, 4)),
        sequence=st.integers(min_value=1, max_value=20),
    ),
    max_size=12,
    unique_by=lambda turn: turn.sequence,
)


def in_rotation(contractor: str, turns: list[Turn]) -> tuple[object, ...]:
    """Rotation's order written again from the rule's sentence."""
    own = [turn for turn in turns if turn.contractor == contractor]
    year = [turn for turn in own if turn.offered_on >= APRIL]
    last = max(((turn.offered_on, turn.sequence) for turn in own), default=None)
    return (
        sum(turn.net_pence for turn in year),
        len(year),
        (0,) if last is None else (1, *last),
        contractor,
    )


@given(st.sampled_from(RULES), bidders_any, turns_any, st.randoms())
def test_the_order_is_the_rules_order_whatever_order_things_come_in(
    rule: str, bidders: list[Bidder], turns: list[Turn], random: Random
) -> None:
    def first(bidder: Bidder) -> int | None:
        return {ROTATION: 0, LOWEST_PRICE: bidder.total_pence, RANKED: bidder.rank}[rule]

    able = [
        bidder
        for bidder in bidders
        if not bidder.reasons
        and bidder.total_pence is not None
        and bidder.net_pence is not None
        and first(bidder) is not None
    ]
    if not able:
        with pytest.raises(NobodyEligibleError):
            run(rule, bidders, turns)
        return
    result = run(rule, bidders, turns)
    by_rule = sorted(able, key=lambda one: (first(one), in_rotation(one.contractor, turns)))
    assert result.order == tuple(bidder.contractor for bidder in by_rule)
    assert Counter(one.contractor for one in result.placings) == Counter(
        bidder.contractor for bidder in bidders
    )
    assert [one.place for one in result.placings if one.place] == list(range(1, len(able) + 1))
    assert all(one.explanation.endswith(".") for one in result.placings)
    assert all((one.place is None) == bool(one.reasons) for one in result.placings)
    shuffled = random.sample(bidders, len(bidders)), random.sample(turns, len(turns))
    assert run(rule, *shuffled) == result
