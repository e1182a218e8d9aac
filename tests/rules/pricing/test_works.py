"""Works lines: each thing that is wrong with them is named, all at once."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from rules.cases import UNITS
from rules.errors import InvalidWorksError
from rules.pricing.works import WorksLine, check_lines
from tests.rules.pricing.prices import works


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (works(quantity="0"), "quantity is 0"),
        (works(quantity="-1"), "quantity is -1"),
        (works(quantity="100000.001"), "at most 100,000"),
        (works(quantity="NaN"), "quantity is NaN"),
        (works(quantity="sNaN"), "quantity is sNaN"),
        (works(quantity="Infinity"), "quantity is Infinity"),
        (works(quantity="1E-13"), "quantity is 1E-13"),
        (works(quantity="1." + "1" * 500), "…"),
        (works(rate=Decimal("-0.01")), "rate is -0.01"),
        (works(rate=Decimal("1.23456")), "4 decimal places"),
        (works(rate=Decimal(1_000_001)), "at most 4 decimal places"),
        (works(rate=Decimal("NaN")), "rate is NaN"),
        (works(index=Decimal(-100)), "indexation of its schedule is -100 %"),
        (works(index=Decimal("NaN")), "indexation of its schedule is NaN %"),
        (works(relief_percent=Decimal(101)), "share its VAT relief covers is 101 %"),
        (works(relief_percent=Decimal("-0.5")), "share its VAT relief covers is -0.5 %"),
        (works(relief_percent=Decimal("33.333")), "share its VAT relief covers is 33.333 %"),
        (works(unit="yard"), "one of item, m, m2, m3, hour, day, set, each"),
        (works(unit=""), "unit is ''"),
        (works(code=None, description="  \n"), "bespoke line needs a description"),
        (works(vat_reliefs=frozenset({"charity"})), "charity is not a VAT relief"),
    ],
)
def test_each_bad_line_is_refused_by_number(line: WorksLine, words: str) -> None:
    with pytest.raises(InvalidWorksError) as refusal:
        check_lines([works(line=1), replace(line, line=7)])
    assert "1 problem:" in refusal.value.what
    assert "line 7: " in refusal.value.what
    assert words in refusal.value.what
    assert len(refusal.value.what) < 300


def test_no_lines_are_refused() -> None:
    with pytest.raises(InvalidWorksError, match="no lines"):
        check_lines([])


def test_a_repeated_line_number_is_refused() -> None:
    with pytest.raises(InvalidWorksError, match="line 4 is there 3 times"):
        check_lines([works(line=4), works(line=5), works(line=4), works(line=4)])


def test_every_problem_is_said_at_once() -> None:
    bad = works(line=2, code=None, quantity="0", unit="yard", description="")
    worse = works(line=2, quantity="-1", index=Decimal(-100), relief_percent=Decimal(200))
    with pytest.raises(InvalidWorksError) as refusal:
        check_lines([bad, worse])
    assert "7 problems" in refusal.value.what
    for words in (
        *("quantity is 0", "yard", "description", "quantity is -1", "2 times"),
        *("indexation of its schedule is -100 %", "relief covers is 200 %"),
    ):
        assert words in refusal.value.what


@pytest.mark.parametrize("unit", UNITS)
def test_sound_lines_pass(unit: str) -> None:
    check_lines(
        [
            works(line=1, unit=unit, quantity="100000"),
            works(line=2, code=None, description="Bespoke ramp", rate=Decimal(0)),
            works(line=3, quantity="1.50000000000000000", rate=Decimal("34.200000000000")),
            works(line=4, index=Decimal("-99.9"), relief_percent=Decimal("33.3300")),
            works(line=5, index=Decimal(1000), out_of_hours=True, relief_percent=Decimal(0)),
        ]
    )
