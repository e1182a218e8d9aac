"""Figures of reports, from how often each value comes and from the values themselves."""

from __future__ import annotations

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.reports.figures import NOT_RECORDED, Figure, Shows, Unit, figure, share

VALUES = st.lists(st.integers(0, 2_000), min_size=1, max_size=60)


def tenth(value: Fraction) -> Decimal:
    """Return a fraction to one place, a half up."""
    exact = Decimal(value.numerator) / value.denominator
    return exact.quantize(Decimal("0.1"), ROUND_HALF_UP)


@given(VALUES)
def test_a_figure_is_that_of_the_values_one_by_one(values: list[int]) -> None:
    found = Counter(values)

    assert figure(found, Shows.COUNT, Unit.CASES).value == len(values)
    assert figure(found, Shows.TOTAL, Unit.DAYS).value == sum(values)
    assert figure(found, Shows.LONGEST, Unit.DAYS).value == max(values)
    mean = figure(found, Shows.MEAN, Unit.DAYS).value
    assert mean == tenth(Fraction(sum(values), len(values)))
    assert figure(found, Shows.MEDIAN, Unit.DAYS).value == tenth(Fraction(median(values)))


@given(VALUES)
def test_nine_in_ten_are_at_or_below_the_90th_percentile(values: list[int]) -> None:
    value = figure(Counter(values), Shows.NINTH, Unit.DAYS).value

    assert value is not None
    assert min(values) <= value <= max(values)
    below = sum(one <= value + Decimal("0.05") for one in values)
    assert below >= int((len(values) - 1) * 0.9) + 1


def test_percentiles_are_those_of_spreadsheets() -> None:
    found = {1: 1, 2: 1, 3: 1, 4: 1}  # PERCENTILE.INC({1,2,3,4}, 0.9) is 3.7

    assert figure(found, Shows.NINTH, Unit.DAYS).value == Decimal("3.7")
    assert figure(found, Shows.MEDIAN, Unit.DAYS).value == Decimal("2.5")


@given(VALUES, VALUES)
def test_the_parts_of_a_total_add_up_to_it(some: list[int], others: list[int]) -> None:
    parts = [figure(Counter(one), Shows.TOTAL, Unit.PENCE).value for one in (some, others)]
    whole = figure(Counter(some) + Counter(others), Shows.TOTAL, Unit.PENCE).value

    assert parts[0] is not None
    assert parts[1] is not None
    assert whole == parts[0] + parts[1]


@pytest.mark.parametrize("shows", [one for one in Shows if one not in (Shows.COUNT, Shows.SHARE)])
def test_what_rests_on_no_case_is_not_recorded(shows: Shows) -> None:
    found = figure({}, shows, Unit.DAYS)

    assert found.value is None
    assert found.words == NOT_RECORDED
    assert figure({}, Shows.COUNT, Unit.CASES).words == "0"


@pytest.mark.parametrize(
    ("found", "words", "rests_on"),
    [
        (share(3, 8), "37.5 % (3 of 8)", ""),
        (share(0, 8), "0 % (0 of 8)", ""),
        (share(0, 0), NOT_RECORDED, ""),
        (figure({395: 1}, Shows.MEDIAN, Unit.DAYS), "395 days", "1 case"),
        (figure({1: 1, 2: 1}, Shows.MEAN, Unit.DAYS), "1.5 days", "2 cases"),
        (figure({1: 2}, Shows.LONGEST, Unit.DAYS), "1 day", ""),
        (figure({100: 1, 101: 1}, Shows.MEAN, Unit.PENCE), "£1.01", "2 cases"),
        (figure({4: 1, 5: 2}, Shows.MEAN, Unit.TIMES), "4.7", "3 cases"),
        (Figure(Decimal(12_345), 12_345, Unit.CASES, Shows.COUNT), "12,345", ""),
    ],
)
def test_figures_in_words(found: Figure, words: str, rests_on: str) -> None:
    assert (found.words, found.rests_on) == (words, rests_on)
