"""Files as councils and contractors keep them, for the tests of what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from adapters.spreadsheets import read
from rules.errors import ImportProblemsError, Problem
from rules.imports import Parsed, parse
from rules.imports.choices import Choices
from tests.rules.imports.importing import book_of, saved

PROVIDERS = ("provider", "name", "email", "address")
PRICES = ("lot", "package", "contractor", "price")
LOT_CONTRACTORS = ("lot", "contractor", "rank", "percentage")
CLOSURES = ("authority", "day", "title")
RATES = ("lot", "contractor", "code", "rate", "valid from", "valid to")
WORKS = ("case", "line", "code", "quantity", "description", "unit", "location")
SCHEDULE = ("code", "short description", "unit", "rate", "trade", "smv")
CONTRACTORS = ("contractor", "name", "email", "trades", "authorities", "phone", "capacity value")
CASES = (
    *("reference", "authority", "client_name", "address", "postcode", "uprn", "tenure"),
    *("work_type", "urgent", "complexity", "contact_on"),
)
CASE = (
    *("D-1", "WDC", "Mrs A", "1 The Street", "CV9 2AB", "10001234", "owner"),
    *("shower", "no", "simple", "2026-01-05"),
)

Made = Path | bytes | Workbook
Table = tuple[tuple[object, ...], ...]


def understood(
    tmp_path: Path, kind: str, made: Workbook | bytes, said: Choices | None = None
) -> tuple[Parsed | None, tuple[Problem, ...], tuple[str, ...]]:
    """Return a file as understood, everything wrong with it, and what is said of it."""
    path = tmp_path / "file.xlsx"
    if isinstance(made, bytes):
        path.write_bytes(made)
    else:
        saved(path, made)
    try:
        sheet = read(path, kind=kind)
    except ImportProblemsError as error:
        return None, error.problems, ()
    parsed = parse(
        kind=kind,
        header=sheet.header,
        rows=sheet.rows,
        file=sheet.file,
        sheet=sheet.sheet,
        header_row=sheet.header_row,
        said=said or Choices(),
    )
    return parsed, parsed.problems, sheet.notes


def csv(*rows: tuple[object, ...]) -> bytes:
    quoted = (",".join('"' + str(cell).replace('"', '""') + '"' for cell in row) for row in rows)
    return "\n".join(quoted).encode()


def formatted(shape: str, value: Any, *, at: str, rows: Table) -> Workbook:
    book = book_of(*rows)
    sheet = book["Sheet1"]
    sheet[at] = value
    sheet[at].number_format = shape
    return book


def changed(change: Callable[[Worksheet], object], *rows: tuple[object, ...]) -> Workbook:
    book = book_of(*rows)
    change(book["Sheet1"])
    return book


def strike(sheet: Worksheet) -> None:
    for cell in sheet[3]:
        cell.font = Font(strike=True)


def strike_one(sheet: Worksheet) -> None:
    sheet["B3"].font = Font(strike=True)


def half_struck(sheet: Worksheet) -> None:
    old = TextBlock(InlineFont(strike=True), "29")
    sheet["D2"] = CellRichText(old, TextBlock(InlineFont(), "31"))


def hide(sheet: Worksheet) -> None:
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["D"].hidden = True


def case_with(**cells: object) -> bytes:
    return csv(CASES, tuple(cells.get(name, cell) for name, cell in zip(CASES, CASE, strict=True)))


def _one(header: tuple[str, ...], row: tuple[object, ...], **cells: object) -> bytes:
    given = {name.replace(" ", "_"): cell for name, cell in zip(header, row, strict=True)}
    return csv(header, tuple({**given, **cells}.values()))


def schedule(**cells: object) -> bytes:
    return _one(SCHEDULE, ("A1", "Rail", "each", "25.50", "joinery", "45"), **cells)


def contractor(**cells: object) -> bytes:
    row = ("QB", "Quilby", "q@qb.example", "joinery", "WDC", "01632 960701", "")
    return _one(CONTRACTORS, row, **cells)
