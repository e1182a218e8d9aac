"""VAT: the best rate, never without a declaration, on the exact birthday, for its share."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.cases import DISABLED_ADAPTATION, MOBILITY_AID_60PLUS, RELIEFS
from rules.contracting import ContractingParty
from rules.pricing.vat import REDUCED, STANDARD, WHOLE, ZERO, VatClient, VatOutcome, vat_for

DISABLED = frozenset({DISABLED_ADAPTATION})
MOBILITY = frozenset({MOBILITY_AID_60PLUS})
SUPPLIED = date(2026, 3, 2)

dates = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 12, 31))
clients = st.builds(
    VatClient,
    declaration=st.booleans(),
    date_of_birth=st.none() | dates,
    private_home=st.booleans(),
    declared_on=st.none() | dates,
    declaration_reference=st.sampled_from(["", "D-1042"]),
)
shares = st.decimals(min_value=0, max_value=100, places=2)
relief_sets = st.frozensets(st.sampled_from(sorted(RELIEFS)))


def outcome(
    reliefs: frozenset[str], client: VatClient, on: date = SUPPLIED, share: Decimal = WHOLE
) -> VatOutcome:
    return vat_for(reliefs=reliefs, client=client, supplied_on=on, relief_percent=share)


def aged(born: date, *, on: date) -> Decimal:
    return outcome(MOBILITY, VatClient(declaration=True, date_of_birth=born), on).rate


def test_the_rates() -> None:
    assert Decimal(0) == ZERO
    assert Decimal("0.05") == REDUCED
    assert Decimal("0.2") == STANDARD


@given(relief_sets, clients, dates, shares | st.just(WHOLE))
def test_no_relief_without_a_declaration(
    reliefs: frozenset[str], client: VatClient, on: date, share: Decimal
) -> None:
    result = outcome(reliefs, client, on, share)
    assert result.reason.endswith(".")
    if not client.declaration:
        assert result.rate == STANDARD
    if result.rate != STANDARD:
        assert client.declaration
        assert client.declaration_words in result.reason


@given(relief_sets, clients, dates, shares)
def test_a_share_blends_the_two_rates_exactly(
    reliefs: frozenset[str], client: VatClient, on: date, share: Decimal
) -> None:
    part = Fraction(share) / 100
    best = Fraction(outcome(reliefs, client, on).rate)
    blend = part * best + (1 - part) * Fraction(1, 5)
    assert Fraction(outcome(reliefs, client, on, share).rate) == blend


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


@pytest.mark.parametrize(
    ("reliefs", "party", "rate", "words"),
    [
        (DISABLED, "client", ZERO, "Zero rate"),
        (DISABLED, "council_for_client", ZERO, "Zero rate"),
        (DISABLED, "council", STANDARD, "supplied to the council"),
        (DISABLED, "landlord", STANDARD, "supplied to the landlord"),
        (RELIEFS, "council", REDUCED, "; the zero rate is lost, because the works are supplied"),
        (MOBILITY, "council", REDUCED, "Reduced rate"),
    ],
)
def test_the_zero_rate_goes_with_the_contracting_party(
    reliefs: frozenset[str], party: str, rate: Decimal, words: str
) -> None:
    client = VatClient(True, date(1940, 1, 1), party=ContractingParty(party))
    result = outcome(reliefs, client)
    assert result.rate == rate
    assert words in result.reason
    assert result.reason.endswith(".")


def test_a_lost_zero_rate_says_so_whether_or_not_a_declaration_is_held() -> None:
    council = ContractingParty.COUNCIL
    held, none = (
        outcome(DISABLED, VatClient(declared, None, party=council)) for declared in (True, False)
    )
    assert held == none
    young = outcome(RELIEFS, VatClient(True, date(1990, 1, 1), party=council))
    assert "60 or over" in young.reason
    assert "the zero rate is lost" in young.reason


def test_an_unknown_relief_is_refused_even_beside_a_known_one() -> None:
    with pytest.raises(ValueError, match="charity is not a VAT relief"):
        outcome(DISABLED | {"charity"}, VatClient(declaration=True, date_of_birth=None))


@pytest.mark.parametrize(
    ("declared_on", "reference", "words"),
    [
        (None, "", "on the client's declaration of eligibility."),
        (date(2026, 1, 5), "", "on the client's declaration of eligibility of 5 January 2026."),
        (
            date(2026, 1, 5),
            "D-1042",
            "on the client's declaration of eligibility of 5 January 2026 (reference D-1042).",
        ),
        (None, "D-1042", "on the client's declaration of eligibility (reference D-1042)."),
    ],
)
def test_a_relief_cites_the_declaration_it_rests_on(
    declared_on: date | None, reference: str, words: str
) -> None:
    client = VatClient(
        declaration=True,
        date_of_birth=date(1940, 1, 1),
        declared_on=declared_on,
        declaration_reference=reference,
    )
    for reliefs in (DISABLED, MOBILITY):
        assert outcome(reliefs, client).reason.endswith(words)


def test_the_date_of_a_declaration_is_no_declaration() -> None:
    client = VatClient(declaration=False, date_of_birth=None, declared_on=date(2026, 1, 5))
    assert outcome(DISABLED, client).rate == STANDARD


@pytest.mark.parametrize(
    ("reliefs", "share", "rate", "reason"),
    [
        (
            DISABLED,
            "60",
            "0.08",
            (
                "60 % of the line at zero rate: adaptation for a disabled person (VAT Act 1994 "
                "Sch 8 Group 12), on the client's declaration of eligibility; 40 % standard rated "
                "(apportioned)."
            ),
        ),
        (
            MOBILITY,
            "33.5",
            "0.14975",
            (
                "33.5 % of the line at reduced rate: mobility aid in the home of a person aged 60 "
                "or over (VAT Act 1994 Sch 7A Group 10), on the client's declaration of "
                "eligibility; 66.5 % standard rated (apportioned)."
            ),
        ),
        (
            DISABLED,
            "0",
            "0.2",
            "Standard rate: no part of these works is recorded as covered by their relief.",
        ),
        (frozenset(), "60", "0.2", "Standard rate: no VAT relief applies to these works."),
    ],
)
def test_mixed_works_are_apportioned_by_the_recorded_percentage(
    reliefs: frozenset[str], share: str, rate: str, reason: str
) -> None:
    client = VatClient(declaration=True, date_of_birth=date(1940, 1, 1))
    assert outcome(reliefs, client, share=Decimal(share)) == VatOutcome(Decimal(rate), reason)


@pytest.mark.parametrize("share", ["-1", "100.01", "12.345", "NaN", "Infinity"])
def test_a_share_that_is_no_percentage_is_refused(share: str) -> None:
    client = VatClient(declaration=True, date_of_birth=None)
    with pytest.raises(ValueError, match="0 % to 100 % with at most 2 decimal places"):
        outcome(DISABLED, client, share=Decimal(share))
