"""Any row of any kind, one cell of it changed by a spreadsheet's habits: as shown, or refused."""

from __future__ import annotations

import csv
from collections.abc import Callable
from functools import cache
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from rules.imports import KINDS, Cell, FaultyCell, Parsed, RawRow, parse, spec
from rules.imports.cells import number_text
from rules.imports.checks import cell_words

SAMPLE = Path(__file__).parents[3] / "deployments" / "sample"
OF_16_DIGITS = 1234567890123456.0

Habit = Callable[[str], tuple[Cell, str]]
"""What becomes of a cell of text: the cell, and what the sheet shows of it."""


def same(cell: str) -> Habit:
    return lambda _text: (cell, cell)


def as_number(text: str) -> tuple[Cell, str]:
    if not text.isascii() or not text.isdecimal():
        return text, text
    number = float(text)
    return number, number_text(number)


HABITS: dict[str, Habit] = {
    "blanks around it": lambda text: (f"\u00a0{text} ", text),
    "a number of its digits": as_number,
    "an error": same("#N/A"),
    "an error within": lambda text: (f"{text} #REF!", f"{text} #REF!"),
    "too narrow": same("########"),
    "an exponent": same("1.20E+05"),
    "a date": same("01-Feb"),
    "a formula": same('="010204"'),
    "a faulty cell": lambda _text: (FaultyCell("#DIV/0!", "an error", "A value."), "#DIV/0!"),
    "nothing": same("N/A"),
    "a dash": same("-"),
    "sixteen digits": lambda _text: (OF_16_DIGITS, "1.23457E+15"),
}
NEVER = {"an error", "an error within", "too narrow", "a faulty cell", "sixteen digits"}
EMPTY = {"nothing", "a dash"}


@cache
def sample(kind: str) -> list[dict[str, str]]:
    (path, *_) = sorted(SAMPLE.glob(f"**/{kind}.csv"))  # plans lie in folders of their own
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def understood(kind: str, row: dict[str, Cell]) -> Parsed:
    rows = [RawRow(2, tuple(row.values()))]
    return parse(kind=kind, header=tuple(row), rows=rows, file="f", sheet="s")


@given(kind=st.sampled_from(KINDS), habit=st.sampled_from(sorted(HABITS)), data=st.data())
def test_a_cell_changed_by_habit_is_understood_as_shown_or_refused(
    kind: str, habit: str, data: st.DataObject
) -> None:
    row = data.draw(st.sampled_from(sample(kind)))
    name = data.draw(st.sampled_from(sorted(row)))
    cell, shown = HABITS[habit](row[name])
    before = understood(kind, dict(row)).rows[0].values
    after = understood(kind, {**row, name: cell})
    found = after.rows[0].values
    if name not in found:
        assert {problem.column for problem in after.problems} >= {name}
        return
    assert habit not in NEVER, (name, found[name])
    assert {one for one in found if found[one] != before[one]} <= {name}
    default = next(column.default for column in spec(kind).columns if column.name == name)
    said = {cell_words(before[name]), shown, cell_words(default if habit in EMPTY else shown)}
    assert cell_words(found[name]) in said
