"""Rotation over many awards: fair by value, and nobody is left out."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from rules.tenders.awards import ROTATION, Bidder, Ledger, award
from tests.rules.tenders.turns import Turn, add_up

TODAY = date(2026, 3, 2)
CODES = ("A", "B", "C", "D", "E")


def bid(contractor: str, *reasons: str) -> Bidder:
    return Bidder(contractor, rank=1, total_pence=12_000, net_pence=10_000, reasons=reasons)


def turn(contractor: str, value: int, sequence: int) -> Turn:
    return Turn(contractor, net_pence=value, offered_on=TODAY, sequence=sequence)


def first(bidders: list[Bidder], turns: list[Turn]) -> str:
    made = award(rule=ROTATION, bidders=bidders, ledger=add_up(turns, on=TODAY), on=TODAY)
    return made.order[0]


def test_rotation_is_fair_by_value_over_thousands_of_awards() -> None:
    random = Random(2026)  # noqa: S311 - works to award, not a secret
    turns: list[Turn] = []
    held = Counter(dict.fromkeys(CODES, 0))
    served: Counter[str] = Counter()
    largest = 0
    for sequence in range(3_000):
        value = random.choice((45_00, 350_00, 1_600_00, 9_000_00)) + random.randrange(100_00)
        largest = max(largest, value)
        chosen = first_in_rotation(CODES, held, served, turns)
        turns.append(turn(chosen, value, sequence))
        held[chosen] += value
        served[chosen] += 1
        assert max(held.values()) - min(held.values()) <= largest
    assert min(served.values()) > 3_000 / len(CODES) / 2, "everybody is served"


def first_in_rotation(
    codes: tuple[str, ...], held: Counter[str], served: Counter[str], turns: list[Turn]
) -> str:
    """Return whom the rule awards next, by a ledger that is kept up rather than added up."""
    last = {one.contractor: one for one in turns[-50:]}  # longer ago than anybody waits
    ledger = {
        code: Ledger(
            value_pence=held[code],
            turns=served[code],
            last_on=last[code].offered_on if code in last else None,
            sequence=last[code].sequence if code in last else 0,
        )
        for code in codes
    }
    bidders = [bid(code) for code in codes]
    return award(rule=ROTATION, bidders=bidders, ledger=ledger, on=TODAY).order[0]


@given(
    st.lists(st.integers(min_value=1, max_value=1_000), min_size=1, max_size=60),
    st.lists(st.sampled_from([*CODES, None]), min_size=60, max_size=60),
)
def test_among_those_always_eligible_the_spread_is_never_more_than_the_largest_award(
    values: list[int], away: list[str | None]
) -> None:
    turns: list[Turn] = []
    held = Counter(dict.fromkeys(CODES, 0))
    always = set(CODES) - {code for code in away[: len(values)] if code}
    for sequence, value in enumerate(values):
        bidders = [
            bid(code, *(["it is at capacity"] if code == away[sequence] else [])) for code in CODES
        ]
        chosen = first(bidders, turns)
        assert chosen != away[sequence]
        turns.append(turn(chosen, value, sequence))
        held[chosen] += value
        if always:
            level = [held[code] for code in always]
            assert max(level) - min(level) <= max(values)


def test_rotation_of_equal_works_goes_round_and_round() -> None:
    turns: list[Turn] = []
    for sequence in range(23):
        chosen = first([bid(code) for code in CODES], turns)
        turns.append(turn(chosen, 500, sequence))
    assert "".join(one.contractor for one in turns) == ("ABCDE" * 5)[:23]


def test_a_contractor_skipped_for_a_while_loses_no_turn() -> None:
    turns: list[Turn] = []
    for sequence in range(12):
        reasons = ("it is at capacity",) if sequence < 4 else ()
        bidders = [bid("A", *reasons), bid("B"), bid("C")]
        turns.append(turn(first(bidders, turns), 500, sequence))
    assert Counter(one.contractor for one in turns) == {"A": 4, "B": 4, "C": 4}
