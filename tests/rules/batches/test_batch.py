"""Batch awards as rules: the bounds, the rule one by one, a good assignment, and the words."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.batches.obstacles import obstacles, relaxations
from rules.batches.one_by_one import one_by_one
from rules.batches.problem import Batch, Limits, broken, check_shares, cost, loads, make_batch
from rules.batches.search import greedy, improved
from rules.batches.words import compare, explanations, finding
from rules.errors import InvalidDecisionError
from rules.tenders.awards import LOWEST_PRICE, RANKED, Ledger
from tests.batches import ON, batch_of, batches, by_force

THREE = {
    "DFG-1": {"AVON": 439_000, "BRIAR": 415_000, "CEDAR": 421_000},
    "DFG-2": {"AVON": 430_000, "BRIAR": 400_000, "CEDAR": 450_000},
}
ONE_EACH = dict.fromkeys(("AVON", "BRIAR", "CEDAR"), Limits(orders=1))


# ---- what binds


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        ("-1", "100", "A least share is 0 to 100 per cent, with at most 2 decimal places, not -1."),
        ("0", "100.5", "A most share is 0 to 100"),
        ("0.001", "NaN", "not 0.001. A most share is 0 to 100"),
        ("30", "20", "The least share, 30 %, is above the most, 20 %."),
    ],
)
def test_shares_that_cannot_be_are_refused_all_at_once(least: str, most: str, words: str) -> None:
    with pytest.raises(InvalidDecisionError) as caught:
        check_shares(least_percent=Decimal(least), most_percent=Decimal(most))
    assert words in caught.value.what


def test_shares_may_be_anything_from_nothing_to_everything() -> None:
    for least, most in (("0", "100"), ("33.33", "33.33"), ("0", "0.01")):
        check_shares(least_percent=Decimal(least), most_percent=Decimal(most))


def test_every_bound_that_an_assignment_breaks_is_told_at_once() -> None:
    limits = {
        "AVON": Limits(orders=1, value_pence=500_000, most_percent=Decimal(50)),
        "BRIAR": Limits(least_percent=Decimal(10)),
    }
    assert broken(batch_of(THREE, limits=limits), {"DFG-1": "AVON", "DFG-2": "AVON"}) == (
        "AVON has room for 1 further order, not 2.",
        "AVON has room for works of £5,000.00, not £8,690.00.",
        "AVON would have more than 50 % of the value.",
        "BRIAR would have less than 10 % of the value.",
    )


def test_a_case_goes_to_somebody_that_may_do_it() -> None:
    batch = batch_of({"DFG-1": {"AVON": 1}, "DFG-2": {"BRIAR": 1}})
    assert broken(batch, {"DFG-1": "BRIAR"}) == (
        "BRIAR may not do the works of DFG-1.",
        "Nobody may not do the works of DFG-2.",
    )


def test_a_contractor_that_is_full_has_no_least_share() -> None:
    full = Limits(orders=0, least_percent=Decimal(20))
    small = Limits(value_pence=399_999, least_percent=Decimal(20))
    batch = batch_of(THREE, limits={"AVON": full, "BRIAR": small, "CEDAR": full})
    assert [limit.least_percent for limit in batch.limits.values()] == [0, 0, 0]


# ---- the rule, one by one


def test_rotation_counts_each_case_as_a_turn_for_the_next() -> None:
    ledger = {"BRIAR": Ledger(100, 1, ON, 7), "CEDAR": Ledger(200, 1, ON, 3)}
    cases = {f"DFG-{number}": {"AVON": 150, "BRIAR": 90, "CEDAR": 90} for number in range(1, 6)}
    # AVON 0 → 150; BRIAR 100 → 190; AVON 150 → 300; BRIAR 190 → 280; CEDAR 200
    assert list(one_by_one(batch_of(cases, ledger=ledger)).values()) == [
        *("AVON", "BRIAR", "AVON", "BRIAR", "CEDAR"),
    ]


def test_the_other_rules_take_the_cheapest_or_the_first_that_has_room() -> None:
    lowest = batch_of(THREE, rule=LOWEST_PRICE, limits=ONE_EACH)
    assert one_by_one(lowest) == {"DFG-1": "BRIAR", "DFG-2": "AVON"}
    assert one_by_one(batch_of(THREE, rule=RANKED)) == {"DFG-1": "AVON", "DFG-2": "AVON"}


def test_by_the_rule_a_case_may_find_nobody_with_room() -> None:
    batch = batch_of(
        {"DFG-1": {"AVON": 5, "BRIAR": 6}, "DFG-2": {"AVON": 5}},
        limits={"AVON": Limits(orders=1)},
        rule=LOWEST_PRICE,
    )
    assert one_by_one(batch) == {"DFG-1": "AVON", "DFG-2": None}
    assert greedy(batch) == {"DFG-1": "BRIAR", "DFG-2": "AVON"}


@given(batches())
def test_the_rule_one_by_one_never_passes_room(batch: Batch) -> None:
    given_out = one_by_one(batch)
    held = loads(batch, given_out)
    for code, limit in batch.limits.items():
        assert limit.orders is None or held[code].orders <= limit.orders
        assert limit.value_pence is None or held[code].net_pence <= limit.value_pence
    assert cost(batch, given_out) >= 0


# ---- a good assignment


@given(batches())
def test_a_good_assignment_keeps_every_bound_and_costs_no_less_than_the_least(batch: Batch) -> None:
    found, least = greedy(batch), by_force(batch)
    if found is not None:
        assert broken(batch, found) == ()
        assert least is not None
        assert cost(batch, found) >= least
        assert improved(batch, found) == found


@given(batches(), st.randoms(use_true_random=False))
def test_the_order_of_the_cases_changes_nothing(batch: Batch, chance: random.Random) -> None:
    shuffled = list(batch.cases)
    chance.shuffle(shuffled)
    again = make_batch(on=ON, cases=shuffled, limits=batch.limits, ledger=batch.ledger)
    assert again == batch
    assert greedy(again) == greedy(batch)
    assert one_by_one(again) == one_by_one(batch)


def test_cases_move_until_a_least_share_is_kept() -> None:
    limits = {"CEDAR": Limits(least_percent=Decimal(40)), "BRIAR": Limits(orders=1)}
    found = greedy(batch_of(THREE, limits=limits))
    assert found == {"DFG-1": "CEDAR", "DFG-2": "BRIAR"}


# ---- why there is none


def test_what_alone_forbids_every_assignment_is_told_all_at_once() -> None:
    limits = dict.fromkeys(
        ("AVON", "BRIAR"),
        Limits(orders=0, value_pence=100_000, most_percent=Decimal(40)),
    )
    assert obstacles(batch_of({"DFG-1": {"AVON": 200_000, "BRIAR": 100_000}}, limits=limits)) == (
        "Nobody that may do the works of DFG-1 has room (AVON, BRIAR).",
        "1 case waits, and there is room for 0 further orders: AVON 0, BRIAR 0.",
        "The most shares come to 80 % together: too few to give everything out.",
        "DFG-1 alone is more than the most share of whoever has it.",
    )
    short = dict.fromkeys(("AVON", "BRIAR", "CEDAR"), Limits(value_pence=200_000))
    assert obstacles(batch_of(THREE, limits=short))[-1] == (
        "The works come to at least £8,150.00 without VAT, and there is room for £6,000.00: "
        "AVON £2,000.00, BRIAR £2,000.00, CEDAR £2,000.00."
    )
    least = dict.fromkeys(("AVON", "BRIAR", "CEDAR"), Limits(least_percent=Decimal(40)))
    assert obstacles(batch_of(THREE, limits=least)) == ("The least shares come to 120 % together.",)
    assert obstacles(batch_of({"DFG-9": {}})) == ("Nobody may do the works of DFG-9 today.",)


@given(batches())
def test_an_obstacle_is_only_told_where_there_is_no_assignment(batch: Batch) -> None:
    if obstacles(batch):
        assert by_force(batch) is None


def test_each_bound_can_give_way_by_itself() -> None:
    limits = {"AVON": Limits(1, 500_000, Decimal(10), Decimal(60)), "BRIAR": Limits()}
    named = [words for words, _ in relaxations(batch_of(THREE, limits=limits))]
    assert named == [
        "AVON had room for more than 1 further order",
        "AVON had room for works of more than £5,000.00",
        "AVON could have less than 10 %",
        "AVON could have more than 60 %",
        "there were no fair shares",
        "everybody had room",
    ]


# ---- the words


def test_each_case_says_who_instead_of_whom_and_why_nobody_cheaper() -> None:
    batch = batch_of(THREE, limits=ONE_EACH)
    chosen = {"DFG-1": "CEDAR", "DFG-2": "BRIAR"}
    rule = one_by_one(batch)
    assert rule == {"DFG-1": "AVON", "DFG-2": "BRIAR"}
    assert explanations(batch, assignment=chosen, by_rule=rule) == {
        "DFG-1": "CEDAR at £4,210.00 instead of AVON at £4,390.00 by rotation: £180.00 less; BRIAR "
        "is cheaper (£4,150.00) but has no room for a further order beside its 1 of this batch.",
        "DFG-2": "BRIAR at £4,000.00, as by rotation.",
    }
    assert finding(compare(batch, assignment=chosen, by_rule=rule)) == (
        "Saves £180.00 of £8,390.00 (2.1 %) against the rule. 1 of 2 cases goes to another "
        "contractor than by the rule. Shares of the value, by the rule → by the batch: "
        "AVON 52.3 % → 0 %; BRIAR 47.7 % → 48.7 %; CEDAR 0 % → 51.3 %."
    )


def why(limits: dict[str, Limits], chosen: dict[str, str]) -> str:
    batch = batch_of(THREE, limits=limits)
    assert broken(batch, chosen) == ()
    return explanations(batch, assignment=chosen, by_rule=one_by_one(batch))["DFG-1"]


def test_a_cheaper_contractor_may_lack_value_or_have_its_share() -> None:
    first_avon = {"DFG-1": "AVON", "DFG-2": "BRIAR"}
    value = {"BRIAR": Limits(value_pence=500_000), "CEDAR": Limits(orders=0)}
    assert why(value, first_avon) == (
        "AVON at £4,390.00, as by rotation; BRIAR is cheaper (£4,150.00) but has no room for works "
        "of that value beside its 1 of this batch; CEDAR is cheaper (£4,210.00) but has no room "
        "for a further order."
    )
    most = {"BRIAR": Limits(most_percent=Decimal(60)), "CEDAR": Limits(orders=0)}
    assert "BRIAR is cheaper (£4,150.00) but would have more than its most share of 60 %" in why(
        most, first_avon
    )
    least = {"AVON": Limits(least_percent=Decimal(30))}
    assert "CEDAR is cheaper (£4,210.00) but AVON would be outside the fair shares" in why(
        least, first_avon
    )


def test_a_case_that_the_rule_leaves_waiting_is_told() -> None:
    batch = batch_of(
        {"DFG-1": {"AVON": 500, "BRIAR": 600}, "DFG-2": {"AVON": 500}},
        limits={"AVON": Limits(orders=1)},
        rule=LOWEST_PRICE,
    )
    chosen = {"DFG-1": "BRIAR", "DFG-2": "AVON"}
    rule = one_by_one(batch)
    told = explanations(batch, assignment=chosen, by_rule=rule)
    assert (
        told["DFG-2"] == "AVON at £5.00; by lowest price, one by one, nobody would have had room."
    )
    assert "instead of AVON at £5.00 by lowest price: £1.00 more; AVON is cheaper" in told["DFG-1"]
    assert finding(compare(batch, assignment=chosen, by_rule=rule)).startswith(
        "Costs £1.00 (20 %) more than the £5.00 of the rule, over the 1 of 2 cases that the rule "
        "places; DFG-2 would wait for room, and the batch places all for £11.00. 1 of 2 cases goes"
    )
