"""The forecast: plain shares, with what still runs counted for as long as it was seen."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.reports.forecast import (
    Forecast,
    Lasted,
    Like,
    Outlook,
    group_words,
    in_100,
    nearest,
    nearest_first,
    outlook,
)

RUGBY_SHOWERS = Like("consent", "OAK", "RBC", "level_access_shower")
counts = st.dictionaries(st.integers(0, 12), st.integers(1, 9), max_size=8)
few = st.integers(0, 12)


def textbook(lasted: Lasted, elapsed: int, target: int) -> Fraction:
    """Kaplan and Meier, clock by clock: each day, the share of those at risk that did not end."""
    ended = [days for days, count in lasted.ended.items() for _ in range(count)]
    unended = [days for days, count in lasted.unended.items() for _ in range(count)]
    chance = Fraction(1)
    for day in range(elapsed, target + 1):
        at_risk = sum(d >= day for d in ended) + sum(d > day for d in unended)
        if at_risk:
            chance *= 1 - Fraction(ended.count(day), at_risk)
    return chance


@given(ended=counts, elapsed=few, target=few)
def test_where_all_are_over_the_chance_is_the_plain_share(
    ended: dict[int, int], elapsed: int, target: int
) -> None:
    found = outlook(Lasted(ended, {}), elapsed=elapsed, target=target)
    limit = max(target, elapsed - 1)
    comparable = sum(count for days, count in ended.items() if days >= elapsed)
    past = sum(count for days, count in ended.items() if days >= elapsed and days > limit)
    assert (found.comparable, found.past, found.undecided) == (comparable, past, 0)
    if comparable:
        assert found.chance == Fraction(past, comparable)


@given(ended=counts, unended=counts, elapsed=few, target=few)
def test_those_that_still_run_count_for_as_long_as_they_were_seen(
    ended: dict[int, int], unended: dict[int, int], elapsed: int, target: int
) -> None:
    lasted = Lasted(ended, unended)
    found = outlook(lasted, elapsed=elapsed, target=target)
    assert found.chance == textbook(lasted, elapsed, max(target, elapsed - 1))
    halves = [day for day in range(elapsed, 13) if textbook(lasted, elapsed, day) <= Fraction(1, 2)]
    assert found.half_by == (halves[0] if halves else None)
    later = outlook(lasted, elapsed=elapsed, target=target + 1)
    assert later.chance <= found.chance


def test_a_clock_that_runs_counts_as_late_once_it_is_past_the_target() -> None:
    found = outlook(Lasted({3: 10, 8: 5}, {6: 2, 5: 4, 2: 3}), elapsed=3, target=5)
    assert found == Outlook(17, 7, 4, Fraction(11, 21), 5 + 3)
    # 21 at risk on day 3 (15 ended, 6 still running after it), of whom 10 ended: 11 of 21 went on.


def test_the_widest_group_comes_last_and_each_only_once() -> None:
    groups = nearest_first(RUGBY_SHOWERS)
    assert groups[0] == RUGBY_SHOWERS
    assert groups[1] == Like("consent", "OAK", "RBC", "")
    assert groups[-1] == Like("consent")
    assert len(groups) == 8
    assert nearest_first(Like("specify", "", "RBC", "ramp")) == (
        Like("specify", "", "RBC", "ramp"),
        Like("specify", "", "RBC", ""),
        Like("specify", "", "", "ramp"),
        Like("specify"),
    )


def test_the_narrowest_group_of_twenty_that_lasted_as_long_is_taken() -> None:
    known = {
        RUGBY_SHOWERS: Lasted({2: 30, 9: 19}, {}),
        Like("consent", "OAK", "RBC", ""): Lasted({2: 30, 9: 20}, {}),
    }
    group, found = nearest(
        lambda group: known.get(group, Lasted({}, {})), like=RUGBY_SHOWERS, elapsed=3, target=5
    )
    assert group == Like("consent", "OAK", "RBC", "")
    assert (found.comparable, found.past, found.enough) == (20, 20, True)
    group, found = nearest(
        lambda _group: Lasted({9: 19}, {}), like=RUGBY_SHOWERS, elapsed=3, target=5
    )
    assert (group, found.enough) == (Like("consent"), False)


def test_nothing_is_told_while_more_are_undecided_than_known() -> None:
    assert outlook(Lasted({4: 20}, {3: 20}), elapsed=0, target=9).enough
    assert not outlook(Lasted({4: 20}, {3: 21}), elapsed=0, target=9).enough


@pytest.mark.parametrize(
    ("chance", "said"),
    [(Fraction(21, 34), 62), (Fraction(1, 200), 1), (Fraction(1, 201), 0), (Fraction(1), 100)],
)
def test_chances_are_said_in_100_rounded_half_up(chance: Fraction, said: int) -> None:
    assert in_100(chance) == said


def told(found: Outlook, *, elapsed: int = 6, late: bool = False, party: str = "") -> Forecast:
    group = Like("consent", party, "RBC", "level_access_shower")
    return Forecast(
        clock="consent",
        group=group,
        among=group_words(group, authority="Rugby Borough Council", party="Oak Homes"),
        elapsed=elapsed,
        target=15,
        late=late,
        outlook=found,
        likely_on=date(2026, 6, 19),
    )


def test_the_forecast_is_told_in_a_sentence() -> None:
    found = told(Outlook(34, 21, 0, Fraction(21, 34), 13))
    assert found.sentence == (
        "Landlord's consent: of 34 level access shower cases of Rugby Borough Council that had "
        "waited 6 working days, 21 went past 15: about 62 in 100. Half were over within 13, "
        "which is 19 June 2026."
    )
    assert found.chance == Fraction(21, 34)
    assert told(Outlook(34, 0, 3, Fraction(0), 13), elapsed=0, party="OAK").sentence == (
        "Landlord's consent: of 34 level access shower cases of Rugby Borough Council whose "
        "landlord is Oak Homes, none went past 15 working days (3 more are undecided): about 0 in "
        "100. Half were over within 13 working days, which is 19 June 2026."
    )


def test_what_is_late_already_is_said_to_be() -> None:
    found = told(Outlook(34, 34, 0, Fraction(1), 25), elapsed=18, late=True)
    assert found.chance == 1
    assert found.sentence == (
        "Landlord's consent: past its 15 working days already. Of 34 level access shower cases of "
        "Rugby Borough Council that had waited 18 working days, half were over within 25, which "
        "is 19 June 2026."
    )


def test_silence_gives_its_reason() -> None:
    thin = told(Outlook(7, 3, 0, Fraction(3, 7), 13))
    assert thin.chance is None
    assert thin.sentence == (
        "Landlord's consent: too few are known: 7 level access shower cases of Rugby Borough "
        "Council that had waited 6 working days; it takes 20."
    )
    early = told(Outlook(21, 3, 40, Fraction(3, 7), None), elapsed=0)
    assert early.chance is None
    assert early.why_silent == (
        "Too early to say: 40 level access shower cases of Rugby Borough Council are undecided, "
        "and only 21 are known."
    )
