"""Terms: every factor exact and said in words, and terms that nobody can hold refused."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import InvalidTermsError, InvalidWorksError
from rules.pricing.works import WorksLine
from rules.rates.terms import Terms
from tests.rules.pricing.prices import all_terms, indexes, priced, works


@pytest.mark.parametrize(
    ("line", "terms", "steps"),
    [
        (works(), Terms(), ""),
        (
            works(index=Decimal("2.0"), out_of_hours=True),
            Terms(Decimal("-3.5"), Decimal("1.05"), Decimal(25), "North"),
            (
                "indexation 2 % (× 1.02); tendered percentage −3.5 % (× 0.965); "
                "zone North (× 1.05); out of hours 25 % (× 1.25)"
            ),
        ),
        (works(), Terms(zone=Decimal("1.10"), out_of_hours=Decimal(25)), "zone (× 1.1)"),
        (works(out_of_hours=True), Terms(), "out of hours (no uplift agreed)"),
    ],
)
def test_each_factor_is_said_in_words(line: WorksLine, terms: Terms, steps: str) -> None:
    assert priced([line], terms).lines[0].factors.steps == steps


@given(all_terms, indexes, st.booleans())
def test_the_factors_are_the_exact_product(terms: Terms, index: Decimal, late: bool) -> None:
    found = terms.factors(index=index, late=late)
    assert Fraction(found.product) == (
        (1 + Fraction(index) / 100)
        * (1 + Fraction(terms.percentage) / 100)
        * Fraction(terms.zone)
        * (1 + Fraction(terms.out_of_hours) / 100 if late else 1)
    )
    assert Fraction(found.half_pence) == 200 * Fraction(found.product)
    assert terms.factors(index=index, late=late) is found


def test_terms_without_adjustments_change_nothing() -> None:
    assert Terms().factor == 1
    assert Terms(Decimal("-3.5"), Decimal("1.035")).factor == Decimal("0.998775")
    assert priced([works()]).lines[0].factors.product == 1


@pytest.mark.parametrize("index", ["-100", "-100.5", "1001", "NaN", "sNaN", "Infinity", "1E-13"])
def test_indexation_that_no_schedule_can_have_is_refused_by_line(index: str) -> None:
    with pytest.raises(InvalidWorksError, match="line 1: the indexation of its schedule"):
        priced([works(index=Decimal(index))])


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"percentage": Decimal(-100)}, "percentage"),
        ({"percentage": Decimal(1001)}, "percentage"),
        ({"percentage": Decimal("NaN")}, "percentage"),
        ({"percentage": Decimal("sNaN")}, "percentage"),
        ({"percentage": Decimal("1E-13")}, "percentage"),
        ({"percentage": Decimal("-100.5")}, "percentage"),
        ({"percentage": Decimal("Infinity")}, "percentage"),
        ({"zone": Decimal(0)}, "zone"),
        ({"zone": Decimal(-1)}, "zone"),
        ({"zone": Decimal(101)}, "zone"),
        ({"out_of_hours": Decimal(-1)}, "out-of-hours"),
        ({"out_of_hours": Decimal(1001)}, "out-of-hours"),
    ],
)
def test_terms_that_nobody_can_hold_are_refused(changes: dict[str, Any], word: str) -> None:
    with pytest.raises(InvalidTermsError, match=word) as refusal:
        Terms(**changes)
    assert refusal.value.next_step


def test_all_that_is_wrong_with_terms_is_said_at_once() -> None:
    with pytest.raises(InvalidTermsError) as refusal:
        Terms(Decimal(-100), Decimal(0), Decimal(-1))
    for word in ("percentage", "zone", "out-of-hours"):
        assert word in refusal.value.what
