"""Money against exact fractions, and every way an amount can be written wrongly."""

from __future__ import annotations

from decimal import Decimal, Inexact
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.money import parse_pounds, pounds, round_half_up, share

amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=6)


def nearest(amount: Fraction) -> int:
    """Round half away from zero, by the definition and without Decimal."""
    size = abs(amount)
    whole = size.numerator // size.denominator
    rounded = whole + (1 if size - whole >= Fraction(1, 2) else 0)
    return rounded if amount >= 0 else -rounded


@given(amounts)
def test_rounding_agrees_with_exact_fractions(amount: Decimal) -> None:
    assert round_half_up(amount) == nearest(Fraction(amount) * 100)


@given(amounts)
def test_an_omission_cancels_the_addition_of_the_same_works(amount: Decimal) -> None:
    assert round_half_up(-amount) == -round_half_up(amount)


@pytest.mark.parametrize(
    ("amount", "pence"),
    [
        ("0.005", 1),
        ("0.004999999999999999999999999999999999999999", 0),
        ("1.005", 101),
        ("2.675", 268),
        ("-0.005", -1),
        ("1E+3", 100_000),
        ("99999999999999999999999999999999999.995", 10**37),
    ],
)
def test_half_a_penny_goes_up(amount: str, pence: int) -> None:
    assert round_half_up(Decimal(amount)) == pence


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_no_money(amount: str) -> None:
    with pytest.raises(ValueError, match="is not an amount of money"):
        round_half_up(Decimal(amount))


def test_more_digits_than_can_be_kept_exactly_are_refused_rather_than_lost() -> None:
    with pytest.raises(Inexact):
        round_half_up(Decimal("1." + "1" * 300))


@pytest.mark.parametrize(
    ("pence", "text"),
    [
        (0, "£0.00"),
        (5, "£0.05"),
        (-5, "-£0.05"),
        (-500, "-£5.00"),
        (123_450, "£1,234.50"),
        (100_000_000, "£1,000,000.00"),
    ],
)
def test_pounds_are_written_as_people_write_them(pence: int, text: str) -> None:
    assert pounds(pence) == text


@given(st.integers(min_value=0, max_value=10**14))
def test_what_is_written_can_be_read_back(pence: int) -> None:
    assert parse_pounds(pounds(pence)) == pence


@pytest.mark.parametrize(
    ("text", "pence"),
    [
        ("1234.5", 123_450),
        ("£1,234.50", 123_450),
        ("1,234", 123_400),
        ("0", 0),
        ("0.01", 1),
        ("  £ 12.30 ", 1_230),
        ("£1,000,000.00", 100_000_000),
        ("007", 700),
        ("12\n", 1_200),
    ],
)
def test_amounts_are_read_in_every_accepted_form(text: str, pence: int) -> None:
    assert parse_pounds(text) == pence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("1.234", "more than two decimal places"),
        ("£1,234.500", "more than two decimal places"),
        ("-5", "negative"),
        ("-£5.00", "negative"),
        ("£-5", "negative"),
        ("\N{MINUS SIGN}5", "negative"),
        ("(5.00)", "negative"),
        ("nan", "not an amount"),
        ("inf", "not an amount"),
        ("1e3", "not an amount"),
        ("1E+3", "not an amount"),
        ("١٢٣", "not an amount"),  # digits, but not ours
        ("５", "not an amount"),
        ("12,34", "not an amount"),
        ("1,2345", "not an amount"),
        ("1_000", "not an amount"),
        ("1.", "not an amount"),
        (".5", "not an amount"),
        ("5 pounds", "not an amount"),
        ("$5", "not an amount"),
        ("1 2", "not an amount"),
        ("=1+1", "not an amount"),
        ("9" * 41, "too long"),
        pytest.param("9" * 10_000_000, "too long", id="a cell of 10 MB"),
        ("9" * 20, "more than £1,000,000,000,000.00"),
    ],
)
def test_anything_else_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as refusal:
        parse_pounds(text)
    assert "Give pounds and pence" in str(refusal.value)
    assert len(str(refusal.value)) < 200


@given(
    st.integers(min_value=-(10**10), max_value=10**10),
    st.decimals(min_value=-200, max_value=200, places=4),
)
def test_a_share_agrees_with_exact_fractions(pence: int, percent: Decimal) -> None:
    assert share(pence, percent) == nearest(Fraction(pence) * Fraction(percent) / 100)


def test_nine_tenths_of_a_grant() -> None:
    assert share(3_000_000, Decimal(90)) == 2_700_000
    assert share(5, Decimal(50)) == 3


@pytest.mark.parametrize("percent", ["NaN", "Infinity"])
def test_a_share_needs_a_number(percent: str) -> None:
    with pytest.raises(ValueError, match="is not a percentage"):
        share(100, Decimal(percent))
