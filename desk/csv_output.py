"""Reports as CSV for spreadsheets: what somebody typed never becomes a formula."""

import csv
import re
import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final, TextIO

import typer

from rules.errors import StorageError

Csv = typer.Option("--csv", help="Print CSV for a spreadsheet instead of a table.")

_NUMBER: Final = re.compile(r"-[0-9]+(?:\.[0-9]+)?%?")
_FORMULAE: Final = ("=", "+", "-", "@", "\t", "\r")


def print_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows as CSV with their header; cells that a spreadsheet would work out are made safe.

    Args:
        columns: The header.
        rows: The cells; None is an empty one.
    """
    write_lines(sys.stdout, columns, rows)


def write_csv(file: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write rows as CSV with their header to a file that spreadsheets read as UTF-8.

    Raises:
        StorageError: It cannot be written there.
    """
    try:
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            write_lines(out, columns, rows)
    except OSError as error:
        raise StorageError(
            f"{file} cannot be written.",
            why=error.strerror or str(error),
            next_step="Name another file.",
        ) from error


def write_lines(out: TextIO, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write rows as CSV with their header, made safe, to whatever is open."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([safe(cell) for cell in row] for row in rows)


def safe(cell: object) -> str:
    """Return a cell's text, led by an apostrophe where a spreadsheet would take it for a formula.

    Args:
        cell: Text, a number, or None; a number below zero stays one, as text too.
    """
    if isinstance(cell, int | Decimal) or _NUMBER.fullmatch(str(cell)):
        return str(cell)
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULAE) else text
