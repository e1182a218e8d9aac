"""Shares, means and medians with their cases; who is ranked, and who has too few cases to be."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from rules.errors import InvalidDecisionError
from rules.reports.performance import (
    LEAST_TO_RANK,
    Measured,
    Standing,
    mean,
    middle,
    period,
    ranked,
    share,
)


def test_a_figure_says_on_how_many_cases_it_rests_and_nothing_is_not_zero() -> None:
    assert share(2, 3).words == "2 of 3 (66.7 %)"
    assert share(0, 4).words == "0 of 4 (0 %)"
    assert mean(1, 4, what="order").words == "0.3 (4 orders)"  # half up
    assert middle([1, 4, 0, 2]).words == "1.5 working days (4 offers)"
    assert middle([1]).words == "1 working day (1 offer)"
    for nothing in (share(0, 0), mean(0, 0, what="order"), middle([])):
        assert (nothing.words, nothing.value) == ("not recorded", None)


def standing(name: str, finish: Measured, *, days: tuple[int, ...] = ()) -> Standing:
    none = share(0, 0)
    return Standing(name, name, 0, 0, 0, 0, 0, none, middle(days), none, finish, none, none, none)


def test_nobody_is_ranked_on_too_few_cases() -> None:
    few = share(LEAST_TO_RANK - 1, LEAST_TO_RANK - 1)  # all on time, and yet no first place
    firms = [
        standing("Cedar", share(6, LEAST_TO_RANK)),
        standing("Avon", few),
        standing("Dell", share(12, 20)),
        standing("Briar", share(9, LEAST_TO_RANK)),
        standing("Elder", share(2, 20)),
    ]
    placed = [(place, one.name) for place, one in ranked(firms, by="finish")]
    assert placed == [(1, "Briar"), (2, "Cedar"), (2, "Dell"), (4, "Elder"), (None, "Avon")]
    assert [name for _, name in placed[:1]] == ["Briar"]
    unranked = ranked(firms, by="")
    assert [(place, one.name[0]) for place, one in unranked] == [(None, x) for x in "ABCDE"]


def test_less_time_is_better() -> None:
    slow, quick = (0,) * 4 + (5,) * 6, (1,) * LEAST_TO_RANK
    firms = [standing("Avon", share(0, 0), days=slow), standing("Briar", share(0, 0), days=quick)]
    assert middle(slow).value == Decimal("5.0")
    assert [one.name for _, one in ranked(firms, by="accept_time")] == ["Briar", "Avon"]


def test_a_period_is_days_of_london() -> None:
    summer = period(date(2026, 6, 1), date(2026, 6, 30), today=date(2026, 12, 1))
    first, after = summer.bounds
    assert first.astimezone(UTC) == datetime(2026, 5, 31, 23, tzinfo=UTC)
    assert after.astimezone(UTC) == datetime(2026, 6, 30, 23, tzinfo=UTC)
    year = period(None, None, today=date(2026, 2, 28))
    assert (year.first, year.last) == (date(2025, 3, 1), date(2026, 2, 28))
    with pytest.raises(InvalidDecisionError, match="before it begins"):
        period(date(2026, 6, 2), date(2026, 6, 1), today=date(2026, 12, 1))
