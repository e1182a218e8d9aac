"""Reads an import file, CSV or XLSX, into raw rows numbered as the spreadsheet shows them.

The bytes decide what a file is, not its name. A file that cannot be read at all is one problem that
says what to do; everything inside a readable file is left to ``rules.imports``.
"""

import codecs
import csv
import hashlib
import io
import math
import stat
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path

import python_calamine as calamine

from adapters.xlsx_marks import Marks, XlsxError, check_container, inspect
from rules.errors import ImportProblemsError, Problem
from rules.imports import Cell, RawRow, Sheet
from rules.imports.cells import is_empty, number_text

LARGEST_FILE = 64 * 2**20
MOST_ROWS = 250_000
MOST_CELLS = 5_000_000  # with the empty ones between: what a laptop can hold

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_TEXT_CONTROLS = b"\t\n\v\f\r\x1b"
_SAVE_AS = "Save it as CSV UTF-8 or as an Excel workbook (.xlsx)."


class _UnreadableError(Exception):
    """The file cannot be read, for the reason given and with the remedy given."""

    def __init__(self, wrong: str, right: str = _SAVE_AS, *, row: int | None = None) -> None:
        self.wrong, self.right, self.row = wrong, right, row
        super().__init__(wrong)


def read(path: Path, *, kind: str) -> Sheet:
    """Read an import file.

    Args:
        path: The file: CSV in UTF-8 or Windows-1252, or XLSX.
        kind: The kind of import; an XLSX sheet of that name is read, else the first.

    Returns:
        The header and every row below it that holds anything.

    Raises:
        ImportProblemsError: The file cannot be read; the problem says why.
    """
    try:
        data = _bytes(path)
        sheet, numbered = _xlsx(data, kind) if data.startswith(_ZIP) else (None, _csv(data))
        return _sheet(path.name, sheet, data, numbered)
    except _UnreadableError as error:
        problem = Problem(path.name, None, error.row, None, "", error.wrong, error.right)
        raise ImportProblemsError((problem,)) from error


def _bytes(path: Path) -> bytes:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):  # a pipe or device might never end
            what = "a folder" if path.is_dir() else "a pipe or device"
            raise _UnreadableError(f"it is {what}, not a file", "Name a CSV or XLSX file.")
        if found.st_size > LARGEST_FILE:
            raise _too_large()
        return path.read_bytes()
    except FileNotFoundError:
        raise _UnreadableError("there is no such file", "Check the name and folder.") from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _UnreadableError(f"it cannot be opened: {reason}", "A file you may read.") from error


def _sheet(
    file: str, sheet: str | None, data: bytes, numbered: Iterable[tuple[int, tuple[Cell, ...]]]
) -> Sheet:
    rows = (
        RawRow(number, cells)
        for number, cells in numbered
        if not all(is_empty(cell) for cell in cells)
    )
    header = next(rows, None)
    if header is None:
        raise _UnreadableError("there is nothing in it", "A header row, and rows below it.")
    below = tuple(rows)
    digest = hashlib.sha256(data).hexdigest()
    return Sheet(file, sheet, digest, header.cells, below, header.number)


def _csv(data: bytes) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    _refuse_other_formats(data)
    csv.field_size_limit(LARGEST_FILE)
    reader = csv.reader(io.StringIO(_text(data), newline=""), strict=True)
    number = filled = 0
    try:
        for number, cells in enumerate(reader, start=1):
            filled += len(cells)
            if number > MOST_ROWS or filled > MOST_CELLS:
                raise _too_large()
            yield number, tuple(cells)
    except csv.Error as error:
        raise _UnreadableError(
            f"its quotation marks do not match ({error})",
            "Close every quoted cell, and double a quotation mark inside one.",
            row=number + 1,
        ) from error


def _text(data: bytes) -> str:
    encodings = ("utf-8-sig",) if data.startswith(codecs.BOM_UTF8) else ("utf-8", "cp1252")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _UnreadableError("it is neither UTF-8 nor Windows-1252 text")


def _refuse_other_formats(data: bytes) -> None:
    if data.startswith(_OLE):
        if _ENCRYPTED in data:
            raise _UnreadableError("it is protected by a password", "Save it without a password.")
        raise _UnreadableError("it is an old Excel (.xls) or other Office file")
    if data.startswith(_UTF16):
        raise _UnreadableError("it is UTF-16 (“Unicode text”), not UTF-8")
    controls = sum(byte < 0x20 and byte not in _TEXT_CONTROLS for byte in data[:4096])
    if controls * 20 > min(len(data), 4096):
        raise _UnreadableError("it is a binary file, not a spreadsheet")


def _xlsx(data: bytes, kind: str) -> tuple[str, Iterator[tuple[int, tuple[Cell, ...]]]]:
    try:
        check_container(data)
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
            name = _chosen_sheet(book, kind)
            marks = inspect(data, sheet=name)
            if marks.rows > MOST_ROWS or marks.rows * marks.columns > MOST_CELLS:
                raise _too_large()
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (calamine.CalamineError, XlsxError) as error:
        raise _UnreadableError(f"it is damaged, or not an .xlsx workbook ({error})") from error
    return name, enumerate(_marked(rows, marks), start=1)


def _chosen_sheet(book: calamine.CalamineWorkbook, kind: str) -> str:
    names = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.typ == calamine.SheetTypeEnum.WorkSheet
    ]
    if not names:
        raise _UnreadableError("the workbook has no worksheet", "A sheet with a header and rows.")
    wanted = (name for name in names if name.strip().casefold() == kind.casefold())
    return next(wanted, names[0])


def _marked(rows: Sequence[Sequence[Cell]], marks: Marks) -> Iterator[tuple[Cell, ...]]:
    """Return the rows with their faulty cells and percentages as the spreadsheet shows them."""
    grid: list[list[Cell]] = [list(row) for row in rows]
    grid += ([] for _ in range(marks.rows - len(grid)))
    for (row, column), fault in marks.faults.items():
        grid[row] += [""] * (column + 1 - len(grid[row]))
        grid[row][column] = fault
    for row, column in marks.percentages:
        number = grid[row][column] if column < len(grid[row]) else ""
        if isinstance(number, (int, float)) and math.isfinite(number):
            grid[row][column] = f"{Decimal(number_text(number)).scaleb(2):f}%"
    return (tuple(cells) for cells in grid)


def _too_large() -> _UnreadableError:
    return _UnreadableError(
        f"it is larger than {LARGEST_FILE // 2**20} MB, {MOST_ROWS:,} rows or {MOST_CELLS:,} cells",
        "Several smaller files.",
    )
