"""Who works whose cases: every home has one team, a pool loses no penny, nobody gains a power."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rules.delivery.arrangement import (
    Arrangement,
    drawn,
    in_force,
    limit_under,
    pooled_with,
    team_for,
    wrongly_arranged,
)

DAY = date(2026, 7, 1)
PENCE = st.integers(0, 10**9)
NAMES = ("NWBC", "NBBC", "RBC", "SDC", "WDC")


def row(
    authority: str, *, week: int = 0, pool: str = "", postcodes: tuple[str, ...] = ()
) -> Arrangement:
    day = DAY + timedelta(weeks=week)
    return Arrangement(f"P{week}", authority, "Home", "NBBC", day, postcodes=postcodes, pool=pool)


@given(st.dictionaries(st.sampled_from(NAMES), PENCE), st.integers(1, 4 * 10**9))
def test_a_pool_gives_all_that_is_short_or_nothing_and_nobody_gives_more_than_they_have(
    left: dict[str, int], short: int
) -> None:
    found = drawn(short, left)
    assert bool(found) is (sum(left.values()) >= short)
    assert sum(found.values()) in (0, short)
    assert all(0 < pence <= left[name] for name, pence in found.items())


@given(
    st.dictionaries(st.sampled_from(NAMES), PENCE, min_size=1),
    st.lists(st.tuples(st.sampled_from(NAMES), st.integers(-(10**8), 10**9))),
)
def test_whatever_is_committed_and_released_a_pool_is_the_sum_of_its_shares(
    budgets: dict[str, int], grants: list[tuple[str, int]]
) -> None:
    amount, committed = dict(budgets), dict.fromkeys(budgets, 0)
    given_, taken = dict.fromkeys(budgets, 0), dict.fromkeys(budgets, 0)
    for name, pence in grants:
        if name not in budgets or committed[name] + pence < 0:
            continue
        left = {one: amount[one] - committed[one] for one in budgets}
        short = pence - left.pop(name)
        gifts = drawn(short, left) if short > 0 else {}
        if short > 0 and not gifts:
            continue  # refused: the pool has not so much
        for giver, gift in gifts.items():
            amount[giver] -= gift
            amount[name] += gift
            given_[giver] += gift
            taken[name] += gift
        committed[name] += pence
        assert all(0 <= committed[one] <= amount[one] for one in budgets)
    assert sum(amount.values()) == sum(budgets.values())
    for one in budgets:
        assert amount[one] + given_[one] - taken[one] == budgets[one]  # what it put in


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 4)), unique=True))
def test_the_newest_change_of_an_authority_holds_and_a_later_one_not_yet(
    made: list[tuple[str, int]],
) -> None:
    rows = [row(name, week=week) for name, week in made]
    on = DAY + timedelta(weeks=2)
    for name in NAMES:
        weeks = [week for who, week in made if who == name and week <= 2]
        found = in_force(rows, authority=name, on=on)
        assert [one.plan for one in found] == ([f"P{max(weeks)}"] if weeks else [])


def test_a_home_is_worked_by_the_team_of_the_closest_place() -> None:
    teams = [row("RBC", postcodes=("CV21",)), row("RBC", postcodes=("CV",)), row("RBC")]
    assert [team_for(home, teams) for home in ("CV21 3LW", "CV22 5AA", "LE10 1AA")] == teams
    assert team_for("LE10 1AA", teams[:2]) is None


def test_budgets_are_one_by_the_name_of_their_pool_while_it_holds() -> None:
    rows = [row("RBC", pool="A"), row("WDC", pool="A"), row("SDC", pool="B"), row("WDC", week=1)]
    assert pooled_with(rows, authority="RBC", on=DAY) == {"RBC", "WDC"}
    assert pooled_with(rows, authority="RBC", on=date.max) == {"RBC"}
    assert pooled_with(rows, authority="NWBC", on=DAY) == {"NWBC"}


@given(st.none() | PENCE, st.none() | PENCE, st.booleans())
def test_nobody_approves_more_by_an_arrangement(
    own: int | None, cap: int | None, member: bool
) -> None:
    team = Arrangement("P", "RBC", "T", "WDC", DAY, ("a@x.example",), approval_limit_pence=cap)
    found = limit_under(team, officer="a@x.example" if member else "b@x.example", own_pence=own)
    if own is None or cap is None or not member:
        assert found == own
    else:
        assert found == min(own, cap)
    assert limit_under(None, officer="a@x.example", own_pence=own) == own


def test_what_is_wrong_with_a_plan_is_said() -> None:
    twice = [row("RBC", postcodes=("CV21",), pool="A"), row("RBC", postcodes=("CV21",), week=1)]
    assert list(wrongly_arranged(twice)) == [
        "CV21 would go to two teams",
        "its budget would be in two pools, or in one and apart",
        "its arrangements begin on different days",
    ]
