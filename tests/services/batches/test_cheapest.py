"""The cheapest assignment: HiGHS against every assignment tried, its proof, and doing without."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters import highs
from adapters.assignment import assign
from rules.batches.one_by_one import one_by_one
from rules.batches.problem import Batch, Limits, broken, cost, loads, make_batch
from rules.batches.search import greedy
from tests.batches import ON, batch_of, batches, by_force

LIKE = {f"DFG-{number}": {"AVON": 500, "BRIAR": 400, "CEDAR": 400} for number in range(1, 7)}


@given(batches())
@settings(max_examples=150)
def test_nothing_that_keeps_every_bound_costs_less(batch: Batch) -> None:
    found = assign(batch, by_rule=one_by_one(batch))
    least = by_force(batch)
    if found.assignment is None:
        assert least is None
        assert found.why.endswith(".")
        return
    assert broken(batch, found.assignment) == ()
    assert cost(batch, found.assignment) == least
    assert "The cheapest there is, proved by HiGHS" in found.method
    good = greedy(batch)
    assert good is None or cost(batch, good) >= cost(batch, found.assignment)


@given(batches(), st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_the_order_of_the_cases_changes_nothing(batch: Batch, chance: random.Random) -> None:
    shuffled = list(batch.cases)
    chance.shuffle(shuffled)
    again = make_batch(on=ON, cases=shuffled, limits=batch.limits, ledger=batch.ledger)
    rule = one_by_one(batch)
    assert assign(again, by_rule=rule) == assign(batch, by_rule=rule)


def moved(batch: Batch, given_out: Mapping[str, str] | None, rule: Mapping[str, str | None]) -> int:
    assert given_out is not None
    return sum(rule[case.reference] != given_out[case.reference] for case in batch.cases)


def test_where_it_costs_the_same_a_case_stays_with_the_rule_s_contractor() -> None:
    batch = batch_of(LIKE, limits={"AVON": Limits(least_percent=Decimal(30))})
    rule = one_by_one(batch)  # two turns each
    found = assign(batch, by_rule=rule)
    assert loads(batch, found.assignment or {})["AVON"].orders == 2
    assert moved(batch, found.assignment, rule) == 0
    free = batch_of(LIKE)
    assert moved(free, assign(free, by_rule=rule).assignment, rule) == 2


def test_shares_and_rooms_at_their_very_limit_are_kept() -> None:
    limits = {
        "AVON": Limits(orders=2, value_pence=1_000),
        "BRIAR": Limits(value_pence=800),
        "CEDAR": Limits(most_percent=Decimal("30.78")),  # 800 of 2,600 is 30.77 %
    }
    batch = batch_of(LIKE, limits=limits)
    found = assign(batch, by_rule=one_by_one(batch))
    held = loads(batch, found.assignment or {})
    assert [load.net_pence for load in held.values()] == [1_000, 800, 800]
    closer = limits | {"CEDAR": Limits(most_percent=Decimal("30.76"))}
    assert assign(batch_of(LIKE, limits=closer), by_rule=one_by_one(batch)).assignment is None


def test_no_assignment_is_proved_and_says_which_bound_would_have_to_give_way() -> None:
    limits = {
        "AVON": Limits(orders=1),
        "BRIAR": Limits(most_percent=Decimal(40)),
        "CEDAR": Limits(value_pence=900),
    }
    batch = batch_of(LIKE, limits=limits)
    found = assign(batch, by_rule=one_by_one(batch))
    assert found.assignment is None
    assert found.method.startswith("Proved by HiGHS")
    assert found.why == (
        "No assignment keeps every bound. There would be one if AVON had room for more than "
        "1 further order, or if BRIAR could have more than 40 %, or if CEDAR had room for works "
        "of more than £9.00, or if there were no fair shares, or if everybody had room."
    )


def test_without_the_solver_a_good_assignment_says_that_it_is_not_proved(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(highs, "installed", lambda: None)
    batch = batch_of(LIKE, limits={"CEDAR": Limits(orders=1)})
    found = assign(batch, by_rule=one_by_one(batch))
    assert found.assignment == greedy(batch)
    assert found.method == (
        "Found greedily, and not proved the cheapest: the solver (the extra handrail[batch]) is "
        "not installed."
    )


def answered(**changed: object) -> Callable[..., highs.Answer]:
    """Return the solver with something of its answers changed, as one short of time gives them."""
    least = highs.least

    def ask(problem: highs.Problem, **options: Any) -> highs.Answer:
        return replace(least(problem, **options), **changed)  # type: ignore[arg-type]  # any field

    return ask


def test_what_is_not_proved_in_time_says_by_how_much_it_may_be_too_dear(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(highs, "least", answered(proved=False, bound=150.0))
    batch = batch_of(LIKE, limits={"AVON": Limits(least_percent=Decimal(30))})
    found = assign(batch, by_rule=one_by_one(batch))
    assert cost(batch, found.assignment or {}) == 2 * 500 + 4 * 400
    assert "in the time it had; the cheapest could be up to £0.50 less." in found.method


def test_an_answer_that_breaks_a_bound_when_counted_exactly_is_not_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    batch = batch_of({"DFG-1": {"AVON": 5, "BRIAR": 4}}, limits={"BRIAR": Limits(value_pence=4)})
    tight = batch_of({"DFG-1": {"AVON": 5, "BRIAR": 4}}, limits={"AVON": Limits(value_pence=4)})
    monkeypatch.setattr(highs, "least", answered(values=(1.0, 0.0, 5.0)))
    assert assign(batch, by_rule={"DFG-1": None}).assignment == {"DFG-1": "AVON"}
    found = assign(tight, by_rule={"DFG-1": None})
    assert found.assignment == {"DFG-1": "BRIAR"}
    assert "breaks a bound when counted exactly" in found.method


def test_a_solver_that_finds_nothing_in_time_leaves_it_to_the_greedy_method(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(highs, "least", answered(values=None, proved=False))
    batch = batch_of(LIKE)
    found = assign(batch, by_rule=one_by_one(batch))
    assert found.assignment == greedy(batch)
    assert "found nothing in the time it had" in found.method
    crossed = {"AVON": Limits(orders=1), "BRIAR": Limits(most_percent=Decimal(40))}
    crossed["CEDAR"] = Limits(value_pence=900)
    none = assign(batch_of(LIKE, limits=crossed), by_rule=one_by_one(batch))
    assert none.assignment is None
    assert none.why == "The greedy method found no assignment within the bounds; there may be one."
