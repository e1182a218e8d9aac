"""A printed table is held to its own sums, its percentages and the formula."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.partnership.check import Finding, check_table
from rules.partnership.figures import figures
from rules.partnership.printed import (
    Cell,
    ColumnIs,
    Number,
    RowIs,
    Table,
    in_unit,
    read_number,
    tables_of,
)
from tests.rules.partnership.heart import agreed

COLUMNS = (
    ("Revenue", ColumnIs.FIGURE, "revenue"),
    ("%", ColumnIs.PERCENTAGE, ""),
    ("Fee", ColumnIs.FIGURE, "fee"),
    ("Total", ColumnIs.TOTAL, "contribution"),
)
FEES = (
    ("NBBC", "49,574", "33%", "132,503.", "182,076"),
    ("NWBC", "19,819", "13%", "52,973.", "72,789"),
    ("RBC", "21,476", "14%", "47,403.", "68,877"),
    ("SDC", "24,213", "16%", "32,358", "56,571"),
    ("WDC", "33,090", "22%", "88,443", "121,533"),
    ("Sub-Total", "148,173", "100%", "353,674", "501,847"),
    ("Warwickshire CC - OT", "460,455", "", "", "460,455"),
    ("Warwickshire CC - Strat Comm", "187,092", "", "", "187,092"),
    ("Warwickshire CC - Public Health", "35,850", "", "", "35,850"),
    ("Total", "831,569", "", "353,674", "1,185,243"),
)


def table(*rows: tuple[str, ...], columns: tuple[tuple[str, ColumnIs, str], ...]) -> Table:
    kinds = {"Sub-Total": RowIs.SUBTOTAL, "Total": RowIs.TOTAL}
    cells = []
    for number, (row, *printed) in enumerate(rows, 1):
        row_is = kinds.get(row, RowIs.LINE)
        who = row if row_is is RowIs.LINE else ""
        for letter, text, (column, of, figure) in zip("BCDE", printed, columns, strict=False):
            shown = text if "%" in text or not text else f"£{text}"
            cells.append(Cell(f"{letter}{number}", row, column, shown, row_is, of, figure, who))
    return Table("t", "T", None, tuple(cells))


def short(found: tuple[Finding, ...]) -> list[tuple[str, str, str, str, str]]:
    return [(one.cell, one.check, one.printed, one.computed, one.by) for one in found]


def test_all_that_does_not_add_up_in_hearts_contributions() -> None:
    found = check_table(table(*FEES, columns=COLUMNS), figures(agreed()))
    assert short(found) == [
        ("C1", "per cent", "33 %", "34 %", "-1 %"),
        ("D1", "printed", "£132,503.", "£132,503", ""),
        ("D1", "formula", "£132,503", "£132,502", "£1"),
        ("E1", "across", "£182,076", "£182,077", "-£1"),
        ("D2", "printed", "£52,973.", "£52,973", ""),
        ("D2", "formula", "£52,973", "£52,971", "£2"),
        ("E2", "across", "£72,789", "£72,792", "-£3"),
        ("C3", "per cent", "14 %", "15 %", "-1 %"),
        ("D3", "printed", "£47,403.", "£47,403", ""),
        ("D3", "formula", "£47,403", "£47,401", "£2"),
        ("E3", "across", "£68,877", "£68,879", "-£2"),
        ("B6", "down", "£148,173", "£148,172", "£1"),
        ("C6", "per cent", "100 %", "98 %", "2 %"),
        ("D6", "down", "£353,674", "£353,680", "-£6"),
        ("E6", "down", "£501,847", "£501,846", "£1"),
        ("B10", "down", "£831,569", "£831,570", "-£1"),
        ("D10", "down", "£353,674", "£353,680", "-£6"),
        ("E10", "down", "£1,185,243", "£1,185,244", "-£1"),
    ]
    why = {(one.cell, one.check): one.why for one in found}
    assert why["D1", "formula"] == "the formula gives £132,501.50"
    assert why["B6", "down"].endswith("= £148,172; the formula gives £148,171.74")
    assert why["C1", "per cent"] == (
        "33.46 %; the largest remainder makes all of them 100; rounded by itself it is 33 %, as "
        "it is printed"
    )
    assert why["B10", "down"].startswith("the sub-total as printed and the lines below that: ")
    assert why["E1", "across"] == "the figures to its left: £49,574 + £132,503 = £182,077"


def test_a_table_about_no_year_is_held_to_its_own_sums_alone() -> None:
    one = (("Savings", ColumnIs.FIGURE, ""),)
    rows = (("Cold", "441,564,353"), ("Falls", "71,609,794"), ("Total", "513,174,148"))
    assert short(check_table(table(*rows, columns=one), {})) == [
        ("B3", "down", "£513,174,148", "£513,174,147", "£1")
    ]


def test_percentages_of_nothing_are_held_to_nothing() -> None:
    two = (("Sum", ColumnIs.FIGURE, ""), ("%", ColumnIs.PERCENTAGE, ""))
    assert not check_table(table(("A", "0", "0%"), ("B", "", ""), columns=two), {})


sums = st.lists(st.integers(0, 10**6), min_size=1, max_size=6)


@given(st.lists(st.tuples(sums, sums), min_size=1, max_size=4), st.integers(-3, 3))
def test_what_adds_up_is_not_found_and_what_does_not_is_found_by_how_much(
    blocks: list[tuple[list[int], list[int]]], off: int
) -> None:
    cells = []
    number = total = 0
    for block, _ in blocks:
        for value in block:
            number += 1
            cells.append(_cell(number, value, RowIs.LINE))
        number += 1
        cells.append(_cell(number, sum(block), RowIs.SUBTOTAL))
        total += sum(block)
    wrong = max(0, total + off)
    cells.append(_cell(number + 1, wrong, RowIs.TOTAL))
    found = check_table(Table("t", "T", None, tuple(cells)), {})
    assert {one.by for one in found} == ({in_unit(Decimal(wrong - total), "£")} - {"£0"})


def _cell(number: int, value: int, row_is: RowIs) -> Cell:
    return Cell(f"A{number}", f"row {number}", "Sum", f"£{value:,}", row_is, ColumnIs.FIGURE)


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("£ 1,185,243", Number(Decimal(1_185_243), 0, "£")),
        ("33%", Number(Decimal(33), 0, "%")),
        ("£6,422.00", Number(Decimal("6422.00"), 2, "£")),
        ("£ 132,503 .", Number(Decimal(132_503), 0, "£", stray=True)),
        ("", None),
    ],
)
def test_a_number_is_read_as_it_is_printed(printed: str, number: Number | None) -> None:
    assert read_number(printed) == number


def test_what_is_no_number_and_no_place_is_refused() -> None:
    with pytest.raises(ValueError, match="no number"):
        read_number("No data")
    wrong = Cell("3B", "", "", "1", RowIs.LINE, ColumnIs.FIGURE)
    with pytest.raises(ValueError, match="no cell"):
        assert wrong.place


def test_tables_are_made_of_rows_in_any_order_and_a_spreadsheets_letters() -> None:
    def row(table: str, cell: str, year: int | None) -> dict[str, object]:
        names = ("row_title", "column_title", "printed", "title", "figure", "who")
        return dict.fromkeys(names, "x") | {
            "table_code": table,
            "cell": cell,
            "partnership": "HEART",
            "year": year,
            "row_is": "line",
            "column_is": "figure",
        }

    one, two = tables_of([row("b", "AA2", 2016), row("a", "B1", None), row("b", "B2", 2016)])
    assert (one.of, two.of) == (None, ("HEART", 2016))
    assert [cell.place for cell in two.cells] == [(2, 2), (2, 27)]
    assert in_unit(Decimal("-1.50"), "") == "-1.5"
