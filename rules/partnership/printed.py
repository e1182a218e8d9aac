"""A table as a document prints it: its cells in their places, and what each row and column is."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import groupby
from typing import Any, Final

from rules.numbers import written

CELL: Final = re.compile(r"([A-Z]{1,2})([1-9][0-9]{0,2})")
_NUMBER: Final = re.compile(r"(£?)([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(\.[0-9]+)?(%?)(\.?)")


class RowIs(StrEnum):
    """What a row of a printed table is."""

    LINE = "line"
    SUBTOTAL = "subtotal"  # of the lines since the sub-total before it
    TOTAL = "total"  # of all lines


class ColumnIs(StrEnum):
    """What a column of a printed table is."""

    FIGURE = "figure"
    TOTAL = "total"  # of the figures to its left, back to the total before it
    PERCENTAGE = "percentage"  # of the column to its left


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was printed.

    Args:
        places: Decimal places that it was printed with.
        unit: ``£``, ``%`` or nothing.
        stray: Whether a full stop stands behind it that says nothing.
    """

    value: Decimal
    places: int
    unit: str
    stray: bool = False


def read_number(printed: str) -> Number | None:
    """Return the number that a cell prints, such as ``£ 1,234``, ``33%`` or ``£ 132,503 .``.

    Raises:
        ValueError: It prints something that is no number.
    """
    text = "".join(printed.split())
    if not text:
        return None
    found = _NUMBER.fullmatch(text)
    if not found:
        raise ValueError(f"“{printed}” is no number.")
    pound, whole, part, percent, stray = found.groups(default="")
    value = Decimal(whole.replace(",", "") + part)
    return Number(value, max(0, len(part) - 1), pound or percent, bool(stray))


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a printed table.

    Args:
        cell: Its place, as a spreadsheet names it: ``B3``.
        row: What its row is called.
        column: What its column is called.
        printed: What stands there; empty where it says that there is nothing.
        figure: Which figure of the partnership's year its column holds, if any.
        who: Whose its row is: a partner's code, a funder, a line of the budget.
    """

    cell: str
    row: str
    column: str
    printed: str
    row_is: RowIs
    column_is: ColumnIs
    figure: str = ""
    who: str = ""

    @property
    def place(self) -> tuple[int, int]:
        """The numbers of its row and its column, from 1."""
        found = CELL.fullmatch(self.cell)
        if not found:
            raise ValueError(f"{self.cell} is no cell.")
        at = 0
        for letter in found[1]:
            at = at * 26 + ord(letter) - ord("A") + 1
        return int(found[2]), at

    @property
    def number(self) -> Number | None:
        """The number that it prints; None where it prints none."""
        return read_number(self.printed)


@dataclass(frozen=True, slots=True)
class Table:
    """A printed table.

    Args:
        of: The partnership and the year that it is about, if it is about one.
        cells: Its cells, row by row.
    """

    table: str
    title: str
    of: tuple[str, int] | None
    cells: tuple[Cell, ...]

    def columns(self) -> tuple[tuple[Cell, ...], ...]:
        """Return the cells of each column, from the left."""
        in_turn = sorted(self.cells, key=lambda one: one.place[::-1])
        return tuple(tuple(found) for _, found in groupby(in_turn, key=lambda one: one.place[1]))

    def rows(self) -> tuple[tuple[Cell, ...], ...]:
        """Return the cells of each row, from the top."""
        in_turn = sorted(self.cells, key=lambda one: one.place)
        return tuple(tuple(found) for _, found in groupby(in_turn, key=lambda one: one.place[0]))


def tables_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Table, ...]:
    """Return the tables that rows of ``printed_tables`` make, in the order of their codes."""
    in_turn = sorted(rows, key=_code)
    return tuple(_table(code, list(found)) for code, found in groupby(in_turn, _code))


def _code(row: Mapping[str, Any]) -> str:
    return str(row["table_code"])


def _table(code: str, rows: list[Mapping[str, Any]]) -> Table:
    first = rows[0]
    of = (first["partnership"], first["year"]) if first["year"] is not None else None
    return Table(code, first["title"], of, tuple(sorted(map(_cell, rows), key=lambda o: o.place)))


def _cell(row: Mapping[str, Any]) -> Cell:
    return Cell(
        cell=row["cell"],
        row=row["row_title"],
        column=row["column_title"],
        printed=row["printed"],
        row_is=RowIs(row["row_is"]),
        column_is=ColumnIs(row["column_is"]),
        figure=row["figure"],
        who=row["who"],
    )


def in_unit(value: Decimal, unit: str) -> str:
    """Return a number with its unit: ``£1,234``, ``-£2``, ``33 %``."""
    digits = f"{abs(value):,f}" if unit == "£" else written(abs(value))
    sign = "-" if value < 0 else ""
    return f"{sign}£{digits}" if unit == "£" else f"{sign}{digits}{' %' if unit == '%' else ''}"
