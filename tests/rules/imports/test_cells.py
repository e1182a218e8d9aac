"""Single cells of import files: exact values, and a sentence for everything else."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.imports import KINDS, Cell, FaultyCell, numbers, spec, words
from rules.imports.cells import CellError, cell_text, number_text, shown

ANY_CELL = st.one_of(
    st.text(),
    st.text(alphabet="0123456789.,-+£% /eENaif;\n\t\x00"),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.builds(FaultyCell, shown=st.text(), wrong=st.text(), right=st.text()),
)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1234.5", 123450),
        ("£1,234.50", 123450),
        ("£ 12", 1200),
        ("0", 0),
        ("007", 700),
        ("1.10", 110),
        ("999999999", 99_999_999_900),
        (" 5.00 ", 500),
        (1234.5, 123450),
        (0.1 + 0.2, 30),
        (3, 300),
    ],
)
def test_money_becomes_pence(written: Cell, expected: int) -> None:
    value = numbers.pence(written)
    assert value == expected
    assert type(value) is int


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("-1", "negative"),
        ("£-1", "negative"),
        ("(5.00)", "negative"),
        (-3.5, "negative"),
        ("1.005", "fraction of a penny"),
        ("1." + "0" * 60 + "1", "fraction of a penny"),
        ("1,23", "not an amount"),
        ("12,34,567", "not an amount"),
        ("1.234,50", "not an amount"),
        ("1e3", "not an amount"),
        ("NaN", "not an amount"),
        ("Infinity", "not an amount"),
        ("€5", "not an amount"),
        ("£", "not an amount"),
        ("5.", "not an amount"),
        (".5", "not an amount"),
        ("1_000", "not an amount"),
        ("٣", "not an amount"),
        ("１２", "not an amount"),
        ("POA", "not an amount"),
        ("=1+1", "not an amount"),
        ("1000000000", "too large"),
        (1e12, "too large"),
        (math.nan, "not a finite number"),
        (math.inf, "not a finite number"),
        ("1" * 400, "400 characters"),
        (True, "not an amount"),
        (date(2026, 1, 2), "date or time"),
    ],
)
def test_what_is_no_money_is_refused(written: Cell, wrong: str) -> None:
    with pytest.raises(CellError, match=wrong):
        numbers.pence(written)


@given(st.integers(min_value=0, max_value=99_999_999_900))
def test_every_amount_of_pence_survives_every_way_of_writing_it(pence: int) -> None:
    pounds = Decimal(pence) / 100
    for written in (f"£{pounds:,.2f}", f"{pounds:.2f}", f"{pounds}", float(pounds)):
        assert numbers.pence(written) == pence


@given(st.integers(min_value=1, max_value=99_999_999), st.integers(min_value=0, max_value=6))
def test_a_typed_number_is_the_decimal_that_was_typed(digits: int, places: int) -> None:
    exact = Decimal(digits).scaleb(-places)
    if exact <= numbers.LARGEST_QUANTITY:
        assert numbers.quantity(float(exact)) == exact
        assert numbers.quantity(format(exact, "f")) == exact


@pytest.mark.parametrize(
    ("stored", "text"),
    [(1.5, "1.5"), (12.0, "12"), (0.1 + 0.2, "0.3"), (1e22, "1" + "0" * 22), (-0.5, "-0.5"),
     (123456789012.0, "123456789012"), (1 / 3, "0.333333333333333"), (1e-7, "0.0000001")],
)  # fmt: skip
def test_spreadsheet_numbers_in_plain_digits(stored: float, text: str) -> None:
    assert number_text(stored) == text


@pytest.mark.parametrize("written", ["0", "-1", "0.000", -2.0, 0])
def test_a_quantity_is_more_than_zero(written: Cell) -> None:
    with pytest.raises(CellError, match="zero or negative"):
        numbers.quantity(written)


@pytest.mark.parametrize(
    "written", ["1,000", "1e2", "1.5m", "½", "Infinity", "nan", "0x10", "1 000"]
)
def test_a_quantity_is_plain_digits(written: str) -> None:
    with pytest.raises(CellError, match="not a plain number"):
        numbers.quantity(written)


def test_a_rate_has_at_most_four_decimal_places() -> None:
    assert numbers.rate("£1,234.5678") == Decimal("1234.5678")
    assert str(numbers.rate("2.500000")) == "2.5"
    assert numbers.rate("0") == 0
    with pytest.raises(CellError, match="5 decimal places"):
        numbers.rate("1.23456")
    with pytest.raises(CellError, match="51 decimal places"):
        numbers.rate("1." + "0" * 50 + "1")


def test_a_percentage_may_be_written_with_its_sign() -> None:
    assert numbers.percent("-3.5") == numbers.percent("-3.5%") == numbers.percent(-3.5)
    assert numbers.percent("-3.5 %") == Decimal("-3.5")
    assert numbers.percent("+2") == 2
    for written in ("-100", "-250", "1001", "3,5", "%"):
        with pytest.raises(CellError):
            numbers.percent(written)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-04-01", date(2026, 4, 1)),
        ("01/04/2026", date(2026, 4, 1)),
        ("1/4/2026", date(2026, 4, 1)),
        ("29/02/2024", date(2024, 2, 29)),
        (date(2026, 4, 1), date(2026, 4, 1)),
        (datetime(2026, 4, 1), date(2026, 4, 1)),  # noqa: DTZ001 - spreadsheets have no zones
    ],
)
def test_dates(written: Cell, expected: date) -> None:
    value = numbers.day(written)
    assert value == expected
    assert type(value) is date


@pytest.mark.parametrize(
    ("written", "wrong"),
    [
        ("2026-02-30", "no such day"),
        ("29/02/2026", "no such day"),
        ("31/04/2026", "no such day"),
        ("2026-13-01", "no such day"),
        ("04/13/2026", "no such day"),
        ("0000-01-01", "no such day"),
        ("1/4/26", "known form"),
        ("2026/04/01", "known form"),
        ("1 April 2026", "known form"),
        ("2026-04-01T00:00:00", "known form"),
        ("20260401", "known form"),
        ("٢٠٢٦-٠٤-٠١", "known form"),
        ("1066-10-14", "year cannot be right"),
        ("01/01/9999", "year cannot be right"),
        (46024.0, "a number, not a date"),
        (True, "a number, not a date"),
        (datetime(2026, 4, 1, 13, 30), "time of day"),  # noqa: DTZ001 - spreadsheets have no zones
        (time(3, 4), "date or time"),
        (timedelta(hours=30), "date or time"),
    ],
)
def test_what_is_no_date_is_refused(written: Cell, wrong: str) -> None:
    with pytest.raises(CellError, match=wrong):
        numbers.day(written)


@pytest.mark.parametrize(
    "hostile",
    ["<script>alert(1)</script>", "{{ 7 * 7 }}", "=cmd|' /C calc'!A0", "@SUM(1)", "👩🏽‍🦽 ok",
     "שלום עולם",
     "\u202etxt.exe", "line one\nline two\tend", "'; DROP TABLE case;--", "ZA̡͊͠͝LGO"],
)  # fmt: skip
def test_hostile_text_survives_as_text(hostile: str) -> None:
    assert cell_text(hostile) == hostile


@pytest.mark.parametrize("control", ["\x00", "\x07", "\x1b[31m", "\x7f", "\x85", "\x9b", "\ud800"])
def test_control_characters_are_refused_by_name(control: str) -> None:
    with pytest.raises(CellError, match=rf"U\+{ord(control[0]):04X}"):
        cell_text(f"before{control}after")


def test_line_breaks_are_one_character_and_cells_end_at_ten_thousand() -> None:
    assert cell_text("a\r\nb\rc\nd") == "a\nb\nc\nd"
    assert cell_text("x" * 10_000) == "x" * 10_000
    with pytest.raises(CellError, match="10,001 characters"):
        cell_text("x" * 10_001)
    with pytest.raises(CellError, match="10,485,760 characters"):
        cell_text("x" * 10 * 2**20)


def test_a_cell_in_error_is_refused_with_what_the_spreadsheet_shows() -> None:
    cell = FaultyCell("#N/A", "the spreadsheet shows an error here", "A value.")
    with pytest.raises(CellError, match="shows an error"):
        cell_text(cell)
    assert shown(cell) == "#N/A"


def test_shown_keeps_emoji_whole_and_escapes_what_would_reorder_the_line() -> None:
    assert shown("👩🏽\u200d🦽") == "👩🏽\u200d🦽"
    assert shown("a\u202eb\n") == "a\\u202eb\\n"


@given(ANY_CELL)
def test_shown_is_one_short_line_that_moves_no_cursor(cell: Cell) -> None:
    text = shown(cell)
    assert len(text) <= 80 or isinstance(cell, FaultyCell)
    if isinstance(cell, str):
        assert not any(c in text for c in "\n\r\t\x00\x1b\u202e\u2028")


@pytest.mark.parametrize("kind", KINDS)
@given(cell=ANY_CELL)
def test_no_cell_brings_a_parser_down(kind: str, cell: Cell) -> None:
    for column in spec(kind).columns:
        try:
            value = column.parse(cell)
        except CellError:
            continue
        assert not isinstance(value, float)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2999, 12, 31)))
def test_every_day_survives_both_ways_of_writing_it(day: date) -> None:
    assert numbers.day(day.isoformat()) == numbers.day(f"{day:%d/%m}/{day.year:04d}") == day


@pytest.mark.parametrize(
    ("parse", "written"),
    [(numbers.whole(least=1), "0"), (numbers.whole(least=0), "-1"), (numbers.whole(least=0), "1.5"),
     (numbers.whole(least=0), 1.5), (numbers.whole(least=0), "1000001"), (numbers.minutes, "-1"),
     (numbers.positive_pence, "0.00"), (words.ons_code, "E0700021"), (numbers.rate, "1000001"),
     (numbers.quantity, "100001"), (numbers.percent, "1000.1")],
)  # fmt: skip
def test_values_out_of_range(parse: Callable[[Cell], object], written: Cell) -> None:
    with pytest.raises(CellError):
        parse(written)
