"""VAT: the best rate, never without a declaration, on the exact birthday."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.vat import (
    DISABLED_ADAPTATION,
    MOBILITY_AID_60PLUS,
    REDUCED,
    RELIEFS,
    STANDARD,
    ZERO,
    VatClient,
    VatOutcome,
    vat_for,
)

DISABLED = frozenset({DISABLED_ADAPTATION})
MOBILITY = frozenset({MOBILITY_AID_60PLUS})
SUPPLIED = date(2026, 3, 2)

dates = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))
clients = st.builds(
    VatClient,
    declaration=st.booleans(),
    date_of_birth=st.none() | dates,
    private_home=st.booleans(),
)
relief_sets = st.frozensets(st.sampled_from(sorted(RELIEFS)))


def outcome(reliefs: frozenset[str], client: VatClient, on: date = SUPPLIED) -> VatOutcome:
    return vat_for(reliefs=reliefs, client=client, supplied_on=on)


def aged(born: date, *, on: date) -> Decimal:
    return outcome(MOBILITY, VatClient(declaration=True, date_of_birth=born), on).rate


def test_the_rates() -> None:
    assert Decimal(0) == ZERO
    assert Decimal("0.05") == REDUCED
    assert Decimal("0.2") == STANDARD


@given(relief_sets, clients, dates)
def test_no_relief_without_a_declaration(
    reliefs: frozenset[str], client: VatClient, on: date
) -> None:
    result = outcome(reliefs, client, on)
    assert result.reason.endswith(".")
    if not client.declaration:
        assert result.rate == STANDARD
    if result.rate != STANDARD:
        assert client.declaration
        assert "declaration" in result.reason


@given(relief_sets, clients, dates)
def test_more_reliefs_never_cost_more(reliefs: frozenset[str], client: VatClient, on: date) -> None:
    assert outcome(RELIEFS, client, on).rate <= outcome(reliefs, client, on).rate


@given(dates, dates)
def test_sixty_is_sixty_birthdays(born: date, on: date) -> None:
    """Birthdays counted one by one, a leap day's on 1 March of a common year."""
    birthdays = 0
    for year in range(born.year + 1, on.year + 1):
        leap_day_in_common_year = (born.month, born.day) == (2, 29) and not (
            year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        )
        birthday = date(year, 3, 1) if leap_day_in_common_year else born.replace(year=year)
        birthdays += birthday <= on
    assert aged(born, on=on) == (REDUCED if birthdays >= 60 else STANDARD)


@pytest.mark.parametrize(
    ("born", "sixty"),
    [
        (date(1966, 3, 2), date(2026, 3, 2)),
        (date(1960, 2, 29), date(2020, 2, 29)),
        (date(2040, 2, 29), date(2100, 3, 1)),  # 2100 is no leap year
        (date(1965, 12, 31), date(2025, 12, 31)),
    ],
)
def test_the_reduced_rate_begins_on_the_sixtieth_birthday(born: date, sixty: date) -> None:
    assert aged(born, on=sixty) == REDUCED
    assert aged(born, on=sixty - timedelta(days=1)) == STANDARD


def test_a_disabled_adaptation_is_zero_rated_at_any_age() -> None:
    result = outcome(DISABLED, VatClient(declaration=True, date_of_birth=None))
    assert result.rate == ZERO
    assert "Sch 8 Group 12" in result.reason
    assert "declaration" in result.reason


def test_both_reliefs_take_the_lower_rate() -> None:
    client = VatClient(declaration=True, date_of_birth=date(1940, 1, 1))
    assert outcome(RELIEFS, client).rate == ZERO


def test_a_mobility_aid_is_at_the_reduced_rate_from_sixty() -> None:
    result = outcome(MOBILITY, VatClient(declaration=True, date_of_birth=date(1940, 1, 1)))
    assert result.rate == REDUCED
    assert "Sch 7A Group 10" in result.reason
    assert "declaration" in result.reason
    assert "1940" not in result.reason  # a date of birth does not belong on a work order


@pytest.mark.parametrize(
    ("reliefs", "client", "words"),
    [
        (frozenset(), VatClient(declaration=True, date_of_birth=None), "no VAT relief applies"),
        (DISABLED, VatClient(declaration=False, date_of_birth=None), "no declaration is held"),
        (MOBILITY, VatClient(declaration=True, date_of_birth=None), "none is recorded"),
        (MOBILITY, VatClient(declaration=True, date_of_birth=date(1990, 1, 1)), "60 or over"),
        (
            MOBILITY,
            VatClient(declaration=True, date_of_birth=date(1940, 1, 1), private_home=False),
            "private home",
        ),
    ],
)
def test_the_standard_rate_says_why(reliefs: frozenset[str], client: VatClient, words: str) -> None:
    result = outcome(reliefs, client)
    assert result.rate == STANDARD
    assert words in result.reason


def test_an_unknown_relief_is_refused_even_beside_a_known_one() -> None:
    with pytest.raises(ValueError, match="charity is not a VAT relief"):
        outcome(DISABLED | {"charity"}, VatClient(declaration=True, date_of_birth=None))
