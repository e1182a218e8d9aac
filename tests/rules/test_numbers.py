"""Numbers in sentences: in full, without exponents, never too long."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.numbers import percent, plain, shortened, written


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=6))
def test_what_is_written_is_the_number_itself(number: Decimal) -> None:
    text = written(number)
    assert Decimal(text) == number
    assert "E" not in text
    assert not ("." in text and text.endswith(("0", ".")))


@pytest.mark.parametrize(
    ("number", "text"),
    [("12.50", "12.5"), ("1E+2", "100"), ("100", "100"), ("-3.0", "-3"), ("0.000", "0")],
)
def test_a_number_is_written_in_full(number: str, text: str) -> None:
    assert written(Decimal(number)) == text


@pytest.mark.parametrize(("number", "text"), [("2.0", "2 %"), ("-3.5", "−3.5 %"), ("0", "0 %")])
def test_a_percentage_has_a_minus_sign_and_no_hyphen(number: str, text: str) -> None:
    assert percent(Decimal(number)) == text


def test_a_number_too_long_for_a_sentence_is_cut() -> None:
    assert shortened(Decimal("1." + "1" * 500)) == "1." + "1" * 38 + "…"
    assert shortened(Decimal("sNaN")) == "sNaN"


@pytest.mark.parametrize(
    ("number", "is_plain"),
    [
        ("100", True),
        ("-100", True),
        ("99.990", True),
        ("100.01", False),
        ("0.001", False),
        ("NaN", False),
        ("sNaN", False),
        ("-Infinity", False),
    ],
)
def test_a_plain_number_is_finite_not_too_large_and_not_too_fine(
    number: str, is_plain: bool
) -> None:
    assert plain(Decimal(number), Decimal(100), 2) is is_plain
