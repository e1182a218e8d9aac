"""Numbers under the formats of spreadsheets: understood as they show, or refused with both."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.imports import FaultyCell, RawRow, parse
from rules.imports.formats import as_shown, hides_the_day, shown_number

PLACES: dict[str, tuple[tuple[str, ...], tuple[str, ...], int]] = {
    "code": (("case", "line", "code", "quantity"), ("D", "1", "", "1"), 2),
    "quantity": (("case", "line", "code", "quantity"), ("D", "1", "A1", ""), 3),
    "price": (("lot", "package", "contractor", "price"), ("L", "P", "C", ""), 3),
    "percentage": (("lot", "contractor", "percentage"), ("L", "C", ""), 2),
}
KINDS = {"price": "package_prices", "percentage": "lot_contractors"}


def rounded(number: Decimal, places: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


SHOWN: dict[str, Callable[[Decimal], str]] = {
    "0": lambda n: f"{rounded(n, 0):f}",
    "0.00": lambda n: f"{rounded(n, 2):f}",
    "#,##0": lambda n: f"{rounded(n, 0):,f}",
    "#,##0.00": lambda n: f"{rounded(n, 2):,f}",
    '"£"#,##0.00': lambda n: f"£{rounded(n, 2):,f}",
    "000000": lambda n: f"{int(rounded(n, 0)):06d}",
    "0%": lambda n: f"{rounded(n * 100, 0):f}%",
    "0.0%": lambda n: f"{rounded(n * 100, 1):f}%",
    '#,##0"k"': lambda n: f"{rounded(n, 0):,f}k",
    "#,##0,": lambda n: f"{rounded(n / 1000, 0):,f}",
    '0" no."': lambda n: f"{rounded(n, 0):f} no.",
}


def meant(column: str, shown: str) -> object:
    """Return what a person means who reads a cell of a column, where that is a plain value."""
    if column == "code":
        return shown
    number = Decimal(shown.replace("£", "").replace(",", "").removesuffix("%"))
    return int(number * 100) if column == "price" else number


@given(
    column=st.sampled_from(sorted(PLACES)),
    shape=st.sampled_from(sorted(SHOWN)),
    number=st.decimals(min_value=0, max_value=50_000, places=3)
    | st.integers(min_value=1, max_value=50_000).map(Decimal),
)
def test_a_cell_under_any_format_is_understood_as_shown_or_refused(
    column: str, shape: str, number: Decimal
) -> None:
    header, row, at = PLACES[column]
    cells = [*row[:at], as_shown(float(number), shape), *row[at + 1 :]]
    parsed = parse(
        kind=KINDS.get(column, "works"),
        header=header,
        rows=[RawRow(2, tuple(cells))],
        file="f",
        sheet="s",
    )
    shown = SHOWN[shape](number)
    if column in parsed.rows[0].values:
        assert parsed.rows[0].values[column] == meant(column, shown)
    else:
        assert [problem.column for problem in parsed.problems] == [column]


@pytest.mark.parametrize(
    ("number", "shape", "shown"),
    [
        (42, "000000", "000042"),
        (600000, "0.00E+00", "6.00E+05"),
        (0.00125, "0.0E+00", "1.3E-03"),
        (1075, '"£"#,##0"k"', "£1,075k"),
        (-1234.5, "£#,##0.00;[Red]-£#,##0.00", "-£1,234.50"),
        (-5, "#,##0_);(#,##0)", "(5)"),
        (0, '_-£* #,##0.00_-;-£* #,##0.00_-;_-£* "-"??_-;_-@_-', " £- "),
        (1234567, '0.0,,"m"', "1.2m"),
        (5, "[$£-809]#,##0.00", "£5.00"),
        (0.5, "#.##", ".5"),
        (12, "General", None),
        (1.5, "# ?/?", None),
        (45000, "dd/mm/yyyy", None),
        (7, "[>100]0;0.0", None),
    ],
)
def test_what_formats_show(number: float, shape: str, shown: str | None) -> None:
    assert shown_number(number, shape) == shown


def test_a_number_that_shows_as_it_is_stays_one() -> None:
    assert as_shown(12.5, "0.0") == 12.5
    assert as_shown(12.5, "General") == 12.5
    found = as_shown(12.5, "0")
    assert isinstance(found, FaultyCell)
    assert (found.shown, found.wrong) == ("13", "it shows 13 and holds 12.5")


@pytest.mark.parametrize(
    ("shape", "hides"),
    [("d-mmm", True), ("mmm-yy", True), ("dd/mm/yyyy", False), ("[$-809]d mmmm yyyy;@", False),
     ("0.00", False), ("yyyy-mm-dd hh:mm", False)],
)  # fmt: skip
def test_formats_that_hide_a_part_of_the_day(shape: str, hides: bool) -> None:
    assert hides_the_day(shape) is hides
