"""Reports as CSV for spreadsheets: what somebody typed never becomes a formula."""

import csv
import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

import typer

Csv = typer.Option("--csv", help="Print CSV for a spreadsheet instead of a table.")

_FORMULAE: Final = ("=", "+", "-", "@", "\t", "\r")


def print_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows as CSV with their header; cells that a spreadsheet would work out are made safe.

    Args:
        columns: The header.
        rows: The cells; None is an empty one.
    """
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([safe(cell) for cell in row] for row in rows)


def safe(cell: object) -> str:
    """Return a cell's text, led by an apostrophe where a spreadsheet would take it for a formula.

    Args:
        cell: Text, a number, or None; a number below zero stays one.
    """
    if isinstance(cell, int | Decimal):
        return str(cell)
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULAE) else text
